//! A trained network to use: the best network of a run, or the network in a safetensors file.

use crate::cli::portable;
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use model::Record;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A trained network, and the run that trained it.
pub struct Trained {
    /// The folder of the run, or the file.
    pub path: PathBuf,
    /// The network, its preprocessing and its target.
    pub record: Record,
    /// The run; `None` if the network is in a file.
    pub run: Option<RunFolder>,
}

impl Trained {
    /// The best network of the run in the folder `path`; if `path` ends in `.safetensors`, the network in this file, in
    /// which the network has to be described, as this program and the Python package `rectifier` do.
    ///
    /// # Errors
    /// [`Failure`] when the folder has no usable record, or the file cannot be read or does not describe its network.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let (record, run) = if path.extension() == Some(OsStr::new("safetensors")) {
            let refused = |problem| Failure::Import { path: path.to_owned(), problem };
            let network = exchange::from_safetensors(&files::read(path)?, None).map_err(refused)?;
            (portable::record(network.parts())?, None)
        } else {
            let run = RunFolder::open_trained(path)?;
            (Record::load(&run.record("best"))?, Some(run))
        };
        Ok(Self { path: path.to_owned(), record, run })
    }

    /// The name of the run or of the file, without its extension.
    #[must_use]
    pub fn name(&self) -> String {
        let path = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        let name = if self.run.is_some() { path.file_name() } else { path.file_stem() };
        name.unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The folder of the run, or that of the file.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match &self.run {
            Some(run) => run.path(),
            None => self.path.parent().unwrap_or(Path::new("")),
        }
    }
}
