//! `train reproduce` and `train report`: reports on the runs of plans, as a web page, Markdown and CSV.

use crate::cli::sweep::{self, ScaleArgs, SweepArgs};
use crate::cli::{documents, studies};
use crate::failure::Failure;
use crate::sweep::{plans, store};
use crate::terminal;
use report::Study;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The default folder of reports.
const REPORT: &str = "artifacts/report";

/// Options of `train reproduce`.
#[derive(clap::Args, Debug)]
pub struct ReproduceArgs {
    /// The plan: a file, the name of a plan in `configs/paper/`, or `all`.
    pub what: String,
    /// The folder for the report.
    #[arg(long, value_name = "DIR", default_value = REPORT)]
    pub out: PathBuf,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened options have their own documentation")]
    pub sweep: SweepArgs,
}

/// Options of `train report`.
#[derive(clap::Args, Debug)]
pub struct ReportArgs {
    /// The plans, each given by name or as a file; `all`; or the folders of single runs.
    #[arg(required_unless_present_any = ["update", "check"], value_name = "PLAN|RUN")]
    pub what: Vec<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened options have their own documentation")]
    pub scale: ScaleArgs,
    /// A store of runs, or a folder of exported runs; may be repeated; each run is read from the first folder that
    /// contains the run.
    #[arg(long, value_name = "DIR", default_value = sweep::RUNS)]
    pub runs: Vec<PathBuf>,
    /// The folder for the report.
    #[arg(long, value_name = "DIR", default_value = REPORT)]
    pub out: PathBuf,
    /// Update the tables and figures of a document; may be repeated.
    #[arg(long, value_name = "FILE", conflicts_with = "what")]
    pub update: Vec<PathBuf>,
    /// Fail if the tables and figures of a document differ from the runs; may be repeated.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["what", "update"])]
    pub check: Vec<PathBuf>,
}

/// Carries out the sweep of the plan, and then writes the report.
///
/// # Errors
/// The errors of [`plans::named`] and [`sweep::sweep`], or another [`Failure`] when a run cannot be read or the report
/// cannot be written.
pub fn reproduce(args: &ReproduceArgs) -> Result<(), Failure> {
    let agendas = sweep::sweep(plans::named(&args.what, args.sweep.scale.scale)?, &args.sweep)?;
    let folders = std::slice::from_ref(&args.sweep.runs);
    write(&studies::of_plans(&agendas, folders, &args.out)?, &args.out)
}

/// Reports the finished runs, or updates or checks documents.
///
/// # Errors
/// [`Failure::Usage`] when a plan or a folder does not exist, two plans have the same name, or a comment in a document
/// is malformed; [`Failure::Disagreement`] when a checked document differs from the runs; another [`Failure`] when a
/// plan cannot be used, a run or a document cannot be read, or a report or a document cannot be written.
pub fn report(args: &ReportArgs) -> Result<(), Failure> {
    if args.what.is_empty() {
        store::check(&args.runs)?;
        args.update.iter().try_for_each(|file| documents::update(file, &args.runs))?;
        return args.check.iter().try_for_each(|file| documents::check(file, &args.runs));
    }
    let (folders, named): (Vec<&String>, Vec<&String>) =
        args.what.iter().partition(|what| Path::new(what).join("run.json").is_file());
    let mut plans = Vec::new();
    for what in named {
        plans.extend(plans::named(what, args.scale.scale)?);
    }
    // Plans that read the user's own data are refused without a data folder. This command loads no data, and the ids of
    // runs do not depend on the folder of `--data-dir`, so the working directory is given as that folder.
    let agendas = args.scale.agendas(plans, Some(Path::new(".")))?;
    if agendas.iter().any(|agenda| agenda.runs().next().is_some()) {
        store::check(&args.runs)?;
    }
    let mut all = studies::of_plans(&agendas, &args.runs, &args.out)?;
    if !folders.is_empty() {
        all.push(studies::of_runs(&folders.into_iter().map(PathBuf::from).collect::<Vec<_>>(), &args.out)?);
    }
    write(&all, &args.out)
}

/// Writes `studies` to the folder `out`: one page for all studies, and a Markdown and a CSV file for each study.
fn write(studies: &[Study], out: &Path) -> Result<(), Failure> {
    let mut names = BTreeSet::new();
    if let Some(twice) = studies.iter().find(|study| !names.insert(&study.name)) {
        return Err(Failure::Usage(format!(
            "two plans are called '{}' and would overwrite each other's tables; report them one at a time",
            twice.name
        )));
    }
    files::create_folder(out)?;
    let page = out.join("report.html");
    files::write(&page, report::studies_html(studies).as_bytes())?;
    for study in studies {
        let stem = format!("{}-{}", study.name, study.scale.name());
        files::write(&out.join(format!("{stem}.md")), report::study_markdown(study).as_bytes())?;
        files::write(&out.join(format!("{stem}.csv")), report::study_csv(study).as_bytes())?;
        let (runs, verdicts) = (study.progress, study.verdicts());
        let verdicts = verdicts.map(|(name, count)| format!("{count} {name}"));
        terminal::line(&format!(
            "{:<16} {} of {} runs; numbers of the paper: {}",
            study.name,
            runs.total - runs.missing(),
            runs.total,
            verdicts.join(", ")
        ));
    }
    terminal::line(&format!("report   {} (.md and .csv of each plan beside it)", page.display()));
    Ok(())
}
