//! Networks as NumPy's `.npz`: a zip archive of arrays, each a short header followed by numbers.

use crate::error::Error;
use crate::found::Found;
use crate::label;
use crate::names;
use crate::portable::Portable;
use crate::statement::{NETWORK, Statement};
use crate::tensors::{TENSORS, Tensor, Tensors, count, floats, transposed};
use std::io::{Cursor, Read, Write};
use units::Activation;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const FORMAT: &str = "npz";
/// The last part of the name of a tensor of signs.
const SIGNS: &str = "signs";
const MAGIC: &[u8] = b"\x93NUMPY";
/// The limit on the unpacked size of a file in bytes: a compressed file can unpack to a thousand times its size.
const LIMIT: u64 = 1 << 30;

impl Portable {
    /// The network as a `.npz` file. The arrays have the names and shapes of the tensors that
    /// [`to_safetensors`](Self::to_safetensors) writes, and the entry `network` is a zero-dimensional array that holds
    /// a string. The arrays are stored uncompressed.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the format cannot hold the network.
    pub fn to_npz(&self) -> Result<Vec<u8>, Error> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let mut member = |name: &str, kind: &str, dims: &[usize], bytes: &[u8]| -> Result<(), ZipError> {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            archive.start_file(format!("{name}.npy"), options)?;
            archive.write_all(&header(kind, dims))?;
            Ok(archive.write_all(bytes)?)
        };
        for tensor in self.tensors() {
            member(&tensor.name, "<f4", &tensor.dims, &tensor.bytes()).map_err(malformed)?;
        }
        let statement = Statement::json(self.parts())?;
        let characters: Vec<u8> = statement.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        member(NETWORK, &format!("<U{}", statement.chars().count()), &[], &characters).map_err(malformed)?;
        Ok(archive.finish().map_err(malformed)?.into_inner())
    }
}

/// The network of a `.npz` file. The arrays in the file must have names and layouts that
/// [`from_safetensors`](crate::from_safetensors) accepts, and the entry `network`, if present, must be an array that
/// holds a string. The arrays may be compressed; unpacked, they may take up to 1 GiB in total.
///
/// # Errors
/// The errors of [`from_safetensors`](crate::from_safetensors), and [`Error::TooLarge`] if the arrays exceed 1 GiB when
/// unpacked.
pub fn from_npz(bytes: &[u8], unstated: Option<Activation>) -> Result<Portable, Error> {
    found(bytes, unstated).map(|found| found.network)
}

pub(crate) fn found(bytes: &[u8], unstated: Option<Activation>) -> Result<Found, Error> {
    within(LIMIT, bytes, unstated)
}

fn within(limit: u64, bytes: &[u8], unstated: Option<Activation>) -> Result<Found, Error> {
    Error::unless_empty(FORMAT, bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(malformed)?;
    if members(bytes, archive.comment()).is_some_and(|members| members != archive.len()) {
        return Err(Error::malformed(FORMAT, "two of its members have the same name"));
    }
    if archive.len() > TENSORS + 1 {
        return Err(Error::TooMany { limit: TENSORS });
    }
    let (mut tensors, mut statement, mut left) = (Tensors::new(), None, limit);
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(malformed)?;
        let file = member.name().map_err(malformed)?.into_owned();
        let name = file.strip_suffix(".npy").unwrap_or(&file).to_owned();
        let mut content = Vec::new();
        member.take(left + 1).read_to_end(&mut content).map_err(|e| malformed(e.into()))?;
        left = left.checked_sub(content.len() as u64).ok_or_else(|| too_large(&name, limit))?;
        let array = Array::parse(&content).map_err(|reason| Error::malformed(FORMAT, format!("'{file}' {reason}")))?;
        if name == NETWORK && array.kind.starts_with("<U") {
            statement = Some(array.text());
            continue;
        }
        if !name.ends_with(SIGNS) {
            // The name is checked before the type, so that the error for an unexpected array does not concern its type.
            label::of(&name)?;
        }
        if tensors.insert(name.clone(), array.tensor(&name)?).is_some() {
            return Err(Error::Duplicate { name });
        }
    }
    names::network(tensors, statement.as_deref(), unstated)
}

fn malformed(error: ZipError) -> Error {
    Error::malformed(FORMAT, error)
}

fn too_large(name: &str, limit: u64) -> Error {
    Error::TooLarge {
        format: FORMAT,
        what: format!("the total unpacked size up to and including '{name}'"),
        limit: format!("{limit} bytes"),
    }
}

