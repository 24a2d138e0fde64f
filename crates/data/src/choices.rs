//! What one may choose of data that are counted, cut or made while loading.

use serde::{Deserialize, Serialize};

/// The format of data of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A sub-folder of pictures for each class.
    Images,
    /// Pairs of idx files.
    Idx,
    /// Tables with a column of labels.
    Csv,
    /// Tables that are mostly zero.
    Libsvm,
    /// Texts with stars or a polarity.
    Reviews,
}

/// What one may choose; each data set reads what concerns it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// Of sets of reviews.
    pub reviews: ReviewChoices,
    /// Of NISTP.
    pub nistp: NistpChoices,
}

/// How reviews become bags of words, and which ones are learned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewChoices {
    /// Inputs: the most frequent terms of what is trained on (section 4.2 of the paper: 5,000).
    pub vocabulary: usize,
    /// Of ten folds of the labelled training reviews the one to validate on, 0 to 9; absent: a tenth drawn by seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
    /// Labelled reviews to train and validate on; all others, if any, are used without their labels. Absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<usize>,
    /// Reviews to test on. Absent: those that the files give for that, or else a tenth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<usize>,
}

impl Default for ReviewChoices {
    fn default() -> Self {
        Self { vocabulary: 5_000, fold: None, labelled: None, test: None }
    }
}

/// How characters are perturbed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NistpChoices {
    /// Training images between two looks at the validation set, each image a new one.
    pub examples: usize,
    /// Validation images.
    pub validation: usize,
    /// Test images.
    pub test: usize,
    /// The largest complexity of a perturbation, 0 to 1.
    pub complexity: f64,
    /// Which perturbations.
    pub perturbations: Perturbations,
}

/// Which perturbations characters go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Perturbations {
    /// Slant, thickness, affine, elastic and pinch, as the report has it.
    Nistp,
    /// Without pinch, which the published generator computes and throws away.
    NistpWithoutPinch,
    /// All of them, and the noise of the sibling set P07 as far as it needs no pictures of others.
    P07,
}

impl Default for NistpChoices {
    fn default() -> Self {
        Self {
            examples: 500_000,
            validation: 80_000,
            test: 20_000,
            complexity: perturb::MAX_COMPLEXITY,
            perturbations: Perturbations::Nistp,
        }
    }
}
