//! An experiment as data: what a file in `configs/` and `--set` may say, resolved into one immutable description.

mod analysis;
pub mod backend;
pub mod engine;
mod penalty;
pub mod place;
mod pretraining;
mod resolve;

pub use analysis::AnalysisConfig;
pub use penalty::Penalty;
pub use pretraining::{PretrainingConfig, Rescaling};
pub use resolve::{Error, Override, resolve};

use crate::config::engine::Engine;
use backend::Backend;
use data::{Choices, Format, NistpChoices, Range, ReviewChoices, Subset};
use model::{Activation, Decoder, NetworkConfig, SignMask};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use units::{ActivationName, Numbers};

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
    /// The probability, 0 to 1, with which each image of each part is replaced by its negative; drawn by seed, once. Only
    /// stored images have one.
    #[serde(skip_serializing_if = "is_zero")]
    pub invert: f64,
    /// What the bytes of stored images stand for; absent: [0, 1], or what the paper makes of the set (NORB: [-1, 1]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
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

/// Nor are numbers that nobody wrote and whose default changes nothing: 0 where something is added, 1 where multiplied.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it skips by reference")]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as above")]
fn is_one(number: &f64) -> bool {
    *number == 1.0
}

/// `[model]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelConfig {
    /// Units of each hidden layer, each 1 to 100,000; none: softmax regression. A pair is one unit, with one
    /// pre-activation and two outputs: sparsity, penalty and signs are of twice as many outputs.
    pub hidden: Vec<usize>,
    /// Function of the hidden units.
    pub activation: ActivationName,
    /// Sharpness of the softplus, plain, centred or thresholded, above 0; other activations do not read it.
    pub softplus_alpha: f64,
    /// What a thresholded softplus must exceed, at least 0; other activations have none.
    #[serde(skip_serializing_if = "is_zero")]
    pub softplus_threshold: f64,
    /// What the initial weights of the hidden layers are multiplied by, above 0: 1 leaves them the range of section 4.1's
    /// "Glorot and Bengio (2010)", sqrt(6 / (inputs + units)). Output layer and decoders have none.
    #[serde(skip_serializing_if = "is_one")]
    pub gain: f64,
    /// Fixed signs of the hidden outputs (section 4.1).
    pub sign_mask: SignMask,
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
    /// L1 coefficient on the hidden activations, at least 0: one, or a list of one for each hidden layer.
    pub l1: Penalty,
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
            invert: 0.0,
            range: None,
            reviews: ReviewChoices::default(),
            nistp: NistpChoices::default(),
        }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            hidden: vec![200, 200, 200],
            activation: ActivationName::of(Activation::Rectifier),
            softplus_alpha: 1.0,
            softplus_threshold: 0.0,
            gain: 1.0,
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
            l1: Penalty::Same(0.0001),
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

impl ModelConfig {
    /// The function of the hidden units, with its numbers.
    pub(crate) fn function(&self) -> Activation {
        self.activation.with(Numbers { alpha: self.softplus_alpha, threshold: self.softplus_threshold })
    }

    /// Each key of the units with what is allowed, and whether it is.
    fn checks(&self) -> [(&'static str, &'static str, bool); 4] {
        let threshold = self.softplus_threshold;
        // A threshold that nobody reads would be a run that is not what its settings say.
        let read = threshold == 0.0 || matches!(self.function(), Activation::ThresholdedSoftplus { .. });
        [
            ("model.softplus_alpha", POSITIVE, positive(self.softplus_alpha)),
            ("model.softplus_threshold", "a number from 0 on", (threshold as f32).is_finite() && threshold >= 0.0),
            (
                "model.softplus_threshold",
                "0, or the unit that has one: model.activation = \"thresholded-softplus\"",
                read,
            ),
            ("model.gain", POSITIVE, positive(self.gain)),
        ]
    }
}

impl Config {
    /// The network for rows of `inputs` values and `outputs` classes.
    #[must_use]
    pub fn network(&self, inputs: usize, outputs: usize) -> NetworkConfig {
        let hidden = self.model.hidden.clone();
        NetworkConfig { inputs, hidden, outputs, activation: self.model.function(), sign_mask: self.model.sign_mask }
    }

    /// The first setting whose value is out of range: its key, and what is allowed.
    fn out_of_range(&self) -> Option<(&'static str, &'static str)> {
        let hidden = &self.model.hidden;
        let TrainingConfig { epochs, batch_size, learning_rate, l1, checkpoint_seconds, .. } = &self.training;
        let part = match self.data.subset {
            Some(Subset::Fraction(fraction)) => fraction > 0.0 && fraction <= 1.0,
            Some(Subset::PerClass(count) | Subset::First(count)) => count > 0,
            None => true,
        };
        let DataConfig { reviews, nistp, invert, .. } = &self.data;
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
            ("data.invert", "a number from 0 to 1", (0.0..=1.0).contains(invert)),
            ("model.hidden", "at most 20 layers", hidden.len() <= 20),
            ("model.hidden", "at least one layer to pre-train", self.pretraining.is_none() || !hidden.is_empty()),
            ("model.hidden", "layers of 1 to 100000 units", hidden.iter().all(|n| (1..=100_000).contains(n))),
            ("training.epochs", "a whole number from 1 to 1000000", (1..=1_000_000).contains(epochs)),
            ("training.batch_size", "a whole number from 1 to 100000", (1..=100_000).contains(batch_size)),
            ("training.learning_rate", POSITIVE, positive(*learning_rate)),
            ("training.l1", Penalty::ALLOWED, l1.holds_for(hidden.len())),
            (
                "training.checkpoint_seconds",
                "a number above 0 and up to 1000000000",
                *checkpoint_seconds > 0.0 && *checkpoint_seconds <= 1e9,
            ),
        ];
        let pretraining = self.pretraining.iter().flat_map(|pretraining| pretraining.checks(hidden.len()));
        let (unit, decoder) = (self.model.function(), self.pretraining.as_ref().map(|pretraining| pretraining.decoder));
        let decoded = decoder != Some(Decoder::Tied) || unit.outputs_per_unit() == 1;
        let together =
            [("pretraining.decoder", "\"untied\": the two outputs of a pair share what would be tied", decoded)];
        let mut all = checks.into_iter().chain(self.model.checks()).chain(pretraining).chain(together);
        all.find(|(_, _, holds)| !holds).map(|(key, allowed, _)| (key, allowed))
    }
}

/// What [`positive`] allows.
const POSITIVE: &str = "a number above 0 that 32 bits can hold";

/// Whether `x` is above 0 and finite in the 32 bits that networks have.
fn positive(x: f64) -> bool {
    (x as f32).is_finite() && x as f32 > 0.0
}
