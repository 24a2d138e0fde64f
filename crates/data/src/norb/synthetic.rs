//! A small set in the files of NORB for the tests: pairs of 40x36 pixels, 25 to train on in two parts, 12 to test on.

use super::edition::{Edition, Sources, Triple};
use super::matrix::Element;
use super::{Norb, load};
use crate::Error;
use crate::synthetic::gzip;
use std::path::PathBuf;

pub(super) const HEIGHT: usize = 40;
pub(super) const WIDTH: usize = 36;

/// The header of a matrix file, with as many sizes as are stored.
pub(super) fn header(magic: u32, dimensions: i32, sizes: &[i32]) -> Vec<u8> {
    let numbers = [magic.to_le_bytes(), dimensions.to_le_bytes()].into_iter();
    numbers.chain(sizes.iter().map(|size| size.to_le_bytes())).flatten().collect()
}

/// A whole matrix file of `elements`, given as bytes.
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

/// The pairs `first..first + count`: the left image of pair k has the value k, the right one 100 + k.
pub(super) fn pairs(first: usize, count: usize) -> Vec<u8> {
    let pair = |k: usize| [vec![k as u8; HEIGHT * WIDTH], vec![100 + k as u8; HEIGHT * WIDTH]].concat();
    matrix(Element::U8, &[count, 2, HEIGHT, WIDTH], &(first..first + count).flat_map(pair).collect::<Vec<_>>())
}

/// A folder with the files of the set, and one for its cache.
pub(super) struct Folder {
    folder: tempfile::TempDir,
    pub(super) sources: Sources,
}

impl Folder {
    /// Labels 0 to 5 in turn. Of objects the instances 4 and 6, of the others none; ten columns, as in the full set.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let triple = |stem: &str, first: usize, count: usize| {
            let path = |kind: &str| folder.path().join(format!("{stem}-{kind}.mat"));
            let labels: Vec<i32> = (0..).map(|k| k % 6).skip(first).take(count).collect();
            let info = |k: usize| {
                let instance = if k % 6 == 5 { -1.0 } else { [4.0, 6.0][k / 6 % 2] };
                [instance, 8.0, 34.0, 5.0, -6.0, 6.0, 20.0, 1.3, 0.78, -5.0]
            };
            let info: Vec<f32> = (first..first + count).flat_map(info).collect();
            files::write(&path("dat"), &gzip(&pairs(first, count))).unwrap();
            files::write(&path("cat"), &integers(&[count], &labels)).unwrap();
            files::write(&path("info"), &floats(&[count, 10], &info)).unwrap();
            Triple { dat: path("dat"), cat: path("cat"), info: path("info") }
        };
        let train = vec![triple("training-01", 0, 13), triple("training-02", 13, 12)];
        let sources = Sources { train, test: vec![triple("testing-01", 30, 12)] };
        Self { folder, sources }
    }

    pub(super) fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// The file of the cache.
    pub(super) fn cached(&self) -> PathBuf {
        self.cache().join("reduced.norb")
    }

    pub(super) fn load(&self) -> Result<Norb, Error> {
        load(Edition::JitteredCluttered, &self.sources, &self.cache(), 1)
    }
}
