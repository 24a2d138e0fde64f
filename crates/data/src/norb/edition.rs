//! The two publications of NORB, and what their files are called.

use crate::Error;
use std::path::{Path, PathBuf};

/// Which NORB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Jittered objects on cluttered ground, the set of the paper: 291,600 training and 58,320 test pairs of 108x108
    /// pixels in 6 classes. <https://cs.nyu.edu/~ylclab/data/norb-v1.0/>.
    JitteredCluttered,
    /// Centred objects on even ground, a lighter stand-in: 24,300 and 24,300 pairs of 96x96 pixels in 5 classes.
    /// <https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/>.
    Small,
}

/// The three files of one part of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Triple {
    /// The pairs of images, bytes, `[n, 2, height, width]`.
    pub(crate) dat: PathBuf,
    /// The labels, `[n]`.
    pub(crate) cat: PathBuf,
    /// What was photographed, `[n, 4 or more]`; the first column is the instance.
    pub(crate) info: PathBuf,
}

/// All files of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sources {
    /// Those to train and validate on, in their order.
    pub(crate) train: Vec<Triple>,
    /// Those to test on, in their order.
    pub(crate) test: Vec<Triple>,
}

impl Edition {
    /// The number of classes: animal, human, plane, truck, car, and in the full set none of these.
    pub(crate) fn classes(self) -> usize {
        match self {
            Self::JitteredCluttered => 6,
            Self::Small => 5,
        }
    }

    /// Finds every file in one of `folders`, as published (`.mat.gz`) or unpacked (`.mat`), in this order.
    ///
    /// # Errors
    /// What `absent` makes of the published name of the first file that is in none of them: a part of the set would
    /// give other results without saying so.
    pub(crate) fn locate(self, folders: &[&Path], absent: impl Fn(&str) -> Error) -> Result<Sources, Error> {
        let file = |stem: &str, kind: &str| {
            let names = [format!("{stem}-{kind}.mat.gz"), format!("{stem}-{kind}.mat")];
            let paths = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
            paths.into_iter().find(|path| path.exists()).ok_or_else(|| absent(&names[0]))
        };
        let triple = |stem: String| {
            Ok(Triple { dat: file(&stem, "dat")?, cat: file(&stem, "cat")?, info: file(&stem, "info")? })
        };
        let (train, test) = self.stems();
        let train = train.into_iter().map(triple).collect::<Result<_, Error>>()?;
        Ok(Sources { train, test: test.into_iter().map(triple).collect::<Result<_, Error>>()? })
    }

    /// What the names of the files begin with, part by part: those to train on, those to test on.
    fn stems(self) -> (Vec<String>, Vec<String>) {
        match self {
            Self::JitteredCluttered => (
                (1..=10).map(|part| format!("norb-5x46789x9x18x6x2x108x108-training-{part:02}")).collect(),
                (1..=2).map(|part| format!("norb-5x01235x9x18x6x2x108x108-testing-{part:02}")).collect(),
            ),
            Self::Small => (
                vec!["smallnorb-5x46789x9x18x6x2x96x96-training".to_owned()],
                vec!["smallnorb-5x01235x9x18x6x2x96x96-testing".to_owned()],
            ),
        }
    }
}

impl Sources {
    /// Every file, part by part: images, labels, instances; those of the test last.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.train.iter().chain(&self.test).flat_map(|triple| [&*triple.dat, &*triple.cat, &*triple.info])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(edition: Edition, folders: &[&Path]) -> Result<Sources, String> {
        let absent = |name: &str| Error::Examples { expected: name.to_owned(), found: "nothing".to_owned() };
        edition.locate(folders, absent).map_err(|e| match e {
            Error::Examples { expected, .. } => expected,
            other => other.to_string(),
        })
    }

    #[test]
    fn every_part_is_found_packed_before_unpacked() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folders = [first.path(), second.path()];
        let mut put = 0;
        // The first missing file is named each time, until none is.
        let sources = loop {
            match locate(Edition::JitteredCluttered, &folders) {
                Ok(sources) => break sources,
                Err(missing) => {
                    let name = if put % 2 == 0 { &missing } else { missing.strip_suffix(".gz").unwrap() };
                    files::write(&folders[put % 2].join(name), b"").unwrap();
                    put += 1;
                }
            }
        };
        assert_eq!((put, sources.train.len(), sources.test.len(), sources.paths().count()), (36, 10, 2, 36));
        let stem = "norb-5x46789x9x18x6x2x108x108-training";
        assert_eq!(sources.train[0].dat, first.path().join(format!("{stem}-01-dat.mat.gz")));
        assert_eq!(sources.train[9].cat, first.path().join(format!("{stem}-10-cat.mat.gz")));
        let last = second.path().join("norb-5x01235x9x18x6x2x108x108-testing-02-info.mat");
        assert_eq!(sources.test[1].info, last);
        files::write(&last.with_extension("mat.gz"), b"").unwrap();
        let again = locate(Edition::JitteredCluttered, &folders).unwrap();
        assert_eq!(again.test[1].info, last.with_extension("mat.gz"));
    }

    #[test]
    fn small_norb_is_one_part_of_each() {
        let folder = tempfile::tempdir().unwrap();
        let missing = locate(Edition::Small, &[folder.path()]).unwrap_err();
        assert_eq!(missing, "smallnorb-5x46789x9x18x6x2x96x96-training-dat.mat.gz");
        for kind in ["dat", "cat", "info"] {
            for stem in ["smallnorb-5x46789x9x18x6x2x96x96-training", "smallnorb-5x01235x9x18x6x2x96x96-testing"] {
                files::write(&folder.path().join(format!("{stem}-{kind}.mat")), b"").unwrap();
            }
        }
        let sources = locate(Edition::Small, &[folder.path()]).unwrap();
        assert_eq!((sources.train.len(), sources.test.len()), (1, 1));
    }
}
