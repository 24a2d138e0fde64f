//! `train runs`: what is kept of runs, as tables.

use crate::failure::Failure;
use crate::sweep::agenda::Agenda;
use crate::sweep::{self, ScaleArgs, plans, store};
use crate::terminal;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use report::{End, Outcome};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What to do with runs.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// A line for each run.
    List {
        #[command(flatten)]
        #[expect(missing_docs, reason = "its own options say what they are")]
        from: FromArgs,
    },
    /// Settings and numbers of a run.
    Show {
        /// Its id, or the beginning of it.
        id: String,
        #[command(flatten)]
        #[expect(missing_docs, reason = "its own options say what they are")]
        from: FromArgs,
    },
    /// The settings in which two runs differ, and their numbers.
    Compare {
        /// The id of one, or the beginning of it.
        a: String,
        /// That of the other.
        b: String,
        #[command(flatten)]
        #[expect(missing_docs, reason = "its own options say what they are")]
        from: FromArgs,
    },
    /// Copy what is kept of a plan's runs into a folder, a file for each run.
    Export {
        /// The plan: its file, or the name of one in `configs/paper/`.
        plan: String,
        /// The folder.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        #[expect(missing_docs, reason = "its own options say what they are")]
        scale: ScaleArgs,
        /// The store, or a folder of exported runs; may be repeated, the first that has a run wins.
        #[arg(long, value_name = "DIR", default_value = sweep::RUNS)]
        runs: Vec<PathBuf>,
    },
}

/// Which runs, and how they are written.
#[derive(clap::Args, Debug)]
pub struct FromArgs {
    /// The store, or a folder of exported runs; may be repeated, the first that has a run wins.
    #[arg(long, value_name = "DIR", default_value = sweep::RUNS)]
    pub runs: Vec<PathBuf>,
    /// How to write the answer.
    #[arg(long, value_enum, default_value = "text")]
    pub format: TableFormat,
}

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TableFormat {
    /// Aligned columns, for people.
    Text,
    /// A JSON object for each line.
    Json,
    /// Comma-separated values under a line of names.
    Csv,
}

/// Rows of texts under names.
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Does what `command` says.
///
/// # Errors
/// [`Failure`] when a run is not there, or cannot be read.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::List { from } => from.show(&list(&all(&from.runs)?)),
        Command::Show { id, from } => {
            let outcome = find(&from.runs, id)?;
            match from.format {
                TableFormat::Json => terminal::line(&terminal::json(&outcome)),
                TableFormat::Text | TableFormat::Csv => from.show(&side_by_side(&[outcome])),
            }
        }
        Command::Compare { a, b, from } => from.show(&side_by_side(&[find(&from.runs, a)?, find(&from.runs, b)?])),
        Command::Export { plan, to, scale, runs } => {
            let agendas = sweep::agendas(plans::named(plan)?, scale.scale, Some(Path::new(".")))?;
            export(&agendas, runs, to)?;
        }
    }
    Ok(())
}

impl FromArgs {
    fn show(&self, table: &Table) {
        table.lines(self.format).iter().for_each(|line| terminal::line(line));
    }
}

/// All outcomes in `folders`, by id; of equal ids that of the first folder.
///
/// # Errors
/// [`Failure`] when a folder or an outcome cannot be read.
pub fn all(folders: &[PathBuf]) -> Result<Vec<Outcome>, Failure> {
    let mut files = BTreeMap::new();
    for folder in folders.iter().rev() {
        for entry in std::fs::read_dir(folder).map_err(files::Error::new("read", folder))? {
            let path = entry.map_err(files::Error::new("read", folder))?.path();
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if id.starts_with('.') {
                continue;
            }
            let exported = path.extension().is_some_and(|end| end == "json");
            files.insert(id, if exported { path } else { path.join("outcome.json") });
        }
    }
    // A store of thousands of runs is read on every core.
    let files: Vec<PathBuf> = files.into_values().filter(|file| file.is_file()).collect();
    files.par_iter().map(|file| Ok(Outcome::read(file)?)).collect()
}

/// The outcome in `folders` whose id is `id`, or begins with it when no other does.
fn find(folders: &[PathBuf], id: &str) -> Result<Outcome, Failure> {
    if let Some(outcome) = store::kept(folders, id)? {
        return Ok(outcome);
    }
    let names = |folder: &PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned())
    };
    let ids: BTreeSet<String> = folders.iter().flat_map(names).filter(|name| name.starts_with(id)).collect();
    let mut ids = ids.iter().filter(|name| !name.starts_with('.'));
    let refused = |problem: &str| Failure::Usage(format!("{problem} '{id}'; 'train runs list' shows all"));
    match (ids.next(), ids.next()) {
        (Some(only), None) => store::kept(folders, only)?.ok_or_else(|| refused("there is no finished run")),
        (None, _) => Err(refused("there is no run")),
        _ => Err(refused("several runs begin with")),
    }
}

/// Copies the outcomes of the runs of `agendas` from `folders` to `to`.
fn export(agendas: &[Agenda], folders: &[PathBuf], to: &Path) -> Result<(), Failure> {
    files::create_folder(to)?;
    let ids: BTreeSet<&str> = agendas.iter().flat_map(Agenda::runs).map(|run| &*run.id).collect();
    let mut copied = 0;
    for id in ids {
        if let Some(outcome) = store::kept(folders, id)? {
            outcome.write(&to.join(format!("{id}.json")))?;
            copied += 1;
        }
    }
    terminal::line(&format!("{copied} runs are in {}", to.display()));
    Ok(())
}

