//! The expansion of cells into the settings of runs.

use crate::plan::{Cell, Draw, Law, Plan, Scale, ScaleName, Settings};
use rand::RngExt;
use std::collections::BTreeMap;

/// A cell at one scale, with its varied or drawn values.
#[derive(Clone, Debug, PartialEq)]
pub struct Expanded {
    /// The name of the cell: `NAME/VALUE` for a varied cell (`NAME/VALUE,VALUE` if it varies two settings), `NAME/K`
    /// for the K-th drawn cell, counted from 1, and `NAME` for any other cell.
    pub name: String,
    /// The varied or drawn values, which distinguish the cell from other cells of the same `NAME`.
    pub varied: Settings,
    /// The paper's results by metric.
    pub paper: BTreeMap<String, f64>,
    /// The reason, stated for the cell or for the scale, why the cell cannot be compared with the paper; `None` if the
    /// plan states no reason.
    pub not_comparable: Option<String>,
    /// The points of the cell's grid; a cell without a grid has one point.
    pub points: Vec<Point>,
}

/// A grid point: a combination of values from a cell's grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The value of each key of the grid.
    pub grid: Settings,
    /// The runs that decide between points; empty when the cell has only one point.
    pub choosing: Vec<RunSettings>,
    /// The runs that are reported if this point is chosen.
    pub reported: Vec<RunSettings>,
}

/// All settings of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSettings {
    /// The value of the setting that [`Plan::repeat`] names.
    pub repeat: i64,
    /// The value of each setting, including the setting that [`Plan::repeat`] names.
    pub settings: Settings,
}

impl Expanded {
    /// The cell `name` of a single run that belongs to no plan.
    #[must_use]
    pub fn single(name: &str) -> Self {
        let run = RunSettings { repeat: 0, settings: Settings::new() };
        let point = Point { grid: Settings::new(), choosing: Vec::new(), reported: vec![run] };
        Self {
            name: name.to_owned(),
            varied: Settings::new(),
            paper: BTreeMap::new(),
            not_comparable: None,
            points: vec![point],
        }
    }
}

impl Point {
    /// All runs of the point.
    pub fn runs(&self) -> impl Iterator<Item = &RunSettings> {
        self.choosing.iter().chain(&self.reported)
    }
}

impl Plan {
    /// The cells at `scale`; empty when the plan does not have that scale.
    #[must_use]
    pub fn cells(&self, scale: ScaleName) -> Vec<Expanded> {
        let Some(sizes) = self.scale.get(&scale) else { return Vec::new() };
        let run = self.cell.iter().filter(|cell| !cell.not_at.contains(&scale));
        run.flat_map(|cell| self.expand(cell, sizes)).collect()
    }

    fn expand(&self, cell: &Cell, scale: &Scale) -> Vec<Expanded> {
        if !cell.draw.is_empty() {
            return (0..scale.draws).map(|k| self.drawn(cell, scale, k)).collect();
        }
        let varied = combinations(&cell.vary, scale);
        let named = |varied: Settings| {
            let values: Vec<String> = varied.values().map(text).collect();
            let name =
                if values.is_empty() { cell.name.clone() } else { format!("{}/{}", cell.name, values.join(",")) };
            self.expanded(name, cell, scale, varied, &scale.seeds)
        };
        varied.into_iter().map(named).collect()
    }

    /// The cell with the `k`-th drawn values, counted from 0. The random number behind each value depends only on the
    /// cell's name, the key and `k`.
    fn drawn(&self, cell: &Cell, scale: &Scale, k: usize) -> Expanded {
        let value = |(key, draw): (&String, &Draw)| {
            let u: f64 = random::stream(0, &format!("plan/{}/{key}", cell.name), &[k as u64]).random();
            (key.clone(), toml::Value::Float(draw.at(u)))
        };
        let varied = cell.draw.iter().map(value).collect();
        let seed = scale.seeds[0].saturating_add(i64::try_from(k).unwrap_or(i64::MAX));
        self.expanded(format!("{}/{}", cell.name, k + 1), cell, scale, varied, &[seed])
    }

