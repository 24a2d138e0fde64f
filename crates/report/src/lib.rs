//! The files of a run as types, the page of a run, the pages of a plan's experiments, and the explorer of a network.
//!
//! | room | contents |
//! |---|---|
//! | `run/` | the files of a run's folder, what is kept of a run, and its page |
//! | `study/` | what the runs of a plan say together |
//! | `listing/` | runs as text, JSON and CSV |
//! | [`explore`] | the page on which one draws and sees a network compute |
//! | `svg/`, `document/`, `text/` | charts, HTML documents, numbers as text: what the rooms above share |
//!
//! | file | here |
//! |---|---|
//! | `run.json`: what was run | [`Manifest`], [`write_manifest`], [`read_manifest`] |
//! | `metrics.jsonl`: a line per epoch | [`Epoch`], [`write_epochs`], [`read_epochs`] |
//! | `pretraining.jsonl`: a line per epoch of each layer | [`PretrainingEpoch`], [`write_pretraining`] |
//! | `result.json`: the result | [`RunResult`], [`write_result`], [`read_result`] |
//! | `mistakes.json`: the misclassified test examples | [`write_mistakes`] |
//! | `measures.json`: further measurements | [`Measures`], [`write_measures`] |
//! | `report.html`: all of these for a reader | [`Page`], [`html()`], [`write_page`] |
//! | `explore.html`: its network, computing as one draws | [`explore`] |
//!
//! An [`Outcome`] is what is kept of a run without its folder: everything but networks, curves and page, in one line of JSON.
//!
//! A [`Study`] is what the runs of a [`plan::Plan`] say together; [`study()`] gathers it, [`studies_html`],
//! [`study_markdown`] and [`study_csv`] write it. [`runs_table`] and its neighbours list any runs, [`compare`] sets two side
//! by side.
//!
//! A page is one file: style, charts and pictures are inside it, and it loads nothing. Only the page of [`explore`] runs a
//! script. The same runs give the same bytes. This crate does not know how networks are built or trained.

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
