//! `analysis.measures`: the quantities that are measured on a run's networks besides their errors.
//!
//! | measure | question |
//! |---|---|
//! | [`Measure::Pairs`] | do rectifiers form pairs that respond symmetrically or antisymmetrically (section 3.1)? |
//! | [`Measure::Stages`] | when do zeros arise: at the start, in pre-training, in training (sections 3.2 and 4.2)? |
//! | [`Measure::Means`] | does the sign mask cancel the mean activation (section 4.1)? |
//! | [`Measure::Paths`] | which paths through the network does an example take (figure 2)? |
//! | [`Measure::Credit`] | on how few units is the gradient concentrated (section 3.1)? |
//! | [`Measure::Selectivity`] | how much information about the class does the activity of a unit carry (section 2.2)? |
//! | [`Measure::Permuted`] | do zeros come from biases, or from the dependence between inputs (section 4.2)? |
//! | [`Measure::Swap`] | is a softplus network a rectifier network that was trained differently (section 4.1)? |
//!
//! All measures are computed on the CPU in a fixed order, so the same networks and examples always give the same bytes.
//! A [`Subject`] has no test set, so no measure can use test examples.

mod activity;
mod credit;
mod gradients;
mod means;
mod pairs;
mod paths;
mod permuted;
mod selectivity;
mod stages;
mod swap;
#[cfg(test)]
mod testing;

use crate::config::TrainingConfig;
use burn::module::Module;
use burn::prelude::Device;
use data::Examples;
use model::Network;
use report::Measures;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A measure, named as in `analysis.measures`; the keys of its values begin with its name. In a key, `layerK` is the
/// K-th hidden layer, counted from 1 at the input. "A value per layer" means a list with a value for each hidden layer,
/// beginning with the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Units whose incoming weights point in the opposite direction to another unit's incoming weights.
    ///
    /// `pairs.layerK.share`: percent of the units that have such a partner (cosine below -0.7); `.initial_share`: the
    /// share before training. `.cosines`, `.initial_cosines`: the number of units whose lowest cosine lies in each of
    /// 40 equal bins over [-1, 1]. `.outgoing`: mean correlation of the outgoing weights (times the signs of the units)
    /// of a unit and the partner with the lowest cosine; below 0 for odd pairs, above 0 for even pairs, absent if no
    /// pair has such a correlation. `.p`: the probability that the share is at least as large if whole weight vectors
    /// are given random signs. Only the first 8192 units of a layer are compared.
    Pairs,
    /// Zeros, pre-activations, dead units and biases at the stages `initialisation`, `pretrained` (if there was
    /// pre-training) and `trained`, over up to 1000 validation examples.
    ///
    /// `stages.STAGE`: percent of exact zeros, a value per layer; `stages.preactivation.STAGE`: mean of x W + b;
    /// `stages.dead.STAGE`: percent of the units whose output is 0 for all these examples. `stages.bias.STAGE`: the
    /// mean of the first layer's biases, and then their deciles: the values at or below which 10, 20, ..., 100 % of the
    /// biases lie.
    Stages,
    /// Mean and variance of the outputs of the trained network over up to 1000 validation examples.
    ///
    /// `means.mean`, `means.variance`: mean and variance of h over units and examples, a value per layer;
    /// `means.input`: mean of the inputs.
    Means,
    /// The paths of up to three validation examples through the trained network: the first examples of different
    /// classes among the first 10,000 validation examples. In these keys, `exampleK` is the K-th of these examples,
    /// from 1.
    ///
    /// `paths.active.exampleK`: active units, a value per layer; `paths.log10.exampleK`: decimal logarithm of the
    /// number of paths through active units only, absent if there is no such path; `paths.share.exampleK`: the fraction
    /// of all paths that consist of active units; `paths.overlap`: mean Jaccard overlap of the sets of active units of
    /// two of these examples, a value per layer.
    ///
    /// For a drawing of the first 24 units of layer L: `paths.picture.exampleK.layerL` contains h;
    /// `paths.gradient.exampleK.layerL` contains |d nll / d h|; `paths.flow.exampleK.layerL` contains |d nll / d (x W +
    /// b)|, which is 0 for an inactive rectifier.
    Paths,
    /// The gradient of the nll of each example, at the stages `initialisation` and `trained`; a value per layer. The
    /// examples are the first 1000 training examples of the first epoch, or only the examples of its first 200
    /// minibatches if these are fewer.
    ///
    /// For the gradient g at the outputs h, `credit.gini.STAGE` is the mean Gini index of |g| over the units,
    /// `credit.top.STAGE` is the mean share of the sum of squares that belongs to the fifth of the units with the
    /// largest |g|, and `credit.norm.STAGE` is the mean norm of g. With `preactivation.` before STAGE, g is the
    /// gradient at x W + b, from which a unit's own weights learn. Examples whose gradient is 0 count only in the norm;
    /// if the gradient at a layer is 0 for all of them, `gini` and `top` are absent.
    Credit,
    /// The trained network on up to 2000 validation examples; a value per layer.
    ///
    /// `selectivity.information`: mean over units of the mutual information, in bits, between the class and whether the
    /// unit is active. `selectivity.same`, `selectivity.different`: mean Jaccard overlap of the sets of active units in
    /// up to 1000 random pairs of examples of the same class and of different classes.
    Selectivity,
    /// Percent of exact zeros of the trained network over up to 1000 validation examples, a value per layer.
    ///
    /// `permuted.sparsity`: with each input permuted independently among the examples, which keeps the values of an
    /// input but breaks the dependence between inputs; `permuted.plain`: without permutation.
    Permuted,
    /// Percent of misclassified validation examples: `swap.own_error` of the trained network, and
    /// `swap.validation_error` with its softplus units replaced by rectifiers, or its rectifiers by softplus units of
    /// alpha = 1; both are absent if a layer has other units.
    Swap,
}

