//! `[analysis]`: what is measured of a trained network besides its errors.

use super::names;
use super::setting::{Choice, Kind, choice, choices, table};
use crate::measures::Measure;
use serde::{Deserialize, Serialize};

table! {
    /// `[analysis]`
    pub struct AnalysisConfig {
        /// What is measured after training, on training and validation examples, into `measures.json`. Without any, there is
        /// no such file.
        measures: Vec<Measure> = Vec::new(), Kind::List { of: &Kind::Choice(measures), entries: (0, 100) };
    }
}

fn measures() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("pairs", "units whose incoming weights point against those of another unit"),
        choice("stages", "zeros, dead units and biases before and after each kind of training"),
        choice("means", "mean and variance of the hidden outputs"),
        choice("paths", "active units, and paths through them, of three examples"),
        choice("credit", "over how many units the gradient is spread"),
        choice("selectivity", "what an active unit says of the class"),
        choice("permuted", "zeros on inputs whose values are permuted among the examples"),
        choice("swap", "errors with softplus units replaced by rectifiers, and the reverse"),
    ];
    choices(names::of::<Measure>(), NOTES)
}
