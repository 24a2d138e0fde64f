//! Problems in a plan that can be found before it is run.

use crate::plan::{Cell, FEWEST_CHOOSING, FIRST_REPORTED, Plan, Scale, ScaleName, seed};
use crate::shown::{Comparison, Decomposition};
use std::collections::{BTreeMap, BTreeSet};

/// The metrics by which a point of a grid may be chosen, all measured on validation data.
const CHOOSERS: [&str; 3] = ["validation_error", "validation_nll", "validation_rmse"];

/// The maximum number of runs of a plan at a scale, over all cells with their values, draws and seeds.
const MAX_RUNS: usize = 1_000_000;

impl Plan {
    /// The first problem of the plan, as a message; `None` if the plan has no problem.
    pub(crate) fn problem(&self) -> Option<String> {
        if !CHOOSERS.contains(&&*self.choose_by) {
            return Some(format!("choose_by is '{}'; give one of {}", self.choose_by, CHOOSERS.join(", ")));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = self.cell.iter().find(|cell| !names.insert(&*cell.name)) {
            return Some(format!("two cells are called '{}'; give each its own name", twice.name));
        }
        if self.scale.is_empty() {
            return Some(
                "the plan has no scale; give [scale.smoke], [scale.desk] or [scale.paper] with its seeds".to_owned(),
            );
        }
        let cells = self.cell.iter().find_map(|cell| self.problem_in_cell(cell));
        let scales = || self.scale.keys().find_map(|at| self.problem_in_scale(*at));
        cells.or_else(scales).or_else(|| self.problem_in_questions(&names))
    }

    fn problem_in_cell(&self, cell: &Cell) -> Option<String> {
        let name = &cell.name;
        if name.is_empty() || name.contains(['/', '*']) {
            return Some(format!("the cell name '{name}' is empty or contains / or *; choose another name"));
        }
        if cell.grid.values().chain(cell.vary.values()).any(Vec::is_empty) {
            return Some(format!("cell '{name}' has a list without values; give at least one value"));
        }
        if let Some((key, _)) = cell.grid.iter().chain(&cell.vary).find(|(_, values)| has_duplicates(values)) {
            return Some(format!("cell '{name}' has a value of {key} twice; give each value once"));
        }
        if !cell.draw.is_empty() && !cell.vary.is_empty() {
            return Some(format!("cell '{name}' has vary and draw; split it into two cells"));
        }
        let mut keys = BTreeSet::new();
        let twice = cell.grid.keys().chain(cell.vary.keys()).chain(cell.draw.keys()).find(|key| !keys.insert(*key));
        if let Some(key) = twice {
            return Some(format!(
                "cell '{name}' has {key} in its grid and also in vary or draw; keep only one of them"
            ));
        }
        keys.contains(&self.repeat).then(|| {
            format!(
                "cell '{name}' has {} in its grid, vary or draw, but repeated runs differ in this key; give the values as seeds",
                self.repeat
            )
        })
    }

    fn problem_in_scale(&self, at: ScaleName) -> Option<String> {
        let (scale, name) = (&self.scale[&at], at.name());
        if scale.seeds.is_empty() {
            return Some(format!("scale.{name} has no seeds; give at least one seed"));
        }
        for (list, seeds) in [("seeds", &scale.seeds), ("choose_on", &scale.choose_on)] {
            let mut once = BTreeSet::new();
            if let Some(seed) = seeds.iter().find(|seed| !once.insert(*seed)) {
                return Some(format!("scale.{name} has {seed} twice in {list}; give each value once"));
            }
        }
        if scale.values.values().any(Vec::is_empty) {
            return Some(format!("scale.{name}.values has a list without values; give at least one value"));
        }
        if let Some((key, _)) = scale.values.iter().find(|(_, values)| has_duplicates(values)) {
            return Some(format!("scale.{name}.values has a value of {key} twice; give each value once"));
        }
        let lists = |key| self.cell.iter().any(|cell| cell.grid.contains_key(key) || cell.vary.contains_key(key));
        if let Some(key) = scale.values.keys().find(|key| !lists(*key)) {
            return Some(format!(
                "scale.{name}.values has {key}, which no cell has in its grid or in vary; correct the key"
            ));
        }
        let given = |key| {
            let scales = self.scale.values().map(|scale| &scale.settings);
            let cells = self.cell.iter().map(|cell| &cell.settings);
            std::iter::once(&self.settings).chain(scales).chain(cells).any(|settings| settings.contains_key(key))
        };
        if let Some(key) = scale.replace.keys().chain(scale.each.keys()).find(|key| !given(*key)) {
            return Some(format!("scale.{name} replaces {key}, which is not set anywhere; correct the key"));
        }
        let cells = || self.cell.iter().filter(|cell| !cell.not_at.contains(&at));
        if let Some(problem) = cells().find_map(|cell| scale.problem_with(cell, name)) {
            return Some(problem);
        }
        if let Some(problem) = self.problem_in_seeds(scale, at) {
            return Some(problem);
        }
        let runs = cells().map(|cell| scale.runs_of(cell)).fold(0, usize::saturating_add);
        (runs > MAX_RUNS).then(|| {
            format!(
                "scale.{name} makes {runs} runs of all cells together, more than {MAX_RUNS}; give fewer cells, values, draws or seeds"
            )
        })
    }

    /// A message if grids choose on too few seeds at the scale `at`, or on seeds that are kept for reports.
    fn problem_in_seeds(&self, scale: &Scale, at: ScaleName) -> Option<String> {
        let mut cells = self.cell.iter().filter(|cell| !cell.not_at.contains(&at));
        let chooses = cells.any(|cell| scale.combinations(&cell.grid) > 1);
        if at == ScaleName::Smoke || self.repeat != seed() || !chooses || scale.exception.is_some() {
            return None;
        }
        let otherwise = "or state in 'exception' why not";
        let (name, chosen) = (at.name(), scale.choose_on.len());
        if chosen < FEWEST_CHOOSING {
            return Some(format!(
                "scale.{name} has {chosen} seeds in choose_on, but a single seed often prefers another point than the mean; give at least {FEWEST_CHOOSING} seeds, {otherwise}"
            ));
        }
        if let Some(seed) = scale.choose_on.iter().find(|seed| **seed >= FIRST_REPORTED) {
            return Some(format!(
                "scale.{name} chooses on seed {seed}; choose on seeds below {FIRST_REPORTED}, {otherwise}"
            ));
        }
        let seed = scale.seeds.iter().find(|seed| **seed < FIRST_REPORTED)?;
        Some(format!(
            "scale.{name} reports seed {seed}; report seeds from {FIRST_REPORTED} on, which never choose, {otherwise}"
        ))
    }

    fn problem_in_questions(&self, names: &BTreeSet<&str>) -> Option<String> {
        let papers = self.cell.iter().flat_map(|cell| cell.paper.keys());
        let drawn = self.figure.iter().filter(|figure| figure.series.iter().any(|series| !series.paper.is_empty()));
        let papers: BTreeSet<&String> = papers.chain(drawn.map(|figure| &figure.y)).collect();
        if let Some(name) = self.tolerance.keys().find(|name| !papers.contains(name)) {
            return Some(format!(
                "there is a tolerance for {name}, but the plan gives no result of the paper for it; correct the name"
            ));
        }
        if let Some((name, tolerance)) =
            self.tolerance.iter().find(|(_, tolerance)| !(0.0..f64::INFINITY).contains(*tolerance))
        {
            return Some(format!("the tolerance for {name} is {tolerance}; give a finite number of at least 0"));
        }
        let comparisons = self.comparison.iter().find_map(Comparison::problem);
        let decompositions = || self.decomposition.iter().find_map(Decomposition::problem);
        comparisons.or_else(decompositions).or_else(|| self.unknown_cell(names))
    }

    /// A message about the first name of a cell in deviations, tables, figures and questions that is not in `names`.
    fn unknown_cell(&self, names: &BTreeSet<&str>) -> Option<String> {
        let measured =
            self.deviation.iter().filter_map(|one| one.effect.as_ref()).flat_map(|both| [&both.paper, &both.ours]);
        let shown = self.table.iter().flat_map(|table| &table.cells);
        let drawn = self.figure.iter().flat_map(|figure| &figure.series).flat_map(|series| &series.cells);
        let compared = self.comparison.iter().flat_map(Comparison::terms).map(|(name, _)| name);
        let ordered = self.trend.iter().flat_map(|trend| &trend.cells);
        let closed = self.gap.iter().flat_map(|gap| [&gap.from, &gap.to, &gap.by]);
        let crossed = self.shares.iter().flat_map(|shares| &shares.cells).map(|combination| &combination.cell);
        let parted = self.decomposition.iter().flat_map(|asked| [&asked.from, &asked.to]);
        let others = measured.chain(shown).chain(drawn).chain(ordered).chain(closed).chain(crossed).chain(parted);
        let mut all = others.map(String::as_str).chain(compared);
        let unknown = |name: &&str| !names.contains(name.split('/').next().unwrap_or_default());
        all.find(unknown).map(|name| {
            format!(
                "there is no cell '{name}'; correct its name in deviations, tables, figures, comparisons, trends, gaps, shares or decompositions"
            )
        })
    }
}

/// Whether any two of `values` are equal; 1 and 1.0 count as equal.
fn has_duplicates(values: &[toml::Value]) -> bool {
    let number = |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    let same = |a: &toml::Value, b: &toml::Value| a == b || number(a).is_some_and(|a| number(b) == Some(a));
    (1..values.len()).any(|k| values[..k].iter().any(|earlier| same(earlier, &values[k])))
}

impl Scale {
    /// The number of combinations of the values in `lists` at this scale.
    fn combinations(&self, lists: &BTreeMap<String, Vec<toml::Value>>) -> usize {
        let lengths = lists.iter().map(|(key, values)| self.values_of(key, values).len());
        lengths.fold(1, usize::saturating_mul)
    }

