//! Conversion between the networks of this program and the arrays of numbers that are exchanged with other programs.

use crate::failure::Failure;
use crate::terminal;
use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::TensorData;
use data::DataSet;
use exchange::{Affine, Hidden, Labels, Notes, Parts, Portable};
use model::{Activation, Layer, Network, NetworkConfig, Record, SignMask};
use preprocessing::{Preprocessing, Target};

/// The network of `record`, with the class names, preprocessing and target in the record as notes.
///
/// # Errors
/// [`Failure`] when the record cannot be used, or a number in the record is not finite.
pub fn of_record(record: &Record) -> Result<Portable, Failure> {
    let config = record.config()?;
    let network = record.network("", &config, &Device::flex())?;
    let notes = Notes {
        classes: record.parsed("classes")?,
        preprocessing: record.parsed("preprocessing")?,
        target: record.parsed("target")?,
        labels: Labels::default(),
    };
    Ok(Portable::new(parts(&network, config.activation, notes))?)
}

/// The record of the network that `parts` describes, with its notes. Without a target, the outputs are those of classes.
///
/// # Errors
/// [`Failure`] when Burn cannot pack the network.
pub fn record(parts: &Parts) -> Result<Record, Failure> {
    let Notes { classes, preprocessing, target, .. } = &parts.notes;
    let target = target.clone().unwrap_or_else(|| Target::Classes { name: None, classes: classes.clone() });
    let record = Record::of(&network(parts, &Device::flex()), &config(parts))?;
    Ok(record
        .note("preprocessing", terminal::json(preprocessing))
        .note("target", terminal::json(&target))
        .note("classes", terminal::json(&classes)))
}

/// The first difference between `data` and the data for which the network of `parts` was made, according to the
/// network's shape and notes: a predicate whose subject is the network. `None` if there is no difference.
#[must_use]
pub fn difference(parts: &Parts, data: &DataSet) -> Option<&'static str> {
    let (shape, notes, train) = (config(parts), &parts.notes, &data.splits.train);
    let is_other_target = match (&notes.target, data.target()) {
        // The files of earlier versions do not name what the classes describe.
        (Some(Target::Classes { name, .. }), Target::Classes { name: other, .. }) => {
            name.is_some() && other.is_some() && *name != other
        }
        (Some(target), other) => *target != other,
        (None, _) => false,
    };
    if [shape.inputs, shape.outputs] != [train.features(), train.classes()] {
        Some("has numbers of inputs and outputs other than those of the data")
    } else if !notes.names().is_empty() && notes.names() != classes(data) {
        Some("names classes other than those of the data")
    } else if is_other_target {
        Some("predicts a target whose name, mean or standard deviation is not that of the data")
    } else if !same_inputs(notes.preprocessing.as_ref(), data.preprocessing().as_ref()) {
        Some("reads inputs whose shape or scale is not that of the data")
    } else {
        None
    }
}

/// Whether the preprocessing `of_network`, which may be unknown, makes the inputs of data with that `of_data`.
fn same_inputs(of_network: Option<&Preprocessing>, of_data: Option<&Preprocessing>) -> bool {
    match (of_network, of_data) {
        (Some(Preprocessing::Pixels(pixels)), Some(Preprocessing::Pixels(other))) => pixels.reads_as(other),
        (Some(preprocessing), other) => Some(preprocessing) == other,
        (None, _) => true,
    }
}

/// The names of all classes of `data`, or the numbers of the classes, counted from 0, if they have no names.
#[must_use]
pub fn classes(data: &DataSet) -> Vec<String> {
    let numbers = (0..data.splits.test.classes()).map(|class| class.to_string());
    if data.classes.is_empty() { numbers.collect() } else { data.classes.clone() }
}

/// `network`, whose hidden units have the activation `activation`, as arrays of numbers, together with `notes`.
#[must_use]
pub fn parts(network: &Network, activation: Activation, notes: Notes) -> Parts {
    let hidden = |layer: &Layer| Hidden {
        affine: affine(&layer.affine),
        signs: layer.signs.as_ref().map(|signs| numbers(&signs.val().into_data())),
    };
    Parts { hidden: network.hidden.iter().map(hidden).collect(), output: affine(&network.output), activation, notes }
}

/// The configuration of the network that `parts` describes.
#[must_use]
pub fn config(parts: &Parts) -> NetworkConfig {
    let masked = parts.hidden.iter().any(|layer| layer.signs.is_some());
    NetworkConfig {
        inputs: parts.inputs(),
        hidden: parts.hidden.iter().map(|layer| layer.affine.units()).collect(),
        outputs: parts.output.units(),
        activation: parts.activation,
        sign_mask: if masked { SignMask::FairCoin } else { SignMask::None },
    }
}

/// The network that `parts` describes, on `device`. If only some layers have signs, the outputs of all other layers
/// have the sign 1.
#[must_use]
pub fn network(parts: &Parts, device: &Device) -> Network {
    let config = config(parts);
    let hidden = parts.hidden.iter().zip(config.hidden_widths()).map(|(layer, outputs)| {
        let ones = (config.sign_mask == SignMask::FairCoin).then(|| vec![1.0; outputs]);
        Layer::new(linear(&layer.affine, device), layer.signs.clone().or(ones), parts.activation)
    });
    Network { hidden: hidden.collect(), output: linear(&parts.output, device) }
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
    fn networks_with_every_activation_survive_the_round_trip() {
        for activation in Activation::ALL {
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
