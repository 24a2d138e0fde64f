//! The page of studies.

use super::questions::questions;
use super::tables::{Part, TableResult};
use super::verdict::{RULE, tolerances};
use super::{CellResult, Number, RunRow, State, Study, Verdict, charts};
use crate::document::document;
use crate::number::{count, duration};
use crate::quantity::{label, shown};
use maud::{Markup, html};

/// The style of a run's page, and what a study has beyond.
const STYLE: &str = concat!(include_str!("../style.css"), include_str!("study.css"));

/// The studies as one HTML document that needs no other file, no script and no network; an overview of all comes first.
/// It links to the pages of runs where [`PlannedRun::page`](super::PlannedRun::page) says that there is one. A study called
/// `figure1` shows [`figure1`](super::figure1).
#[must_use]
pub fn studies_html(studies: &[Study]) -> String {
    let title = match studies {
        [study] => format!("{} · {}", study.title, study.scale.name()),
        _ => "Deep sparse rectifier networks: the paper and our runs".to_owned(),
    };
    let body = html! {
        header {
            p.muted { "Glorot, Bordes and Bengio, Deep Sparse Rectifier Neural Networks (2011), run again" }
            h1 { (title) }
            (overview(studies))
            p.muted { (RULE) }
            p.muted {
                "Means, standard deviations and intervals are over the finished runs of the point that validation data \
                 chose, which took no part in choosing it."
            }
        }
        @for study in studies { (section(study)) }
    };
    document(&title, STYLE, &body)
}

/// Where the section of a study is on its page.
fn anchor(study: &Study) -> String {
    let safe = |c: char| if c.is_alphanumeric() { c } else { '-' };
    format!("{}-{}", study.name.chars().map(safe).collect::<String>(), study.scale.name())
}

