//! `train doctor`: lists the available backends, and checks that they compute the same results.

use crate::config::Penalty;
use crate::config::backend::{self, Backend};
use crate::failure::Failure;
use crate::learning::autodiff::objective::Objective;
use crate::learning::minibatches::Minibatches;
use crate::terminal;
use burn::optim::{GradientsParams, SgdConfig};
use burn::prelude::Device;
use burn::tensor::Tensor;
use kernels::InstructionSet;
use model::{Activation, NetworkConfig, SignMask};
use std::sync::Arc;
use std::time::Instant;

/// Largest difference from flex, divided by the largest magnitude in the same tensor, that counts as agreement: about a
/// hundred rounding errors of 32-bit floating point.
pub const TOLERANCE: f64 = 1e-5;

/// The results of one training step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The cost before the step, `[1]`.
    pub loss: Vec<f64>,
    /// The gradients of all weights and biases, layer by layer.
    pub gradients: Vec<Vec<f64>>,
    /// All weights and biases after the step.
    pub updated: Vec<Vec<f64>>,
}

/// Lists the backends, and compares one training step on each with the same step on flex.
///
/// # Errors
/// [`Failure::Disagreement`] when the results of an available backend differ from the results of flex by more than
/// [`TOLERANCE`]; [`Failure::Backend`] when flex itself is unavailable.
pub fn doctor() -> Result<(), Failure> {
    terminal::line(&format!(
        "one step of a 64-200-200-10 rectifier network, tolerance {TOLERANCE:.0e} relative to flex"
    ));
    terminal::line(&format!(
        "the sparse kernels use {} on up to {} threads",
        InstructionSet::in_use(),
        kernels::threads()
    ));
    let reference = step(&Backend::Flex.device()?);
    let mut disagreeing = Vec::new();
    for backend in Backend::ALL {
        let device = match backend.device() {
            Ok(device) => device,
            Err(error) => {
                terminal::line(&format!("{backend:8} unavailable: {error}"));
                continue;
            }
        };
        let name = backend::describe(&device);
        let started = Instant::now();
        let here = step(&device);
        let [loss, gradients, updated] = differences(&reference, &here);
        let agrees = [loss, gradients, updated].iter().all(|d| *d <= TOLERANCE);
        terminal::line(&format!(
            "{backend:8} {}  loss {loss:.1e}, gradients {gradients:.1e}, updated weights {updated:.1e}  {:.2} s  {name}",
            if agrees { "agrees " } else { "DIFFERS" },
            started.elapsed().as_secs_f64()
        ));
        if !agrees {
            disagreeing.push(backend.to_string());
        }
    }
    if disagreeing.is_empty() {
        return Ok(());
    }
    Err(Failure::Disagreement(format!(
        "the results of {} differ from those of flex; train on another backend, or update the driver first",
        disagreeing.join(", ")
    )))
}

/// The results of one training step on `device`, with the first ten digits as the minibatch, a learning rate of 0.1 and
/// an L1 coefficient of 0.001.
#[must_use]
pub fn step(device: &Device) -> Step {
    let device = device.clone().autodiff();
    let digits = data::digits::all();
    let config = NetworkConfig {
        inputs: digits.features(),
        hidden: vec![200, 200],
        outputs: digits.classes(),
        activation: Activation::Rectifier,
        sign_mask: SignMask::FairCoin,
    };
    let objective = Objective::new(config.init(1, &device), Penalty::Same(0.001));
    let minibatches = Minibatches::new(Arc::new(digits), 10, device);
    let rows: Vec<u32> = (0..10).collect();
    let batch = minibatches.in_order(&rows, 0).next();
    let Some(batch) = batch else { return Step { loss: vec![], gradients: vec![], updated: vec![] } };
    let (cost, _) = objective.cost(batch);
    let loss = numbers(&cost);
    let gradients = GradientsParams::from_grads(cost.backward(), &objective);
    let slopes = affines(&objective).flat_map(|affine| {
        let weight = gradients.get::<2>(affine.weight.id).map(|g| numbers(&g));
        let bias = affine.bias.as_ref().and_then(|b| gradients.get::<1>(b.id)).map(|g| numbers(&g));
        [weight.unwrap_or_default(), bias.unwrap_or_default()]
    });
    let slopes = slopes.collect();
    let objective = SgdConfig::new().init().step(0.1, objective, gradients);
    let updated = affines(&objective).flat_map(|affine| {
        let bias = affine.bias.as_ref().map(|b| numbers(&b.val()));
        [numbers(&affine.weight.val()), bias.unwrap_or_default()]
    });
    Step { loss, gradients: slopes, updated: updated.collect() }
}

fn affines(objective: &Objective) -> impl Iterator<Item = &burn::nn::Linear> {
    objective.network.hidden.iter().map(|layer| &layer.affine).chain([&objective.network.output])
}

fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter().collect()
}

/// The largest differences of the loss, the gradients and the updated parameters between the two steps, each divided by
/// the largest magnitude in the tensor of `reference`; infinite if the lengths of two tensors differ or a value is not
/// finite.
#[must_use]
pub fn differences(reference: &Step, other: &Step) -> [f64; 3] {
    let worst = |a: &[Vec<f64>], b: &[Vec<f64>]| a.iter().zip(b).map(|(a, b)| difference(a, b)).fold(0.0, f64::max);
    [
        difference(&reference.loss, &other.loss),
        worst(&reference.gradients, &other.gradients),
        worst(&reference.updated, &other.updated),
    ]
}

/// The largest |a - b| divided by the largest |a|; infinite when the lengths differ or a value is not finite.
fn difference(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() || a.iter().chain(b).any(|x| !x.is_finite()) {
        return f64::INFINITY;
    }
    let scale = a.iter().fold(f64::MIN_POSITIVE, |m, x| m.max(x.abs()));
    a.iter().zip(b).fold(0.0, |m: f64, (a, b)| m.max((a - b).abs())) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_differs_is_detected() {
        let flex = step(&Device::flex());
        assert_eq!(differences(&flex, &flex), [0.0; 3]);
        let mut other = flex.clone();
        other.gradients[2][5] += 1.0;
        assert!(differences(&flex, &other)[1] > TOLERANCE);
        other.updated[0][0] = f64::NAN;
        assert_eq!(differences(&flex, &other)[2], f64::INFINITY);
    }

    #[cfg(feature = "ndarray")]
    #[test]
    fn every_backend_starts_from_the_same_bytes() {
        let weight = |backend: Backend| {
            let config = NetworkConfig {
                inputs: 5,
                hidden: vec![7],
                outputs: 3,
                activation: Activation::Rectifier,
                sign_mask: SignMask::FairCoin,
            };
            numbers(&config.init(1, &backend.device().unwrap()).hidden[0].affine.weight.val())
        };
        assert_eq!(weight(Backend::Flex), weight(Backend::Ndarray));
    }

    #[test]
    fn a_step_has_a_gradient_for_every_parameter() {
        let step = step(&Device::flex());
        let counts: Vec<usize> = step.gradients.iter().map(Vec::len).collect();
        assert_eq!(counts, [64 * 200, 200, 200 * 200, 200, 200 * 10, 10]);
        assert!(step.gradients.iter().flatten().any(|g| *g != 0.0));
    }
}
