//! The evaluation of a network on a whole data set.

use crate::config::Penalty;
use crate::config::engine::Engine;
use crate::learning::autodiff::objective::Objective;
use crate::learning::minibatches::{Minibatches, eval_batch_size};
use crate::learning::sparse::Sparse;
use crate::learning::tally::Tally;
use burn::prelude::Device;
use burn::tensor::activation;
use data::{Examples, reviews};
use model::{Network, Unsupported, sparsity};
use preprocessing::Standard;
use std::sync::Arc;

/// The results of a network on a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Mean negative log-likelihood; for regression, the mean squared error of the standardised numbers.
    pub nll: f64,
    /// Fraction of misclassified examples; for regression, equal to `nll`.
    pub error: f64,
    /// Fraction of exact zeros among the outputs of each hidden layer, `[layers]`.
    pub sparsity: Vec<f64>,
    /// Number of examples of each class (row) that were classified as each class (column), `[classes][classes]`; empty
    /// for regression.
    pub confusion: Vec<Vec<usize>>,
    /// The misclassified examples, in descending order of the predicted probability.
    pub confused: Vec<Confusion>,
    /// For regression, the true and the predicted number of each example, in the target's units; empty for
    /// classification.
    pub numbers: Vec<[f64; 2]>,
    /// The root mean squared error: for regression, of the predicted number; for classes that are levels, of the
    /// expected level, which is the mean of the levels weighted by their predicted probabilities (section 4.2). `None`
    /// for other classes.
    pub rmse: Option<f64>,
}

/// A misclassified example.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// The row of the example in the data set.
    pub row: usize,
    /// The class of the example.
    pub label: usize,
    /// The predicted class.
    pub predicted: usize,
    /// The predicted probability of the predicted class.
    pub probability: f64,
}

/// A network, prepared for evaluation on an engine.
#[derive(Debug)]
pub enum Examiner {
    /// A network on the kernels that skip exact zeros.
    Sparse(Box<Sparse>),
    /// A network on a device, without autodiff.
    Device(Box<Objective>, Device),
}

/// The outputs of a network for a minibatch.
struct Answers {
    tally: Tally,
    /// Class probabilities, `[batch, classes]`; for regression the predicted numbers, `[batch]`.
    probabilities: Vec<f32>,
}

impl Examiner {
    /// Prepares `network` for evaluation on `engine`. With the autodiff engine, the network runs on `device`, which
    /// must be without autodiff.
    ///
    /// # Errors
    /// [`Unsupported`] if the sparse engine cannot run the network.
    pub fn new(network: Network, engine: Engine, device: &Device) -> Result<Self, Unsupported> {
        Ok(match engine {
            Engine::Autodiff => Self::Device(Box::new(Objective::new(network, Penalty::Same(0.0))), device.clone()),
            Engine::Auto | Engine::Sparse => {
                let no_penalty = Penalty::Same(0.0);
                let room = eval_batch_size(network.inputs());
                Self::Sparse(Box::new(Sparse::new(&network, &no_penalty, room)?.without_learning()))
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
                let outputs = (0..rows.len()).map(|b| stack.outputs(b));
                let probabilities = if examples.targets().is_empty() {
                    outputs.flat_map(model::softmax).collect()
                } else {
                    outputs.flatten().collect()
                };
                Answers { tally, probabilities }
            }
            Self::Device(objective, device) => {
                let batch = Minibatches::new(examples.clone(), rows.len(), device.clone()).batch(rows);
                let (forward, _, measured) = objective.forward(batch);
                Answers {
                    tally: Tally::total(&objective.units(), &[measured]),
                    probabilities: if examples.targets().is_empty() {
                        activation::softmax(forward.logits, 1).into_data().iter().collect()
                    } else {
                        forward.logits.into_data().iter().collect()
                    },
                }
            }
        }
    }

    /// The largest |h| of each output of each hidden layer over the examples `rows`, `[layers][outputs]`.
    fn peaks(&mut self, examples: &Arc<Examples>, rows: &[u32]) -> Vec<Vec<f32>> {
        match self {
            Self::Sparse(sparse) => {
                sparse.measure(examples, rows);
                sparse.peaks()
            }
            Self::Device(objective, device) => {
                let batch = Minibatches::new(examples.clone(), rows.len(), device.clone()).batch(rows);
                let hidden = objective.network.forward(batch.inputs).hidden.into_iter();
                hidden.map(|h| sparsity::peaks(h).into_data().iter().collect()).collect()
            }
        }
    }
}

/// Evaluates the classifier of `examiner` on `examples`. `levels` contains the level of each class, `[classes]`; it is
/// `None` if the classes are not levels.
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
    let (nll, error, sparsity) = (tally.nll(), tally.error(), tally.sparsity());
    Evaluation { nll, error, sparsity, confusion, confused, numbers: Vec::new(), rmse }
}