/// The table of contents, which is the overview.
fn overview(studies: &[Study]) -> Markup {
    let names = ["plan", "scale", "runs", "reproduced", "not reproduced", "not comparable", "not run"];
    html! {
        nav.scroll tabindex="0" role="region" aria-label="Overview" {
            table.overview {
                caption { "Runs that are there of those that the plan needs, and verdicts on the paper's numbers." }
                thead { tr { @for name in names { th scope="col" { (name) } } } }
                tbody {
                    @for study in studies {
                        @let (runs, verdicts) = (study.progress, study.verdicts());
                        tr {
                            th scope="row" { a href=(format!("#{}", anchor(study))) { (study.title) } }
                            td { (study.scale.name()) }
                            td { @if runs.total > 0 { (count(runs.total - runs.missing())) " of " (count(runs.total)) } @else { "none" } }
                            @for number in [
                                verdicts.reproduced, verdicts.not_reproduced, verdicts.not_comparable, verdicts.not_run,
                            ] {
                                td { (count(number)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn section(study: &Study) -> Markup {
    html! {
        section.study id=(anchor(study)) {
            h2 { (study.title) }
            p.muted {
                "Plan " (study.name) " at the scale " (study.scale.name()) ". "
                @if let Some(tolerances) = tolerances(&study.tolerance) { (tolerances) }
            }
            p { (study.about) }
            @if let Some(reason) = &study.not_comparable { p { "Not comparable with the paper: " (reason) "." } }
            @if study.name == "figure1" && study.cells.is_empty() { (charts::functions()) }
            @for one in &study.tables { (table(study, one)) }
            @if !study.figures.is_empty() {
                div.charts { @for figure in &study.figures { (charts::figure(figure)) } }
            }
            @if !study.paths.is_empty() {
                h3 { "Active paths for one image" }
                p.muted {
                    "The first units of each layer, from left to right. Discs are active units, the larger the more active; "
                    "rings are silent. Lines join active units. Bars: where the gradient of the cost flows."
                }
                div.charts { @for paths in &study.paths { (paths.draw()) } }
            }
            (comparisons(study))
            (questions(study))
            (grids(study))
            (runs(study))
        }
    }
}

fn table(study: &Study, table: &TableResult) -> Markup {
    let cells = &study.cells;
    let choice = table.has_choice(cells);
    html! {
        h3 { (table.title) }
        @if table.rows.is_empty() {
            p { "This scale has none of its cells." }
        } @else {
            div.scroll tabindex="0" role="region" aria-label=(table.title) {
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
            @for (reason, about) in table.remarks(cells) { p.muted.remark { (about.join(", ")) ": " (reason) "." } }
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
        Some(Verdict::NotReproduced { .. }) if part == Part::Verdict => " missed",
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

fn comparisons(study: &Study) -> Markup {
    html! {
        @if !study.comparisons.is_empty() {
            h3 { "Comparisons" }
            p.muted {
                "Runs with the same " (study.repeat) " are compared. p-values are two-sided; Holm's correction is over the "
                (study.comparisons.len()) " of this plan."
            }
            dl.questions {
                @for compared in &study.comparisons { dt { (compared.question) } dd { (compared.sentence()) } }
            }
        }
    }
}

/// All points of all grids.
fn grids(study: &Study) -> Markup {
    let with_grid = || study.cells.iter().filter(|cell| cell.has_choice());
    html! {
        @if with_grid().next().is_some() {
            details.grids {
                summary { "What was chosen from: the grids" }
                div.scroll.tall tabindex="0" role="region" aria-label="Grids" {
                    table {
                        caption { "Means over the runs that choose. The smallest is chosen; a point with a run that diverged never is." }
                        thead {
                            tr { @for name in ["cell", "point", "runs", &label(&study.choose_by)] { th scope="col" { (name) } } }
                        }
                        tbody { @for cell in with_grid() { (points(cell, &study.choose_by)) } }
                    }
                }
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

/// The list of runs.
fn runs(study: &Study) -> Markup {
    // Each after its place in the numbers of a run.
    let error = if study.choose_by == "validation_rmse" { "test_rmse" } else { "test_error" };
    let names = [&*study.choose_by, error, "sparsity", "selected_epoch", "training_seconds"];
    let places = names.map(|name| study.numbers.iter().position(|known| known == name));
    let columns = || names.into_iter().zip(places).filter_map(|(name, place)| Some((name, place?)));
    let repeat = study.repeat.rsplit('.').next().unwrap_or(&study.repeat);
    html! {
        @if !study.runs.is_empty() {
            details.runs {
                summary { "All " (count(study.runs.len())) " runs, with the commands that repeat them" }
                div.scroll.tall tabindex="0" role="region" aria-label="Runs" {
                    table {
                        thead {
                            tr {
                                @for name in ["run", "cell", "point", "for", repeat, "state"] { th scope="col" { (name) } }
                                @for (name, _) in columns() { th scope="col" { (label(name)) } }
                                th scope="col" { "command" }
                            }
                        }
                        tbody {
                            @for run in &study.runs {
                                tr {
                                    (facts(run))
                                    @for (name, place) in columns() { td { (value(name, run.numbers[place])) } }
                                    td.command { @if let Some(command) = &run.command { code { (command) } } }
                                }
                            }
                        }
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

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use plan::ScaleName;

    #[test]
    fn a_page_of_several_studies_begins_with_an_overview_that_leads_to_each() {
        let (desk, smoke) = (Sample::new().study(), Sample::new().at(ScaleName::Smoke).study());
        let text = studies_html(&[desk, smoke]);
        let (overview, _) = text.split_once("<section").unwrap();
        for target in ["sample-desk", "sample-smoke"] {
            assert!(overview.contains(&format!("href=\"#{target}\"")), "{overview}");
            assert!(text.contains(&format!("<section class=\"study\" id=\"{target}\"")));
        }
        assert!(overview.contains("<td>69 of 69</td><td>2</td><td>1</td><td>1</td><td>0</td>"), "{overview}");
        assert!(overview.contains("counts as reproduced when"));
    }

    #[test]
    fn a_study_shows_tables_figures_comparisons_grids_and_runs() {
        let text = studies_html(&[Sample::new().study()]);
        for words in [
            "✓ reproduced",
            "✗ not reproduced (+0.17)",
            "not comparable",
            "mask: the paper does not say which layers have the mask.",
            "learning_rate 0.1 (1.51)",
            "Wilcoxon p = 0.062",
            "What was chosen from",
            "Tolerance: sparsity",
        ] {
            let words = words.replace("Tolerance: sparsity", "Tolerance: exact zeros 2 points, test error 0.1 points.");
            assert!(text.contains(&words), "{words} is not there");
        }
    }

    #[test]
    fn only_pages_of_runs_that_exist_are_linked_and_nothing_else_is_asked_for() {
        let mut study = Sample::new().study();
        study.runs.iter_mut().skip(1).for_each(|run| run.page = None);
        let text = studies_html(&[study]);
        let addresses: Vec<&str> = text
            .match_indices("href=\"")
            .map(|(at, found)| text[at + found.len()..].split('"').next().unwrap())
            .collect();
        assert_eq!(addresses, ["data:,", "#sample-desk", "rectifier-0-choosing-1/report.html"]);
        for asking in ["src=", "url(", "@import", "<script"] {
            assert!(!text.contains(asking), "{asking}");
        }
    }

    #[test]
    fn text_from_outside_is_escaped() {
        let hostile = "</title><script>alert(\"1\")</script>&";
        let mut study = Sample::new().study();
        for text in [&mut study.title, &mut study.about, &mut study.name, &mut study.cells[0].name] {
            hostile.clone_into(text);
        }
        hostile.clone_into(&mut study.runs[0].id);
        study.runs[0].command = Some(hostile.to_owned());
        assert!(!studies_html(&[study]).contains("<script"));
    }

    #[test]
    fn a_study_without_runs_or_cells_is_a_page_all_the_same() {
        let empty = Sample::new().without(|_, _, _| true).study();
        let text = studies_html(std::slice::from_ref(&empty));
        assert!(!text.contains("✗ not") && text.contains("not run") && text.ends_with("</html>"));
        let figure1 = Study { name: "figure1".to_owned(), ..self::empty(empty) };
        assert!(studies_html(&[figure1]).contains("Leaky integrate-and-fire"));
        assert!(studies_html(&[]).ends_with("</html>"));
    }

    /// A study of nothing.
    fn empty(study: Study) -> Study {
        Study { cells: vec![], tables: vec![], figures: vec![], comparisons: vec![], runs: vec![], ..study }
    }
}
