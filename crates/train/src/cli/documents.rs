//! Documents whose tables and figures are generated from runs.
//!
//! The program writes the text between two comments, and CI compares this text with the stored runs. The first comment
//! names the plan, the scale and the part of the report:
//!
//! ```text
//! <!-- report table1-mnist desk -->          the whole report of a plan at a scale
//! <!-- report table1-mnist desk tables -->   only the tables of the report
//! <!-- report alpha desk figure 1 -->        the first figure, a file in the folder `figures` beside the document
//! <!-- report claims -->                     the claims of the paper with their verdicts
//! <!-- report claims short -->               only the claims that have a verdict, without sections and commands
//! <!-- end -->
//! ```

use crate::cli::studies;
use crate::failure::Failure;
use crate::sweep::{self, plans};
use plan::ScaleName;
use report::{Claims, ClaimsError, Study};
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- report ";
const CLOSE: &str = " -->\n";
const END: &str = "<!-- end -->";

/// The part of a report that a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The introduction, the tables, the numbers of the figures, and the answers to the plan's questions.
    Whole,
    /// Only the tables.
    Tables,
    /// The figure with this number, counted from 1.
    Figure(usize),
}

/// A document and its pictures, as generated from the runs.
struct Written {
    text: String,
    /// The paths of the picture files, with their contents.
    pictures: Vec<(PathBuf, String)>,
}

/// The folder of pictures beside a document.
const FIGURES: &str = "figures";

/// Writes into `document` the reports that the comments of the document request, made from the runs in `folders`.
///
/// # Errors
/// [`Failure::Usage`] when a comment is malformed or requests a report that does not exist; another [`Failure`] when a
/// file cannot be read or written.
pub fn update(document: &Path, folders: &[PathBuf]) -> Result<(), Failure> {
    let text = files::read_text(document)?;
    let now = with_reports(document, &text, folders)?;
    if !now.pictures.is_empty() {
        files::create_folder(&document.with_file_name(FIGURES))?;
    }
    for (path, picture) in &now.pictures {
        files::write(path, picture.as_bytes())?;
    }
    if now.text != text {
        files::write(document, now.text.as_bytes())?;
    }
    Ok(())
}

/// Compares the reports and pictures of `document` with the runs in `folders`.
///
/// # Errors
/// [`Failure::Disagreement`] at the first line or picture that differs; otherwise the errors of [`update`].
pub fn check(document: &Path, folders: &[PathBuf]) -> Result<(), Failure> {
    let text = files::read_text(document)?;
    let Written { text: now, pictures } = with_reports(document, &text, folders)?;
    let pairs = text.lines().map(Some).chain(std::iter::repeat(None)).zip(now.lines().map(Some).chain([None]));
    match pairs.enumerate().find(|(_, (written, runs))| written != runs) {
        None if text == now => pictures.iter().try_for_each(|(path, picture)| check_picture(document, path, picture)),
        differs => {
            let line = differs.map_or_else(|| now.lines().count() + 1, |(line, _)| line + 1);
            let document = document.display();
            Err(Failure::Disagreement(format!(
                "{document}, line {line} differs from the runs; update the document with train report --update \
                 {document}"
            )))
        }
    }
}

fn check_picture(document: &Path, path: &Path, picture: &str) -> Result<(), Failure> {
    if path.is_file() && files::read_text(path)? == picture {
        return Ok(());
    }
    let (path, document) = (path.display(), document.display());
    Err(Failure::Disagreement(format!(
        "{path} differs from the runs; update the picture with train report --update {document}"
    )))
}

/// `text` with new reports between the comments, and the pictures of these reports.
fn with_reports(document: &Path, text: &str, folders: &[PathBuf]) -> Result<Written, Failure> {
    let (mut now, mut pictures, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let line = text.len() - after.len();
        let line = text[..line].matches('\n').count() + 1;
        let wrong = |what: &str| Failure::Usage(format!("{}, line {line}: {what}", document.display()));
        let (asked, body) = after
            .split_once(CLOSE)
            .ok_or_else(|| wrong("the comment does not end; write <!-- report PLAN SCALE -->"))?;
        let (_, after) =
            body.split_once(END).ok_or_else(|| wrong("this report does not end; write <!-- end --> below it"))?;
        let (report, picture) = asked_for(asked, folders, wrong)?;
        pictures.extend(picture.map(|(path, picture)| (document.with_file_name(path), picture)));
        now.extend([before, BEGIN, asked, CLOSE, "\n", &report, "\n", END]);
        rest = after;
    }
    Ok(Written { text: now + rest, pictures })
}

/// The path of a picture, relative to the folder of the document, and the content of the picture.
type Picture = (String, String);

