//! The binary version of CIFAR-10: a folder of batches, or the archive of that folder.
//!
//! A batch is a file of records. A record has a label byte, and then the image as 1,024 bytes of red, 1,024 of green and
//! 1,024 of blue, each plane row by row.
//!
//! # Source
//! <https://www.cs.toronto.edu/~kriz/cifar.html>, "Binary version".

use crate::catalogue::{self, Batch, Entry};
use crate::{DataSet, Error, Examples, Scale, Shape, Splits, idx};
use flate2::bufread::MultiGzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

const SHAPE: Shape = Shape { channels: 3, height: 32, width: 32 };
const PIXELS: usize = 3 * 32 * 32;
const RECORD: usize = 1 + PIXELS;

/// Of an archive no more is unpacked than this; the published one holds 184 MB.
const MOST_UNPACKED: u64 = 200 << 20;

const DAMAGED: &str = "get the file again";
const NO_TEST_BATCH: &str = "get the file again, or take the data set cifar10-batch5, which needs no test batch";

/// The archive as published, its batches, and how many records each has.
type Batches<'a> = (&'a catalogue::File, &'a [Batch], usize);

/// The data set `entry` from the folder or archive at `path`, the archive verified before it is unpacked, and each batch.
/// `fetch` is the command that gets the archive.
///
/// # Errors
/// [`Error::File`] when a file cannot be read, [`Error::Malformed`] when a batch has another length or is not in the
/// archive, or when that is damaged; [`Error::Checksum`].
pub(crate) fn load(entry: &Entry, path: &Path, batches: Batches<'_>, fetch: &str) -> Result<DataSet, Error> {
    let (read, checksums) = read(entry, path, batches, fetch)?;
    let total = entry.train + entry.validation + entry.test;
    let (mut inputs, mut labels) = (Vec::with_capacity(total * PIXELS), Vec::with_capacity(total));
    for batch in read {
        for record in batch.chunks_exact(RECORD).take(total - labels.len()) {
            labels.push(record[0]);
            inputs.extend_from_slice(&record[1..]);
        }
    }
    let counts = [entry.train, entry.validation, entry.test];
    let form = (SHAPE, entry.classes, Scale::unit(255));
    let [train, validation, test] = Examples::images_in_parts(inputs, labels, counts, form)?;
    Ok(DataSet::of(entry, Splits { train, validation, test }, checksums))
}

/// Checks the batches in the folder at `path`: the SHA-256 of the list of their names and checksums.
///
/// # Errors
/// As [`load`].
pub(crate) fn verify(path: &Path, entry: &Entry, batches: Batches<'_>, fetch: &str) -> Result<String, Error> {
    let (_, checksums) = read(entry, path, batches, fetch)?;
    let list: Vec<String> = checksums.iter().map(|(name, sha256)| format!("{sha256}  {name}")).collect();
    Ok(files::sha256(list.join("\n").as_bytes()))
}

type Verified = (Vec<Vec<u8>>, BTreeMap<String, String>);

