//! `--data-dir` and `--offline`: where data may come from.

use crate::config::Override;
use crate::failure::Failure;
use clap::Args;
use data::{Access, Source};
use std::path::PathBuf;

/// Where data may come from.
#[derive(Args, Debug)]
pub struct SourceArgs {
    /// Folder with the data set's files; default: a cache folder that is filled by download.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Never use the network.
    #[arg(long)]
    pub offline: bool,
}

impl SourceArgs {
    /// The folder that was typed as a setting: a run remembers where its data is, whatever folder one goes on from.
    ///
    /// # Errors
    /// [`Failure`] when its path is no text, or has no absolute form.
    pub fn setting(&self) -> Result<Option<Override>, Failure> {
        let Some(dir) = &self.data_dir else { return Ok(None) };
        let absolute = std::path::absolute(dir).map_err(files::Error::new("find", dir))?;
        let text = absolute.to_str().ok_or_else(|| {
            Failure::Usage(format!("--data-dir {} is no UTF-8 text; rename the folder", dir.display()))
        })?;
        Ok(Some(Override::option("data.dir", text, format!("--data-dir {text}"))))
    }

    /// The source, with `dir` where no folder was typed.
    #[must_use]
    pub fn source(&self, dir: Option<PathBuf>) -> Source {
        let access = if self.offline { Access::Offline } else { Access::Online };
        Source { data_dir: self.data_dir.clone().or(dir), access }
    }
}
