//! A study as Markdown, for documents.

use super::charts::caption;
use super::deviations::DeviationRow;
use super::figures::FigureResult;
use super::results::Study;
use super::tables::TableResult;
use super::verdict::tolerances;
use crate::text::number::range;
use crate::text::quantity::{label, shown};
use plan::FigureKind;
use std::fmt::Write as _;

/// The tables, the numbers of the figures and the answers of a study as GitHub-flavoured Markdown, below a heading of
/// the third level. The text contains neither the pictures ([`FigureResult::picture`]) nor the list of runs
/// ([`study_csv`](super::study_csv)).
#[must_use]
pub fn study_markdown(study: &Study) -> String {
    let runs = study.progress;
    let mut text = format!("### {}\n\n{}\n\n", line(&study.title), line(&study.about));
    let facts = format!(
        "Plan `{}` at the scale `{}`: {} of {} runs. {}",
        line(&study.name),
        study.scale.name(),
        runs.total - runs.missing(),
        runs.total,
        tolerances(&study.tolerance).unwrap_or_default()
    );
    let _ = write!(text, "{}\n\n", facts.trim_end()); // writing to a String cannot fail
    if let Some(reason) = &study.not_comparable {
        let _ = write!(text, "Not comparable with the paper: {}.\n\n", line(reason));
    }
    for each in &study.tables {
        text.push_str(&table(study, each));
    }
    if !study.deviations.is_empty() {
        let rows = study.deviations.iter().map(|row| row.fields().map(ToOwned::to_owned).to_vec());
        text.push_str(&pipes("Where it differs from the paper", &DeviationRow::HEADERS.map(ToOwned::to_owned), rows));
    }
    for each in &study.figures {
        text.push_str(&figure(each));
    }
    for compared in &study.comparisons {
        let _ = writeln!(text, "- **{}** {}", line(&compared.question), line(&compared.sentence()));
    }
    for (question, sentence) in study.answered() {
        let _ = writeln!(text, "- **{}** {}", line(question), line(&sentence));
    }
    text.trim_end().to_owned() + "\n"
}

/// The tables of a study as Markdown, without its heading, figures and answers.
#[must_use]
pub fn study_tables(study: &Study) -> String {
    study.tables.iter().map(|each| table(study, each)).collect::<String>().trim_end().to_owned() + "\n"
}

fn table(study: &Study, table: &TableResult) -> String {
    let cells = &study.cells;
    let choice = table.has_choice(cells);
    let mut head = vec!["cell".to_owned(), "runs".to_owned()];
    if choice {
        head.push(format!("chosen by {}", label(&study.choose_by)));
    }
    for column in &table.columns {
        head.extend(table.parts(column, cells).iter().map(|part| format!("{}: {}", label(column), part.name())));
    }
    let rows = table.rows.iter().map(|&row| {
        let cell = &cells[row];
        let mut fields = vec![cell.name.clone(), cell.progress.words()];
        if choice {
            fields.push(cell.choice(&study.choose_by));
        }
        for column in &table.columns {
            fields.extend(table.parts(column, cells).iter().map(|part| part.text(column, &cell.numbers[column])));
        }
        fields
    });
    let mut text = pipes(&table.title, &head, rows);
    let baselines = table.baselines(cells);
    if !baselines.is_empty() {
        let _ = write!(text, "{baselines}\n\n");
    }
    for (reason, about) in table.remarks(cells) {
        let _ = write!(text, "{}: {}.\n\n", line(&about.join(", ")), line(&reason));
    }
    text
}

/// The means of a figure of lines or bars as a table; empty for a scatter plot, whose points are single runs.
fn figure(figure: &FigureResult) -> String {
    if figure.kind == FigureKind::Scatter {
        return String::new();
    }
    let head = ["series".to_owned(), "cell".to_owned(), label(&figure.x), label(&figure.y), "95 % interval".to_owned()];
    let y = |value| shown(&figure.y, Some(value));
    // The x value of a bar is only the position of the bar in its group.
    let bars = figure.kind == FigureKind::Bars;
    let x = |value| if bars { String::new() } else { shown(&figure.x, Some(value)) };
    let ours = figure.series.iter().flat_map(|series| {
        series.points.iter().map(move |point| {
            let interval = point.interval.map(|interval| range(interval, y));
            vec![series.label.clone(), point.cell.clone(), x(point.x), y(point.y), interval.unwrap_or_default()]
        })
    });
    let paper = figure.series.iter().flat_map(|series| {
        let row = move |point: &[f64; 2]| {
            vec![series.label.clone(), figure.named(series, *point), x(point[0]), y(point[1]), String::new()]
        };
        series.paper.iter().map(row)
    });
    let mut text = pipes(&figure.title, &head, ours.chain(paper));
    for note in &figure.notes {
        let _ = write!(text, "{}\n\n", line(note));
    }
    text
}

