use super::*;
use crate::synthetic::{gzip, idx};

/// A training pair of three images, 2 pixels wide and 1 high, of classes 26, 1 and 1, and a test pair of two images
/// of classes 1 and 26.
fn letters() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("emnist-letters-train-images-idx3-ubyte.gz", gzip(&idx(&[3, 1, 2], &[1, 2, 3, 4, 5, 6]))),
        ("emnist-letters-train-labels-idx1-ubyte.gz", gzip(&idx(&[3], &[26, 1, 1]))),
        ("emnist-letters-test-images-idx3-ubyte", idx(&[2, 1, 2], &[7, 8, 9, 10])),
        ("emnist-letters-test-labels-idx1-ubyte", idx(&[2], &[1, 26])),
    ]
}

fn read_folder(files: &[(&str, Vec<u8>)]) -> Result<Found, Error> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        files::write(&folder.path().join(name), bytes).unwrap();
    }
    read(folder.path(), &PictureChoices::default())
}

fn refused(change: impl FnOnce(&mut Vec<(&'static str, Vec<u8>)>)) -> String {
    let mut files = letters();
    change(&mut files);
    read_folder(&files).unwrap_err().to_string()
}

#[test]
fn labels_may_start_at_1_and_have_gaps() {
    let found = read_folder(&letters()).unwrap();
    let Table { values, width, labels, classes, .. } = found.tables.train;
    assert_eq!((values, width), (Values::Images(vec![1, 2, 3, 4, 5, 6], Shape::grey(1, 2)), 2));
    assert_eq!((labels.classes(), &classes[..]), (vec![1, 0, 0], &["1".to_owned(), "26".to_owned()][..]));
    assert_eq!((found.tables.validation, found.tables.test.unwrap().labels.classes()), (None, vec![0, 1]));
    let names: Vec<String> = found.files.iter().map(|file| name(file)).collect();
    assert!(names.iter().zip(letters()).all(|(name, (expected, _))| name == expected) && names.len() == 4);
}

#[test]
fn names_like_those_of_mnist_may_have_any_ending_and_a_validation_pair() {
    let mut files = Vec::new();
    for part in ["train", "t10k", "val"] {
        files.push((format!("{part}-images.idx3-ubyte"), idx(&[2, 1, 1], &[3, 4])));
        files.push((format!("{part}-labels.idx1-ubyte"), idx(&[2], &[0, 1])));
    }
    files.push(("image-labels.txt".to_owned(), b"no idx file".to_vec()));
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let tables = read_folder(&files).unwrap().tables;
    assert!(tables.validation.is_some() && tables.test.is_some());
}

#[test]
fn files_that_do_not_form_pairs_are_rejected() {
    let alone = refused(|files| drop(files.remove(3)));
    let expected =
        "expected idx files in pairs of images and labels, found \"emnist-letters-test-images-idx3-ubyte\" alone;";
    assert!(alone.contains(expected), "{alone}");
    let none = refused(|files| files.retain(|(name, _)| !name.contains("labels")));
    assert!(none.contains("expected idx files of labels, found none;"), "{none}");
    let two = refused(|files| files.push(("emnist-digits-test-images-idx3-ubyte", Vec::new())));
    assert!(
        two.contains(
            "expected a different part in the name of each of the idx files of images, found \"emnist-digits-test-"
        ),
        "{two}"
    );
}

/// A folder with a copy of the files of [`letters`] under each of the path prefixes `below`.
fn folder_of_letters(below: &[&str]) -> tempfile::TempDir {
    let files: Vec<(String, Vec<u8>)> = below
        .iter()
        .flat_map(|below| letters().into_iter().map(move |(name, bytes)| (format!("{below}{name}"), bytes)))
        .collect();
    crate::synthetic::tree(&files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>())
}

#[test]
fn the_folders_of_torchvision_are_found() {
    for below in ["EMNIST/raw/", "raw/", ""] {
        let folder = folder_of_letters(&[below]);
        let found = read(folder.path(), &PictureChoices::default()).unwrap();
        assert_eq!(found.files.len(), 4, "{below}");
    }
    let two = folder_of_letters(&["EMNIST/raw/", "MNIST/raw/"]);
    let error = read(two.path(), &PictureChoices::default()).unwrap_err().to_string();
    assert!(error.contains("expected the idx files of one data set, found some in ") && error.contains("MNIST/raw;"));
}

#[test]
fn a_name_may_end_in_ubyte_alone() {
    let pair = [("train-images.ubyte", idx(&[2, 1, 1], &[3, 4])), ("train-labels.UBYTE.gz", gzip(&idx(&[2], &[0, 1])))];
    assert_eq!(read_folder(&pair).unwrap().files.len(), 2);
}

#[test]
fn images_may_have_a_dimension_of_one_plane() {
    let plain = read_folder(&letters()).unwrap().tables.train;
    for sizes in [[3, 1, 2, 1], [3, 1, 1, 2]] {
        let mut files = letters();
        files[0].1 = idx(&sizes, &[1, 2, 3, 4, 5, 6]);
        assert_eq!(read_folder(&files).unwrap().tables.train, plain, "{sizes:?}");
    }
}

#[test]
fn emnist_is_turned_upright_if_chosen() {
    let folder = folder_of_letters(&[""]);
    let lying = read(folder.path(), &PictureChoices::default()).unwrap();
    assert!(lying.notes[0].ends_with("add --transpose if these images lie on their side"), "{:?}", lying.notes);
    let upright = read(folder.path(), &PictureChoices { order: Order::Columns, ..PictureChoices::default() }).unwrap();
    assert_eq!(upright.notes, ["rows and columns of the images exchanged"]);
    assert_eq!(upright.tables.train.values, Values::Images(vec![1, 2, 3, 4, 5, 6], Shape::grey(2, 1)));
    assert_eq!(transpose(&[1, 2, 3, 4, 5, 6], 2, 3), [1, 4, 2, 5, 3, 6]);
}

#[test]
fn images_are_brought_to_the_chosen_size_or_shrunk_if_they_are_large() {
    let pair = |height: usize, width: usize| {
        let pixels: Vec<u8> = (0..2 * height * width).map(|k| if k % width < width / 2 { 0 } else { 200 }).collect();
        let tree = [
            ("train-images-idx3-ubyte", idx(&[2, height as u32, width as u32], &pixels)),
            ("train-labels-idx1-ubyte", idx(&[2], &[0, 1])),
        ];
        crate::synthetic::tree(&tree.each_ref().map(|(name, bytes)| (*name, &bytes[..])))
    };
    let with = |height, width, choices: PictureChoices| {
        let Found { tables, notes, pixels, .. } = read(pair(height, width).path(), &choices).unwrap();
        let Values::Images(values, shape) = tables.train.values else {
            panic!("the inputs of idx files must be images")
        };
        (values, shape, notes, pixels.unwrap().0)
    };
    let (values, shape, notes, how) = with(80, 60, PictureChoices::default());
    assert_eq!((shape, how.height, how.width), (Shape::grey(36, 27), 36, 27));
    assert_eq!((values.len(), values[0], values[26]), (2 * 36 * 27, 0, 200));
    assert_eq!(
        notes,
        ["pictures of 60x80 pixels shrunk to 27x36, enough for dense layers; --resize 60x80 keeps their size"]
    );
    let choices =
        PictureChoices { resize: crate::Size::new(4, 4), ground: Some(Ground::White), ..PictureChoices::default() };
    let (values, shape, notes, how) = with(2, 4, choices);
    assert_eq!(
        (shape, how.ground, &notes[..]),
        (Shape::grey(4, 4), 255, &["all images brought to 4x4 pixels".to_owned()][..])
    );
    assert_eq!(values[..16], [[255; 4], [0, 0, 200, 200], [0, 0, 200, 200], [255; 4]].concat());
}

#[test]
fn the_contents_of_the_files_are_checked() {
    let put = |k: usize, bytes: Vec<u8>| refused(|files| files[k].1 = bytes);
    for (sizes, found, remedy) in [
        (&[3][..], "the sizes 3;", "give the file of images"),
        (&[3, 2], "the sizes 3 x 2;", "as dimensions of their own"),
        (&[3, 2, 2, 3], "the sizes 3 x 2 x 2 x 3;", "write images in colour as PNG"),
        (&[3, 3, 1, 2], "the sizes 3 x 3 x 1 x 2;", "write images in colour as PNG"),
    ] {
        let error = put(0, idx(sizes, &vec![0; sizes.iter().product::<u32>() as usize]));
        assert!(error.contains("byte 3: expected 3 dimensions for grey images (number, height, width)"), "{error}");
        assert!(error.contains(found) && error.contains(remedy), "{error}");
    }
    let one_hot = put(1, idx(&[3, 2], &[1, 0, 0, 1, 0, 1]));
    assert!(
        one_hot.contains("byte 3: expected 1 dimension for labels (their number), found the sizes 3 x 2; "),
        "{one_hot}"
    );
    assert!(one_hot.ends_with("not one-hot"), "{one_hot}");
    assert!(put(1, idx(&[2], &[1, 2])).contains("idx3-ubyte.gz holds 3 images but "));
    assert!(put(1, idx(&[3], &[7; 3])).contains("byte 8: expected labels of at least 2 classes, found only class 7;"));
    let class = put(3, idx(&[2], &[1, 2]));
    assert!(
        class.contains("idx1-ubyte: byte 9: expected a class of the training examples (1, 26), found 2;"),
        "{class}"
    );
    let size = put(2, idx(&[2, 2, 1], &[1, 2, 3, 4]));
    assert!(size.contains("expected images of 2x1 pixels as for training, found 1x2 pixels;"), "{size}");
    let cut = put(0, letters()[0].1[..20].to_vec());
    assert!(cut.contains("expected a whole gzip stream, found the end of the gzip stream;"), "{cut}");
}
