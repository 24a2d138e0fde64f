//! `[pretraining]`

use model::{Corruption, Reconstruction};
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
    /// L1 coefficient on the code.
    pub l1: f64,
    /// Reconstruction layer and cost.
    pub reconstruction: Reconstruction,
    /// What is done to the inputs of the first layer.
    pub corruption: Corruption,
    /// What is done to the inputs of the layers above; absent: the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_corruption: Option<Corruption>,
    /// How codes are brought into [0, 1] for the layer above, the scales staying in the network.
    pub rescaling: Rescaling,
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
            l1: 0.001,
            reconstruction: Reconstruction::SoftplusQuadratic,
            corruption: Corruption::Masking(0.25),
            upper_corruption: None,
            rescaling: Rescaling::None,
        }
    }
}

impl PretrainingConfig {
    /// What is done to the inputs of layer `layer`, from 0.
    #[must_use]
    pub fn corruption(&self, layer: usize) -> Corruption {
        if layer == 0 { self.corruption } else { self.upper_corruption.unwrap_or(self.corruption) }
    }

    /// Each key with what is allowed, and whether it is.
    pub(crate) fn checks(&self) -> Vec<(&'static str, &'static str, bool)> {
        let positive = |x: &f64| x.is_finite() && *x > 0.0;
        let possible = "probabilities from 0 to 1, or a deviation from 0 on";
        vec![
            ("pretraining.epochs", "a whole number from 1 to 1000000", (1..=1_000_000).contains(&self.epochs)),
            (
                "pretraining.learning_rates",
                "one to 20 numbers above 0",
                (1..=20).contains(&self.learning_rates.len()) && self.learning_rates.iter().all(positive),
            ),
            ("pretraining.l1", "a number from 0 on", self.l1.is_finite() && self.l1 >= 0.0),
            ("pretraining.corruption", possible, self.corruption.is_possible()),
            ("pretraining.upper_corruption", possible, self.upper_corruption.is_none_or(Corruption::is_possible)),
        ]
    }
}
