//! The user's choices for reviews and for NISTP, which are counted, split or generated while loading.

use serde::{Deserialize, Serialize};

/// The format of the user's own data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Pictures, in a sub-folder for each class.
    Images,
    /// Pairs of idx files: images and labels.
    Idx,
    /// Tables with a column of labels.
    Csv,
    /// Sparse tables in the libsvm format.
    Libsvm,
    /// Texts with a class, stars or a polarity; also called `text` or `texts`.
    #[serde(alias = "text", alias = "texts")]
    Reviews,
}

/// The user's choices for all kinds of data sets; each set uses only the choices for its own kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// Choices for sets of reviews.
    pub reviews: ReviewChoices,
    /// Choices for NISTP.
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
    /// The index of the validation fold, 0 to 9, among ten folds of the labelled training reviews drawn from the seed.
    /// Absent: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
    /// The number of labelled reviews for training and validation; the others are used without labels. Absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<usize>,
    /// The number of test reviews. Absent: all reviews of the files' test part; a tenth of the labelled reviews if the
    /// files have no test part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<usize>,
}

impl Default for ReviewChoices {
    fn default() -> Self {
        Self { vocabulary: 5_000, fold: None, labelled: None, test: None }
    }
}

/// The sizes of NISTP's splits, and how its characters are perturbed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NistpChoices {
    /// The number of training images in an epoch; every epoch has new images.
    pub examples: usize,
    /// The number of validation images.
    pub validation: usize,
    /// The number of test images.
    pub test: usize,
    /// The largest complexity of a perturbation, from 0 to 1.
    pub complexity: f64,
    /// The perturbations that are applied.
    pub perturbations: Perturbations,
}

/// The perturbations of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Perturbations {
    /// Slant, thickness, affine, elastic and pinch, as in the report.
    Nistp,
    /// The perturbations of the report except pinch, which the published generator computes and discards.
    NistpWithoutPinch,
    /// The perturbations of the report, and those of the sibling set P07 that need no other pictures, such as motion
    /// blur and noise.
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
