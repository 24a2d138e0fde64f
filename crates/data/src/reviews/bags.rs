//! The format of `processed_acl`: one review of counted terms per line, `term:count term:count .. #label#:positive`.
//!
//! A term may contain colons; the count follows the last colon. The label is `positive` or `negative`, or a number of
//! stars as in `processed_stars`. Bytes are read as Latin-1, so that every file can be decoded.
//!
//! # Source
//! <https://www.cs.jhu.edu/~mdredze/datasets/sentiment/>.

use super::{Content, Corpus, Part, Review, stars};
use crate::Error;
use crate::lines::{Lines, shown};

pub(super) const LABEL: &str = "#label#:";

/// Adds the reviews in `lines` to `part`.
pub(super) fn read(lines: &mut Lines, part: Part, corpus: &mut Corpus) -> Result<(), Error> {
    while lines.advance_past_blank()? {
        corpus.push(part, review(lines, part)?, lines)?;
    }
    Ok(())
}

fn review(line: &Lines, part: Part) -> Result<Review, Error> {
    let text = line.latin1();
    let (terms, label) = text.rsplit_once(LABEL).unwrap_or((&text, ""));
    let stars = part.label(|| {
        let expected = "#label#:positive or #label#:negative at the end";
        stars::parse(label)
            .or_else(|| stars::polarity(label))
            .ok_or_else(|| line.wrong(expected, shown(label), stars::REMEDY))
    })?;
    Ok(Review::starred(
        counted(|expected, found, remedy| line.wrong(expected, found, remedy), terms.split(' '))?,
        stars,
    ))
}

/// The counted terms in `fields`, which have the form `term:count`; `wrong` makes an error from what was expected, what
/// was found and what to do.
pub(super) fn counted<'a>(
    wrong: impl Fn(&'static str, String, &'static str) -> Error,
    fields: impl Iterator<Item = &'a str>,
) -> Result<Content, Error> {
    let term = |field: &str| {
        let parsed = field.rsplit_once(':').and_then(|(term, count)| Some((term.to_owned(), count.parse().ok()?)));
        let (expected, remedy) = ("a term, a colon and a count above 0", "correct the term or leave it out");
        parsed.filter(|(_, count)| *count > 0).ok_or_else(|| wrong(expected, shown(field), remedy))
    };
    let terms: Result<Vec<(String, u32)>, Error> = fields.filter(|field| !field.is_empty()).map(term).collect();
    Ok(Content::counted(terms?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::read::parsed;

    fn review(terms: &[(&str, u32)], stars: Option<f64>) -> Review {
        let terms = terms.iter().map(|(term, count)| ((*term).to_owned(), *count)).collect();
        Review::starred(Content::Terms(terms), stars)
    }

    #[test]
    fn terms_may_contain_colons_and_any_byte() {
        let bytes =
            b"re:read:2 cable_modem:1 caf\xe9:1 :::3 #label#:positive\r\nbad:1  bad:2 #label#:negative\n#label#:4.0\n";
        let train = parsed("f", Part::Train, bytes).unwrap().train;
        assert_eq!(train[0], review(&[("::", 3), ("cable_modem", 1), ("café", 1), ("re:read", 2)], Some(1.0)));
        assert_eq!(train[1..], [review(&[("bad", 3)], Some(0.0)), review(&[], Some(4.0))]);
    }

    #[test]
    fn unlabelled_reviews_need_no_label_and_lose_theirs() {
        let read = parsed("unlabeled.review", Part::Unlabelled, b"a:1 #label#:negative\nb:1\n").unwrap();
        assert_eq!(read.unlabelled, [review(&[("a", 1)], None), review(&[("b", 1)], None)]);
    }

    #[test]
    fn each_error_names_its_line() {
        let refused = |line: &str| {
            let bytes = format!("a:1 #label#:positive\n{line}");
            parsed("f", Part::Train, bytes.as_bytes()).unwrap_err()
        };
        assert!(
            refused("a #label#:positive")
                .contains("f, line 2: expected a term, a colon and a count above 0, found \"a\"")
        );
        assert!(
            refused("a:1").contains("f, line 2: expected #label#:positive or #label#:negative at the end, found \"\"")
        );
        assert!(refused("a:1 #label#:good").contains("found \"good\"; correct the label"));
    }
}
