//! A network on whole data sets: the only reader of test sets.

use crate::minibatches::Minibatches;
use crate::objective::Objective;
use crate::tally::Tally;
use burn::prelude::Device;
use burn::tensor::activation;
use data::Examples;
use model::{Network, sparsity};
use std::sync::Arc;

/// Examples that go through the network together; the results do not depend on it.
const BATCH: usize = 100;

/// A network's answers on a test set.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Mean negative log-likelihood.
    pub nll: f64,
    /// Fraction of wrong answers.
    pub error: f64,
    /// Fraction of exact zeros of each hidden layer.
    pub sparsity: Vec<f64>,
    /// How often each class (row) was taken for each class (column).
    pub confusion: Vec<Vec<usize>>,
    /// The wrong answers, the surest first.
    pub confused: Vec<Confusion>,
}

/// A wrong answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// Row of the test set.
    pub row: usize,
    /// The class it is.
    pub label: usize,
    /// The class it was taken for.
    pub predicted: usize,
    /// The probability that the network gave to that.
    pub probability: f64,
}

/// What `network`, which is on `device` without autodiff, answers for `examples`.
#[must_use]
pub fn evaluate(network: &Network, examples: &Arc<Examples>, device: &Device) -> Evaluation {
    let objective = Objective::new(network.clone(), 0.0);
    let units = objective.units();
    let classes = examples.classes();
    let mut tally = Tally::new(&units);
    let mut confusion = vec![vec![0; classes]; classes];
    let mut confused = Vec::new();
    let mut row = 0;
    for batch in Minibatches::new(examples.clone(), BATCH, device.clone()).stored() {
        let logits = network.forward(batch.inputs.clone()).logits;
        let (_, measured) = objective.cost(batch);
        tally.add(&Tally::total(&units, &[measured]));
        let probabilities: Vec<f32> = activation::softmax(logits, 1).into_data().iter().collect();
        for p in probabilities.chunks(classes) {
            let (label, predicted) = (usize::from(examples.label(row)), model::most_probable(p));
            confusion[label][predicted] += 1;
            if predicted != label {
                confused.push(Confusion { row, label, predicted, probability: f64::from(p[predicted]) });
            }
            row += 1;
        }
    }
    confused.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.row.cmp(&b.row)));
    Evaluation { nll: tally.nll(), error: tally.error(), sparsity: tally.sparsity(), confusion, confused }
}

/// Units of each hidden layer that no row of `examples` makes fire.
#[must_use]
pub fn dead_units(network: &Network, examples: &Arc<Examples>, device: &Device) -> Vec<usize> {
    let mut peaks: Vec<Vec<f32>> = vec![Vec::new(); network.hidden.len()];
    for batch in Minibatches::new(examples.clone(), BATCH, device.clone()).stored() {
        for (peaks, h) in peaks.iter_mut().zip(network.forward(batch.inputs).hidden) {
            let seen: Vec<f32> = sparsity::peaks(h).into_data().iter().collect();
            peaks.resize(seen.len(), 0.0);
            peaks.iter_mut().zip(seen).for_each(|(peak, now)| *peak = peak.max(now));
        }
    }
    peaks.iter().map(|layer| layer.iter().filter(|peak| **peak == 0.0).count()).collect()
}
