//! A small data set in the format of NORB for tests: pairs of 40x36 pixels, 25 for training in two parts, and 12 for
//! testing.

use super::matrix::Element;
use super::{Norb, NorbParts, Sources, load};
use crate::Error;
use crate::catalogue::{Checksum, Content, Entry, File, NORB};
use crate::synthetic::gzip;
use std::path::{Path, PathBuf};

pub(super) const HEIGHT: usize = 40;
pub(super) const WIDTH: usize = 36;

/// The header of a matrix file; `sizes` includes the padding.
pub(super) fn header(magic: u32, dimensions: i32, sizes: &[i32]) -> Vec<u8> {
    let numbers = [magic.to_le_bytes(), dimensions.to_le_bytes()].into_iter();
    numbers.chain(sizes.iter().map(|size| size.to_le_bytes())).flatten().collect()
}

/// A whole matrix file with the bytes `elements`.
pub(super) fn matrix(element: Element, sizes: &[usize], elements: &[u8]) -> Vec<u8> {
    let number = |size: usize| i32::try_from(size).unwrap();
    let mut stored: Vec<i32> = sizes.iter().copied().map(number).collect();
    stored.resize(sizes.len().max(3), 1);
    [header(element.magic(), number(sizes.len()), &stored), elements.to_vec()].concat()
}

/// A whole matrix file of 32-bit integers.
pub(super) fn integers(sizes: &[usize], elements: &[i32]) -> Vec<u8> {
    matrix(Element::I32, sizes, &elements.iter().flat_map(|element| element.to_le_bytes()).collect::<Vec<_>>())
}

/// A whole matrix file of 32-bit floats.
pub(super) fn floats(sizes: &[usize], elements: &[f32]) -> Vec<u8> {
    matrix(Element::F32, sizes, &elements.iter().flat_map(|element| element.to_le_bytes()).collect::<Vec<_>>())
}

/// A matrix file of the pairs `first..first + count`: every pixel has the value k in the left image of pair k, and the
/// value 100 + k in the right image.
pub(super) fn pairs(first: usize, count: usize) -> Vec<u8> {
    let pair = |k: usize| [vec![k as u8; HEIGHT * WIDTH], vec![100 + k as u8; HEIGHT * WIDTH]].concat();
    matrix(Element::U8, &[count, 2, HEIGHT, WIDTH], &(first..first + count).flat_map(pair).collect::<Vec<_>>())
}

/// A temporary folder for the files of the data set and its cache.
pub(crate) struct Folder {
    place: tempfile::TempDir,
    pub(crate) entry: Entry,
    pub(super) sources: Sources,
}

/// The stem of each part's file names, the part's first pair, and its number of pairs.
const PARTS: [(&str, usize, usize); 3] = [("training-01", 0, 13), ("training-02", 13, 12), ("testing-01", 30, 12)];

impl Folder {
    /// A folder in which only the files of images are packed, and no file has a published checksum.
    pub(super) fn new() -> Self {
        Self::of(|name, bytes| {
            let stored = if name.ends_with("-dat.mat") { gzip(bytes) } else { bytes.to_vec() };
            (name.to_owned(), stored, Checksum::Gzip)
        })
    }

    /// A folder in which all files are packed with gzip, as published, and have published MD5 checksums.
    pub(crate) fn packed() -> Self {
        Self::of(|name, bytes| {
            let stored = gzip(bytes);
            let md5 = files::md5_of(&mut &stored[..]).unwrap();
            (format!("{name}.gz"), stored, Checksum::Md5(md5.leak()))
        })
    }

    /// A folder with the files as stored by `store`, which turns the name and bytes of an unpacked file into the name,
    /// bytes and published checksum of the stored file.
    fn of(store: impl Fn(&str, &[u8]) -> (String, Vec<u8>, Checksum)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("norb");
        files::create_folder(&place).unwrap();
        let mut put = |(name, bytes): (String, Vec<u8>)| {
            let (stored, bytes, checksum) = store(&name, &bytes);
            files::write(&place.join(stored), &bytes).unwrap();
            File { name: format!("{name}.gz").leak(), unpacked: name.leak(), bytes: None, checksum, sizes: &[] }
        };
        let parts: Vec<[File; 3]> = PARTS.iter().map(|part| contents(*part).map(&mut put)).collect();
        let find = |file: &File| {
            let place = |name: &str| Some(place.join(name)).filter(|path| path.exists());
            Ok(place(file.name).or_else(|| place(file.unpacked)).unwrap())
        };
        let sources = Sources::locate(&parts, 2, find).unwrap();
        let content = NorbParts { parts: parts.leak(), training_parts: 2, mirrors: &[] };
        let content = Content::Files(Box::leak(Box::new(content)));
        let entry = Entry { train: 19, validation: 6, test: 12, content, ..NORB };
        Self { place: folder, entry, sources }
    }

    /// The path of the folder; the files are in its sub-folder `norb`.
    pub(crate) fn path(&self) -> &Path {
        self.place.path()
    }

    pub(super) fn cache(&self) -> PathBuf {
        self.place.path().join("cache")
    }

    /// The path of the cache file.
    pub(super) fn cached(&self) -> PathBuf {
        self.cache().join("reduced.norb")
    }

    pub(super) fn load(&self) -> Result<Norb, Error> {
        self.load_with(&self.entry, 1)
    }

    pub(super) fn load_with(&self, entry: &Entry, seed: u64) -> Result<Norb, Error> {
        load(entry, &self.sources, &self.cache(), "fetch it", seed, &mut |_| {})
    }
}

/// The names and bytes of the unpacked files of a part. Labels are 0 to 5 in turn; instances are 4 and 6 for objects
/// and -1 for images without an object. The file of instances has ten columns, as in the full set.
fn contents((stem, first, count): (&str, usize, usize)) -> [(String, Vec<u8>); 3] {
    let labels: Vec<i32> = (0..).map(|k| k % 6).skip(first).take(count).collect();
    let info = |k: usize| {
        let instance = if k % 6 == 5 { -1.0 } else { [4.0, 6.0][k / 6 % 2] };
        [instance, 8.0, 34.0, 5.0, -6.0, 6.0, 20.0, 1.3, 0.78, -5.0]
    };
    let info: Vec<f32> = (first..first + count).flat_map(info).collect();
    [
        (format!("{stem}-dat.mat"), pairs(first, count)),
        (format!("{stem}-cat.mat"), integers(&[count], &labels)),
        (format!("{stem}-info.mat"), floats(&[count, 10], &info)),
    ]
}
