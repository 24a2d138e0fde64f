//! Every data set: what it is, where it comes from, and what its files must be. Data only.

use crate::{Error, Shape};

/// A data set of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name on the command line.
    pub name: &'static str,
    /// The folder of its files in a cache; sets that cut the same files differently share it.
    pub folder: &'static str,
    /// The name that its authors gave it.
    pub title: &'static str,
    /// The terms under which it may be used.
    pub licence: &'static str,
    /// Who made it, and where it was published.
    pub citation: &'static str,
    /// The size of an image.
    pub shape: Shape,
    /// The number of classes; labels are `0..classes`.
    pub classes: usize,
    /// The largest value of an input.
    pub maximum: u8,
    /// The number of training examples.
    pub train: usize,
    /// The number of validation examples; they follow the training examples in the files.
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
    /// In the batches of CIFAR-10's binary version. Training, validation and test examples follow one another; batches
    /// beyond the last example are not read.
    Cifar {
        /// The archive of the batches.
        archive: File,
        /// The batches in their order.
        batches: &'static [Batch],
        /// Images in each batch.
        records: usize,
        /// Folders on the web that hold the archive, the best first.
        mirrors: &'static [&'static str],
    },
}

/// A batch of CIFAR-10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The name of its file.
    pub name: &'static str,
    /// The SHA-256 of its file in lower-case hexadecimal.
    pub sha256: &'static str,
}

/// A published file, gzip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, the same on every mirror.
    pub name: &'static str,
    /// The name of what it holds, a file or a folder, once a person has unpacked it.
    pub unpacked: &'static str,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: &'static str,
    /// The sizes in its idx header; none in other formats.
    pub sizes: &'static [usize],
}

impl Entry {
    /// Its files; none when the set is embedded.
    #[must_use]
    pub fn files(&self) -> &[File] {
        match &self.content {
            Content::Embedded => &[],
            Content::Idx { files, .. } => *files,
            Content::Cifar { archive, .. } => std::slice::from_ref(archive),
        }
    }

    /// Folders on the web that hold its files, the best first.
    #[must_use]
    pub fn mirrors(&self) -> &'static [&'static str] {
        match self.content {
            Content::Embedded => &[],
            Content::Idx { mirrors, .. } | Content::Cifar { mirrors, .. } => mirrors,
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
    folder: "digits",
    title: "Optical Recognition of Handwritten Digits",
    licence: "CC BY 4.0",
    citation: "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998, https://archive.ics.uci.edu/dataset/80",
    shape: Shape::grey(8, 8),
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
    folder: "mnist",
    title: "The MNIST database of handwritten digits",
    licence: "CC BY-SA 3.0",
    citation: "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition, \
               Proceedings of the IEEE 86(11), 1998, http://yann.lecun.com/exdb/mnist/",
    shape: Shape::grey(28, 28),
    classes: 10,
    maximum: 255,
    train: 50_000,
    validation: 10_000,
    test: 10_000,
    content: Content::Idx {
        files: &[
            File {
                name: "train-images-idx3-ubyte.gz",
                unpacked: "train-images-idx3-ubyte",
                bytes: 9_912_422,
                sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                sizes: &[60_000, 28, 28],
            },
            File {
                name: "train-labels-idx1-ubyte.gz",
                unpacked: "train-labels-idx1-ubyte",
                bytes: 28_881,
                sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                sizes: &[60_000],
            },
            File {
                name: "t10k-images-idx3-ubyte.gz",
                unpacked: "t10k-images-idx3-ubyte",
                bytes: 1_648_877,
                sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                sizes: &[10_000, 28, 28],
            },
            File {
                name: "t10k-labels-idx1-ubyte.gz",
                unpacked: "t10k-labels-idx1-ubyte",
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

/// CIFAR-10 as the paper cuts it: all training batches, and the test batch in halves for validation and test (Table 1).
pub const CIFAR10: Entry = Entry {
    name: "cifar10",
    folder: "cifar10",
    title: "CIFAR-10, the paper's cut",
    licence: "free to use with citation",
    citation: "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of \
               Toronto, 2009, https://www.cs.toronto.edu/~kriz/cifar.html",
    shape: Shape { channels: 3, height: 32, width: 32 },
    classes: 10,
    maximum: 255,
    train: 50_000,
    validation: 5_000,
    test: 5_000,
    content: Content::Cifar {
        archive: File {
            name: "cifar-10-binary.tar.gz",
            unpacked: "cifar-10-batches-bin",
            bytes: 170_052_171,
            sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            sizes: &[],
        },
        batches: &[
            Batch {
                name: "data_batch_1.bin",
                sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
            },
            Batch {
                name: "data_batch_2.bin",
                sha256: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
            },
            Batch {
                name: "data_batch_3.bin",
                sha256: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
            },
            Batch {
                name: "data_batch_4.bin",
                sha256: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
            },
            Batch {
                name: "data_batch_5.bin",
                sha256: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
            },
            Batch {
                name: "test_batch.bin",
                sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
            },
        ],
        records: 10_000,
        mirrors: &["https://www.cs.toronto.edu/~kriz/"],
    },
};

/// CIFAR-10 as others cut it: the last 5,000 training images for validation, and the whole test batch.
pub const CIFAR10_USUAL: Entry = Entry {
    name: "cifar10-usual",
    title: "CIFAR-10, the usual cut",
    train: 45_000,
    validation: 5_000,
    test: 10_000,
    ..CIFAR10
};

/// CIFAR-10 without its test batch: batches 1 to 4, and batch 5 in halves for validation and test.
pub const CIFAR10_BATCH5: Entry = Entry {
    name: "cifar10-batch5",
    title: "CIFAR-10's training batches, tested on the fifth",
    train: 40_000,
    validation: 5_000,
    test: 5_000,
    ..CIFAR10
};

/// Every data set, in the order in which they are listed.
pub static ALL: [Entry; 5] = [DIGITS, MNIST, CIFAR10, CIFAR10_USUAL, CIFAR10_BATCH5];

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
        assert_eq!(
            error,
            "no data set is named \"minst\"; choose one of digits, mnist, cifar10, cifar10-usual, cifar10-batch5"
        );
    }

    #[test]
    fn the_sizes_of_the_files_add_up_to_the_splits() {
        for entry in &ALL {
            let Content::Idx { files: [train_images, train_labels, test_images, test_labels], mirrors } =
                &entry.content
            else {
                continue;
            };
            let Shape { height, width, .. } = entry.shape;
            assert_eq!(train_images.sizes, [entry.train + entry.validation, height, width]);
            assert_eq!(train_labels.sizes, [entry.train + entry.validation]);
            assert_eq!(test_images.sizes, [entry.test, height, width]);
            assert_eq!(test_labels.sizes, [entry.test]);
            assert!(!mirrors.is_empty());
            assert!(
                entry
                    .files()
                    .iter()
                    .all(|file| file.name.strip_suffix(".gz") == Some(file.unpacked) && file.sha256.len() == 64)
            );
        }
    }

    #[test]
    fn the_cuts_of_cifar_use_whole_batches() {
        for entry in &ALL {
            let Content::Cifar { batches, records, .. } = &entry.content else { continue };
            let total = entry.train + entry.validation + entry.test;
            assert!(total.is_multiple_of(*records) && total <= batches.len() * records, "{}", entry.name);
            assert!(batches.iter().all(|batch| batch.sha256.len() == 64));
        }
    }
}
