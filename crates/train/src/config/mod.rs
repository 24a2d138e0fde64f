//! The settings of an experiment. A file, such as one in `configs/`, and options such as `--set` resolve to a
//! [`Config`]. Each setting has exactly one description, a [`Setting`].

mod analysis;
pub mod backend;
mod check;
mod conflict;
mod dataset;
mod did_you_mean;
pub mod engine;
mod names;
mod penalty;
pub mod place;
mod pretraining;
mod resolve;
mod setting;
mod training;

pub use analysis::AnalysisConfig;
pub use check::find;
pub use dataset::DataConfig;
pub use did_you_mean::Unknown;
pub(crate) use did_you_mean::unknown_choice;
pub use penalty::Penalty;
pub use pretraining::{PretrainingConfig, Rescaling};
pub use resolve::{Error, Override, resolve, resolve_new};
pub use setting::{Choice, Kind, Number, Setting, leaves, within};
pub use training::TrainingConfig;

use model::{Activation, NetworkConfig, SignMask};
use serde::{Deserialize, Serialize};
use setting::{choice, choices, table};
use units::{ActivationName, Numbers};

table! {
    /// All settings of a run. The defaults describe the experiment on the embedded digits, `configs/digits.toml`.
    pub struct Config {
        /// The examples to train and test on.
        data: DataConfig = DataConfig::default(), Kind::Table(DataConfig::SETTINGS);
        /// The network to train.
        model: ModelConfig = ModelConfig::default(), Kind::Table(ModelConfig::SETTINGS), also: &["network"];
        /// How hidden layers are pre-trained as denoising auto-encoders.
        #[serde(skip_serializing_if = "Option::is_none")]
        pretraining: Option<PretrainingConfig> = None, Kind::Table(PretrainingConfig::SETTINGS),
            read_by: Some("runs with this table");
        /// How the network is trained.
        training: TrainingConfig = TrainingConfig::default(), Kind::Table(TrainingConfig::SETTINGS), also: &["train"];
        /// The measures of the trained network besides its errors.
        #[serde(skip_serializing_if = "is_default")]
        analysis: AnalysisConfig = AnalysisConfig::default(), Kind::Table(AnalysisConfig::SETTINGS);
    }
}

/// Whether `table` equals the default. Such a table is not written, so it does not affect the ids of runs, which are
/// hashes of the written settings.
fn is_default<T: Default + PartialEq>(table: &T) -> bool {
    *table == T::default()
}

/// Whether `number` is 0. Numbers that have no effect are not written: a threshold or a probability of 0, or a factor
/// of 1 ([`is_one`]).
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the value by reference")]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the value by reference")]
fn is_one(number: &f64) -> bool {
    *number == 1.0
}

table! {
    /// The settings of `[model]`.
    pub struct ModelConfig {
        /// The number of units in each hidden layer; with [], the network has no hidden layer. A pair is one unit with
        /// two outputs, so sparsity, penalty and signs concern twice as many outputs as units.
        hidden: Vec<usize> = vec![200, 200, 200], Kind::List { of: &Kind::Whole(1, 100_000), entries: (0, 20) },
            also: &["units", "layers", "widths", "hidden_layers", "hidden_sizes", "hidden_units", "hidden_layer_sizes"];
        /// Activation function of the hidden units.
        activation: ActivationName = ActivationName::of(Activation::Rectifier), Kind::Choice(activations),
            also: &["unit", "nonlinearity", "activation_function"];
        /// Sharpness of the softplus, ln(1 + exp(alpha x)) / alpha.
        softplus_alpha: f64 = 1.0, Kind::Number(Number::Positive), read_by: Some(SOFTPLUS_UNITS),
            also: &["alpha", "beta", "sharpness"];
        /// Threshold of the thresholded softplus, max(0, softplus - threshold).
        #[serde(skip_serializing_if = "is_zero")]
        softplus_threshold: f64 = 0.0, Kind::Number(Number::NotNegative), read_by: Some(THRESHOLDED_UNITS),
            also: &["threshold"];
        /// Factor of the initial weights of the hidden layers. With 1, the weights are drawn from U(-r, r), where r =
        /// sqrt(6 / (inputs + units)) (section 4.1). The weights of the output layer and of decoders are not
        /// multiplied.
        #[serde(skip_serializing_if = "is_one")]
        gain: f64 = 1.0, Kind::Number(Number::Positive);
        /// Fixed signs of the hidden outputs (section 4.1).
        sign_mask: SignMask = SignMask::FairCoin, Kind::Choice(sign_masks), also: &["signs"];
    }
}

/// The units to which `model.softplus_alpha` applies.
const SOFTPLUS_UNITS: &str = "softplus, centred-softplus and thresholded-softplus units";
/// The units to which `model.softplus_threshold` applies.
const THRESHOLDED_UNITS: &str = "thresholded-softplus units";

fn activations() -> Vec<Choice> {
    Activation::ALL.map(|unit| choice(unit.name(), unit.formula()).also(unit.synonyms())).to_vec()
}

fn sign_masks() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("none", "every output keeps its sign"),
        choice("fair-coin", "about half of the outputs, drawn from the seed, are multiplied by -1"),
    ];
    choices(names::of::<SignMask>(), NOTES)
}

impl ModelConfig {
    /// The activation function of the hidden units, with its parameters.
    pub(crate) fn function(&self) -> Activation {
        self.activation.with(Numbers { alpha: self.softplus_alpha, threshold: self.softplus_threshold })
    }
}

impl Config {
    /// The configuration of a network with `inputs` inputs and `outputs` outputs.
    #[must_use]
    pub fn network(&self, inputs: usize, outputs: usize) -> NetworkConfig {
        let hidden = self.model.hidden.clone();
        NetworkConfig { inputs, hidden, outputs, activation: self.model.function(), sign_mask: self.model.sign_mask }
    }
}
