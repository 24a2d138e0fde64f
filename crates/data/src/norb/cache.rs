//! The cache of the reduced images, a single file. It saves the minute or so that unpacking and reducing the published
//! images takes.
//!
//! | length in bytes | content                                                                                  |
//! |-----------------|------------------------------------------------------------------------------------------|
//! | 8               | `rectnorb`                                                                               |
//! | 4               | the version of this layout                                                               |
//! | 4, n            | the name of the filter                                                                   |
//! | 4               | the number of source files, s; the next row is repeated for each file                    |
//! | 4, n, 8, 8      | the file's name, its length, its time of modification (nanoseconds since 1970)           |
//! | 4, 4            | the numbers of training and test images, N in total                                      |
//! | N               | the labels                                                                               |
//! | N               | the instances                                                                            |
//! | 64              | SHA-256 of all preceding bytes, in hexadecimal: the split is drawn from verified data    |
//! | N x 2,048       | the images, 2x32x32                                                                      |
//! | s x 64          | SHA-256 of each source file as stored                                                    |
//! | 64              | SHA-256 of all preceding bytes                                                           |
//!
//! Numbers are little-endian; a name follows its length.
//!
//! A cache is used only if it begins as a new cache of the same files would, has the length that follows from its
//! counts, and has two valid checksums. Source files are compared by name, length and time of modification, because
//! verifying their checksums would read 6 GB before every run. A copy of the files with other times is therefore cached
//! again. A replaced file with the same name, length and time is not noticed; the checksums in the record of a run are
//! still the checksums of the bytes that the network was trained on.

use super::reduce::{FILTER, SIDE};
use crate::Error;
use crate::idx::Unpacked;
use files::Hashed;
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::time::SystemTime;

/// The number of inputs of an example: the pixels of both images of a pair.
pub(crate) const INPUTS: usize = 2 * SIDE * SIDE;

const VERSION: u32 = 2;
const SHA256: u64 = 64;
const REMEDY: &str = "delete this file, and it will be built again";

/// The properties by which a source file is recognised although its content is not read: its name, its length in bytes,
/// and its time of modification in nanoseconds since 1970.
pub(crate) struct Stamp {
    name: String,
    length: u64,
    changed: u64,
}

/// The labels and instances of the images, in the order of the images.
#[derive(Default)]
pub(crate) struct Table {
    /// The number of images from the training parts; these images come before the test images.
    pub(crate) train: usize,
    /// The class of each image, `[n]`.
    pub(crate) labels: Vec<u8>,
    /// The toy that each image shows, or 255 for an image without an instance, `[n]`.
    pub(crate) instances: Vec<u8>,
}

impl Stamp {
    /// The stamp of the file at `path`.
    ///
    /// # Errors
    /// [`Error::File`] when the file does not exist or its properties cannot be read.
    pub(crate) fn of(path: &Path) -> Result<Self, Error> {
        let metadata = path.metadata().map_err(files::Error::new("read", path))?;
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |since| since.as_nanos() as u64);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, length: metadata.len(), changed })
    }

    /// The name of the file, without its folder.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// A cache that is being written; it appears at its path only after [`finish`](Self::finish).
pub(crate) struct Writer<'a> {
    path: &'a Path,
    file: Hashed<files::Writer>,
}

impl<'a> Writer<'a> {
    /// Begins the cache at `path` for the files with `stamps`; `table` has the labels and instances of their images.
    ///
    /// # Errors
    /// [`Error::File`] when the cache cannot be written.
    pub(crate) fn create(path: &'a Path, stamps: &[Stamp], table: &Table) -> Result<Self, Error> {
        let mut writer = Self { path, file: Hashed::new(files::Writer::create(path)?) };
        writer.put(&beginning(stamps))?;
        writer.put(&(table.train as u32).to_le_bytes())?;
        writer.put(&((table.labels.len() - table.train) as u32).to_le_bytes())?;
        writer.put(&table.labels)?;
        writer.put(&table.instances)?;
        writer.put_checksum()?;
        Ok(writer)
    }

