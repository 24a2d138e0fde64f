//! Unpacks archives of many small files into folders.

use crate::progress::Progress;
use crate::{Error, download};
use flate2::bufread::MultiGzDecoder;
use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// The largest number of bytes to which an archive may unpack: 4 GiB.
const MAX_UNPACKED: u64 = 1 << 32;

/// The name of the file in an unpacked folder that records the SHA-256 of the archive.
const STAMP: &str = ".archive-sha256";

/// Unpacks the folder `name` from the archive at `path` (tar, compressed with gzip, with the SHA-256 `sha256`) into the
/// folder that holds the archive. If the folder `name` exists, it is left as it is; a failure leaves no partial folder;
/// and other members of the archive are ignored. Processes that unpack archives in the same folder take turns.
///
/// The caller must have checked the archive's checksum, because member names of any length are read into memory.
///
/// # Errors
/// [`Error::Malformed`] when the archive is damaged, unpacks to more than 4 GiB, or does not contain the folder `name`;
/// [`Error::File`] when the archive cannot be read or the folder cannot be written.
pub(crate) fn folder(path: &Path, name: &str, sha256: &str, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
    let to = path.with_file_name(name);
    if to.is_dir() {
        return Ok(());
    }
    let into = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _held = download::lock(into, progress)?;
    if to.is_dir() {
        return Ok(()); // another process has unpacked the archive in the meantime
    }
    let temporary = tempfile::tempdir_in(into).map_err(files::Error::new("create a folder in", into))?;
    unpack(path, name, temporary.path(), MAX_UNPACKED)?;
    let whole = temporary.path().join(name);
    files::write(&whole.join(STAMP), sha256.as_bytes())?;
    sync(&whole)?;
    Ok(files::rename(&whole, &to)?)
}

/// The recorded SHA-256 of the archive from which `folder` was unpacked; `None` if there is no record.
pub(crate) fn made_of(folder: &Path) -> Option<String> {
    files::read_text(&folder.join(STAMP)).ok()
}

/// Unpacks the folder `name` from the archive at `path` into `into`. The archive may unpack to at most `most` bytes.
fn unpack(path: &Path, name: &str, into: &Path, most: u64) -> Result<(), Error> {
    let read = Cell::new(0);
    let damaged = |offset: u64, expected: &str, found: String| {
        let (path, remedy) = (path.to_owned(), "get the file again");
        if read.get() > most {
            let (expected, found) = (format!("at most {most} bytes after unpacking"), "more".to_owned());
            return Error::Malformed { path, offset: most, expected, found, remedy };
        }
        Error::Malformed { path, offset, expected: expected.to_owned(), found, remedy }
    };
    let file = File::open(path).map_err(files::Error::new("read", path))?;
    let unpacked = Counted { inner: MultiGzDecoder::new(BufReader::new(file)).take(most + 1), read: &read };
    let mut archive = tar::Archive::new(unpacked);
    let mut offset = 0;
    let members = archive.entries().map_err(|e| damaged(0, "a tar archive compressed with gzip", e.to_string()))?;
    for member in members {
        let mut member =
            member.map_err(|e| damaged(offset, "a member of a tar archive compressed with gzip", e.to_string()))?;
        offset = member.raw_file_position();
        let inside = member.path().map_err(|e| damaged(offset, "a path", e.to_string()))?.into_owned();
        let is_file = member.header().entry_type().is_file();
        if is_file && inside.starts_with(name) {
            // `unpack_in` skips paths that lead out of the folder.
            member.unpack_in(into).map_err(|e| damaged(offset, "a file", e.to_string()))?;
        }
    }
    if into.join(name).is_dir() && read.get() <= most {
        Ok(())
    } else {
        Err(damaged(offset, &format!("a folder named {name}"), "no such folder".to_owned()))
    }
}

/// A reader that counts the bytes read from `inner`.
struct Counted<'a, R> {
    inner: R,
    read: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

