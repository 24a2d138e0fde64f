//! Saved networks, in Burn's record format with a description of the network and a checksum.
//!
//! A record is a burnpack file that Burn itself can load (`ModuleRecord::load`). This crate adds two metadata entries:
//! `network`, the [`NetworkConfig`] as JSON, and `sha256`, a checksum of all other metadata and of every tensor's name,
//! type, shape and bytes, because the format detects truncation but not a changed byte. Tensor ids, which Burn draws at
//! random, are left out, so that equal networks give equal files.

use crate::network::{Network, NetworkConfig};
use burn::module::Module;
use burn::prelude::Device;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Why a record or an input cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// The file is not a complete record, an entry is missing or invalid, or Burn cannot pack the tensors.
    #[error("{} is not a complete record ({reason}); train again, or restore the file from a copy", path.display())]
    Malformed {
        /// The path of the record; "a new record" if it was not read from a file.
        path: PathBuf,
        /// What is wrong with the record.
        reason: String,
    },
    /// The content of the record was changed after it was saved.
    #[error(
        "{} was altered after it was saved (sha256 is {found}, the record says {expected}); restore the file from a copy",
        path.display()
    )]
    Altered {
        /// The path of the record; "a new record" if it was not read from a file.
        path: PathBuf,
        /// The checksum that the record states.
        expected: String,
        /// The checksum of the content.
        found: String,
    },
    /// The tensors do not match the requested network.
    #[error("{} does not fit the network ({reason}); use the record of a run with the same [model] table", path.display())]
    DoesNotFit {
        /// The path of the record; "a new record" if it was not read from a file.
        path: PathBuf,
        /// Which tensor is missing or differs, and how.
        reason: String,
    },
    /// The record is valid, but the kernels cannot run its network.
    #[error(transparent)]
    Unsupported(#[from] crate::fast::Unsupported),
    /// The values do not fill whole input rows.
    #[error("the width of the last input is {found}, but the network expects {expected}; resize the inputs first")]
    InputWidth {
        /// The input width of the network.
        expected: usize,
        /// The number of values in the last, incomplete row.
        found: usize,
    },
}

const CHECKSUM: &str = "sha256";
const NETWORK: &str = "network";

/// The content of a record: the tensors of one or more networks, and notes.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    notes: BTreeMap<String, String>,
    tensors: BTreeMap<String, Stored>,
}

#[derive(Clone)]
struct Stored {
    dtype: burn::tensor::DType,
    shape: burn::tensor::Shape,
    bytes: Bytes,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.dtype, self.shape)
    }
}

impl Record {
    /// A record of one network and its shape.
    ///
    /// # Errors
    /// [`Error::Malformed`] if Burn cannot pack the network.
    pub fn of(network: &Network, config: &NetworkConfig) -> Result<Self, Error> {
        let json = serde_json::to_string(config).map_err(|e| malformed(Path::new("a new record"), e))?;
        Self::empty().note(NETWORK, json).with("", network)
    }

    /// An empty record.
    #[must_use]
    pub fn empty() -> Self {
        Self { path: PathBuf::from("a new record"), notes: BTreeMap::new(), tensors: BTreeMap::new() }
    }

    /// Adds `network`, with `prefix` before the name of each tensor.
    ///
    /// # Errors
    /// [`Error::Malformed`] if Burn cannot pack the network.
    pub fn with(mut self, prefix: &str, network: &Network) -> Result<Self, Error> {
        let packed = network.clone().into_record().into_bytes().map_err(|e| malformed(&self.path, e))?;
        for (name, stored) in unpack(&self.path, burn_pack::Reader::from_bytes(packed))?.1 {
            self.tensors.insert(format!("{prefix}{name}"), stored);
        }
        Ok(self)
    }

    /// Adds a note: any text under a key other than "sha256".
    #[must_use]
    pub fn note(mut self, key: &str, value: String) -> Self {
        self.notes.insert(key.to_owned(), value);
        self
    }

    /// The note under `key`.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is no such note.
    pub fn noted(&self, key: &str) -> Result<&str, Error> {
        self.notes.get(key).map(String::as_str).ok_or_else(|| malformed(&self.path, format!("no entry '{key}'")))
    }

