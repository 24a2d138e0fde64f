//! NORB: pairs of photographs of toys, of which a classifier is to tell the kind from any side.
//!
//! The published matrices ([`matrix`]) are opened and checked part by part ([`part`]), reduced to 2x32x32 as those of
//! the paper were ([`reduce`]) and kept ([`cache`]); the validation set is drawn by toy ([`split`]). Building the cache
//! holds one pair of images at a time, reading it holds the result: 717 MB of the full set.
//!
//! # Source
//! <https://cs.nyu.edu/~ylclab/data/norb-v1.0/>; Learning Methods for Generic Object Recognition with Invariance to
//! Pose and Lighting, CVPR 2004.

mod cache;
mod edition;
mod matrix;
mod part;
mod reduce;
mod split;
#[cfg(test)]
mod synthetic;

use crate::catalogue::Entry;
use crate::{DataSet, Error, Examples, Scale, Shape, Splits};
use cache::{INPUTS, Reader, Stamp, Table, Writer};
pub use edition::Edition;
use edition::Sources;
use matrix::Matrix;
use part::Part;
use reduce::{FILTER, SIDE};
use split::Drawn;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

/// The data set `entry` of the files in `folders`, reduced into the folder `cache`; `absent` is the error of a missing
/// file.
///
/// # Errors
/// That of `absent`, and those of [`load`].
pub(crate) fn data_set(
    entry: &Entry,
    edition: Edition,
    folders: &[&Path],
    absent: impl Fn(&str) -> Error,
    cache: &Path,
    seed: u64,
) -> Result<DataSet, Error> {
    let norb = load(edition, &edition.locate(folders, absent)?, cache, seed)?;
    let examples = |Images { inputs, labels }| {
        let shape = Shape { channels: 2, height: SIDE, width: SIDE };
        Examples::images(inputs, labels, shape, entry.classes, Scale::SYMMETRIC)
    };
    let Drawn { instances, blank, train, validation } = norb.drawn;
    let toys = instances.iter().map(|(class, toy)| format!("{toy} of class {class}")).collect::<Vec<_>>().join(", ");
    let splits =
        Splits { train: examples(norb.train)?, validation: examples(norb.validation)?, test: examples(norb.test)? };
    let classes = CLASSES[..entry.classes].iter().map(|class| (*class).to_owned()).collect();
    let facts = BTreeMap::from([
        ("validation toys".to_owned(), format!("{toys}; {blank} images without object")),
        ("training and validation images".to_owned(), format!("{train} and {validation}")),
        ("reduced by".to_owned(), FILTER.to_owned()),
    ]);
    Ok(DataSet { classes, facts, ..DataSet::numbered(entry, splits, norb.checksums) })
}

/// Checks that the file at `path` is a whole matrix, as its header promises.
///
/// # Errors
/// [`Error::File`], [`Error::Malformed`].
pub(crate) fn verify(path: &Path) -> Result<(), Error> {
    Matrix::open(path).map(|_| ())
}

const CLASSES: [&str; 6] = ["animal", "human", "plane", "truck", "car", "none"];

/// NORB as loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Norb {
    /// The images to train on.
    pub(crate) train: Images,
    /// The images to choose on: toys that `train` does not show.
    pub(crate) validation: Images,
    /// The images to test on.
    pub(crate) test: Images,
    /// Which toys were drawn for `validation`.
    pub(crate) drawn: Drawn,
    /// File name to SHA-256 (lower-case hexadecimal) of the bytes as stored, when they were read.
    pub(crate) checksums: BTreeMap<String, String>,
}

/// Labelled pairs of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Images {
    /// Their pixels, `[n, 2 * 32 * 32]`.
    pub(crate) inputs: Vec<u8>,
    /// Their classes, `[n]`.
    pub(crate) labels: Vec<u8>,
}

