//! Networks as other programs have them: from records to plain numbers and back.

use crate::failure::Failure;
use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::TensorData;
use exchange::{Affine, Formula, Hidden, Notes, Parts, Portable};
use model::{Activation, Layer, Network, NetworkConfig, Record, SignMask};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The network of `record`, with its notes.
///
/// # Errors
/// [`Failure`] when the record cannot be used, or its numbers are not finite.
pub fn of_record(record: &Record) -> Result<Portable, Failure> {
    let config = record.config()?;
    let network = record.network("", &config, &Device::flex())?;
    let notes = Notes { classes: record.parsed("classes")?, input: record.parsed("input")? };
    Ok(Portable::new(parts(&network, config.activation, notes))?)
}

/// `network`, of hidden units that compute `activation`, as plain numbers.
#[must_use]
pub fn parts(network: &Network, activation: Activation, notes: Notes) -> Parts {
    let hidden = |layer: &Layer| Hidden {
        affine: affine(&layer.affine),
        signs: layer.signs.as_ref().map(|signs| numbers(&signs.val().into_data())),
    };
    Parts {
        hidden: network.hidden.iter().map(hidden).collect(),
        output: affine(&network.output),
        formula: renamed(activation),
        notes,
    }
}

/// The shape of a network of `parts`.
#[must_use]
pub fn config(parts: &Parts) -> NetworkConfig {
    let masked = parts.hidden.iter().any(|layer| layer.signs.is_some());
    NetworkConfig {
        inputs: parts.hidden.first().map_or(&parts.output, |layer| &layer.affine).inputs,
        hidden: parts.hidden.iter().map(|layer| layer.affine.units()).collect(),
        outputs: parts.output.units(),
        activation: activation(parts.formula),
        sign_mask: if masked { SignMask::FairCoin } else { SignMask::None },
    }
}

/// A network of `parts` on `device`; a layer without signs among others has ones.
#[must_use]
pub fn network(parts: &Parts, device: &Device) -> Network {
    let (config, units) = (config(parts), activation(parts.formula));
    let hidden = parts.hidden.iter().zip(config.hidden_widths()).map(|(layer, outputs)| {
        let ones = (config.sign_mask == SignMask::FairCoin).then(|| vec![1.0; outputs]);
        Layer::new(linear(&layer.affine, device), layer.signs.clone().or(ones), units)
    });
    Network { hidden: hidden.collect(), output: linear(&parts.output, device) }
}

/// The units of `model` that compute `formula`.
#[must_use]
pub fn activation(formula: Formula) -> Activation {
    renamed(formula)
}

/// The same variant of an enum with the same names.
///
/// # Panics
/// When the two enums have not the same names; a test goes through all of them.
fn renamed<A: Serialize, B: DeserializeOwned>(variant: A) -> B {
    let named = serde_json::to_value(variant).and_then(serde_json::from_value);
    named.unwrap_or_else(|e| panic!("a unit that only one crate knows: {e}"))
}

fn affine(linear: &Linear) -> Affine {
    let [inputs, units] = linear.weight.dims();
    let bias = linear.bias.as_ref().map_or_else(|| vec![0.0; units], |bias| numbers(&bias.val().into_data()));
    Affine { inputs, weight: numbers(&linear.weight.val().into_data()), bias }
}

fn linear(affine: &Affine, device: &Device) -> Linear {
    let weight = TensorData::new(affine.weight.clone(), [affine.inputs, affine.units()]);
    let bias = TensorData::new(affine.bias.clone(), [affine.units()]);
    Linear { weight: Param::from_data(weight, device), bias: Some(Param::from_data(bias, device)) }
}

fn numbers(data: &TensorData) -> Vec<f32> {
    data.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_has_its_namesake_and_every_network_comes_back() {
        let thresholded = Activation::ThresholdedSoftplus { alpha: 2.0, threshold: 0.25 };
        let units = [
            Activation::Rectifier,
            Activation::Softplus { alpha: 3.0 },
            Activation::CentredSoftplus { alpha: 2.0 },
            thresholded,
            Activation::Tanh,
            Activation::HardTanh,
            Activation::Logistic,
            Activation::Absolute,
            Activation::IntegrateAndFire,
            Activation::Linear,
            Activation::Pair,
        ];
        for activation in units {
            for sign_mask in [SignMask::None, SignMask::FairCoin] {
                let shape = NetworkConfig { inputs: 4, hidden: vec![5, 3], outputs: 2, activation, sign_mask };
                let begun = shape.init(1, &Device::flex());
                let there = parts(&begun, activation, Notes::default());
                assert_eq!(config(&there), shape);
                assert_eq!(parts(&network(&there, &Device::flex()), activation, Notes::default()), there);
            }
        }
    }
}
