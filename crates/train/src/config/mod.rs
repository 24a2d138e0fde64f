//! An experiment as data: what a file in `configs/` and `--set` may say, resolved into one immutable description.

mod analysis;
mod pretraining;
mod resolve;

pub use analysis::AnalysisConfig;
pub use pretraining::{PretrainingConfig, Rescaling};
pub use resolve::{Error, Override, resolve};

use crate::backend::Backend;
use crate::engine::Engine;
use data::{Choices, Format, NistpChoices, ReviewChoices, Subset};
use model::{Activation, NetworkConfig, SignMask};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Everything that decides a run. The defaults are the embedded digits experiment, `configs/digits.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Which examples.
    pub data: DataConfig,
    /// Which network.
    pub model: ModelConfig,
    /// How its layers are pre-trained; absent: not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pretraining: Option<PretrainingConfig>,
    /// How it is trained.
    pub training: TrainingConfig,
    /// What else is measured of its networks.
    #[serde(skip_serializing_if = "is_default")]
    pub analysis: AnalysisConfig,
}

/// `[data]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataConfig {
    /// Name of the data set; `train data list` shows them.
    pub dataset: String,
    /// Folder with its files; absent: the cache folder, filled by download.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// The format of the data in `dir`, when they are one's own; `dataset` is then not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// A part of the training examples to learn from; absent: all. Validation and test stay whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<Subset>,
    /// Of sets of reviews: vocabulary and parts.
    #[serde(skip_serializing_if = "is_default")]
    pub reviews: ReviewChoices,
    /// Of NISTP: how many images, and how they are perturbed.
    #[serde(skip_serializing_if = "is_default")]
    pub nistp: NistpChoices,
}

/// Tables that nobody wrote are not written either.
fn is_default<T: Default + PartialEq>(table: &T) -> bool {
    *table == T::default()
}

/// `[model]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelConfig {
    /// Units of each hidden layer, each 1 to 100,000; none: softmax regression.
    pub hidden: Vec<usize>,
    /// Function of the hidden units.
    pub activation: ActivationName,
    /// Sharpness of the softplus, above 0; other activations do not read it.
    pub softplus_alpha: f64,
    /// Fixed signs of the hidden outputs (section 4.1).
    pub sign_mask: SignMask,
}

/// Name of an activation function in `model.activation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are those of model::Activation")]
pub enum ActivationName {
    Rectifier,
    Softplus,
    Tanh,
    Logistic,
    Absolute,
    IntegrateAndFire,
    Linear,
}

/// `[training]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// What computes.
    pub backend: Backend,
    /// What carries a training step.
    pub engine: Engine,
    /// Seed of every random stream: weights, signs, order, split.
    pub seed: u64,
    /// Passes over the training set, at least 1.
    pub epochs: usize,
    /// Examples per minibatch, at least 1.
    pub batch_size: usize,
    /// Constant rate of plain gradient descent, above 0.
    pub learning_rate: f64,
    /// L1 coefficient on the hidden activations, at least 0.
    pub l1: f64,
    /// Stop after this many epochs without a lower validation error; 0: never.
    pub patience: usize,
    /// Seconds between checkpoints within an epoch; one is always written after each epoch.
    pub checkpoint_seconds: f64,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            dataset: "digits".to_owned(),
            dir: None,
            format: None,
            subset: None,
            reviews: ReviewChoices::default(),
            nistp: NistpChoices::default(),
        }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            hidden: vec![200, 200, 200],
            activation: ActivationName::Rectifier,
            softplus_alpha: 1.0,
            sign_mask: SignMask::FairCoin,
        }
    }
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            backend: Backend::Flex,
            engine: Engine::Auto,
            seed: 1,
            epochs: 30,
            batch_size: 10,
            learning_rate: 0.1,
            l1: 0.0001,
            patience: 0,
            checkpoint_seconds: 30.0,
        }
    }
}

