//! A run's folder: the folder's name, files and lock, and how the run ended.

use crate::config::{self, Config};
use crate::failure::Failure;
use crate::terminal;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A run's folder, such as `artifacts/digits-seed1`.
#[derive(Clone, Debug)]
pub struct RunFolder {
    path: PathBuf,
}

/// The parent folder of runs that are started without `--run-dir`.
const ARTIFACTS: &str = "artifacts";

impl RunFolder {
    /// Fails if the folder at `path` contains a file or folder that is not hidden.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the folder is not empty; [`Failure::File`] if the folder cannot be read.
    pub fn check_empty(path: &Path) -> Result<(), Failure> {
        // A run that was killed in its first moments leaves hidden files: its lock, and partly written files.
        let visible = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.is_ok_and(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        };
        if path.is_dir() && std::fs::read_dir(path).map_err(files::Error::new("read", path))?.any(visible) {
            let path = path.display();
            return Err(Failure::Usage(format!(
                "the run folder {path} is not empty; resume its run with --resume --run-dir {path}, or choose another --run-dir"
            )));
        }
        Ok(())
    }

    /// Creates the folder at `path`, which must be empty if it exists.
    ///
    /// # Errors
    /// The errors of [`RunFolder::check_empty`]; [`Failure::File`] if the folder cannot be created.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        Self::check_empty(path)?;
        files::create_folder(path)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Creates the first of `artifacts/NAME-seedN`, `artifacts/NAME-seedN-2`, ... that does not exist.
    ///
    /// # Errors
    /// [`Failure::File`] if the folder cannot be created.
    pub fn first_free(name: &str, seed: u64) -> Result<Self, Failure> {
        let free = Self::numbered(name, seed).find(|path| !path.exists());
        Self::create(&free.unwrap_or_else(|| PathBuf::from(ARTIFACTS)))
    }

    /// The last of the folders `artifacts/NAME-seedN`, `artifacts/NAME-seedN-2`, ... before the first that does not
    /// exist.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is no such folder; otherwise the errors of [`RunFolder::open`].
    pub fn latest(name: &str, seed: u64) -> Result<Self, Failure> {
        let latest = Self::numbered(name, seed).take_while(|path| path.exists()).last();
        let path = latest.ok_or_else(|| {
            let first = Path::new(ARTIFACTS).join(format!("{name}-seed{seed}"));
            Failure::Usage(format!(
                "there is no run in {} to resume; name the folder of a run with --run-dir",
                first.display()
            ))
        })?;
        Self::open(&path)
    }

    fn numbered(name: &str, seed: u64) -> impl Iterator<Item = PathBuf> {
        let stem = format!("{name}-seed{seed}");
        let first = Path::new(ARTIFACTS).join(&stem);
        std::iter::once(first).chain((2..u32::MAX).map(move |n| Path::new(ARTIFACTS).join(format!("{stem}-{n}"))))
    }

