//! Streams for files too large for memory: a writer that works piece by piece, and a reader or writer that hashes the
//! bytes that pass through it.

use crate::{Error, hex, parent, sync, temporary};
use sha2::{Digest, Sha256};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// A file that is written piece by piece and appears at its path only after [`finish`](Self::finish). A writer that is
/// dropped before that leaves no file.
pub struct Writer {
    /// The path as given, for error messages.
    path: PathBuf,
    /// The path with links resolved.
    target: PathBuf,
    /// The temporary file, which receives the bytes.
    file: BufWriter<tempfile::NamedTempFile>,
}

impl Writer {
    /// Starts a file for `path` or, if `path` is a link, for the target of the link.
    ///
    /// # Errors
    /// [`Error`] with the path when the folder is missing or not writable, or when `path` is a device, a pipe or a
    /// socket.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let target = target(path).map_err(Error::new("write", path))?;
        let file = temporary(parent(&target)).map_err(Error::new("write", path))?;
        Ok(Self { path: path.to_owned(), target, file: BufWriter::with_capacity(1 << 16, file) })
    }

    /// Moves the finished file to its path, replacing an existing file, atomically and durably.
    ///
    /// # Errors
    /// [`Error`] with the path when writing fails; an existing file is then unchanged, unless only the final sync of
    /// the folder failed.
    pub fn finish(self) -> Result<(), Error> {
        let Self { path, target, file } = self;
        let put = || -> io::Result<()> {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(&target).map_err(|e| e.error)?;
            sync(parent(&target))
        };
        put().map_err(Error::new("write", &path))
    }
}

/// The path of the file that `path` names, with links resolved.
///
/// # Errors
/// When `path` is a device, a pipe or a socket, which must not be replaced.
fn target(path: &Path) -> io::Result<PathBuf> {
    match std::fs::metadata(path) {
        Ok(there) if there.is_file() || there.is_dir() => path.canonicalize(),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is neither a file nor a folder")),
        // `path` names a new file, or a link to a file that does not exist yet.
        Err(_) => Ok(std::fs::read_link(path).map_or_else(|_| path.to_owned(), |end| parent(path).join(end))),
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A reader or writer that computes the SHA-256 of the bytes that pass through it.
pub struct Hashed<T> {
    inner: T,
    hash: Sha256,
}

impl<T> Hashed<T> {
    /// Wraps `inner`; the hash starts empty.
    pub fn new(inner: T) -> Self {
        Self { inner, hash: Sha256::new() }
    }

    /// The SHA-256 of the bytes that have passed through so far, in lower-case hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// Returns the wrapped reader or writer.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_in_its_place_only_once_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        crate::write(&path, b"old").unwrap();
        let bytes = vec![7; 100_000];
        let mut writer = Writer::create(&path).unwrap();
        writer.write_all(&bytes).unwrap();
        assert_eq!(crate::read(&path).unwrap(), b"old");
        writer.finish().unwrap();
        assert_eq!(crate::read(&path).unwrap(), bytes);
        drop(Writer::create(&path).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_sockets_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let [target, link, socket] = ["target", "link", "socket"].map(|name| folder.path().join(name));
        crate::write(&target, b"old").unwrap();
        std::os::unix::fs::symlink("target", &link).unwrap();
        crate::write(&link, b"new").unwrap();
        assert!(link.is_symlink() && crate::read(&target).unwrap() == b"new");
        std::fs::remove_file(&target).unwrap();
        crate::write(&link, b"again").unwrap();
        assert!(link.is_symlink() && crate::read(&target).unwrap() == b"again");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let error = crate::write(&socket, b"x").unwrap_err().to_string();
        assert!(error.contains("neither a file nor a folder") && !socket.is_file(), "{error}");
    }

    #[test]
    fn what_passes_is_hashed_in_either_direction() {
        let mut reader = Hashed::new(&b"abc"[..]);
        let mut writer = Hashed::new(Vec::new());
        io::copy(&mut reader, &mut writer).unwrap();
        assert_eq!((reader.hex(), writer.hex()), (crate::sha256(b"abc"), crate::sha256(b"abc")));
        assert_eq!(writer.into_inner(), b"abc");
    }
}
