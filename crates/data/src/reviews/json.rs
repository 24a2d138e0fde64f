//! JSON: objects with a text and a label, one per line or in an array.
//!
//! The label is in the first of `stars`, `overall`, `rating`, `label` and so on that is present in the object, as a
//! number or a string; the text is in the first of `text`, `reviewText`, `review` and so on. The columns of tables have
//! the same names; case is ignored. If no field of the file has such a name, the text or the label is found by the
//! values of the fields, as in tables. All other fields are ignored, except the group that the user names. A text may
//! be a list of words, and a label a list of one value.

use super::columns::{Columns, Form, choose};
use super::folded::has_text;
use super::objects::{Objects, PER_LINE};
use super::source::Source;
use super::{Content, Corpus, FEWER, MAX_REVIEWS, Part, Review};
use crate::choices::{Header, TableChoices};
use crate::lines::{self, shown};
use crate::names::name;
use crate::own::csv::fields::Fields;
use crate::own::csv::layout::Table;
use crate::{Error, names};
use preprocessing::is_missing;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read as _;

/// The largest number of field names that are considered; the fields with further names are ignored.
const MAX_FIELDS: usize = 1 << 10;

/// The largest number of bytes in a list that describes a data set, such as a list of names.
const MAX_DESCRIPTION: u64 = 1 << 16;

const STRINGS: &str = "write texts as strings";
const SINGLE: &str = "give each text one label";
const PLAIN: &str = "write labels as numbers or strings";

/// Adds the reviews in the objects of `source` to `part`. `first` holds the header and the columns of the first file
/// that was read, and is set if this file is the first.
pub(super) fn read(
    source: &Source<'_>,
    part: Part,
    corpus: &mut Corpus,
    choices: &TableChoices,
    first: &mut Option<(Header, Columns)>,
) -> Result<(), Error> {
    let (mut objects, columns) = open(source, part, choices, first.as_ref().map(|(_, columns)| columns))?;
    first.get_or_insert_with(|| (Header::Yes, columns.clone()));
    corpus.begin(part, Header::Yes, &columns, columns.unit());
    let mut has_lists = false;
    while let Some(object) = objects.next()? {
        if !has_lists && columns.texts.iter().any(|i| object.get(&columns.names[*i]).is_some_and(Value::is_array)) {
            has_lists = true;
            corpus.note(format!("{}: the words of each list are joined by spaces", name(source.path)));
        }
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
        let group = part.label(|| group(&objects, &columns, &object))?.flatten();
        let review = Review { content: Content::Text(text), label, group };
        corpus.push_within(MAX_REVIEWS, part, review, |expected, found| objects.wrong(expected, found, FEWER))?;
    }
    if let Some(place) = objects.place() {
        corpus.note(format!("{}: read as {place}", name(source.path)));
    }
    if objects.surrogates() > 0 {
        let (name, count) = (name(source.path), objects.surrogates());
        corpus.note(format!("{name}: halves of characters (lone surrogates) read as unknown characters: {count}"));
    }
    Ok(())
}

/// Whether the file `source` only describes a data set: whether it is a list of simple values, or a single object that
/// holds neither a text nor other objects with texts.
pub(super) fn is_description(source: &Source<'_>) -> bool {
    let mut beginning = Vec::new();
    let reader = source.reader().and_then(|reader| lines::text(source.path, reader));
    let read = reader.map(|reader| reader.take(MAX_DESCRIPTION).read_to_end(&mut beginning));
    if let (Ok(Ok(_)), Ok(values)) = (read, serde_json::from_slice::<Vec<Value>>(&beginning)) {
        return values.iter().all(|value| !value.is_object() && !value.is_array());
    }
    let Ok(mut objects) = Objects::of(source) else { return false };
    let Ok(Some(first)) = objects.next() else { return false };
    let is_text = |value: &Value| value.as_str().is_some_and(|text| text.split_whitespace().nth(2).is_some());
    let unfolds = objects.place().is_some();
    let is_single = unfolds || matches!(objects.next(), Ok(None));
    is_single && !has_text(&first) && !(unfolds && first.values().any(is_text))
}

/// A reader of the objects of `source`, before the first object, and the roles of their fields.
///
/// # Errors
/// [`Error::Line`] when the file holds anything but objects, no object has a text, it is unclear which field is the
/// text or the label, or a field that the user names does not exist; [`Error::File`] when the file cannot be read;
/// [`Error::Malformed`] when its encoding is not supported.
pub(super) fn open(
    source: &Source<'_>,
    part: Part,
    choices: &TableChoices,
    first: Option<&Columns>,
) -> Result<(Objects, Columns), Error> {
    let mut objects = Objects::of(source)?;
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
    Ok((Objects::of(source)?, Columns { names: found, ..columns }))
}

/// `value` as text: a string, number or truth value as it is written; a list of one value as that value; a list of
/// strings as these strings, joined by spaces; null or an empty list as an empty text. `None` for anything else.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(list) => match &list[..] {
            [only] if !only.is_array() => plain(only),
            _ => words(list),
        },
        Value::Object(_) => None,
    }
}

/// The strings of `list`, joined by spaces; `None` if `list` contains anything but strings.
fn words(list: &[Value]) -> Option<String> {
    list.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|words| words.join(" "))
}

