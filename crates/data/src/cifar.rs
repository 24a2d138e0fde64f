//! Reads the binary version of CIFAR-10, from a folder of batches or from the published archive of this folder.
//!
//! A batch is a file of records. A record is a label byte followed by the image: 1,024 bytes of red, 1,024 of green and
//! 1,024 of blue, each plane row by row.
//!
//! # Source
//! <https://www.cs.toronto.edu/~kriz/cifar.html>, "Binary version".

use crate::entry::{Content, Entry, Kind, Loading, Place};
use crate::file::{Checksum, File, sha256_of_list};
use crate::{DataSet, Error, Examples, Scale, Shape, Splits, idx};
use flate2::bufread::MultiGzDecoder;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

const SHAPE: Shape = Shape { channels: 3, height: 32, width: 32 };
const PIXELS: usize = 3 * 32 * 32;
const RECORD: usize = 1 + PIXELS;

/// The largest number of bytes unpacked from an archive; the published archive unpacks to 184 MB.
const MAX_UNPACKED: u64 = 200 << 20;

const DAMAGED: &str = "get the file again";
const NO_TEST_BATCH: &str = "get the file again, or use the data set cifar10-batch5, which needs no test batch";

/// CIFAR-10 as split in the paper (Table 1): all training batches for training; the test batch, in halves, for
/// validation and test.
pub const CIFAR10: Entry = Entry {
    name: "cifar10",
    folder: "cifar10",
    title: "CIFAR-10, the paper's split",
    licence: "free to use with citation",
    citation: "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of \
               Toronto, 2009, https://www.cs.toronto.edu/~kriz/cifar.html",
    shape: Some(Shape { channels: 3, height: 32, width: 32 }),
    form: None,
    classes: 10,
    class_names: &["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    train: 50_000,
    validation: 5_000,
    test: 5_000,
    content: Content::Files(&CIFAR10_BATCHES),
};

const CIFAR10_BATCHES: Cifar = Cifar {
    archive: File {
        name: "cifar-10-binary.tar.gz",
        unpacked: "cifar-10-batches-bin",
        bytes: Some(170_052_171),
        checksum: Checksum::Sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        sizes: &[],
    },
    batches: &[
        Batch { name: "data_batch_1.bin", sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5" },
        Batch { name: "data_batch_2.bin", sha256: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed" },
        Batch { name: "data_batch_3.bin", sha256: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67" },
        Batch { name: "data_batch_4.bin", sha256: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48" },
        Batch { name: "data_batch_5.bin", sha256: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add" },
        Batch { name: "test_batch.bin", sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b" },
    ],
    records: 10_000,
    mirrors: &["https://www.cs.toronto.edu/~kriz/"],
};

/// CIFAR-10 as usually split: the last 5,000 images of the training batches for validation, the others for training,
/// and the whole test batch for test.
pub const CIFAR10_USUAL: Entry = Entry {
    name: "cifar10-usual",
    title: "CIFAR-10, the usual split",
    train: 45_000,
    validation: 5_000,
    test: 10_000,
    ..CIFAR10
};

/// CIFAR-10 without its test batch: batches 1 to 4 for training; batch 5, in halves, for validation and test.
pub const CIFAR10_BATCH5: Entry = Entry {
    name: "cifar10-batch5",
    title: "CIFAR-10's training batches, tested on the fifth",
    train: 40_000,
    validation: 5_000,
    test: 5_000,
    ..CIFAR10
};

/// The files of CIFAR-10's binary version. The first records of the batches are the training examples, the next records
/// the validation examples, and the records after these the test examples; batches after the last test example are not
/// read.
#[derive(Clone, Debug)]
pub struct Cifar {
    /// The archive of the batches.
    pub archive: File,
    /// The batches, in the order in which they are read.
    pub batches: &'static [Batch],
    /// The number of images in each batch.
    pub records: usize,
    /// Addresses of folders on the web that hold the archive, the preferred one first.
    pub mirrors: &'static [&'static str],
}

/// A batch of CIFAR-10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The name of the batch's file.
    pub name: &'static str,
    /// The SHA-256 of the batch's file, in lower-case hexadecimal.
    pub sha256: &'static str,
}

impl Kind for Cifar {
    fn files(&self) -> &[File] {
        std::slice::from_ref(&self.archive)
    }

    fn mirrors(&self) -> &'static [&'static str] {
        self.mirrors
    }

    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error> {
        let place = loading.place;
        self.load_from(place.entry, &place.find(&self.archive)?, &place.fetch_command())
    }

    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error> {
        if file.is_stored_at(path) {
            return place.checksum(file, path);
        }
        let (_, checksums) = self.read(place.entry, path, &place.fetch_command())?;
        Ok(sha256_of_list(&checksums))
    }
}

/// The contents of the verified batches, and the SHA-256 of each batch by the name of its file.
type Verified = (Vec<Vec<u8>>, BTreeMap<String, String>);

impl Cifar {
    /// The data set `entry`, read from the folder or archive at `path`. `fetch` is the command that downloads the
    /// archive.
    ///
    /// # Errors
    /// [`Error::File`] when a file cannot be read; [`Error::Malformed`] when a batch is missing or has the wrong
    /// length, or the archive is damaged; [`Error::Checksum`] when the archive or a batch is not the published one.
    fn load_from(&self, entry: &Entry, path: &Path, fetch: &str) -> Result<DataSet, Error> {
        let (batches, checksums) = self.read(entry, path, fetch)?;
        let total = entry.train + entry.validation + entry.test;
        let (mut inputs, mut labels) = (Vec::with_capacity(total * PIXELS), Vec::with_capacity(total));
        for batch in batches {
            for record in batch.chunks_exact(RECORD).take(total - labels.len()) {
                labels.push(record[0]);
                inputs.extend_from_slice(&record[1..]);
            }
        }
        let counts = [entry.train, entry.validation, entry.test];
        let form = (SHAPE, entry.classes, Scale::unit(255));
        let [train, validation, test] = Examples::images_in_parts(inputs, labels, counts, form)?;
        Ok(entry.data_set(Splits { train, validation, test }, checksums))
    }

    /// Reads the batches that `entry` needs. An archive is verified before unpacking, and each batch after reading.
    fn read(&self, entry: &Entry, path: &Path, fetch: &str) -> Result<Verified, Error> {
        let needed = (entry.train + entry.validation + entry.test).div_ceil(self.records);
        let batches = &self.batches[..needed];
        let read = if path.is_dir() {
            folder(path, batches, self.records)?
        } else {
            // A foreign archive could fill the memory with an arbitrarily long name, so only the published one is
            // unpacked.
            self.archive.check(path, fetch)?;
            let file = std::fs::File::open(path).map_err(files::Error::new("read", path))?;
            archive(path, BufReader::new(file), batches, self.records)?
        };
        let mut checksums = BTreeMap::new();
        for (batch, bytes) in batches.iter().zip(&read) {
            let found = files::sha256(bytes);
            if found != batch.sha256 {
                let (path, expected) = (path.join(batch.name), batch.sha256.to_owned());
                let function = "SHA-256";
                return Err(Error::Checksum { path, function, expected, found, fetch: fetch.to_owned() });
            }
            checksums.insert(batch.name.to_owned(), found);
        }
        Ok((read, checksums))
    }
}

fn folder(path: &Path, batches: &[Batch], records: usize) -> Result<Vec<Vec<u8>>, Error> {
    let open = |batch: &Batch| {
        let path = path.join(batch.name);
        match std::fs::File::open(&path) {
            Ok(file) => records_of(&path, file, records),
            Err(e) if e.kind() == ErrorKind::NotFound => records_of(&path, std::io::empty(), records),
            Err(e) => Err(files::Error::new("read", &path)(e).into()),
        }
    };
    batches.iter().map(open).collect()
}

/// The batches in the archive read from `reader`; `path` names the archive in error messages.
pub(crate) fn archive(
    path: &Path,
    reader: impl BufRead,
    batches: &[Batch],
    records: usize,
) -> Result<Vec<Vec<u8>>, Error> {
    let unpacked = MultiGzDecoder::new(reader).take(MAX_UNPACKED);
    let mut archive = tar::Archive::new(unpacked);
    let mut offset = 0;
    let damaged = |offset: u64, expected: &str, found: String| {
        let (path, expected) = (path.to_owned(), expected.to_owned());
        Error::Malformed { path, offset, expected, found, remedy: DAMAGED }
    };
    let mut found: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let members = archive.entries().map_err(|e| damaged(0, "a tar archive compressed with gzip", e.to_string()))?;
    for member in members {
        let member =
            member.map_err(|e| damaged(offset, "a member of a tar archive compressed with gzip", e.to_string()))?;
        offset = member.raw_file_position();
        let inside = member.path().map_err(|e| damaged(offset, "a path", e.to_string()))?.into_owned();
        if let Some(batch) = batches.iter().find(|batch| inside.ends_with(batch.name)) {
            found.insert(batch.name, records_of(&path.join(&inside), member, records)?);
        }
        if found.len() == batches.len() {
            break;
        }
    }
    let take = |batch: &Batch| {
        let absent = || damaged(offset, &format!("a member named {}", batch.name), "the end of the archive".to_owned());
        found.remove(batch.name).ok_or_else(absent)
    };
    batches.iter().map(take).collect()
}

/// Reads a batch of exactly `records` records, and at most one byte beyond the batch.
///
/// # Errors
/// [`Error::Malformed`] when the batch has fewer or more records, or the archive that holds it is damaged;
/// [`Error::File`] when reading fails.
fn records_of(path: &Path, reader: impl Read, records: usize) -> Result<Vec<u8>, Error> {
    let whole = records * RECORD;
    let mut bytes = Vec::new();
    let outcome = reader.take(whole as u64 + 1).read_to_end(&mut bytes);
    let found = match outcome {
        Err(e) => match idx::damage(&e) {
            Some(found) => found,
            None => return Err(files::Error::new("read", path)(e).into()),
        },
        Ok(_) if bytes.len() > whole => "more bytes".to_owned(),
        Ok(0) => "no bytes".to_owned(),
        Ok(_) if bytes.len() < whole => {
            format!("the end of the file after {} of {records} records", bytes.len() / RECORD)
        }
        Ok(_) => return Ok(bytes),
    };
    let remedy = if path.ends_with("test_batch.bin") { NO_TEST_BATCH } else { DAMAGED };
    let expected = format!("{records} records of {RECORD} bytes");
    Err(Error::Malformed { path: path.to_owned(), offset: bytes.len().min(whole) as u64, expected, found, remedy })
}

#[cfg(test)]
mod tests;
