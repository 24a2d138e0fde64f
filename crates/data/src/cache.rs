//! The folders that hold the files of data sets.

use crate::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folders in which the files of data sets are searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locations {
    /// The folder given as `--data-dir`, and its sub-folder named in the catalogue entry.
    DataDir(PathBuf),
    /// The user's cache, with a sub-folder for each data set; data sets with the same files share a sub-folder.
    Cache(PathBuf),
}

impl Locations {
    /// `data_dir` if it is given, otherwise the user's cache: the first of `$RECTIFIER_DATA`,
    /// `$XDG_CACHE_HOME/rectifier` and `$HOME/.cache/rectifier` whose environment variable is set and not empty.
    ///
    /// # Errors
    /// [`Error::NoCache`] when no folder is given and each of the three variables is unset or empty.
    pub fn choose(data_dir: Option<&Path>) -> Result<Self, Error> {
        match data_dir {
            Some(folder) => Ok(Self::DataDir(folder.to_owned())),
            None => folder().map(Self::Cache),
        }
    }

    /// The folder given as `--data-dir`, or the folder of the cache.
    pub(crate) fn root(&self) -> &Path {
        let (Self::DataDir(root) | Self::Cache(root)) = self;
        root
    }
}

/// The folder of the user's cache, as described for [`Locations::choose`].
///
/// # Errors
/// [`Error::NoCache`] when each of `RECTIFIER_DATA`, `XDG_CACHE_HOME` and `HOME` is unset or empty.
pub(crate) fn folder() -> Result<PathBuf, Error> {
    folder_named_by(|name| std::env::var_os(name))
}

/// The folder of the cache, where `variable` reads the environment variable of a given name; an empty variable counts
/// as unset.
fn folder_named_by(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, Error> {
    let folder = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("RECTIFIER_DATA")
        .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("rectifier")))
        .or_else(|| folder("HOME").map(|home| home.join(".cache").join("rectifier")))
        .ok_or(Error::NoCache)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache_with(set: &[(&str, &str)]) -> Result<PathBuf, Error> {
        folder_named_by(|name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into()))
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
}
