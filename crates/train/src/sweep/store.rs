//! The store of a sweep: finished runs in `DIR/ID`, runs in progress in `DIR/.work/ID`, locks in `DIR/.claims`.

use super::agenda::Run;
use super::status::WorkStatus;
use crate::failure::Failure;
use crate::run::folder::{Ending, RunFolder};
use crate::run::id;
use report::Outcome;
use std::fs::TryLockError;
use std::path::{Path, PathBuf};

/// Which networks of a finished run to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Keep {
    /// No network: only numbers, curves and the report remain.
    Nothing,
    /// The best network, in `best.bpk`.
    Networks,
}

/// A folder of runs that any number of processes may share.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// The exclusive right to work on a run: a lock that is released when the claim is dropped or, by the operating system,
/// when the process ends.
#[derive(Debug)]
pub struct Claim {
    _lock: std::fs::File,
}

/// Fails if one of `folders` is not an existing folder, because a misspelt name must not be taken for an empty store.
///
/// # Errors
/// [`Failure::Usage`], which names the missing folder.
pub fn check(folders: &[PathBuf]) -> Result<(), Failure> {
    match folders.iter().find(|folder| !folder.is_dir()) {
        Some(other) => Err(Failure::Usage(format!(
            "the folder of runs {} does not exist; name another folder with --runs, or create this one with 'train \
             reproduce'",
            other.display()
        ))),
        None => Ok(()),
    }
}

/// The outcome of the run `id` from the first of `folders` that contains an outcome of this run; `None` if no folder
/// does. Each folder is a store or contains exported outcomes.
///
/// # Errors
/// [`Failure::Report`] when the outcome exists but cannot be read.
pub fn kept(folders: &[PathBuf], id: &str) -> Result<Option<Outcome>, Failure> {
    let files = |folder: &PathBuf| [folder.join(id).join("outcome.json"), folder.join(format!("{id}.json"))];
    let found = folders.iter().flat_map(files).find(|file| file.is_file());
    Ok(found.map(|file| Outcome::read(&file)).transpose()?)
}

