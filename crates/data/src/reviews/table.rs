//! Tables: one review per line, columns separated by tabs, without quoting.
//!
//! The first line may name the columns. Stars are then in the first of `stars`, `overall`, `rating` and `label` that is
//! present; the text is in `text` or `review`, or else counted terms are in `bigram_counts`, as
//! `term:count,term:count`. Other columns, such as titles, are ignored. Without names, the first column has the stars
//! and the last one the text.
//!
//! In a table of counted terms, a rating of 0 marks a missing rating, and the review is left out.

use super::bags::counted;
use super::{Content, Corpus, Part, Review, stars};
use crate::Error;
use crate::lines::{Lines, shown};

/// The possible names of the column of stars; the first name that is present is used.
const STARS: [&str; 4] = ["stars", "overall", "rating", "label"];
const TEXT: [&str; 2] = ["text", "review"];
const COUNTS: [&str; 1] = ["bigram_counts"];

const NAME: &str = "name the columns stars and text in the first line";
const CORRECT_LINE: &str = "correct the line or leave it out";

/// The positions of the columns of a table.
struct Columns {
    /// The number of columns in each line.
    count: usize,
    stars: Option<usize>,
    content: usize,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Counts,
}

/// Adds the reviews in `lines` to `part`.
pub(super) fn read(lines: &mut Lines, part: Part, corpus: &mut Corpus) -> Result<(), Error> {
    if !lines.advance_past_blank()? {
        return Ok(());
    }
    let columns = if let Some(columns) = Columns::named(lines, part)? {
        columns
    } else {
        lines.keep();
        Columns::unnamed(lines)?
    };
    while lines.advance_past_blank()? {
        match columns.review(lines, part)? {
            Some(review) => corpus.push(part, review, lines)?,
            None => corpus.left_out += 1,
        }
    }
    Ok(())
}

impl Columns {
    /// The columns that `line` names; `None` if no name is known.
    fn named(line: &Lines, part: Part) -> Result<Option<Self>, Error> {
        let text = line.utf8()?;
        let names: Vec<&str> = text.split('\t').map(str::trim).collect();
        let place =
            |wanted: &[&str]| wanted.iter().find_map(|w| names.iter().position(|name| name.eq_ignore_ascii_case(w)));
        let missing = |what: &str| Err(line.wrong(format!("a column named {what}"), shown(text), NAME));
        let stars = place(&STARS);
        let (content, form) = match (place(&TEXT), place(&COUNTS)) {
            (Some(text), _) => (text, Form::Text),
            (None, Some(counts)) => (counts, Form::Counts),
            (None, None) if stars.is_none() => return Ok(None),
            (None, None) => return missing("text, review or bigram_counts"),
        };
        if stars.is_none() && part != Part::Unlabelled {
            return missing("stars, overall, rating or label");
        }
        Ok(Some(Self { count: names.len(), stars, content, form }))
    }

    /// The columns of a table without column names; `line` is its first line.
    fn unnamed(line: &Lines) -> Result<Self, Error> {
        let count = line.utf8()?.split('\t').count();
        Ok(Self { count, stars: Some(0), content: count - 1, form: Form::Text })
    }

    /// The review in `line`; `None` if it has counted terms and a rating of 0.
    fn review(&self, line: &Lines, part: Part) -> Result<Option<Review>, Error> {
        let fields: Vec<&str> = line.utf8()?.split('\t').collect();
        if fields.len() != self.count {
            let expected = format!("{} columns separated by tabs", self.count);
            return Err(line.wrong(expected, fields.len().to_string(), CORRECT_LINE));
        }
        let stars = part.stars(|| self.stars(line, &fields))?;
        let content = match self.form {
            Form::Counts if stars == Some(0.0) => return Ok(None),
            Form::Counts => counted(line, fields[self.content].split(','))?,
            Form::Text => Content::Text(fields[self.content].to_owned()),
        };
        Ok(Some(Review { content, stars }))
    }

