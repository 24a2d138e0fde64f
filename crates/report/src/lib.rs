//! A run's folder as types, the page that shows a run, and those that show the experiments of a plan.
//!
//! | file | here |
//! |---|---|
//! | `run.json`: what was run | [`Manifest`], [`write_manifest`], [`read_manifest`] |
//! | `metrics.jsonl`: a line per epoch | [`Epoch`], [`write_epochs`], [`read_epochs`] |
//! | `pretraining.jsonl`: a line per epoch of each layer | [`PretrainingEpoch`], [`write_pretraining`] |
//! | `result.json`: what came out | [`RunResult`], [`write_result`], [`read_result`] |
//! | `mistakes.json`: the wrong answers | [`write_mistakes`] |
//! | `measures.json`: what else was measured | [`Measures`], [`write_measures`] |
//! | `report.html`: all of it for a reader | [`Page`], [`html()`], [`write_page`] |
//! | `explore.html`: its network, alive | [`explore`] |
//!
//! An [`Outcome`] is what is kept of a run when its networks are gone: all of these but curves and page, in one line.
//!
//! A [`Study`] is what the runs of a [`plan::Plan`] say together; [`study()`] gathers it, [`studies_html`],
//! [`study_markdown`] and [`study_csv`] write it. [`runs_table`] and its neighbours list any runs, [`compare`] shows two.
//!
//! A page is one file: style, charts and pictures are inside it, it asks the network for nothing, and but for the one that
//! is there to be played with ([`explore`]) it runs no script.
//! The same runs give the same bytes. Nothing here knows how networks are made or trained.

pub mod explore;

mod document;
mod listing;
mod run;
mod study;
mod svg;
mod text;

pub use listing::{McNemar, Pair, Versus, compare, run_csv, run_text, runs_csv, runs_json, runs_table};
pub use run::{
    Activations, Confused, Counts, Discordant, End, Epoch, Error, Image, Manifest, Measures, Outcome, Page,
    PretrainedLayer, PretrainingEpoch, Reconstructed, RunResult, Stage, html, outcomes, read_epochs, read_manifest,
    read_result, write_epochs, write_manifest, write_measures, write_mistakes, write_page, write_pretraining,
    write_result,
};
pub use study::{
    ActivePaths, Answer, Attributed, CellResult, CellRuns, Closed, Compared, Contribution, Decomposed, FigureResult,
    GridPoint, Number, PlannedRun, PointResult, PointRuns, Progress, Role, RunRow, SeriesResult, Share, State, Study,
    TableResult, Trended, Unit, Verdict, Verdicts, figure_markdown, figure1, settings_text, studies_html, study,
    study_csv, study_markdown, study_tables,
};
