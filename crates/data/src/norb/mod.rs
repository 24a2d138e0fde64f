//! NORB: stereo photographs of toys. The category of a toy is to be recognised from any viewpoint.
//!
//! The published matrices ([`sources`], [`matrix`]) are opened and checked part by part ([`part`]), reduced to 2x32x32,
//! the size in the paper ([`reduce`]), and cached ([`cache`]); the validation set is drawn toy by toy ([`split`]).
//! Building the cache needs memory for the pixels of only one pair of images, but reading the cache needs memory for
//! all pairs: 717 MB for the full data set.
//!
//! # Source
//! <https://cs.nyu.edu/~ylclab/data/norb-v1.0/>; Learning Methods for Generic Object Recognition with Invariance to
//! Pose and Lighting, CVPR 2004.

mod cache;
mod entries;
mod kind;
mod matrix;
mod part;
mod reduce;
mod sources;
mod split;
#[cfg(test)]
mod synthetic;
#[cfg(test)]
pub(crate) use synthetic::Folder;

use crate::entry::Entry;
use crate::file::{Checksum, File};
use crate::progress::Progress;
use crate::{Error, download};
use cache::{INPUTS, Reader, Stamp, Table, Writer};
pub use entries::{NORB, SMALL_NORB};
pub use kind::NorbParts;
use matrix::Matrix;
use part::Part;
use sources::{Sources, Triple};
use split::Drawn;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// Reads the matrix at `path` row by row to its end, and returns the SHA-256 of the file as stored.
///
/// # Errors
/// [`Error::File`] when the file cannot be read; [`Error::Malformed`] when it is not an intact matrix.
pub(crate) fn read_through(path: &Path) -> Result<String, Error> {
    let mut matrix = Matrix::open(path)?;
    let mut row = Vec::new();
    for _ in 0..matrix.sizes()[0] {
        matrix.next_row(&mut row)?;
    }
    matrix.finish()
}

/// The elements of the matrix at `path` as integers.
///
/// # Errors
/// [`Error::File`] when the file cannot be read; [`Error::Malformed`] when it is not an intact matrix, has more than
/// 2^22 elements, or has an element that is not a whole number.
pub(crate) fn integers(path: &Path) -> Result<Vec<i64>, Error> {
    Matrix::open(path)?.integers()
}

/// The images of NORB, loaded and split.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Norb {
    /// The training images.
    train: Images,
    /// The validation images; their toys do not occur in `train`.
    validation: Images,
    /// The test images.
    test: Images,
    /// The toys drawn for `validation`, and the numbers of images.
    drawn: Drawn,
    /// The SHA-256 of each file as stored, in lower-case hexadecimal, by file name, as computed when the files were
    /// read to build the cache.
    checksums: BTreeMap<String, String>,
}

/// Labelled pairs of images.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Images {
    /// The pixels of the pairs, `[n, 2 * 32 * 32]`.
    inputs: Vec<u8>,
    /// The class of each pair, `[n]`.
    labels: Vec<u8>,
}

