//! The files and pages of runs, the results of a plan's experiments, and a page on which to explore networks.
//!
//! | module | contents |
//! |---|---|
//! | `run/` | the files of a run's folder, the run's outcome, and its page |
//! | `study/` | the results of a plan's runs as pages, Markdown and CSV |
//! | `claims/` | the claims of the paper with their verdicts |
//! | `listing/` | lists and comparisons of runs as text, JSON and CSV |
//! | [`explore`] | a page on which to draw an input and watch networks process it |
//! | `svg/`, `document/`, `text/` | charts, HTML documents and numbers as text, used by the modules above |
//!
//! | file of a run | types and functions |
//! |---|---|
//! | `run.json`: the manifest | [`Manifest`], [`write_manifest`], [`read_manifest`] |
//! | `metrics.jsonl`: a line per epoch | [`Epoch`], [`write_epochs`], [`read_epochs`] |
//! | `pretraining.jsonl`: a line per layer, learning rate and epoch | [`PretrainingEpoch`], [`write_pretraining`] |
//! | `result.json`: the result | [`RunResult`], [`write_result`], [`read_result`] |
//! | `mistakes.json`: the misclassified test examples | [`write_mistakes`] |
//! | `predictions.json`: the predicted numbers of test examples | [`write_predictions`] |
//! | `measures.json`: further measurements | [`Measures`], [`write_measures`] |
//! | `report.html`: the page of the run | [`Page`], [`html()`], [`write_page`] |
//! | `explore.html`: the page on which to explore the run's network | [`explore`] |
//!
//! An [`Outcome`] is a summary of a run that outlives the run's folder: the configuration, manifest, results,
//! learning curves and measures of the run as one line of JSON, without networks or the page.
//!
//! A [`Study`] contains the results of all runs of a [`plan::Plan`] at one scale. [`study()`] gathers a study;
//! [`studies_html`], [`study_markdown`] and [`study_csv`] write studies. [`runs_table`], [`runs_json`] and [`runs_csv`]
//! list any runs, and [`compare`] compares two runs.
//!
//! A page is a single file that contains its style sheet, charts and pictures and loads no other file. Only the page of
//! [`explore`] runs a script. The same runs give the same page, byte for byte. This crate neither builds nor trains
//! networks.

pub mod explore;

mod claims;
mod document;
mod listing;
mod run;
mod study;
mod svg;
mod text;

pub use claims::{Claim, Claims, ClaimsError, Expected, Source, claims_markdown, claims_short};
pub use listing::{McNemar, Pair, Versus, compare, run_csv, run_text, runs_csv, runs_json, runs_table};
pub use run::{
    Activations, ClassSize, ColumnSummary, Confused, Counts, Curves, Discordant, End, Epoch, Error, Image, LastEpoch,
    Look, Manifest, Measures, Outcome, Page, PredictedColumn, PretrainedLayer, PretrainingCurves, PretrainingEpoch,
    Reconstructed, RunResult, Stage, html, outcomes, read_epochs, read_manifest, read_pretraining, read_result,
    warning, write_epochs, write_manifest, write_measures, write_mistakes, write_page, write_predictions,
    write_pretraining, write_result,
};
pub use study::{
    ActivePaths, Attributed, CellResult, CellRuns, Closed, Compared, Contribution, Deciding, Decomposed, DeviationRow,
    Difference, FigureResult, Further, GridPoint, Number, PlannedRun, PointResult, PointRuns, Progress, Role, RunRow,
    SeriesResult, Share, State, Study, TableResult, Trended, Unit, Verdict, figure_markdown, figure1, settings_text,
    studies_html, study, study_csv, study_markdown, study_tables,
};
