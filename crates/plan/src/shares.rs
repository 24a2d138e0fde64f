//! Full factorial experiments among the cells of a plan.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The maximum number of factors: a decomposition with more factors would not be legible.
const MAX_FACTORS: usize = 8;

/// A question about a full factorial experiment: how much of the variance of a metric is due to each factor, and how
/// much to the interactions of the factors?
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// The text of the question.
    pub question: String,
    /// The metric in question.
    pub metric: String,
    /// The names of the 1 to 8 factors.
    pub factors: Vec<String>,
    /// The cells, one for each combination of the levels.
    pub cells: Vec<Combination>,
}

/// A cell of a factorial experiment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Combination {
    /// The name of the cell.
    pub cell: String,
    /// The level of each factor in the cell.
    pub levels: Vec<String>,
}

/// Why cells do not form a full factorial experiment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFactorial {
    /// The experiment has no factors, or too many.
    #[error("the number of factors is {given}; give 1 to {MAX_FACTORS} factors")]
    Factors {
        /// The number of factors.
        given: usize,
    },
    /// A cell has fewer or more levels than there are factors.
    #[error(
        "cell '{cell}' does not have one level for each factor (levels: {given}, factors: {wanted}); give one level \
         for each"
    )]
    Levels {
        /// The name of the cell.
        cell: String,
        /// The number of levels of the cell.
        given: usize,
        /// The number of factors.
        wanted: usize,
    },
    /// A factor has fewer than two levels.
    #[error("factor '{factor}' has fewer than two levels; leave it out, or give cells that differ in it")]
    Constant {
        /// The name of the factor.
        factor: String,
    },
    /// A cell occurs twice.
    #[error("cell '{cell}' occurs twice; give each combination its own cell")]
    Repeated {
        /// The name of the cell.
        cell: String,
    },
    /// Two cells have the same levels.
    #[error("cells '{first}' and '{second}' have the same levels; give each combination once")]
    Twice {
        /// The name of the first of the two cells.
        first: String,
        /// The name of the second of the two cells.
        second: String,
    },
    /// A combination of levels has no cell.
    #[error("no cell has the levels {}; give a cell for every combination", levels.join(", "))]
    Missing {
        /// The levels of the combination, one for each factor.
        levels: Vec<String>,
    },
}

impl Shares {
    /// The levels of each factor, in the order of their first appearance in the cells. If a cell has more levels than
    /// there are factors, the surplus levels are ignored.
    #[must_use]
    pub fn levels(&self) -> Vec<Vec<&str>> {
        let of = |factor: usize| {
            let mut levels: Vec<&str> = Vec::new();
            for level in self.cells.iter().filter_map(|cell| cell.levels.get(factor)) {
                if !levels.contains(&level.as_str()) {
                    levels.push(level);
                }
            }
            levels
        };
        (0..self.factors.len()).map(of).collect()
    }

    /// The names of the cells in the order of their levels, the last factor changing fastest.
    ///
    /// # Errors
    /// [`NotFactorial`] unless every combination of the levels of 1 to 8 factors has exactly one cell.
    pub fn ordered(&self) -> Result<Vec<&str>, NotFactorial> {
        self.check_factors()?;
        let cells = self.by_levels()?;
        let levels = self.levels();
        let combinations = levels.iter().fold(1_usize, |all, of_factor| all.saturating_mul(of_factor.len()));
        let cell = |k: usize| {
            let wanted = combination(&levels, k);
            let found = cells.get(&wanted).copied();
            found.ok_or_else(|| NotFactorial::Missing { levels: wanted.into_iter().map(ToOwned::to_owned).collect() })
        };
        (0..combinations).map(cell).collect()
    }

    fn check_factors(&self) -> Result<(), NotFactorial> {
        let wanted = self.factors.len();
        if !(1..=MAX_FACTORS).contains(&wanted) {
            return Err(NotFactorial::Factors { given: wanted });
        }
        if let Some(cell) = self.cells.iter().find(|cell| cell.levels.len() != wanted) {
            return Err(NotFactorial::Levels { cell: cell.cell.clone(), given: cell.levels.len(), wanted });
        }
        match self.factors.iter().zip(self.levels()).find(|(_, levels)| levels.len() < 2) {
            Some((factor, _)) => Err(NotFactorial::Constant { factor: factor.clone() }),
            None => Ok(()),
        }
    }