/// Evaluates the regression network of `examiner` on `examples`. `standard` converts standardised numbers back to the
/// target's units.
#[must_use]
pub fn evaluate_numbers(examiner: &mut Examiner, examples: &Arc<Examples>, standard: Standard) -> Evaluation {
    let mut tally = Tally::new(&examiner.units());
    let mut numbers = Vec::new();
    for rows in rows(examples).chunks(eval_batch_size(examples.features())) {
        let answers = examiner.answers(examples, rows);
        tally.add(&answers.tally);
        for (row, predicted) in rows.iter().zip(answers.probabilities) {
            let number = |scaled: f32| standard.unscaled(f64::from(scaled));
            numbers.push([number(examples.targets()[*row as usize]), number(predicted)]);
        }
    }
    let rmse = Some(errors(&numbers).rmse);
    let (nll, error, sparsity) = (tally.nll(), tally.error(), tally.sparsity());
    Evaluation { nll, error, sparsity, confusion: Vec::new(), confused: Vec::new(), numbers, rmse }
}

/// The fraction of `examples` that are misclassified by always predicting the most frequent class of `train`. If
/// several classes are equally frequent, the first one is predicted.
#[must_use]
pub fn baseline_error(train: &Examples, examples: &Examples) -> f64 {
    let counts = |examples: &Examples| {
        let mut counts = vec![0usize; examples.classes()];
        examples.labels().iter().for_each(|label| counts[usize::from(*label)] += 1);
        counts
    };
    let frequent = counts(train);
    let most = (0..frequent.len()).fold(0, |most, class| if frequent[class] > frequent[most] { class } else { most });
    1.0 - counts(examples)[most] as f64 / examples.len() as f64
}

/// Measures of the differences between predicted and true numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberErrors {
    /// The root mean squared error, in the target's units.
    pub rmse: f64,
    /// The mean absolute error, in the target's units.
    pub mae: f64,
    /// The coefficient of determination: 1 minus the mean squared error divided by the variance of the true numbers. It
    /// is at most 1, and 0 if the mean of the true numbers is always predicted; `None` if the true numbers are all
    /// equal.
    pub r2: Option<f64>,
}

/// The errors of `numbers`, which are pairs of a true and a predicted number.
#[must_use]
pub fn errors(numbers: &[[f64; 2]]) -> NumberErrors {
    let mean = |of: &dyn Fn(&[f64; 2]) -> f64| numbers.iter().map(of).sum::<f64>() / numbers.len() as f64;
    let mse = mean(&|[truth, predicted]| (truth - predicted).powi(2));
    let center = mean(&|[truth, _]| *truth);
    let variance = mean(&|[truth, _]| (truth - center).powi(2));
    // The computed mean of equal numbers is rounded, so their computed variance is not always 0.
    let are_equal = numbers.windows(2).all(|pair| pair[0][0] == pair[1][0]);
    let mae = mean(&|[truth, predicted]| (truth - predicted).abs());
    NumberErrors { rmse: mse.sqrt(), mae, r2: (!are_equal).then(|| 1.0 - mse / variance) }
}

/// The root mean squared error on `examples` of always predicting the mean level of `train`. `levels` contains the
/// level of each class, `[classes]`.
///
/// # Panics
/// If a class has no level.
#[must_use]
pub fn constant_rmse(levels: &[f64], train: &Examples, examples: &Examples) -> f64 {
    let stars = |examples: &Examples| -> Vec<f64> {
        examples.labels().iter().map(|label| levels[usize::from(*label)]).collect()
    };
    reviews::constant_rmse(&stars(train), &stars(examples))
}

/// The number of units in each hidden layer whose output is 0 for all `examples`, `[layers]`; the two outputs of a pair
/// count separately.
#[must_use]
pub fn dead_units(examiner: &mut Examiner, examples: &Arc<Examples>) -> Vec<usize> {
    let mut peaks: Vec<Vec<f32>> = examiner.units().iter().map(|units| vec![0.0; *units]).collect();
    for rows in rows(examples).chunks(eval_batch_size(examples.features())) {
        for (peaks, now) in peaks.iter_mut().zip(examiner.peaks(examples, rows)) {
            peaks.iter_mut().zip(now).for_each(|(peak, now)| *peak = peak.max(now));
        }
    }
    peaks.iter().map(|layer| layer.iter().filter(|peak| **peak == 0.0).count()).collect()
}

fn rows(examples: &Examples) -> Vec<u32> {
    (0..examples.len() as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_explained_variance_is_not_defined_for_equal_numbers() {
        let equal: Vec<[f64; 2]> = (0..40).map(|k| [3000.1, 2900.0 + f64::from(k)]).collect();
        assert_eq!(errors(&equal).r2, None);
        let perfect = [[1.0, 1.0], [2.0, 2.0]];
        assert_eq!(errors(&perfect), NumberErrors { rmse: 0.0, mae: 0.0, r2: Some(1.0) });
        assert_eq!(errors(&[[1.0, 1.5], [2.0, 1.5]]).r2, Some(0.0));
    }
}
