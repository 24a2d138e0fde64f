//! Documents whose tables are those of runs.
//!
//! What stands between two comments is written by the program, and CI compares it with the runs that are kept:
//!
//! ```text
//! <!-- report table1-mnist desk -->          all of a plan at a scale
//! <!-- report table1-mnist desk tables -->   its tables alone
//! <!-- end -->
//! ```

use crate::failure::Failure;
use crate::reproduce;
use crate::sweep::{self, plans};
use plan::ScaleName;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- report ";
const CLOSE: &str = " -->\n";
const END: &str = "<!-- end -->";

/// How much of a report a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Text, tables, figures as numbers, answers.
    Whole,
    /// Tables.
    Tables,
}

/// Writes the reports that `document` asks for into it; runs are those in `folders`.
///
/// # Errors
/// [`Failure::Usage`] when a comment asks for what there is not, any other when something cannot be read or written.
pub fn update(document: &Path, folders: &[PathBuf]) -> Result<(), Failure> {
    let text = files::read_text(document)?;
    let now = with_reports(document, &text, folders)?;
    if now != text {
        files::write(document, now.as_bytes())?;
    }
    Ok(())
}

/// Compares the reports in `document` with the runs in `folders`.
///
/// # Errors
/// [`Failure::Disagreement`] with the first line that differs; otherwise those of [`update`].
pub fn check(document: &Path, folders: &[PathBuf]) -> Result<(), Failure> {
    let text = files::read_text(document)?;
    let now = with_reports(document, &text, folders)?;
    let pairs = text.lines().map(Some).chain(std::iter::repeat(None)).zip(now.lines().map(Some).chain([None]));
    match pairs.enumerate().find(|(_, (written, runs))| written != runs) {
        None if text == now => Ok(()),
        differs => {
            let line = differs.map_or_else(|| now.lines().count() + 1, |(line, _)| line + 1);
            let document = document.display();
            Err(Failure::Disagreement(format!(
                "{document}, line {line}: this is not what the runs say; write it anew with train report --update {document}"
            )))
        }
    }
}

/// `text` with what stands between its comments written anew.
fn with_reports(document: &Path, text: &str, folders: &[PathBuf]) -> Result<String, Failure> {
    let (mut now, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let line = text.len() - after.len();
        let line = text[..line].matches('\n').count() + 1;
        let wrong = |what: &str| Failure::Usage(format!("{}, line {line}: {what}", document.display()));
        let (asked, body) = after
            .split_once(CLOSE)
            .ok_or_else(|| wrong("the comment does not end; write <!-- report PLAN SCALE -->"))?;
        let (_, after) =
            body.split_once(END).ok_or_else(|| wrong("nothing ends this report; write <!-- end --> below"))?;
        let report = asked_for(asked, folders, wrong)?;
        now.extend([before, BEGIN, asked, CLOSE, "\n", &report, "\n", END]);
        rest = after;
    }
    Ok(now + rest)
}

/// The report that a comment asks for.
fn asked_for(asked: &str, folders: &[PathBuf], wrong: impl Fn(&str) -> Failure) -> Result<String, Failure> {
    let words: Vec<&str> = asked.split_whitespace().collect();
    let (plan, scale, part) = match words[..] {
        [plan, scale] => (plan, scale, Part::Whole),
        [plan, scale, "tables"] => (plan, scale, Part::Tables),
        _ => return Err(wrong("write <!-- report PLAN SCALE -->, or tables after the scale")),
    };
    let scale = [ScaleName::Smoke, ScaleName::Desk, ScaleName::Paper].into_iter().find(|one| one.name() == scale);
    let scale = scale.ok_or_else(|| wrong("the scale is none; write smoke, desk or paper"))?;
    let agendas = sweep::agendas(vec![plans::find(plan)?], scale, Some(Path::new(".")))?;
    let studies = reproduce::studies(&agendas, folders, Path::new("."))?;
    let write = match part {
        Part::Whole => report::study_markdown,
        Part::Tables => report::study_tables,
    };
    Ok(studies.iter().map(write).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.md");
        files::write(&path, text.as_bytes()).unwrap();
        (folder, path)
    }

    #[test]
    fn a_document_that_was_updated_agrees_and_one_that_was_edited_does_not() {
        let (folder, path) =
            document("# Results\n\n<!-- report table1-mnist smoke tables -->\nold\n<!-- end -->\n\nmore\n");
        let runs = [folder.path().to_owned()];
        assert!(check(&path, &runs).unwrap_err().to_string().contains("results.md, line 4: this is not"));
        update(&path, &runs).unwrap();
        check(&path, &runs).unwrap();
        let text = files::read_text(&path).unwrap();
        assert!(text.starts_with("# Results\n") && text.ends_with("<!-- end -->\n\nmore\n"), "{text}");
        assert!(text.contains("| rectifier, pre-trained |") && !text.contains("old"), "{text}");
        files::write(&path, text.replace("| tanh |", "| tanh, improved |").as_bytes()).unwrap();
        assert!(check(&path, &runs).is_err());
    }

    #[test]
    fn what_a_comment_cannot_ask_for_is_said_with_its_line() {
        let refused = |text: &str| {
            let (_folder, path) = document(text);
            update(&path, &[]).unwrap_err().to_string()
        };
        for (text, said) in [
            ("\n<!-- report figure1", "line 2: the comment does not end"),
            ("<!-- report figure1 desk -->\n", "line 1: nothing ends this report"),
            ("<!-- report figure1 -->\n<!-- end -->", "line 1: write <!-- report PLAN SCALE -->"),
            ("<!-- report figure1 huge -->\n<!-- end -->", "the scale is none"),
            ("<!-- report figure9 desk -->\n<!-- end -->", "there is no plan 'figure9'"),
        ] {
            assert!(refused(text).contains(said), "{text}: {}", refused(text));
        }
    }
}