/// Loads the set that `sources` are the files of; `seed` draws the validation set.
///
/// The folder `cache`, created if need be, is to hold nothing else. If it has no whole cache of these files, one is
/// built, which reads them all and takes about a minute for the full set. Several processes may do so: they take turns,
/// and the first builds.
///
/// # Errors
/// [`Error::File`] when a file cannot be read or the cache not be written. [`Error::Malformed`] and [`Error::Counts`]
/// when the files are not what they should be, which is found when the cache is built. [`Error::Examples`] when a class
/// of objects has a single toy.
pub(crate) fn load(edition: Edition, sources: &Sources, cache: &Path, seed: u64) -> Result<Norb, Error> {
    // Looked at before the files are read: whoever changes one meanwhile makes the cache be built again.
    let stamps = sources.paths().map(Stamp::of).collect::<Result<Vec<_>, _>>()?;
    let path = &cache.join("reduced.norb");
    if let Some(norb) = usable(read(path, &stamps, seed))? {
        return Ok(norb);
    }
    files::create_folder(cache)?;
    let _held = hold(cache)?;
    if let Some(norb) = usable(read(path, &stamps, seed))? {
        return Ok(norb); // another process was building it
    }
    files::remove_leftovers(cache)?;
    build(edition, sources, path, &stamps)?;
    read(path, &stamps, seed)
}