    /// The note under `key`, parsed from JSON.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is no such note, or if it cannot be parsed as a `T`.
    pub fn parsed<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<T, Error> {
        serde_json::from_str(self.noted(key)?).map_err(|e| malformed(&self.path, format!("entry '{key}': {e}")))
    }

    /// The shape of the recorded network, from the note "network".
    ///
    /// # Errors
    /// [`Error::Malformed`] if the record does not state a valid shape.
    pub fn config(&self) -> Result<NetworkConfig, Error> {
        self.parsed(NETWORK)
    }

    /// The network saved under `prefix`, on `device`.
    ///
    /// # Errors
    /// [`Error::DoesNotFit`] if a tensor is missing or has a shape other than `config` requires, and
    /// [`Error::Malformed`] if Burn cannot pack the tensors.
    pub fn network(&self, prefix: &str, config: &NetworkConfig, device: &Device) -> Result<Network, Error> {
        let misfit = |reason| Error::DoesNotFit { path: self.path.clone(), reason };
        let tensors = self.tensors.iter().filter_map(|(name, stored)| Some((name.strip_prefix(prefix)?, stored)));
        let packed = pack(tensors.map(|(name, stored)| (name.to_owned(), stored.clone())), &BTreeMap::new());
        let packed = packed.map_err(|e| malformed(&self.path, e))?;
        let record = ModuleRecord::from_bytes(packed).map_err(|e| misfit(e.to_string()))?;
        // The shapes are checked before the network is allocated, because the record is not trusted.
        self.check_shapes(prefix, config).map_err(misfit)?;
        config.init(0, device).try_load_record(record).map_err(|e| misfit(e.to_string()))
    }

    fn check_shapes(&self, prefix: &str, config: &NetworkConfig) -> Result<(), String> {
        for (k, shape) in config.affines().into_iter().enumerate() {
            let name = if k == config.hidden.len() {
                format!("{prefix}output.weight")
            } else {
                format!("{prefix}hidden.{k}.affine.weight")
            };
            let found = self.tensors.get(&name).ok_or_else(|| format!("no tensor '{name}'"))?;
            if *found.shape != shape {
                return Err(format!("the shape of '{name}' is {:?}, not {shape:?}", &*found.shape));
            }
        }
        Ok(())
    }

    /// The bytes of the file, including the checksum.
    ///
    /// # Errors
    /// [`Error::Malformed`] if Burn cannot pack the record.
    pub fn into_bytes(self) -> Result<Vec<u8>, Error> {
        let mut notes = self.notes;
        notes.insert(CHECKSUM.to_owned(), checksum(&notes, &self.tensors));
        let bytes = pack(self.tensors, &notes).map_err(|e| malformed(&self.path, e))?;
        Ok(bytes.to_vec())
    }