/// A figure as Markdown: a reference to the picture at `path`, the caption and the notes.
#[must_use]
pub fn figure_markdown(figure: &FigureResult, path: &str) -> String {
    let title = line(&figure.title);
    let alternative = title.replace(['[', ']'], "");
    let mut text = format!("![{alternative}]({path})\n\n{title}. {}\n", line(&caption(figure)));
    for note in &figure.notes {
        let _ = write!(text, "\n{}\n", line(note));
    }
    text
}

/// A Markdown table below its title.
pub(crate) fn pipes(title: &str, head: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let row = |fields: &[String]| {
        let fields: Vec<String> = fields.iter().map(|field| line(field).replace('|', "\\|")).collect();
        format!("| {} |\n", fields.join(" | "))
    };
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    let rows: String = rows.map(|fields| row(&fields)).collect();
    format!("**{}**\n\n{}{rule}{rows}\n", line(title), row(head))
}

/// `text` on one line, with the characters `&`, `<` and `*` escaped.
pub(crate) fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('&', "&amp;").replace('<', "&lt;").replace('*', "\\*")
}

#[cfg(test)]
mod tests {
    use super::super::page;
    use super::super::sample::Sample;
    use super::*;
    use plan::{Combination, Decomposition, Part, Shares};

    #[test]
    fn tables_have_equally_many_fields_in_each_row() {
        let text = study_markdown(&Sample::new().study());
        assert!(text.starts_with("### Rectifiers, tanh and softplus on MNIST\n\nTable 1 of section 4.1"));
        assert!(text.contains("| rectifier | 5 of 5 | learning_rate 0.1 (1.51), next learning_rate 0.01 (1.71); alone, 0 of 2 seeds choose otherwise | 1.41 ± "), "{text}");
        let mut fields = 0;
        for row in text.lines() {
            let here = row.matches('|').count();
            assert!(fields == 0 || here == 0 || here == fields, "{row}");
            fields = here;
        }
        assert!(text.contains("- **Is the rectifier better than tanh?** The test error of rectifier is 0."));
        assert!(text.ends_with(".\n") && !text.contains("\n\n\n"));
    }

    #[test]
    fn a_constant_answer_stands_below_the_table_of_errors_where_runs_recorded_it() {
        let mut study = Sample::new().study();
        assert!(!study_markdown(&study).contains("Always predicting"));
        for (k, cell) in study.cells.iter_mut().enumerate() {
            let number = cell.numbers.get_mut("baseline_error").unwrap();
            number.mean = Some(88.5 + k.min(1) as f64);
        }
        let expected = "Always predicting the most frequent class has a test error, in %, of 88.50 to 89.50.";
        assert!(study_markdown(&study).contains(&format!("{expected}\n\n")), "{}", study_markdown(&study));
        assert!(page::studies_html(&[study]).contains(expected));
    }

    #[test]
    fn text_cannot_break_out_of_its_field() {
        let mut study = Sample::new().study();
        study.cells[0].name = "a|b\n<i>".to_owned();
        assert!(study_markdown(&study).contains("| a\\|b &lt;i> | 5 of 5"));
    }

    #[test]
    fn every_question_is_answered_on_the_page_and_in_markdown() {
        let mut sample = Sample::new();
        let cell = |name: &str| Combination { cell: name.to_owned(), levels: vec![name.to_owned()] };
        sample.plan.shares = vec![Shares {
            question: "How much is the unit's?".to_owned(),
            metric: "test_error".to_owned(),
            factors: vec!["unit".to_owned()],
            cells: vec![cell("rectifier"), cell("tanh")],
        }];
        let number = || "sparsity.1".to_owned();
        sample.plan.decomposition = vec![Decomposition {
            question: "Which layers?".to_owned(),
            from: "tanh".to_owned(),
            to: "rectifier".to_owned(),
            parts: vec![Part { name: "layer 1".to_owned(), from: number(), to: number() }],
        }];
        let study = sample.study();
        let (html, text) = (page::studies_html(std::slice::from_ref(&study)), study_markdown(&study));
        let answered = study.answered();
        assert_eq!(answered.len(), 2);
        for (question, sentence) in answered {
            assert!(html.contains(&format!("<dt>{question}</dt><dd>{sentence}</dd>")), "{sentence}");
            assert!(text.contains(&format!("- **{question}** {sentence}\n")), "{text}");
        }
        assert!(!page::studies_html(&[Sample::new().study()]).contains("Trends, gaps and shares"));
    }
}
