//! The comparison of two runs.

use super::layout::{aligned, json, names};
use crate::run::settings::{flatten, plain};
use crate::run::{Discordant, Outcome};
use crate::text::csv::{self, Csv};
use crate::text::number::{NONE, p_value, signed};
use crate::text::quantity::{decimals, label, shown};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A comparison of two runs: the settings that differ, the numbers of both runs, and McNemar's test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Versus {
    /// The ids of the two runs.
    pub runs: [String; 2],
    /// The settings that differ: for each dotted key, the values in the two runs; `None`, or `null` in JSON, for a run
    /// that lacks the setting.
    pub settings: BTreeMap<String, [Option<Value>; 2]>,
    /// The numbers that at least one of the runs has, with the names that [`Outcome::number`] accepts; measures come
    /// last.
    pub numbers: Vec<Pair>,
    /// McNemar's test on the misclassified test examples; `None` if the test sets of the runs differ, or if a run
    /// diverged or did not record its misclassified examples.
    pub mcnemar: Option<McNemar>,
}

/// A number, such as the test error, in both runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The name of the number.
    pub name: String,
    /// The value in each run; `None`, or `null` in JSON, if the run lacks the number.
    pub values: [Option<f64>; 2],
}

/// The result of McNemar's test of whether two runs have the same error rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct McNemar {
    /// The number of test examples that only the first run misclassifies.
    pub only_a: usize,
    /// The number of test examples that only the second run misclassifies.
    pub only_b: usize,
    /// The exact two-sided p-value.
    pub p: f64,
}

/// Compares the settings, numbers and misclassified test examples of two runs.
#[must_use]
pub fn compare(a: &Outcome, b: &Outcome) -> Versus {
    let mut settings: BTreeMap<String, [Option<Value>; 2]> = BTreeMap::new();
    for (k, outcome) in [a, b].into_iter().enumerate() {
        flatten("", &outcome.config, &mut |key, value| {
            settings.entry(key).or_default()[k] = Some(value.clone());
        });
    }
    settings.retain(|_, [a, b]| a != b);
    let numbers = names(&[a, b]).into_iter().map(|name| Pair { values: [a.listed(&name), b.listed(&name)], name });
    let numbers = numbers.filter(|pair| pair.values.iter().any(Option::is_some)).collect();
    let mcnemar = Discordant::of([[a, b]]).map(|Discordant { only_a, only_b, p, .. }| McNemar { only_a, only_b, p });
    Versus { runs: [a.id.clone(), b.id.clone()], settings, numbers, mcnemar }
}

impl Versus {
    /// The comparison as text for a terminal: the settings that differ, the numbers with their differences (the first
    /// run minus the second), and a sentence on McNemar's test.
    #[must_use]
    pub fn text(&self) -> String {
        let [a, b] = &self.runs;
        let mut rows = vec![["setting", a, b].map(ToOwned::to_owned).to_vec()];
        for (key, values) in &self.settings {
            let [a, b] = values.each_ref().map(|value| value.as_ref().map_or_else(|| NONE.to_owned(), plain));
            rows.push(vec![key.clone(), a, b]);
        }
        let mut text =
            if self.settings.is_empty() { "All settings are the same.\n".to_owned() } else { aligned(&rows, &[0]) };
        let mut rows = vec![["number", a, b, "difference"].map(ToOwned::to_owned).to_vec()];
        for Pair { name, values } in &self.numbers {
            let difference = values[0].zip(values[1]).map(|(a, b)| signed(a - b, decimals(name, a.abs().max(b.abs()))));
            rows.push(vec![
                label(name),
                shown(name, values[0]),
                shown(name, values[1]),
                difference.unwrap_or_else(|| NONE.to_owned()),
            ]);
        }
        text.push('\n');
        text.push_str(&aligned(&rows, &[0]));
        text + "\n" + &self.mistakes()
    }

    /// A sentence with the result of McNemar's test or, without a result, with the possible reasons for its absence.
    fn mistakes(&self) -> String {
        let [a, b] = &self.runs;
        match self.mcnemar {
            Some(McNemar { only_a, only_b, p }) => {
                format!(
                    "Test examples misclassified by {a} alone: {only_a}; by {b} alone: {only_b}. McNemar p {}.\n",
                    p_value(p)
                )
            }
            None => {
                "Mistakes cannot be compared: the test sets differ, a run diverged or did not record its mistakes, or numbers are \
                 predicted.\n"
                    .to_owned()
            }
        }
    }