    /// The names of the cells by their levels.
    fn by_levels(&self) -> Result<BTreeMap<Vec<&str>, &str>, NotFactorial> {
        let mut cells: BTreeMap<Vec<&str>, &str> = BTreeMap::new();
        for Combination { cell, levels } in &self.cells {
            if cells.values().any(|known| known == cell) {
                return Err(NotFactorial::Repeated { cell: cell.clone() });
            }
            if let Some(first) = cells.insert(levels.iter().map(String::as_str).collect(), cell) {
                return Err(NotFactorial::Twice { first: first.to_owned(), second: cell.clone() });
            }
        }
        Ok(cells)
    }
}

/// The combination of `levels` with the index `k`, counted from 0, the last factor changing fastest.
fn combination<'a>(levels: &[Vec<&'a str>], k: usize) -> Vec<&'a str> {
    let mut rest = k;
    let mut chosen: Vec<&str> = Vec::with_capacity(levels.len());
    for of_factor in levels.iter().rev() {
        chosen.push(of_factor[rest % of_factor.len()]);
        rest /= of_factor.len();
    }
    chosen.reverse();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(factors: &[&str], cells: &[(&str, &[&str])]) -> Shares {
        let owned = |texts: &[&str]| texts.iter().copied().map(ToOwned::to_owned).collect();
        Shares {
            question: "q".to_owned(),
            metric: "test_error".to_owned(),
            factors: owned(factors),
            cells: (cells.iter())
                .map(|(cell, levels)| Combination { cell: (*cell).to_owned(), levels: owned(levels) })
                .collect(),
        }
    }

    #[test]
    fn cells_are_ordered_by_levels_as_these_first_appear() {
        let shares = shares(
            &["unit", "rate"],
            &[
                ("d", &["tanh", "low"]),
                ("a", &["rectifier", "high"]),
                ("b", &["tanh", "high"]),
                ("c", &["rectifier", "low"]),
                ("f", &["rectifier", "middle"]),
                ("e", &["tanh", "middle"]),
            ],
        );
        assert_eq!(shares.levels(), [vec!["tanh", "rectifier"], vec!["low", "high", "middle"]]);
        assert_eq!(shares.ordered().unwrap(), ["d", "b", "e", "c", "a", "f"]);
    }

    #[test]
    fn an_incomplete_experiment_is_explained() {
        let (unit, both) = (["unit"], ["unit", "mask"]);
        let refused = |factors: &[&str], cells| shares(factors, cells).ordered().unwrap_err();
        assert_eq!(refused(&[], &[("a", &[])]), NotFactorial::Factors { given: 0 });
        assert_eq!(refused(&["f"; 9], &[]), NotFactorial::Factors { given: 9 });
        let uneven = NotFactorial::Levels { cell: "b".to_owned(), given: 2, wanted: 1 };
        assert_eq!(refused(&unit, &[("a", &["x"]), ("b", &["x", "y"])]), uneven);
        let constant = NotFactorial::Constant { factor: "unit".to_owned() };
        assert_eq!(refused(&unit, &[("a", &["x"]), ("b", &["x"])]), constant);
        assert_eq!(refused(&unit, &[]), constant);
        let repeated = NotFactorial::Repeated { cell: "a".to_owned() };
        assert_eq!(refused(&unit, &[("a", &["x"]), ("a", &["y"])]), repeated);
        let twice = NotFactorial::Twice { first: "a".to_owned(), second: "c".to_owned() };
        assert_eq!(refused(&unit, &[("a", &["x"]), ("b", &["y"]), ("c", &["x"])]), twice);
        let missing = NotFactorial::Missing { levels: ["y", "m"].map(ToOwned::to_owned).to_vec() };
        assert_eq!(missing.to_string(), "no cell has the levels y, m; give a cell for every combination");
        assert_eq!(refused(&both, &[("a", &["x", "m"]), ("b", &["x", "n"]), ("c", &["y", "n"])]), missing);
    }
}
