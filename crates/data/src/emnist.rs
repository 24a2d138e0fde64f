//! Reads EMNIST: idx files inside a zip archive, or beside one another in a folder.
//!
//! The published images, written from MATLAB, have rows and columns exchanged; they are transposed here.
//!
//! # Source
//! G. Cohen, S. Afshar, J. Tapson and A. van Schaik, *EMNIST: an extension of MNIST to handwritten letters*, 2017.

use crate::entry::{Entry, Kind, Loading, Place};
use crate::file::{File, sha256_of_list};
use crate::idx::{self, Idx};
use crate::{DataSet, Error, Examples, Scale, Shape, Splits};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};

const DAMAGED: &str = "get the file again";

/// The idx files of one data set inside EMNIST's archive, with transposed images. The last training examples are used
/// for validation.
#[derive(Clone, Debug)]
pub struct Emnist {
    /// The archive of all EMNIST data sets.
    pub archive: File,
    /// The files of training images, training labels, test images and test labels, in this order.
    pub members: &'static [Member; 4],
    /// The smallest label in the files.
    pub first_label: u8,
    /// Addresses of folders on the web that hold the archive, the preferred one first.
    pub mirrors: &'static [&'static str],
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The file name in the archive, without folders. An extracted file may also be unpacked and lack the ending `.gz`.
    pub name: &'static str,
    /// The sizes in the file's idx header.
    pub sizes: &'static [usize],
    /// The SHA-256 of the unpacked file, in lower-case hexadecimal, if known.
    pub sha256: Option<&'static str>,
}

impl Kind for Emnist {
    fn files(&self) -> &[File] {
        std::slice::from_ref(&self.archive)
    }

    fn mirrors(&self) -> &'static [&'static str] {
        self.mirrors
    }

    fn lies_in(&self, folder: &Path) -> bool {
        let first = self.members[0].name;
        [first, plain(first)].iter().any(|name| folder.join(name).exists())
    }

    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error> {
        let place = loading.place;
        self.load_from(place.entry, &place.find(&self.archive)?, &place.fetch_command())
    }

    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error> {
        if file.is_stored_at(path) {
            return place.checksum(file, path);
        }
        let (_, checksums) = self.read(path, &place.fetch_command())?;
        Ok(sha256_of_list(&checksums))
    }
}

/// An idx file and where it was found.
struct Found {
    idx: Idx,
    path: PathBuf,
}

impl Emnist {
    /// The data set `entry` from the archive or folder at `path`. `fetch` is the command that downloads the archive.
    ///
    /// # Errors
    /// [`Error::File`] when a file cannot be read; [`Error::Malformed`] when a member is missing or damaged, or has the
    /// wrong sizes or labels; [`Error::Checksum`] when a member is not the published one.
    fn load_from(&self, entry: &Entry, path: &Path, fetch: &str) -> Result<DataSet, Error> {
        let (found, checksums) = self.read(path, fetch)?;
        let [train_images, train_labels, test_images, test_labels] = found;
        let classes = (self.first_label, entry.classes);
        let [train, validation] = examples(train_images.idx, &train_labels, classes, [entry.train, entry.validation])?;
        let [test] = examples(test_images.idx, &test_labels, classes, [entry.test])?;
        Ok(entry.data_set(Splits { train, validation, test }, checksums))
    }

    /// The members, and the SHA-256 of their unpacked bytes by the members' names without `.gz`.
    fn read(&self, path: &Path, fetch: &str) -> Result<([Found; 4], BTreeMap<String, String>), Error> {
        let mut checksums = BTreeMap::new();
        let mut open = |member: &Member| {
            let found = if path.is_dir() { in_folder(path, member.name)? } else { in_archive(path, member.name)? };
            found.idx.expect_sizes(&found.path, member.sizes)?;
            let sha256 = found.idx.sha256();
            if let Some(expected) = member.sha256.filter(|expected| *expected != sha256) {
                let (path, fetch) = (found.path, fetch.to_owned());
                let (function, expected) = ("SHA-256 of the unpacked bytes", expected.to_owned());
                return Err(Error::Checksum { path, function, expected, found: sha256, fetch });
            }
            checksums.insert(plain(member.name).to_owned(), sha256);
            Ok(found)
        };
        let [a, b, c, d] = self.members;
        let found = [open(a)?, open(b)?, open(c)?, open(d)?];
        Ok((found, checksums))
    }
}

/// The name of an unpacked member: `name` without `.gz`.
fn plain(name: &str) -> &str {
    name.strip_suffix(".gz").unwrap_or(name)
}

fn in_folder(folder: &Path, name: &str) -> Result<Found, Error> {
    let packed = folder.join(name);
    let path = if packed.exists() { packed } else { folder.join(plain(name)) };
    Ok(Found { idx: idx::open(&path)?, path })
}

fn in_archive(path: &Path, name: &str) -> Result<Found, Error> {
    let damaged = |expected: String, found: String| Error::Malformed {
        path: path.to_owned(),
        offset: 0,
        expected,
        found,
        remedy: DAMAGED,
    };
    let file = std::fs::File::open(path).map_err(files::Error::new("read", path))?;
    let archive = zip::ZipArchive::new(BufReader::new(file));
    let mut archive = archive.map_err(|e| damaged("a zip archive".to_owned(), e.to_string()))?;
    let inside =
        archive.file_names().flatten().find(|inside| inside.rsplit('/').next() == Some(name)).map(Cow::into_owned);
    let inside = inside.ok_or_else(|| damaged(format!("a member named {name}"), "no such member".to_owned()))?;
    let member = archive.by_name(&inside).map_err(|e| damaged(format!("a readable {inside}"), e.to_string()))?;
    let path = path.join(&inside);
    Ok(Found { idx: idx::read(&path, BufReader::new(member))?, path })
}

