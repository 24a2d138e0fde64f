//! The JSON lines format: one object per line.
//!
//! Stars are in the first of `stars`, `overall`, `rating` and `label` that is present, as a number or a string; the
//! text is in the first of `text`, `reviewText` and `review`. Other fields are ignored.

use super::{Content, Corpus, Part, Review, stars};
use crate::Error;
use crate::lines::{Lines, shown};
use serde::Deserialize;
use serde_json::Value;

/// The fields of a review that are read.
#[derive(Deserialize)]
struct Object {
    stars: Option<Value>,
    overall: Option<Value>,
    rating: Option<Value>,
    label: Option<Value>,
    text: Option<String>,
    #[serde(rename = "reviewText")]
    review_text: Option<String>,
    review: Option<String>,
}

/// Adds the reviews in `lines` to `part`.
pub(super) fn read(lines: &mut Lines, part: Part, corpus: &mut Corpus) -> Result<(), Error> {
    while lines.advance_past_blank()? {
        corpus.push(part, review(lines, part)?, lines)?;
    }
    Ok(())
}

fn review(line: &Lines, part: Part) -> Result<Review, Error> {
    let source = line.utf8()?;
    let remedy = "write one object per line, with stars and text";
    let wrong = |expected: &str, found: String| line.wrong(expected, found, remedy);
    let object: Object = serde_json::from_str(source).map_err(|e| wrong("a JSON object", e.to_string()))?;
    let Object { stars, overall, rating, label, text, review_text, review } = object;
    let text = text.or(review_text).or(review);
    let text = text.ok_or_else(|| wrong("a field named text, reviewText or review", shown(source)))?;
    let stars = part.stars(|| {
        let value = stars.or(overall).or(rating).or(label);
        let value = value.ok_or_else(|| wrong("a field named stars, overall, rating or label", shown(source)))?;
        let number = match &value {
            Value::String(text) => stars::parse(text),
            other => other.as_f64().and_then(stars::within),
        };
        number.ok_or_else(|| line.wrong(stars::EXPECTED, shown(value.to_string()), stars::REMEDY))
    })?;
    Ok(Review { content: Content::Text(text), stars })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::read::parsed;

    fn text(stars: Option<f64>, text: &str) -> Review {
        Review { content: Content::Text(text.to_owned()), stars }
    }

    #[test]
    fn objects_of_several_publishers_are_read() {
        let bytes = r#"{"stars": 4, "text": "a\nb", "useful": {"x": [1]}}
            {"overall": 4.5, "reviewText": "caf\u00e9", "summary": "s"}

            {"rating": "2.0", "review": "c", "text": null}
            {"label": "negative", "text": "d"}"#;
        let expected = [text(Some(4.0), "a\nb"), text(Some(4.5), "café"), text(Some(2.0), "c"), text(Some(0.0), "d")];
        assert_eq!(parsed("f", Part::Train, bytes.as_bytes()).unwrap().train, expected);
        let unlabelled = parsed("f", Part::Unlabelled, b"{\"text\": \"u\"}\n{\"text\": \"v\", \"stars\": 5}").unwrap();
        assert_eq!(unlabelled.unlabelled, [text(None, "u"), text(None, "v")]);
    }

    #[test]
    fn each_error_names_its_line() {
        let ok = r#"{"stars": 4, "text": "ok"}"#;
        let cases = [
            (r#"{"stars": 4}"#, r#"a field named text, reviewText or review, found "{\"stars\": 4}"; write one"#),
            (r#"{"text": "x"}"#, "a field named stars, overall, rating or label, found"),
            (r#"{"text": "x", "stars": null}"#, "a field named stars, overall, rating or label, found"),
            (r#"{"text": "x", "stars": "five"}"#, r#"a number of stars, no more than a million, found "\"five\"";"#),
            (r#"{"text": "x", "stars": [5]}"#, r#"a number of stars, no more than a million, found "[5]"; correct it"#),
            (r#"{"text": "x", "stars": 1e999}"#, "a JSON object, found number out of range"),
            (r#"{"text": 7, "stars": 5}"#, "a JSON object, found invalid type: integer `7`, expected a string"),
            (r#"{"text": "x", "stars""#, "a JSON object, found EOF while parsing an object"),
            ("5\tx", "a JSON object, found"),
        ];
        for (line, expected) in cases {
            let error = parsed("f", Part::Train, format!("{ok}\n{line}").as_bytes()).unwrap_err();
            assert!(error.contains(&format!("f, line 2: expected {expected}")), "{error}");
        }
        let array = parsed("f", Part::Train, b"[\n{\"stars\": 4, \"text\": \"ok\"}\n]").unwrap_err();
        assert!(
            array.contains("f, line 1: expected a JSON object") && array.contains("write one object per line"),
            "{array}"
        );
    }

    #[test]
    fn deep_nesting_is_an_error_like_any_other() {
        let deep = format!("{{\"text\": \"x\", \"stars\": {}", "[".repeat(100_000));
        assert!(parsed("f", Part::Train, deep.as_bytes()).unwrap_err().contains("recursion limit"));
    }
}
