//! The codes that a layer computes from uncorrupted inputs. The layer above is pre-trained on these codes.

use crate::failure::Failure;
use crate::learning::minibatches::eval_batch_size;
use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::Tensor;
use data::{Computed, Csr, Examples, Inputs, Row};
use model::Layer;
use std::sync::{Arc, Mutex, PoisonError};

/// Calls `each` with the code of every example in turn, `[outputs]`, computed from uncorrupted inputs.
///
/// # Errors
/// [`Failure::Unsupported`] if the kernels cannot run `layer`.
pub(crate) fn each(layer: &Layer, examples: &Examples, mut each: impl FnMut(&[f32])) -> Result<(), Failure> {
    let batch = eval_batch_size(examples.features());
    let mut stack = model::to_kernels(&alone(layer), batch, kernels::threads())?.without_learning();
    let (mut row, mut code) = (Vec::new(), Vec::new());
    for start in (0..examples.len()).step_by(batch) {
        let rows = start..examples.len().min(start + batch);
        stack.clear();
        for i in rows.clone() {
            row.clear();
            examples.row(i).write(&mut row);
            stack.inputs().push_values(&row);
        }
        stack.forward();
        for b in 0..rows.len() {
            code.clear();
            code.extend(stack.hidden_outputs(0, b));
            each(&code);
        }
    }
    Ok(())
}

/// The codes that `layer` computes from `examples`. The codes are stored if they would fit into `most_bytes` as dense
/// rows and `examples` are not endless: as sparse rows if at least half of the values are zero, otherwise as dense
/// rows. Codes that are not stored are computed again whenever they are read.
///
/// # Errors
/// [`Failure`] if the kernels cannot run `layer`, or the codes are not valid examples.
pub(crate) fn of(layer: &Layer, examples: &Examples, most_bytes: f64) -> Result<Examples, Failure> {
    let units = layer.outputs();
    let bytes = (examples.len() * units * size_of::<f32>()) as f64;
    if examples.inputs().is_endless() || bytes > most_bytes {
        return computed(layer, examples.inputs().clone());
    }
    // The codes are computed twice, so that they are never stored both as sparse and as dense rows.
    let mut nonzero = 0;
    each(layer, examples, |code| nonzero += code.iter().filter(|h| **h != 0.0).count())?;
    if 2 * nonzero <= examples.len() * units {
        let mut rows = Csr::new(units);
        each(layer, examples, |code| rows.push((0..).zip(code.iter().copied())))?;
        return Ok(Examples::without_labels(Inputs::Sparse(rows))?);
    }
    let mut dense = Vec::with_capacity(examples.len() * units);
    // The sum of -0 and 0 is 0: like sparse rows, dense rows do not keep the sign of a zero.
    each(layer, examples, |code| dense.extend(code.iter().map(|h| h + 0.0)))?;
    Ok(Examples::numbers(dense, units, vec![0; examples.len()], 1)?)
}

fn computed(layer: &Layer, from: Inputs) -> Result<Examples, Failure> {
    let stack = Mutex::new(model::to_kernels(&alone(layer), 1, 1)?.without_learning());
    let code = move |row: &Row<'_>| {
        let mut stack = stack.lock().unwrap_or_else(PoisonError::into_inner);
        let mut values = Vec::new();
        row.write(&mut values);
        stack.clear();
        stack.inputs().push_values(&values);
        stack.forward();
        stack.hidden_outputs(0, 0).collect()
    };
    let units = layer.outputs();
    Ok(Examples::without_labels(Inputs::Computed(Computed::new(Arc::new(from), units, Arc::new(code))))?)
}

/// A network of `layer` and the smallest possible output layer, since the kernels require an output layer.
fn alone(layer: &Layer) -> model::Network {
    let device = layer.affine.weight.device();
    let weight = Param::from_tensor(Tensor::zeros([layer.outputs(), 1], &device));
    let bias = Some(Param::from_tensor(Tensor::zeros([1], &device)));
    model::Network { hidden: vec![layer.clone()], output: Linear { weight, bias } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;
    use model::{Activation, NetworkConfig, SignMask};

    #[test]
    fn computed_codes_equal_stored_codes_to_the_bit() {
        for activation in [Activation::Rectifier, Activation::Tanh, Activation::Pair] {
            let (hidden, sign_mask) = (vec![40], SignMask::FairCoin);
            let config = NetworkConfig { inputs: 30, hidden, outputs: 2, activation, sign_mask };
            let layer = config.init(3, &Device::flex()).hidden.remove(0);
            let rows = (0..30 * 250).map(|k| if k % 3 == 0 { (k as f32).sin() } else { 0.0 }).collect();
            let examples = Examples::numbers(rows, 30, vec![0; 250], 1).unwrap();
            let (kept, anew) = (of(&layer, &examples, 1e9).unwrap(), of(&layer, &examples, 0.0).unwrap());
            assert!(matches!(anew.inputs(), Inputs::Computed(_)) && !matches!(kept.inputs(), Inputs::Computed(_)));
            let values = |examples: &Examples| {
                let mut all = Vec::new();
                (0..examples.len()).for_each(|i| examples.row(i).write(&mut all));
                all.into_iter().map(f32::to_bits).collect::<Vec<u32>>()
            };
            assert!(!values(&kept).contains(&(1 << 31)), "stored codes must not keep the sign of a zero");
            let unsigned = |bits: Vec<u32>| bits.into_iter().map(|bits| if bits == 1 << 31 { 0 } else { bits });
            assert!(unsigned(values(&kept)).eq(unsigned(values(&anew))), "{activation:?}");
        }
    }
}