/// The number of members that the last record of the archive states. This record precedes the archive's `comment`, with
/// which the file ends. The number is needed because the `zip` crate shows only the last of two members with the same
/// name. `None` if the record is missing or states 65,535, which may mean that another record (ZIP64) holds the number.
///
/// # Source
/// PKWARE's application note, 4.3.16: 22 bytes; the count is the two bytes at offset 10.
fn members(bytes: &[u8], comment: &[u8]) -> Option<usize> {
    let record = bytes.len().checked_sub(comment.len() + 22)?;
    let count = u16::from_le_bytes(*bytes.get(record + 10..)?.first_chunk()?);
    (count != u16::MAX).then_some(usize::from(count))
}

/// The header of an array.
///
/// # Source
/// NumPy's format 1.0 (`numpy.lib.format`): magic, version, length of the rest of the header (u16), a Python
/// dictionary literal, spaces up to a multiple of 64 bytes, and a newline.
fn header(kind: &str, dims: &[usize]) -> Vec<u8> {
    let dims: Vec<_> = dims.iter().map(usize::to_string).collect();
    let comma = if dims.len() == 1 { "," } else { "" }; // as in Python, where (3) is not a tuple
    let mut text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({}{comma}), }}", dims.join(", "));
    let start = MAGIC.len() + 4;
    let length = (start + text.len() + 1).next_multiple_of(64) - start;
    text.push_str(&" ".repeat(length - 1 - text.len()));
    [MAGIC, &[1, 0], &(length as u16).to_le_bytes(), text.as_bytes(), b"\n"].concat()
}

/// An array as it is stored in a member of the archive.
struct Array<'a> {
    kind: &'a str,
    by_columns: bool,
    dims: Vec<usize>,
    bytes: &'a [u8],
}

impl<'a> Array<'a> {
    /// Reads the array in `content`. The error is a predicate whose subject is the array, such as "has no shape".
    fn parse(content: &'a [u8]) -> Result<Self, &'static str> {
        let version = content.strip_prefix(MAGIC).ok_or("is not a NumPy array")?;
        let (length, rest) = match version {
            [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
            [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
            _ => return Err("has a format version other than 1, 2 or 3"),
        };
        let (header, bytes) = rest.split_at_checked(length).ok_or("ends within its header")?;
        let header = std::str::from_utf8(header).map_err(|_| "has a header that is not text")?;
        let value = |key: &str| header.split_once(key).map(|(_, value)| value.trim_start());
        let kind =
            value("'descr':").and_then(|v| v.strip_prefix('\'')?.split_once('\'')).ok_or("has no supported type")?;
        let order = value("'fortran_order':").ok_or("does not state whether it is in C or Fortran order")?;
        let dims = value("'shape':").and_then(|v| v.strip_prefix('(')?.split_once(')')).ok_or("has no shape")?;
        let dims = dims.0.split(',').map(str::trim).filter(|dim| !dim.is_empty()).map(str::parse);
        let dims = dims.collect::<Result<_, _>>().map_err(|_| "has an invalid shape")?;
        Ok(Self { kind: kind.0, by_columns: order.starts_with("True"), dims, bytes })
    }

    /// The string in the array, without invalid and NUL characters. The string is not checked to be valid JSON here.
    fn text(&self) -> String {
        let characters = self.bytes.as_chunks().0.iter().filter_map(|bytes| char::from_u32(u32::from_le_bytes(*bytes)));
        characters.filter(|c| *c != '\0').collect()
    }

    fn tensor(self, name: &str) -> Result<Tensor, Error> {
        if self.kind != "<f4" {
            return Err(Error::Type { name: name.to_owned(), found: self.kind.to_owned(), expected: "<f4" });
        }
        if count(&self.dims).and_then(|count| count.checked_mul(size_of::<f32>())) != Some(self.bytes.len()) {
            let expected = format!("as many numbers as its {} bytes hold", self.bytes.len());
            return Err(Error::Shape { name: name.to_owned(), found: self.dims, expected });
        }
        let values = floats(self.bytes);
        Ok(match self.dims[..] {
            [rows, columns] if self.by_columns => {
                Tensor { values: transposed(&values, columns, rows), dims: self.dims }
            }
            _ => Tensor { dims: self.dims, values },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::{Affine, Parts};

    #[test]
    fn an_archive_that_grows_beyond_the_limit_is_refused() {
        let output = Affine { inputs: 100, weight: vec![0.0; 1000], bias: vec![0.0; 10] };
        let parts =
            Parts { hidden: Vec::new(), output, activation: Activation::Linear, notes: crate::Notes::default() };
        let file = Portable::new(parts).unwrap().to_npz().unwrap();
        assert!(within(5000, &file, None).is_ok());
        let error = within(4000, &file, None).unwrap_err().to_string();
        assert!(error.contains("'output.weight'") && error.contains("4000 bytes"), "{error}");
    }
}
