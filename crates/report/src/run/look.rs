//! The summary of the user's own data in a run's manifest.

use preprocessing::Standard;
use serde::{Deserialize, Serialize};

/// A summary of the user's own data, made before training: what was found in the files, and statistics of the examples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Sentences about the files, as they were printed: what was found, guessed and left out.
    pub found: Vec<String>,
    /// The classes, in the order of the outputs; empty if numbers are predicted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassSize>,
    /// The columns of a table that are inputs, in the order of the inputs; empty for other data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnSummary>,
    /// The number of inputs.
    pub inputs: usize,
    /// The number of inputs that have the same value in all training examples.
    pub constant_inputs: usize,
    /// The number of validation examples with the same inputs as a training example.
    pub repeated_validation: usize,
    /// The number of test examples with the same inputs as a training example.
    pub repeated_test: usize,
    /// The test error, a fraction, of always predicting the most frequent training class; absent if numbers are
    /// predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_error: Option<f64>,
    /// The root mean squared error on the test examples of always predicting the mean of the training targets, in the
    /// target's units; absent for classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant_rmse: Option<f64>,
}

/// A class and the number of its examples in each split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassSize {
    /// The name of the class.
    pub name: String,
    /// The number of training examples of the class.
    pub train: usize,
    /// The number of validation examples of the class.
    pub validation: usize,
    /// The number of test examples of the class.
    pub test: usize,
}

/// A table column that is an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// The name of the column.
    pub name: String,
    /// The mean and the standard deviation of the column over the training examples; absent for a column of categories.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Standard>,
    /// The number of categories that have an input of their own; absent for a column of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<usize>,
    /// The number of training examples without a value in this column.
    pub missing: usize,
}

/// The column whose numbers a network predicts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedColumn {
    /// The name of the column.
    pub name: String,
    /// The mean and the standard deviation of the column over the training examples.
    #[serde(flatten)]
    pub standard: Standard,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::sample::finished;
    use crate::{read_manifest, write_manifest};

    #[test]
    fn a_manifest_is_read_back_with_and_without_a_look() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        let mut run = finished("a", 1.0).0;
        write_manifest(&path, &run).unwrap();
        let text = files::read_text(&path).unwrap();
        assert!(!text.contains("look") && !text.contains("predicted"), "absent fields must not be written: {text}");
        assert_eq!(read_manifest(&path).unwrap(), run);
        let standard = Standard { mean: 0.1 + 0.2, deviation: 1.0 / 3.0 };
        let column = |name: &str| ColumnSummary { name: name.to_owned(), standard: None, categories: None, missing: 3 };
        run.predicted = Some(PredictedColumn { name: "price".to_owned(), standard });
        run.look = Some(Look {
            found: vec!["a \"quoted\" line".to_owned()],
            classes: vec![ClassSize { name: "cat".to_owned(), train: 3, validation: 0, test: 1 }],
            columns: vec![
                ColumnSummary { standard: Some(standard), ..column("petal") },
                ColumnSummary { categories: Some(4), ..column("kind") },
            ],
            baseline_error: Some(0.25),
            ..Look::default()
        });
        write_manifest(&path, &run).unwrap();
        assert_eq!(read_manifest(&path).unwrap(), run);
    }
}
