//! The pictures and the distributions of activations in a run's report.

use crate::learning::minibatches::Minibatches;
use crate::run::evaluate::{Confusion, Evaluation};
use crate::run::pretrain::Pretrained;
use burn::module::Module;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use data::{Examples, Picture, Shape};
use denoising::At;
use denoising::Prepared;
use model::Network;
use report::{Activations, Confused, Image, Reconstructed, Stage};
use std::sync::Arc;

/// Largest number of first-layer filters shown.
const FILTERS: usize = 100;
/// Largest number of misclassified images shown.
const CONFUSED: usize = 24;
/// Largest number of reconstructed images shown.
const RECONSTRUCTED: usize = 8;
/// Largest number of examples over which the activations of a stage are counted.
const COUNTED: usize = 200;

/// The indices of up to [`FILTERS`] first-layer units, in descending order of the norms of their incoming weights.
pub(crate) fn strongest(network: &Network) -> Vec<usize> {
    let columns = columns(network);
    let norms: Vec<f32> = columns.iter().map(|column| column.iter().map(|w| w * w).sum()).collect();
    let mut order: Vec<usize> = (0..norms.len()).collect();
    order.sort_by(|a, b| norms[*b].total_cmp(&norms[*a]).then(a.cmp(b)));
    order.truncate(FILTERS);
    order
}

/// The incoming weights of the first-layer units `units`, as images of `shape`; empty if `shape` is `None`.
pub(crate) fn filters(network: &Network, units: &[usize], shape: Option<Shape>) -> Vec<Image> {
    let Some(shape) = shape else { return Vec::new() };
    let columns = columns(network);
    units.iter().map(|j| image(shape.picture(columns[*j].clone()))).collect()
}

/// The incoming weights of each unit of the first layer, `[units][inputs]`.
fn columns(network: &Network) -> Vec<Vec<f32>> {
    let Some(layer) = network.hidden.first() else { return Vec::new() };
    let units = layer.affine.weight.dims()[1];
    let weights: Vec<f32> = layer.affine.weight.val().into_data().iter().collect();
    (0..units).map(|j| weights.iter().skip(j).step_by(units).copied().collect()).collect()
}

/// Up to [`CONFUSED`] misclassified images of `test`, in descending order of the predicted probability; empty if the
/// examples are not images.
pub(crate) fn confused(test: &Examples, evaluation: &Evaluation) -> Vec<Confused> {
    let with_image = |wrong: &Confusion| {
        Some(Confused {
            image: image(test.picture(wrong.row)?),
            label: wrong.label,
            predicted: wrong.predicted,
            probability: wrong.probability,
        })
    };
    evaluation.confused.iter().take(CONFUSED).filter_map(with_image).collect()
}

/// The first images of `validation`, at most [`RECONSTRUCTED`], as they are, corrupted as in training, and
/// reconstructed by the auto-encoder of the first layer; empty if the examples are not images, or if there is no such
/// auto-encoder.
pub(crate) fn reconstructed(
    pretrained: &Pretrained,
    validation: &Examples,
    seed: u64,
    device: &Device,
) -> Vec<Reconstructed> {
    let (Some((network, denoising)), Some(shape), Some(scale)) =
        (&pretrained.first, validation.shape(), validation.scale())
    else {
        return Vec::new();
    };
    let network = network.valid();
    let mut draws = denoising.draws(seed, At { epoch: 0, step: 0 });
    let mut prepared = Prepared::default();
    let brightness = |x: f32| (x - scale.lowest) / (1.0 - scale.lowest);
    let mut one = |i: usize| {
        denoising.prepare(|row| validation.row(i).write(row), Some(&mut draws), 0, &mut prepared);
        let corrupted = &prepared.corrupted;
        let inputs = TensorData::new(corrupted.clone(), [1, corrupted.len()]);
        let f = network.forward(Tensor::from_data(inputs, device)).logits.into_data();
        let y = f.iter::<f32>().map(|f| denoising.reconstruction.output(f));
        Some(Reconstructed {
            clean: image(validation.picture(i)?),
            corrupted: image(shape.picture(corrupted.iter().map(|x| brightness(*x)).collect())),
            reconstruction: image(shape.picture(y.collect())),
        })
    };
    (0..RECONSTRUCTED.min(validation.len())).filter_map(&mut one).collect()
}

/// The distribution of the activations of `network` over the first validation examples, at most [`COUNTED`], as the
/// stage `name` of the run.
pub(crate) fn stage(name: &str, network: &Network, validation: &Arc<Examples>, device: &Device) -> Stage {
    let rows: Vec<u32> = (0..validation.len().min(COUNTED) as u32).collect();
    let batch = Minibatches::new(validation.clone(), rows.len(), device.clone()).batch(&rows);
    let count = |h: Tensor<2>| Activations::of(&h.into_data().iter().collect::<Vec<f32>>());
    Stage { name: name.to_owned(), layers: network.forward(batch.inputs).hidden.into_iter().map(count).collect() }
}

fn image(picture: Picture) -> Image {
    let Shape { channels, height, width } = picture.shape;
    Image { channels, width, height, pixels: picture.pixels }
}
