//! `[pretraining]`: how hidden layers are pre-trained.

use super::names;
use super::penalty::Penalty;
use super::setting::{Choice, Kind, Number, Setting, choice, choices, table};
use model::{Corruption, Decoder, Reconstruction};
use serde::{Deserialize, Serialize};

table! {
    /// The settings of `[pretraining]`: greedy, unsupervised pre-training by denoising auto-encoders (section 3.2).
    pub struct PretrainingConfig {
        /// Passes over the training set for each layer and learning rate.
        epochs: usize = 30, Kind::Whole(1, 1_000_000);
        /// Constant learning rates to try for each layer; for each layer, the rate with the lowest validation cost is
        /// chosen (section 4.1).
        learning_rates: Vec<f64> = vec![0.1, 0.01, 0.001, 0.0001],
            Kind::List { of: &Kind::Number(Number::Positive), entries: (1, 20) },
            also: &["lr", "lrs", "rates", "learning_rate"];
        /// Coefficient of the L1 penalty on the codes: a number for all hidden layers, or a list with a number for each
        /// layer.
        l1: Penalty = Penalty::Same(0.001), Kind::PerLayer(Number::NotNegative),
            also: &["l1_penalty", "penalty", "sparsity"];
        /// The weights of the decoder.
        decoder: Decoder = Decoder::Untied, Kind::Choice(decoders);
        /// Activation and cost of the reconstruction, whose pre-activation is f.
        reconstruction: Reconstruction = Reconstruction::SoftplusQuadratic, Kind::Choice(reconstructions),
            also: &["loss", "cost"];
        /// How the inputs of the first layer are corrupted.
        corruption: Corruption = Corruption::Masking(0.25), Kind::OneOf(CORRUPTION), also: &["noise"];
        /// How the inputs of the layers above the first are corrupted. By default, they are corrupted like those of the
        /// first layer.
        #[serde(skip_serializing_if = "Option::is_none")]
        upper_corruption: Option<Corruption> = None, Kind::OneOf(CORRUPTION), example: Some("{ masking = 0.5 }"),
            read_by: Some("layers above the first");
        /// How the codes of a layer are scaled to a largest magnitude of 1 for the layer above, by scaling the weights
        /// and biases of the layer.
        rescaling: Rescaling = Rescaling::None, Kind::Choice(rescalings);
        /// The number of zero inputs that are reconstructed for each nonzero input; the zeros are sampled anew at each
        /// step. This is useful for inputs that are nearly all zero. By default, all zeros are reconstructed.
        #[serde(skip_serializing_if = "Option::is_none")]
        sampling: Option<f64> = None, Kind::Number(Number::PositiveUpTo(1e6)), example: Some("1.0"),
            read_by: Some("the first layer");
        /// The largest size of the stored codes of a layer, in GiB; larger codes are not stored, but computed again in
        /// each epoch.
        code_gib: f64 = 8.0, Kind::Number(Number::UpTo(1e9)), read_by: Some("layers above the first");
    }
}

/// How the codes of a layer are scaled to a largest magnitude of 1 (section 3.2, for the cross-entropy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rescaling {
    /// Codes stay as they are.
    None,
    /// All codes are divided by the largest |h| of any unit over the training set.
    Global,
    /// The codes of each unit are divided by the unit's largest |h| over the training set; a unit that is never active
    /// stays as it is.
    PerUnit,
}

impl PretrainingConfig {
    /// The corruption of the inputs of layer `layer`, counted from 0.
    #[must_use]
    pub fn corruption(&self, layer: usize) -> Corruption {
        if layer == 0 { self.corruption } else { self.upper_corruption.unwrap_or(self.corruption) }
    }
}

/// The entries that a corruption may have: one for each variant of [`Corruption`].
const CORRUPTION: &[Setting] = &[
    Setting {
        name: "masking",
        sentence: "Each value becomes 0 with this probability (section 4.1: 0.25).",
        kind: Kind::Number(Number::UpTo(1.0)),
        example: Some("0.25"),
        also: &["dropout", "mask"],
        ..Setting::PLAIN
    },
    Setting {
        name: "salt-and-pepper",
        sentence: "Each value becomes 0 with probability to-zero, and each 0 becomes 1 with probability to-one (section 4.2).",
        kind: Kind::AllOf(SALT_AND_PEPPER),
        example: Some("{ to-zero = 0.8, to-one = 0.005 }"),
        ..Setting::PLAIN
    },
    Setting {
        name: "gaussian",
        sentence: "Gaussian noise of this standard deviation is added to each value.",
        kind: Kind::Number(Number::NotNegative),
        example: Some("0.1"),
        also: &["normal"],
        ..Setting::PLAIN
    },
    Setting {
        name: "gaussian-before-activation",
        sentence: "Gaussian noise of this standard deviation is added to each pre-activation of the encoder; the inputs \
                   are not changed.",
        kind: Kind::Number(Number::NotNegative),
        example: Some("0.1"),
        ..Setting::PLAIN
    },
];

const SALT_AND_PEPPER: &[Setting] = &[
    Setting {
        name: "to-zero",
        sentence: "The probability with which each value becomes 0.",
        kind: Kind::Number(Number::UpTo(1.0)),
        example: Some("0.8"),
        also: &["pepper"],
        ..Setting::PLAIN
    },
    Setting {
        name: "to-one",
        sentence: "The probability with which each 0 becomes 1.",
        kind: Kind::Number(Number::UpTo(1.0)),
        example: Some("0.005"),
        also: &["salt"],
        ..Setting::PLAIN
    },
];

fn decoders() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("untied", "the decoder has its own weights, as in the paper's formula"),
        choice("tied", "the decoder's weights are the transposed weights of the encoder; not possible for pairs"),
    ];
    choices(names::of::<Decoder>(), NOTES)
}

/// The choices of `pretraining.reconstruction`. Several choices may share a synonym, such as `mse`, which names only
/// the cost.
fn reconstructions() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("softplus-quadratic", "ln(1 + exp(f)), squared error: the paper's choice for images").also(&[
            "softplus",
            "mse",
            "squared-error",
            "quadratic",
        ]),
        choice("logistic-cross-entropy", "1 / (1 + exp(-f)), cross-entropy: the paper's choice for text").also(&[
            "logistic",
            "sigmoid",
            "sigmoid-cross-entropy",
            "cross-entropy",
            "bce",
        ]),
        choice("tanh-cross-entropy", "(tanh(f) + 1) / 2, cross-entropy: for tanh units").also(&[
            "tanh",
            "cross-entropy",
            "bce",
        ]),
        choice("linear-quadratic", "f, squared error").also(&[
            "linear",
            "identity",
            "mse",
            "squared-error",
            "quadratic",
        ]),
        choice("rectifier-quadratic", "max(0, f), squared error: no gradient where f < 0").also(&[
            "rectifier",
            "relu",
            "mse",
            "squared-error",
            "quadratic",
        ]),
    ];
    choices(names::of::<Reconstruction>(), NOTES)
}

fn rescalings() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("none", "codes stay as they are"),
        choice("global", "all codes are divided by the largest |h| of any unit over the training set"),
        choice("per-unit", "the codes of each unit are divided by the unit's largest |h|"),
    ];
    choices(names::of::<Rescaling>(), NOTES)
}
