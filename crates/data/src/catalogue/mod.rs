//! Every data set: what it is, where it comes from, and what its files must be. Data only.

mod images;
mod norb;
mod texts;

pub use images::{
    CIFAR10, CIFAR10_BATCH5, CIFAR10_USUAL, DIGITS, EMNIST_BYCLASS, EMNIST_LETTERS, MNIST, NISTP, NISTP36,
};
pub use norb::{NORB, SMALL_NORB};
pub use texts::IMDB;

use crate::{Error, Shape};
use flate2::read::MultiGzDecoder;
use std::io::ErrorKind;
use std::path::Path;

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
    /// What the classes are called, `[classes]`.
    pub class_names: &'static [&'static str],
    /// The number of training examples.
    pub train: usize,
    /// The number of validation examples; which ones these are depends on the content.
    pub validation: usize,
    /// The number of test examples.
    pub test: usize,
    /// Where the examples are.
    pub content: Content,
}

/// Where the examples of a data set are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// In the program itself: UCI optdigits. The seed draws the three parts.
    Embedded,
    /// In idx files. The last training examples are for validation.
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
        /// Folders on the web that hold the archive, the best first.
        mirrors: &'static [&'static str],
    },
    /// In NORB's matrices, reduced to 2x32x32 when they are first read. The validation set is drawn by toy from the parts
    /// to train on.
    Norb {
        /// The files, part by part: pairs of images, labels, and what was photographed.
        parts: &'static [[File; 3]],
        /// How many parts are to train and validate on; they come first, and the others are to test on.
        training_parts: usize,
        /// Folders on the web that hold them, the best first.
        mirrors: &'static [&'static str],
    },
    /// Made of the characters of other sets, one after the other; each part of those of the same part.
    Nistp {
        /// Those sets.
        sources: &'static [&'static Entry],
    },
    /// Texts with stars, in a folder that comes as a tar archive. The seed draws the validation examples.
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
    /// Its authors gave none: the checksums inside gzip must hold. They tell that a file is whole, not that it is the
    /// published one; what it holds tells that, when it is loaded or verified.
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

impl File {
    /// The checksum of the file at `path`, which is this one as published; it must be that of the catalogue. `fetch` is
    /// the command that gets the file.
    ///
    /// # Errors
    /// [`Error::Checksum`]; [`Error::File`] when it cannot be read.
    pub(crate) fn check(&self, path: &Path, fetch: &str) -> Result<String, Error> {
        let found = std::fs::File::open(path).and_then(|mut stored| self.checksum.of(&mut stored));
        let found = found.map_err(files::Error::new("read", path))?;
        if found == self.checksum.value() {
            return Ok(found);
        }
        Err(Error::Checksum {
            path: path.to_owned(),
            function: self.checksum.function(),
            expected: self.checksum.value().to_owned(),
            found,
            fetch: fetch.to_owned(),
        })
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

    /// Whether the seed of a run draws some of its parts, or its images.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        match self.content {
            Content::Idx { .. } | Content::Cifar { .. } | Content::Emnist { .. } => false,
            Content::Embedded | Content::Norb { .. } | Content::Nistp { .. } | Content::Reviews { .. } => true,
        }
    }

    /// Its own files; none when the set is embedded or made of others.
    #[must_use]
    pub fn files(&self) -> &[File] {
        match &self.content {
            Content::Embedded | Content::Nistp { .. } => &[],
            Content::Idx { files, .. } => *files,
            Content::Norb { parts, .. } => parts.as_flattened(),
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
            let Content::Emnist { members: [train_images, train_labels, test_images, test_labels], .. } =
                &entry.content
            else {
                continue;
            };
            assert_eq!(train_images.sizes, [entry.train + entry.validation, 28, 28], "{}", entry.name);
            assert_eq!(train_labels.sizes, [entry.train + entry.validation]);
            assert_eq!(test_images.sizes, [entry.test, 28, 28]);
            assert_eq!(test_labels.sizes, [entry.test]);
        }
    }

    #[test]
    fn every_class_has_a_name_of_its_own() {
        for entry in &ALL {
            let names: std::collections::BTreeSet<_> = entry.class_names.iter().collect();
            assert_eq!((entry.class_names.len(), names.len()), (entry.classes, entry.classes), "{}", entry.name);
        }
        assert_eq!(
            (CIFAR10.class_names[3], EMNIST_LETTERS.class_names[25], NISTP36.class_names[10]),
            ("cat", "Z", "A")
        );
    }

    #[test]
    fn the_files_of_norb_are_the_three_of_each_part() {
        for (entry, parts) in [(NORB, (10, 2)), (SMALL_NORB, (1, 1))] {
            let Content::Norb { parts: triples, training_parts, .. } = entry.content else { unreachable!("as listed") };
            assert_eq!((training_parts, triples.len() - training_parts), parts);
            assert_eq!(entry.files().len(), 3 * triples.len());
            for (k, triple) in triples.iter().enumerate() {
                let kind = if k < training_parts { "-training-" } else { "-testing-" };
                for (file, ending) in triple.iter().zip(["dat.mat.gz", "cat.mat.gz", "info.mat.gz"]) {
                    assert!(file.name.contains(kind) && file.name.ends_with(ending), "{}", file.name);
                    assert_eq!(file.name.strip_suffix(".gz"), Some(file.unpacked));
                }
            }
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
