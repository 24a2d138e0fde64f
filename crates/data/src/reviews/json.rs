//! JSON: objects with a text and a label, one per line or in an array.
//!
//! The label is in the first of `stars`, `overall`, `rating`, `label` and so on that is present in the object, as a
//! number or a string; the text is in the first of `text`, `reviewText`, `review` and so on. The names are those of the
//! columns of tables, in upper or lower case. Other fields are ignored.

use super::columns::{Columns, Form, choose};
use super::objects::{Objects, PER_LINE};
use super::source::Source;
use super::{Content, Corpus, FEWER, MAX_REVIEWS, Part, Review};
use crate::choices::{Header, TableChoices};
use crate::lines::shown;
use crate::own::csv::fields::Fields;
use crate::own::csv::layout::Table;
use crate::{Error, names};
use preprocessing::{TextUnit, is_missing};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The largest number of field names that are considered; the fields with further names are ignored.
const MAX_FIELDS: usize = 1 << 10;

const STRINGS: &str = "write texts as strings";
const PLAIN: &str = "write labels as numbers or strings";

/// Adds the reviews in the objects of `source` to `part`. `first` holds the columns of the first file that was read,
/// and is set if this file is the first.
pub(super) fn read(
    source: &Source<'_>,
    part: Part,
    corpus: &mut Corpus,
    choices: &TableChoices,
    first: &mut Option<(Header, Columns)>,
) -> Result<(), Error> {
    let (mut objects, columns) = open(source, part, choices, first.as_ref().map(|(_, columns)| columns))?;
    first.get_or_insert_with(|| (Header::Yes, columns.clone()));
    if corpus.unit == TextUnit::Lines {
        corpus.unit = columns.unit();
    }
    if part != Part::Unlabelled {
        corpus.column = corpus.column.take().or_else(|| columns.labels.first().map(|i| columns.names[*i].clone()));
        corpus.note(columns.described(""));
    }
    corpus.numbers = corpus.numbers.max(columns.numbers);
    while let Some(object) = objects.next()? {
        let label = part.label(|| label(&objects, &columns, &object))?;
        let Some(text) = text(&objects, &columns, &object)? else {
            corpus.without_text += 1;
            continue;
        };
        let label = match label {
            Some(None) => {
                corpus.left_out += 1;
                continue;
            }
            label => label.flatten(),
        };
        let group = columns.group.map(|i| object.get(&columns.names[i]).map(Value::to_string).unwrap_or_default());
        let review = Review { content: Content::Text(text), label, group };
        corpus.push_within(MAX_REVIEWS, part, review, |expected, found| objects.wrong(expected, found, FEWER))?;
    }
    Ok(())
}

/// A reader of the objects of `source`, before the first object, and the roles of their fields.
///
/// # Errors
/// [`Error::Line`] when the file holds anything but objects, or it is unclear which field is the text or the label.
pub(super) fn open(
    source: &Source<'_>,
    part: Part,
    choices: &TableChoices,
    first: Option<&Columns>,
) -> Result<(Objects, Columns), Error> {
    let mut objects = Objects::of(source.path, source.reader()?)?;
    let mut places: HashMap<String, usize> = HashMap::new();
    let (mut found, mut columns) = (Vec::new(), Vec::new());
    while let Some(object) = objects.next()? {
        for (name, value) in &object {
            let Some(field) = plain(value) else { continue };
            if !places.contains_key(name) && places.len() < MAX_FIELDS {
                places.insert(name.clone(), columns.len());
                found.push(name.clone());
                columns.push(Fields::new());
            }
            if let Some(place) = places.get(name) {
                columns[*place].add(field.trim(), objects.line());
            }
        }
    }
    let composed: Vec<String> = found.iter().map(|name| names::composed(name)).collect();
    let table = Table { path: source.path, names: &composed, columns: &columns, line: 1 };
    if columns.iter().all(|column: &Fields| column.texts == 0) {
        let found = if found.is_empty() { "no texts" } else { "only numbers" };
        return Err(objects.wrong("objects with texts", found, PER_LINE));
    }
    let columns = choose(&table, part, choices, first)?;
    Ok((Objects::of(source.path, source.reader()?)?, Columns { names: found, ..columns }))
}

/// A string, number or truth value as text; an empty text for null; `None` for anything else.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The text of `object`, the current object of `objects`; `None` if it is missing or empty.
///
/// # Errors
/// [`Error::Line`] when the text is not a string.
pub(super) fn text(objects: &Objects, columns: &Columns, object: &Map<String, Value>) -> Result<Option<String>, Error> {
    let mut text = String::new();
    for name in columns.texts.iter().map(|i| &columns.names[*i]) {
        match object.get(name) {
            None | Some(Value::Null) => continue,
            Some(Value::String(part)) if is_missing(part.trim()) => continue,
            Some(Value::String(part)) if text.is_empty() => text.push_str(part),
            Some(Value::String(part)) => text.extend([" ", part]),
            Some(other) => return Err(objects.wrong(format!("a string in {name}"), shown(other.to_string()), STRINGS)),
        }
        if columns.form != Form::Joined {
            break;
        }
    }
    Ok((!text.is_empty()).then_some(text))
}

