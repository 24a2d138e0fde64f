//! Loads a data set by its name, and locates and verifies its files.

use crate::cache::Locations;
use crate::catalogue;
use crate::entry::{Access, Content, Entry, Loading, Place};
use crate::file::File;
use crate::progress::Progress;
use crate::{Choices, DataSet, Error};
use std::path::PathBuf;

/// Where data may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The folder given as `--data-dir`. If it is given, files are searched for only in this folder, and missing files
    /// are not downloaded.
    pub data_dir: Option<PathBuf>,
    /// Whether missing files may be downloaded into the cache; ignored if `data_dir` is given.
    pub access: Access,
}

/// The result of [`verify`] for a file of a data set.
#[derive(Debug)]
pub struct FileState {
    /// The name of the file in the catalogue.
    pub name: &'static str,
    /// The path of the file; for a missing file, the path to which it would be downloaded.
    pub path: PathBuf,
    /// Whether the file is the published one.
    pub state: State,
}

/// Whether a file is the one described in the catalogue.
#[derive(Debug)]
pub enum State {
    /// The file is the published one, according to its checksum or, for an unpacked file without a known checksum, its
    /// structure and sizes.
    Present {
        /// The SHA-256 of the bytes as stored or, for a folder, of the list of its files' names and checksums, in
        /// lower-case hexadecimal.
        sha256: String,
    },
    /// The file was not found.
    Missing,
    /// The file is not the published one, or cannot be read, for the given reason.
    Wrong(Error),
}