/// The networks of a run, and the examples on which they are measured.
pub struct Subject {
    /// The network before any training.
    initial: Network,
    /// The network after pre-training, with a fresh output layer; `None` if there was no pre-training.
    pretrained: Option<Network>,
    /// The network of the best epoch.
    trained: Network,
    train: Arc<Examples>,
    validation: Arc<Examples>,
    /// The seed of every stream of random numbers.
    seed: u64,
    /// The number of examples in a minibatch of training.
    batch_size: usize,
}

impl Subject {
    /// A subject with the networks of a run at initialisation, after pre-training if there was any, and after training,
    /// all of the same shape; with the training and validation examples of the run; and with the seed and batch size of
    /// `training`.
    #[must_use]
    pub fn new(
        [initial, trained]: [&Network; 2],
        pretrained: Option<&Network>,
        [train, validation]: [&Arc<Examples>; 2],
        training: &TrainingConfig,
    ) -> Self {
        let here = |network: &Network| network.valid().to_device(&Device::flex());
        Self {
            initial: here(initial),
            pretrained: pretrained.map(here),
            trained: here(trained),
            train: train.clone(),
            validation: validation.clone(),
            seed: training.seed,
            batch_size: training.batch_size,
        }
    }
}

/// The `measures` of `subject`, by key; empty for networks without hidden layers. Empty entries are left out, and so
/// are entries with a value that is NaN or infinite, which JSON cannot express.
#[must_use]
pub fn of(measures: &[Measure], subject: &Subject) -> Measures {
    if subject.trained.hidden.is_empty() {
        return Measures::new();
    }
    let distinct: BTreeSet<Measure> = measures.iter().copied().collect();
    let one = |measure| match measure {
        Measure::Pairs => pairs::of(subject),
        Measure::Stages => stages::of(subject),
        Measure::Means => means::of(subject),
        Measure::Paths => paths::of(subject),
        Measure::Credit => credit::of(subject),
        Measure::Selectivity => selectivity::of(subject),
        Measure::Permuted => permuted::of(subject),
        Measure::Swap => swap::of(subject),
    };
    let mut all: Measures = distinct.into_iter().flat_map(one).collect();
    all.retain(|_, values| !values.is_empty() && values.iter().all(|value| value.is_finite()));
    all
}

#[cfg(test)]
mod tests {
    use super::testing::{affine, examples, network, subject};
    use super::*;
    use crate::config::{Override, resolve};
    use data::Csr;
    use model::{Activation, NetworkConfig, SignMask};

    const ALL: [Measure; 8] = [
        Measure::Pairs,
        Measure::Stages,
        Measure::Means,
        Measure::Paths,
        Measure::Credit,
        Measure::Selectivity,
        Measure::Permuted,
        Measure::Swap,
    ];

    #[test]
    fn keys_begin_with_their_measure_for_every_activation() {
        let all = examples(&[[2.0, 1.0], [-1.0, 0.0], [0.5, -2.0], [0.0, 0.0]], &[0, 1, 0, 1]);
        for activation in Activation::ALL {
            let config =
                NetworkConfig { inputs: 2, hidden: vec![6, 5], outputs: 2, activation, sign_mask: SignMask::FairCoin };
            let subject = subject(&config.init(1, &Device::flex().autodiff()), &all);
            for measure in ALL {
                let found = of(&[measure, measure], &subject);
                let name = serde_json::to_string(&measure).unwrap();
                let prefix = format!("{}.", name.trim_matches('"'));
                let swaps = matches!(activation, Activation::Rectifier | Activation::Softplus { .. });
                assert_eq!(found.is_empty(), measure == Measure::Swap && !swaps, "{measure:?} of {activation:?}");
                assert!(found.keys().all(|key| key.starts_with(&prefix)), "{found:?}");
                assert_eq!(found, of(&[measure], &subject));
            }
        }
    }

    #[test]
    fn without_hidden_layers_there_is_nothing_to_measure() {
        let none = Network { hidden: vec![], output: affine(&[[1.0, 0.0], [0.0, 1.0]], &[0.0; 2]) };
        assert!(of(&ALL, &subject(&none, &examples(&[[1.0, 2.0]], &[0]))).is_empty());
    }

    #[test]
    fn sparse_rows_have_the_measures_of_the_same_dense_rows() {
        let rows = [[2.0, 0.0], [0.0, 1.5], [0.0, 0.0], [1.0, 3.0]];
        let mut csr = Csr::new(2);
        for row in rows {
            csr.push((0..).zip(row));
        }
        let labels = [0, 1, 0, 1];
        let sparse = Arc::new(Examples::sparse(csr, labels.to_vec(), 2).unwrap());
        let of = |examples| of(&ALL, &subject(&network(), examples));
        assert_eq!(of(&sparse), of(&examples(&rows, &labels)));
    }

    #[test]
    fn an_unknown_name_is_rejected_with_the_list_of_names_and_an_empty_list_is_not_written() {
        let set = |text: &str| resolve(None, &[Override::parse(text).unwrap()]);
        let text = set("analysis.measures=[\"pears\"]").unwrap_err().to_string();
        assert!(text.contains("did you mean 'pairs'?") && text.contains("selectivity"), "{text}");
        let config = set("analysis.measures=[\"swap\", \"pairs\"]").unwrap();
        assert_eq!(config.analysis.measures, [Measure::Swap, Measure::Pairs]);
        assert!(!toml::to_string(&set("training.seed=2").unwrap()).unwrap().contains("analysis"));
    }
}
