//! The catalogue: the list of all data sets. The entry of a data set, with its source, splits, files and checksums, is
//! defined in the module of the data set.

pub use crate::cifar::{Batch, CIFAR10, CIFAR10_BATCH5, CIFAR10_USUAL, Cifar};
pub use crate::digits::DIGITS;
pub use crate::emnist::{EMNIST_BYCLASS, EMNIST_LETTERS, Emnist, Member};
pub use crate::entry::{Content, Entry, Kind, Loading, Place};
pub use crate::file::{Checksum, File};
pub use crate::mnist::{IdxFiles, MNIST};
pub use crate::nistp::{NISTP, NISTP36, PerturbedCharacters};
pub use crate::norb::{NORB, NorbParts, SMALL_NORB};
pub use crate::reviews::{IMDB, ReviewArchive};

use crate::Error;

/// The entries of all data sets, in the order in which they are listed to the user.
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

/// The entry of the data set named `name`.
///
/// # Errors
/// [`Error::UnknownSet`], which lists the known names, when no data set has this name.
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
        assert_eq!(find("mnist").unwrap().title, MNIST.title);
        let error = find("minst").unwrap_err().to_string();
        assert!(error.starts_with("no data set is named \"minst\"; choose one of digits, mnist, cifar10,"), "{error}");
    }

    #[test]
    fn every_class_has_its_own_name() {
        for entry in &ALL {
            let names: std::collections::BTreeSet<_> = entry.class_names.iter().collect();
            assert_eq!((entry.class_names.len(), names.len()), (entry.classes, entry.classes), "{}", entry.name);
        }
        assert_eq!(
            (CIFAR10.class_names[3], EMNIST_LETTERS.class_names[25], NISTP36.class_names[10]),
            ("cat", "Z", "A")
        );
    }
}
