//! The L1 penalty of `training.l1` and `pretraining.l1`.

use serde::{Deserialize, Serialize};

/// The L1 coefficients on the outputs of hidden layers (section 4.1), each at least 0. The output layer has no penalty.
///
/// Training with a list of equal coefficients gives the same network as training with that coefficient as a single
/// number, but the two runs have different ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number, or a list of numbers")]
pub enum Penalty {
    /// The coefficient of every hidden layer.
    Same(f64),
    /// One coefficient for each hidden layer, beginning with the first.
    Each(Vec<f64>),
}

impl Penalty {
    /// The coefficient of hidden layer `layer`, counted from 0.
    ///
    /// # Panics
    /// When the list has no coefficient for that layer.
    #[must_use]
    pub fn of(&self, layer: usize) -> f64 {
        match self {
            Self::Same(l1) => *l1,
            Self::Each(all) => all[layer],
        }
    }

    /// The penalty, where `magnitude` contains the sum of |h| of each hidden layer. A single coefficient multiplies the
    /// sum over all layers, so that the result has the same bits as in earlier versions, which had no lists.
    #[must_use]
    pub(crate) fn total(&self, magnitude: &[f64]) -> f64 {
        match self {
            Self::Same(l1) => l1 * magnitude.iter().sum::<f64>(),
            Self::Each(all) => all.iter().zip(magnitude).map(|(l1, sum)| l1 * sum).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Table {
        l1: Penalty,
    }

    /// The table in `text`, written again as TOML and as JSON.
    fn written(text: &str) -> (String, String) {
        let table: Table = toml::from_str(text).unwrap();
        (toml::to_string(&table).unwrap(), serde_json::to_string(&table).unwrap())
    }

    #[test]
    fn a_number_is_written_as_a_number_and_a_list_as_a_list() {
        // The ids of runs are hashes of these bytes, and the stored outcomes contain them.
        let pair = |toml: &str, json: &str| (format!("l1 = {toml}\n"), format!("{{\"l1\":{json}}}"));
        assert_eq!(written("l1 = 0.0001"), pair("0.0001", "0.0001"));
        assert_eq!(written("l1 = 0"), pair("0.0", "0.0"));
        assert_eq!(written("l1 = [0.001, 0, 1e-5]"), pair("[0.001, 0.0, 0.00001]", "[0.001,0.0,0.00001]"));
    }

    #[test]
    fn a_number_is_that_of_every_layer_and_a_list_has_one_for_each() {
        assert_eq!([0, 1, 9].map(|k| Penalty::Same(0.5).of(k)), [0.5; 3]);
        let each = Penalty::Each(vec![0.5, 0.0, 2.0]);
        assert_eq!([0, 1, 2].map(|k| each.of(k)), [0.5, 0.0, 2.0]);
        assert_eq!((each.total(&[1.0, 10.0, 100.0]), Penalty::Same(0.5).total(&[1.0, 10.0])), (200.5, 5.5));
    }
}
