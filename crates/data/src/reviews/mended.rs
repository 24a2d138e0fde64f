//! Mends two errors that programs write into JSON files: NaN for a missing value, and half of a surrogate pair.

/// The text of an object that was mended.
pub(super) struct Mended {
    pub(super) text: String,
    /// The number of surrogates that were not part of a pair.
    pub(super) surrogates: usize,
}

/// `text` with null for each NaN, and with an unknown character (U+FFFD) for each surrogate that is not part of a pair.
pub(super) fn mended(text: &str) -> Mended {
    let mut mended = Mended { text: String::with_capacity(text.len()), surrogates: 0 };
    let (mut rest, mut in_string) = (text, false);
    while let Some(c) = rest.chars().next() {
        let (length, other) = match c {
            '\\' if in_string => escape(rest),
            'N' if !in_string && rest.starts_with("NaN") => (3, Some("null")),
            _ => (c.len_utf8(), None),
        };
        mended.surrogates += usize::from(c == '\\' && other.is_some());
        mended.text.push_str(other.unwrap_or(&rest[..length]));
        in_string ^= c == '"';
        rest = &rest[length..];
    }
    mended
}

/// The length in bytes of the escape, or of the surrogate pair of escapes, at the beginning of `text`; and the text to
/// write instead if the escape is half of a surrogate pair.
fn escape(text: &str) -> (usize, Option<&'static str>) {
    match (unit(text), text.get(6..).and_then(unit)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
        (Some(0xd800..=0xdfff), _) => (6, Some("\\ufffd")),
        _ => (1 + text.chars().nth(1).map_or(0, char::len_utf8), None),
    }
}

/// The UTF-16 unit for which an escape such as `\u00e9` at the beginning of `text` stands; `None` if `text` does not
/// begin with such an escape.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_and_halves_of_pairs_are_mended() {
        for (text, expected, surrogates) in [
            (r#"{"a": NaN, "NaN": "NaN \" NaN"}"#, r#"{"a": null, "NaN": "NaN \" NaN"}"#, 0),
            (r#"{"a": "\ud83d\ude00 \\ud83d"}"#, r#"{"a": "\ud83d\ude00 \\ud83d"}"#, 0),
            (r#"{"a": "\ud83d\u0041 \ude00\u00"}"#, r#"{"a": "\ufffd\u0041 \ufffd\u00"}"#, 2),
            ("\"\\", "\"\\", 0),
        ] {
            let mended = mended(text);
            assert_eq!((mended.text.as_str(), mended.surrogates), (expected, surrogates));
        }
    }
}