/// Loads the data set `name`: finds its files, downloads the missing ones if allowed, verifies and reads them.
///
/// The splits of some sets, such as `digits`, are drawn from `seed`; other sets, such as `mnist`, have fixed splits.
/// `choices` apply only to reviews and NISTP.
///
/// # Errors
/// [`Error::UnknownSet`], [`Error::NotInDataDir`], [`Error::Offline`], [`Error::NoCache`], [`Error::Checksum`],
/// [`Error::Examples`] when one of `choices` cannot be met, and the errors of [`fetch`](crate::fetch) and of the file
/// formats.
pub fn load(
    name: &str,
    source: &Source,
    choices: &Choices,
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<DataSet, Error> {
    let entry = catalogue::find(name)?;
    if let Content::Embedded(load) = entry.content {
        return Ok(load(seed)); // no folder is needed, so none is searched for
    }
    let locations = &Locations::choose(source.data_dir.as_deref())?;
    Loading { place: Place { entry, locations }, access: source.access, choices, seed, progress }.load()
}

/// The path of each file of `entry`, in the order of the catalogue; `None` for a missing file.
///
/// # Errors
/// [`Error::NoCache`] when neither a folder is given nor a cache can be found.
pub fn locate(entry: &Entry, source: &Source) -> Result<Vec<Option<PathBuf>>, Error> {
    let locations = Locations::choose(source.data_dir.as_deref())?;
    Ok(entry.files().iter().map(|file| locations.find(entry, file)).collect())
}

/// Reads and checks each file of `entry`, in the order of the catalogue. The result is empty if the set has no files of
/// its own.
///
/// # Errors
/// [`Error::NoCache`] when neither a folder is given nor a cache can be found. Problems with a file are reported as its
/// [`State`].
pub fn verify(entry: &Entry, source: &Source) -> Result<Vec<FileState>, Error> {
    let locations = &Locations::choose(source.data_dir.as_deref())?;
    let Content::Files(kind) = entry.content else { return Ok(Vec::new()) };
    let state = |file: &File| {
        let Some(path) = locations.find(entry, file) else {
            return FileState { name: file.name, path: locations.folder(entry).join(file.name), state: State::Missing };
        };
        let verified = kind.verify(file, &path, Place { entry, locations });
        let state = verified.map_or_else(State::Wrong, |sha256| State::Present { sha256 });
        FileState { name: file.name, path, state }
    };
    Ok(entry.files().iter().map(state).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{
        Checksum, EMNIST_LETTERS, Emnist, IdxFiles, Kind, MNIST, Member, NISTP36, PerturbedCharacters,
    };
    use crate::synthetic::{Folder, gzip, idx, load_offline};
    use crate::{NistpChoices, Row, Shape, Splits, norb};

    fn leaked(kind: impl Kind + 'static) -> Content {
        Content::Files(Box::leak(Box::new(kind)))
    }

    fn complete(entry: &Entry, locations: &Locations, access: Access) -> Result<(), Error> {
        let (place, choices) = (Place { entry, locations }, &Choices::default());
        Loading { place, access, choices, seed: 1, progress: &mut |_| {} }.complete()
    }

    #[test]
    fn norb_is_found_checked_and_reduced_beside_its_files() {
        let folder = norb::Folder::packed();
        let cache = Locations::Cache(folder.path().to_owned());
        let data = load_offline(&folder.entry, &cache, &Choices::default()).unwrap();
        let Splits { train, validation, test } = &data.splits;
        assert_eq!((train.len() + validation.len(), test.len(), test.features()), (25, 12, 2 * 32 * 32));
        assert_eq!(data.classes, ["animal", "human", "plane", "truck", "car", "none"]);
        assert_eq!(data.checksums.len(), 9);
        assert!(folder.path().join("norb/reduced/reduced.norb").exists());
        std::fs::remove_file(folder.path().join("norb/testing-01-info.mat.gz")).unwrap();
        let missing = load_offline(&folder.entry, &cache, &Choices::default()).unwrap_err().to_string();
        assert!(missing.starts_with("testing-01-info.mat.gz is not in "), "{missing}");
    }

    #[test]
    fn any_gzip_under_a_name_of_norb_is_not_one_of_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = &catalogue::NORB.files()[0];
        files::write(&folder.path().join(file.name), &gzip(b"whole, but something else")).unwrap();
        let source = Source { data_dir: Some(folder.path().to_owned()), access: Access::Offline };
        let states = verify(&catalogue::NORB, &source).unwrap();
        assert!(matches!(&states[0].state, State::Wrong(Error::Malformed { .. })), "{states:?}");
    }

    #[test]
    fn nistp36_is_made_of_the_digits_and_letters_in_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| files::write(&folder.path().join(name), bytes).unwrap();
        let images = |count: u32| idx(&[count, 28, 28], &vec![200; 784 * count as usize]);
        let (names, sizes) = (["a", "b", "c", "d"], [&[3, 28, 28][..], &[3], &[1, 28, 28], &[1]]);
        let contents = |first: u8| [images(3), idx(&[3], &[first; 3]), images(1), idx(&[1], &[first])];
        for (name, (digits, letters)) in names.iter().zip(contents(7).iter().zip(&contents(2))) {
            put(&format!("digits-{name}"), digits);
            put(&format!("letters-{name}"), letters);
        }
        let file = |k: usize| {
            let unpacked = format!("digits-{}", names[k]).leak();
            let checksum = Checksum::Gzip;
            File { name: format!("{unpacked}.gz").leak(), unpacked, bytes: None, checksum, sizes: sizes[k] }
        };
        let member =
            |k: usize| Member { name: format!("letters-{}.gz", names[k]).leak(), sizes: sizes[k], sha256: None };
        let files = Box::leak(Box::new([0, 1, 2, 3].map(file)));
        let small = Entry { train: 2, validation: 1, test: 1, ..MNIST };
        let digits = Entry { content: leaked(IdxFiles { files, mirrors: &[] }), ..small.clone() };
        let (archive, members) = (EMNIST_LETTERS.files()[0].clone(), Box::leak(Box::new([0, 1, 2, 3].map(member))));
        let content = leaked(Emnist { archive, members, first_label: 1, mirrors: &[] });
        let (classes, class_names) = (EMNIST_LETTERS.classes, EMNIST_LETTERS.class_names);
        let letters = Entry { name: "letters", folder: "letters", classes, class_names, content, ..small };
        let sources: &[&Entry] = vec![&*Box::leak(Box::new(digits)), &*Box::leak(Box::new(letters))].leak();
        let entry = Entry { content: leaked(PerturbedCharacters { sources }), ..NISTP36 };

        let here = Locations::DataDir(folder.path().to_owned());
        let nistp = NistpChoices { examples: 40, validation: 10, test: 10, ..NistpChoices::default() };
        let data = load_offline(&entry, &here, &Choices { nistp, ..Choices::default() }).unwrap();
        assert_eq!((data.classes.len(), &*data.classes[7], &*data.classes[11]), (36, "7", "B"));
        assert_eq!(data.splits.train.shape(), Some(Shape::grey(32, 32)));
        assert!(matches!(data.splits.train.row(1_000), Row::Bytes(..)));
        let labels = data.splits.train.labels().into_owned();
        assert!(labels.iter().all(|label| [7, 11].contains(label)) && labels.contains(&7) && labels.contains(&11));
        assert_eq!(data.checksums.len(), 8);
    }

    #[test]
    fn packed_and_unpacked_files_give_the_same_examples() {
        let (packed, plain) = (Folder::packed().load().unwrap(), Folder::plain().load().unwrap());
        assert_eq!(packed.splits, plain.splits);
        assert!(packed.checksums.contains_key("train-images.gz") && plain.checksums.contains_key("train-images"));
        assert_eq!((packed.checksums.len(), plain.checksums.len()), (4, 4));
    }

    #[test]
    fn a_wrong_checksum_names_the_file_and_the_remedy() {
        let folder = Folder::packed();
        folder.put("test-labels.gz", b"x");
        let error = folder.load().unwrap_err().to_string();
        let (found, expected) = (files::sha256(b"x"), folder.entry.files()[3].checksum.value());
        assert!(error.contains(&format!(
            "expected SHA-256 {expected}, found {found}; delete the file and run `train data fetch"
        )));
        assert!(error.contains("test-labels.gz"), "{error}");
        let states = verify(&folder.entry, &folder.source()).unwrap();
        assert!(matches!(states[3].state, State::Wrong(Error::Checksum { .. })));
        assert!(
            matches!(&states[2].state, State::Present { sha256 } if sha256 == folder.entry.files()[2].checksum.value())
        );
    }

    #[test]
    fn an_unpacked_file_is_verified_by_its_structure() {
        let folder = Folder::plain();
        folder.put("train-images", b"nothing");
        let states = verify(&folder.entry, &folder.source()).unwrap();
        assert!(matches!(states[0].state, State::Wrong(Error::Malformed { .. })));
        assert!(matches!(states[1].state, State::Present { .. }));
    }

    #[test]
    fn a_file_missing_from_the_given_folder_is_not_fetched() {
        let folder = Folder::packed();
        folder.remove("train-labels.gz");
        let here = Locations::DataDir(folder.path().to_owned());
        let error = complete(&folder.entry, &here, Access::Online).unwrap_err().to_string();
        let dir = folder.path().display();
        assert_eq!(
            error,
            format!(
                "train-labels.gz is neither in {dir} nor in {dir}/tiny; \
                 run `train data fetch tiny --data-dir {dir}` or leave out --data-dir"
            )
        );
        assert_eq!(locate(&folder.entry, &folder.source()).unwrap().iter().flatten().count(), 3);
        assert!(matches!(verify(&folder.entry, &folder.source()).unwrap()[1].state, State::Missing));
    }

    #[test]
    fn the_cache_is_filled_only_online() {
        let root = tempfile::tempdir().unwrap();
        let cache = Locations::Cache(root.path().to_owned());
        let entry = Folder::packed().entry;
        let offline = complete(&entry, &cache, Access::Offline).unwrap_err().to_string();
        assert!(offline.contains("tiny and --offline forbids fetching; run `train data fetch tiny`"), "{offline}");
        assert!(!root.path().join("tiny").exists());
        let online = complete(&entry, &cache, Access::Online).unwrap_err();
        assert!(matches!(online, Error::Unreachable { .. }), "{online}");
    }
}