fn read(
    entry: &Entry,
    path: &Path,
    (published, batches, records): Batches<'_>,
    fetch: &str,
) -> Result<Verified, Error> {
    let needed = (entry.train + entry.validation + entry.test).div_ceil(records);
    let batches = &batches[..needed];
    let read = if path.is_dir() {
        folder(path, batches, records)?
    } else {
        // Names in an archive may be as long as it likes: only the published one is unpacked.
        published.check(path, fetch)?;
        let file = File::open(path).map_err(files::Error::new("read", path))?;
        archive(path, BufReader::new(file), batches, records)?
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

fn folder(path: &Path, batches: &[Batch], records: usize) -> Result<Vec<Vec<u8>>, Error> {
    let open = |batch: &Batch| {
        let path = path.join(batch.name);
        match File::open(&path) {
            Ok(file) => records_of(&path, file, records),
            Err(e) if e.kind() == ErrorKind::NotFound => records_of(&path, std::io::empty(), records),
            Err(e) => Err(files::Error::new("read", &path)(e).into()),
        }
    };
    batches.iter().map(open).collect()
}

/// The batches in the archive that `reader` gives; `path` is what error messages call it.
pub(crate) fn archive(
    path: &Path,
    reader: impl BufRead,
    batches: &[Batch],
    records: usize,
) -> Result<Vec<Vec<u8>>, Error> {
    let unpacked = MultiGzDecoder::new(reader).take(MOST_UNPACKED);
    let mut archive = tar::Archive::new(unpacked);
    let mut offset = 0;
    let damaged = |offset: u64, expected: &str, found: String| {
        let (path, expected) = (path.to_owned(), expected.to_owned());
        Error::Malformed { path, offset, expected, found, remedy: DAMAGED }
    };
    let mut found: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let members = archive.entries().map_err(|e| damaged(0, "a tar archive inside gzip", e.to_string()))?;
    for member in members {
        let member = member.map_err(|e| damaged(offset, "a member of a tar archive inside gzip", e.to_string()))?;
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

/// All of a batch of `records` records; no more is read than that and one byte.
///
/// # Errors
/// [`Error::Malformed`] when there are fewer or more, or the archive around them is damaged; [`Error::File`].
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
        Ok(0) => "nothing".to_owned(),
        Ok(_) if bytes.len() < whole => format!("the end of the file after {} whole records", bytes.len() / RECORD),
        Ok(_) => return Ok(bytes),
    };
    let remedy = if path.ends_with("test_batch.bin") { NO_TEST_BATCH } else { DAMAGED };
    let expected = format!("{records} records of {RECORD} bytes");
    Err(Error::Malformed { path: path.to_owned(), offset: bytes.len().min(whole) as u64, expected, found, remedy })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{CIFAR10, Checksum, Content, File as Published};
    use crate::synthetic::gzip;
    use crate::{Network, Source};

    /// Three batches of two records; record k has label k, and red k, green 10 + k, blue 20 + k.
    fn batch(number: u8) -> Vec<u8> {
        let record = |k: u8| [vec![k], vec![k; 1024], vec![10 + k; 1024], vec![20 + k; 1024]].concat();
        [record(2 * number), record(2 * number + 1)].concat()
    }

    fn entry() -> Entry {
        let names = ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"];
        let batches: Vec<Batch> = names
            .into_iter()
            .zip(0..)
            .map(|(name, k)| Batch { name, sha256: files::sha256(&batch(k)).leak() })
            .collect();
        let archive = Published {
            name: "c.tar.gz",
            unpacked: "c-batches",
            bytes: None,
            checksum: Checksum::Sha256(files::sha256(&gzip(&all())).leak()),
            sizes: &[],
        };
        let content = Content::Cifar { archive, batches: batches.leak(), records: 2, mirrors: &[] };
        Entry { name: "small", folder: "small", train: 3, validation: 2, test: 1, content, ..CIFAR10 }
    }

    fn load_from(entry: &Entry, path: &Path) -> Result<DataSet, Error> {
        let Content::Cifar { archive, batches, records, .. } = &entry.content else { unreachable!("made above") };
        load(entry, path, (archive, batches, *records), "train data fetch small")
    }

    /// What is in the archive `bytes`, which need not be the published one.
    fn unpacked(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let Content::Cifar { batches, records, .. } = entry().content else { unreachable!("made above") };
        archive(Path::new("c.tar.gz"), bytes, batches, records)
    }

    fn filled() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (k, name) in ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"].into_iter().enumerate() {
            files::write(&folder.path().join(name), &batch(k as u8)).unwrap();
        }
        folder
    }

    fn packed(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append_data(&mut header, format!("c-batches/{name}"), &bytes[..]).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn all() -> Vec<u8> {
        // In another order, and among other files.
        packed(&[
            ("readme.html", b"hello".to_vec()),
            ("test_batch.bin", batch(2)),
            ("data_batch_1.bin", batch(0)),
            ("data_batch_2.bin", batch(1)),
        ])
    }

    #[test]
    fn examples_follow_one_another_across_batches_plane_by_plane() {
        let splits = load_from(&entry(), filled().path()).unwrap().splits;
        assert_eq!(*splits.train.labels(), [0, 1, 2]);
        assert_eq!(*splits.validation.labels(), [3, 4]);
        assert_eq!(*splits.test.labels(), [5]);
        assert_eq!(splits.test.shape().unwrap(), Shape { channels: 3, height: 32, width: 32 });
        let row = splits.test.inputs().as_bytes().unwrap().row(0);
        assert_eq!([row[0], row[1023], row[1024], row[2048], row[3071]], [5, 5, 15, 25, 25]);
    }

    #[test]
    fn the_archive_gives_what_the_folder_gives() {
        let folder = filled();
        let path = folder.path().join("c.tar.gz");
        files::write(&path, &gzip(&all())).unwrap();
        assert_eq!(load_from(&entry(), &path).unwrap(), load_from(&entry(), folder.path()).unwrap());
    }

    #[test]
    fn a_cut_that_ends_early_needs_no_later_batch() {
        let folder = filled();
        std::fs::remove_file(folder.path().join("test_batch.bin")).unwrap();
        let short = Entry { train: 2, validation: 1, test: 1, ..entry() };
        assert_eq!(*load_from(&short, folder.path()).unwrap().splits.test.labels(), [3]);
        let error = load_from(&entry(), folder.path()).unwrap_err().to_string();
        assert!(error.contains("test_batch.bin: byte 0: expected 2 records of 3073 bytes, found nothing;"), "{error}");
        assert!(error.contains("cifar10-batch5"), "{error}");
    }

    #[test]
    fn a_short_test_batch_says_how_much_is_there_and_what_else_to_take() {
        let folder = filled();
        files::write(&folder.path().join("test_batch.bin"), &batch(2)[..RECORD + 9]).unwrap();
        let error = load_from(&entry(), folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("test_batch.bin: byte 3082: expected 2 records of 3073 bytes, found the end"),
            "{error}"
        );
        assert!(
            error.contains("after 1 whole records; get the file again, or take the data set cifar10-batch5"),
            "{error}"
        );
    }

    #[test]
    fn long_and_altered_batches_are_refused() {
        let folder = filled();
        let path = folder.path().join("data_batch_2.bin");
        files::write(&path, &[batch(1), vec![0]].concat()).unwrap();
        let error = load_from(&entry(), folder.path()).unwrap_err().to_string();
        assert!(error.contains("byte 6146: expected 2 records of 3073 bytes, found more bytes"), "{error}");
        let mut altered = batch(1);
        altered[77] ^= 1;
        files::write(&path, &altered).unwrap();
        assert!(
            matches!(load_from(&entry(), folder.path()).unwrap_err(), Error::Checksum { path: at, .. } if at == path)
        );
    }

    #[test]
    fn an_archive_cut_off_anywhere_is_one_sentence() {
        let whole = gzip(&all());
        let complete = unpacked(&whole).unwrap();
        for end in (0..whole.len()).step_by(7) {
            match unpacked(&whole[..end]) {
                // What is cut off lies behind the last batch.
                Ok(batches) => assert!(batches == complete, "{end}"),
                Err(error) => {
                    assert!(matches!(error, Error::Malformed { .. }), "{end}: {error}");
                    assert!(error.to_string().contains("c.tar.gz"), "{error}");
                }
            }
        }
    }

    #[test]
    fn an_archive_that_is_not_the_published_one_is_not_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.tar.gz");
        let other = gzip(&packed(&[("test_batch.bin", batch(2)), ("data_batch_1.bin", batch(0))]));
        for bytes in [&gzip(b"not an archive")[..], b"nor gzip", &other] {
            files::write(&path, bytes).unwrap();
            let error = load_from(&entry(), &path).unwrap_err();
            assert!(matches!(&error, Error::Checksum { path: at, .. } if *at == path), "{error}");
        }
    }

    #[test]
    fn a_disk_that_fails_is_no_damaged_file() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(ErrorKind::PermissionDenied.into())
            }
        }
        let error = records_of(Path::new("test_batch.bin"), Failing, 2).unwrap_err();
        assert!(matches!(error, Error::File(_)), "{error}");
    }

    #[test]
    fn an_archive_that_lacks_a_batch_or_promises_too_much_is_refused() {
        let refused = |archive: &[u8]| unpacked(&gzip(archive)).unwrap_err().to_string();
        let lacking = refused(&packed(&[("data_batch_1.bin", batch(0)), ("test_batch.bin", batch(2))]));
        assert!(
            lacking.contains("expected a member named data_batch_2.bin, found the end of the archive"),
            "{lacking}"
        );
        let mut header = tar::Header::new_gnu();
        header.set_path("c-batches/data_batch_1.bin").unwrap();
        header.set_size(1 << 60);
        header.set_cksum();
        let promising = refused(header.as_bytes());
        assert!(promising.contains("data_batch_1.bin: byte 0: expected 2 records"), "{promising}");
        assert!(refused(b"not an archive").contains("c.tar.gz: byte 0: expected"));
    }

    #[test]
    fn a_bomb_of_zeros_is_not_unpacked_into_memory() {
        let bomb = gzip(&packed(&[("data_batch_1.bin", vec![0; 50_000_000])]));
        let error = unpacked(&bomb).unwrap_err().to_string();
        assert!(error.contains("expected 2 records of 3073 bytes, found more bytes"), "{error}");
    }

    #[test]
    fn verifying_a_folder_reads_every_batch() {
        let folder = filled();
        let place = folder.path().join("c-batches");
        files::create_folder(&place).unwrap();
        let move_in = |name: &str| files::rename(&folder.path().join(name), &place.join(name)).unwrap();
        ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"].into_iter().for_each(move_in);
        for data_dir in [folder.path(), &place] {
            let source = Source { data_dir: Some(data_dir.to_owned()), network: Network::Offline };
            let states = crate::verify(&entry(), &source).unwrap();
            assert!(matches!(&states[0].state, crate::State::Present { .. }), "{states:?}");
            assert_eq!(states[0].path, place);
        }
    }
}
