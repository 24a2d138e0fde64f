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

    /// Checks that the layers have the widths and signs that the statement describes.
    pub(crate) fn check(&self, parts: &Parts) -> Result<(), Error> {
        let found = Self::of(parts);
        let widths = |statement: &Self| {
            let hidden = statement.hidden.iter().map(|units| format!("{units}-"));
            // The signs of no hidden layers make no difference.
            let signs = match statement.sign_mask {
                _ if statement.hidden.is_empty() => "",
                SignMask::None => " without signs",
                SignMask::FairCoin => " with signs",
            };
            format!("{}-{}{}{signs}", statement.inputs, hidden.collect::<String>(), statement.outputs)
        };
        let (said, there) = (widths(self), widths(&found));
        if said == there {
            Ok(())
        } else {
            Err(Error::Statement { reason: format!("it states the widths {said}, but the layers have {there}") })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::network;

    #[test]
    fn a_statement_and_its_network_have_the_same_signs() {
        let mut parts = network(Activation::Tanh, None, None).into_parts();
        let mut check = |signs, stated: &str| {
            parts.hidden.iter_mut().for_each(|layer| {
                let outputs = layer.affine.units() * parts.activation.outputs_per_unit();
                layer.signs = bool::then(signs, || vec![1.0; outputs]);
            });
            let mut statement = Statement::of(&parts);
            statement.sign_mask = serde_json::from_str(stated).unwrap();
            statement.check(&parts).map_err(|error| error.to_string())
        };
        assert_eq!((check(true, r#""fair-coin""#), check(false, r#""none""#)), (Ok(()), Ok(())));
        let lost = check(false, r#""fair-coin""#).unwrap_err();
        assert!(lost.contains(" with signs, but the layers have ") && lost.contains(" without signs"), "{lost}");
        assert!(check(true, r#""none""#).is_err());
        parts.hidden.clear();
        let statement = Statement { sign_mask: SignMask::FairCoin, ..Statement::of(&parts) };
        assert_eq!(statement.check(&parts), Ok(()));
    }
}
