//! The options `--data-dir` and `--offline`, which state where data are read from.

use crate::config::Override;
use crate::failure::Failure;
use clap::Args;
use data::{Access, Source};
use std::path::PathBuf;

/// Options that state where data are read from.
#[derive(Args, Debug)]
pub struct SourceArgs {
    /// The folder with the data set's files or with your own data; default: the cache folder, to which data sets are
    /// downloaded.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Never use the internet.
    #[arg(long)]
    pub offline: bool,
}

impl SourceArgs {
    /// The folder of `--data-dir` as a setting, with an absolute path, so that a run finds its data from any working
    /// directory. `None` without `--data-dir`.
    ///
    /// # Errors
    /// [`Failure`] when the path is not valid UTF-8, or cannot be made absolute.
    pub fn setting(&self) -> Result<Option<Override>, Failure> {
        let Some(dir) = &self.data_dir else { return Ok(None) };
        let absolute = std::path::absolute(dir).map_err(files::Error::new("find", dir))?;
        let text = absolute.to_str().ok_or_else(|| {
            Failure::Usage(format!("--data-dir {} is not valid UTF-8; rename the folder", dir.display()))
        })?;
        Ok(Some(Override::option("data.dir", text, format!("--data-dir {text}"))))
    }

    /// The source of data: the folder of `--data-dir`, or else `dir`; with or without internet access, as `--offline`
    /// states.
    #[must_use]
    pub fn source(&self, dir: Option<PathBuf>) -> Source {
        let access = if self.offline { Access::Offline } else { Access::Online };
        Source { data_dir: self.data_dir.clone().or(dir), access }
    }
}
