//! `train reproduce` and `train report`: a sweep's runs, cell by cell, as a report.

use crate::failure::Failure;
use crate::sweep::agenda::{Agenda, Run};
use crate::sweep::schedule::{Board, Choice};
use crate::sweep::{self, ScaleArgs, SweepArgs, plans, store};
use crate::terminal;
use plan::{Expanded, Plan, ScaleName};
use report::Outcome;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where reports go when nothing else is said.
const REPORT: &str = "artifacts/report";

/// Options of `train reproduce`.
#[derive(clap::Args, Debug)]
pub struct ReproduceArgs {
    /// A plan: the name of one in `configs/paper/`, its file, or `all`.
    pub what: String,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = REPORT)]
    pub out: PathBuf,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its own options say what they are")]
    pub sweep: SweepArgs,
}

/// Options of `train report`.
#[derive(clap::Args, Debug)]
pub struct ReportArgs {
    /// Plans by name or file, `all`, or folders of finished runs.
    #[arg(required = true, value_name = "PLAN|RUN")]
    pub what: Vec<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its own options say what they are")]
    pub scale: ScaleArgs,
    /// The store, or a folder of exported runs; may be repeated, the first that has a run wins.
    #[arg(long, value_name = "DIR", default_value = sweep::RUNS)]
    pub runs: Vec<PathBuf>,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = REPORT)]
    pub out: PathBuf,
}

/// A plan at a scale with what its runs showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The plan.
    pub plan: Plan,
    /// The scale.
    pub scale: ScaleName,
    /// Its cells.
    pub cells: Vec<StudyCell>,
}

/// A cell with what its runs showed.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyCell {
    /// The cell.
    pub cell: Expanded,
    /// Of each of its points.
    pub points: Vec<StudyPoint>,
    /// The point that validation data chose, or the only one; nothing while that is open, or when all diverged.
    pub chosen: Option<usize>,
}

/// The runs of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyPoint {
    /// Those that decide between points.
    pub choosing: Vec<StudyRun>,
    /// Those that are reported if the point is chosen.
    pub reported: Vec<StudyRun>,
}

/// A run, and what is kept of it if it is done.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyRun {
    /// Its id.
    pub id: String,
    /// The value of [`Plan::repeat`].
    pub repeat: i64,
    /// What is kept of it.
    pub outcome: Option<Outcome>,
}

/// Runs what is not done yet, then reports.
///
/// # Errors
/// Those of [`sweep::sweep`] and [`report()`].
pub fn reproduce(args: &ReproduceArgs) -> Result<(), Failure> {
    let agendas = sweep::sweep(plans::named(&args.what)?, &args.sweep)?;
    report(&studies(agendas, std::slice::from_ref(&args.sweep.runs))?, &[], &args.out)
}

/// Reports what is there.
///
/// # Errors
/// [`Failure::Usage`] when there is no such plan, any other when a run cannot be read.
pub fn report_command(args: &ReportArgs) -> Result<(), Failure> {
    let (mut plans, mut runs) = (Vec::new(), Vec::new());
    for what in &args.what {
        let outcome = Path::new(what).join("outcome.json");
        if outcome.is_file() {
            runs.push(Outcome::read(&outcome)?);
        } else {
            plans.extend(plans::named(what)?);
        }
    }
    // Nothing is loaded: ids are the same wherever data are.
    let agendas = sweep::agendas(plans, args.scale.scale, Some(Path::new(".")))?;
    report(&studies(agendas, &args.runs)?, &runs, &args.out)
}

/// `agendas` with what is kept of their runs in `folders`.
///
/// # Errors
/// [`Failure::Report`] when an outcome cannot be read.
pub fn studies(agendas: Vec<Agenda>, folders: &[PathBuf]) -> Result<Vec<Study>, Failure> {
    let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
    for run in agendas.iter().flat_map(Agenda::runs) {
        if !outcomes.contains_key(&run.id)
            && let Some(outcome) = store::kept(folders, &run.id)?
        {
            outcomes.insert(run.id.clone(), outcome);
        }
    }
    let board = Board::new(&agendas, outcomes.clone());
    let chosen: Vec<Option<usize>> = (0..board.cells())
        .map(|cell| match board.choice(cell) {
            Choice::Point(point) => Some(point),
            Choice::Pending | Choice::Nothing | Choice::Failed => None,
        })
        .collect();
    let runs = |runs: Vec<Run>| -> Vec<StudyRun> {
        let with = |run: Run| StudyRun { outcome: outcomes.get(&run.id).cloned(), id: run.id, repeat: run.repeat };
        runs.into_iter().map(with).collect()
    };
    let mut chosen = chosen.into_iter();
    let study = |agenda: Agenda| {
        let cells = agenda.cells.into_iter().map(|cell| {
            let points = cell.points.into_iter();
            let points = points.map(|p| StudyPoint { choosing: runs(p.choosing), reported: runs(p.reported) });
            StudyCell { points: points.collect(), cell: cell.cell, chosen: chosen.next().flatten() }
        });
        Study { cells: cells.collect(), plan: agenda.plan, scale: agenda.scale }
    };
    Ok(agendas.into_iter().map(study).collect())
}

/// Shows `studies` and single `runs`. The pages for `out` are to be written here; until then it is a table on the terminal.
///
/// # Errors
/// [`Failure::File`] when `out` cannot be written.
fn report(studies: &[Study], runs: &[Outcome], out: &Path) -> Result<(), Failure> {
    files::create_folder(out)?;
    for study in studies {
        terminal::line(&format!("{}, scale {}", study.plan.title, study.scale.name()));
        study.cells.iter().for_each(|cell| terminal::line(&cell.summary()));
    }
    for run in runs {
        terminal::line(&format!("run {}  {}", run.id, errors(&[run])));
    }
    Ok(())
}

impl StudyCell {
    fn summary(&self) -> String {
        let Some(point) = self.chosen.map(|k| &self.points[k]) else {
            return format!("  {}  nothing is chosen yet", self.cell.name);
        };
        let outcomes: Vec<&Outcome> = point.reported.iter().filter_map(|run| run.outcome.as_ref()).collect();
        let (name, done, all) = (&self.cell.name, outcomes.len(), point.reported.len());
        format!("  {name}  {done} of {all} runs  {}", errors(&outcomes))
    }
}

/// The mean errors of `outcomes`.
fn errors(outcomes: &[&Outcome]) -> String {
    let mean = |name: &str| {
        let values: Vec<f64> = outcomes.iter().filter_map(|outcome| outcome.number(name)).collect();
        if values.is_empty() { "-".to_owned() } else { sweep::progress::number(name, mean(&values)) }
    };
    format!("test {}  validation {}", mean("test_error"), mean("validation_error"))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
