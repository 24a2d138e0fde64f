//! Networks and examples that are so small that the measures can be computed by hand.

use super::Subject;
use crate::config::TrainingConfig;
use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::TensorData;
use data::Examples;
use model::{Activation, Layer, Network};
use std::sync::Arc;

/// The layer x W + b, where W has the given `rows`, one for each input.
pub(crate) fn affine<R: AsRef<[f32]>>(rows: &[R], bias: &[f32]) -> Linear {
    let device = Device::flex();
    let weight: Vec<f32> = rows.iter().flat_map(AsRef::as_ref).copied().collect();
    let weight = TensorData::new(weight, [rows.len(), bias.len()]);
    Linear {
        weight: Param::from_data(weight, &device),
        bias: Some(Param::from_data(TensorData::new(bias.to_vec(), [bias.len()]), &device)),
    }
}

/// A layer of rectifiers without a sign mask; the pre-activations are the outputs of [`affine`].
pub(crate) fn rectifiers<R: AsRef<[f32]>>(rows: &[R], bias: &[f32]) -> Layer {
    Layer::new(affine(rows, bias), None, Activation::Rectifier)
}

/// A network with the inputs x and y, four rectifiers that read x, -x, y and no input, and two classes. The logit of
/// the first class is r(x) + r(-x), and the logit of the second class is r(y).
pub(crate) fn network() -> Network {
    let hidden = rectifiers(&[&[1.0, -1.0, 0.0, 0.0], &[0.0, 0.0, 1.0, 0.0]], &[0.0, 0.0, 0.0, -1.0]);
    Network { hidden: vec![hidden], output: affine(&[&[1.0, 0.0], &[1.0, 0.0], &[0.0, 1.0], &[0.0, 0.0]], &[0.0, 0.0]) }
}

/// Examples with two inputs each; `labels` are the classes of the examples, 0 or 1.
pub(crate) fn examples(rows: &[[f32; 2]], labels: &[u8]) -> Arc<Examples> {
    Arc::new(Examples::numbers(rows.concat(), 2, labels.to_vec(), 2).unwrap())
}

/// A subject whose initial and trained networks are both `network`, with the same examples for training and validation.
pub(crate) fn subject(network: &Network, examples: &Arc<Examples>) -> Subject {
    let training = TrainingConfig { seed: 1, batch_size: 2, ..TrainingConfig::default() };
    Subject::new([network, network], None, [examples, examples], &training)
}
