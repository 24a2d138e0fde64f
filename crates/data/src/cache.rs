//! Where the files of data sets live.

use crate::catalogue::{Entry, File};
use crate::{Error, emnist};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where the files of data sets are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locations {
    /// The folder given as `--data-dir`, and its sub-folder named after the data set; nowhere else.
    DataDir(PathBuf),
    /// The cache of this user, one sub-folder for each data set.
    Cache(PathBuf),
}

impl Locations {
    /// `data_dir` when given, else the cache: `$RECTIFIER_DATA`, or `$XDG_CACHE_HOME/rectifier`, or
    /// `$HOME/.cache/rectifier`.
    ///
    /// # Errors
    /// [`Error::NoCache`] when no folder is given and none of the three variables is set.
    pub fn choose(data_dir: Option<&Path>) -> Result<Self, Error> {
        match data_dir {
            Some(folder) => Ok(Self::DataDir(folder.to_owned())),
            None => cache(|name| std::env::var_os(name)).map(Self::Cache),
        }
    }

    /// The folder that the files of `entry` are fetched into.
    #[must_use]
    pub fn folder(&self, entry: &Entry) -> PathBuf {
        let (Self::DataDir(root) | Self::Cache(root)) = self;
        root.join(entry.folder)
    }

    /// The folder for what is made of the files of `entry`. It is in the cache even when they lie elsewhere, perhaps where
    /// nothing can be written; beside them when no variable says where the cache is.
    pub(crate) fn made(&self, entry: &Entry) -> PathBuf {
        self.made_with(cache(|name| std::env::var_os(name)).ok(), entry)
    }

    fn made_with(&self, cache: Option<PathBuf>, entry: &Entry) -> PathBuf {
        match (self, cache) {
            (Self::DataDir(_), Some(cache)) => Self::Cache(cache).folder(entry),
            (Self::DataDir(_), None) | (Self::Cache(_), _) => self.folder(entry),
        }
    }

    /// The folders in which the files of `entry` may lie.
    pub(crate) fn folders(&self, entry: &Entry) -> Vec<PathBuf> {
        match self {
            Self::DataDir(root) => vec![root.clone(), self.folder(entry)],
            Self::Cache(_) => vec![self.folder(entry)],
        }
    }

    /// Where `file` of `entry` is, as published or unpacked; `None` when it is missing. A given folder may itself be what
    /// the file unpacks to, and the members of EMNIST's archive may lie in it one by one.
    #[must_use]
    pub fn find(&self, entry: &Entry, file: &File) -> Option<PathBuf> {
        let folders = self.folders(entry);
        let itself = folders[0].ends_with(file.unpacked).then(|| folders[0].clone());
        let names = [file.name, file.unpacked];
        let paths = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        let holding = || {
            let first = entry.first_member()?;
            let holds = |folder: &&PathBuf| [first, emnist::plain(first)].iter().any(|name| folder.join(name).exists());
            folders.iter().find(holds).cloned()
        };
        paths.chain(itself).find(|path| path.exists()).or_else(holding)
    }

    /// The command that fetches the files of `entry` to here.
    #[must_use]
    pub fn fetch_command(&self, entry: &Entry) -> String {
        match self {
            Self::DataDir(root) => format!("train data fetch {} --data-dir {}", entry.name, root.display()),
            Self::Cache(_) => format!("train data fetch {}", entry.name),
        }
    }
}

/// The cache that the variables name; one that is empty counts as not set.
fn cache(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, Error> {
    let folder = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("RECTIFIER_DATA")
        .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("rectifier")))
        .or_else(|| folder("HOME").map(|home| home.join(".cache").join("rectifier")))
        .ok_or(Error::NoCache)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::MNIST;

    fn cache_with(set: &[(&str, &str)]) -> Result<PathBuf, Error> {
        cache(|name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn the_cache_is_the_first_variable_that_is_set() {
        let all = [("RECTIFIER_DATA", "r"), ("XDG_CACHE_HOME", "x"), ("HOME", "h")];
        assert_eq!(cache_with(&all).unwrap(), Path::new("r"));
        assert_eq!(cache_with(&all[1..]).unwrap(), Path::new("x/rectifier"));
        assert_eq!(cache_with(&all[2..]).unwrap(), Path::new("h/.cache/rectifier"));
        assert_eq!(cache_with(&[("RECTIFIER_DATA", ""), ("HOME", "h")]).unwrap(), Path::new("h/.cache/rectifier"));
        assert!(cache_with(&[]).unwrap_err().to_string().contains("set RECTIFIER_DATA or pass --data-dir"));
    }

    #[test]
    fn what_is_made_is_kept_in_the_cache_or_beside_the_files() {
        let given = Locations::DataDir("given".into());
        assert_eq!(given.made_with(Some("cache".into()), &MNIST), Path::new("cache/mnist"));
        assert_eq!(given.made_with(None, &MNIST), Path::new("given/mnist"));
        let kept = Locations::Cache("kept".into());
        assert_eq!(kept.made_with(Some("cache".into()), &MNIST), Path::new("kept/mnist"));
    }

    #[test]
    fn a_given_folder_and_its_sub_folder_are_searched_packed_before_unpacked() {
        let root = tempfile::tempdir().unwrap();
        let here = Locations::choose(Some(root.path())).unwrap();
        let file = &MNIST.files()[1];
        assert_eq!(here.find(&MNIST, file), None);
        let put = |path: &str| {
            let path = root.path().join(path);
            files::create_folder(path.parent().unwrap()).unwrap();
            files::write(&path, b"").unwrap();
            path
        };
        let unpacked = put("train-labels-idx1-ubyte");
        assert_eq!(here.find(&MNIST, file), Some(unpacked));
        let packed = put("mnist/train-labels-idx1-ubyte.gz");
        assert_eq!(here.find(&MNIST, file), Some(packed.clone()));
        let cache = Locations::Cache(root.path().to_owned());
        assert_eq!(cache.find(&MNIST, file), Some(packed));
        assert_eq!(cache.find(&MNIST, &MNIST.files()[0]), None);
    }
}
