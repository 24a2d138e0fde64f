//! Every data set: what it is, where it comes from, and what its files must be. Data only.

mod images;
mod norb;
mod texts;

pub use images::{
    CIFAR10, CIFAR10_BATCH5, CIFAR10_USUAL, DIGITS, EMNIST_BYCLASS, EMNIST_LETTERS, MNIST, NISTP, NISTP36,
};
pub use norb::{NORB, SMALL_NORB};
pub use texts::IMDB;

pub use crate::norb::Edition;
use crate::{Error, Shape};
use flate2::read::MultiGzDecoder;
use std::io::ErrorKind;

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
    /// The size of an image; `None` when inputs are no images.
    pub shape: Option<Shape>,
    /// The number of classes; labels are `0..classes`.
    pub classes: usize,
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
    /// In the program itself: UCI optdigits.
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
    /// In idx files inside EMNIST's archive, images transposed. The last training examples are for validation.
    Emnist {
        /// The archive.
        archive: File,
        /// Training images, training labels, test images, test labels.
        members: &'static [Member; 4],
        /// The smallest label in the files.
        first_label: u8,
        /// The character of each class, in the order of the labels.
        characters: &'static str,
        /// Folders on the web that hold the archive, the best first.
        mirrors: &'static [&'static str],
    },
    /// In NORB's matrices, reduced to 2x32x32 when they are first read. The validation set is drawn by toy.
    Norb {
        /// Which publication.
        edition: Edition,
        /// Its files.
        files: &'static [File],
        /// Folders on the web that hold them, the best first.
        mirrors: &'static [&'static str],
    },
    /// Made of the characters of other sets, one after the other.
    Nistp {
        /// Those sets.
        sources: &'static [&'static Entry],
    },
    /// Texts with stars, in a folder that comes as a tar archive.
    Reviews {
        /// The archive.
        archive: File,
        /// Folders on the web that hold it, the best first.
        mirrors: &'static [&'static str],
    },
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name in the archive, without folders; outside of it, it may also have lost its ending `.gz`.
    pub name: &'static str,
    /// The sizes in its idx header.
    pub sizes: &'static [usize],
    /// The SHA-256 of what it unpacks to, in lower-case hexadecimal, where that is known.
    pub sha256: Option<&'static str>,
}

/// A batch of CIFAR-10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The name of its file.
    pub name: &'static str,
    /// The SHA-256 of its file in lower-case hexadecimal.
    pub sha256: &'static str,
}

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, the same on every mirror.
    pub name: &'static str,
    /// The name of what it holds, a file or a folder, once a person has unpacked it.
    pub unpacked: &'static str,
    /// Its length in bytes, where that is known.
    pub bytes: Option<u64>,
    /// What tells that it is the published one.
    pub checksum: Checksum,
    /// The sizes in its idx header; none in other formats.
    pub sizes: &'static [usize],
}

/// What tells that a file is the published one, in lower-case hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Its SHA-256.
    Sha256(&'static str),
    /// Its MD5, where its authors gave no other.
    Md5(&'static str),
    /// Its authors gave none: the checksums inside gzip must hold.
    Gzip,
}

/// What is found of gzip whose checksums hold.
const WHOLE: &str = "whole";

impl Checksum {
    /// The name of the function.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::Sha256(_) => "SHA-256",
            Self::Md5(_) => "MD5",
            Self::Gzip => "gzip",
        }
    }

    /// Its value.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Sha256(value) | Self::Md5(value) => value,
            Self::Gzip => WHOLE,
        }
    }

    /// The same function of everything that `reader` gives.
    ///
    /// # Errors
    /// What the reader gives.
    pub fn of(self, reader: &mut impl std::io::Read) -> std::io::Result<String> {
        match self {
            Self::Sha256(_) => files::sha256_of(reader).map(|(sha256, _)| sha256),
            Self::Md5(_) => files::md5_of(reader),
            Self::Gzip => Ok(match std::io::copy(&mut MultiGzDecoder::new(reader), &mut std::io::sink()) {
                Ok(_) => WHOLE.to_owned(),
                Err(e)
                    if matches!(
                        e.kind(),
                        ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData
                    ) =>
                {
                    e.to_string()
                }
                Err(e) => return Err(e),
            }),
        }
    }
}

