//! Reading of files, atomic writing of files, and checksums.
//!
//! [`write()`] saves contents that are in memory; [`Writer`] saves contents piece by piece. Both write a temporary file
//! in the folder of the final file (or in the folder of the target, if the path is a link), sync the temporary file and
//! rename it. A reader therefore never sees a partial file, even if the writing process is killed.

mod stream;

use sha2::{Digest, Sha256};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub use stream::{Hashed, Writer};

/// The prefix of the names of temporary files.
const PREFIX: &str = ".writing-";
/// The suffix of the names of temporary files.
const SUFFIX: &str = ".tmp";

/// A failed file operation.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}: {source}; {}", path.display(), remedy(doing, source))]
pub struct Error {
    /// The operation that failed, as a verb that takes the path as its object, such as "read" or "create".
    pub doing: &'static str,
    /// The path of the file or folder.
    pub path: PathBuf,
    /// The cause of the failure.
    pub source: io::Error,
}

impl Error {
    /// A closure for `map_err` that turns an [`io::Error`] into the failure of the operation `doing` on `path`.
    pub fn new(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { doing, path: path.to_owned(), source }
    }
}

fn remedy(doing: &str, source: &io::Error) -> &'static str {
    match source.kind() {
        // Some network file systems have no locks, which the system says by several codes.
        _ if doing == "lock" => {
            "only a lock keeps two processes apart, and this file system may have none: choose a folder on another one"
        }
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "check its permissions or choose another folder"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space or choose another disk",
        io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::AlreadyExists
        | io::ErrorKind::InvalidInput => "choose another path",
        io::ErrorKind::InvalidData if is_not_text(source) => "save it as UTF-8 text",
        _ => "check the disk and try again",
    }
}

fn is_not_text(source: &io::Error) -> bool {
    source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<std::string::FromUtf8Error>)
}

/// Reads the whole file at `path`.
///
/// # Errors
/// [`Error`] with the path when the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(Error::new("read", path))
}

/// Reads the whole file at `path` as UTF-8 text.
///
/// # Errors
/// [`Error`] with the path when the file cannot be read or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let text = String::from_utf8(read(path)?);
    text.map_err(|e| Error::new("read", path)(io::Error::new(io::ErrorKind::InvalidData, e)))
}

/// Writes `bytes` to `path`, replacing an existing file, atomically and durably.
///
/// # Errors
/// [`Error`] with the path when writing fails; an existing file is then unchanged, unless only the final sync of the
/// folder failed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut writer = Writer::create(path)?;
    writer.write_all(bytes).map_err(Error::new("write", path))?;
    writer.finish()
}

/// Removes the temporary files that killed processes left in `folder`. No file may be written to the folder meanwhile.
///
/// # Errors
/// [`Error`] with the path when the folder cannot be read or a file cannot be removed.
pub fn remove_leftovers(folder: &Path) -> Result<(), Error> {
    for entry in std::fs::read_dir(folder).map_err(Error::new("read", folder))? {
        let path = entry.map_err(Error::new("read", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            std::fs::remove_file(&path).map_err(Error::new("remove", &path))?;
        }
    }
    Ok(())
}

/// Moves the file `from`, which must be complete and synced, to `to`, replacing an existing file, atomically and
/// durably.
///
/// # Errors
/// [`Error`] with the path `to` when the file cannot be moved or its new folder cannot be synced.
#[expect(clippy::disallowed_methods, reason = "this is the only place that may call std::fs::rename")]
pub fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    std::fs::rename(from, to).and_then(|()| sync(parent(to))).map_err(Error::new("write", to))
}

/// Creates the folder `path` and its missing parent folders.
///
/// # Errors
/// [`Error`] with the path when a folder cannot be created.
pub fn create_folder(path: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(path).map_err(Error::new("create", path))
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The SHA-256 of the concatenated `parts`, in lower-case hexadecimal.
#[must_use]
pub fn sha256_of_parts(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// The SHA-256 of everything read from `reader`, in lower-case hexadecimal, and the number of bytes read.
///
/// # Errors
/// The errors of `reader`, except interruptions, after which reading is tried again.
pub fn sha256_of(reader: &mut impl io::Read) -> io::Result<(String, u64)> {
    digest_of::<Sha256>(reader)
}

/// The MD5 of everything read from `reader`, in lower-case hexadecimal. An MD5 detects damaged files, but not forged
/// ones.
///
/// # Errors
/// The errors of `reader`, except interruptions, after which reading is tried again.
pub fn md5_of(reader: &mut impl io::Read) -> io::Result<String> {
    digest_of::<md5::Md5>(reader).map(|(md5, _)| md5)
}

fn digest_of<D: Digest>(reader: &mut impl io::Read) -> io::Result<(String, u64)> {
    let mut hash = D::new();
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((hex(&hash.finalize()), length)),
            Ok(n) => {
                hash.update(&buffer[..n]);
                length += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// A SHA-256 of several parts. Each part is hashed after its length, so different lists of parts never give the same
/// sequence of bytes.
#[derive(Default)]
pub struct Checksum(Sha256);

impl Checksum {
    /// Hashes the length of `bytes`, as 8 bytes, and then `bytes`.
    pub fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// The checksum in lower-case hexadecimal.
    #[must_use]
    pub fn hex(self) -> String {
        hex(&self.0.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

/// The folder of `path`; the folder of a bare name is `.`.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // By default only the owner can read a temporary file. This file becomes the final file, so it gets the usual
    // permissions, which the umask restricts.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Syncs `folder` on Unix, where a rename is durable only once the folder is synced; does nothing on other platforms.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_file_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_write_that_fails_keeps_the_old_file_and_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::create_dir(&path).unwrap();
        let error = write(&path, b"x").unwrap_err().to_string();
        assert!(error.contains(path.to_str().unwrap()), "{error}");
        assert!(path.is_dir());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_leftovers_of_killed_writers_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".writing-a1b2c3.tmp", ".lock", "a.tmp", "a"] {
            write(&folder.path().join(name), b"x").unwrap();
        }
        remove_leftovers(folder.path()).unwrap();
        let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".lock", "a", "a.tmp"]);
    }

    #[test]
    fn a_file_system_without_locks_is_named_with_its_remedy() {
        let error = Error::new("lock", Path::new("runs/1/.lock"))(io::ErrorKind::Unsupported.into()).to_string();
        assert!(error.starts_with("cannot lock runs/1/.lock: ") && error.ends_with("on another one"), "{error}");
    }

    #[test]
    fn a_full_disk_is_named_with_its_remedy() {
        let error = Error::new("write", Path::new("x"))(io::Error::from(io::ErrorKind::StorageFull)).to_string();
        assert!(error.contains("free some space"), "{error}");
    }

    #[test]
    fn sha256_is_the_published_one() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, appendix B.1
        assert_eq!(sha256(b"abc"), abc);
        assert_eq!(sha256_of(&mut &b"abc"[..]).unwrap(), (abc.to_owned(), 3));
    }
}
