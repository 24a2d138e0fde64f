//! The user's choices for data that are counted, split or made while loading.

use serde::{Deserialize, Serialize};

/// The format of the user's own data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A sub-folder of pictures for each class.
    Images,
    /// Pairs of idx files.
    Idx,
    /// Tables with a column of labels.
    Csv,
    /// Tables that are mostly zeros.
    Libsvm,
    /// Texts with stars or a polarity.
    Reviews,
}

/// The user's choices; each data set uses those that concern it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// For sets of reviews.
    pub reviews: ReviewChoices,
    /// For NISTP.
    pub nistp: NistpChoices,
    /// For tables of your own.
    pub table: TableChoices,
}

/// Which columns of a table are inputs, and which is the label or the target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableChoices {
    /// The column of labels, or of the numbers to predict, by its name, or by its number from 1; absent: guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Columns that are no inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<String>,
    /// The only columns that are inputs; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// A column, such as that of patients: rows with the same text in it are all in one part. It is no input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether the first line names the columns; absent: guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// What the label is; absent: guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
}

/// Whether the first line of a table names its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Header {
    /// It names them.
    Yes,
    /// It is an example.
    No,
}

/// What a network learns of the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// It names a class.
    Classification,
    /// It is a number, whose value is predicted.
    Regression,
}

/// How reviews become bags of words, and which of them are used for training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewChoices {
    /// The number of inputs: the most frequent terms of the training and unlabelled reviews (section 4.2 of the paper:
    /// 5,000).
    pub vocabulary: usize,
    /// The validation fold, 0 to 9, of ten folds that the seed draws from the labelled training reviews; absent: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
    /// The number of labelled reviews for training and validation; the others are used without labels. Absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<usize>,
    /// The number of test reviews. Absent: those of the files' test part, or a tenth.
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
    /// Training images in an epoch, each of them new.
    pub examples: usize,
    /// Validation images.
    pub validation: usize,
    /// Test images.
    pub test: usize,
    /// The largest complexity of a perturbation, 0 to 1.
    pub complexity: f64,
    /// The perturbations.
    pub perturbations: Perturbations,
}

/// The perturbations of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Perturbations {
    /// Slant, thickness, affine, elastic and pinch, as in the report.
    Nistp,
    /// Without pinch, which the published generator computes and discards.
    NistpWithoutPinch,
    /// All of them, and the noise of the sibling set P07 that needs no other pictures.
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
