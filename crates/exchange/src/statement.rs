//! The description of a network in a file: the entry `network`, one line of JSON, the same in every format.

use crate::error::Error;
use crate::notes::Notes;
use crate::portable::Parts;
use serde::{Deserialize, Serialize};
use units::Activation;

/// The key of the entry that describes the network.
pub(crate) const NETWORK: &str = "network";

/// The content of the entry `network`. Its first five fields also occur in a run's record.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Statement {
    inputs: usize,
    hidden: Vec<usize>,
    outputs: usize,
    pub(crate) activation: Activation,
    sign_mask: SignMask,
    #[serde(flatten)]
    pub(crate) notes: Notes,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SignMask {
    None,
    FairCoin,
}

impl Statement {
    fn of(parts: &Parts) -> Self {
        let signs = parts.hidden.iter().any(|layer| layer.signs.is_some());
        Self {
            inputs: parts.inputs(),
            hidden: parts.hidden.iter().map(|layer| layer.affine.units()).collect(),
            outputs: parts.output.units(),
            activation: parts.activation,
            sign_mask: if signs { SignMask::FairCoin } else { SignMask::None },
            notes: parts.notes.clone(),
        }
    }

    pub(crate) fn json(parts: &Parts) -> Result<String, Error> {
        serde_json::to_string(&Self::of(parts)).map_err(|e| Error::Statement { reason: e.to_string() })
    }

    pub(crate) fn parse(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|e| Error::Statement { reason: e.to_string() })
    }

    /// Checks that the notes fit the numbers of inputs and outputs in the statement, and that a file of `size` bytes
    /// can hold the weights of a layer with this number of inputs. Returns the number of inputs.
    pub(crate) fn check_notes(&self, size: usize) -> Result<usize, Error> {
        if self.inputs > size / size_of::<f32>() {
            let reason = format!("it states {} inputs, more than the file has weights", self.inputs);
            return Err(Error::Statement { reason });
        }
        self.notes.check(self.inputs, self.outputs)?;
        Ok(self.inputs)
    }

    /// Checks that the layers have the widths that the statement lists.
    pub(crate) fn check(&self, parts: &Parts) -> Result<(), Error> {
        let found = Self::of(parts);
        let widths = |statement: &Self| {
            let hidden = statement.hidden.iter().map(|units| format!("{units}-"));
            format!("{}-{}{}", statement.inputs, hidden.collect::<String>(), statement.outputs)
        };
        let (said, there) = (widths(self), widths(&found));
        if said == there {
            Ok(())
        } else {
            Err(Error::Statement { reason: format!("it states the widths {said}, but the layers have {there}") })
        }
    }
}