    fn expanded(&self, name: String, cell: &Cell, scale: &Scale, varied: Settings, seeds: &[i64]) -> Expanded {
        let grid = combinations(&cell.grid, scale);
        let chosen = grid.len() > 1;
        let runs = |seeds: &[i64], point: &Settings| -> Vec<RunSettings> {
            let run = |repeat: &i64| {
                let mut settings = self.settings.clone();
                settings.extend(scale.settings.clone());
                settings.extend(cell.settings.clone());
                for (key, value) in &scale.replace {
                    settings.entry(key.clone()).and_modify(|now| *now = value.clone());
                }
                for (key, value) in &scale.each {
                    if let Some(toml::Value::Array(list)) = settings.get_mut(key) {
                        list.fill(value.clone());
                    }
                }
                settings.extend(varied.clone());
                settings.extend(point.clone());
                settings.insert(self.repeat.clone(), toml::Value::Integer(*repeat));
                RunSettings { repeat: *repeat, settings }
            };
            seeds.iter().map(run).collect()
        };
        let point = |grid: Settings| Point {
            choosing: if chosen { runs(&scale.choose_on, &grid) } else { Vec::new() },
            reported: runs(seeds, &grid),
            grid,
        };
        let points = grid.into_iter().map(point).collect();
        let not_comparable = cell.not_comparable.clone().or_else(|| scale.not_comparable.clone());
        Expanded { name, varied, paper: cell.paper.clone(), not_comparable, points }
    }
}

impl Draw {
    /// The value for the random number `u`, which is uniform in [0, 1).
    fn at(self, u: f64) -> f64 {
        match self.law {
            Law::Uniform => self.low + (self.high - self.low) * u,
            Law::LogUniform => self.low * (self.high / self.low).powf(u),
        }
    }
}

/// All combinations of one value for each key, the last key changing fastest.
fn combinations(lists: &BTreeMap<String, Vec<toml::Value>>, scale: &Scale) -> Vec<Settings> {
    let mut all = vec![Settings::new()];
    for (key, values) in lists {
        let values = scale.values_of(key, values);
        let with = |settings: &Settings, value: &toml::Value| {
            let mut settings = settings.clone();
            settings.insert(key.clone(), value.clone());
            settings
        };
        all = all.iter().flat_map(|settings| values.iter().map(move |value| with(settings, value))).collect();
    }
    all
}

