//! The idx format of unsigned bytes, plain or gzip.
//!
//! | bytes        | content                                                     |
//! |--------------|-------------------------------------------------------------|
//! | 0, 1         | 0                                                           |
//! | 2            | element type, 8 = unsigned byte; others are not supported   |
//! | 3            | the number of dimensions, n                                 |
//! | 4 to 3 + 4 n | the size of each dimension, a big-endian u32                |
//! | the rest     | the values, row-major, as many as the product of the sizes  |
//!
//! Headers are not trusted: memory is allocated only for bytes that are actually read.
//!
//! # Source
//! <http://yann.lecun.com/exdb/mnist/>, "The IDX file format".

use crate::Error;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;

/// The largest number of values in a file: 2^31, which occupy 2 GiB.
pub const MAX_VALUES: u64 = 1 << 31;

const FOREIGN: &str = "give an idx file of unsigned bytes, plain or gzip";
const DAMAGED: &str = "get the file again";

/// An array of unsigned bytes. No size is 0, so there are at least as many values as rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// The size of each dimension, at least 1; images have three dimensions: count, height and width.
    pub sizes: Vec<usize>,
    /// The values, row-major, as many as the product of the sizes.
    pub values: Vec<u8>,
}

impl Idx {
    /// The sizes as text for messages, such as "60000 x 28 x 28".
    pub(crate) fn shown(&self) -> String {
        shown(&self.sizes)
    }
}

fn shown<T: ToString>(sizes: &[T]) -> String {
    sizes.iter().map(T::to_string).collect::<Vec<_>>().join(" x ")
}

/// Reads the idx file at `path`.
///
/// # Errors
/// [`Error::File`] when the file cannot be opened or read; [`Error::Malformed`] as for [`parse`].
pub fn open(path: &Path) -> Result<Idx, Error> {
    let file = std::fs::File::open(path).map_err(files::Error::new("read", path))?;
    read(path, BufReader::new(file))
}

/// Reads `bytes`, a whole idx file; `path` names the file in error messages.
///
/// # Errors
/// [`Error::Malformed`] with the offset when `bytes` is not an idx file of unsigned bytes, a size is 0, the header
/// promises more than [`MAX_VALUES`], values are missing or followed by more bytes, or the gzip stream is damaged.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Idx, Error> {
    read(path, bytes)
}

/// Reads a whole idx file from `reader`, for instance standard input; `path` names the file in error messages.
///
/// # Errors
/// As for [`parse`]; [`Error::File`] when `reader` fails.
pub fn read(path: &Path, reader: impl BufRead + Send) -> Result<Idx, Error> {
    let reader = unpacked(path, reader)?;
    let mut file = Unpacked { path, reader, offset: 0 };
    let magic = file.take(4, "bytes 00 00 08 and the number of dimensions")?;
    if magic[..3] != [0, 0, 8] || magic[3] == 0 {
        let found = magic.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        return Err(file.malformed(0, "bytes 00 00 08 and at least 1 dimension", found, FOREIGN));
    }
    let dimensions = u64::from(magic[3]);
    let sizes: Vec<u64> = file
        .take(4 * dimensions, &format!("a 4-byte size per dimension (dimensions: {dimensions})"))?
        .chunks_exact(4)
        .map(|size| u64::from(u32::from_be_bytes([size[0], size[1], size[2], size[3]])))
        .collect();
    let shown = shown(&sizes);
    let promised = sizes.iter().try_fold(1u64, |product, size| product.checked_mul(*size));
    let Some(promised @ 1..=MAX_VALUES) = promised else {
        let expected = format!("sizes with a product of 1 to {MAX_VALUES}");
        let found = format!("the sizes {shown}");
        return Err(file.malformed(4, expected, found, "give a file with a number of values in this range"));
    };
    let values = file.take(promised, &format!("{shown} values"))?;
    file.end(&format!("{shown} values"))?;
    let sizes = sizes.into_iter().map(|size| size as usize).collect(); // each was read as a u32
    Ok(Idx { sizes, values })
}

/// The bytes of `reader`, unpacked if they begin with the magic number of gzip.
///
/// # Errors
/// [`Error::File`] with `path` when the first two bytes cannot be read.
pub(crate) fn unpacked<'a>(
    path: &Path,
    mut reader: impl BufRead + Send + 'a,
) -> Result<Box<dyn Read + Send + 'a>, Error> {
    let mut start = Vec::with_capacity(2);
    reader.by_ref().take(2).read_to_end(&mut start).map_err(files::Error::new("read", path))?;
    let packed = start == [0x1f, 0x8b]; // the magic number of gzip, RFC 1952
    let whole = Cursor::new(start).chain(reader);
    if packed { Ok(Box::new(MultiGzDecoder::new(whole))) } else { Ok(Box::new(whole)) }
}

