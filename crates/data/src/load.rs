//! From a name to verified examples.

use crate::cache::Locations;
use crate::catalogue::{self, Checksum, Content, Entry, File};
use crate::download::{self, Progress};
use crate::{
    Choices, DataSet, Error, Format, Splits, cifar, digits, emnist, idx, mnist, nistp, norb, own, reviews, unpack,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where data may come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The folder given as `--data-dir`; files are then looked for there only and never fetched.
    pub data_dir: Option<PathBuf>,
    /// Whether missing files may be fetched into the cache.
    pub network: Network,
}

/// Whether the network may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Missing files are fetched.
    Allowed,
    /// Missing files are an error.
    Offline,
}

/// A file of a data set, as [`verify`] found it.
#[derive(Debug)]
pub struct FileState {
    /// The name in the catalogue.
    pub name: &'static str,
    /// Where it is, or where it would be fetched to.
    pub path: PathBuf,
    /// What it is.
    pub state: State,
}

/// Whether a file is what the catalogue says.
#[derive(Debug)]
pub enum State {
    /// It is: by its checksum, or, when it is unpacked, by its structure and sizes.
    Present {
        /// The SHA-256 of the bytes as stored, lower-case hexadecimal; of a folder, that of the list of its files'
        /// names and checksums.
        sha256: String,
    },
    /// It is nowhere.
    Missing,
    /// It is not, for this reason; [`Error::Checksum`] has the two checksums.
    Wrong(Error),
}

