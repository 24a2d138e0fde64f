//! The gradient of each example's nll at the hidden layers.

use super::activity::numbers;
use crate::learning::minibatches::Batch;
use burn::module::Module;
use burn::prelude::Device;
use burn::tensor::Tensor;
use model::{Network, loss};

/// The gradient at a hidden layer. Row b is the gradient of the nll of example b alone.
pub(crate) struct Gradient {
    pub(crate) units: usize,
    /// The gradient at the outputs h, `[batch, units]`, row-major.
    pub(crate) h: Vec<f32>,
    /// The gradient at the pre-activations x W + b, `[batch, units]`, or `[batch, units / 2]` for pairs, row-major.
    pub(crate) z: Vec<f32>,
}

/// The device on which the minibatch for [`gradients`] must be.
pub(crate) fn device() -> Device {
    Device::flex().autodiff()
}

/// A copy of `network` for [`gradients`], in which the weights and biases are constants.
pub(crate) fn constant(network: &Network) -> Network {
    network.clone().train().no_grad()
}

/// The gradients of the nll of each example of `batch`, one [`Gradient`] for each hidden layer of `network`, which is a
/// copy made by [`constant`].
pub(crate) fn gradients(network: &Network, batch: Batch) -> Vec<Gradient> {
    let (mut rows, mut leaves) = (batch.inputs, Vec::new());
    for layer in &network.hidden {
        // A gradient in the middle of the graph equals the gradient with respect to zeros added there.
        let z = rows.through(&layer.affine);
        let zeros = |dims| Tensor::<2>::zeros(dims, &device()).require_grad();
        let at_z = zeros(z.dims());
        let h = layer.activate(z + at_z.clone());
        let at_h = zeros(h.dims()); // a pair has two outputs for each pre-activation
        rows = (h + at_h.clone()).into();
        leaves.push([at_z, at_h]);
    }
    let tracked = loss::nll(rows.through(&network.output), batch.labels).sum().backward();
    let read = |leaf: &Tensor<2>| leaf.grad(&tracked).map(numbers).unwrap_or_default();
    leaves.iter().map(|[z, h]| Gradient { units: h.dims()[1], h: read(h), z: read(z) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::minibatches::Minibatches;
    use crate::measures::testing::{affine, examples, network};
    use model::{Activation, Layer};

    #[test]
    fn each_row_is_the_gradient_of_its_own_example() {
        let all = examples(&[[2.0, 1.0], [-1.0, 0.0]], &[0, 1]);
        let of = |rows: &[u32]| {
            let batch = Minibatches::new(all.clone(), rows.len(), device()).batch(rows);
            gradients(&constant(&network()), batch).remove(0)
        };
        // The logits are (2, 1) and (1, 0), so both examples have p = sigmoid(1) for the first class. d nll / d logits
        // is (p - 1, 1 - p) for the first example, and (p, -p) for the second. Units 1 and 2 have outgoing weights to
        // the first class, unit 3 to the second class, and unit 4 to neither.
        let p = 1.0 / (1.0 + (-1f32).exp());
        let expected = [p - 1.0, p - 1.0, 1.0 - p, 0.0, p, p, -p, 0.0];
        let found = of(&[0, 1]);
        assert!(found.h.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-6), "{:?}", found.h);
        // The gradient passes only through active units: units 1 and 3 for the first example, and unit 2 for the
        // second.
        let on = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        assert!(found.z.iter().zip(expected.iter().zip(on)).all(|(f, (e, on))| (f - e * on).abs() < 1e-6));
        assert_eq!((of(&[1]).h, of(&[1]).z), (found.h[4..].to_vec(), found.z[4..].to_vec()));
    }
    #[test]
    fn a_pair_has_two_outputs_for_each_pre_activation() {
        let hidden = Layer::new(affine(&[&[1.0], &[0.0]], &[0.0]), None, Activation::Pair);
        let network = Network { hidden: vec![hidden], output: affine(&[&[1.0, 0.0], &[0.0, 1.0]], &[0.0, 0.0]) };
        let batch = Minibatches::new(examples(&[[2.0, 0.0], [-1.0, 0.0]], &[0, 1]), 2, device()).batch(&[0, 1]);
        let found = gradients(&constant(&network), batch).remove(0);
        assert_eq!((found.units, found.h.len(), found.z.len()), (2, 4, 2));
        // The logits r(x) and r(-x) are 2 and 0 for the first example, and 0 and 1 for the second. The gradient passes
        // only through the active output.
        assert!((found.z[0] - found.h[0]).abs() < 1e-6 && (found.z[1] + found.h[3]).abs() < 1e-6);
    }
}
