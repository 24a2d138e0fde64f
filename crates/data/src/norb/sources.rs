//! The paths of the files of one version of NORB.

use crate::Error;
use crate::file::File;
use std::path::{Path, PathBuf};

/// The three files of one part of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Triple {
    /// The file of the pairs of images, stored as bytes, `[n, 2, height, width]`.
    pub(crate) dat: PathBuf,
    /// The file of the labels, `[n]`.
    pub(crate) cat: PathBuf,
    /// The file that describes what was photographed, `[n, 4 or more]`; the first column is the instance.
    pub(crate) info: PathBuf,
}

/// All files of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sources {
    /// The parts for training and validation, in the order of the catalogue.
    pub(crate) train: Vec<Triple>,
    /// The parts for testing, in the order of the catalogue.
    pub(crate) test: Vec<Triple>,
}

impl Sources {
    /// Locates the files of `parts` with `find`; the first `training_parts` parts are for training and validation.
    ///
    /// # Errors
    /// The error of `find` for the first missing file. No file may be missing, because training on a part of the set
    /// would silently give other results.
    pub(crate) fn locate(
        parts: &[[File; 3]],
        training_parts: usize,
        find: impl Fn(&File) -> Result<PathBuf, Error>,
    ) -> Result<Self, Error> {
        let triple = |[dat, cat, info]: &[File; 3]| Ok(Triple { dat: find(dat)?, cat: find(cat)?, info: find(info)? });
        let mut train = parts.iter().map(triple).collect::<Result<Vec<_>, Error>>()?;
        let test = train.split_off(training_parts);
        Ok(Self { train, test })
    }

    /// The paths of all files, part by part, in the order of the catalogue: images, labels and instances of each part,
    /// the test parts last.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.train.iter().chain(&self.test).flat_map(|triple| [&*triple.dat, &*triple.cat, &*triple.info])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::NORB;

    fn locate(find: impl Fn(&File) -> Result<PathBuf, Error>) -> Result<Sources, Error> {
        Sources::locate(NORB.files().as_chunks().0, 10, find)
    }

    #[test]
    fn the_files_are_grouped_as_they_are_listed() {
        let sources = locate(|file| Ok(file.name.into())).unwrap();
        assert_eq!((sources.train.len(), sources.test.len()), (10, 2));
        let stem = "norb-5x46789x9x18x6x2x108x108-training";
        assert_eq!(sources.train[0].dat, Path::new(&format!("{stem}-01-dat.mat.gz")));
        assert_eq!(sources.train[9].cat, Path::new(&format!("{stem}-10-cat.mat.gz")));
        assert_eq!(sources.test[1].info, Path::new("norb-5x01235x9x18x6x2x108x108-testing-02-info.mat.gz"));
        assert!(sources.paths().zip(NORB.files()).all(|(path, file)| path == Path::new(file.name)));
    }

    #[test]
    fn any_missing_file_is_an_error() {
        for missing in NORB.files() {
            let find = |file: &File| if file == missing { Err(Error::NoCache) } else { Ok(file.name.into()) };
            assert!(locate(find).is_err(), "{}", missing.name);
        }
    }
}