/// Loads the data set `name`: finds its files, fetches the missing ones if it may, verifies and reads them.
///
/// `seed` chooses splits that are drawn, such as that of `digits`; most sets are always cut in the same way. `choices`
/// concern reviews and NISTP.
///
/// # Errors
/// [`Error::UnknownSet`], [`Error::NotInDataDir`], [`Error::Offline`], [`Error::NoCache`], [`Error::Checksum`], and
/// those of [`fetch`](crate::fetch) and of the formats.
pub fn load(
    name: &str,
    source: &Source,
    choices: &Choices,
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<DataSet, Error> {
    let entry = catalogue::find(name)?;
    if let Content::Embedded = entry.content {
        return Ok(digits::load(seed)); // needs no place for files
    }
    let locations = Locations::choose(source.data_dir.as_deref())?;
    load_entry(entry, &locations, source.network, choices, seed, progress)
}

/// [`load`] for an entry whose files are in `locations`.
fn load_entry(
    entry: &Entry,
    locations: &Locations,
    network: Network,
    choices: &Choices,
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<DataSet, Error> {
    complete(entry, locations, network, progress)?;
    let find = |file: &File| locations.find(entry, file).ok_or_else(|| absent(entry, file, locations));
    let fetch = locations.fetch_command(entry);
    match &entry.content {
        Content::Embedded => Ok(digits::load(seed)),
        Content::Nistp { sources } => {
            let sources = sources.iter().map(|part| load_entry(part, locations, network, choices, seed, progress));
            nistp::load(entry, sources.collect::<Result<_, _>>()?, &choices.nistp, seed)
        }
        Content::Idx { files, .. } => load_files(entry, files, locations),
        Content::Cifar { archive, batches, records, .. } => {
            cifar::load(entry, &find(archive)?, (archive, batches, *records), &fetch)
        }
        Content::Emnist { archive, .. } => emnist::load(entry, &find(archive)?, &fetch),
        Content::Norb { parts, training_parts, .. } => {
            let sources = norb::Sources::locate(parts, *training_parts, find)?;
            norb::data_set(entry, &sources, &locations.made(entry).join("reduced"), &fetch, seed, progress)
        }
        Content::Reviews { archive, .. } => {
            let (path, archived) = unpacked(entry, archive, &find(archive)?, locations, progress)?;
            let corpus = reviews::published(&path, entry)?;
            let corpus = reviews::Corpus { checksums: archived.unwrap_or(corpus.checksums), ..corpus };
            reviews::data_set(entry.name, &path, entry.credit(), corpus, &choices.reviews, seed)
        }
    }
}

/// The folder that `archive` unpacks to, made beside it when `path` is the archive itself, and the archive's checksum
/// when the archive is at hand and the folder was made of it.
fn unpacked(
    entry: &Entry,
    archive: &File,
    path: &Path,
    locations: &Locations,
    progress: &mut dyn FnMut(Progress),
) -> Result<(PathBuf, Option<BTreeMap<String, String>>), Error> {
    if path.is_dir() {
        return Ok((path.to_owned(), None));
    }
    // Before anything is unpacked: only the published archive is.
    let sha256 = checksum(entry, archive, path, locations)?;
    let beside = path.with_file_name(archive.unpacked);
    unpack::folder(path, archive.unpacked, &sha256, progress)?;
    let is_of_archive = unpack::made_of(&beside).is_some_and(|stamp| stamp == sha256);
    Ok((beside, is_of_archive.then(|| BTreeMap::from([(archive.name.to_owned(), sha256)]))))
}

/// Loads data of one's own from `folder`. `seed` chooses the parts that the files leave open.
///
/// # Errors
/// [`Error::Layout`] when the folder holds nothing of that format, and those of the formats.
pub fn load_own(folder: &Path, format: Format, choices: &Choices, seed: u64) -> Result<DataSet, Error> {
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
    let credit = format!("data in {}.", folder.display());
    let found = match format {
        Format::Reviews => {
            return reviews::data_set(&name, folder, credit, reviews::read(folder)?, &choices.reviews, seed);
        }
        Format::Images => own::read_images(folder)?,
        Format::Idx => own::read_idx(folder)?,
        Format::Csv => own::read_csv(folder)?,
        Format::Libsvm => own::read_libsvm(folder)?,
    };
    own::data_set(&name, folder, found, seed)
}

/// Where each file of `entry` is, in the order of the catalogue; `None` when it is missing.
///
/// # Errors
/// [`Error::NoCache`].
pub fn locate(entry: &Entry, source: &Source) -> Result<Vec<Option<PathBuf>>, Error> {
    let locations = Locations::choose(source.data_dir.as_deref())?;
    Ok(entry.files().iter().map(|file| locations.find(entry, file)).collect())
}

/// Reads and checks each file of `entry`, in the order of the catalogue; an embedded set has none.
///
/// # Errors
/// [`Error::NoCache`]; what is wrong with a file is in its state.
pub fn verify(entry: &Entry, source: &Source) -> Result<Vec<FileState>, Error> {
    let locations = Locations::choose(source.data_dir.as_deref())?;
    let state = |file: &File| {
        let Some(path) = locations.find(entry, file) else {
            return FileState { name: file.name, path: locations.folder(entry).join(file.name), state: State::Missing };
        };
        let published = path.ends_with(file.name);
        let checked = match &entry.content {
            Content::Cifar { archive, batches, records, .. } if !published => {
                cifar::verify(&path, entry, (archive, batches, *records), &locations.fetch_command(entry))
            }
            Content::Emnist { members, .. } if !published => {
                emnist::verify(members, &path, &locations.fetch_command(entry))
            }
            Content::Reviews { .. } if !published => {
                reviews::published(&path, entry).map(|corpus| corpus.checksums.into_values().collect())
            }
            // Of the full set no checksum is known: only what a file holds tells whether it is one of NORB.
            Content::Norb { .. } => norb::verify(file, &path, &locations.fetch_command(entry)),
            _ => match checksum(entry, file, &path, &locations) {
                Ok(sha256) if published => Ok(sha256),
                Ok(sha256) => idx::open(&path).and_then(|idx| idx.expect_sizes(&path, file.sizes)).map(|()| sha256),
                Err(e) => Err(e),
            },
        };
        let state = checked.map_or_else(State::Wrong, |sha256| State::Present { sha256 });
        FileState { name: file.name, path, state }
    };
    Ok(entry.files().iter().map(state).collect())
}

/// Makes sure that every file is there, fetching what is missing into the cache if it may.
pub(crate) fn complete(
    entry: &Entry,
    locations: &Locations,
    network: Network,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let Some(missing) = entry.files().iter().find(|file| locations.find(entry, file).is_none()) else {
        return Ok(());
    };
    match (locations, network) {
        (Locations::DataDir(_), _) | (Locations::Cache(_), Network::Offline) => Err(absent(entry, missing, locations)),
        (Locations::Cache(_), Network::Allowed) => {
            download::fetch(entry, &locations.folder(entry), entry.mirrors(), progress)
        }
    }
}

/// Verifies and reads the files, all of which are there.
pub(crate) fn load_files(entry: &Entry, files: &[File; 4], locations: &Locations) -> Result<DataSet, Error> {
    let mut checksums = BTreeMap::new();
    let mut verified = |file: &File| {
        let path = locations.find(entry, file).ok_or_else(|| absent(entry, file, locations))?;
        let stored = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        checksums.insert(stored, checksum(entry, file, &path, locations)?);
        Ok::<_, Error>(path)
    };
    let [train_images, train_labels, test_images, test_labels] = files;
    let paths = [verified(train_images)?, verified(train_labels)?, verified(test_images)?, verified(test_labels)?];
    let counts = [entry.train, entry.validation];
    let [train, validation] = mnist::read(entry, counts, (train_images, &paths[0]), (train_labels, &paths[1]))?;
    let [test] = mnist::read(entry, [entry.test], (test_images, &paths[2]), (test_labels, &paths[3]))?;
    Ok(DataSet::of(entry, Splits { train, validation, test }, checksums))
}

/// The SHA-256 of the file at `path`, whose checksum must be that of the catalogue unless the file is unpacked.
fn checksum(entry: &Entry, file: &File, path: &Path, locations: &Locations) -> Result<String, Error> {
    if path.ends_with(file.name) {
        let found = file.check(path, &locations.fetch_command(entry))?;
        if matches!(file.checksum, Checksum::Sha256(_)) {
            return Ok(found);
        }
    }
    let found = std::fs::File::open(path).and_then(|mut stored| files::sha256_of(&mut stored));
    Ok(found.map_err(files::Error::new("read", path))?.0)
}

/// `file` is missing from `locations` and may not be fetched.
fn absent(entry: &Entry, file: &File, locations: &Locations) -> Error {
    let (file, fetch) = (file.name.to_owned(), locations.fetch_command(entry));
    match locations {
        Locations::DataDir(folder) => {
            Error::NotInDataDir { file, folder: folder.clone(), name: entry.name.to_owned(), fetch }
        }
        Locations::Cache(_) => Error::Offline { file, folder: locations.folder(entry), fetch },
    }
}

#[cfg(test)]
mod published_reviews;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{EMNIST_LETTERS, MNIST, Member, NISTP36};
    use crate::synthetic::{Folder, gzip, idx};
    use crate::{NistpChoices, Row, Shape};

    fn load_offline(entry: &Entry, locations: &Locations, choices: &Choices) -> Result<DataSet, Error> {
        load_entry(entry, locations, Network::Offline, choices, 1, &mut |_| {})
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
        let source = Source { data_dir: Some(folder.path().to_owned()), network: Network::Offline };
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
        let digits = Entry { content: Content::Idx { files, mirrors: &[] }, ..small.clone() };
        let Content::Emnist { archive, .. } = EMNIST_LETTERS.content else { unreachable!("as it is listed") };
        let members = Box::leak(Box::new([0, 1, 2, 3].map(member)));
        let content = Content::Emnist { archive, members, first_label: 1, mirrors: &[] };
        let (classes, class_names) = (EMNIST_LETTERS.classes, EMNIST_LETTERS.class_names);
        let letters = Entry { name: "letters", folder: "letters", classes, class_names, content, ..small };
        let sources: &[&Entry] = vec![&*Box::leak(Box::new(digits)), &*Box::leak(Box::new(letters))].leak();
        let entry = Entry { content: Content::Nistp { sources }, ..NISTP36 };

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
        assert!(
            error.contains(&format!("expected SHA-256 {expected}, found {found}; delete it and run `train data fetch"))
        );
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
        let error = complete(&folder.entry, &here, Network::Allowed, &mut |_| {}).unwrap_err().to_string();
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
    fn the_cache_is_filled_only_with_leave() {
        let root = tempfile::tempdir().unwrap();
        let cache = Locations::Cache(root.path().to_owned());
        let entry = Folder::packed().entry;
        let offline = complete(&entry, &cache, Network::Offline, &mut |_| {}).unwrap_err().to_string();
        assert!(offline.contains("tiny and --offline forbids fetching; run `train data fetch tiny`"), "{offline}");
        assert!(!root.path().join("tiny").exists());
        let allowed = complete(&entry, &cache, Network::Allowed, &mut |_| {}).unwrap_err();
        assert!(matches!(allowed, Error::Unreachable { .. }), "{allowed}");
    }
}