    /// The number of runs of `cell` at this scale, at most [`usize::MAX`].
    fn runs_of(&self, cell: &Cell) -> usize {
        let cells = if cell.draw.is_empty() { self.combinations(&cell.vary) } else { self.draws };
        let seeds = self.seeds.len() + self.choose_on.len();
        cells.saturating_mul(self.combinations(&cell.grid)).saturating_mul(seeds)
    }

    /// The first problem with `cell` at this scale; `name` is the name of the scale.
    fn problem_with(&self, cell: &Cell, name: &str) -> Option<String> {
        let (points, runs) = (self.combinations(&cell.grid), self.runs_of(cell));
        if runs > MAX_RUNS {
            return Some(format!(
                "scale.{name} makes {runs} runs of cell '{}', more than {MAX_RUNS}; give fewer values, draws or seeds",
                cell.name
            ));
        }
        if !cell.draw.is_empty() && self.draws == 0 {
            return Some(format!("scale.{name} does not say how many values are drawn; give draws"));
        }
        if points == 1 {
            return None; // There is no choice to make.
        }
        if self.choose_on.is_empty() {
            return Some(format!("scale.{name} has grids but no seeds to choose on; give choose_on"));
        }
        let drawn = self.seeds[0]..self.seeds[0].saturating_add(i64::try_from(self.draws).unwrap_or(i64::MAX));
        let reported = |seed: &&i64| {
            if cell.draw.is_empty() { self.seeds.contains(seed) } else { drawn.contains(seed) }
        };
        self.choose_on
            .iter()
            .find(reported)
            .map(|seed| format!("scale.{name} uses seed {seed} both to choose and to report; report on other seeds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const PLAN: &str = r#"
        title = "t"
        about = "a"
        tolerance = { test_error = 0.1 }
        settings = { "training.epochs" = 3 }
        [scale.desk]
        choose_on = [1, 2, 3]
        seeds = [101, 102]
        draws = 2
        values = { "training.l1" = [0.1] }
        replace = { "training.epochs" = 1 }
        [[cell]]
        name = "chosen"
        grid = { "training.learning_rate" = [0.1, 0.01] }
        paper = { test_error = 1.4 }
        [[cell]]
        name = "varied"
        vary = { "training.l1" = [0.1, 0.2] }
        [[cell]]
        name = "drawn"
        grid = { "training.learning_rate" = [0.1, 0.01] }
        draw = { "training.l1" = { law = "uniform", low = 0.0, high = 0.1 } }
        [[comparison]]
        question = "q"
        a = "chosen"
        b = "varied/0.1"
        metric = "test_error"
        test = "mcnemar"
    "#;

    #[test]
    fn the_rules_of_seeds_have_stated_exceptions() {
        let refused = |to: &str| Plan::parse(Path::new("p.toml"), &PLAN.replace("choose_on = [1, 2, 3]", to)).is_err();
        assert!(refused("choose_on = [1]"));
        assert!(!refused("choose_on = [1]\nexception = \"run before there was a rule\""));
        let smoke = |text: &str| Plan::parse(Path::new("p.toml"), &text.replace("scale.desk", "scale.smoke")).is_ok();
        assert!(smoke(&PLAN.replace("choose_on = [1, 2, 3]", "choose_on = [1]")));
        // A plan without grids chooses nothing.
        let plain = PLAN.replace("[0.1, 0.01] }", "[0.1] }").replace("choose_on = [1, 2, 3]", "");
        assert!(Plan::parse(Path::new("p.toml"), &plain.replace("[101, 102]", "[2, 3]")).is_ok());
    }

    #[test]
    fn what_would_silently_change_the_answer_is_rejected() {
        assert!(Plan::parse(Path::new("p.toml"), PLAN).is_ok());
        let learning_rate = r#"grid = { "training.learning_rate" = [0.1, 0.01] }"#;
        for (from, to, expected) in [
            ("title = \"t\"", "title = \"t\"\nchoose_by = \"test_error\"", "choose_by is 'test_error'; give one of"),
            ("seeds = [101, 102]", "seeds = [101, 101]", "scale.desk has 101 twice in seeds"),
            ("choose_on = [1, 2, 3]", "choose_on = [1, 1]", "scale.desk has 1 twice in choose_on"),
            (
                "choose_on = [1, 2, 3]",
                "choose_on = [1, 2, 102]",
                "scale.desk uses seed 102 both to choose and to report",
            ),
            ("choose_on = [1, 2, 3]", "choose_on = [1, 2]", "scale.desk has 2 seeds in choose_on, but a single seed"),
            (
                "choose_on = [1, 2, 3]",
                "choose_on = [1, 2, 103]",
                "scale.desk chooses on seed 103; choose on seeds below 101",
            ),
            ("seeds = [101, 102]", "seeds = [101, 7]", "scale.desk reports seed 7; report seeds from 101 on"),
            ("draws = 2", "draws = 0", "scale.desk does not say how many values"),
            ("draws = 2", "draws = 100000000000", "runs of cell 'drawn', more than 1000000"),
            ("draws = 2", "draws = 100000", "1000015 runs of all cells together, more than 1000000"),
            ("seeds = [101, 102]", "seeds = [0]", "scale.desk uses seed 1 both to choose and to report"),
            ("values = { \"training.l1\"", "values = { \"training.l2\"", "values has training.l2, which no cell"),
            (
                "replace = { \"training.epochs\"",
                "replace = { \"training.epoch\"",
                "replaces training.epoch, which is not set",
            ),
            ("tolerance = { test_error", "tolerance = { test_eror", "a tolerance for test_eror, but the plan"),
            ("metric = \"test_error\"", "metric = \"sparsity\"", "uses McNemar's test, which counts misclassified"),
            (
                "b = \"varied/0.1\"",
                "b = \"varied/0.1\"\nminus = { a = \"varied\", b = \"chosen\" }",
                "with minus, which adds",
            ),
            (
                "test = \"mcnemar\"",
                "test = \"paired\"\nminus = { a = \"varied/0.1\", b = \"chsen\" }",
                "there is no cell 'chsen'",
            ),
            ("[0.1, 0.2] }", "[1, 1.0] }", "cell 'varied' has a value of training.l1 twice"),
            (
                "values = { \"training.l1\" = [0.1] }",
                "values = { \"training.l1\" = [0.1, 0.1] }",
                "scale.desk.values has a value",
            ),
            ("test_error = 0.1 }", "test_error = -0.1 }", "the tolerance for test_error is -0.1"),
            ("draw = {", "vary = { \"model.gain\" = [1.0] }\ndraw = {", "cell 'drawn' has vary and draw"),
            (learning_rate, "grid = { \"training.seed\" = [5, 6] }", "has training.seed in its grid, vary or draw"),
            (
                "draw = { \"training.l1\"",
                "draw = { \"training.learning_rate\"",
                "cell 'drawn' has training.learning_rate in",
            ),
        ] {
            assert!(PLAN.contains(from), "the plan must contain {from}");
            let found = Plan::parse(Path::new("p.toml"), &PLAN.replace(from, to)).unwrap_err().to_string();
            assert!(found.contains(expected), "{to}: {found}");
        }
    }
}
