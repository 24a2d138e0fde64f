//! Finds the objects that are folded into the single object of a JSON file: in a list, as pandas writes a table, or as
//! a list for each field.

use super::columns::{is_label, is_text};
use crate::lines::{listed, shown};
use serde_json::{Map, Value};

/// The fields of an object, keyed by name.
pub(super) type Object = Map<String, Value>;

const APART: &str = "write each list into a file of its own";

/// The objects of a file that is a single object.
pub(super) struct Unfolded {
    /// The objects that are folded into the file's single object, or else that object alone.
    pub(super) objects: Vec<Object>,
    /// A description for the user of where the objects are; `None` if the file's single object is the only one.
    pub(super) place: Option<String>,
}

/// Whether `object` has a string in a field whose name is a usual name for texts.
pub(super) fn has_text(object: &Object) -> bool {
    object.iter().any(|(name, value)| is_text(name) && value.is_string())
}

/// The objects that are folded into `object`, the only object of a file; if no objects are folded into it, `object`
/// itself.
///
/// # Errors
/// The texts of what was expected, what was found and what to do, when there are several lists of objects.
pub(super) fn unfold(mut object: Object) -> Result<Unfolded, (&'static str, String, &'static str)> {
    let are_objects =
        |value: &Value| value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object));
    let lists: Vec<String> =
        object.iter().filter(|(_, value)| are_objects(value)).map(|(name, _)| name.clone()).collect();
    let unfolded = match &lists[..] {
        _ if has_text(&object) => None,
        [name] => {
            let objects = array(object.remove(name)).into_iter().map(fields).collect();
            Some((objects, format!("objects from the list {}", shown(name))))
        }
        [_, _, ..] => {
            let names: Vec<&str> = lists.iter().map(String::as_str).collect();
            return Err(("one list of objects", format!("the lists {}", listed(&names)), APART));
        }
        [] if is_split(&object) => {
            Some((split(&mut object), "rows of \"data\" with the names in \"columns\"".to_owned()))
        }
        [] if are_lists(&object) => Some((of_lists(&object), "a list for each field".to_owned())),
        [] => of_objects(&object),
    };
    Ok(match unfolded {
        Some((objects, place)) => Unfolded { objects, place: Some(place) },
        None => Unfolded { objects: vec![object], place: None },
    })
}

fn array(value: Option<Value>) -> Vec<Value> {
    if let Some(Value::Array(list)) = value { list } else { Vec::new() }
}

fn fields(value: Value) -> Object {
    if let Value::Object(fields) = value { fields } else { Object::new() }
}

/// Whether `object` has the names of columns in `columns` and rows in `data`, as pandas writes a table with
/// `orient="split"`.
fn is_split(object: &Object) -> bool {
    let list = |name: &str| object.get(name).and_then(Value::as_array);
    let (Some(names), Some(rows)) = (list("columns"), list("data")) else { return false };
    let is_row = |row: &Value| row.as_array().is_some_and(|row| row.len() == names.len());
    names.iter().all(Value::is_string) && rows.iter().all(is_row)
}

fn split(object: &mut Object) -> Vec<Object> {
    let names = array(object.remove("columns"));
    let rows = array(object.remove("data")).into_iter().map(|row| array(Some(row)));
    let name = |name: &Value| name.as_str().unwrap_or_default().to_owned();
    rows.map(|row| names.iter().map(name).zip(row).collect()).collect()
}

/// Whether each field of `object` is a list, and all lists are equally long.
fn are_lists(object: &Object) -> bool {
    let mut lengths = object.values().map(|value| value.as_array().map(Vec::len));
    let first = lengths.next().flatten();
    object.len() > 1 && first.is_some_and(|length| length > 0) && lengths.all(|length| length == first)
}

fn of_lists(object: &Object) -> Vec<Object> {
    let length = object.values().next().and_then(Value::as_array).map_or(0, Vec::len);
    let value = |list: &Value, k: usize| list.get(k).cloned().unwrap_or_default();
    (0..length).map(|k| object.iter().map(|(name, list)| (name.clone(), value(list, k))).collect()).collect()
}

