//! The runs of a study as CSV.

use super::results::Study;
use crate::text::csv::{Csv, number};

/// The runs of a study as CSV (RFC 4180): a header row, then a row for each run. The first eight columns identify the
/// run; the other columns contain the study's numbers ([`Study::numbers`]), with fractions in percent. A field is empty
/// if the run lacks the number.
#[must_use]
pub fn study_csv(study: &Study) -> String {
    let mut csv = Csv::new();
    let names = ["plan", "scale", "cell", "point", "role", &study.repeat, "id", "state"];
    csv.row(names.into_iter().chain(study.numbers.iter().map(String::as_str)));
    for run in &study.runs {
        let repeat = run.repeat.to_string();
        let state = run.state.name();
        let facts = [&study.name, study.scale.name(), &run.cell, &run.point, run.role.name(), &repeat, &run.id, state];
        csv.row(facts.into_iter().map(ToOwned::to_owned).chain(run.numbers.iter().map(|&value| number(value))));
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn each_run_is_a_row_with_all_its_numbers() {
        let study = Sample::new().without(|cell, role, seed| cell == "tanh" && role == "reported" && seed == 6).study();
        let text = study_csv(&study);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), study.runs.len() + 1);
        assert!(lines[0].starts_with("plan,scale,cell,point,role,training.seed,id,state,validation_error,test_error,"));
        assert!(lines[1].starts_with("sample,desk,rectifier,learning_rate 0.1,choosing,1,"), "{}", lines[1]);
        let columns = lines[0].split(',').count();
        assert!(lines.iter().all(|line| line.split(',').count() == columns));
        assert_eq!(lines.iter().filter(|line| line.contains(",missing,,")).count(), 1);
    }
}