/// The text of `object`, the current object of `objects`; `None` if the text is missing or empty.
///
/// # Errors
/// [`Error::Line`] when the text is neither a string nor a list of strings.
pub(super) fn text(objects: &Objects, columns: &Columns, object: &Map<String, Value>) -> Result<Option<String>, Error> {
    let mut text = String::new();
    for name in columns.texts.iter().map(|i| &columns.names[*i]) {
        let part = match object.get(name) {
            None | Some(Value::Null) => continue,
            Some(Value::String(part)) => Some(Cow::Borrowed(part.as_str())),
            Some(Value::Array(list)) => words(list).map(Cow::Owned),
            Some(_) => None,
        };
        let Some(part) = part else {
            return Err(objects.wrong(format!("a string in {name}"), shown(object[name].to_string()), STRINGS));
        };
        if is_missing(part.trim()) {
            continue;
        }
        text.extend([if text.is_empty() { "" } else { " " }, &part]);
        if columns.form != Form::Joined {
            break;
        }
    }
    Ok((!text.is_empty()).then_some(text))
}

/// The label of `object`, the current object of `objects`; `None` if the label is missing.
fn label(objects: &Objects, columns: &Columns, object: &Map<String, Value>) -> Result<Option<String>, Error> {
    let values = columns.labels.iter().filter_map(|i| object.get(&columns.names[*i]));
    let Some(value) = values.into_iter().find(|value| !value.is_null()) else { return Ok(None) };
    if let Some(list) = value.as_array().filter(|list| list.len() > 1) {
        let found = format!("{} labels, {}", list.len(), shown(value.to_string()));
        return Err(objects.wrong("a single label", found, SINGLE));
    }
    let field =
        plain(value).ok_or_else(|| objects.wrong("a number or a string as label", shown(value.to_string()), PLAIN))?;
    columns.label(&field).map_err(|(expected, remedy)| objects.wrong(expected, shown(value.to_string()), remedy))
}

/// The group of `object`, the current object of `objects`; `None` if there are no groups.
fn group(objects: &Objects, columns: &Columns, object: &Map<String, Value>) -> Result<Option<String>, Error> {
    let value = |i: usize| object.get(&columns.names[i]);
    columns.group(|i| value(i).and_then(plain)).map_err(|(expected, remedy)| {
        let value = columns.group.and_then(value).filter(|value| !value.is_null());
        objects.wrong(expected, value.map_or("no value".to_owned(), |value| shown(value.to_string())), remedy)
    })
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
            (
                r#"{"text": "x", "stars": {"of": 5}}"#,
                r#"a number or a string as label, found "{\"of\":5}"; write labels"#,
            ),
            (r#"{"text": "x", "stars": [5, 4]}"#, r#"a single label, found 2 labels, "[5,4]"; give each text one"#),
            (
                r#"{"text": "x", "stars": 1e999}"#,
                r#"a JSON object, found a fault after ": \"x\", \"stars\": 1e99": number out of range; write"#,
            ),
            (r#"{"text": [1, "x"], "stars": 5}"#, r#"a string in text, found "[1,\"x\"]"; write texts as strings"#),
            (r#"{"text": "x", "stars""#, r#"a JSON object, found the end of the file after "\"text\": \"x\", \"stars"#),
            ("5\tx", "a JSON object, found"),
        ];
        for (line, expected) in cases {
            let error = parsed("f", Part::Train, format!("{ok}\n{line}").as_bytes()).unwrap_err();
            assert!(error.contains(&format!("f, line 2: expected {expected}")), "{error}");
        }
        let description =
            parsed("f", Part::Train, b"{\"default\": {\"features\": {\"text\": \"string\"}}}").unwrap_err();
        let expected = "expected objects with texts, found no texts; write one object per line";
        assert!(description.contains(expected), "{description}");
    }

    #[test]
    fn lists_of_words_are_texts_and_lists_of_one_label_are_labels() {
        let bytes = br#"{"tokens": ["a", "good", "day"], "label": ["pos"]}
            {"tokens": ["a", "bad", "one"], "label": ["neg"]} {"tokens": [], "label": ["neg"]} {"tokens": ["x"], "label": []}"#;
        let corpus = parsed("f.jsonl", Part::Train, bytes).unwrap();
        assert_eq!(corpus.train, [text("pos", "a good day"), text("neg", "a bad one")]);
        assert_eq!((corpus.without_text, corpus.left_out), (1, 1));
        assert!(corpus.notes.contains(&"f.jsonl: the words of each list are joined by spaces".to_owned()));
    }

    #[test]
    fn what_is_mended_and_unfolded_is_said() {
        let bytes = br#"{"rows": [{"text": "half \ud83d", "stars": NaN}, {"text": "one \ud83d", "stars": 1}]}"#;
        let corpus = parsed("f.json", Part::Train, bytes).unwrap();
        assert_eq!((&corpus.train[..], corpus.left_out), (&[text("1", "one \u{fffd}")][..], 1));
        assert!(
            corpus.notes.contains(&"f.json: read as objects from the list \"rows\"".to_owned()),
            "{:?}",
            corpus.notes
        );
        assert!(corpus.notes.iter().any(|note| note.ends_with("read as unknown characters: 2")), "{:?}", corpus.notes);
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
