//! Archives of many small files become folders.

use crate::Error;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

/// No archive unpacks to more.
const MOST_UNPACKED: u64 = 1 << 32;

/// Unpacks the folder `name` of the gzip tar archive at `path` into `into`, whole or not at all; what else the archive
/// holds is left out.
///
/// # Errors
/// [`Error::Malformed`] when the archive is damaged, unpacks to more than 4 GiB, or has no such folder; [`Error::File`].
pub(crate) fn folder(path: &Path, name: &str, into: &Path) -> Result<(), Error> {
    let damaged = |offset: u64, expected: &str, found: String| {
        let (path, expected) = (path.to_owned(), expected.to_owned());
        Error::Malformed { path, offset, expected, found, remedy: "get the file again" }
    };
    let file = File::open(path).map_err(files::Error::new("read", path))?;
    let unpacked = MultiGzDecoder::new(BufReader::new(file)).take(MOST_UNPACKED);
    let mut archive = tar::Archive::new(unpacked);
    files::create_folder(into)?;
    let temporary = tempfile::tempdir_in(into).map_err(files::Error::new("create a folder in", into))?;
    let mut offset = 0;
    let members = archive.entries().map_err(|e| damaged(0, "a tar archive inside gzip", e.to_string()))?;
    for member in members {
        let mut member = member.map_err(|e| damaged(offset, "a member of a tar archive inside gzip", e.to_string()))?;
        offset = member.raw_file_position();
        let inside = member.path().map_err(|e| damaged(offset, "a path", e.to_string()))?.into_owned();
        let is_file = member.header().entry_type().is_file();
        if is_file && inside.starts_with(name) {
            // Refuses paths that lead out of the folder.
            member.unpack_in(temporary.path()).map_err(|e| damaged(offset, "a file", e.to_string()))?;
        }
    }
    let whole = temporary.path().join(name);
    if !whole.is_dir() {
        return Err(damaged(offset, &format!("a folder {name}"), "none".to_owned()));
    }
    Ok(files::rename(&whole, &into.join(name))?)
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
            // Set as they are, dots included.
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
        let outcome = folder(&path, "inner", &place.path().join("into"));
        (place, outcome)
    }

    #[test]
    fn a_folder_is_unpacked_without_its_neighbours() {
        let (place, outcome) = unpacked(&packed(&[("inner/a/1.txt", b"one"), ("other/2.txt", b"two")]));
        outcome.unwrap();
        assert_eq!(files::read(&place.path().join("into/inner/a/1.txt")).unwrap(), b"one");
        assert_eq!(std::fs::read_dir(place.path().join("into")).unwrap().count(), 1);
    }

    #[test]
    fn paths_that_lead_out_leave_nothing_there() {
        let (place, outcome) = unpacked(&packed(&[("inner/../../escaped", b"bad"), ("inner/1.txt", b"one")]));
        outcome.unwrap();
        assert!(!place.path().join("escaped").exists() && !place.path().join("into/escaped").exists());
    }

    #[test]
    fn a_damaged_archive_leaves_no_folder() {
        let whole = packed(&[("inner/1.txt", &[7; 5000]), ("inner/2.txt", &[8; 5000])]);
        for end in (0..whole.len() - 20).step_by(5) {
            let (place, outcome) = unpacked(&whole[..end]);
            let sentence = outcome.unwrap_err().to_string();
            assert!(sentence.contains("a.tar.gz: byte "), "{sentence}");
            assert!(!place.path().join("into/inner").exists(), "{end}");
        }
        let (_place, outcome) = unpacked(&packed(&[("other/1.txt", b"one")]));
        assert!(outcome.unwrap_err().to_string().contains("expected a folder inner, found none"));
    }
}