    fn stars(&self, line: &Lines, fields: &[&str]) -> Result<f64, Error> {
        let Some(place) = self.stars.filter(|place| *place != self.content) else {
            return Err(line.wrong("stars, a tab and a text", shown(fields[0]), NAME));
        };
        stars::parse(fields[place]).ok_or_else(|| line.wrong(stars::EXPECTED, shown(fields[place]), stars::REMEDY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::read::parsed;

    fn text(stars: Option<f64>, text: &str) -> Review {
        Review { content: Content::Text(text.to_owned()), stars }
    }

    fn train(bytes: &str) -> Vec<Review> {
        parsed("some/file", Part::Train, bytes.as_bytes()).unwrap().train
    }

    fn refused(bytes: &str) -> String {
        parsed("some/file", Part::Train, bytes.as_bytes()).unwrap_err()
    }

    #[test]
    fn columns_are_found_by_name() {
        let expected = [text(Some(4.5), "a & b \"c\""), text(Some(1.0), "")];
        assert_eq!(train("title\tStars\tlabel\ttext\nT\t4.5\t0\ta & b \"c\"\nT\t1\t1\t\n"), expected);
        assert_eq!(train("review\tpolarity\toverall\r\na & b \"c\"\tx\t4.5\r\n\r\n\tx\t1"), expected);
        assert_eq!(train("label\ttext\nnegative\tn\n0\tz"), [text(Some(0.0), "n"), text(Some(0.0), "z")]);
    }

    #[test]
    fn without_names_stars_come_first_and_the_text_last() {
        assert_eq!(train("7\tid\tfine\n10\t5\tbest"), [text(Some(7.0), "fine"), text(Some(10.0), "best")]);
    }

    #[test]
    fn unlabelled_reviews_need_no_stars_and_lose_theirs() {
        let unlabelled = |bytes: &str| parsed("u.tsv", Part::Unlabelled, bytes.as_bytes()).unwrap().unlabelled;
        assert_eq!(unlabelled("text\none\n"), [text(None, "one")]);
        assert_eq!(unlabelled("one\ntwo"), [text(None, "one"), text(None, "two")]);
        assert_eq!(unlabelled("stars\ttext\n5\tone\n\ttwo"), [text(None, "one"), text(None, "two")]);
    }

    #[test]
    fn counted_terms_without_a_rating_are_left_out() {
        let bytes = b"overall\tfood\tbigram_counts\n5\t1\tb_c:2,a:b:1,b_c:1\n0\t1\ta_b:1\n3\t0\t\n";
        let corpus = parsed("some/file", Part::Train, bytes).unwrap();
        let terms = Content::Terms(vec![("a:b".to_owned(), 1), ("b_c".to_owned(), 3)]);
        assert_eq!(corpus.train[0], Review { content: terms, stars: Some(5.0) });
        assert_eq!(corpus.train[1], Review { content: Content::Terms(Vec::new()), stars: Some(3.0) });
        assert_eq!((corpus.train.len(), corpus.left_out), (2, 1));
        for term in ["a_b", "a_b:", "a_b:x", "a_b:0", "a_b:-1", "a_b:99999999999"] {
            let error = refused(&format!("stars\tbigram_counts\n5\t{term}"));
            let expected = format!("line 2: expected a term, a colon and a count above 0, found {term:?}; correct");
            assert!(error.contains(&expected), "{error}");
        }
    }

    #[test]
    fn each_error_names_its_line() {
        let cases = [
            ("text\nok", "line 1: expected a column named stars, overall, rating or label, found \"text\"; name the"),
            ("stars\tid\n5\t1", "line 1: expected a column named text, review or bigram_counts, found \"stars\\tid\""),
            (
                "score\tcomment\n5\tok",
                "line 1: expected a number of stars, no more than a million, found \"score\"; correct it, or put",
            ),
            (
                "stars\ttext\n\n5\tok\nfive\tok",
                "line 4: expected a number of stars, no more than a million, found \"five\"",
            ),
            (
                "stars\ttext\n1000000\tok\n-1000001\tok",
                "line 3: expected a number of stars, no more than a million, found",
            ),
            ("stars\ttext\nNaN\tok", "line 2: expected a number of stars, no more than a million, found \"NaN\""),
            ("stars\ttext\n5\tok\n5", "line 3: expected 2 columns separated by tabs, found 1; correct the line"),
            ("5\tok\n5\tok\ttoo much", "line 2: expected 2 columns separated by tabs, found 3"),
            ("no tab at all", "line 1: expected stars, a tab and a text, found \"no tab at all\"; name the columns"),
        ];
        for (bytes, expected) in cases {
            let error = refused(bytes);
            assert!(error.starts_with("some/file, ") && error.contains(expected), "{error}");
        }
    }
}
