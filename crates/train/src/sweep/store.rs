//! Where runs are kept: finished ones in `DIR/ID`, those in work in `DIR/.work/ID`, locks in `DIR/.claims`.

use super::agenda::Run;
use crate::run::id;
use crate::failure::Failure;
use crate::run::folder::Ending;
use crate::run::folder::RunFolder;
use report::Outcome;
use std::fs::TryLockError;
use std::path::{Path, PathBuf};

/// What is kept of the networks of a finished run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Keep {
    /// Nothing: its numbers, curves and report remain.
    Nothing,
    /// The best one, `best.bpk`.
    Networks,
}

/// A folder of runs that any number of processes work on.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// The right to work on a run, for as long as it lives and its process does: the operating system frees it.
#[derive(Debug)]
pub struct Claim {
    _lock: std::fs::File,
}

/// How far a run in work is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing is there.
    Fresh,
    /// It was begun and stopped.
    Begun,
    /// It ended, as its folder says.
    Ended(Ending),
    /// A worker of a sweep that was killed is still at it.
    Busy,
}

/// Refuses `folders` of which one is none: an empty store has runs that are missing, a misspelt one has not.
///
/// # Errors
/// [`Failure::Usage`] with the folder.
pub fn check(folders: &[PathBuf]) -> Result<(), Failure> {
    match folders.iter().find(|folder| !folder.is_dir()) {
        Some(other) => Err(Failure::Usage(format!(
            "there is no folder of runs {}; name one with --runs, or make it with 'train reproduce'",
            other.display()
        ))),
        None => Ok(()),
    }
}

/// What is kept of the run `id` in the first of `folders` that has it: a store, or a folder of exported outcomes.
///
/// # Errors
/// [`Failure::Report`] when it is there and cannot be read.
pub fn kept(folders: &[PathBuf], id: &str) -> Result<Option<Outcome>, Failure> {
    let files = |folder: &PathBuf| [folder.join(id).join("outcome.json"), folder.join(format!("{id}.json"))];
    let found = folders.iter().flat_map(files).find(|file| file.is_file());
    Ok(found.map(|file| Outcome::read(&file)).transpose()?)
}

impl Store {
    /// The store in `folder`, which is created when it is not there.
    ///
    /// # Errors
    /// [`Failure::File`] when it cannot be.
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

    /// The folder of the run `id` while it is worked on.
    #[must_use]
    pub fn work(&self, id: &str) -> RunFolder {
        RunFolder::at(self.works().join(id))
    }

    /// The file with the configuration of the run `id` for its worker.
    #[must_use]
    pub fn order(&self, id: &str) -> PathBuf {
        self.works().join(format!("{id}.toml"))
    }

    /// What the worker of the run `id` says.
    #[must_use]
    pub fn log(&self, id: &str) -> PathBuf {
        self.works().join(format!("{id}.log"))
    }

    /// What is kept of the run `id`, if it is finished.
    ///
    /// # Errors
    /// [`Failure::Report`] when it is there and cannot be read.
    pub fn outcome(&self, id: &str) -> Result<Option<Outcome>, Failure> {
        let path = self.published(id).join("outcome.json");
        Ok(if path.is_file() { Some(Outcome::read(&path)?) } else { None })
    }

    /// The right to work on the run `id`; nothing when another process has it.
    ///
    /// # Errors
    /// [`Failure::File`] when the lock cannot be written.
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

    /// What there is of `run` in work, made ready to be gone on with. Whoever asks has the claim.
    ///
    /// # Errors
    /// [`Failure`] when the folder cannot be read or written.
    pub fn prepare(&self, run: &Run) -> Result<Stage, Failure> {
        files::write(&self.order(&run.id), toml::to_string(&run.config).unwrap_or_default().as_bytes())?;
        let work = self.work(&run.id);
        if !work.path().is_dir() {
            return Ok(Stage::Fresh);
        }
        match work.lock() {
            Ok(lock) => drop(lock), // the worker takes it
            Err(Failure::Busy { .. }) => return Ok(Stage::Busy),
            Err(failure) => return Err(failure),
        }
        if !work.config().is_file() {
            let removed = std::fs::remove_dir_all(work.path());
            removed.map_err(files::Error::new("remove", work.path()))?;
            return Ok(Stage::Fresh);
        }
        // What another version of the program began under this name is not what this one would go on with.
        if !work.read_config().is_ok_and(|begun| id::same(&begun, &run.config)) {
            self.move_aside(work.path(), &run.id)?;
            return Ok(Stage::Fresh);
        }
        Ok(self.ending(&run.id)?.map_or(Stage::Begun, Stage::Ended))
    }