    /// Adds a pair of images, `[2, 32, 32]`.
    ///
    /// # Errors
    /// [`Error::File`] when the cache cannot be written.
    pub(crate) fn image(&mut self, image: &[u8]) -> Result<(), Error> {
        self.put(image)
    }

    /// Ends the cache with the SHA-256 of each source file, in hexadecimal, and moves the cache to its path.
    ///
    /// # Errors
    /// [`Error::File`] when the cache cannot be written.
    pub(crate) fn finish(mut self, sources: &[String]) -> Result<(), Error> {
        self.put(sources.concat().as_bytes())?;
        self.put_checksum()?;
        Ok(self.file.into_inner().finish()?)
    }

    fn put_checksum(&mut self) -> Result<(), Error> {
        let checksum = self.file.hex();
        self.put(checksum.as_bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Ok(self.file.write_all(bytes).map_err(files::Error::new("write", self.path))?)
    }
}

/// A cache whose table has been read; its images follow.
pub(crate) struct Reader<'a> {
    /// The labels and instances of the images.
    pub(crate) table: Table,
    file: Unpacked<'a, Hashed<BufReader<File>>>,
    sources: usize,
}

impl<'a> Reader<'a> {
    /// Opens the cache at `path`, which must have been made from the files with `stamps`.
    ///
    /// # Errors
    /// [`Error::File`] when the cache cannot be read; [`Error::Malformed`] when it was made from other files or is
    /// damaged or incomplete.
    pub(crate) fn open(path: &'a Path, stamps: &[Stamp]) -> Result<Self, Error> {
        let file = File::open(path).map_err(files::Error::new("read", path))?;
        let length = file.metadata().map_err(files::Error::new("read", path))?.len();
        let reader = Hashed::new(BufReader::with_capacity(1 << 16, file));
        let mut file = Unpacked { path, reader, offset: 0 };

        let expected = beginning(stamps);
        let found = file.take(expected.len() as u64, "the beginning of a cache of these files")?;
        if let Some(at) = found.iter().zip(&expected).position(|(found, expected)| found != expected) {
            let found = format!("the byte {:02x}", found[at]);
            return Err(file.malformed(at as u64, "the beginning of a cache of these files", found, REMEDY));
        }

        let counts = file.take(8, "the numbers of training and test images")?;
        let [train, test] =
            [0, 4].map(|k| u32::from_le_bytes([counts[k], counts[k + 1], counts[k + 2], counts[k + 3]]));
        let count = u64::from(train) + u64::from(test);
        let rest = count * (2 + INPUTS as u64) + SHA256 * (stamps.len() as u64 + 2);
        if length != file.offset + rest {
            let expected = format!("{rest} more bytes for {count} images");
            let found = format!("a file of {length} bytes");
            return Err(file.malformed(file.offset, expected, found, REMEDY));
        }

        let labels = file.take(count, "the labels")?;
        let instances = file.take(count, "the instances")?;
        check(&mut file)?;
        let table = Table { train: train as usize, labels, instances };
        Ok(Self { table, file, sources: stamps.len() })
    }

    /// Replaces the contents of `image` with the next pair of images, `[2, 32, 32]`; there is a pair for each label.
    ///
    /// # Errors
    /// [`Error::File`] when the cache cannot be read; [`Error::Malformed`] when the cache has become shorter since it
    /// was opened.
    pub(crate) fn next_image(&mut self, image: &mut Vec<u8>) -> Result<(), Error> {
        self.file.fill(image, INPUTS as u64, "an image")
    }

