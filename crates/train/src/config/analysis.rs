//! `[analysis]`: measures of a trained network besides its errors.

use super::names;
use super::setting::{Choice, Kind, choice, choices, table};
use crate::measures::Measure;
use serde::{Deserialize, Serialize};

table! {
    /// The settings of `[analysis]`.
    pub struct AnalysisConfig {
        /// The measures to compute after training, on training and validation examples. The results are written to
        /// `measures.json`; with an empty list, there is no such file.
        measures: Vec<Measure> = Vec::new(), Kind::List { of: &Kind::Choice(measures), entries: (0, 100) };
    }
}

fn measures() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("pairs", "units whose incoming weights point in the opposite direction to those of another unit"),
        choice("stages", "zeros, dead units and biases before and after each kind of training"),
        choice("means", "mean and variance of the hidden outputs"),
        choice("paths", "active units and the paths through them, for three examples"),
        choice("credit", "how strongly the gradient is concentrated on few units"),
        choice("selectivity", "the information that the activity of a unit carries about the class"),
        choice("permuted", "zeros for inputs whose values are permuted among the examples"),
        choice("swap", "errors with softplus units replaced by rectifiers, or rectifiers by softplus units"),
    ];
    choices(names::of::<Measure>(), NOTES)
}