/// The label of `object`, the current object of `objects`; `None` if it is missing.
fn label(objects: &Objects, columns: &Columns, object: &Map<String, Value>) -> Result<Option<String>, Error> {
    let values = columns.labels.iter().filter_map(|i| object.get(&columns.names[*i]));
    let Some(value) = values.into_iter().find(|value| !value.is_null()) else { return Ok(None) };
    let field =
        plain(value).ok_or_else(|| objects.wrong("a number or a string as label", shown(value.to_string()), PLAIN))?;
    columns.label(&field).map_err(|(expected, remedy)| objects.wrong(expected, shown(value.to_string()), remedy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::read::parsed;

    fn text<'a>(label: impl Into<Option<&'a str>>, text: &str) -> Review {
        Review::new(Content::Text(text.to_owned()), label.into().map(str::to_owned))
    }

    #[test]
    fn objects_of_several_publishers_are_read() {
        let bytes = r#"{"stars": 4, "text": "a\nb", "useful": {"x": [1]}}
            {"overall": 4.5, "reviewText": "caf\u00e9", "summary": "s"}

            {"rating": "2.0", "review": "c", "text": null}
            {"label": "negative", "text": "d"}"#;
        let expected = [text("4", "a\nb"), text("4.5", "café"), text("2.0", "c"), text("negative", "d")];
        assert_eq!(parsed("f", Part::Train, bytes.as_bytes()).unwrap().train, expected);
        let unlabelled = parsed("f", Part::Unlabelled, b"{\"text\": \"u\"}\n{\"text\": \"v\", \"stars\": 5}").unwrap();
        assert_eq!(unlabelled.unlabelled, [text(None, "u"), text(None, "v")]);
    }

    #[test]
    fn each_error_names_its_line() {
        let ok = r#"{"stars": 4, "text": "ok"}"#;
        let cases = [
            (
                r#"{"text": "x", "stars": "five"}"#,
                r#"a number, like the other labels in "stars", found "five"; correct"#,
            ),
            (r#"{"text": "x", "stars": [5]}"#, r#"a number or a string as label, found "[5]"; write labels"#),
            (r#"{"text": "x", "stars": 1e999}"#, "a JSON object, found number out of range"),
            (r#"{"text": ["x"], "stars": 5}"#, r#"a string in text, found "[\"x\"]"; write texts as strings"#),
            (r#"{"text": "x", "stars""#, "a JSON object, found EOF while parsing an object"),
            ("5\tx", "a JSON object, found"),
        ];
        for (line, expected) in cases {
            let error = parsed("f", Part::Train, format!("{ok}\n{line}").as_bytes()).unwrap_err();
            assert!(error.contains(&format!("f, line 2: expected {expected}")), "{error}");
        }
        let wrapped = parsed("f", Part::Train, b"{\"data\": [{\"stars\": 4, \"text\": \"ok\"}]}").unwrap_err();
        let expected = "expected objects with texts, found no texts; write one object per line";
        assert!(wrapped.contains(expected), "{wrapped}");
    }

    #[test]
    fn objects_without_a_text_or_a_label_are_left_out_and_counted() {
        let bytes = br#"{"overall": 5, "reviewText": "a"}
            {"overall": 1, "reviewText": null} {"overall": 1} {"overall": 1, "reviewText": " "}
            {"reviewText": "b"} {"overall": null, "reviewText": "c"}"#;
        let corpus = parsed("f", Part::Train, bytes).unwrap();
        assert_eq!((corpus.train, corpus.without_text, corpus.left_out), (vec![text("5", "a")], 3, 2));
    }

    #[test]
    fn an_array_is_read_like_its_objects() {
        let objects = [r#"{"Text": "a", "Label": true}"#, r#"{"Text": "b", "Label": false}"#];
        let read = |text: String| parsed("f.json", Part::Train, text.as_bytes()).unwrap().train;
        let expected = [text("true", "a"), text("false", "b")];
        assert_eq!(read(objects.join("\n")), expected);
        assert_eq!(read(format!("[{}]", objects.join(","))), expected);
        assert_eq!(read(format!("[\n  {}\n]\n", objects.join(",\n  "))), expected);
    }

    #[test]
    fn deep_nesting_is_an_error_like_any_other() {
        let deep = format!("{{\"text\": \"x\", \"stars\": {}", "[".repeat(100_000));
        assert!(parsed("f", Part::Train, deep.as_bytes()).unwrap_err().contains("recursion limit"));
    }
}
