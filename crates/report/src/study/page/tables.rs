//! The tables on a study's page.

use crate::document::{header_row, scrolling};
use crate::study::cells::Number;
use crate::study::deviations::DeviationRow;
use crate::study::results::Study;
use crate::study::tables::{Part, TableResult};
use crate::study::verdict::Verdict;
use crate::text::quantity::label;
use maud::{Markup, html};

/// A table below its title, followed by the test errors of constant predictions, if known, and by the reasons why
/// numbers are not judged. A table without rows is replaced by a sentence.
pub(crate) fn table(study: &Study, table: &TableResult) -> Markup {
    html! {
        h3 { (table.title) }
        @if table.rows.is_empty() {
            p { "No cell of this table is part of this scale." }
        } @else {
            (scrolling(&table.title, &results(study, table)))
            @let baselines = table.baselines(&study.cells);
            @if !baselines.is_empty() { p.muted.remark { (baselines) } }
            @for (reason, about) in table.remarks(&study.cells) {
                p.muted.remark { (about.join(", ")) ": " (reason) "." }
            }
        }
    }
}

/// The table of the ways in which the plan differs from the paper; empty without any.
pub(crate) fn deviations(study: &Study) -> Markup {
    const TITLE: &str = "Where it differs from the paper";
    html! {
        @if !study.deviations.is_empty() {
            h3 { (TITLE) }
            (scrolling(TITLE, &html! {
                table {
                    (header_row(DeviationRow::HEADERS))
                    tbody { @for row in &study.deviations { tr { @for field in row.fields() { td { (field) } } } } }
                }
            }))
        }
    }
}

fn results(study: &Study, table: &TableResult) -> Markup {
    let cells = &study.cells;
    let choice = table.has_choice(cells);
    html! {
        table.results {
            (head(study, table))
            tbody {
                @for cell in table.rows.iter().map(|&row| &cells[row]) {
                    tr {
                        th scope="row" { (cell.name) }
                        td { (cell.progress.words()) }
                        @if choice { td.chosen { (cell.choice(&study.choose_by)) } }
                        @for column in &table.columns {
                            @for &part in table.parts(column, cells) {
                                (entry(part, column, &cell.numbers[column]))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn head(study: &Study, table: &TableResult) -> Markup {
    html! {
        thead {
            tr {
                th scope="col" rowspan="2" { "cell" }
                th scope="col" rowspan="2" { "runs" }
                @if table.has_choice(&study.cells) {
                    th.chosen scope="col" rowspan="2" { "chosen by " (label(&study.choose_by)) }
                }
                @for column in &table.columns {
                    th.quantity scope="colgroup" colspan=(table.parts(column, &study.cells).len()) { (label(column)) }
                }
            }
            tr {
                @for column in &table.columns {
                    @for &part in table.parts(column, &study.cells) { th scope="col" class=[class(part)] { (part.name()) } }
                }
            }
        }
    }
}

fn entry(part: Part, name: &str, number: &Number) -> Markup {
    let judged = match &number.verdict {
        Some(Verdict::Reproduced) if part == Part::Verdict => " reproduced",
        Some(Verdict::Contradicts { .. }) if part == Part::Verdict => " missed",
        _ => "",
    };
    html! { td class=[class(part).map(|class| format!("{class}{judged}"))] { (part.text(name, number)) } }
}

fn class(part: Part) -> Option<&'static str> {
    match part {
        Part::Mean => Some("mean"),
        Part::Verdict => Some("judged"),
        Part::Interval | Part::Paper => None,
    }
}
