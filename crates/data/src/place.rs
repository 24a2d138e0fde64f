//! Locates the files of a catalogue entry, and loads the data set from them.

use crate::cache::{self, Locations};
use crate::entry::{Access, Content, Entry, Loading, Place};
use crate::file::{Checksum, File};
use crate::{DataSet, Error, download};
use std::path::{Path, PathBuf};

impl Locations {
    /// The folder into which the files of `entry` are downloaded.
    #[must_use]
    pub fn folder(&self, entry: &Entry) -> PathBuf {
        self.root().join(entry.folder)
    }

    /// The path of `file`, one of the files of `entry`, as published or unpacked; `None` when the file is missing. If
    /// the folder that is searched first is itself the folder to which the file unpacks, or a searched folder directly
    /// holds the extracted files of the archive, the path of that folder is returned.
    #[must_use]
    pub fn find(&self, entry: &Entry, file: &File) -> Option<PathBuf> {
        let folders = match self {
            Self::DataDir(root) => vec![root.clone(), self.folder(entry)],
            Self::Cache(_) => vec![self.folder(entry)],
        };
        let itself = folders[0].ends_with(file.unpacked).then(|| folders[0].clone());
        let names = [file.name, file.unpacked];
        let paths = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        let file_by_file = || match entry.content {
            Content::Files(kind) => folders.iter().find(|folder| kind.lies_in(folder)).cloned(),
            Content::Embedded(_) => None,
        };
        paths.chain(itself).find(|path| path.exists()).or_else(file_by_file)
    }

    /// The command that downloads the files of `entry` to where they are searched for: the folder given as
    /// `--data-dir`, or the cache.
    #[must_use]
    pub fn fetch_command(&self, entry: &Entry) -> String {
        match self {
            Self::DataDir(root) => format!("train data fetch {} --data-dir {}", entry.name, root.display()),
            Self::Cache(_) => format!("train data fetch {}", entry.name),
        }
    }

    /// The folder for data derived from the files of `entry`. This folder is in the cache even when the files are in
    /// the folder given as `--data-dir`, which may be read-only. If the files are in the given folder and `cache` is
    /// `None`, the derived data is in a sub-folder of the given folder.
    fn derived(&self, cache: Option<PathBuf>, entry: &Entry) -> PathBuf {
        match (self, cache) {
            (Self::DataDir(_), Some(cache)) => Self::Cache(cache).folder(entry),
            (Self::DataDir(_), None) | (Self::Cache(_), _) => self.folder(entry),
        }
    }
}

impl Place<'_> {
    /// The path of `file`.
    ///
    /// # Errors
    /// [`Error::NotInDataDir`] or [`Error::Offline`] when the file is missing.
    pub fn find(&self, file: &File) -> Result<PathBuf, Error> {
        self.locations.find(self.entry, file).ok_or_else(|| self.missing(file))
    }

    /// The command that downloads the files of the data set.
    #[must_use]
    pub fn fetch_command(&self) -> String {
        self.locations.fetch_command(self.entry)
    }

    /// The folder for data derived from the files of the data set.
    #[must_use]
    pub fn derived(&self) -> PathBuf {
        self.locations.derived(cache::folder().ok(), self.entry)
    }

    /// The SHA-256 of the file at `path`. A file that is stored as published must have the checksum in the catalogue.
    ///
    /// # Errors
    /// [`Error::Checksum`] when the checksum is wrong; [`Error::File`] when the file cannot be read.
    pub fn checksum(&self, file: &File, path: &Path) -> Result<String, Error> {
        if file.is_stored_at(path) {
            let found = file.check(path, &self.fetch_command())?;
            if matches!(file.checksum, Checksum::Sha256(_)) {
                return Ok(found);
            }
        }
        let found = std::fs::File::open(path).and_then(|mut stored| files::sha256_of(&mut stored));
        Ok(found.map_err(files::Error::new("read", path))?.0)
    }

    /// The error for `file`, which is missing and may not be downloaded.
    fn missing(&self, file: &File) -> Error {
        let (file, fetch) = (file.name.to_owned(), self.fetch_command());
        match self.locations {
            Locations::DataDir(folder) => {
                Error::NotInDataDir { file, folder: folder.clone(), sub_folder: self.entry.folder.to_owned(), fetch }
            }
            Locations::Cache(_) => Error::Offline { file, folder: self.locations.folder(self.entry), fetch },
        }
    }
}

impl Loading<'_> {
    /// Downloads missing files, if allowed, and loads the data set.
    ///
    /// # Errors
    /// [`Error::NotInDataDir`], [`Error::Offline`], and the errors of [`fetch`](crate::fetch) and of
    /// [`Kind::load`](crate::catalogue::Kind::load).
    pub fn load(&mut self) -> Result<DataSet, Error> {
        self.complete()?;
        match self.place.entry.content {
            Content::Embedded(load) => Ok(load(self.seed)),
            Content::Files(kind) => kind.load(self),
        }
    }

    /// Loads `entry`, one of the data sets from which this data set is made.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn load_source(&mut self, entry: &Entry) -> Result<DataSet, Error> {
        let Self { place, access, choices, seed, progress } = self;
        let place = Place { entry, ..*place };
        Loading { place, access: *access, choices, seed: *seed, progress }.load()
    }

    /// Makes sure that every file is present: missing files are downloaded into the cache if downloads are allowed.
    ///
    /// # Errors
    /// [`Error::NotInDataDir`], [`Error::Offline`], and the errors of [`fetch`](crate::fetch).
    pub(crate) fn complete(&mut self) -> Result<(), Error> {
        let Place { entry, locations } = self.place;
        let Some(missing) = entry.files().iter().find(|file| locations.find(entry, file).is_none()) else {
            return Ok(());
        };
        match (locations, self.access) {
            (Locations::Cache(_), Access::Online) => {
                download::fetch(entry, &locations.folder(entry), entry.mirrors(), self.progress)
            }
            (Locations::DataDir(_), _) | (Locations::Cache(_), Access::Offline) => Err(self.place.missing(missing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::MNIST;

    #[test]
    fn what_is_derived_is_kept_in_the_cache_or_beside_the_files() {
        let given = Locations::DataDir("given".into());
        assert_eq!(given.derived(Some("cache".into()), &MNIST), Path::new("cache/mnist"));
        assert_eq!(given.derived(None, &MNIST), Path::new("given/mnist"));
        let kept = Locations::Cache("kept".into());
        assert_eq!(kept.derived(Some("cache".into()), &MNIST), Path::new("kept/mnist"));
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
