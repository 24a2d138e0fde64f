//! The binary matrix format of NORB, plain or gzip.
//!
//! | bytes                    | content                                                                    |
//! |--------------------------|----------------------------------------------------------------------------|
//! | 0 to 3                   | the magic number of the element type                                       |
//! | 4 to 7                   | the number of dimensions, n, from 1 to 8                                   |
//! | 8 to 7 + 4 max(3, n)     | the size of each dimension, above 0; sizes after the first n are padding   |
//! | the rest                 | the elements, row-major; their number is the product of the n sizes        |
//!
//! Numbers are little-endian; the header's numbers have 32 bits. Headers are not trusted: memory is allocated only for
//! bytes that are actually read.
//!
//! # Source
//! <https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/>, "File formats".

use crate::Error;
use crate::idx::Unpacked;
use files::Hashed;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::path::Path;

/// The largest number of elements that [`Matrix::numbers`] reads, about fourteen times the length of the longest
/// published list.
const MAX_NUMBERS: u64 = 1 << 22;

/// The common part of the format's magic numbers; the lowest byte, 0 here, identifies the element type.
const FAMILY: u32 = 0x1E3D_4C00;
const PACKED: u32 = FAMILY | 0x52;

const FOREIGN: &str = "give a file in the format of NORB, plain or gzip";
const DAMAGED: &str = "get the file again";

/// The type of the elements of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// 32-bit floating point.
    F32,
    /// 64-bit floating point.
    F64,
    /// 32-bit integers.
    I32,
    /// Bytes.
    U8,
    /// 16-bit integers.
    I16,
}

/// A matrix whose header has been read; its rows follow.
pub(crate) struct Matrix<'a> {
    file: Unpacked<'a, Stored>,
    element: Element,
    sizes: Vec<usize>, // 1 to 8 sizes, each above 0
    start: u64,        // the position of the first element
}

/// A reader of a file as stored; the reader hashes the bytes that are read.
type Source = Chain<Cursor<Vec<u8>>, BufReader<Hashed<File>>>;

/// A reader of the unpacked bytes of a matrix file.
enum Stored {
    Plain(Source),
    Gzip(Box<MultiGzDecoder<Source>>),
}

impl<'a> Matrix<'a> {
    /// Opens the file at `path` and reads its header.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be opened or read. [`Error::Malformed`] with the offset when it is not a
    /// matrix of a known type, its sizes are impossible, or it is not gzip and its length does not match its sizes.
    pub(crate) fn open(path: &'a Path) -> Result<Self, Error> {
        let (stored, length) = open(path).map_err(files::Error::new("read", path))?;
        let mut file = Unpacked { path, reader: stored, offset: 0 };
        let element = element(&mut file)?;
        let sizes = sizes(&mut file)?;
        let matrix = Self { start: file.offset, file, element, sizes };
        let Some(promised) = matrix.promised() else {
            let found = format!("the sizes {}", matrix.shown());
            return Err(matrix.file.malformed(8, "sizes whose product is below 2^63", found, FOREIGN));
        };
        matrix.check_length(promised, length)?;
        Ok(matrix)
    }

    /// The type of the elements.
    pub(crate) fn element(&self) -> Element {
        self.element
    }

    /// The size of each of the 1 to 8 dimensions; the first is the number of rows. No size is 0.
    pub(crate) fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The position of element `i` in the unpacked file.
    pub(crate) fn position(&self, i: usize) -> u64 {
        self.start + i as u64 * self.element.bytes()
    }

    /// Replaces the contents of `row` with the bytes of the next row, as stored: the elements that share a first index.
    /// The first size is the number of rows.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the file ends too early or its gzip stream is damaged; [`Error::File`] when reading
    /// fails.
    pub(crate) fn next_row(&mut self, row: &mut Vec<u8>) -> Result<(), Error> {
        let elements: u64 = self.sizes[1..].iter().map(|size| *size as u64).product();
        self.file.fill(row, elements * self.element.bytes(), "a whole row of the matrix")
    }

