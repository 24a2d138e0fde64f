//! A tiny data set in the format of MNIST, for tests: 4 training, 2 validation and 3 test images of 2x2 pixels in 3
//! classes.

use crate::catalogue::{Checksum, Content, Entry, File, IdxFiles};
use crate::entry::{Loading, Place};
use crate::{Access, Choices, DataSet, Error, Locations, Shape, Source};
use std::io::Write as _;
use std::path::Path;

/// The bytes of an idx file with the given sizes and values.
pub(crate) fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// Packs `bytes` with gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A temporary folder with `files`, each given as a path inside the folder and the bytes of the file.
pub(crate) fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        files::create_folder(path.parent().unwrap()).unwrap();
        files::write(&path, bytes).unwrap();
    }
    folder
}

/// A folder with the files of the tiny data set, and the set's catalogue entry.
pub(crate) struct Folder {
    pub(crate) entry: Entry,
    folder: tempfile::TempDir,
}

impl Folder {
    /// A folder with the files as published, packed with gzip.
    pub(crate) fn packed() -> Self {
        let folder = Self::empty();
        for (name, bytes) in content() {
            folder.put(&format!("{name}.gz"), &gzip(&bytes));
        }
        folder
    }

    /// A folder with the unpacked files.
    pub(crate) fn plain() -> Self {
        let folder = Self::empty();
        for (name, bytes) in content() {
            folder.put(name, &bytes);
        }
        folder
    }

    fn empty() -> Self {
        let mut sizes = [&[6, 2, 2][..], &[6], &[3, 2, 2], &[3]].into_iter();
        let files = content().map(|(name, bytes)| {
            let packed = gzip(&bytes);
            File {
                name: format!("{name}.gz").leak(),
                unpacked: name,
                bytes: Some(packed.len() as u64),
                checksum: Checksum::Sha256(files::sha256(&packed).leak()),
                sizes: sizes.next().unwrap(),
            }
        });
        let mirrors = &["http://127.0.0.1:1/"]; // no server listens on port 1
        let content = Content::Files(Box::leak(Box::new(IdxFiles { files: Box::leak(Box::new(files)), mirrors })));
        let entry = Entry {
            name: "tiny",
            folder: "tiny",
            title: "Tiny",
            licence: "none",
            citation: "nobody",
            shape: Some(Shape::grey(2, 2)),
            form: None,
            classes: 3,
            class_names: &["0", "1", "2"],
            train: 4,
            validation: 2,
            test: 3,
            content,
        };
        Self { entry, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        files::write(&self.path().join(name), bytes).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.path().join(name)).unwrap();
    }

    pub(crate) fn source(&self) -> Source {
        Source { data_dir: Some(self.path().to_owned()), access: Access::Offline }
    }

    pub(crate) fn load(&self) -> Result<DataSet, Error> {
        load_offline(&self.entry, &Locations::DataDir(self.path().to_owned()), &Choices::default())
    }
}

/// Loads `entry` from `locations` with seed 1, without the network.
pub(crate) fn load_offline(entry: &Entry, locations: &Locations, choices: &Choices) -> Result<DataSet, Error> {
    let place = Place { entry, locations };
    Loading { place, access: Access::Offline, choices, seed: 1, progress: &mut |_| {} }.load()
}

fn content() -> [(&'static str, Vec<u8>); 4] {
    let pixels: Vec<u8> = (0..24).collect();
    [
        ("train-images", idx(&[6, 2, 2], &pixels)),
        ("train-labels", idx(&[6], &[0, 1, 2, 0, 1, 2])),
        ("test-images", idx(&[3, 2, 2], &pixels[..12])),
        ("test-labels", idx(&[3], &[0, 1, 2])),
    ]
}
