//! Networks as safetensors: little-endian tensors after a JSON header.

use crate::error::Error;
use crate::names::{self, Tensor, Tensors, count, floats};
use crate::portable::{Named, Portable};
use crate::statement::{NETWORK, Statement};
use ::safetensors::{Dtype, SafeTensorError, SafeTensors, View};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use units::Activation;

const FORMAT: &str = "safetensors";

impl Portable {
    /// The network as a safetensors file, with the tensors `hidden.0.affine.weight` `[inputs, units]`,
    /// `hidden.0.affine.bias`, `hidden.0.signs` if there are signs, .., `output.weight` and `output.bias`, and the
    /// metadata entry `network`.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the format cannot hold the network.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, Error> {
        // One entry only: the format keeps metadata in a hash map, whose order would differ from run to run.
        let metadata = HashMap::from([(NETWORK.to_owned(), Statement::json(self.parts())?)]);
        let tensors = self.tensors().into_iter().map(|tensor| (tensor.name.clone(), tensor));
        ::safetensors::serialize(tensors, Some(metadata)).map_err(malformed)
    }
}

impl View for Named<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.dims
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.bytes())
    }

    fn data_len(&self) -> usize {
        size_of_val(self.values)
    }
}

/// The network of a safetensors file: one written by [`Portable::to_safetensors`], or the layers of a PyTorch
/// `nn.Sequential` or `nn.Linear` (`0.weight` `[units, inputs]` and `0.bias`, ordered by the number). `unstated` is the
/// activation of the hidden units if the file does not state it, as is the case for PyTorch.
///
/// # Errors
/// [`Error`], naming what is missing, unexpected, not finite, or of the wrong shape or type. [`Error::Unstated`] or
/// [`Error::Contradicted`] if `unstated` is needed but `None`, or differs from what the file states.
pub fn from_safetensors(bytes: &[u8], unstated: Option<Activation>) -> Result<Portable, Error> {
    check_header(bytes)?;
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
    let file = SafeTensors::deserialize(bytes).map_err(malformed)?;
    let tensors = file
        .iter()
        .map(|(name, view)| (name.to_owned(), Tensor { dims: view.shape().to_vec(), values: floats(view.data()) }));
    let tensors: Tensors = tensors.collect();
    let statement = metadata.metadata().as_ref().and_then(|metadata| metadata.get(NETWORK));
    names::network(tensors, statement.map(String::as_str), unstated)
}

fn malformed(error: SafeTensorError) -> Error {
    Error::malformed(FORMAT, error)
}

/// Checks the header for what the `safetensors` crate does not report: the crate keeps the last of two tensors with the
/// same name, and does not name a tensor whose shape is wrong.
fn check_header(bytes: &[u8]) -> Result<(), Error> {
    let ends_early = || Error::malformed(FORMAT, "it ends within its header");
    let (length, rest) = bytes.split_first_chunk().ok_or_else(ends_early)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok();
    let header = length.and_then(|length| rest.get(..length)).ok_or_else(ends_early)?;
    let Header(entries) = serde_json::from_slice(header).map_err(|e| Error::malformed(FORMAT, e))?;
    let mut names = BTreeSet::new();
    for (name, entry) in entries {
        let Some(Entry { dtype, shape, data_offsets: (start, end) }) = entry else { continue };
        if dtype != "F32" {
            return Err(Error::Type { name, found: dtype, expected: "F32" });
        }
        let bytes = end.checked_sub(start);
        if count(&shape).and_then(|count| count.checked_mul(size_of::<f32>())) != bytes {
            let expected = format!("as many numbers as its {} bytes hold", bytes.unwrap_or_default());
            return Err(Error::Shape { name, found: shape, expected });
        }
        if !names.insert(name.clone()) {
            return Err(Error::Duplicate { name });
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// Every entry of the header, in order; `None` for the metadata.
struct Header(Vec<(String, Option<Entry>)>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of tensors")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Header, M::Error> {
        let mut entries = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let entry = if name == "__metadata__" {
                map.next_value::<IgnoredAny>()?;
                None
            } else {
                Some(map.next_value()?)
            };
            entries.push((name, entry));
        }
        Ok(Header(entries))
    }
}
