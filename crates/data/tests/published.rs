//! Tests on published image sets, in the folders `mnist`, `emnist` and `cifar10` of `$RECTIFIER_TEST_DATA`.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use data::{Access, Choices, DataSet, Examples, Source, load};
use std::path::PathBuf;

/// Loads the data set `name` from the folder `folder` of the test data.
fn published(name: &str, folder: &str) -> DataSet {
    let Some(root) = std::env::var_os("RECTIFIER_TEST_DATA").map(PathBuf::from) else {
        panic!("set RECTIFIER_TEST_DATA to a folder that holds {folder}/ with the published files");
    };
    let source = Source { data_dir: Some(root.join(folder)), access: Access::Offline };
    load(name, &source, &Choices::default(), 1, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"))
}

fn histogram(parts: &[&Examples]) -> Vec<usize> {
    let mut counts = vec![0; parts[0].classes()];
    for label in parts.iter().flat_map(|examples| examples.labels().into_owned()) {
        counts[usize::from(label)] += 1;
    }
    counts
}

fn mean(parts: &[&Examples]) -> f64 {
    let bytes = || parts.iter().flat_map(|examples| examples.inputs().as_bytes().unwrap().rows());
    bytes().map(|byte| u64::from(*byte)).sum::<u64>() as f64 / bytes().count() as f64
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn mnist_is_the_published_one() {
    let mnist = published("mnist", "mnist");
    let (train, validation, test) = (&mnist.splits.train, &mnist.splits.validation, &mnist.splits.test);
    assert_eq!(histogram(&[train, validation]), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert_eq!(histogram(&[test]), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    assert_eq!(&train.labels()[..8], [5, 0, 4, 1, 9, 2, 1, 3]);
    assert_eq!(&test.labels()[..8], [7, 2, 1, 0, 4, 1, 4, 9]);
    assert!((mean(&[train, validation]) - 33.3184).abs() < 5e-5 && (mean(&[test]) - 33.7912).abs() < 5e-5);
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn emnist_letters_are_the_published_ones_upright() {
    let emnist = published("emnist-letters", "emnist");
    let (train, validation, test) = (&emnist.splits.train, &emnist.splits.validation, &emnist.splits.test);
    assert_eq!(histogram(&[train, validation]), [4800; 26]);
    assert_eq!(histogram(&[test]), [800; 26]);
    assert_eq!(&train.labels()[..10], [22, 6, 15, 14, 22, 16, 12, 10, 21, 23]);
    assert!(test.labels().is_sorted(), "the test labels are not sorted");
    assert!((mean(&[train, validation]) - 43.9180).abs() < 5e-5 && (mean(&[test]) - 43.9043).abs() < 5e-5);
    // An I is mostly vertical: it has ink in fewer columns than rows.
    let upright = (0..test.len()).filter(|i| test.label(*i) == 8).filter(|i| {
        let image = test.inputs().as_bytes().unwrap().row(*i);
        let rows = (0..28).filter(|y| image[28 * y..][..28].iter().any(|ink| *ink > 127)).count();
        let columns = (0..28).filter(|x| image.iter().skip(*x).step_by(28).any(|ink| *ink > 127)).count();
        rows > columns
    });
    assert!(upright.count() > 600);
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn the_training_batches_of_cifar_10_are_the_published_ones() {
    let cifar = published("cifar10-batch5", "cifar10");
    let (train, validation, test) = (&cifar.splits.train, &cifar.splits.validation, &cifar.splits.test);
    assert_eq!(&train.labels()[..10], [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
    assert_eq!(histogram(&[train, validation, test]), [5000; 10]);
    assert_eq!(histogram(&[validation, test]), [1014, 1014, 952, 1016, 997, 1025, 980, 977, 1003, 1022]);
    let means: Vec<f64> = [0, 1024, 2048]
        .iter()
        .map(|plane| {
            let planes = [train, validation, test].into_iter().flat_map(|part| {
                let bytes = part.inputs().as_bytes().unwrap();
                (0..part.len()).flat_map(|i| &bytes.row(i)[*plane..plane + 1024])
            });
            planes.map(|byte| f64::from(*byte)).sum::<f64>() / (50_000.0 * 1024.0)
        })
        .collect();
    for (found, published) in means.iter().zip([125.307, 122.950, 113.865]) {
        assert!((found - published).abs() < 5e-4, "the mean of a plane is {found}, not {published}");
    }
}