    /// How the run `id` in work ended, if it did.
    ///
    /// # Errors
    /// [`Failure::File`] when its folder cannot be read.
    pub fn ending(&self, id: &str) -> Result<Option<Ending>, Failure> {
        Ending::of(&self.work(id))
    }

    /// Makes the run `id` in work, which ended, a finished one, and gives what is kept of it.
    ///
    /// # Errors
    /// [`Failure`] when its files cannot be read, or the folder not moved.
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
            self.move_aside(&target, id)?; // without an outcome: it is no finished run
        }
        files::rename(work.path(), &target)?;
        for file in [self.order(id), self.log(id)] {
            remove(&file)?;
        }
        Ok(outcome)
    }

    /// Moves `folder` to the first free `DIR/.work/ID.old-K`.
    fn move_aside(&self, folder: &Path, id: &str) -> Result<(), Failure> {
        let mut names = (1..u32::MAX).map(|k| self.works().join(format!("{id}.old-{k}")));
        let aside = names.find(|path| !path.exists()).unwrap_or_else(|| self.works());
        crate::terminal::notice(&format!("{} is not this run; it is now {}", folder.display(), aside.display()));
        Ok(files::rename(folder, &aside)?)
    }
}

/// Removes what only training needs, and the networks that are not to be kept.
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

    fn place() -> (tempfile::TempDir, Store, Run) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        (folder, store, run(Config::default()))
    }

    fn begin(store: &Store, run: &Run, config: &Config) {
        files::create_folder(store.work(&run.id).path()).unwrap();
        files::write(&store.work(&run.id).config(), toml::to_string(config).unwrap().as_bytes()).unwrap();
    }

    #[test]
    fn a_claim_is_exclusive_until_it_is_gone() {
        let (_folder, store, _) = place();
        let claim = store.claim("a").unwrap();
        assert!(claim.is_some());
        assert!(store.claim("a").unwrap().is_none());
        assert!(store.claim("b").unwrap().is_some());
        drop(claim);
        assert!(store.claim("a").unwrap().is_some());
    }

    #[test]
    fn a_folder_without_a_configuration_is_begun_afresh() {
        let (_folder, store, run) = place();
        assert_eq!(store.prepare(&run).unwrap(), Stage::Fresh);
        files::create_folder(store.work(&run.id).path()).unwrap();
        files::write(&store.work(&run.id).checkpoint(), b"half").unwrap();
        assert_eq!(store.prepare(&run).unwrap(), Stage::Fresh);
        assert!(!store.work(&run.id).path().exists());
    }

    #[test]
    fn the_same_run_is_gone_on_with_wherever_its_data_were() {
        let (_folder, store, run) = place();
        let mut config = run.config.clone();
        config.data.dir = Some("/elsewhere".into());
        begin(&store, &run, &config);
        assert_eq!(store.prepare(&run).unwrap(), Stage::Begun);
        files::write(&store.work(&run.id).diverged(), b"{\"reason\":\"so\"}").unwrap();
        assert_eq!(store.prepare(&run).unwrap(), Stage::Ended(Ending::Diverged("so".to_owned())));
        files::write(&store.work(&run.id).result(), b"").unwrap();
        assert_eq!(store.prepare(&run).unwrap(), Stage::Ended(Ending::Finished));
    }

    #[test]
    fn another_run_under_the_same_name_is_moved_aside() {
        let (folder, store, run) = place();
        for k in 1..3 {
            let mut config = run.config.clone();
            config.training.epochs += k;
            begin(&store, &run, &config);
            assert_eq!(store.prepare(&run).unwrap(), Stage::Fresh);
            assert!(folder.path().join(format!(".work/{}.old-{k}/config.toml", run.id)).is_file());
        }
    }

    #[test]
    fn what_another_process_trains_in_is_left_alone() {
        let (_folder, store, run) = place();
        begin(&store, &run, &run.config);
        let lock = store.work(&run.id).lock().unwrap();
        assert_eq!(store.prepare(&run).unwrap(), Stage::Busy);
        drop(lock);
        assert_eq!(store.prepare(&run).unwrap(), Stage::Begun);
    }
}