    /// The comparison as CSV: a header row, then a row for each setting that differs and for each number.
    #[must_use]
    pub fn csv(&self) -> String {
        let [a, b] = &self.runs;
        let mut csv = Csv::new();
        csv.row(["name", a.as_str(), b.as_str()]);
        for (key, values) in &self.settings {
            let [a, b] = values.each_ref().map(|value| value.as_ref().map(plain).unwrap_or_default());
            csv.row([key.as_str(), &a, &b]);
        }
        for Pair { name, values } in &self.numbers {
            let [a, b] = values.map(csv::number);
            csv.row([name.as_str(), &a, &b]);
        }
        csv.text()
    }

    /// The comparison as a JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        json(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::End;
    use crate::run::sample::outcome;

    fn both() -> [Outcome; 2] {
        let (mut a, mut b) = (outcome("first", 1.43), outcome("second", 1.57));
        a.config["model"]["activation"] = "rectifier".into();
        b.config["model"]["activation"] = "tanh".into();
        b.config["training"]["l1"] = 0.001.into();
        for run in [&mut a, &mut b] {
            run.config["training"]["epochs"] = 30.into();
        }
        for (run, rows) in [(&mut a, vec![1, 2]), (&mut b, vec![2, 3, 4])] {
            let End::Finished { mistakes, measures, .. } = &mut run.end else { panic!() };
            *mistakes = rows;
            measures.insert("gini".to_owned(), vec![0.5, 0.25]);
        }
        [a, b]
    }

    #[test]
    fn only_settings_that_differ_are_shown() {
        let [a, b] = both();
        let versus = compare(&a, &b);
        assert_eq!(versus.settings.keys().collect::<Vec<_>>(), ["model.activation", "training.l1"]);
        assert_eq!(versus.settings["training.l1"], [None, Some(0.001.into())]);
        assert!(
            versus.text().starts_with("setting               first  second\nmodel.activation  rectifier    tanh\n")
        );
        assert!(compare(&a, &a).text().starts_with("All settings are the same."));
    }

    #[test]
    fn numbers_are_side_by_side_with_their_difference() {
        let [a, b] = both();
        let versus = compare(&a, &b);
        let text = versus.text();
        let line = text.lines().find(|line| line.starts_with("test error, %")).unwrap();
        assert_eq!(line.split_whitespace().collect::<Vec<_>>()[3..], ["1.43", "1.57", "−0.14"]);
        assert!(versus.numbers.iter().any(|pair| pair.name == "gini.2" && pair.values == [Some(0.25); 2]));
        assert!(!versus.numbers.iter().any(|pair| pair.name == "test_rmse"));
    }

    #[test]
    fn mistakes_are_compared_where_the_test_examples_are_the_same() {
        let [a, mut b] = both();
        let versus = compare(&a, &b);
        assert_eq!(versus.mcnemar, Some(McNemar { only_a: 1, only_b: 2, p: 1.0 }));
        assert!(
            versus
                .text()
                .ends_with("Test examples misclassified by first alone: 1; by second alone: 2. McNemar p = 1.00.\n")
        );
        b.run.dataset = "norb".to_owned();
        assert!(compare(&a, &b).text().contains("cannot be compared"));
    }

    #[test]
    fn json_holds_settings_numbers_and_test() {
        let [a, b] = both();
        let json: Value = serde_json::from_str(&compare(&a, &b).json()).unwrap();
        assert_eq!(json["runs"], serde_json::json!(["first", "second"]));
        assert_eq!(json["settings"]["model.activation"], serde_json::json!(["rectifier", "tanh"]));
        assert_eq!(json["mcnemar"]["only_b"], 2);
    }

    #[test]
    fn a_run_that_diverged_has_settings_only() {
        let [a, mut b] = both();
        b.end = End::Diverged { reason: "x".to_owned() };
        assert!(compare(&a, &b).numbers.iter().all(|pair| pair.values[1].is_none()));
        assert!(compare(&b, &b).numbers.is_empty());
    }
}
