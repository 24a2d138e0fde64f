//! The HTML page of one or more studies.

mod runs;
mod tables;

use super::charts;
use super::results::Study;
use super::verdict::{RULE, Verdict, tolerances};
use crate::document::{Head, document, header_row, style};
use crate::text::number::count;
use maud::{Markup, html};

/// The studies as one HTML document that loads no other file and runs no script. The document begins with an overview,
/// and links to the page of each run that has a [`PlannedRun::page`](super::PlannedRun::page). A study called `figure1`
/// without cells shows the curves of [`figure1`](super::figure1).
#[must_use]
pub fn studies_html(studies: &[Study]) -> String {
    let title = match studies {
        [study] => format!("{} · {}", study.title, study.scale.name()),
        _ => "Deep sparse rectifier networks: the paper and our runs".to_owned(),
    };
    let body = html! {
        main {
            header {
                p.muted { "Glorot, Bordes and Bengio, Deep Sparse Rectifier Neural Networks (2011), reproduced" }
                h1 { (title) }
                (overview(studies))
                p.muted { (RULE) }
                p.muted {
                    "Means, standard deviations and intervals are over the finished runs of the grid point chosen on \
                     validation data; these runs took no part in the choice."
                }
            }
            @for study in studies { (section(study)) }
        }
    };
    document(&Head { title: &title, style: &style(include_str!("study.css")), policy: None }, &body)
}

/// The HTML id of a study's section.
fn anchor(study: &Study) -> String {
    let safe = |c: char| if c.is_alphanumeric() { c } else { '-' };
    format!("{}-{}", study.name.chars().map(safe).collect::<String>(), study.scale.name())
}

/// The overview of all studies, which also serves as the table of contents.
fn overview(studies: &[Study]) -> Markup {
    let names = ["plan", "scale", "runs"].into_iter().chain(Verdict::NAMES);
    html! {
        nav.scroll tabindex="0" role="region" aria-label="Overview" {
            table.overview {
                caption { "The runs of each plan that have ended, and the verdicts on the paper's numbers." }
                (header_row(names))
                tbody {
                    @for study in studies {
                        @let (runs, verdicts) = (study.progress, study.verdicts());
                        tr {
                            th scope="row" { a href=(format!("#{}", anchor(study))) { (study.title) } }
                            td { (study.scale.name()) }
                            td { @if runs.total > 0 { (count(runs.total - runs.missing())) " of " (count(runs.total)) } @else { "no runs" } }
                            @for (_, number) in verdicts { td { (count(number)) } }
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
            @for one in &study.tables { (tables::table(study, one)) }
            (tables::deviations(study))
            @if !study.figures.is_empty() {
                div.charts { @for figure in &study.figures { (charts::figure(figure)) } }
            }
            @if !study.paths.is_empty() {
                h3 { "Active paths for one image" }
                p.muted {
                    "The first units of each layer, with the layers from left to right. Discs are active units, larger for \
                     larger outputs; rings are units whose output is 0. Lines join active units. Bars show how strongly the \
                     gradient of the cost flows through a unit."
                }
                div.charts { @for paths in &study.paths { (paths.draw()) } }
            }
            (comparisons(study))
            (questions(study))
            (runs::grids(study))
            (runs::runs(study))
        }
    }
}

fn comparisons(study: &Study) -> Markup {
    html! {
        @if !study.comparisons.is_empty() {
            h3 { "Comparisons" }
            p.muted {
                "Runs with the same " (study.repeat) " are paired. Intervals are of the difference in the direction that the \
                 sentence states; p-values are two-sided, and Holm's correction covers the comparisons of this plan."
            }
            dl.questions {
                @for compared in &study.comparisons { dt { (compared.question) } dd { (compared.sentence()) } }
            }
        }
    }
}

fn questions(study: &Study) -> Markup {
    let answered = study.answered();
    html! {
        @if !answered.is_empty() {
            h3 { "Further questions" }
            dl.questions {
                @for (question, sentence) in answered { dt { (question) } dd { (sentence) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sample::Sample;
    use plan::ScaleName;

    #[test]
    fn a_page_begins_with_an_overview_that_links_to_each_study() {
        let (desk, smoke) = (Sample::new().study(), Sample::new().at(ScaleName::Smoke).study());
        let text = studies_html(&[desk, smoke]);
        let (overview, _) = text.split_once("<section").unwrap();
        for target in ["sample-desk", "sample-smoke"] {
            assert!(overview.contains(&format!("href=\"#{target}\"")), "{overview}");
            assert!(text.contains(&format!("<section class=\"study\" id=\"{target}\"")));
        }
        assert!(
            overview.contains("<td>69 of 69</td><td>2</td><td>0</td><td>1</td><td>0</td><td>1</td><td>0</td>"),
            "{overview}"
        );
        assert!(overview.contains("It is reproduced when"));
    }

    #[test]
    fn a_study_shows_tables_figures_comparisons_grids_and_runs() {
        let text = studies_html(&[Sample::new().study()]);
        for words in [
            "✓ reproduced",
            "✗ contradicts (+0.17)",
            "not comparable",
            "mask: the paper does not say which layers have the mask.",
            "learning_rate 0.1 (1.51)",
            "over seeds and test examples; 5 pairs)",
            "Grids: the candidates and their validation results",
            "Tolerance: sparsity",
        ] {
            let words = words.replace("Tolerance: sparsity", "Tolerance: exact zeros 2 points, test error 0.1 points.");
            assert!(text.contains(&words), "{words} is missing");
        }
    }

    #[test]
    fn a_page_links_to_existing_pages_of_runs_and_loads_nothing() {
        let mut study = Sample::new().study();
        study.runs.iter_mut().skip(1).for_each(|run| run.page = None);
        let text = studies_html(&[study]);
        let addresses: Vec<&str> = text
            .match_indices("href=\"")
            .map(|(at, found)| text[at + found.len()..].split('"').next().unwrap())
            .collect();
        assert_eq!(addresses, ["data:,", "#sample-desk", "rectifier-0-choosing-1/report.html"]);
        for asking in ["src=", "url(", "@import", "<script"] {
            assert!(!text.contains(asking), "the page contains {asking}");
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
    fn a_study_without_runs_or_cells_still_has_a_section() {
        let empty = Sample::new().without(|_, _, _| true).study();
        let text = studies_html(std::slice::from_ref(&empty));
        assert!(!text.contains("✗ not") && text.contains("not run") && text.ends_with("</html>"));
        let figure1 = Study { name: "figure1".to_owned(), ..self::empty(empty) };
        assert!(studies_html(&[figure1]).contains("Leaky integrate-and-fire"));
        assert!(studies_html(&[]).ends_with("</html>"));
    }

    /// A copy of the study without cells, tables, figures, comparisons or runs.
    fn empty(study: Study) -> Study {
        Study { cells: vec![], tables: vec![], figures: vec![], comparisons: vec![], runs: vec![], ..study }
    }
}