impl Entry {
    /// The sets that have its files: itself, or those that it is made of.
    #[must_use]
    pub fn sources(&self) -> Vec<&Self> {
        match &self.content {
            Content::Nistp { sources } => sources.to_vec(),
            _ => vec![self],
        }
    }

    /// Its own files; none when the set is embedded or made of others.
    #[must_use]
    pub fn files(&self) -> &[File] {
        match &self.content {
            Content::Embedded | Content::Nistp { .. } => &[],
            Content::Idx { files, .. } => *files,
            Content::Norb { files, .. } => files,
            Content::Cifar { archive, .. } | Content::Emnist { archive, .. } | Content::Reviews { archive, .. } => {
                std::slice::from_ref(archive)
            }
        }
    }

    /// Folders on the web that hold its files, the best first.
    #[must_use]
    pub fn mirrors(&self) -> &'static [&'static str] {
        match self.content {
            Content::Embedded | Content::Nistp { .. } => &[],
            Content::Idx { mirrors, .. }
            | Content::Norb { mirrors, .. }
            | Content::Cifar { mirrors, .. }
            | Content::Emnist { mirrors, .. }
            | Content::Reviews { mirrors, .. } => mirrors,
        }
    }

    /// The first file of its archive, when files of the archive may also be given one by one.
    pub(crate) fn first_member(&self) -> Option<&'static str> {
        match self.content {
            Content::Emnist { members, .. } => Some(members[0].name),
            _ => None,
        }
    }

    /// Title, citation and licence in one line.
    #[must_use]
    pub fn credit(&self) -> String {
        format!("{}: {}. Licence: {}.", self.title, self.citation, self.licence)
    }
}

/// Every data set, in the order in which they are listed.
pub static ALL: [Entry; 12] = [
    DIGITS,
    MNIST,
    CIFAR10,
    CIFAR10_USUAL,
    CIFAR10_BATCH5,
    NORB,
    SMALL_NORB,
    EMNIST_LETTERS,
    EMNIST_BYCLASS,
    NISTP,
    NISTP36,
    IMDB,
];

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
        assert!(error.starts_with("no data set is named \"minst\"; choose one of digits, mnist, cifar10,"), "{error}");
    }

    #[test]
    fn the_sizes_of_the_files_add_up_to_the_splits() {
        for entry in &ALL {
            let Content::Idx { files: [train_images, train_labels, test_images, test_labels], mirrors } =
                &entry.content
            else {
                continue;
            };
            let Shape { height, width, .. } = entry.shape.unwrap();
            assert_eq!(train_images.sizes, [entry.train + entry.validation, height, width]);
            assert_eq!(train_labels.sizes, [entry.train + entry.validation]);
            assert_eq!(test_images.sizes, [entry.test, height, width]);
            assert_eq!(test_labels.sizes, [entry.test]);
            assert!(!mirrors.is_empty());
            assert!(
                entry
                    .files()
                    .iter()
                    .all(|file| file.name.strip_suffix(".gz") == Some(file.unpacked)
                        && file.checksum.value().len() == 64)
            );
        }
    }

    #[test]
    fn the_members_of_emnist_add_up_to_the_splits() {
        for entry in &ALL {
            let Content::Emnist { members: [train_images, train_labels, test_images, test_labels], characters, .. } =
                &entry.content
            else {
                continue;
            };
            assert_eq!(train_images.sizes, [entry.train + entry.validation, 28, 28], "{}", entry.name);
            assert_eq!(train_labels.sizes, [entry.train + entry.validation]);
            assert_eq!(test_images.sizes, [entry.test, 28, 28]);
            assert_eq!(test_labels.sizes, [entry.test]);
            assert_eq!(characters.len(), entry.classes);
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