/// Flushes `folder` and everything in it to the disk.
fn sync(folder: &Path) -> Result<(), files::Error> {
    for entry in std::fs::read_dir(folder).map_err(files::Error::new("read", folder))? {
        let path = entry.map_err(files::Error::new("read", folder))?.path();
        if path.is_dir() {
            sync(&path)?;
        } else {
            File::open(&path).and_then(|file| file.sync_all()).map_err(files::Error::new("write", &path))?;
        }
    }
    if cfg!(unix) {
        File::open(folder).and_then(|opened| opened.sync_all()).map_err(files::Error::new("write", folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::gzip;

    fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            // The name is written directly into the header, because the builder would reject a name with `..`.
            header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        gzip(&builder.into_inner().unwrap())
    }

    fn unpacked(bytes: &[u8]) -> (tempfile::TempDir, Result<(), Error>) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.tar.gz");
        files::write(&path, bytes).unwrap();
        let outcome = folder(&path, "inner", "the checksum", &mut |_| {});
        (place, outcome)
    }

    #[test]
    fn a_folder_is_unpacked_without_its_neighbours() {
        let (place, outcome) = unpacked(&packed(&[("inner/a/1.txt", b"one"), ("other/2.txt", b"two")]));
        outcome.unwrap();
        assert_eq!(files::read(&place.path().join("inner/a/1.txt")).unwrap(), b"one");
        // The three entries are the archive, the lock file and the unpacked folder.
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 3);
        assert_eq!(made_of(&place.path().join("inner")).unwrap(), "the checksum");
    }

    #[test]
    fn an_existing_folder_is_left_alone() {
        let (place, _) = unpacked(&packed(&[("inner/1.txt", b"one")]));
        let folder_again = |sha256| folder(&place.path().join("a.tar.gz"), "inner", sha256, &mut |_| {});
        files::write(&place.path().join("inner/1.txt"), b"changed").unwrap();
        folder_again("another").unwrap();
        assert_eq!(files::read(&place.path().join("inner/1.txt")).unwrap(), b"changed");
        assert_eq!(made_of(&place.path().join("inner")).unwrap(), "the checksum");
    }

    #[test]
    fn an_archive_that_unpacks_without_end_is_reported_with_the_limit() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.tar.gz");
        let (bytes, into) = (vec![7; 20_000], place.path().join("into"));
        files::create_folder(&into).unwrap();
        files::write(&path, &packed(&[("inner/1.txt", &bytes), ("inner/2.txt", &bytes)])).unwrap();
        for most in [100, 10_000, 30_000, 42_000] {
            let error = unpack(&path, "inner", &into, most).unwrap_err().to_string();
            let expected =
                format!("a.tar.gz: byte {most}: expected at most {most} bytes after unpacking, found more; get");
            assert!(error.contains(&expected), "{error}");
        }
        unpack(&path, "inner", &into, 50_000).unwrap();
    }

    #[test]
    fn paths_that_lead_out_of_the_folder_are_skipped() {
        let (place, outcome) = unpacked(&packed(&[("inner/../../escaped", b"bad"), ("inner/1.txt", b"one")]));
        outcome.unwrap();
        assert!(!place.path().join("escaped").exists());
    }

    #[test]
    fn a_damaged_archive_leaves_no_folder() {
        let whole = packed(&[("inner/1.txt", &[7; 5000]), ("inner/2.txt", &[8; 5000])]);
        for end in (0..whole.len() - 20).step_by(5) {
            let (place, outcome) = unpacked(&whole[..end]);
            let sentence = outcome.unwrap_err().to_string();
            assert!(sentence.contains("a.tar.gz: byte "), "{sentence}");
            assert!(!place.path().join("inner").exists(), "{end}");
        }
        let (_place, outcome) = unpacked(&packed(&[("other/1.txt", b"one")]));
        assert!(outcome.unwrap_err().to_string().contains("expected a folder named inner, found no such folder"));
    }
}
