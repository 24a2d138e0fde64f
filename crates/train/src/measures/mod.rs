//! `analysis.measures`: what is measured of a run's networks besides their errors.
//!
//! | measure | question |
//! |---|---|
//! | [`Measure::Pairs`] | do rectifiers form pairs that respond symmetrically or antisymmetrically (section 3.1)? |
//! | [`Measure::Stages`] | when do zeros arise: at the start, in pre-training, in training (sections 3.2 and 4.2)? |
//! | [`Measure::Means`] | does the sign mask cancel the mean activation (section 4.1)? |
//! | [`Measure::Paths`] | which paths through the network does an example take (figure 2)? |
//! | [`Measure::Credit`] | on how few units is the gradient concentrated (section 3.1)? |
//! | [`Measure::Selectivity`] | how much information about the class is in a unit's being active (section 2.2)? |
//! | [`Measure::Permuted`] | do zeros come from biases, or from the dependence between inputs (section 4.2)? |
//! | [`Measure::Swap`] | is a softplus network a rectifier network that was trained differently (section 4.1)? |
//!
//! Everything is computed on the CPU in a fixed order, whichever engine trained the network, so the same run gives the
//! same bytes. A [`Subject`] has no test set, so no measure can use it.

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

/// A measure, by its name in `analysis.measures`; the keys of its values begin with that name. Layers K are counted
/// from 1, which is next to the input. "A value per layer" is a list in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Units whose incoming weights point in the opposite direction to those of another unit.
    ///
    /// `pairs.layerK.share`: percent of the units that have such a partner (cosine below -0.7); `.initial_share`:
    /// before training. `.cosines`, `.initial_cosines`: how many units have their lowest cosine in each of 40 equal
    /// bins over [-1, 1]. `.outgoing`: mean correlation of the outgoing weights (times their signs) of a unit and the
    /// partner with the lowest cosine: such pairs are odd if it is below 0 and even if it is above 0; absent without
    /// pairs. `.p`: the probability of a share at least as large when whole weight vectors have random signs. Only the
    /// first 8192 units of a layer are compared.
    Pairs,
    /// Each layer over up to 1000 validation examples at the stages `initialisation`, `pretrained` (if there was
    /// pre-training) and `trained`.
    ///
    /// `stages.STAGE`: percent of exact zeros, a value per layer; `stages.preactivation.STAGE`: mean of x W + b;
    /// `stages.dead.STAGE`: percent of the units that are zero for all these examples. `stages.bias.STAGE`: the
    /// mean of the first layer's biases, and then their deciles: the values at or below which 10, 20, ..., 100 % of
    /// them lie.
    Stages,
    /// Each layer of the trained network over up to 1000 validation examples.
    ///
    /// `means.mean` and `means.variance` of h over units and examples, a value per layer; `means.input`: mean input.
    Means,
    /// The paths through the trained network of the first three validation examples of different classes (fewer if
    /// there are fewer classes), where K counts the examples from 1.
    ///
    /// `paths.active.exampleK`: active units, a value per layer; `paths.log10.exampleK`: decimal logarithm of the
    /// number of paths through active units only, absent if there is none; `paths.share.exampleK`: their share of all
    /// paths; `paths.overlap`: mean Jaccard overlap of the active sets of two examples, a value per layer. For a
    /// drawing of the first 24 units of layer L: `paths.picture.exampleK.layerL`: h; `paths.gradient.exampleK.layerL`:
    /// |d nll / d h|; `paths.flow.exampleK.layerL`: |d nll / d (x W + b)|, which is 0 where the rectifier is silent.
    Paths,
    /// The nll's gradient for each of the first 1000 training examples of the first epoch, or those of its first 200
    /// minibatches if these are fewer, at the stages `initialisation` and `trained`; a value per layer.
    ///
    /// At the outputs h: `credit.gini.STAGE`: mean Gini index of its magnitude over the units; `credit.top.STAGE`: mean
    /// share of its square in the fifth of the units that has most of it; `credit.norm.STAGE`: mean norm. With
    /// `preactivation.` before STAGE, the same at x W + b, from which a unit's own weights learn. Examples whose
    /// gradient is 0 count in the norm only; if it is 0 for all of them, `gini` and `top` are absent.
    Credit,
    /// The trained network on up to 2000 validation examples; a value per layer.
    ///
    /// `selectivity.information`: mean over units of the mutual information, in bits, between the unit being active and
    /// the class. `selectivity.same`, `selectivity.different`: mean Jaccard overlap of the active sets of up to 1000
    /// random pairs of examples of the same class and of different classes.
    Selectivity,
    /// Percent of exact zeros of the trained network over up to 1000 validation examples, a value per layer.
    ///
    /// `permuted.sparsity`: with each input permuted independently among the examples, which keeps the values of an
    /// input but breaks the dependence between inputs; `permuted.plain`: without permutation.
    Permuted,
    /// Percent of misclassified validation examples: `swap.own_error` of the trained network, and
    /// `swap.validation_error` with its softplus units replaced by rectifiers, or its rectifiers by softplus units of
    /// alpha = 1; absent for other units.
    Swap,
}

/// The networks of a run, and the examples on which they are measured.
pub struct Subject {
    /// Before all training.
    initial: Network,
    /// After pre-training, under a fresh output layer.
    pretrained: Option<Network>,
    /// The best network.
    trained: Network,
    train: Arc<Examples>,
    validation: Arc<Examples>,
    /// The seed of every random stream.
    seed: u64,
    /// Examples per minibatch of training.
    batch_size: usize,
}

impl Subject {
    /// The networks of a run at initialisation, after pre-training if there was any, and after training, all of the
    /// same shape; its training and validation examples; and its training settings.
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

/// The `measures` of `subject`, by key; empty for networks without hidden layers. Entries with a value that is NaN or
/// infinite, which JSON cannot express, are absent.
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
