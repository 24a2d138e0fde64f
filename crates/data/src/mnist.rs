//! Reads images and labels from pairs of idx files, the form in which MNIST is published.

use crate::characters::NUMERALS;
use crate::entry::{Content, Entry, Kind, Loading, Place};
use crate::file::{Checksum, File};
use crate::{DataSet, Error, Examples, Scale, Shape, Splits, idx};
use preprocessing::Form;
use std::collections::BTreeMap;
use std::path::Path;

/// MNIST in its four canonical files.
pub const MNIST: Entry = Entry {
    name: "mnist",
    folder: "mnist",
    title: "The MNIST database of handwritten digits",
    licence: "CC BY-SA 3.0",
    citation: "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition, \
               Proceedings of the IEEE 86(11), 1998, http://yann.lecun.com/exdb/mnist/",
    shape: Some(Shape::grey(28, 28)),
    form: Some(Form::CentreOfMass),
    classes: 10,
    class_names: NUMERALS,
    train: 50_000,
    validation: 10_000,
    test: 10_000,
    content: Content::Files(&MNIST_FILES),
};

const MNIST_FILES: IdxFiles = IdxFiles {
    files: &[
        File {
            name: "train-images-idx3-ubyte.gz",
            unpacked: "train-images-idx3-ubyte",
            bytes: Some(9_912_422),
            checksum: Checksum::Sha256("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            sizes: &[60_000, 28, 28],
        },
        File {
            name: "train-labels-idx1-ubyte.gz",
            unpacked: "train-labels-idx1-ubyte",
            bytes: Some(28_881),
            checksum: Checksum::Sha256("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            sizes: &[60_000],
        },
        File {
            name: "t10k-images-idx3-ubyte.gz",
            unpacked: "t10k-images-idx3-ubyte",
            bytes: Some(1_648_877),
            checksum: Checksum::Sha256("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            sizes: &[10_000, 28, 28],
        },
        File {
            name: "t10k-labels-idx1-ubyte.gz",
            unpacked: "t10k-labels-idx1-ubyte",
            bytes: Some(4_542),
            checksum: Checksum::Sha256("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            sizes: &[10_000],
        },
    ],
    mirrors: &[
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ],
};

/// Images and labels in four idx files. The last training examples are used for validation.
#[derive(Clone, Debug)]
pub struct IdxFiles {
    /// The files of training images, training labels, test images and test labels, in this order.
    pub files: &'static [File; 4],
    /// Addresses of folders on the web that hold the files, the preferred one first.
    pub mirrors: &'static [&'static str],
}

impl Kind for IdxFiles {
    fn files(&self) -> &[File] {
        self.files
    }

    fn mirrors(&self) -> &'static [&'static str] {
        self.mirrors
    }

    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error> {
        let (place, entry) = (loading.place, loading.place.entry);
        let mut checksums = BTreeMap::new();
        let mut verified = |file: &File| {
            let path = place.find(file)?;
            let stored = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            checksums.insert(stored, place.checksum(file, &path)?);
            Ok::<_, Error>(path)
        };
        let [train_images, train_labels, test_images, test_labels] = self.files;
        let paths = [verified(train_images)?, verified(train_labels)?, verified(test_images)?, verified(test_labels)?];
        let counts = [entry.train, entry.validation];
        let [train, validation] = read(entry, counts, (train_images, &paths[0]), (train_labels, &paths[1]))?;
        let [test] = read(entry, [entry.test], (test_images, &paths[2]), (test_labels, &paths[3]))?;
        Ok(entry.data_set(Splits { train, validation, test }, checksums))
    }

    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error> {
        let sha256 = place.checksum(file, path)?;
        if !file.is_stored_at(path) {
            idx::open(path)?.expect_sizes(path, file.sizes)?;
        }
        Ok(sha256)
    }
}

/// The examples in a file of images and a file of labels, each given with its path, split into consecutive parts of the
/// sizes `counts`.
///
/// # Errors
/// [`Error::File`] when a file cannot be read; [`Error::Malformed`] when it is not an idx file, its sizes differ from
/// the sizes in the catalogue, or a label is not below the number of classes; [`Error::Counts`] when the numbers of
/// images and labels differ.
fn read<const N: usize>(
    entry: &Entry,
    counts: [usize; N],
    images: (&File, &Path),
    labels: (&File, &Path),
) -> Result<[Examples; N], Error> {
    let (image_file, image_path) = images;
    let (label_file, label_path) = labels;
    let images = idx::open(image_path)?;
    let labels = idx::open(label_path)?;
    if images.sizes[0] != labels.sizes[0] {
        return Err(Error::Counts {
            images: image_path.to_owned(),
            image_count: images.sizes[0],
            labels: label_path.to_owned(),
            label_count: labels.sizes[0],
        });
    }
    images.expect_sizes(image_path, image_file.sizes)?;
    labels.expect_sizes(label_path, label_file.sizes)?;
    if let Some(i) = labels.values.iter().position(|label| usize::from(*label) >= entry.classes) {
        return Err(Error::Malformed {
            path: label_path.to_owned(),
            offset: 8 + i as u64, // the labels follow the 4-byte magic number and one 4-byte size
            expected: format!("a label below {}", entry.classes),
            found: labels.values[i].to_string(),
            remedy: "get the file again",
        });
    }
    // Indexing cannot panic, because the sizes equal the sizes in the catalogue.
    let shape = Shape::grey(images.sizes[1], images.sizes[2]);
    Examples::images_in_parts(images.values, labels.values, counts, (shape, entry.classes, Scale::unit(255)))
}

#[cfg(test)]
mod tests {
    use super::{IdxFiles, MNIST, MNIST_FILES};
    use crate::Shape;
    use crate::catalogue::File;
    use crate::synthetic::{self, Folder};

    fn refused(change: impl FnOnce(&Folder)) -> String {
        let folder = Folder::plain();
        change(&folder);
        folder.load().unwrap_err().to_string()
    }

    #[test]
    fn the_last_training_examples_are_the_validation_set() {
        let splits = Folder::plain().load().unwrap().splits;
        assert_eq!(*splits.train.labels(), [0, 1, 2, 0]);
        assert_eq!(*splits.validation.labels(), [1, 2]);
        assert_eq!(*splits.test.labels(), [0, 1, 2]);
        let fifth = splits.validation.inputs().as_bytes().unwrap().row(0);
        assert_eq!(fifth, [16, 17, 18, 19]);
    }

    #[test]
    fn counts_that_differ_name_both_files() {
        let error = refused(|folder| folder.put("train-labels", &synthetic::idx(&[5], &[0; 5])));
        assert!(error.contains("train-images holds 6 images but"), "{error}");
        assert!(error.contains("train-labels holds 5 labels; get both files again"), "{error}");
    }

    #[test]
    fn another_size_than_the_catalogue_is_rejected() {
        let error = refused(|folder| folder.put("test-images", &synthetic::idx(&[3, 4, 1], &[0; 12])));
        let expected = "test-images: byte 4: expected the sizes 3 x 2 x 2, found the sizes 3 x 4 x 1;";
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_label_out_of_range_is_located() {
        let error = refused(|folder| folder.put("test-labels", &synthetic::idx(&[3], &[0, 1, 3])));
        assert!(error.contains("test-labels: byte 10: expected a label below 3, found 3;"), "{error}");
    }

    #[test]
    fn the_sizes_of_the_files_of_mnist_add_up_to_the_splits() {
        let IdxFiles { files: [train_images, train_labels, test_images, test_labels], mirrors } = MNIST_FILES;
        let Shape { height, width, .. } = MNIST.shape.unwrap();
        assert_eq!(train_images.sizes, [MNIST.train + MNIST.validation, height, width]);
        assert_eq!(train_labels.sizes, [MNIST.train + MNIST.validation]);
        assert_eq!(test_images.sizes, [MNIST.test, height, width]);
        assert_eq!(test_labels.sizes, [MNIST.test]);
        assert!(!mirrors.is_empty());
        let is_packed = |file: &File| file.name.strip_suffix(".gz") == Some(file.unpacked);
        assert!(MNIST.files().iter().all(|file| is_packed(file) && file.checksum.value().len() == 64));
    }
}
