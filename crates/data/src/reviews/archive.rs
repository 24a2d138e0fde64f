//! Published reviews: an `aclImdb` tree, or the archive of such a tree.

use super::{Corpus, data_set, films};
use crate::entry::{Entry, Kind, Loading, Place};
use crate::file::File;
use crate::{DataSet, Error, unpack};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Reviews with star ratings, in a folder that is published as a tar archive. The validation examples are drawn at
/// random, with the seed, from the training reviews.
#[derive(Clone, Debug)]
pub struct ReviewArchive {
    /// The published archive.
    pub archive: File,
    /// Addresses of folders on the web that hold the archive, the preferred one first.
    pub mirrors: &'static [&'static str],
}

impl Kind for ReviewArchive {
    fn files(&self) -> &[File] {
        std::slice::from_ref(&self.archive)
    }

    fn mirrors(&self) -> &'static [&'static str] {
        self.mirrors
    }

    fn is_drawn(&self) -> bool {
        true
    }

    fn is_dense(&self) -> bool {
        false
    }

    fn choices(&self) -> Option<&'static str> {
        Some("reviews")
    }

    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error> {
        let entry = loading.place.entry;
        let (folder, archived) = self.unpacked(loading)?;
        let corpus = tree(&folder, entry)?;
        let corpus = Corpus { checksums: archived.unwrap_or(corpus.checksums), ..corpus };
        data_set(entry.name, &folder, entry.credit(), corpus, &loading.choices.reviews, loading.seed)
    }

    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error> {
        if file.is_stored_at(path) {
            return place.checksum(file, path);
        }
        tree(path, place.entry).map(|corpus| corpus.checksums.into_values().collect())
    }
}

impl ReviewArchive {
    /// The unpacked folder, which is created next to the archive if necessary; and the archive's checksum, keyed by the
    /// archive's name, if the archive is present and the folder was unpacked from it.
    fn unpacked(&self, loading: &mut Loading<'_>) -> Result<(PathBuf, Option<BTreeMap<String, String>>), Error> {
        let archive = &self.archive;
        let path = loading.place.find(archive)?;
        if path.is_dir() {
            return Ok((path, None));
        }
        // The checksum is verified here as well, so only the published archive is unpacked.
        let sha256 = loading.place.checksum(archive, &path)?;
        let beside = path.with_file_name(archive.unpacked);
        unpack::folder(&path, archive.unpacked, &sha256, loading.progress)?;
        let is_from_archive = unpack::made_of(&beside).is_some_and(|stamp| stamp == sha256);
        Ok((beside, is_from_archive.then(|| BTreeMap::from([(archive.name.to_owned(), sha256)]))))
    }
}

/// The reviews of the `aclImdb` tree at `path`, which must have as many labelled reviews as `entry` states.
///
/// # Errors
/// As for [`read`](super::read()); [`Error::Layout`] when `path` is not such a tree or has other numbers of reviews.
fn tree(path: &Path, entry: &Entry) -> Result<Corpus, Error> {
    let other = |found: String| {
        let expected = format!("{} training and {} test reviews", entry.train + entry.validation, entry.test);
        let remedy = "delete the folder, get the archive again and unpack all of it";
        Error::Layout { path: path.to_owned(), expected, found, remedy }
    };
    if !films::are_in(path) {
        return Err(other("no folder train/pos".to_owned()));
    }
    let mut corpus = Corpus::default();
    films::read(path, &mut corpus)?;
    let counts = (corpus.train.len(), corpus.test.len());
    if counts == (entry.train + entry.validation, entry.test) {
        Ok(corpus)
    } else {
        Err(other(format!("{} training and {} test reviews", counts.0, counts.1)))
    }
}

#[cfg(test)]
mod tests;
