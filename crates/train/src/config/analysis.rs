//! `[analysis]`: what is measured of a trained network besides its errors.

use crate::measures::Measure;
use serde::{Deserialize, Serialize};

/// `[analysis]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnalysisConfig {
    /// What is measured after training, on training and validation examples, into `measures.json`; none: no such file.
    pub measures: Vec<Measure>,
}
