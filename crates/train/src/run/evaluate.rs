//! A network on whole data sets: the only reader of test sets.

use crate::config::Penalty;
use crate::config::engine::Engine;
use crate::learning::minibatches::{Minibatches, eval_batch_size};
use crate::learning::objective::Objective;
use crate::learning::sparse::Sparse;
use crate::learning::tally::Tally;
use burn::prelude::Device;
use burn::tensor::activation;
use data::{Examples, reviews};
use model::{Network, Unsupported, sparsity};
use std::sync::Arc;

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
    /// Where classes are levels: the root of the mean squared difference between an example's level and the expected one,
    /// the mean of the levels by their probabilities (section 4.2).
    pub rmse: Option<f64>,
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

/// A network that answers.
#[derive(Debug)]
pub enum Examiner {
    /// On the kernels.
    Sparse(Box<Sparse>),
    /// On a device without autodiff.
    Device(Box<Objective>, Device),
}

/// What a network makes of a minibatch.
struct Answers {
    tally: Tally,
    /// Class probabilities, `[batch, classes]`.
    probabilities: Vec<f32>,
    /// Of each hidden layer, the largest |h| of each output.
    peaks: Vec<Vec<f32>>,
}

impl Examiner {
    /// `network` on `engine`, or on `device` without autodiff.
    ///
    /// # Errors
    /// [`Unsupported`] when the sparse engine cannot run it.
    pub fn new(network: Network, engine: Engine, device: &Device) -> Result<Self, Unsupported> {
        Ok(match engine {
            Engine::Autodiff => Self::Device(Box::new(Objective::new(network, Penalty::Same(0.0))), device.clone()),
            Engine::Auto | Engine::Sparse => {
                let no_penalty = Penalty::Same(0.0);
                let room = eval_batch_size(network.inputs());
                Self::Sparse(Box::new(Sparse::new(&network, &no_penalty, room)?))
            }
        })
    }

    fn units(&self) -> Vec<usize> {
        match self {
            Self::Sparse(sparse) => sparse.units().to_vec(),
            Self::Device(objective, _) => objective.units(),
        }
    }

    fn answers(&mut self, examples: &Arc<Examples>, rows: &[u32]) -> Answers {
        match self {
            Self::Sparse(sparse) => {
                let tally = sparse.measure(examples, rows);
                let stack = sparse.stack();
                let probabilities = (0..rows.len()).flat_map(|b| model::softmax(stack.outputs(b))).collect();
                Answers { tally, probabilities, peaks: sparse.peaks() }
            }
            Self::Device(objective, device) => {
                let batch = Minibatches::new(examples.clone(), rows.len(), device.clone()).batch(rows);
                let forward = objective.network.forward(batch.inputs.clone());
                let peaks = |h| sparsity::peaks(h).into_data().iter().collect();
                Answers {
                    tally: Tally::total(&objective.units(), &[objective.cost(batch).1]),
                    probabilities: activation::softmax(forward.logits, 1).into_data().iter().collect(),
                    peaks: forward.hidden.into_iter().map(peaks).collect(),
                }
            }
        }
    }
}

/// What `examiner`'s network answers for `examples`, whose classes are worth `levels`, if they are levels.
#[must_use]
pub fn evaluate(examiner: &mut Examiner, examples: &Arc<Examples>, levels: Option<&[f64]>) -> Evaluation {
    let classes = examples.classes();
    let mut tally = Tally::new(&examiner.units());
    let mut confusion = vec![vec![0; classes]; classes];
    let mut confused = Vec::new();
    let mut stars = Vec::new();
    for rows in rows(examples).chunks(eval_batch_size(examples.features())) {
        let answers = examiner.answers(examples, rows);
        tally.add(&answers.tally);
        for (row, p) in rows.iter().map(|row| *row as usize).zip(answers.probabilities.chunks(classes)) {
            let (label, predicted) = (usize::from(examples.label(row)), model::most_probable(p));
            confusion[label][predicted] += 1;
            stars.extend(levels.map(|levels| (reviews::expected(levels, p), levels[label])));
            if predicted != label {
                confused.push(Confusion { row, label, predicted, probability: f64::from(p[predicted]) });
            }
        }
    }
    confused.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.row.cmp(&b.row)));
    let rmse = levels.map(|_| reviews::rmse(stars));
    Evaluation { nll: tally.nll(), error: tally.error(), sparsity: tally.sparsity(), confusion, confused, rmse }
}

/// On `examples`, the error of always answering the mean level of `train`.
#[must_use]
pub fn constant_rmse(levels: &[f64], train: &Examples, examples: &Examples) -> f64 {
    let stars = |examples: &Examples| -> Vec<f64> {
        examples.labels().iter().map(|label| levels[usize::from(*label)]).collect()
    };
    reviews::constant_rmse(&stars(train), &stars(examples))
}

/// Units of each hidden layer that no row of `examples` makes fire; the two outputs of a pair are counted each.
#[must_use]
pub fn dead_units(examiner: &mut Examiner, examples: &Arc<Examples>) -> Vec<usize> {
    let mut peaks: Vec<Vec<f32>> = examiner.units().iter().map(|units| vec![0.0; *units]).collect();
    for rows in rows(examples).chunks(eval_batch_size(examples.features())) {
        for (peaks, now) in peaks.iter_mut().zip(examiner.answers(examples, rows).peaks) {
            peaks.iter_mut().zip(now).for_each(|(peak, now)| *peak = peak.max(now));
        }
    }
    peaks.iter().map(|layer| layer.iter().filter(|peak| **peak == 0.0).count()).collect()
}

fn rows(examples: &Examples) -> Vec<u32> {
    (0..examples.len() as u32).collect()
}