/// The report that the words `asked` of a comment request, with its picture if the report is a figure.
fn asked_for(
    asked: &str,
    folders: &[PathBuf],
    wrong: impl Fn(&str) -> Failure,
) -> Result<(String, Option<Picture>), Failure> {
    let words: Vec<&str> = asked.split_whitespace().collect();
    match words[..] {
        ["claims"] => return Ok((claims(folders, report::claims_markdown)?, None)),
        ["claims", "short"] => return Ok((claims(folders, report::claims_short)?, None)),
        _ => {}
    }
    let (plan, scale, part) = match words[..] {
        [plan, scale] => (plan, scale, Part::Whole),
        [plan, scale, "tables"] => (plan, scale, Part::Tables),
        [plan, scale, "figure", number] => {
            let number =
                number.parse().map_err(|_| wrong("the figure has no valid number; figures are counted from 1"))?;
            (plan, scale, Part::Figure(number))
        }
        _ => return Err(wrong("write <!-- report PLAN SCALE -->, optionally with tables or figure N after the scale")),
    };
    let scale = [ScaleName::Smoke, ScaleName::Desk, ScaleName::Paper].into_iter().find(|one| one.name() == scale);
    let scale = scale.ok_or_else(|| wrong("there is no such scale; write smoke, desk or paper"))?;
    let agendas = sweep::agendas(vec![plans::find(plan)?], scale, None, Some(Path::new(".")))?;
    let studies = studies::of_plans(&agendas, folders, Path::new("."))?;
    match part {
        Part::Whole => Ok((studies.iter().map(report::study_markdown).collect(), None)),
        Part::Tables => Ok((studies.iter().map(report::study_tables).collect(), None)),
        Part::Figure(number) => {
            let mut figures =
                studies.iter().flat_map(|study| study.figures.iter().map(move |figure| (&study.name, figure)));
            let figure = figures.nth(number.wrapping_sub(1));
            let (plan, figure) = figure.ok_or_else(|| wrong("the plan has no figure with this number"))?;
            let picture = figure.picture().ok_or_else(|| {
                wrong(
                    "this figure has no finished run; train the plan, or name the folder of the plan's runs with --runs",
                )
            })?;
            let path = format!("{FIGURES}/{plan}-{}-{number}.svg", scale.name());
            Ok((report::figure_markdown(figure, &path), Some((path, picture))))
        }
    }
}

/// The claims of the paper, answered from the runs in `folders` and written by `written`.
fn claims(
    folders: &[PathBuf],
    written: fn(&Claims, &[Study]) -> Result<String, ClaimsError>,
) -> Result<String, Failure> {
    const FILE: &str = "docs/claims.toml";
    let claims = Claims::parse(Path::new(FILE), include_str!("../../../../docs/claims.toml"));
    let refused = |error: ClaimsError| Failure::Usage(error.to_string());
    let claims = claims.map_err(refused)?;
    let mut agendas = Vec::new();
    for (plan, scale) in claims.plans() {
        agendas.extend(sweep::agendas(vec![plans::find(plan)?], scale, None, Some(Path::new(".")))?);
    }
    written(&claims, &studies::of_plans(&agendas, folders, Path::new("."))?).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_has_an_answer() {
        let (folder, path) =
            document("<!-- report claims -->\n<!-- end -->\n<!-- report claims short -->\n<!-- end -->\n");
        let runs = [folder.path().to_owned()];
        update(&path, &runs).unwrap();
        check(&path, &runs).unwrap();
        let text = files::read_text(&path).unwrap();
        assert!(
            text.contains("| claim | section | paper |") && text.contains("| claim | paper | ours | verdict |"),
            "{text}"
        );
    }

    fn document(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.md");
        files::write(&path, text.as_bytes()).unwrap();
        (folder, path)
    }

    #[test]
    fn an_updated_document_agrees_with_its_runs_and_an_edited_one_does_not() {
        let (folder, path) =
            document("# Results\n\n<!-- report table1-mnist smoke tables -->\nold\n<!-- end -->\n\nmore\n");
        let runs = [folder.path().to_owned()];
        assert!(check(&path, &runs).unwrap_err().to_string().contains("results.md, line 4 differs"));
        update(&path, &runs).unwrap();
        check(&path, &runs).unwrap();
        let text = files::read_text(&path).unwrap();
        assert!(text.starts_with("# Results\n") && text.ends_with("<!-- end -->\n\nmore\n"), "{text}");
        assert!(text.contains("| rectifier, pre-trained |") && !text.contains("old"), "{text}");
        files::write(&path, text.replace("| tanh |", "| tanh, improved |").as_bytes()).unwrap();
        assert!(check(&path, &runs).is_err());
    }

    #[test]
    fn a_picture_is_written_beside_its_document_and_an_edited_one_is_detected() {
        let (folder, path) = document("<!-- report ablations desk figure 1 -->\n<!-- end -->\n");
        let runs = [PathBuf::from("../../results")];
        update(&path, &runs).unwrap();
        check(&path, &runs).unwrap();
        let picture = folder.path().join("figures/ablations-desk-1.svg");
        let (text, svg) = (files::read_text(&path).unwrap(), files::read_text(&picture).unwrap());
        assert!(text.contains("](figures/ablations-desk-1.svg)") && svg.starts_with("<svg"), "{text}");
        files::write(&picture, svg.replace("mask", "task").as_bytes()).unwrap();
        assert!(check(&path, &runs).unwrap_err().to_string().contains("ablations-desk-1.svg differs"));
    }

    #[test]
    fn a_comment_that_cannot_be_served_is_refused_with_its_line() {
        let refused = |text: &str| {
            let (_folder, path) = document(text);
            update(&path, &[]).unwrap_err().to_string()
        };
        for (text, said) in [
            ("\n<!-- report figure1", "line 2: the comment does not end"),
            ("<!-- report figure1 desk -->\n", "line 1: this report does not end"),
            ("<!-- report figure1 -->\n<!-- end -->", "line 1: write <!-- report PLAN SCALE -->"),
            ("<!-- report alpha desk figure one -->\n<!-- end -->", "figures are counted from 1"),
            ("<!-- report alpha desk figure 0 -->\n<!-- end -->", "no figure with this number"),
            ("<!-- report alpha desk figure 1 -->\n<!-- end -->", "this figure has no finished run"),
            ("<!-- report figure1 huge -->\n<!-- end -->", "there is no such scale"),
            ("<!-- report figure9 desk -->\n<!-- end -->", "there is no plan 'figure9'"),
        ] {
            assert!(refused(text).contains(said), "{text}: {}", refused(text));
        }
    }
}