/// Upright images with labels from 0, split into consecutive parts of the sizes `counts`.
fn examples<const N: usize>(
    images: Idx,
    labels: &Found,
    (first_label, classes): (u8, usize),
    counts: [usize; N],
) -> Result<[Examples; N], Error> {
    let shape = Shape::grey(images.sizes[2], images.sizes[1]);
    let classes_of_file = usize::from(first_label)..usize::from(first_label) + classes;
    if let Some(i) = labels.idx.values.iter().position(|label| !classes_of_file.contains(&usize::from(*label))) {
        return Err(Error::Malformed {
            offset: 8 + i as u64, // the labels follow the 4-byte magic number and one 4-byte size
            expected: format!("a label from {} to {}", first_label, classes_of_file.end - 1),
            found: labels.idx.values[i].to_string(),
            path: labels.path.clone(),
            remedy: DAMAGED,
        });
    }
    let labels = labels.idx.values.iter().map(|label| label - first_label).collect();
    let mut rows = images.values;
    transpose(&mut rows, shape);
    Examples::images_in_parts(rows, labels, counts, (shape, classes, Scale::unit(255)))
}

/// Turns images stored column by column into images stored row by row.
fn transpose(images: &mut [u8], Shape { height, width, .. }: Shape) {
    let mut stored = vec![0; height * width];
    for image in images.chunks_exact_mut(height * width) {
        stored.copy_from_slice(image);
        for (k, pixel) in image.iter_mut().enumerate() {
            *pixel = stored[k % width * height + k / width];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::EMNIST_LETTERS;
    use crate::synthetic::{gzip, idx};
    use std::io::Write as _;

    const NAMES: [&str; 4] = ["train-images.gz", "train-labels.gz", "test-images.gz", "test-labels.gz"];

    /// Three training images, stored as 1 x 2 pixels, and a test image; labels start at 1.
    fn contents() -> [Vec<u8>; 4] {
        [idx(&[3, 1, 2], &[1, 2, 3, 4, 5, 6]), idx(&[3], &[1, 2, 2]), idx(&[1, 1, 2], &[7, 8]), idx(&[1], &[2])]
    }

    fn small() -> Emnist {
        let sizes: [&[usize]; 4] = [&[3, 1, 2], &[3], &[1, 1, 2], &[1]];
        let member = |k: usize| {
            let sha256: &str = files::sha256(&contents()[k]).leak();
            Member { name: NAMES[k], sizes: sizes[k], sha256: Some(sha256) }
        };
        let members = Box::leak(Box::new([member(0), member(1), member(2), member(3)]));
        Emnist { archive: EMNIST_LETTERS.files()[0].clone(), members, first_label: 1, mirrors: &[] }
    }

    fn packed() -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in NAMES.iter().zip(contents()) {
            writer.start_file(format!("gzip/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(&gzip(&bytes)).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn load_from(path: &Path) -> Result<DataSet, Error> {
        let (classes, class_names) = (2, &["A", "B"]);
        let entry = Entry { classes, class_names, train: 2, validation: 1, test: 1, ..EMNIST_LETTERS };
        small().load_from(&entry, path, "train data fetch small")
    }

    #[test]
    fn images_are_put_upright_and_labels_begin_at_0() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in NAMES.iter().zip(contents()) {
            files::write(&folder.path().join(plain(name)), &bytes).unwrap();
        }
        let data = load_from(folder.path()).unwrap();
        let splits = data.splits;
        assert_eq!(splits.train.shape(), Some(Shape::grey(2, 1)));
        assert_eq!(*splits.train.labels(), [0, 1]);
        assert_eq!(*splits.validation.labels(), [1]);
        assert_eq!(data.classes, ["A", "B"]);
        // 2 rows of 3 columns, stored column by column.
        let mut image = [1, 4, 2, 5, 3, 6];
        transpose(&mut image, Shape::grey(2, 3));
        assert_eq!(image, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn the_archive_gives_what_the_folder_gives() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in NAMES.iter().zip(contents()) {
            files::write(&folder.path().join(name), &gzip(&bytes)).unwrap();
        }
        let archive = folder.path().join("gzip.zip");
        files::write(&archive, &packed()).unwrap();
        assert!(load_from(&archive).unwrap() == load_from(folder.path()).unwrap());
        let checksums = |path: &Path| small().read(path, "").unwrap().1;
        assert_eq!(checksums(&archive), checksums(folder.path()));
    }

    #[test]
    fn an_archive_cut_off_or_altered_anywhere_is_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("gzip.zip");
        let whole = packed();
        files::write(&archive, &whole).unwrap();
        let complete = load_from(&archive).unwrap();
        let refused_or_the_same = |bytes: &[u8]| {
            files::write(&archive, bytes).unwrap();
            match load_from(&archive) {
                Ok(data) => assert!(data == complete),
                Err(error) => assert!(error.to_string().contains("gzip.zip"), "{error}"),
            }
        };
        for at in 0..whole.len() {
            refused_or_the_same(&whole[..at]);
            let mut altered = whole.clone();
            altered[at] ^= 0xff;
            refused_or_the_same(&altered);
        }
    }

    #[test]
    fn labels_outside_of_the_classes_are_located() {
        let refused = |label: u8| {
            let images = Idx { sizes: vec![1, 1, 2], values: vec![0, 0] };
            let labels = Found { idx: Idx { sizes: vec![1], values: vec![label] }, path: "labels".into() };
            examples(images, &labels, (1, 2), [1]).unwrap_err().to_string()
        };
        assert!(refused(0).contains("labels: byte 8: expected a label from 1 to 2, found 0;"), "{}", refused(0));
        assert!(refused(3).contains("found 3;"));
    }
}
