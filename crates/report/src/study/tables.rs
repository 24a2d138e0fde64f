//! The tables of a study.

use super::cells::{CellResult, Number, matching};
use crate::text::number::{NONE, fixed, range};
use crate::text::quantity::decimals;
use plan::Table;

/// A table of a study, with one cell of the plan in each row.
#[derive(Clone, Debug, PartialEq)]
pub struct TableResult {
    /// The title of the table.
    pub title: String,
    /// The names of the numbers that the table shows.
    pub columns: Vec<String>,
    /// The cell of each row, as an index into [`Study::cells`](super::Study::cells).
    pub rows: Vec<usize>,
}

/// A column that shows a part of a number's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The mean and the standard deviation.
    Mean,
    /// The 95 % t interval of the mean.
    Interval,
    /// The value that the paper reports.
    Paper,
    /// The verdict on the paper's value.
    Verdict,
}

impl Part {
    /// The header of the column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean ± s.d.",
            Self::Interval => "95 % interval",
            Self::Paper => "paper",
            Self::Verdict => "verdict",
        }
    }

    /// The column's text for the `number` called `name`.
    pub(crate) fn text(self, name: &str, number: &Number) -> String {
        let digits = decimals(name, number.mean.or(number.paper).unwrap_or(0.0));
        match self {
            Self::Mean => match (number.mean, number.deviation) {
                (Some(mean), Some(deviation)) => format!("{} ± {}", fixed(mean, digits), fixed(deviation, digits)),
                (Some(mean), None) => fixed(mean, digits),
                (None, _) => NONE.to_owned(),
            },
            Self::Interval => match (number.interval, number.mean) {
                (Some(interval), _) => range(interval, |end| fixed(end, digits)),
                (None, Some(_)) => "no interval (1 run)".to_owned(),
                (None, None) => NONE.to_owned(),
            },
            Self::Paper => number.paper.map(|paper| fixed(paper, digits)).unwrap_or_default(),
            Self::Verdict => number.verdict.as_ref().map(|verdict| verdict.words(digits)).unwrap_or_default(),
        }
    }
}

impl TableResult {
    pub(crate) fn of(table: &Table, cells: &[CellResult]) -> Self {
        let rows = if table.cells.is_empty() {
            (0..cells.len()).collect()
        } else {
            table.cells.iter().flat_map(|pattern| matching(pattern, cells)).collect()
        };
        Self { title: table.title.clone(), columns: table.columns.clone(), rows }
    }

    /// The columns of the number `column`. The paper's value and the verdict have columns only if the paper reports the
    /// number for at least one row.
    pub(crate) fn parts(&self, column: &str, cells: &[CellResult]) -> &'static [Part] {
        if self.rows.iter().any(|&row| cells[row].numbers[column].paper.is_some()) {
            &[Part::Mean, Part::Interval, Part::Paper, Part::Verdict]
        } else {
            &[Part::Mean, Part::Interval]
        }
    }

    /// Whether the cell of at least one row has a grid of several points.
    pub(crate) fn has_choice(&self, cells: &[CellResult]) -> bool {
        self.rows.iter().any(|&row| cells[row].has_choice())
    }

    /// Sentences on the test errors of constant predictions; empty if the table shows no test errors, if it has columns
    /// for the errors of constant predictions, or if no run has recorded these errors. If these errors differ between
    /// cells, the sentence gives their range.
    pub(crate) fn baselines(&self, cells: &[CellResult]) -> String {
        const ANSWERS: [(&str, &str, &str); 2] = [
            ("test_error", "baseline_error", "Always predicting the most frequent class has a test error, in %, of"),
            ("test_rmse", "constant_rmse", "Always predicting the mean of the training examples has a test RMSE of"),
        ];
        let sentence = |(column, baseline, answer): (&str, &str, &str)| {
            let has = |name: &str| self.columns.iter().any(|known| known == name);
            if !has(column) || has(baseline) {
                return None;
            }
            let means = || self.rows.iter().filter_map(|&row| cells[row].numbers.get(baseline)?.mean);
            let low = means().reduce(f64::min)?;
            let [low, high] = [low, means().fold(low, f64::max)].map(|mean| fixed(mean, decimals(baseline, mean)));
            Some(if low == high { format!("{answer} {low}.") } else { format!("{answer} {low} to {high}.") })
        };
        ANSWERS.into_iter().filter_map(sentence).collect::<Vec<_>>().join(" ")
    }

    /// What limits the results of cells, and why numbers are not judged: each clause once, with the names of the cells to
    /// which it applies.
    pub(crate) fn remarks(&self, cells: &[CellResult]) -> Vec<(String, Vec<String>)> {
        let mut remarks: Vec<(String, Vec<String>)> = Vec::new();
        for &row in &self.rows {
            let numbers = self.columns.iter().map(|column| &cells[row].numbers[column]);
            let unjudged = numbers.filter_map(|number| number.verdict.as_ref()?.reason());
            for reason in cells[row].limits.iter().map(String::as_str).chain(unjudged) {
                let known = remarks.iter().position(|(known, _)| known == reason);
                let known = known.unwrap_or_else(|| {
                    remarks.push((reason.to_owned(), Vec::new()));
                    remarks.len() - 1
                });
                if !remarks[known].1.contains(&cells[row].name) {
                    remarks[known].1.push(cells[row].name.clone());
                }
            }
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn rows_follow_the_table_and_a_star_stands_for_all_values() {
        let study = Sample::new().study();
        let names = |k: usize| study.tables[k].rows.iter().map(|&row| &*study.cells[row].name).collect::<Vec<_>>();
        assert_eq!(names(0), ["rectifier", "tanh", "mask"]);
        assert_eq!(names(1), ["softplus/1", "softplus/6"]);
        assert!(study.tables[0].has_choice(&study.cells) && !study.tables[1].has_choice(&study.cells));
        assert_eq!(study.tables[0].parts("test_error", &study.cells).len(), 4);
        assert_eq!(study.tables[1].parts("test_error", &study.cells).len(), 2);
    }

    #[test]
    fn a_number_of_one_run_says_that_it_has_no_interval() {
        let study = Sample::new().without(|_, role, seed| role == "reported" && seed > 2).study();
        let number = &study.cells[0].numbers["test_error"];
        assert_eq!(Part::Interval.text("test_error", number), "no interval (1 run)");
        assert!(!Part::Mean.text("test_error", number).contains('±'));
        assert_eq!(Part::Paper.text("test_error", number), "1.43");
    }

    #[test]
    fn a_reason_is_given_once() {
        let study = Sample::new().without(|_, _, _| true).study();
        let remarks = study.tables[0].remarks(&study.cells);
        assert_eq!(remarks[0].0, "4 of 4 selection runs missing");
        assert_eq!(remarks[1], ("5 of 5 runs missing".to_owned(), vec!["tanh".to_owned()]));
        assert_eq!(remarks[2].1, ["mask"]);
    }
}
