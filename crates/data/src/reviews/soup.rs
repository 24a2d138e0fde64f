//! The format of `sorted_data_acl`: reviews between tags, in Latin-1.
//!
//! ```text
//! <review>
//! <unique_id>
//! 0785758968:one_of_the_best:joe
//! </unique_id>
//! <rating>
//! 5.0
//! </rating>
//! <review_text>
//! Sphere is an excellant novel.
//! </review_text>
//! </review>
//! ```
//!
//! The format is not XML: there is no root, `&` stands for itself, control bytes occur, and some tags are repeated or
//! missing. But each tag is on its own line, so the file is read line by line. The rating of a review is the line after
//! `<rating>`; the text is the lines from `<review_text>` to `</review_text>` or the end of the review.
//!
//! # Source
//! <https://www.cs.jhu.edu/~mdredze/datasets/sentiment/>.

use super::{Content, Corpus, Part, Review, stars};
use crate::Error;
use crate::lines::{Lines, MAX_LENGTH, shown};

pub(super) const BEGIN: &[u8] = b"<review>";

/// A review that has been partly read.
#[derive(Default)]
struct Draft {
    field: Field,
    rating: String,
    text: String,
}

/// The field to which the next line belongs.
#[derive(Default)]
enum Field {
    Rating,
    Text,
    #[default]
    Other,
}

/// Adds the reviews in `lines` to `part`.
pub(super) fn read(lines: &mut Lines, part: Part, corpus: &mut Corpus) -> Result<(), Error> {
    let mut draft: Option<Draft> = None;
    while lines.advance_past_blank()? {
        let text = lines.latin1();
        let tag = text.trim();
        if matches!(tag, "<review>" | "</review>")
            && let Some(whole) = draft.take()
        {
            corpus.push(part, whole.review(lines, part)?, lines)?;
        }
        match (tag, &mut draft) {
            ("<review>", _) => draft = Some(Draft::default()),
            (_, Some(draft)) => draft.add(lines, tag)?,
            (_, None) => {}
        }
    }
    draft.map_or(Ok(()), |_| Err(lines.ended("</review>")))
}

impl Draft {
    fn add(&mut self, line: &Lines, text: &str) -> Result<(), Error> {
        match (text, &self.field) {
            ("<rating>", Field::Rating | Field::Other) => self.field = Field::Rating,
            ("<review_text>", _) => *self = Self { field: Field::Text, text: String::new(), ..std::mem::take(self) },
            ("</review_text>", _) => self.field = Field::Other,
            (rating, Field::Rating) => {
                rating.clone_into(&mut self.rating);
                self.field = Field::Other;
            }
            (more, Field::Text) => self.text.extend([more, "\n"]),
            (_, Field::Other) => {}
        }
        if self.text.len() > MAX_LENGTH {
            let expected = format!("a review of no more than {MAX_LENGTH} bytes");
            return Err(line.wrong(expected, "a longer one", "shorten the review, or leave it out"));
        }
        Ok(())
    }

    /// The review that ends at `line`.
    fn review(self, line: &Lines, part: Part) -> Result<Review, Error> {
        let stars = part.label(|| {
            let expected = "a number of stars, no more than a million, after <rating> in the review that ends here";
            stars::parse(&self.rating).ok_or_else(|| line.wrong(expected, shown(&self.rating), stars::REMEDY))
        })?;
        Ok(Review::starred(Content::Text(self.text), stars))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::read::parsed;

    fn text(stars: Option<f64>, text: &str) -> Review {
        Review::starred(Content::Text(text.to_owned()), stars)
    }

    fn train(bytes: &[u8]) -> Result<Vec<Review>, String> {
        parsed("f", Part::Train, bytes).map(|corpus| corpus.train)
    }

    const WHOLE: &[u8] =
        b"\n<review>\n<unique_id>\nx\n</unique_id>\n<unique_id>\nx\n</unique_id>\n<product_name>\nA & B\n\
        </product_name>\n<helpful>\n7 of 7\n</helpful>\n<rating>\n5.0\n</rating>\n<title>\n5 < 6 & more\n</title>\n\
        <review_text>\nThe caf\xe9 \x1a & bar,\n\n<b>R&D</b>\n<rating>\n1.0\n</rating>\n</review_text>\n</review>\n\
        <review>\n<rating>\n1.0\n</rating>\n<review_text>\nBad.\n</review_text>\n</review>\n";

    #[test]
    fn the_rating_and_the_text_are_read_whatever_surrounds_them() {
        let first = text(Some(5.0), "The café \u{1a} & bar,\n<b>R&D</b>\n<rating>\n1.0\n</rating>\n");
        assert_eq!(train(WHOLE).unwrap(), [first, text(Some(1.0), "Bad.\n")]);
    }

    #[test]
    fn missing_closing_tags_are_tolerated() {
        let bytes = b"<review>\n<rating>\n2.0\n<title>\nT\n<review_text>\none\n</review>\n\
            <review>\n<rating>\n4.0\n</rating>\n<review_text>\ntwo\n<review>\n\
            <review_text>\nthree\n</review_text>\n<rating>\n5.0\n</rating>\n</review>\n";
        assert_eq!(
            train(bytes).unwrap(),
            [text(Some(2.0), "one\n"), text(Some(4.0), "two\n"), text(Some(5.0), "three\n")]
        );
    }

    #[test]
    fn unlabelled_reviews_need_no_rating_and_lose_theirs() {
        let bytes = b"<review>\n<review_text>\none\n</review_text>\n</review>\n<review>\n<rating>\n5.0\n</review>\n";
        let read = parsed("f", Part::Unlabelled, bytes).unwrap();
        assert_eq!(read.unlabelled, [text(None, "one\n"), text(None, "")]);
    }

    #[test]
    fn each_error_names_its_place() {
        let none = train(b"<review>\n<review_text>\nx\n</review_text>\n</review>\n").unwrap_err();
        assert!(
            none.contains("f, line 5: expected a number of stars, no more than a million, after <rating> in the review that ends here"),
            "{none}"
        );
        let word = train(b"<review>\n<rating>\nfive\n</rating>\n</review>\n").unwrap_err();
        assert!(word.contains("f, line 5: ") && word.contains("found \"five\"; correct the label"), "{word}");
        let end = train(&WHOLE[..WHOLE.len() - 10]).unwrap_err();
        assert!(end.contains(": expected </review>, found the end of the file; get the file again"), "{end}");
    }

    #[test]
    fn a_review_of_many_lines_has_the_limit_of_one_line() {
        let line = [b"a".repeat(1 << 20), b"\n".to_vec()].concat();
        let bytes = [b"<review>\n<review_text>\n", &line.repeat(16)[..]].concat();
        let error = train(&bytes).unwrap_err();
        assert!(error.contains("f, line 18: expected a review of no more than 16777216 bytes"), "{error}");
    }
}
