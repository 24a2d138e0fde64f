//! Tests of training on pictures in folders and in pairs of idx files.

use super::{examples, idx, pgm, put, train};
use crate::common::{Place, failure, says, stderr, stdout};

#[test]
fn idx_pairs_and_folders_of_pictures_are_images_that_can_be_predicted() {
    let place = Place::new();
    let values = |count| examples(count).flat_map(|(_, values)| values.map(|value| value as u8)).collect::<Vec<_>>();
    let labels = |count| examples(count).map(|(label, _)| label as u8 + 3).collect::<Vec<_>>();
    put(&place, "pairs/train-images-idx3-ubyte", &idx(&[60, 1, 3], values(60)));
    put(&place, "pairs/train-labels-idx1-ubyte", &idx(&[60], labels(60)));
    for (k, (label, values)) in examples(40).enumerate() {
        put(&place, &format!("photos/{}/{k}.pgm", ["cat", "dog"][label]), &pgm(values));
    }
    for (folder, format, classes) in [("pairs", "idx", "2 classes: 3, 4"), ("photos", "images", "2 classes: cat, dog")]
    {
        let (said, result) = train(&place, folder, format, &[]);
        says(&said, &["images of 3x1 pixels, grey", classes]);
        assert_eq!(result["test_error"], 0.0, "{format}");
        let run = format!("run-{format}");
        let answer = place.train(&["predict", &run, "pairs/train-images-idx3-ubyte", "--format", "json"]);
        assert_eq!(stdout(&answer).lines().count(), 60, "{}", stderr(&answer));
        let first: serde_json::Value = serde_json::from_str(stdout(&answer).lines().next().unwrap()).unwrap();
        assert_eq!(
            (&first["class"], &first["name"]),
            (&0.into(), &classes[11..classes.len()].split(", ").next().into())
        );
        // Images are read for prediction as they were read for training.
        let dog = place.train(&["predict", &run, "photos/dog/1.pgm", "--format", "json"]);
        let dog: serde_json::Value = serde_json::from_str(&stdout(&dog)).unwrap();
        assert_eq!(dog["class"], 1, "{run}");
        place.write("cut.pgm", b"P5 3 1 255\n\x01");
        says(&failure(&place.train(&["predict", &run, "cut.pgm"]), 1), &["cut.pgm", "a whole picture"]);
    }
}

#[test]
fn large_pictures_have_the_same_size_in_all_commands() {
    let place = Place::new();
    for k in 0..40u8 {
        let half = |y: usize| if (y < 24) == k.is_multiple_of(2) { 200 + k } else { k };
        let bytes = [b"P5 64 48 255\n".to_vec(), (0..64 * 48).map(|i| half(i / 64)).collect()].concat();
        put(&place, &format!("large/{}/{k}.pgm", ["top", "bottom"][usize::from(k % 2)]), &bytes);
    }
    let (notices, result) = train(&place, "large", "images", &[]);
    says(
        &notices,
        &["pictures of 64x48 pixels shrunk to 36x27, enough for dense layers; --resize 64x48 keeps their size"],
    );
    assert_eq!(result["test_error"], 0.0);
    for (command, said) in [
        (&["predict", "run-images", "large/top/0.pgm"][..], "class top"),
        (&["evaluate", "run-images"], "test error 0.00 %"),
        (&["data", "show", "--data-dir", "large", "--format", "images"], "36x27"),
    ] {
        let output = place.train(command);
        assert!(output.status.success(), "{}", stderr(&output));
        says(&(stdout(&output) + &stderr(&output)), &[said]);
    }
}

#[test]
fn a_page_is_refused_for_data_that_changed_since_training() {
    let place = Place::new();
    let picture = |k: usize, values| put(&place, &format!("photos/{}/{k}.pgm", ["cat", "dog"][k % 2]), &pgm(values));
    examples(40).enumerate().for_each(|(k, (_, values))| picture(k, values));
    train(&place, "photos", "images", &[]);
    let page = place.train(&["explore", "run-images"]);
    assert!(page.status.success(), "{}", stderr(&page));
    std::fs::remove_file(place.path("run-images/explore.html")).unwrap();
    picture(7, [1, 2, 3]);
    says(&failure(&place.train(&["explore", "run-images"]), 1), &["differs from that in run-images/run.json"]);
    assert!(!place.path("run-images/explore.html").exists());
}