/// A value as text for the name of a cell: strings have no quotes.
fn text(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const PLAN: &str = r#"
        title = "t"
        about = "a"
        settings = { "training.epochs" = 30, "training.l1" = 0.5 }
        [scale.smoke]
        settings = { "training.epochs" = 1 }
        replace = { "model.hidden" = [5], "pretraining.epochs" = 1 }
        values = { "training.learning_rate" = [0.1] }
        seeds = [2]
        draws = 2
        [scale.desk]
        choose_on = [1, 4, 5]
        seeds = [101, 102]
        draws = 40
        [[cell]]
        name = "rectifier"
        settings = { "model.activation" = "rectifier", "model.hidden" = [7] }
        grid = { "training.learning_rate" = [0.1, 0.01] }
        [[cell]]
        name = "alpha"
        settings = { "model.activation" = "softplus" }
        vary = { "model.softplus_alpha" = [1, 2.5] }
        [[cell]]
        name = "penalty"
        settings = { "pretraining.epochs" = 9 }
        draw = { "training.l1" = { law = "log-uniform", low = 1e-5, high = 1e-2 } }
        not_at = ["smoke"]
    "#;

    fn plan(text: &str) -> Plan {
        Plan::parse(Path::new("some/plan.toml"), text).unwrap()
    }

    #[test]
    fn a_grid_is_chosen_on_its_seeds_and_reported_on_others() {
        let cells = plan(PLAN).cells(ScaleName::Desk);
        let rectifier = &cells[0];
        assert_eq!((rectifier.name.as_str(), rectifier.points.len()), ("rectifier", 2));
        for point in &rectifier.points {
            assert_eq!(point.choosing.iter().map(|run| run.repeat).collect::<Vec<_>>(), [1, 4, 5]);
            assert_eq!(point.reported.iter().map(|run| run.repeat).collect::<Vec<_>>(), [101, 102]);
            for run in point.runs() {
                assert_eq!(run.settings["training.learning_rate"], point.grid["training.learning_rate"]);
                assert_eq!(run.settings["training.seed"].as_integer(), Some(run.repeat));
                assert_eq!(run.settings["training.epochs"].as_integer(), Some(30));
            }
        }
    }

    #[test]
    fn the_settings_of_a_scale_are_stronger_than_the_plan_s_and_replacements_than_the_cell_s() {
        let cells = plan(PLAN).cells(ScaleName::Smoke);
        let point = &cells[0].points[0];
        assert!(point.choosing.is_empty(), "a single point needs no runs to choose it");
        let settings = &point.reported[0].settings;
        assert_eq!(settings["training.epochs"].as_integer(), Some(1));
        assert_eq!(settings["model.hidden"].as_array().unwrap().len(), 1);
        assert_eq!(settings["model.hidden"].as_array().unwrap()[0].as_integer(), Some(5));
        assert_eq!(settings["training.l1"].as_float(), Some(0.5));
        assert!(!settings.contains_key("pretraining.epochs"), "replace must not add a setting");
    }

    #[test]
    fn a_value_for_each_layer_keeps_how_many_there_are() {
        let text = PLAN.replace(
            r#"replace = { "model.hidden" = [5], "#,
            r#"each = { "model.hidden" = 5 }
        replace = { "#,
        );
        for (own, layers) in [("[]", 0), ("[7]", 1), ("[7, 8, 9]", 3)] {
            let plan = plan(&format!("{text}\n[[cell]]\nname = \"own\"\nsettings = {{ \"model.hidden\" = {own} }}\n"));
            let cells = plan.cells(ScaleName::Smoke);
            let own = cells.iter().find(|cell| cell.name == "own").unwrap();
            let hidden = own.points[0].reported[0].settings["model.hidden"].as_array().unwrap().clone();
            assert_eq!(hidden, vec![toml::Value::Integer(5); layers]);
        }
    }

    #[test]
    fn each_varied_value_is_a_cell() {
        let cells = plan(PLAN).cells(ScaleName::Smoke);
        let names: Vec<&str> = cells.iter().map(|cell| &*cell.name).collect();
        assert_eq!(names, ["rectifier", "alpha/1", "alpha/2.5"]);
        assert_eq!(cells[2].points[0].reported[0].settings["model.softplus_alpha"].as_float(), Some(2.5));
    }

    #[test]
    fn drawn_values_follow_their_distribution_and_have_their_own_seeds() {
        let cells = plan(PLAN).cells(ScaleName::Desk);
        let drawn: Vec<&Expanded> = cells.iter().filter(|cell| cell.name.starts_with("penalty/")).collect();
        assert_eq!(drawn.len(), 40);
        let values: Vec<f64> = drawn.iter().map(|cell| cell.varied["training.l1"].as_float().unwrap()).collect();
        assert!(values.iter().all(|l1| (1e-5..1e-2).contains(l1)));
        // A log-uniform value is below the geometric mean, 3.16e-4, with probability 1/2. The number of such values
        // among 40 has the mean 20 and the standard deviation 3.2; the bounds are three standard deviations from the
        // mean.
        let below = values.iter().filter(|l1| **l1 < 3.16e-4).count();
        assert!((10..=30).contains(&below), "{below} of 40 values are below the geometric mean");
        let seeds: Vec<i64> = drawn.iter().map(|cell| cell.points[0].reported[0].repeat).collect();
        assert_eq!(seeds, (101..141).collect::<Vec<i64>>());
        assert_eq!(plan(PLAN).cells(ScaleName::Desk), cells, "the same plan must draw the same values");
    }

    #[test]
    fn a_scale_that_the_plan_lacks_has_no_cells() {
        assert_eq!(plan(PLAN).cells(ScaleName::Paper), []);
    }

    #[test]
    fn contradictions_are_explained() {
        let refused = |from: &str, to: &str| {
            let text = PLAN.replace(from, to);
            assert_ne!(text, PLAN);
            Plan::parse(Path::new("plan.toml"), &text).unwrap_err().to_string()
        };
        assert!(
            refused("choose_on = [1, 4, 5]", "choose_on = [1, 4, 101]")
                .contains("uses seed 101 both to choose and to report")
        );
        assert!(refused("choose_on = [1, 4, 5]", "").contains("no seeds to choose on"));
        assert!(refused("seeds = [101, 102]", "seeds = []").contains("scale.desk has no seeds"));
        assert!(refused("draws = 40", "").contains("how many values are drawn"));
        assert!(refused("name = \"alpha\"", "name = \"rectifier\"").contains("two cells are called 'rectifier'"));
        assert!(refused("[1, 2.5]", "[]").contains("a list without values"));
        let message = refused("title = \"t\"", "title = \"t\"\ncolour = 3");
        assert!(message.starts_with("plan.toml, line 3: unknown field 'colour'"), "{message}");
        let figure = "[[figure]]\ntitle = \"f\"\nkind = \"line\"\ny = \"test_error\"\nseries = [{ label = \"l\", cells = [\"beta/*\"] }]";
        assert!(refused_with(figure).contains("there is no cell 'beta/*'"));
    }

    /// The message of the error that the plan causes with `more` appended.
    fn refused_with(more: &str) -> String {
        Plan::parse(Path::new("plan.toml"), &format!("{PLAN}\n{more}\n")).unwrap_err().to_string()
    }

    const SHARES: &str = r#"
        [[shares]]
        question = "s"
        metric = "test_error"
        factors = ["sharpness"]
        cells = [{ cell = "alpha/1", levels = ["1"] }, { cell = "alpha/2.5", levels = ["2.5"] }]
    "#;
    const DECOMPOSITION: &str = r#"
        [[decomposition]]
        question = "d"
        from = "rectifier"
        to = "alpha/1"
        parts = [{ name = "layer 2 against layer 1", from = "sparsity.1", to = "sparsity.2" }]
    "#;

    #[test]
    fn shares_and_decompositions_name_cells_and_fit() {
        let message = refused_with(&SHARES.replace("alpha/1", "beta"));
        assert!(message.contains("there is no cell 'beta'"), "{message}");
        let message = refused_with(&SHARES.replace(r#"["2.5"]"#, r#"["1"]"#));
        assert!(message.starts_with("plan.toml: shares 's': factor 'sharpness' has fewer than two"), "{message}");
        for cell in ["rectifier", "alpha/1"] {
            let message = refused_with(&DECOMPOSITION.replace(cell, "beta"));
            assert!(message.contains("there is no cell 'beta'"), "{message}");
        }
        let message =
            refused_with("[[decomposition]]\nquestion = \"d\"\nfrom = \"rectifier\"\nto = \"alpha/1\"\nparts = []");
        assert!(message.contains("decomposition 'd' has no parts"), "{message}");
        let message = refused_with(&DECOMPOSITION.replace("to = \"sparsity.2\"", "to = \"test_error\""));
        assert!(message.contains("different kinds (sparsity, test_error)"), "{message}");
    }

    #[test]
    fn the_effect_of_a_deviation_names_cells() {
        let deviation = |effect: &str| format!("[[deviation]]\nours = 'o'\npaper = 'p'\nwhy = 'w'\n{effect}");
        let effect = "effect = { paper = 'rectifier', ours = 'beta', metric = 'test_error' }";
        assert!(refused_with(&deviation(effect)).contains("there is no cell 'beta'; correct its name in deviations"));
        assert_eq!(plan(&[PLAN, &deviation("")].concat()).deviation[0].effect, None);
    }

    #[test]
    fn questions_do_not_change_runs() {
        let asking = plan(&[PLAN, SHARES, DECOMPOSITION].concat());
        assert_eq!((asking.shares.len(), asking.decomposition.len()), (1, 1));
        for scale in [ScaleName::Smoke, ScaleName::Desk] {
            assert_eq!(asking.cells(scale), plan(PLAN).cells(scale));
        }
    }
}
