//! The section of the page on the user's own data: sentences about the files, the sizes of the classes, and the
//! columns of a table.

use crate::document::{header_row, scrolling_tall};
use crate::run::files::Manifest;
use crate::run::look::{ClassSize, ColumnSummary};
use crate::text::number::{NONE, count, counted};
use crate::text::quantity::shown;
use maud::{Markup, html};

/// The section on the user's own data, from the summary in the manifest `run`; empty for published data sets, and for
/// runs whose manifest has no summary.
pub(crate) fn section(run: &Manifest) -> Markup {
    let Some(look) = &run.look else { return html! {} };
    let labelled: usize = look.classes.iter().map(|class| class.train).sum();
    html! {
        section {
            h2 { "The data" }
            ul.found { @for line in &look.found { li { (line) } } }
            @if labelled > run.examples.train {
                p {
                    "The counts are those of all examples; this network has learned from the labels of "
                    (counted(run.examples.train, "training example")) "."
                }
            }
            @if !(look.classes.is_empty() && look.columns.is_empty()) {
                div.charts {
                    @if !look.classes.is_empty() { (scrolling_tall("Sizes of the classes", &classes(&look.classes))) }
                    @if !look.columns.is_empty() { (scrolling_tall("Columns", &columns(&look.columns))) }
                }
            }
        }
    }
}

fn classes(classes: &[ClassSize]) -> Markup {
    let sum = |of: fn(&ClassSize) -> usize| classes.iter().map(of).sum::<usize>();
    html! {
        table.named {
            caption { "The number of examples of each class." }
            (header_row(["class", "training", "validation", "test"]))
            tbody {
                @for class in classes {
                    tr {
                        th scope="row" { (class.name) }
                        @for examples in [class.train, class.validation, class.test] { td { (count(examples)) } }
                    }
                }
                tr.chosen {
                    th scope="row" { "all" }
                    @for examples in [sum(|class| class.train), sum(|class| class.validation), sum(|class| class.test)] {
                        td { (count(examples)) }
                    }
                }
            }
        }
    }
}

fn columns(columns: &[ColumnSummary]) -> Markup {
    let number = |value: Option<f64>| shown("", value);
    html! {
        table.named.columns {
            caption { "The columns that are inputs, with mean, standard deviation and missing values of the training examples." }
            (header_row(["column", "kind", "mean", "deviation", "missing"]))
            tbody {
                @for column in columns {
                    tr {
                        th scope="row" { (column.name) }
                        td { (column.categories.map_or_else(|| "number".to_owned(), |categories| format!("categories: {}", count(categories)))) }
                        td { (number(column.standard.map(|standard| standard.mean))) }
                        td { (number(column.standard.map(|standard| standard.deviation))) }
                        td { @if column.missing > 0 { (count(column.missing)) } @else { (NONE) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::look::Look;
    use crate::run::sample::finished;
    use preprocessing::Standard;

    fn look() -> Look {
        let class = |name: &str, train| ClassSize { name: name.to_owned(), train, validation: 0, test: 7 };
        Look {
            found: vec!["flowers: 2 <columns> & a class".to_owned(), "no validation example of \"b\"".to_owned()],
            classes: vec![class("<a>", 49_000), class("b", 1000)],
            columns: vec![
                ColumnSummary {
                    name: "<petal>".to_owned(),
                    standard: Some(Standard { mean: 1.5, deviation: 0.25 }),
                    categories: None,
                    missing: 12,
                },
                ColumnSummary { name: "kind".to_owned(), standard: None, categories: Some(3), missing: 0 },
            ],
            ..Look::default()
        }
    }

    #[test]
    fn every_sentence_class_and_column_is_shown_and_escaped() {
        let mut run = finished("a", 1.0).0;
        assert!(section(&run).into_string().is_empty());
        run.look = Some(look());
        let text = section(&run).into_string();
        for words in [
            "<li>flowers: 2 &lt;columns&gt; &amp; a class</li>",
            "<li>no validation example of &quot;b&quot;</li>",
            "&lt;a&gt;</th><td>49,000</td><td>0</td><td>7</td>",
            "all</th><td>50,000</td><td>0</td><td>14</td>",
            "&lt;petal&gt;</th><td>number</td><td>1.500</td><td>0.2500</td><td>12</td>",
            "kind</th><td>categories: 3</td><td>–</td><td>–</td><td>–</td>",
        ] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        assert!(!text.contains("has learned from the labels"));
    }

    #[test]
    fn a_subset_of_the_labels_is_said() {
        let mut run = finished("a", 1.0).0;
        run.look = Some(look());
        run.examples.train = 10;
        assert!(section(&run).into_string().contains("has learned from the labels of 10 training examples."));
    }
}
