//! Every data set: what it is, where it comes from, and what its files must be. Data only.

use crate::{Error, Shape};

/// A data set of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name on the command line.
    pub name: &'static str,
    /// The name that its authors gave it.
    pub title: &'static str,
    /// The terms under which it may be used.
    pub licence: &'static str,
    /// Who made it, and where it was published.
    pub citation: &'static str,
    /// The size of an image in pixels.
    pub shape: Shape,
    /// The number of classes; labels are `0..classes`.
    pub classes: usize,
    /// The largest value of an input.
    pub maximum: u8,
    /// The number of training examples.
    pub train: usize,
    /// The number of validation examples; in idx files they are the last of the training files.
    pub validation: usize,
    /// The number of test examples.
    pub test: usize,
    /// Where the examples are.
    pub content: Content,
}

/// Where the examples of a data set are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// In the program itself.
    Embedded,
    /// In idx files.
    Idx {
        /// Training images, training labels, test images, test labels.
        files: &'static [File; 4],
        /// Folders on the web that hold the files, the best first.
        mirrors: &'static [&'static str],
    },
}

/// A published file, gzip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, the same on every mirror.
    pub name: &'static str,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: &'static str,
    /// The sizes in its idx header.
    pub sizes: &'static [usize],
}

impl Entry {
    /// Its files; none when the set is embedded.
    #[must_use]
    pub fn files(&self) -> &[File] {
        match &self.content {
            Content::Embedded => &[],
            Content::Idx { files, .. } => *files,
        }
    }

    /// Folders on the web that hold its files, the best first.
    #[must_use]
    pub fn mirrors(&self) -> &'static [&'static str] {
        match self.content {
            Content::Embedded => &[],
            Content::Idx { mirrors, .. } => mirrors,
        }
    }

    /// Title, citation and licence in one line.
    #[must_use]
    pub fn credit(&self) -> String {
        format!("{}: {}. Licence: {}.", self.title, self.citation, self.licence)
    }
}

/// UCI optdigits, embedded.
pub const DIGITS: Entry = Entry {
    name: "digits",
    title: "Optical Recognition of Handwritten Digits",
    licence: "CC BY 4.0",
    citation: "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998, https://archive.ics.uci.edu/dataset/80",
    shape: Shape { height: 8, width: 8 },
    classes: 10,
    maximum: 16,
    train: 1_297,
    validation: 200,
    test: 300,
    content: Content::Embedded,
};

/// MNIST, the four canonical files.
pub const MNIST: Entry = Entry {
    name: "mnist",
    title: "The MNIST database of handwritten digits",
    licence: "CC BY-SA 3.0",
    citation: "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition, \
               Proceedings of the IEEE 86(11), 1998, http://yann.lecun.com/exdb/mnist/",
    shape: Shape { height: 28, width: 28 },
    classes: 10,
    maximum: 255,
    train: 50_000,
    validation: 10_000,
    test: 10_000,
    content: Content::Idx {
        files: &[
            File {
                name: "train-images-idx3-ubyte.gz",
                bytes: 9_912_422,
                sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                sizes: &[60_000, 28, 28],
            },
            File {
                name: "train-labels-idx1-ubyte.gz",
                bytes: 28_881,
                sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                sizes: &[60_000],
            },
            File {
                name: "t10k-images-idx3-ubyte.gz",
                bytes: 1_648_877,
                sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                sizes: &[10_000, 28, 28],
            },
            File {
                name: "t10k-labels-idx1-ubyte.gz",
                bytes: 4_542,
                sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                sizes: &[10_000],
            },
        ],
        mirrors: &[
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "http://yann.lecun.com/exdb/mnist/",
        ],
    },
};

/// Every data set, in the order in which they are listed.
pub static ALL: [Entry; 2] = [DIGITS, MNIST];

/// The data set called `name`.
///
/// # Errors
/// [`Error::UnknownSet`], which lists the names, when there is none.
pub fn find(name: &str) -> Result<&'static Entry, Error> {
    ALL.iter()
        .find(|entry| entry.name == name)
        .ok_or_else(|| Error::UnknownSet { name: name.to_owned(), known: ALL.iter().map(|entry| entry.name).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        assert_eq!(find("mnist").unwrap(), &MNIST);
        let error = find("minst").unwrap_err().to_string();
        assert_eq!(error, "no data set is named \"minst\"; choose one of digits, mnist");
    }

    #[test]
    fn the_sizes_of_the_files_add_up_to_the_splits() {
        for entry in &ALL {
            let Content::Idx { files: [train_images, train_labels, test_images, test_labels], mirrors } =
                &entry.content
            else {
                continue;
            };
            let Shape { height, width } = entry.shape;
            assert_eq!(train_images.sizes, [entry.train + entry.validation, height, width]);
            assert_eq!(train_labels.sizes, [entry.train + entry.validation]);
            assert_eq!(test_images.sizes, [entry.test, height, width]);
            assert_eq!(test_labels.sizes, [entry.test]);
            assert!(!mirrors.is_empty());
            assert!(
                entry.files().iter().all(|file| file.name.strip_suffix(".gz").is_some() && file.sha256.len() == 64)
            );
        }
    }
}