    /// All elements, row-major. Call this method before reading any row.
    ///
    /// # Errors
    /// As for [`next_row`](Self::next_row); [`Error::Malformed`] when there are more than 2^22 elements.
    pub(crate) fn numbers(&mut self) -> Result<Vec<f64>, Error> {
        let elements: u64 = self.sizes.iter().map(|size| *size as u64).product();
        if elements > MAX_NUMBERS {
            return Err(self.wrong_sizes(format!("at most {MAX_NUMBERS} elements")));
        }
        let (width, what) = (self.element.bytes(), self.elements());
        let bytes = self.file.take(elements * width, &what)?;
        Ok(bytes.chunks_exact(width as usize).map(|bytes| self.element.number(bytes)).collect())
    }

    /// All elements, row-major, as integers, whatever the type of the elements. Call this method before reading any
    /// row.
    ///
    /// # Errors
    /// As for [`numbers`](Self::numbers); [`Error::Malformed`] when an element is not a whole number or its absolute
    /// value is 9e15 or more.
    pub(crate) fn integers(&mut self) -> Result<Vec<i64>, Error> {
        let numbers = self.numbers()?;
        let integer = |(i, number): (usize, &f64)| match whole(*number) {
            Some(integer) => Ok(integer),
            None => Err(self.wrong_element(i, "a whole number", number.to_string())),
        };
        numbers.iter().enumerate().map(integer).collect()
    }

    /// Checks that the file ends after the elements, and returns the SHA-256 of the file as stored, in lower-case
    /// hexadecimal.
    ///
    /// # Errors
    /// [`Error::Malformed`] when more bytes follow or the gzip stream is damaged; [`Error::File`] when reading fails.
    pub(crate) fn finish(mut self) -> Result<String, Error> {
        let elements = self.elements();
        self.file.end(&elements)?;
        Ok(self.file.reader.source().get_ref().1.get_ref().hex())
    }

    /// The error for element `i`, which is `found` instead of `expected`.
    pub(crate) fn wrong_element(&self, i: usize, expected: &str, found: String) -> Error {
        self.file.malformed(self.position(i), expected, found, DAMAGED)
    }

    /// The error for elements whose type is not `expected`.
    pub(crate) fn wrong_type(&self, expected: &str) -> Error {
        self.file.malformed(0, expected, self.element.name(), FOREIGN)
    }

    /// The error for sizes that are not `expected`.
    pub(crate) fn wrong_sizes(&self, expected: impl Into<String>) -> Error {
        self.file.malformed(8, expected, format!("the sizes {}", self.shown()), FOREIGN)
    }

    /// The number of bytes that, according to the header, follow the header; `None` when the file would be longer than
    /// 2^63 - 1 bytes.
    fn promised(&self) -> Option<u64> {
        let elements = self.sizes.iter().try_fold(1u64, |product, size| product.checked_mul(*size as u64))?;
        let end = elements.checked_mul(self.element.bytes())?.checked_add(self.start)?;
        i64::try_from(end).ok()?; // i64::MAX is the largest length of a file
        Some(end - self.start)
    }

    fn check_length(&self, promised: u64, length: Option<u64>) -> Result<(), Error> {
        let Some(there) = length.map(|length| length.saturating_sub(self.start)) else { return Ok(()) };
        let what = self.elements();
        if there < promised {
            let found = format!("the end of the file after {there} of {promised} bytes");
            return Err(self.file.malformed(self.start + there, what, found, DAMAGED));
        }
        if there > promised {
            let expected = format!("the end of the file after {what}");
            return Err(self.file.malformed(self.start + promised, expected, "more bytes", DAMAGED));
        }
        Ok(())
    }

    fn elements(&self) -> String {
        format!("{} {}", self.shown(), self.element.name())
    }

    fn shown(&self) -> String {
        self.sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
    }
}

