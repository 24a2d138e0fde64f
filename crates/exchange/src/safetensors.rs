//! Networks as safetensors: little-endian tensors after a JSON header.

use crate::error::Error;
use crate::found::Found;
use crate::label;
use crate::names;
use crate::portable::{Named, Portable};
use crate::statement::{NETWORK, Statement};
use crate::tensors::{TENSORS, Tensor, Tensors, count, floats};
use ::safetensors::{Dtype, SafeTensorError, SafeTensors, View};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
        // There is only one entry, because the `safetensors` crate keeps metadata in a hash map, whose order differs
        // from run to run.
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

/// The network of a safetensors file. The file was either written by [`Portable::to_safetensors`] and has the metadata
/// entry `network`, or holds affine layers that another program wrote. `unstated` is the activation of the hidden units
/// if the file does not state it.
///
/// The names of tensors that another program wrote end in `weight` or `bias`, or are names as in Keras, Flax, Haiku or
/// scikit-learn, or letters with numbers such as `W1` and `b1`. Weights are `[units, inputs]`, as in PyTorch, unless
/// the names or shapes indicate `[inputs, units]`; a missing bias is taken as 0. The layers are in the order in which
/// the shapes fit. Where several orders fit, the names decide: `input` comes first; layers with numbers follow in
/// ascending order (`fc1.weight`, `net.0.weight`); `fc`, then `classifier` or `head`, then `out` or `output` come last.
///
/// # Errors
/// [`Error::Empty`] or [`Error::Malformed`] if the file is not a complete safetensors file, and [`Error::TooMany`] for
/// more than 300 tensors. [`Error::Layout`] or [`Error::Ambiguous`] if shapes and names allow both layouts or several
/// orders. [`Error::Unstated`] if the file does not state an activation and `unstated` is `None`;
/// [`Error::Contradicted`] if the file states an activation other than `unstated`. Otherwise, an [`Error`] that names
/// what is missing, unexpected, repeated, out of range, not finite, or of the wrong shape or type, or what is wrong
/// with the entry `network`.
pub fn from_safetensors(bytes: &[u8], unstated: Option<Activation>) -> Result<Portable, Error> {
    found(bytes, unstated).map(|found| found.network)
}

pub(crate) fn found(bytes: &[u8], unstated: Option<Activation>) -> Result<Found, Error> {
    Error::unless_empty(FORMAT, bytes)?;
    let metadata = checked_header(bytes)?;
    let file = SafeTensors::deserialize(bytes).map_err(malformed)?;
    let tensors = file
        .iter()
        .map(|(name, view)| (name.to_owned(), Tensor { dims: view.shape().to_vec(), values: floats(view.data()) }));
    let tensors: Tensors = tensors.collect();
    names::network(tensors, metadata.get(NETWORK).map(String::as_str), unstated)
}

fn malformed(error: SafeTensorError) -> Error {
    Error::malformed(FORMAT, error)
}

/// The metadata in the header. Checks the names, types and shapes of the tensors, because the `safetensors` crate keeps
/// the last of two tensors with the same name without an error, and does not name a tensor whose shape is wrong.
fn checked_header(bytes: &[u8]) -> Result<Metadata, Error> {
    let ends_early = || Error::malformed(FORMAT, "it ends within its header");
    let (length, rest) = bytes.split_first_chunk().ok_or_else(ends_early)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok();
    let header = length.and_then(|length| rest.get(..length)).ok_or_else(ends_early)?;
    let (mut entries, mut metadata) = (Vec::new(), Metadata::default());
    let mut deserializer = serde_json::Deserializer::from_slice(header);
    let read = deserializer.deserialize_map(Header { entries: &mut entries, metadata: &mut metadata });
    if entries.len() > TENSORS {
        return Err(Error::TooMany { limit: TENSORS });
    }
    read.map_err(|e| Error::malformed(FORMAT, e))?;
    if !metadata.contains_key(NETWORK) {
        entries.iter().try_for_each(|(name, _)| label::of(name).map(drop))?;
    }
    let mut names = BTreeSet::new();
    for (name, Entry { dtype, shape, data_offsets: (start, end) }) in entries {
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
    Ok(metadata)
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

type Metadata = BTreeMap<String, String>;

/// Reads the entries of the header in order, up to one more than [`TENSORS`], and the metadata.
struct Header<'a> {
    entries: &'a mut Vec<(String, Entry)>,
    metadata: &'a mut Metadata,
}

impl<'de> Visitor<'de> for Header<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of tensors")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while self.entries.len() <= TENSORS
            && let Some(name) = map.next_key::<String>()?
        {
            if name == "__metadata__" {
                *self.metadata = map.next_value()?;
            } else {
                self.entries.push((name, map.next_value()?));
            }
        }
        Ok(())
    }
}