impl Store {
    /// The store in `folder`, which is created if it does not exist.
    ///
    /// # Errors
    /// [`Failure::File`] when the folder cannot be created.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let store = Self { folder: folder.to_owned() };
        files::create_folder(&store.works())?;
        files::create_folder(&store.claims())?;
        Ok(store)
    }

    fn works(&self) -> PathBuf {
        self.folder.join(".work")
    }

    fn claims(&self) -> PathBuf {
        self.folder.join(".claims")
    }

    /// The folder of the finished run `id`.
    #[must_use]
    pub fn published(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// The working folder of the run `id`, which is used until the run is published.
    #[must_use]
    pub fn work(&self, id: &str) -> RunFolder {
        RunFolder::at(self.works().join(id))
    }

    /// The file from which the worker reads the configuration of the run `id`.
    #[must_use]
    pub fn config(&self, id: &str) -> PathBuf {
        self.works().join(format!("{id}.toml"))
    }

    /// The file for the stderr of the worker called `name`. A worker with a single run has the run's id as its name.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.works().join(format!("{name}.log"))
    }

    /// The outcome of the run `id`; `None` if the run has not been published.
    ///
    /// # Errors
    /// [`Failure::Report`] when the outcome exists but cannot be read.
    pub fn outcome(&self, id: &str) -> Result<Option<Outcome>, Failure> {
        let path = self.published(id).join("outcome.json");
        Ok(if path.is_file() { Some(Outcome::read(&path)?) } else { None })
    }

    /// Claims the run `id`. Returns `None` when another process has claimed the run.
    ///
    /// # Errors
    /// [`Failure::File`] when the lock file cannot be written or locked.
    pub fn claim(&self, id: &str) -> Result<Option<Claim>, Failure> {
        let path = self.claims().join(format!("{id}.lock"));
        let open = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = open.map_err(files::Error::new("write", &path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Claim { _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(files::Error::new("lock", &path)(e).into()),
        }
    }

    /// Writes the configuration of `run` for a worker, prepares the run's working folder, and returns the folder's
    /// status. The caller must have claimed the run.
    ///
    /// # Errors
    /// [`Failure`] when the configuration cannot be written, or the folder cannot be read or changed.
    pub fn prepare(&self, run: &Run) -> Result<WorkStatus, Failure> {
        files::write(&self.config(&run.id), toml::to_string(&run.config).unwrap_or_default().as_bytes())?;
        let work = self.work(&run.id);
        if !work.path().is_dir() {
            return Ok(WorkStatus::New);
        }
        match work.lock() {
            Ok(lock) => drop(lock), // the worker will lock the folder itself
            Err(Failure::Busy { .. }) => return Ok(WorkStatus::Locked),
            Err(failure) => return Err(failure),
        }
        if !work.config().is_file() {
            let removed = std::fs::remove_dir_all(work.path());
            removed.map_err(files::Error::new("remove", work.path()))?;
            return Ok(WorkStatus::New);
        }
        // Another version of the program may have started a different run under this id.
        if !work.read_config().is_ok_and(|config| id::same(&config, &run.config)) {
            self.move_aside(work.path(), &run.id)?;
            return Ok(WorkStatus::New);
        }
        Ok(self.ending(&run.id)?.map_or(WorkStatus::Resumable, WorkStatus::Ended))
    }

    /// How the run `id` ended, according to its working folder; `None` if the run has not ended.
    ///
    /// # Errors
    /// [`Failure::File`] when `diverged.json` cannot be read.
    pub fn ending(&self, id: &str) -> Result<Option<Ending>, Failure> {
        Ending::of(&self.work(id))
    }

    /// Publishes the run `id`, which has ended, and returns its outcome. The files that are not kept are removed first;
    /// a single rename then moves the run's folder from the runs in progress to the finished runs.
    ///
    /// # Errors
    /// [`Failure`] when the run's files cannot be read or written, or the run's folder cannot be moved.
    pub fn publish(&self, id: &str, ending: Ending, keep: Keep) -> Result<Outcome, Failure> {
        let work = self.work(id);
        let outcome = match ending {
            Ending::Finished => Outcome::of(work.path(), id)?,
            Ending::Diverged(reason) => Outcome::diverged(work.path(), id, reason)?,
        };
        outcome.write(&work.path().join("outcome.json"))?;
        drop_networks(&work, keep)?;
        let target = self.published(id);
        if target.exists() {
            self.move_aside(&target, id)?; // a folder without an outcome is not a finished run
        }
        files::rename(work.path(), &target)?;
        for file in [self.config(id), self.log(id)] {
            remove(&file)?;
        }
        Ok(outcome)
    }

    /// Moves `folder` to the first unused path of the form `DIR/.work/ID.old-K`.
    fn move_aside(&self, folder: &Path, id: &str) -> Result<(), Failure> {
        let mut names = (1..u32::MAX).map(|k| self.works().join(format!("{id}.old-{k}")));
        let aside = names.find(|path| !path.exists()).unwrap_or_else(|| self.works());
        crate::terminal::notice(&format!(
            "{} does not contain the run {id} and was moved to {}",
            folder.display(),
            aside.display()
        ));
        Ok(files::rename(folder, &aside)?)
    }
}

/// Removes the files that are needed only during training, and the networks that are not kept.
fn drop_networks(work: &RunFolder, keep: Keep) -> Result<(), Failure> {
    let mut dropped = vec![
        work.checkpoint(),
        work.record("last"),
        work.safetensors("last"),
        work.safetensors("best"),
        work.path().join("pretraining"),
        work.path().join(".lock"),
    ];
    if keep == Keep::Nothing {
        dropped.push(work.record("best"));
    }
    dropped.iter().try_for_each(|path| remove(path))
}

/// Removes the file or folder `path`, if it exists.
pub(super) fn remove(path: &Path) -> Result<(), Failure> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(files::Error::new("remove", path)(e).into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn run(config: Config) -> Run {
        Run { id: id::of(&config, None), repeat: 1, config, data_dir: None }
    }

    fn new_store() -> (tempfile::TempDir, Store, Run) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        (folder, store, run(Config::default()))
    }

    fn begin(store: &Store, run: &Run, config: &Config) {
        files::create_folder(store.work(&run.id).path()).unwrap();
        files::write(&store.work(&run.id).config(), toml::to_string(config).unwrap().as_bytes()).unwrap();
    }

    #[test]
    fn a_claim_is_exclusive_until_it_is_dropped() {
        let (_folder, store, _) = new_store();
        let claim = store.claim("a").unwrap();
        assert!(claim.is_some());
        assert!(store.claim("a").unwrap().is_none());
        assert!(store.claim("b").unwrap().is_some());
        drop(claim);
        assert!(store.claim("a").unwrap().is_some());
    }

    #[test]
    fn a_folder_without_a_configuration_starts_anew() {
        let (_folder, store, run) = new_store();
        assert_eq!(store.prepare(&run).unwrap(), WorkStatus::New);
        files::create_folder(store.work(&run.id).path()).unwrap();
        files::write(&store.work(&run.id).checkpoint(), b"half").unwrap();
        assert_eq!(store.prepare(&run).unwrap(), WorkStatus::New);
        assert!(!store.work(&run.id).path().exists());
    }

    #[test]
    fn a_run_resumes_wherever_its_data_were() {
        let (_folder, store, run) = new_store();
        let mut config = run.config.clone();
        config.data.dir = Some("/elsewhere".into());
        begin(&store, &run, &config);
        assert_eq!(store.prepare(&run).unwrap(), WorkStatus::Resumable);
        files::write(&store.work(&run.id).diverged(), b"{\"reason\":\"so\"}").unwrap();
        assert_eq!(store.prepare(&run).unwrap(), WorkStatus::Ended(Ending::Diverged("so".to_owned())));
        files::write(&store.work(&run.id).result(), b"").unwrap();
        assert_eq!(store.prepare(&run).unwrap(), WorkStatus::Ended(Ending::Finished));
    }

    #[test]
    fn another_run_under_the_same_name_is_moved_aside() {
        let (folder, store, run) = new_store();
        for k in 1..3 {
            let mut config = run.config.clone();
            config.training.epochs += k;
            begin(&store, &run, &config);
            assert_eq!(store.prepare(&run).unwrap(), WorkStatus::New);
            assert!(folder.path().join(format!(".work/{}.old-{k}/config.toml", run.id)).is_file());
        }
    }

    #[test]
    fn a_folder_that_another_process_trains_in_is_left_alone() {
        let (_folder, store, run) = new_store();
        begin(&store, &run, &run.config);
        let lock = store.work(&run.id).lock().unwrap();
        assert_eq!(store.prepare(&run).unwrap(), WorkStatus::Locked);
        drop(lock);
        assert_eq!(store.prepare(&run).unwrap(), WorkStatus::Resumable);
    }
}
