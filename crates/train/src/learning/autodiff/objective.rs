//! The cost that training minimises, and the sums of the cost, the errors, |h| and the zeros over a minibatch.

use crate::config::Penalty;
use crate::learning::minibatches::{Batch, Targets};
use crate::learning::tally::{Measured, Tally};
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use burn::train::{InferenceStep, TrainOutput, TrainStep};
use denoising::Denoising;
use model::{Decoder, Forward, Network, Reconstruct, loss, sparsity};

/// A network with the cost that training minimises. For a classifier, this is the cost of section 4.1: the mean
/// negative log-likelihood, plus, for each hidden layer, the layer's L1 coefficient times the sum of |h| over the
/// layer's outputs, averaged over the minibatch. For an auto-encoder, the reconstruction cost of section 3.2 takes the
/// place of the negative log-likelihood; for regression, the squared error does.
#[derive(Module, Debug)]
pub struct Objective {
    /// The network that is trained.
    pub network: Network,
    #[module(skip)]
    l1: Penalty,
    #[module(skip)]
    denoising: Option<Denoising>,
}

impl Objective {
    /// The cost of `network` for classification or regression, with the L1 coefficients `l1` on the hidden outputs.
    #[must_use]
    pub fn new(network: Network, l1: Penalty) -> Self {
        Self { network, l1, denoising: None }
    }

    /// The cost of the auto-encoder `network` for the task `denoising`, with the L1 coefficient `l1` on the code.
    #[must_use]
    pub fn reconstructing(network: Network, l1: f64, denoising: Denoising) -> Self {
        Self { network, l1: Penalty::Same(l1), denoising: Some(denoising) }
    }

    /// The network. The output layer of an auto-encoder with a tied decoder is given the encoder's weight, transposed.
    #[must_use]
    pub fn network(self) -> Network {
        match self.denoising {
            Some(Denoising { decoder: Decoder::Tied, .. }) => model::tied(self.network),
            _ => self.network,
        }
    }

    /// The number of outputs of each hidden layer.
    #[must_use]
    pub fn units(&self) -> Vec<usize> {
        self.network.hidden.iter().map(model::Layer::outputs).collect()
    }

    /// The cost of a minibatch, `[1]`, and the sums of the cost, the errors, |h| and the zeros over the examples. The
    /// targets of `batch` are reconstructed if the objective has a denoising task, and predicted by regression
    /// otherwise. If `batch` has no targets, its labels are the classes of a classifier.
    #[must_use]
    pub fn cost(&self, batch: Batch) -> (Tensor<1>, Measured) {
        let (_, cost, measured) = self.forward(batch);
        (cost, measured)
    }

    /// The outputs of the network for a minibatch, followed by what [`Objective::cost`] returns.
    #[must_use]
    pub fn forward(&self, batch: Batch) -> (Forward, Tensor<1>, Measured) {
        let samples = batch.labels.dims()[0];
        let (forward, nll, errors) = match (self.denoising, batch.targets) {
            (Some(Denoising { decoder, reconstruction, .. }), Some(targets)) => {
                let Targets { rows, weight, noise } = targets;
                let forward = model::reconstruct(&self.network, decoder, batch.inputs, noise, rows.columns.as_ref());
                let costs = reconstruction.of_units(forward.logits.clone(), &rows.values);
                let costs = match weight {
                    Some(weight) => costs * weight,
                    None => costs,
                };
                (forward, costs.sum(), batch.labels.not_equal_elem(0).float())
            }
            (None, Some(Targets { rows, .. })) => {
                let forward = self.network.forward(batch.inputs);
                let squares = (forward.logits.clone() - rows.values).square();
                (forward, squares.clone().sum(), squares.detach().squeeze_dim::<1>(1))
            }
            (_, None) => {
                let forward = self.network.forward(batch.inputs);
                let logits = forward.logits.clone();
                let errors = logits.clone().argmax(1).squeeze_dim::<1>(1).not_equal(batch.labels.clone());
                (forward, loss::nll(logits, batch.labels).sum(), errors.float())
            }
        };
        let magnitudes: Vec<Tensor<1>> = forward.hidden.iter().map(|h| loss::l1(h.clone()).sum()).collect();
        let zeros = forward.hidden.iter().map(|h| sparsity::zeros(h.clone().detach()));

        let penalized = magnitudes.iter().enumerate().fold(nll.clone(), |cost, (k, magnitude)| match self.l1.of(k) {
            0.0 => cost,
            l1 => cost + magnitude.clone() * l1,
        });
        let parts = [nll.detach(), errors.sum()].into_iter();
        let parts = parts.chain(magnitudes.iter().map(|m| m.clone().detach())).chain(zeros);
        let sums = Tensor::cat(parts.map(Tensor::without_autodiff).collect(), 0);
        (forward, penalized / samples as f64, Measured { sums, samples })
    }

    /// The gradients of the cost on a minibatch, and the sums that [`Objective::cost`] returns.
    #[must_use]
    pub fn gradients(&self, batch: Batch) -> (GradientsParams, Measured) {
        let (cost, measured) = self.cost(batch);
        (GradientsParams::from_grads(cost.backward(), self), measured)
    }

    fn tally(&self, measured: Measured) -> Tally {
        Tally::total(&self.units(), &[measured])
    }
}

impl TrainStep for Objective {
    type Input = Batch;
    type Output = Tally;

    fn step(&self, batch: Batch) -> TrainOutput<Tally> {
        let (grads, measured) = self.gradients(batch);
        TrainOutput { grads, item: self.tally(measured) }
    }
}

impl InferenceStep for Objective {
    type Input = Batch;
    type Output = Tally;

    fn step(&self, batch: Batch) -> Tally {
        let (_, measured) = self.cost(batch);
        self.tally(measured)
    }
}
