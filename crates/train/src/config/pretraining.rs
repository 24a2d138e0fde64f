//! `[pretraining]`

use super::{Penalty, positive};
use model::{Corruption, Decoder, Reconstruction};
use serde::{Deserialize, Serialize};

/// Greedy unsupervised pre-training by denoising auto-encoders (section 3.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PretrainingConfig {
    /// Passes over the training set for each layer, at least 1.
    pub epochs: usize,
    /// Constant rates to try for each layer; the one with the lowest validation cost of the reconstruction is taken
    /// (section 4.1).
    pub learning_rates: Vec<f64>,
    /// L1 coefficient on the code, at least 0: one for the codes of all hidden layers, or a list of one for each.
    pub l1: Penalty,
    /// Where a decoder's weights come from.
    pub decoder: Decoder,
    /// Reconstruction layer and cost.
    pub reconstruction: Reconstruction,
    /// What is done to the inputs of the first layer.
    pub corruption: Corruption,
    /// What is done to the inputs of the layers above; absent: the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_corruption: Option<Corruption>,
    /// How codes are brought into [0, 1] for the layer above, the scales staying in the network.
    pub rescaling: Rescaling,
    /// How many of the zeros the first layer reconstructs for each input that is not zero, above 0, while training:
    /// reconstruction sampling, for inputs that are nearly all zero; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<f64>,
    /// Codes of a layer that take more GiB than this are not kept, but computed again in each epoch; at least 0.
    pub code_gib: f64,
}

/// How the codes of a layer are brought into [0, 1] (section 3.2, for the cross-entropy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rescaling {
    /// Not at all.
    None,
    /// All divided by the largest |h| of any unit over the training set.
    Global,
    /// Those of each unit divided by its largest |h|; one that never fires stays.
    PerUnit,
}

impl Default for PretrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 30,
            learning_rates: vec![0.1, 0.01, 0.001, 0.0001],
            l1: Penalty::Same(0.001),
            decoder: Decoder::Untied,
            reconstruction: Reconstruction::SoftplusQuadratic,
            corruption: Corruption::Masking(0.25),
            upper_corruption: None,
            rescaling: Rescaling::None,
            sampling: None,
            code_gib: 8.0,
        }
    }
}

impl PretrainingConfig {
    /// What is done to the inputs of layer `layer`, from 0.
    #[must_use]
    pub fn corruption(&self, layer: usize) -> Corruption {
        if layer == 0 { self.corruption } else { self.upper_corruption.unwrap_or(self.corruption) }
    }

    /// Each key with what is allowed under `layers` hidden layers, and whether it is.
    pub(crate) fn checks(&self, layers: usize) -> Vec<(&'static str, &'static str, bool)> {
        let possible = "probabilities from 0 to 1, or a deviation from 0 on";
        vec![
            ("pretraining.epochs", "a whole number from 1 to 1000000", (1..=1_000_000).contains(&self.epochs)),
            (
                "pretraining.learning_rates",
                "one to 20 numbers above 0",
                (1..=20).contains(&self.learning_rates.len()) && self.learning_rates.iter().copied().all(positive),
            ),
            ("pretraining.l1", Penalty::ALLOWED, self.l1.holds_for(layers)),
            ("pretraining.sampling", "a number above 0", self.sampling.is_none_or(positive)),
            ("pretraining.code_gib", "a number from 0 on", self.code_gib.is_finite() && self.code_gib >= 0.0),
            ("pretraining.corruption", possible, self.corruption.is_possible()),
            ("pretraining.upper_corruption", possible, self.upper_corruption.is_none_or(Corruption::is_possible)),
        ]
    }
}
