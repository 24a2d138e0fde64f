//! The entries of the image data sets.

use super::{Batch, Checksum, Cifar, Content, Emnist, Entry, File, IdxFiles, Member, PerturbedCharacters};
use crate::Shape;
use preprocessing::Form;

/// The digits, capital letters and lower-case letters, in the order of EMNIST `ByClass` labels.
#[rustfmt::skip]
const CHARACTERS: &[&str] = &[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
    "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
    "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z",
];
const NUMERALS: &[&str] = CHARACTERS.split_at(10).0;
const CAPITALS: &[&str] = NUMERALS_AND_CAPITALS.split_at(10).1;
const NUMERALS_AND_CAPITALS: &[&str] = CHARACTERS.split_at(36).0;

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

/// CIFAR-10 as split in the paper (Table 1): all training batches for training; the test batch, in halves, for
/// validation and test.
pub const CIFAR10: Entry = Entry {
    name: "cifar10",
    folder: "cifar10",
    title: "CIFAR-10, the paper's split",
    licence: "free to use with citation",
    citation: "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of \
               Toronto, 2009, https://www.cs.toronto.edu/~kriz/cifar.html",
    shape: Some(Shape { channels: 3, height: 32, width: 32 }),
    form: None,
    classes: 10,
    class_names: &["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    train: 50_000,
    validation: 5_000,
    test: 5_000,
    content: Content::Files(&CIFAR10_BATCHES),
};

const CIFAR10_BATCHES: Cifar = Cifar {
    archive: File {
        name: "cifar-10-binary.tar.gz",
        unpacked: "cifar-10-batches-bin",
        bytes: Some(170_052_171),
        checksum: Checksum::Sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        sizes: &[],
    },
    batches: &[
        Batch { name: "data_batch_1.bin", sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5" },
        Batch { name: "data_batch_2.bin", sha256: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed" },
        Batch { name: "data_batch_3.bin", sha256: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67" },
        Batch { name: "data_batch_4.bin", sha256: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48" },
        Batch { name: "data_batch_5.bin", sha256: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add" },
        Batch { name: "test_batch.bin", sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b" },
    ],
    records: 10_000,
    mirrors: &["https://www.cs.toronto.edu/~kriz/"],
};

/// CIFAR-10 as usually split: the last 5,000 images of the training batches for validation, and the whole test batch
/// for test.
pub const CIFAR10_USUAL: Entry = Entry {
    name: "cifar10-usual",
    title: "CIFAR-10, the usual split",
    train: 45_000,
    validation: 5_000,
    test: 10_000,
    ..CIFAR10
};

/// CIFAR-10 without its test batch: batches 1 to 4 for training; batch 5, in halves, for validation and test.
pub const CIFAR10_BATCH5: Entry = Entry {
    name: "cifar10-batch5",
    title: "CIFAR-10's training batches, tested on the fifth",
    train: 40_000,
    validation: 5_000,
    test: 5_000,
    ..CIFAR10
};

const EMNIST_ARCHIVE: File = File {
    name: "gzip.zip",
    unpacked: "gzip",
    bytes: None,
    checksum: Checksum::Md5("58c8d27c78d21e728a6bc7b3cc06412e"),
    sizes: &[],
};

const EMNIST_MIRRORS: &[&str] =
    &["https://biometrics.nist.gov/cs_links/EMNIST/", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/"];

/// EMNIST Letters; the upper and lower case of a letter are one class.
pub const EMNIST_LETTERS: Entry = Entry {
    name: "emnist-letters",
    folder: "emnist",
    title: "EMNIST Letters, handwritten letters of NIST Special Database 19",
    licence: "public domain",
    citation: "G. Cohen, S. Afshar, J. Tapson and A. van Schaik, EMNIST: an extension of MNIST to handwritten letters, \
               2017, https://www.nist.gov/itl/products-and-services/emnist-dataset",
    shape: Some(Shape::grey(28, 28)),
    form: Some(Form::CentreOfMass),
    classes: 26,
    class_names: CAPITALS,
    train: 104_000,
    validation: 20_800,
    test: 20_800,
    content: Content::Files(&LETTERS),
};

const LETTERS: Emnist = Emnist {
    archive: EMNIST_ARCHIVE,
    members: &[
        Member {
            name: "emnist-letters-train-images-idx3-ubyte.gz",
            sizes: &[124_800, 28, 28],
            sha256: Some("7a786db773b2096a7b9a3f3275388a27711f4451548c3ca8be96f09ae94371ae"),
        },
        Member {
            name: "emnist-letters-train-labels-idx1-ubyte.gz",
            sizes: &[124_800],
            sha256: Some("e8e94c3f4353d5532fd9604b939cb4c76e7847945b9b0d9ff7884d881dead6bc"),
        },
        Member {
            name: "emnist-letters-test-images-idx3-ubyte.gz",
            sizes: &[20_800, 28, 28],
            sha256: Some("d5895e82d14765b22a84342337bc5c25f1affd61cc97d3821d4e65504bbf8dbc"),
        },
        Member {
            name: "emnist-letters-test-labels-idx1-ubyte.gz",
            sizes: &[20_800],
            sha256: Some("22dbcde0a929a7f166bdac863b9195b2994d840a1e082f8f6daaeac5606376a6"),
        },
    ],
    first_label: 1,
    mirrors: EMNIST_MIRRORS,
};

/// EMNIST `ByClass`: digits, capital letters and lower-case letters.
pub const EMNIST_BYCLASS: Entry = Entry {
    name: "emnist-byclass",
    title: "EMNIST ByClass, handwritten characters of NIST Special Database 19",
    classes: 62,
    class_names: CHARACTERS,
    train: 617_932,
    validation: 80_000,
    test: 116_323,
    content: Content::Files(&BYCLASS),
    ..EMNIST_LETTERS
};

const BYCLASS: Emnist = Emnist {
    archive: EMNIST_ARCHIVE,
    members: &[
        Member { name: "emnist-byclass-train-images-idx3-ubyte.gz", sizes: &[697_932, 28, 28], sha256: None },
        Member { name: "emnist-byclass-train-labels-idx1-ubyte.gz", sizes: &[697_932], sha256: None },
        Member { name: "emnist-byclass-test-images-idx3-ubyte.gz", sizes: &[116_323, 28, 28], sha256: None },
        Member { name: "emnist-byclass-test-labels-idx1-ubyte.gz", sizes: &[116_323], sha256: None },
    ],
    first_label: 0,
    mirrors: EMNIST_MIRRORS,
};

/// NISTP, recreated from the characters of EMNIST `ByClass`.
pub const NISTP: Entry = Entry {
    name: "nistp",
    folder: "nistp",
    title: "NISTP, perturbed characters, made from EMNIST ByClass",
    licence: "that of the source characters",
    citation: "F. Bastien, Y. Bengio, A. Bergeron et al., Deep self-taught learning for handwritten character recognition, \
               arXiv:1009.3589, 2010; the images of the paper were never published",
    shape: Some(Shape::grey(32, 32)),
    form: None,
    classes: 62,
    class_names: CHARACTERS,
    train: 500_000,
    validation: 80_000,
    test: 20_000,
    content: Content::Files(&PerturbedCharacters { sources: &[&EMNIST_BYCLASS] }),
};

/// A stand-in for NISTP with fewer classes, made from the digits of MNIST and the letters of EMNIST Letters; the upper
/// and lower case of a letter are one class.
pub const NISTP36: Entry = Entry {
    name: "nistp36",
    title: "NISTP36, perturbed characters, made from MNIST and EMNIST Letters",
    classes: 36,
    class_names: NUMERALS_AND_CAPITALS,
    content: Content::Files(&PerturbedCharacters { sources: &[&MNIST, &EMNIST_LETTERS] }),
    ..NISTP
};

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn the_members_of_emnist_add_up_to_the_splits() {
        for (entry, files) in [(EMNIST_LETTERS, LETTERS), (EMNIST_BYCLASS, BYCLASS)] {
            let [train_images, train_labels, test_images, test_labels] = files.members;
            assert_eq!(train_images.sizes, [entry.train + entry.validation, 28, 28], "{}", entry.name);
            assert_eq!(train_labels.sizes, [entry.train + entry.validation]);
            assert_eq!(test_images.sizes, [entry.test, 28, 28]);
            assert_eq!(test_labels.sizes, [entry.test]);
        }
    }

    #[test]
    fn the_splits_of_cifar_use_whole_batches() {
        let Cifar { batches, records, .. } = CIFAR10_BATCHES;
        for entry in [CIFAR10, CIFAR10_USUAL, CIFAR10_BATCH5] {
            let total = entry.train + entry.validation + entry.test;
            assert!(total.is_multiple_of(records) && total <= batches.len() * records, "{}", entry.name);
        }
        assert!(batches.iter().all(|batch| batch.sha256.len() == 64));
    }
}