/// What is wrong with the gzip stream, if the kind of `error` is one that flate2 reports for a damaged stream; `None`
/// when the underlying reader failed.
pub(crate) fn damage(error: &io::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::UnexpectedEof => Some("the end of the gzip stream".to_owned()),
        ErrorKind::InvalidInput | ErrorKind::InvalidData => Some(error.to_string()),
        _ => None,
    }
}

/// A reader of an unpacked file, and the position in that file.
pub(crate) struct Unpacked<'a, R> {
    /// The path of the file, for error messages.
    pub(crate) path: &'a Path,
    /// The reader of the unpacked bytes.
    pub(crate) reader: R,
    /// The number of unpacked bytes that have been read.
    pub(crate) offset: u64,
}

impl<R: Read> Unpacked<'_, R> {
    /// Reads the next `count` bytes; `what` describes them in error messages.
    ///
    /// # Errors
    /// As for [`fill`](Self::fill).
    pub(crate) fn take(&mut self, count: u64, what: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.fill(&mut bytes, count, what)?;
        bytes.shrink_to_fit();
        Ok(bytes)
    }

    /// Replaces the contents of `bytes` with the next `count` bytes; `what` describes them in error messages. Memory is
    /// allocated only as bytes are read.
    ///
    /// # Errors
    /// [`Error::Malformed`] when fewer bytes are left or the gzip stream is damaged; [`Error::File`] when reading
    /// fails.
    pub(crate) fn fill(&mut self, bytes: &mut Vec<u8>, count: u64, what: &str) -> Result<(), Error> {
        self.up_to(bytes, count)?;
        if (bytes.len() as u64) < count {
            let found = format!("the end of the file after {} of {count} bytes", bytes.len());
            return Err(self.malformed(self.offset, what, found, DAMAGED));
        }
        Ok(())
    }

    /// Checks that the file ends at this position; `what` describes the bytes before it in error messages.
    ///
    /// # Errors
    /// As for [`fill`](Self::fill); [`Error::Malformed`] when more bytes follow.
    pub(crate) fn end(&mut self, what: &str) -> Result<(), Error> {
        let (end, mut byte) = (self.offset, Vec::new());
        self.up_to(&mut byte, 1)?;
        if byte.is_empty() {
            return Ok(());
        }
        Err(self.malformed(end, format!("the end of the file after {what}"), "more bytes", DAMAGED))
    }

    /// Replaces the contents of `bytes` with the next `count` bytes, or with fewer at the end of the file.
    fn up_to(&mut self, bytes: &mut Vec<u8>, count: u64) -> Result<(), Error> {
        bytes.clear();
        let outcome = self.reader.by_ref().take(count).read_to_end(bytes);
        self.offset += bytes.len() as u64;
        outcome.map(|_| ()).map_err(|e| self.failure(e))
    }

    /// Turns `error` into [`Error::Malformed`] if the gzip stream is damaged, and into [`Error::File`] otherwise.
    fn failure(&self, error: io::Error) -> Error {
        match damage(&error) {
            Some(found) => self.malformed(self.offset, "a whole gzip stream", found, DAMAGED),
            None => files::Error::new("read", self.path)(error).into(),
        }
    }

    /// An [`Error::Malformed`] for this file at `offset`.
    pub(crate) fn malformed(
        &self,
        offset: u64,
        expected: impl Into<String>,
        found: impl Into<String>,
        remedy: &'static str,
    ) -> Error {
        Error::Malformed { path: self.path.to_owned(), offset, expected: expected.into(), found: found.into(), remedy }
    }
}

impl Idx {
    /// The SHA-256 of the unpacked file, in lower-case hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        let sizes = self.sizes.iter().flat_map(|size| (*size as u32).to_be_bytes()); // each was read as a u32
        let header: Vec<u8> = [0, 0, 8, self.sizes.len() as u8].into_iter().chain(sizes).collect();
        files::sha256_of_parts(&[&header, &self.values])
    }

    /// Checks that the sizes of the dimensions equal `expected`, the sizes in the catalogue; `path` names the file in
    /// errors.
    pub(crate) fn expect_sizes(&self, path: &Path, expected: &[usize]) -> Result<(), Error> {
        if self.sizes == expected {
            return Ok(());
        }
        let shown = |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
        Err(Error::Malformed {
            path: path.to_owned(),
            offset: 4,
            expected: format!("the sizes {}", shown(expected)),
            found: format!("the sizes {}", shown(&self.sizes)),
            remedy: DAMAGED,
        })
    }
}