/// What was read of a cache; `None` when it is missing, not whole, or of other files.
fn usable(read: Result<Norb, Error>) -> Result<Option<Norb>, Error> {
    match read {
        Ok(norb) => Ok(Some(norb)),
        Err(Error::Malformed { .. }) => Ok(None),
        Err(Error::File(e)) if e.source.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Holds the folder of the cache until the result is dropped or the process ends, however it ends.
fn hold(folder: &Path) -> Result<std::fs::File, Error> {
    let path = folder.join(".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(files::Error::new("create", &path))?;
    file.lock().map_err(files::Error::new("lock", &path))?;
    Ok(file)
}

/// Reads, checks and reduces all images of `sources` into the cache at `path`, one at a time.
fn build(edition: Edition, sources: &Sources, path: &Path, stamps: &[Stamp]) -> Result<(), Error> {
    let open = |triple| Part::open(triple, edition.classes());
    let train = sources.train.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let test = sources.test.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let table = Table {
        train: train.iter().map(|part| part.labels.len()).sum(),
        labels: train.iter().chain(&test).flat_map(|part| &part.labels).copied().collect(),
        instances: train.iter().chain(&test).flat_map(|part| &part.instances).copied().collect(),
    };
    let mut writer = Writer::create(path, stamps, &table)?;
    let mut checksums = Vec::new();
    for part in train.into_iter().chain(test) {
        checksums.extend(part.reduce(|image| writer.image(image))?);
    }
    writer.finish(&checksums)
}

/// Reads the cache at `path` and draws the validation set.
fn read(path: &Path, stamps: &[Stamp], seed: u64) -> Result<Norb, Error> {
    let mut cached = Reader::open(path, stamps)?;
    let Table { train: count, labels, instances } = std::mem::take(&mut cached.table);
    let (train_labels, test_labels) = labels.split_at(count);
    let (held_out, drawn) = split::draw(train_labels, &instances[..count], seed)?;
    let mut train = Images::with_capacity(drawn.train);
    let mut validation = Images::with_capacity(drawn.validation);
    let mut test = Images::with_capacity(test_labels.len());
    let mut image = Vec::new();
    for (label, held_out) in train_labels.iter().zip(held_out) {
        cached.next_image(&mut image)?;
        let part = if held_out { &mut validation } else { &mut train };
        part.push(&image, *label);
    }
    for label in test_labels {
        cached.next_image(&mut image)?;
        test.push(&image, *label);
    }
    let names = stamps.iter().map(|stamp| stamp.name().to_owned());
    let checksums = names.zip(cached.finish()?).collect();
    Ok(Norb { train, validation, test, drawn, checksums })
}

impl Images {
    /// No images yet, with room for `count`.
    fn with_capacity(count: usize) -> Self {
        Self { inputs: Vec::with_capacity(count * INPUTS), labels: Vec::with_capacity(count) }
    }

    fn push(&mut self, image: &[u8], label: u8) {
        self.inputs.extend_from_slice(image);
        self.labels.push(label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use synthetic::Folder;

    /// What tells pair k of the synthetic set: the value of its left image.
    fn numbers(images: &Images) -> Vec<u8> {
        images.inputs.chunks_exact(INPUTS).map(|pair| pair[0]).collect()
    }

    #[test]
    fn every_image_is_in_one_part_beside_its_label() {
        let norb = Folder::new().load().unwrap();
        let mut all = [numbers(&norb.train), numbers(&norb.validation)].concat();
        all.sort_unstable();
        assert_eq!(all, (0..25).collect::<Vec<u8>>());
        assert_eq!(numbers(&norb.test), (30..42).collect::<Vec<u8>>());
        for part in [&norb.train, &norb.validation, &norb.test] {
            for (pair, label) in part.inputs.chunks_exact(INPUTS).zip(&part.labels) {
                assert_eq!(pair[0] % 6, *label);
                assert!(pair[..INPUTS / 2].iter().all(|value| *value == pair[0]));
                assert!(pair[INPUTS / 2..].iter().all(|value| *value == 100 + pair[0]));
            }
        }
        let toy = |k: u8| (k % 6, [4, 6][usize::from(k / 6 % 2)]);
        assert!(numbers(&norb.validation).iter().all(|k| k % 6 == 5 || norb.drawn.instances.contains(&toy(*k))));
        assert!(numbers(&norb.train).iter().all(|k| !norb.drawn.instances.contains(&toy(*k))));
        assert_eq!((norb.drawn.train, norb.drawn.validation), (norb.train.labels.len(), norb.validation.labels.len()));
        assert_eq!(norb.drawn.blank, 1); // of four
    }

    #[test]
    fn the_checksums_are_those_of_the_files_as_stored() {
        let folder = Folder::new();
        let norb = folder.load().unwrap();
        assert_eq!(norb.checksums.len(), 9);
        for path in folder.sources.paths() {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert_eq!(norb.checksums[name], files::sha256(&files::read(path).unwrap()), "{name}");
        }
    }

    #[test]
    fn a_cache_that_is_there_is_used_and_the_seed_still_draws() {
        let folder = Folder::new();
        let built = folder.load().unwrap();
        let changed = folder.cached().metadata().unwrap().modified().unwrap();
        // Other bytes of the same length and time: nobody looks at them.
        let labels = &folder.sources.train[0].cat;
        let file = OpenOptions::new().write(true).open(labels).unwrap();
        let (time, length) = (file.metadata().unwrap().modified().unwrap(), file.metadata().unwrap().len());
        std::io::Write::write_all(&mut &file, &vec![0; length as usize]).unwrap();
        file.set_modified(time).unwrap();
        assert_eq!(folder.load().unwrap(), built);
        let of = |seed| load(Edition::JitteredCluttered, &folder.sources, &folder.cache(), seed).unwrap().drawn;
        assert!((2..9).any(|seed| of(seed) != built.drawn));
        assert_eq!(folder.cached().metadata().unwrap().modified().unwrap(), changed);
    }

    #[test]
    fn a_damaged_cache_is_built_again() {
        let folder = Folder::new();
        let built = folder.load().unwrap();
        let whole = files::read(&folder.cached()).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 23) {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            for bytes in [&damaged, &whole[..at]] {
                files::write(&folder.cached(), bytes).unwrap();
                assert!(folder.load().unwrap() == built, "{at}");
                assert!(files::read(&folder.cached()).unwrap() == whole, "{at}");
            }
        }
    }

    #[test]
    fn a_cache_of_other_sources_is_built_again() {
        let folder = Folder::new();
        folder.load().unwrap();
        let info = &folder.sources.test[0].info;
        let bytes = synthetic::floats(&[12, 4], &[9.0; 48]);
        files::write(info, &bytes).unwrap();
        assert_eq!(folder.load().unwrap().checksums["testing-01-info.mat"], files::sha256(&bytes));
        let mut fewer = folder.sources.clone();
        fewer.train.remove(1);
        let norb = load(Edition::JitteredCluttered, &fewer, &folder.cache(), 1).unwrap();
        assert_eq!((norb.checksums.len(), norb.drawn.train + norb.drawn.validation), (6, 13));
    }

    #[test]
    fn what_killed_builders_left_is_removed() {
        let folder = Folder::new();
        files::create_folder(&folder.cache()).unwrap();
        files::write(&folder.cache().join(".writing-abc.tmp"), b"half").unwrap();
        folder.load().unwrap();
        let mut names: Vec<_> = folder.cache().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".lock", "reduced.norb"]);
    }

    #[test]
    fn a_missing_source_is_named_whether_or_not_there_is_a_cache() {
        let folder = Folder::new();
        folder.load().unwrap();
        std::fs::remove_file(&folder.sources.train[1].dat).unwrap();
        let error = folder.load().unwrap_err().to_string();
        assert!(error.contains("training-02-dat.mat") && error.ends_with("; check the path"), "{error}");
    }
}