/// The rows of the table that `object` holds, and a description of its form for the user. The table has one of the two
/// forms that pandas writes: an object for each column (`orient="columns"`) or an object for each row
/// (`orient="index"`). `None` if `object` has neither form.
fn of_objects(object: &Object) -> Option<(Vec<Object>, String)> {
    let inner: Vec<&Object> = object.values().map(Value::as_object).collect::<Option<_>>()?;
    let (outer, keys) = (in_order(object), in_order(inner.first()?));
    let is_simple = |inner: &&Object| inner.values().all(|value| !value.is_object());
    if !inner.iter().all(is_simple) || !inner.iter().all(|inner| in_order(inner) == keys) || keys.is_empty() {
        return None;
    }
    let are_names = |names: &[&String]| names.iter().any(|name| is_text(name) || is_label(name));
    let are_numbers = |names: &[&String]| names.iter().all(|name| name.parse::<u64>().is_ok());
    let value = |name: &String, key: &String| object[name.as_str()][key.as_str()].clone();
    match () {
        () if are_names(&outer) || (!are_names(&keys) && are_numbers(&keys)) => {
            let row = |key: &&String| outer.iter().map(|name| ((*name).clone(), value(name, key))).collect();
            Some((keys.iter().map(row).collect(), "a column for each field".to_owned()))
        }
        () if are_names(&keys) || are_numbers(&outer) => {
            let rows = outer.iter().map(|name| fields(object[name.as_str()].clone()));
            Some((rows.collect(), "a row for each key".to_owned()))
        }
        () => None,
    }
}

/// The names of the fields of `object`: first the names that are numbers, in ascending order, then the others.
fn in_order(object: &Object) -> Vec<&String> {
    let mut names: Vec<&String> = object.keys().collect();
    names.sort_by_key(|name| name.parse::<u64>().unwrap_or(u64::MAX));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(text: &str) -> Result<(String, Option<String>), String> {
        let Unfolded { objects, place } = unfold(serde_json::from_str(text).unwrap()).map_err(|(_, found, _)| found)?;
        Ok((serde_json::to_string(&objects).unwrap(), place))
    }

    #[test]
    fn the_same_rows_are_found_however_they_are_folded() {
        let rows: Vec<String> = (0..12).map(|k| format!("{{\"label\":{k},\"text\":\"t{k}\"}}")).collect();
        let list = |of: &dyn Fn(usize) -> String| (0..12).map(of).collect::<Vec<_>>().join(",");
        let column = |value: &dyn Fn(usize) -> String| list(&|k| format!("\"{k}\":{}", value(k)));
        let (label, text) = (|k: usize| k.to_string(), |k: usize| format!("\"t{k}\""));
        for (folded, place) in [
            (format!("{{\"version\":1,\"data\":[{}]}}", rows.join(",")), "objects from the list \"data\""),
            (
                format!(
                    "{{\"columns\":[\"text\",\"label\"],\"index\":[{}],\"data\":[{}]}}",
                    list(&label),
                    list(&|k| format!("[{},{k}]", text(k)))
                ),
                "rows of \"data\" with the names in \"columns\"",
            ),
            (format!("{{\"text\":[{}],\"label\":[{}]}}", list(&text), list(&label)), "a list for each field"),
            (format!("{{\"text\":{{{}}},\"label\":{{{}}}}}", column(&text), column(&label)), "a column for each field"),
            (format!("{{{}}}", column(&|k| rows[k].clone())), "a row for each key"),
        ] {
            assert_eq!(
                unfolded(&folded).unwrap(),
                (format!("[{}]", rows.join(",")), Some(place.to_owned())),
                "{folded}"
            );
        }
        for single in [
            r#"{"parts":[{"a":1}],"text":"x"}"#,
            r#"{"default":{"description":"x","features":{"text":"string"}}}"#,
            r#"{"a":1,"b":"x"}"#,
            "{}",
        ] {
            assert_eq!(unfolded(single).unwrap(), (format!("[{single}]"), None));
        }
        let several = unfolded(r#"{"train":[{"a":1}],"test":[{"a":1}]}"#).unwrap_err();
        assert_eq!(several, r#"the lists "test", "train""#);
    }
}
