//! The sections of a study's page on its grids and its runs.

use crate::document::{header_row, scrolling_tall};
use crate::study::cells::CellResult;
use crate::study::gather::test_number;
use crate::study::results::Study;
use crate::study::rows::{RunRow, State};
use crate::text::number::{count, duration};
use crate::text::quantity::{label, shown};
use maud::{Markup, html};

/// The table of the points of all grids, in which the chosen points are marked; empty without grids.
pub(crate) fn grids(study: &Study) -> Markup {
    let with_grid: Vec<&CellResult> = study.cells.iter().filter(|cell| cell.has_choice()).collect();
    html! {
        @if !with_grid.is_empty() {
            details.grids {
                summary { "Grids: the candidates and their validation results" }
                (scrolling_tall("Grids", &html! {
                    table {
                        caption { "Means over the selection runs. The point with the smallest mean is chosen; points with a diverged run are excluded." }
                        (header_row(["cell", "point", "runs", &label(&study.choose_by)]))
                        tbody { @for cell in with_grid { (points(cell, &study.choose_by)) } }
                    }
                }))
            }
        }
    }
}

fn points(cell: &CellResult, choose_by: &str) -> Markup {
    html! {
        @for (k, point) in cell.grid.iter().enumerate() {
            tr class=[(cell.chosen == Some(k)).then_some("chosen")] {
                th scope="row" { (cell.name) }
                td { (point.text) }
                td { (point.progress.words()) }
                td {
                    @if point.mean.is_some() { (shown(choose_by, point.mean)) } @else { (point.why_no_mean()) }
                    @if cell.chosen == Some(k) { " ★" }
                }
            }
        }
    }
}

/// The list of the study's runs ([`Study::runs`]), with the commands that repeat them.
pub(crate) fn runs(study: &Study) -> Markup {
    html! {
        @if !study.runs.is_empty() {
            details.runs {
                summary { "All " (count(study.runs.len())) " runs, with the commands that repeat them" }
                (scrolling_tall("Runs", &runs_table(study)))
            }
        }
    }
}

fn runs_table(study: &Study) -> Markup {
    let test = test_number(&study.choose_by);
    let baseline = if test == "test_rmse" { "constant_rmse" } else { "baseline_error" };
    let place = |name: &str| study.numbers.iter().position(|known| known == name);
    let column = |name| Some((name, place(name)?));
    let known = column(baseline).filter(|&(_, place)| study.runs.iter().any(|run| run.numbers[place].is_some()));
    let results = [&*study.choose_by, test].into_iter().filter_map(column).chain(known);
    let further = ["sparsity", "selected_epoch", "training_seconds"].into_iter().filter_map(column);
    // Each column is given by its name and its index among the numbers of a run.
    let columns: Vec<(&str, usize)> = results.chain(further).collect();
    let repeat = study.repeat.rsplit('.').next().unwrap_or(&study.repeat);
    html! {
        table {
            thead {
                tr {
                    @for name in ["run", "cell", "point", "role", repeat, "state"] { th scope="col" { (name) } }
                    @for (name, _) in &columns { th scope="col" { (label(name)) } }
                    th scope="col" { "command" }
                }
            }
            tbody {
                @for run in &study.runs {
                    tr {
                        (facts(run))
                        @for &(name, place) in &columns { td { (value(name, run.numbers[place])) } }
                        td.command { @if let Some(command) = &run.command { code { (command) } } }
                    }
                }
            }
        }
    }
}

fn facts(run: &RunRow) -> Markup {
    let reason = if let State::Diverged(reason) = &run.state { Some(reason) } else { None };
    html! {
        th scope="row" { @if let Some(page) = &run.page { a href=(page) { (run.id) } } @else { (run.id) } }
        td { (run.cell) }
        td { (run.point) }
        td { (run.role.name()) }
        td { (run.repeat) }
        td title=[reason] { (run.state.name()) }
    }
}

fn value(name: &str, value: Option<f64>) -> String {
    match (name, value) {
        ("training_seconds", Some(seconds)) => duration(seconds),
        ("selected_epoch", Some(epoch)) => epoch.to_string(),
        _ => shown(name, value),
    }
}