/// Loads the data set `entry` from its files `sources`; the validation set is drawn from `seed`.
///
/// The folder `cache` is created if necessary and must not be used for anything else. If this folder holds no valid
/// cache of the files, a cache is built, which reads every file and takes about a minute for the full set. Several
/// processes may load the set at once: the first builds the cache, and the others wait. `fetch` is the command that
/// downloads the files.
///
/// # Errors
/// [`Error::File`] when a file cannot be read or the cache cannot be written. [`Error::Checksum`],
/// [`Error::Malformed`], [`Error::Counts`] and [`Error::Layout`] when the files are wrong, which is noticed when the
/// cache is built. [`Error::Examples`] when a class of objects has fewer than two toys.
fn load(
    entry: &Entry,
    sources: &Sources,
    cache: &Path,
    fetch: &str,
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<Norb, Error> {
    // The stamps are taken before the files are read, so that a file changed in the meantime causes another build.
    let stamps = sources.paths().map(Stamp::of).collect::<Result<Vec<_>, _>>()?;
    let path = &cache.join("reduced.norb");
    if let Some(norb) = usable(read(path, &stamps, seed))? {
        return Ok(norb);
    }
    files::create_folder(cache)?;
    let _held = download::lock(cache, progress)?;
    if let Some(norb) = usable(read(path, &stamps, seed))? {
        return Ok(norb); // another process has built the cache in the meantime
    }
    files::remove_leftovers(cache)?;
    entry.files().iter().zip(sources.paths()).try_for_each(|(file, path)| check(file, path, fetch))?;
    build(entry, sources, path, &stamps)?;
    read(path, &stamps, seed)
}

/// The content of a cache; `None` when the cache is missing, damaged, incomplete, or made from other files.
fn usable(read: Result<Norb, Error>) -> Result<Option<Norb>, Error> {
    match read {
        Ok(norb) => Ok(Some(norb)),
        Err(Error::Malformed { .. }) => Ok(None),
        Err(Error::File(e)) if e.source.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Compares a file that is stored as published with its published checksum, if a checksum was published. The checksums
/// inside gzip files are checked when the files are read.
fn check(file: &File, path: &Path, fetch: &str) -> Result<(), Error> {
    if path.ends_with(file.name) && file.checksum != Checksum::Gzip {
        file.check(path, fetch)?;
    }
    Ok(())
}

/// Reads, checks and reduces all images of `sources` into the cache at `path`, one pair at a time.
fn build(entry: &Entry, sources: &Sources, path: &Path, stamps: &[Stamp]) -> Result<(), Error> {
    let open = |triple| Part::open(triple, entry.classes);
    let train = sources.train.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let test = sources.test.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let table = Table {
        train: train.iter().map(|part| part.labels.len()).sum(),
        labels: train.iter().chain(&test).flat_map(|part| &part.labels).copied().collect(),
        instances: train.iter().chain(&test).flat_map(|part| &part.instances).copied().collect(),
    };
    let counted = |sources: &[Triple], expected: usize, found: usize| match sources {
        [first, ..] if expected != found => Err(Error::Layout {
            path: first.cat.clone(),
            expected: format!("{expected} labels in this file and its continuations"),
            found: found.to_string(),
            remedy: "get the files again",
        }),
        _ => Ok(()),
    };
    counted(&sources.train, entry.train + entry.validation, table.train)?;
    counted(&sources.test, entry.test, table.labels.len() - table.train)?;
    let mut writer = Writer::create(path, stamps, &table)?;
    let mut checksums = Vec::new();
    for part in train.into_iter().chain(test) {
        checksums.extend(part.reduce(|image| writer.image(image))?);
    }
    writer.finish(&checksums)
}

/// Reads the cache at `path`, made from the files with `stamps`, and draws the validation set.
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
    /// An empty list of images with capacity for `count` pairs.
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
    use std::fs::OpenOptions;
    use synthetic::Folder;

    /// The number of each pair of the synthetic set; every pixel of the left image of a pair has this number as its
    /// value.
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
        assert_eq!(norb.drawn.blank, 1); // one of the 4 training images without an object
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
    fn an_existing_cache_is_used_and_the_seed_still_draws() {
        let folder = Folder::new();
        let built = folder.load().unwrap();
        let changed = folder.cached().metadata().unwrap().modified().unwrap();
        // Other bytes with the same length and time of modification are not noticed.
        let labels = &folder.sources.train[0].cat;
        let file = OpenOptions::new().write(true).open(labels).unwrap();
        let (time, length) = (file.metadata().unwrap().modified().unwrap(), file.metadata().unwrap().len());
        std::io::Write::write_all(&mut &file, &vec![0; length as usize]).unwrap();
        file.set_modified(time).unwrap();
        assert_eq!(folder.load().unwrap(), built);
        let of = |seed| folder.load_with(&folder.entry, seed).unwrap().drawn;
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
        let mut fewer = folder;
        fewer.sources.train.remove(1);
        let norb = fewer.load_with(&Entry { train: 10, validation: 3, ..fewer.entry.clone() }, 1).unwrap();
        assert_eq!((norb.checksums.len(), norb.drawn.train + norb.drawn.validation), (6, 13));
    }

    #[test]
    fn a_set_with_other_counts_than_the_catalogue_is_rejected() {
        let folder = Folder::new();
        let refused = |entry: Entry| folder.load_with(&entry, 1).unwrap_err().to_string();
        let error = refused(Entry { validation: 7, ..folder.entry.clone() });
        let expected = "training-01-cat.mat: expected 26 labels in this file and its continuations, found 25; ";
        assert!(error.contains(expected), "{error}");
        let error = refused(Entry { test: 11, ..folder.entry.clone() });
        assert!(error.contains("testing-01-cat.mat: expected 11 labels in this file"), "{error}");
        assert!(!folder.cached().exists());
    }

    #[test]
    fn a_packed_file_must_have_its_published_checksum_before_a_cache_is_built() {
        let folder = Folder::packed();
        assert_eq!(folder.load().unwrap().checksums.len(), 9);
        let labels = &folder.sources.train[0].cat;
        let other = crate::synthetic::gzip(&synthetic::integers(&[13], &[0; 13]));
        files::write(labels, &other).unwrap();
        std::fs::remove_file(folder.cached()).unwrap();
        let error = folder.load().unwrap_err().to_string();
        assert!(error.contains("training-01-cat.mat.gz: expected MD5 ") && error.contains("run `fetch it`"), "{error}");
        assert!(!folder.cached().exists());
    }

    #[test]
    fn a_matrix_is_verified_to_its_end() {
        let folder = Folder::packed();
        let path = &folder.sources.test[0].dat;
        assert_eq!(read_through(path).unwrap(), files::sha256(&files::read(path).unwrap()));
        let whole = synthetic::pairs(30, 12);
        for bytes in [&whole[..whole.len() - 1], &[&whole[..], &[0]].concat(), b"another gzip"] {
            files::write(path, &crate::synthetic::gzip(bytes)).unwrap();
            assert!(matches!(read_through(path), Err(Error::Malformed { .. })));
        }
    }

    #[test]
    fn leftovers_of_killed_builders_are_removed() {
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
