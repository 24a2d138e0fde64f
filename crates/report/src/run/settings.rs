//! Nested settings of a run as dotted keys with values.

use serde_json::Value;

/// Calls `each` with the dotted key and the value of every setting in `table`. `prefix` is the dotted key of `table`
/// itself, or empty for the whole configuration.
pub(crate) fn flatten(prefix: &str, table: &Value, each: &mut impl FnMut(String, &Value)) {
    for (key, value) in table.as_object().into_iter().flatten() {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        if value.is_object() { flatten(&key, value, each) } else { each(key, value) }
    }
}

/// The value of a setting as text: JSON, but strings without quotes.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
