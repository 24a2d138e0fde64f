//! Tests on small batches: packed, truncated and altered.

use super::*;
use crate::synthetic::gzip;
use crate::{Access, Source};

/// The batch with the records k = 2 `number` and k = 2 `number` + 1. Record k has the label k, and each of its pixels
/// has red k, green 10 + k and blue 20 + k.
fn batch(number: u8) -> Vec<u8> {
    let record = |k: u8| [vec![k], vec![k; 1024], vec![10 + k; 1024], vec![20 + k; 1024]].concat();
    [record(2 * number), record(2 * number + 1)].concat()
}

fn small() -> Cifar {
    let names = ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"];
    let batches: Vec<Batch> =
        names.into_iter().zip(0..).map(|(name, k)| Batch { name, sha256: files::sha256(&batch(k)).leak() }).collect();
    let archive = File {
        name: "c.tar.gz",
        unpacked: "c-batches",
        bytes: None,
        checksum: Checksum::Sha256(files::sha256(&gzip(&all())).leak()),
        sizes: &[],
    };
    Cifar { archive, batches: batches.leak(), records: 2, mirrors: &[] }
}

fn entry() -> Entry {
    let content = Content::Files(Box::leak(Box::new(small())));
    Entry { name: "small", folder: "small", train: 3, validation: 2, test: 1, content, ..CIFAR10 }
}

fn load_from(entry: &Entry, path: &Path) -> Result<DataSet, Error> {
    small().load_from(entry, path, "train data fetch small")
}

/// The batches in the archive `bytes`, which need not be the published archive.
fn unpacked(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    archive(Path::new("c.tar.gz"), bytes, small().batches, 2)
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
    // The batches are out of order and follow another file.
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
    assert!(error.contains("test_batch.bin: byte 0: expected 2 records of 3073 bytes, found no bytes;"), "{error}");
    assert!(error.contains("cifar10-batch5"), "{error}");
}

#[test]
fn a_short_test_batch_says_how_much_is_there_and_what_else_to_take() {
    let folder = filled();
    files::write(&folder.path().join("test_batch.bin"), &batch(2)[..RECORD + 9]).unwrap();
    let error = load_from(&entry(), folder.path()).unwrap_err().to_string();
    assert!(error.contains("test_batch.bin: byte 3082: expected 2 records of 3073 bytes, found the end"), "{error}");
    assert!(error.contains("after 1 of 2 records; get the file again, or use the data set cifar10-batch5"), "{error}");
}

#[test]
fn long_and_altered_batches_are_rejected() {
    let folder = filled();
    let path = folder.path().join("data_batch_2.bin");
    files::write(&path, &[batch(1), vec![0]].concat()).unwrap();
    let error = load_from(&entry(), folder.path()).unwrap_err().to_string();
    assert!(error.contains("byte 6146: expected 2 records of 3073 bytes, found more bytes"), "{error}");
    let mut altered = batch(1);
    altered[77] ^= 1;
    files::write(&path, &altered).unwrap();
    assert!(matches!(load_from(&entry(), folder.path()).unwrap_err(), Error::Checksum { path: at, .. } if at == path));
}

#[test]
fn an_archive_cut_off_anywhere_is_one_sentence() {
    let whole = gzip(&all());
    let complete = unpacked(&whole).unwrap();
    for end in (0..whole.len()).step_by(7) {
        match unpacked(&whole[..end]) {
            // Only bytes after the last batch are missing.
            Ok(batches) => assert!(
                batches == complete,
                "the first {end} bytes gave batches that differ from those of the whole archive"
            ),
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
fn an_archive_that_lacks_a_batch_or_promises_too_much_is_rejected() {
    let refused = |archive: &[u8]| unpacked(&gzip(archive)).unwrap_err().to_string();
    let lacking = refused(&packed(&[("data_batch_1.bin", batch(0)), ("test_batch.bin", batch(2))]));
    assert!(lacking.contains("expected a member named data_batch_2.bin, found the end of the archive"), "{lacking}");
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
        let source = Source { data_dir: Some(data_dir.to_owned()), access: Access::Offline };
        let states = crate::verify(&entry(), &source).unwrap();
        assert!(matches!(&states[0].state, crate::State::Present { .. }), "{states:?}");
        assert_eq!(states[0].path, place);
    }
}

#[test]
fn the_splits_of_cifar_use_whole_batches() {
    let Cifar { batches, records, .. } = CIFAR10_BATCHES;
    for entry in [CIFAR10, CIFAR10_USUAL, CIFAR10_BATCH5] {
        let total = entry.train + entry.validation + entry.test;
        assert!(total.is_multiple_of(records) && total <= batches.len() * records, "{}", entry.name);
    }
    assert!(batches.iter().all(|batch| batch.sha256.len() == 64));
}