    /// Reads and checks a record; `path` is used only in error messages.
    ///
    /// # Errors
    /// [`Error::Malformed`] if `bytes` is not a complete record, and [`Error::Altered`] if its checksum does not match.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, Error> {
        let (mut notes, tensors) = unpack(path, burn_pack::Reader::from_bytes(Bytes::from_bytes_vec(bytes)))?;
        let expected = notes.remove(CHECKSUM).ok_or_else(|| malformed(path, "it has no sha256 entry"))?;
        let found = checksum(&notes, &tensors);
        if found != expected {
            return Err(Error::Altered { path: path.to_owned(), expected, found });
        }
        Ok(Self { path: path.to_owned(), notes, tensors })
    }

    /// Saves the record at `path`, atomically.
    ///
    /// # Errors
    /// [`Error::Malformed`] if Burn cannot pack the record, and [`Error::File`] if the file cannot be written.
    pub fn save(self, path: &Path) -> Result<(), Error> {
        Ok(files::write(path, &self.into_bytes()?)?)
    }

    /// Loads the record at `path`.
    ///
    /// # Errors
    /// The errors of [`Record::from_bytes`], and [`Error::File`] if the file cannot be read.
    pub fn load(path: &Path) -> Result<Self, Error> {
        Self::from_bytes(path, files::read(path)?)
    }

    /// The tensors as a safetensors file, with the names of Burn and weights `[inputs, outputs]`. The metadata entry
    /// `network` of the file has the network's shape and, as far as the record has them, the notes `classes`,
    /// `preprocessing` and `target`.
    ///
    /// # Errors
    /// [`Error::Malformed`] if a tensor is not in 32-bit floating point, or the record does not state the network's
    /// shape.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, Error> {
        use safetensors::{Dtype, tensor::TensorView};
        let views = self.tensors.iter().map(|(name, stored)| {
            if stored.dtype != burn::tensor::DType::F32 {
                return Err(malformed(&self.path, format!("'{name}' has the type {:?}", stored.dtype)));
            }
            let view = TensorView::new(Dtype::F32, stored.shape.to_vec(), &stored.bytes);
            Ok((name.as_str(), view.map_err(|e| malformed(&self.path, e))?))
        });
        let views = views.collect::<Result<Vec<_>, _>>()?;
        // There is only one entry, because several entries would be in random order: `serialize` takes the entries from
        // a hash map.
        let metadata = HashMap::from([(NETWORK.to_owned(), self.statement()?)]);
        safetensors::serialize(views, Some(metadata)).map_err(|e| malformed(&self.path, e))
    }

    /// The network's shape and the notes about its inputs and outputs, as one JSON object. The digits of numbers stay
    /// unchanged.
    fn statement(&self) -> Result<String, Error> {
        let shape = self.noted(NETWORK)?;
        let fields =
            shape.strip_suffix('}').ok_or_else(|| malformed(&self.path, "entry 'network' is not a JSON object"))?;
        let is_known = |note: &&String| !matches!(note.as_str(), "null" | "[]");
        let notes = ["classes", "preprocessing", "target"].into_iter().filter_map(|key| {
            let note = self.notes.get(key).filter(is_known)?;
            Some(format!(",\"{key}\":{note}"))
        });
        Ok(format!("{fields}{}}}", notes.collect::<String>()))
    }
}

fn malformed(path: &Path, reason: impl std::fmt::Display) -> Error {
    Error::Malformed { path: path.to_owned(), reason: format!("{reason}") }
}

type Unpacked = (BTreeMap<String, String>, BTreeMap<String, Stored>);

fn unpack(path: &Path, reader: Result<burn_pack::Reader, burn_pack::Error>) -> Result<Unpacked, Error> {
    let reader = reader.map_err(|e| malformed(path, e))?;
    let notes = reader.metadata().clone();
    let mut tensors = BTreeMap::new();
    for tensor in reader.into_tensors().map_err(|e| malformed(path, e))? {
        let (name, dtype, shape, _id, bytes) = tensor.into_parts().map_err(|e| malformed(path, e))?;
        tensors.insert(name, Stored { dtype, shape, bytes });
    }
    Ok((notes, tensors))
}

fn pack(
    tensors: impl IntoIterator<Item = (String, Stored)>,
    notes: &BTreeMap<String, String>,
) -> Result<Bytes, burn_pack::Error> {
    let tensors = tensors
        .into_iter()
        .map(|(name, stored)| burn_pack::Tensor::new(name, stored.dtype, stored.shape, None, stored.bytes))
        .collect();
    let writer = burn_pack::Writer::new(tensors);
    notes.iter().fold(writer, |writer, (key, value)| writer.with_metadata(key, value)).into_bytes()
}

/// The SHA-256 of all notes and tensors, in which each part is preceded by its length.
fn checksum(notes: &BTreeMap<String, String>, tensors: &BTreeMap<String, Stored>) -> String {
    let mut hash = files::Checksum::default();
    for (key, value) in notes {
        hash.part(key.as_bytes());
        hash.part(value.as_bytes());
    }
    for (name, stored) in tensors {
        hash.part(name.as_bytes());
        hash.part(format!("{:?} {:?}", stored.dtype, &*stored.shape).as_bytes());
        hash.part(&stored.bytes);
    }
    hash.hex()
}
