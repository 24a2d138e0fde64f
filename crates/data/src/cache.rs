//! Where the files of data sets are kept.

use crate::Error;
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
            None => folder().map(Self::Cache),
        }
    }

    /// The folder given or that of the cache.
    pub(crate) fn root(&self) -> &Path {
        let (Self::DataDir(root) | Self::Cache(root)) = self;
        root
    }
}

/// The folder of the cache.
///
/// # Errors
/// [`Error::NoCache`].
pub(crate) fn folder() -> Result<PathBuf, Error> {
    folder_named_by(|name| std::env::var_os(name))
}

/// The cache named by the environment; an empty variable counts as not set.
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