/// A row for each of `outcomes`.
fn list(outcomes: &[Outcome]) -> Table {
    let names = ["run", "data", "network", "activation", "seed", "validation", "test", "zeros"];
    let row = |outcome: &Outcome| {
        let run = &outcome.run;
        let percent = |name| match (outcome.number(name), &outcome.end) {
            (Some(value), _) => format!("{value:.2}"),
            (None, End::Diverged { .. }) => "diverged".to_owned(),
            (None, End::Finished { .. }) => String::new(),
        };
        let layers: Vec<String> = run.layers.iter().map(ToString::to_string).collect();
        let [validation, test, zeros] = ["validation_error", "test_error", "sparsity"].map(percent);
        let (id, data, activation) = (outcome.id.clone(), run.dataset.clone(), run.activation.clone());
        vec![id, data, layers.join("-"), activation, run.seed.to_string(), validation, test, zeros]
    };
    Table { names: names.map(str::to_owned).to_vec(), rows: outcomes.iter().map(row).collect() }
}

/// Settings and numbers of `outcomes`, a column for each; of several, only the settings in which they differ.
fn side_by_side(outcomes: &[Outcome]) -> Table {
    let settings: Vec<BTreeMap<String, String>> = outcomes.iter().map(|outcome| flat(&outcome.config)).collect();
    let keys: BTreeSet<&String> = settings.iter().flat_map(BTreeMap::keys).collect();
    let mut rows = Vec::new();
    for key in keys {
        let values: Vec<String> = settings.iter().map(|all| all.get(key).cloned().unwrap_or_default()).collect();
        if values.len() == 1 || values.iter().any(|value| *value != values[0]) {
            rows.push(std::iter::once(key.clone()).chain(values).collect());
        }
    }
    let numbers = [
        "validation_error",
        "test_error",
        "validation_rmse",
        "test_rmse",
        "validation_nll",
        "test_nll",
        "sparsity",
        "dead",
        "selected_epoch",
        "training_seconds",
    ];
    for name in numbers {
        let values: Vec<Option<f64>> = outcomes.iter().map(|outcome| outcome.number(name)).collect();
        if values.iter().any(Option::is_some) {
            let shown = values.iter().map(|value| value.map_or_else(String::new, |value| format!("{value:.4}")));
            rows.push(std::iter::once(name.to_owned()).chain(shown).collect());
        }
    }
    let names = std::iter::once("name".to_owned()).chain(outcomes.iter().map(|outcome| outcome.id.clone()));
    Table { names: names.collect(), rows }
}

/// The entries of nested tables by their dotted keys.
fn flat(config: &Value) -> BTreeMap<String, String> {
    fn visit(prefix: &str, value: &Value, all: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(table) => {
                for (key, value) in table {
                    let dotted = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                    visit(&dotted, value, all);
                }
            }
            Value::String(text) => drop(all.insert(prefix.to_owned(), text.clone())),
            other => drop(all.insert(prefix.to_owned(), other.to_string())),
        }
    }
    let mut all = BTreeMap::new();
    visit("", config, &mut all);
    all
}

impl Table {
    fn lines(&self, format: TableFormat) -> Vec<String> {
        let with_names = || std::iter::once(&self.names).chain(&self.rows);
        match format {
            TableFormat::Csv => {
                let fields = |row: &Vec<String>| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",");
                with_names().map(fields).collect()
            }
            TableFormat::Json => {
                let object = |row: &Vec<String>| {
                    let named = self.names.iter().cloned().zip(row.iter().map(|cell| scalar(cell)));
                    Value::Object(named.collect()).to_string()
                };
                self.rows.iter().map(object).collect()
            }
            TableFormat::Text => {
                let width = |k: usize| with_names().map(|row| row[k].chars().count()).max().unwrap_or_default();
                let widths: Vec<usize> = (0..self.names.len()).map(width).collect();
                let padded = |row: &Vec<String>| {
                    let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
                    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
                };
                with_names().map(padded).collect()
            }
        }
    }
}

/// A field of CSV.
fn quoted(cell: &str) -> String {
    let plain = !cell.contains([',', '"', '\n']);
    if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
}

/// A cell as JSON: a number if it is one, nothing if it is empty. Ids stay texts: some look like numbers.
fn scalar(cell: &str) -> Value {
    let number = cell.parse::<f64>().ok().filter(|number| number.is_finite() && cell.len() < 12);
    match number.and_then(serde_json::Number::from_f64) {
        Some(number) => Value::Number(number),
        None if cell.is_empty() => Value::Null,
        None => Value::String(cell.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let rows = vec![vec!["a".to_owned(), "1.5".to_owned()], vec!["b, \"c\"".to_owned(), String::new()]];
        Table { names: vec!["name".to_owned(), "x".to_owned()], rows }
    }

    #[test]
    fn tables_are_aligned_quoted_or_typed() {
        assert_eq!(table().lines(TableFormat::Text), ["name    x", "a       1.5", "b, \"c\""]);
        assert_eq!(table().lines(TableFormat::Csv), ["name,x", "a,1.5", "\"b, \"\"c\"\"\","]);
        let json = ["{\"name\":\"a\",\"x\":1.5}", "{\"name\":\"b, \\\"c\\\"\",\"x\":null}"];
        assert_eq!(table().lines(TableFormat::Json), json);
        assert_eq!(scalar("123456789012"), Value::String("123456789012".to_owned()));
    }

    #[test]
    fn settings_are_named_by_their_dotted_keys() {
        let config = serde_json::json!({"a": {"b": 1, "c": {"d": "text"}}, "e": [1, 2]});
        let flat = flat(&config);
        assert_eq!(flat.keys().collect::<Vec<_>>(), ["a.b", "a.c.d", "e"]);
        assert_eq!(flat["a.c.d"], "text");
        assert_eq!(flat["e"], "[1,2]");
    }
}
