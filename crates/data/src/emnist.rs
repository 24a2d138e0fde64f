//! Reads EMNIST: idx files inside a zip archive, or beside one another in a folder.
//!
//! The published images, written from MATLAB, have rows and columns exchanged; they are transposed here.
//!
//! # Source
//! G. Cohen, S. Afshar, J. Tapson and A. van Schaik, *EMNIST: an extension of MNIST to handwritten letters*, 2017.

use crate::characters::{CAPITALS, CHARACTERS};
use crate::entry::{Content, Entry, Kind, Loading, Place};
use crate::file::{Checksum, File, sha256_of_list};
use crate::idx::{self, Idx};
use crate::{DataSet, Error, Examples, Scale, Shape, Splits};
use preprocessing::Form;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};

const DAMAGED: &str = "get the file again";

const EMNIST_ARCHIVE: File = File {
    name: "gzip.zip",
    unpacked: "gzip",
    bytes: None,
    checksum: Checksum::Md5("58c8d27c78d21e728a6bc7b3cc06412e"),
    sizes: &[],
};

const EMNIST_MIRRORS: &[&str] =
    &["https://biometrics.nist.gov/cs_links/EMNIST/", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/"];

/// EMNIST Letters; the upper and lower case of a letter are one class.
pub const EMNIST_LETTERS: Entry = Entry {
    name: "emnist-letters",
    folder: "emnist",
    title: "EMNIST Letters, handwritten letters of NIST Special Database 19",
    licence: "public domain",
    citation: "G. Cohen, S. Afshar, J. Tapson and A. van Schaik, EMNIST: an extension of MNIST to handwritten letters, \
               2017, https://www.nist.gov/itl/products-and-services/emnist-dataset",
    shape: Some(Shape::grey(28, 28)),
    form: Some(Form::CentreOfMass),
    classes: 26,
    class_names: CAPITALS,
    train: 104_000,
    validation: 20_800,
    test: 20_800,
    content: Content::Files(&LETTERS),
};

const LETTERS: Emnist = Emnist {
    archive: EMNIST_ARCHIVE,
    members: &[
        Member {
            name: "emnist-letters-train-images-idx3-ubyte.gz",
            sizes: &[124_800, 28, 28],
            sha256: Some("7a786db773b2096a7b9a3f3275388a27711f4451548c3ca8be96f09ae94371ae"),
        },
        Member {
            name: "emnist-letters-train-labels-idx1-ubyte.gz",
            sizes: &[124_800],
            sha256: Some("e8e94c3f4353d5532fd9604b939cb4c76e7847945b9b0d9ff7884d881dead6bc"),
        },
        Member {
            name: "emnist-letters-test-images-idx3-ubyte.gz",
            sizes: &[20_800, 28, 28],
            sha256: Some("d5895e82d14765b22a84342337bc5c25f1affd61cc97d3821d4e65504bbf8dbc"),
        },
        Member {
            name: "emnist-letters-test-labels-idx1-ubyte.gz",
            sizes: &[20_800],
            sha256: Some("22dbcde0a929a7f166bdac863b9195b2994d840a1e082f8f6daaeac5606376a6"),
        },
    ],
    first_label: 1,
    mirrors: EMNIST_MIRRORS,
};

/// EMNIST `ByClass`: digits, capital letters and lower-case letters.
pub const EMNIST_BYCLASS: Entry = Entry {
    name: "emnist-byclass",
    title: "EMNIST ByClass, handwritten characters of NIST Special Database 19",
    classes: 62,
    class_names: CHARACTERS,
    train: 617_932,
    validation: 80_000,
    test: 116_323,
    content: Content::Files(&BYCLASS),
    ..EMNIST_LETTERS
};

const BYCLASS: Emnist = Emnist {
    archive: EMNIST_ARCHIVE,
    members: &[
        Member { name: "emnist-byclass-train-images-idx3-ubyte.gz", sizes: &[697_932, 28, 28], sha256: None },
        Member { name: "emnist-byclass-train-labels-idx1-ubyte.gz", sizes: &[697_932], sha256: None },
        Member { name: "emnist-byclass-test-images-idx3-ubyte.gz", sizes: &[116_323, 28, 28], sha256: None },
        Member { name: "emnist-byclass-test-labels-idx1-ubyte.gz", sizes: &[116_323], sha256: None },
    ],
    first_label: 0,
    mirrors: EMNIST_MIRRORS,
};

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

/// An idx file, and the path at which the file was found.
struct Found {
    idx: Idx,
    path: PathBuf,
}

impl Emnist {
    /// The data set `entry`, read from the archive or folder at `path`. `fetch` is the command that downloads the
    /// archive.
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
    let member = archive.by_name(&inside).map_err(|e| damaged(format!("a readable member {inside}"), e.to_string()))?;
    let path = path.join(&inside);
    Ok(Found { idx: idx::read(&path, BufReader::new(member))?, path })
}

/// The transposed images with labels counted from 0, split into consecutive parts of the sizes `counts`.
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
mod tests;