/// `number` as an integer; `None` if it is not whole or too large for an exact representation.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// A reader of the file at `path` that unpacks gzip; and the length of the unpacked bytes, or `None` unless the file is
/// a regular file that is not gzip.
fn open(path: &Path) -> io::Result<(Stored, Option<u64>)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let mut reader = BufReader::with_capacity(1 << 16, Hashed::new(file));
    let mut start = Vec::with_capacity(2);
    reader.by_ref().take(2).read_to_end(&mut start)?;
    let packed = start == [0x1f, 0x8b]; // the magic number of gzip, RFC 1952
    let source = Cursor::new(start).chain(reader);
    if packed {
        Ok((Stored::Gzip(Box::new(MultiGzDecoder::new(source))), None))
    } else {
        Ok((Stored::Plain(source), metadata.is_file().then_some(metadata.len())))
    }
}

fn element(file: &mut Unpacked<'_, Stored>) -> Result<Element, Error> {
    let bytes = file.take(4, "the 4 bytes of a magic number")?;
    let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
    let magic = u32::from_le_bytes(bytes);
    if let Some(element) = Element::of(magic) {
        return Ok(element);
    }
    let [a, b, c, d] = bytes;
    let shown = format!("{a:02x} {b:02x} {c:02x} {d:02x}");
    let (found, remedy) = if magic == PACKED {
        (format!("{shown}, that of a packed matrix"), FOREIGN)
    } else if Element::of(magic.swap_bytes()).is_some() {
        (format!("{shown}, that of a big-endian file"), "give the little-endian file that is published")
    } else {
        (shown, FOREIGN)
    };
    Err(file.malformed(0, "the magic number of a matrix (51, 53, 54, 55 or 56, then 4c 3d 1e)", found, remedy))
}

fn sizes(file: &mut Unpacked<'_, Stored>) -> Result<Vec<usize>, Error> {
    let count = integers(&file.take(4, "the number of dimensions")?)[0];
    let Some(count) = usize::try_from(count).ok().filter(|count| (1..=8).contains(count)) else {
        return Err(file.malformed(4, "1 to 8 dimensions", count.to_string(), FOREIGN));
    };
    let stored = count.max(3);
    let sizes = integers(&file.take(4 * stored as u64, &format!("{stored} sizes of 4 bytes"))?);
    let size = |(k, size): (u64, &i32)| match usize::try_from(*size) {
        Ok(size @ 1..) => Ok(size),
        _ => Err(file.malformed(8 + 4 * k, "a size above 0", size.to_string(), FOREIGN)),
    };
    (0..).zip(&sizes[..count]).map(size).collect()
}

fn integers(bytes: &[u8]) -> Vec<i32> {
    bytes.chunks_exact(4).map(|four| i32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

impl Element {
    const ALL: [Self; 5] = [Self::F32, Self::F64, Self::I32, Self::U8, Self::I16];

    fn of(magic: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|element| element.magic() == magic)
    }

    /// The magic number of a file with elements of this type.
    pub(crate) fn magic(self) -> u32 {
        FAMILY
            | match self {
                Self::F32 => 0x51,
                Self::F64 => 0x53,
                Self::I32 => 0x54,
                Self::U8 => 0x55,
                Self::I16 => 0x56,
            }
    }

    /// The length of an element in bytes.
    fn bytes(self) -> u64 {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::F32 | Self::I32 => 4,
            Self::F64 => 8,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::F32 => "32-bit floats",
            Self::F64 => "64-bit floats",
            Self::I32 => "32-bit integers",
            Self::U8 => "bytes",
            Self::I16 => "16-bit integers",
        }
    }

    /// The element in the bytes `b`.
    fn number(self, b: &[u8]) -> f64 {
        match self {
            Self::U8 => f64::from(b[0]),
            Self::I16 => f64::from(i16::from_le_bytes([b[0], b[1]])),
            Self::I32 => f64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            Self::F32 => f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            Self::F64 => f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
        }
    }
}

impl Stored {
    /// The underlying file, as stored.
    fn source(&self) -> &Source {
        match self {
            Self::Plain(source) => source,
            Self::Gzip(unpacker) => unpacker.get_ref(),
        }
    }
}

impl Read for Stored {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(source) => source.read(buffer),
            Self::Gzip(unpacker) => unpacker.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests;