    /// The folder at `path`, in which a run was started before.
    ///
    /// # Errors
    /// [`Failure::Usage`] if `path` is not a run's folder; [`Failure::File`] if permission to read the folder is
    /// denied.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let folder = Self { path: path.to_owned() };
        if folder.config().is_file() {
            return Ok(folder);
        }
        if let Err(e) = std::fs::metadata(folder.config())
            && e.kind() == std::io::ErrorKind::PermissionDenied
        {
            return Err(files::Error::new("read", path)(e).into());
        }
        let path = path.display();
        Err(Failure::Usage(format!("{path} is not a run's folder (it has no config.toml); check the path")))
    }

    /// The folder at `path`, of a run that has a best network or a result.
    ///
    /// # Errors
    /// [`Failure::Usage`] if `path` is not a run's folder, or if the run has no best network because the run diverged
    /// or is not finished; [`Failure::File`] if permission to read the folder is denied, or `diverged.json` cannot be
    /// read.
    pub fn open_trained(path: &Path) -> Result<Self, Failure> {
        let folder = Self::open(path)?;
        if folder.record("best").is_file() || folder.result().is_file() {
            return Ok(folder);
        }
        Err(folder.unfinished()?)
    }

    /// The failure to report for a run without a result: either the run diverged, or the run is not finished and can be
    /// resumed.
    ///
    /// # Errors
    /// [`Failure::File`] if `diverged.json` cannot be read.
    pub fn unfinished(&self) -> Result<Failure, Failure> {
        let path = self.path.display();
        Ok(Failure::Usage(match Ending::of(self)? {
            Some(Ending::Diverged(reason)) => format!("the run in {path} diverged: {reason}"),
            _ => format!("the run in {path} is not finished; resume it with: {}", self.resume_command()),
        }))
    }

    /// The folder at `path`, without any check.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Locks the folder against other processes until the returned file is dropped, and removes files that a killed
    /// process left partly written.
    ///
    /// # Errors
    /// [`Failure::Busy`] if another process holds the lock; [`Failure::File`] if the lock file cannot be written or
    /// locked, or a partly written file cannot be removed.
    pub fn lock(&self) -> Result<std::fs::File, Failure> {
        let path = self.path.join(".lock");
        let open = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = open.map_err(files::Error::new("write", &path))?;
        match file.try_lock() {
            Ok(()) => {
                files::remove_leftovers(&self.path)?;
                Ok(file)
            }
            Err(std::fs::TryLockError::WouldBlock) => Err(Failure::Busy { folder: self.path.clone() }),
            Err(std::fs::TryLockError::Error(e)) => Err(files::Error::new("lock", &path)(e).into()),
        }
    }

    /// The configuration that the run was started with.
    ///
    /// # Errors
    /// [`Failure`] if the configuration cannot be read or is invalid.
    pub fn read_config(&self) -> Result<Config, Failure> {
        Self::config_in(&self.config())
    }

    /// The configuration in the file at `path`.
    ///
    /// # Errors
    /// [`Failure`] if the configuration cannot be read or is invalid.
    pub fn config_in(path: &Path) -> Result<Config, Failure> {
        let text = files::read_text(path)?;
        Ok(config::resolve(Some((path, &text)), &[])?)
    }

    /// The command that resumes this run.
    #[must_use]
    pub fn resume_command(&self) -> String {
        format!("train --resume --run-dir {}", self.path.display())
    }

    /// The path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `config.toml`, the resolved configuration.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// `run.json`, the manifest: what was run, with which versions, and on which device and data.
    #[must_use]
    pub fn manifest(&self) -> PathBuf {
        self.path.join("run.json")
    }

    /// `metrics.jsonl`, the metrics, one line per epoch.
    #[must_use]
    pub fn metrics(&self) -> PathBuf {
        self.path.join("metrics.jsonl")
    }

    /// `pretraining.jsonl`, the metrics of pre-training, one line per epoch of each layer and learning rate.
    #[must_use]
    pub fn pretraining(&self) -> PathBuf {
        self.path.join("pretraining.jsonl")
    }

    /// The checkpoint of pre-training layer `layer`, counted from 1, at learning rate `rate`.
    #[must_use]
    pub fn pretraining_checkpoint(&self, layer: usize, rate: f64) -> PathBuf {
        self.path.join("pretraining").join(format!("layer{layer}-rate{rate}.bpk"))
    }

    /// `checkpoint.bpk`, the checkpoint from which `--resume` continues training.
    #[must_use]
    pub fn checkpoint(&self) -> PathBuf {
        self.path.join("checkpoint.bpk")
    }

    /// `result.json`, the result of the run, which exists once the run is finished.
    #[must_use]
    pub fn result(&self) -> PathBuf {
        self.path.join("result.json")
    }

    /// `diverged.json`, which states why the run diverged; it exists only if the run diverged.
    #[must_use]
    pub fn diverged(&self) -> PathBuf {
        self.path.join("diverged.json")
    }

    /// `events.out.tfevents.0`, the curves for TensorBoard, which are written only with `--events`.
    #[must_use]
    pub fn events(&self) -> PathBuf {
        self.path.join("events.out.tfevents.0")
    }

    /// `mistakes.json`, the row numbers of the misclassified test examples, which is written for classification only.
    #[must_use]
    pub fn mistakes(&self) -> PathBuf {
        self.path.join("mistakes.json")
    }

    /// `predictions.json`, the true and the predicted number of each test example, which is written for regression
    /// only.
    #[must_use]
    pub fn predictions(&self) -> PathBuf {
        self.path.join("predictions.json")
    }

    /// `measures.json`, the results of the measures that `analysis.measures` selects; it exists only if a measure is
    /// selected.
    #[must_use]
    pub fn measures(&self) -> PathBuf {
        self.path.join("measures.json")
    }

    /// `report.html`, the report.
    #[must_use]
    pub fn report(&self) -> PathBuf {
        self.path.join("report.html")
    }

    /// The file of the network called `name` ("best" or "last") in Burn's format.
    #[must_use]
    pub fn record(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.bpk"))
    }

    /// The file of the network called `name` ("best" or "last") in the safetensors format.
    #[must_use]
    pub fn safetensors(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.safetensors"))
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The run has a result.
    Finished,
    /// The loss of the run became NaN or infinite, or the network learned nothing; the text is the error message.
    Diverged(String),
}

/// The content of `diverged.json`.
#[derive(Serialize, Deserialize)]
struct Divergence {
    reason: String,
}

impl Ending {
    /// How the run in `folder` ended; `None` if the run has not ended, or if `diverged.json` is malformed.
    ///
    /// # Errors
    /// [`Failure::File`] if `diverged.json` cannot be read.
    pub fn of(folder: &RunFolder) -> Result<Option<Self>, Failure> {
        if folder.result().is_file() {
            return Ok(Some(Self::Finished));
        }
        if !folder.diverged().is_file() {
            return Ok(None);
        }
        let divergence: Result<Divergence, _> = serde_json::from_str(&files::read_text(&folder.diverged())?);
        Ok(divergence.ok().map(|divergence| Self::Diverged(divergence.reason)))
    }
}

/// Writes `diverged.json` to `folder` if `failure` is a divergence; other failures are not recorded.
///
/// # Errors
/// [`Failure::File`] if the file cannot be written.
pub fn note_divergence(folder: &RunFolder, failure: &Failure) -> Result<(), Failure> {
    if !failure.is_divergence() {
        return Ok(());
    }
    let text = terminal::json(&Divergence { reason: failure.to_string() }) + "\n";
    Ok(files::write(&folder.diverged(), text.as_bytes())?)
}