    /// After the last image, checks that the bytes read are the bytes that were written, and returns the SHA-256 of
    /// each source file, in hexadecimal.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the checksum at the end does not match or the cache has become shorter since it was
    /// opened; [`Error::File`] when the cache cannot be read.
    pub(crate) fn finish(mut self) -> Result<Vec<String>, Error> {
        let sources = self.file.take(SHA256 * self.sources as u64, "the checksums of the source files")?;
        check(&mut self.file)?;
        let checksums = sources.chunks_exact(SHA256 as usize);
        Ok(checksums.map(|checksum| String::from_utf8_lossy(checksum).into_owned()).collect())
    }
}

/// Reads a checksum and compares it with the checksum of all preceding bytes.
fn check(file: &mut Unpacked<'_, Hashed<BufReader<File>>>) -> Result<(), Error> {
    let (at, expected) = (file.offset, file.reader.hex());
    let found = file.take(SHA256, "a checksum")?;
    if found == expected.as_bytes() {
        return Ok(());
    }
    let found = String::from_utf8_lossy(&found).into_owned();
    Err(file.malformed(at, format!("the SHA-256 of all preceding bytes, {expected}"), found, REMEDY))
}

/// The beginning of a cache of the files with `stamps`: the bytes that do not depend on the content of the files.
fn beginning(stamps: &[Stamp]) -> Vec<u8> {
    let named = |name: &str| [&(name.len() as u32).to_le_bytes(), name.as_bytes()].concat();
    let mut bytes = [&b"rectnorb"[..], &VERSION.to_le_bytes(), &named(FILTER)].concat();
    bytes.extend((stamps.len() as u32).to_le_bytes());
    for stamp in stamps {
        bytes.extend(named(&stamp.name));
        bytes.extend(stamp.length.to_le_bytes());
        bytes.extend(stamp.changed.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use crate::norb::synthetic::Folder;
    use crate::norb::{Stamp, read};

    /// Positions in the cache of the synthetic set: all bytes before and after the images, and some of the images.
    fn regions(length: usize) -> Vec<usize> {
        let images = length - 10 * 64 - 37 * super::INPUTS;
        let header = 0..images;
        let each = (images..length - 10 * 64).step_by(1999).chain([length - 10 * 64 - 1]);
        let footer = length - 10 * 64..length;
        header.chain(each).chain(footer).collect()
    }

    #[test]
    fn a_byte_altered_anywhere_is_found() {
        let folder = Folder::new();
        folder.load().unwrap();
        let stamps: Vec<Stamp> = folder.sources.paths().map(|path| Stamp::of(path).unwrap()).collect();
        let whole = files::read(&folder.cached()).unwrap();
        let altered = folder.cached().with_extension("altered");
        for at in regions(whole.len()).into_iter().step_by(3) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            files::write(&altered, &bytes).unwrap();
            let error = read(&altered, &stamps, 1).unwrap_err().to_string();
            assert!(error.contains("reduced.altered: byte ") && error.contains("expected"), "{at}: {error}");
        }
    }

    #[test]
    fn a_cut_anywhere_is_found_and_counts_are_not_trusted() {
        let folder = Folder::new();
        folder.load().unwrap();
        let stamps: Vec<Stamp> = folder.sources.paths().map(|path| Stamp::of(path).unwrap()).collect();
        let whole = files::read(&folder.cached()).unwrap();
        let altered = folder.cached().with_extension("altered");
        let refused = |bytes: &[u8]| {
            files::write(&altered, bytes).unwrap();
            read(&altered, &stamps, 1).unwrap_err().to_string()
        };
        for end in regions(whole.len()).into_iter().step_by(17) {
            assert!(refused(&whole[..end]).contains("reduced.altered: byte "), "{end}");
        }
        assert!(refused(&[&whole[..], &[0]].concat()).contains("more bytes for 37 images, found a file of"));
        let mut promising = whole.clone();
        let counts = super::beginning(&stamps).len();
        promising[counts..counts + 8].fill(0xff);
        let error = refused(&promising);
        assert!(error.contains("more bytes for 8589934590 images, found a file of"), "{error}");
    }
}