impl DataConfig {
    /// What is chosen of sets that are counted, cut or made while loading.
    #[must_use]
    pub fn choices(&self) -> Choices {
        Choices { reviews: self.reviews.clone(), nistp: self.nistp.clone() }
    }
}

impl Config {
    /// The network for rows of `inputs` values and `outputs` classes.
    #[must_use]
    pub fn network(&self, inputs: usize, outputs: usize) -> NetworkConfig {
        let activation = match self.model.activation {
            ActivationName::Rectifier => Activation::Rectifier,
            ActivationName::Softplus => Activation::Softplus { alpha: self.model.softplus_alpha },
            ActivationName::Tanh => Activation::Tanh,
            ActivationName::Logistic => Activation::Logistic,
            ActivationName::Absolute => Activation::Absolute,
            ActivationName::IntegrateAndFire => Activation::IntegrateAndFire,
            ActivationName::Linear => Activation::Linear,
        };
        NetworkConfig {
            inputs,
            hidden: self.model.hidden.clone(),
            outputs,
            activation,
            sign_mask: self.model.sign_mask,
        }
    }

    /// The first setting whose value is out of range: its key, and what is allowed.
    fn out_of_range(&self) -> Option<(&'static str, &'static str)> {
        let ModelConfig { hidden, softplus_alpha, .. } = &self.model;
        let TrainingConfig { epochs, batch_size, learning_rate, l1, checkpoint_seconds, .. } = &self.training;
        let positive = |x: &f64| x.is_finite() && *x > 0.0;
        let part = match self.data.subset {
            Some(Subset::Fraction(fraction)) => fraction > 0.0 && fraction <= 1.0,
            Some(Subset::PerClass(count) | Subset::First(count)) => count > 0,
            None => true,
        };
        let DataConfig { reviews, nistp, .. } = &self.data;
        let images = |count: &usize| (1..=1_000_000).contains(count);
        let checks = [
            (
                "data.reviews.vocabulary",
                "a whole number from 1 to 1000000",
                (1..=1_000_000).contains(&reviews.vocabulary),
            ),
            ("data.reviews.fold", "a whole number from 0 to 9", reviews.fold.is_none_or(|fold| fold < 10)),
            ("data.reviews.labelled", "a whole number from 10 on", reviews.labelled.is_none_or(|count| count >= 10)),
            ("data.reviews.test", "a whole number from 1 on", reviews.test.is_none_or(|count| count >= 1)),
            ("data.nistp.examples", "a whole number from 1 to 100000000", (1..=100_000_000).contains(&nistp.examples)),
            ("data.nistp.validation", "a whole number from 1 to 1000000", images(&nistp.validation)),
            ("data.nistp.test", "a whole number from 1 to 1000000", images(&nistp.test)),
            ("data.nistp.complexity", "a number from 0 to 1", (0.0..=1.0).contains(&nistp.complexity)),
            ("data.subset", "a fraction above 0 and up to 1, or a number of at least 1", part),
            ("model.hidden", "at most 20 layers", hidden.len() <= 20),
            ("model.hidden", "at least one layer to pre-train", self.pretraining.is_none() || !hidden.is_empty()),
            ("model.hidden", "layers of 1 to 100000 units", hidden.iter().all(|n| (1..=100_000).contains(n))),
            ("model.softplus_alpha", "a number above 0", positive(softplus_alpha)),
            ("training.epochs", "a whole number from 1 to 1000000", (1..=1_000_000).contains(epochs)),
            ("training.batch_size", "a whole number from 1 to 100000", (1..=100_000).contains(batch_size)),
            ("training.learning_rate", "a number above 0", positive(learning_rate)),
            ("training.l1", "a number from 0 on", l1.is_finite() && *l1 >= 0.0),
            ("training.checkpoint_seconds", "a number above 0", positive(checkpoint_seconds)),
        ];
        let pretraining = self.pretraining.iter().flat_map(PretrainingConfig::checks);
        checks.into_iter().chain(pretraining).find(|(_, _, holds)| !holds).map(|(key, allowed, _)| (key, allowed))
    }
}
