//! Published files, and the checksums that identify them.

use crate::Error;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The name of the file, the same on every mirror.
    pub name: &'static str,
    /// The name of the file or folder to which this file unpacks.
    pub unpacked: &'static str,
    /// The length of the file in bytes, if known.
    pub bytes: Option<u64>,
    /// The published checksum.
    pub checksum: Checksum,
    /// The sizes in the idx header; empty for other formats.
    pub sizes: &'static [usize],
}

/// The published checksum of a file, in lower-case hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// The SHA-256 of the file.
    Sha256(&'static str),
    /// The MD5 of the file, if its authors published no other checksum.
    Md5(&'static str),
    /// The checksums inside the gzip stream, if no other checksum was published. They show that a file is intact, but
    /// not that it is the published one; the content of the file is checked when the file is loaded or verified.
    Gzip,
}

/// The value of [`Checksum::Gzip`] for a file with an intact gzip stream.
const WHOLE: &str = "whole";

impl Checksum {
    /// The name of the checksum function.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::Sha256(_) => "SHA-256",
            Self::Md5(_) => "MD5",
            Self::Gzip => "gzip",
        }
    }

    /// The value for the published file, with which the result of [`of`](Self::of) is compared.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Sha256(value) | Self::Md5(value) => value,
            Self::Gzip => WHOLE,
        }
    }

    /// Applies the checksum function to all bytes of `reader`.
    ///
    /// # Errors
    /// The errors of `reader`.
    pub fn of(self, reader: &mut impl std::io::Read) -> std::io::Result<String> {
        match self {
            Self::Sha256(_) => files::sha256_of(reader).map(|(sha256, _)| sha256),
            Self::Md5(_) => files::md5_of(reader),
            Self::Gzip => gzip_of(reader),
        }
    }
}

/// [`WHOLE`] for an intact gzip stream; otherwise a description of what is wrong with the stream.
fn gzip_of(reader: &mut impl std::io::Read) -> std::io::Result<String> {
    match std::io::copy(&mut MultiGzDecoder::new(reader), &mut std::io::sink()) {
        Ok(_) => Ok(WHOLE.to_owned()),
        Err(e) => match e.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData => Ok(e.to_string()),
            _ => Err(e),
        },
    }
}

/// The SHA-256 of a list with one line per file: the checksum, two spaces and the name of the file.
pub(crate) fn sha256_of_list(checksums: &BTreeMap<String, String>) -> String {
    let list: Vec<String> = checksums.iter().map(|(name, sha256)| format!("{sha256}  {name}")).collect();
    files::sha256(list.join("\n").as_bytes())
}

impl File {
    /// Whether the file at `path` is stored as published rather than unpacked, according to the end of `path`.
    pub(crate) fn is_stored_at(&self, path: &Path) -> bool {
        path.ends_with(self.name)
    }

    /// Checks the file at `path`, stored as published, against the catalogue and returns the checksum of the file.
    /// `fetch` is the command that downloads the file.
    ///
    /// # Errors
    /// [`Error::Checksum`] when the checksums differ; [`Error::File`] when the file cannot be read.
    pub(crate) fn check(&self, path: &Path, fetch: &str) -> Result<String, Error> {
        let found = std::fs::File::open(path).and_then(|mut stored| self.checksum.of(&mut stored));
        let found = found.map_err(files::Error::new("read", path))?;
        if found == self.checksum.value() {
            return Ok(found);
        }
        Err(Error::Checksum {
            path: path.to_owned(),
            function: self.checksum.function(),
            expected: self.checksum.value().to_owned(),
            found,
            fetch: fetch.to_owned(),
        })
    }
}
