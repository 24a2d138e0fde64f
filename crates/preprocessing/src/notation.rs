//! The notation of the numbers in a column: decimal mark, thousands separator, and texts around the digits.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The characters that are accepted where the thousands separator is a space.
const SPACES: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];
/// The characters that are accepted where the thousands separator is an apostrophe.
const APOSTROPHES: [char; 2] = ['\'', '\u{2019}'];

/// The notation of the numbers in a column. The default is the notation of `-1234.5` and `-1.2345e3`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notation {
    /// The decimal mark: a point or a comma.
    pub decimal: char,
    /// The thousands separator, which may stand between groups of three digits before the decimal mark: a comma, a
    /// point, a space or an apostrophe. A space also stands for thin and non-breaking spaces, and a straight apostrophe
    /// for a curly one. `None` if digits are not grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// The text in front of the digits, such as `$`, without spaces around it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// The text after the digits, such as `%` or `cm`, without spaces around it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// Whether negative numbers may stand in brackets, as in `(5)`.
    #[serde(skip_serializing_if = "is_false")]
    pub brackets: bool,
    /// The texts that stand for a missing value in this column, in addition to the texts that
    /// [`is_missing`](crate::is_missing) accepts in every column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Default for Notation {
    fn default() -> Self {
        let (before, after) = (String::new(), String::new());
        Self { decimal: '.', thousands: None, before, after, brackets: false, missing: Vec::new() }
    }
}

impl Notation {
    /// Whether this is the default notation.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether `field`, without spaces around it, stands for a missing value.
    #[must_use]
    pub fn is_missing(&self, field: &str) -> bool {
        crate::is_missing(field) || self.missing.iter().any(|text| text == field)
    }

    /// The number that `field`, without spaces around it, denotes in this notation; `None` if `field` does not denote a
    /// finite number.
    #[must_use]
    pub fn number(&self, field: &str) -> Option<f64> {
        let is_bare = self.decimal == '.' && self.before.is_empty() && self.after.is_empty();
        let plain = || field.parse().ok().filter(|_| is_bare);
        let number: f64 = plain().or_else(|| self.digits(field)?.parse().ok())?;
        number.is_finite().then_some(number)
    }

    /// `field` without the brackets around it, or around everything after a currency such as `$`; `None` if `field` has
    /// no such brackets, or a sign inside them.
    #[must_use]
    pub fn without_brackets(field: &str) -> Option<String> {
        let (before, inner) = field.strip_suffix(')')?.split_once('(')?;
        let is_currency = !before.contains(|c: char| c.is_ascii_digit()) && before.chars().count() <= 3;
        let is_signed = inner.trim_start().starts_with(['-', '+', '\u{2212}']);
        (is_currency && !is_signed).then(|| format!("{before}{}", inner.trim()))
    }

    /// `field`, rewritten with a decimal point and without separators, as in `-1234.5`; `None` if `field` does not
    /// follow this notation.
    fn digits(&self, field: &str) -> Option<String> {
        if self.brackets
            && let Some(inner) = Self::without_brackets(field)
        {
            let positive = Self { brackets: false, ..self.clone() }.digits(&inner)?;
            return positive.starts_with(|c: char| c.is_ascii_digit()).then(|| format!("-{positive}"));
        }
        let (outer, rest) = signed(field);
        let rest = rest.strip_prefix(self.before.as_str())?.trim_start();
        let (inner, rest) = if self.before.is_empty() { ("", rest) } else { signed(rest) };
        let rest = rest.strip_suffix(self.after.as_str())?.trim_end();
        let (mantissa, exponent) = rest.split_at(rest.find(['e', 'E']).unwrap_or(rest.len()));
        let (whole, decimals) = mantissa.split_once(self.decimal).unwrap_or((mantissa, ""));
        let whole = self.ungrouped(whole)?;
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let are_digits = all_digits(&whole) && all_digits(decimals) && whole.len() + decimals.len() > 0;
        let one_sign = outer.is_empty() || inner.is_empty();
        (are_digits && one_sign).then(|| format!("{outer}{inner}0{whole}.{decimals}0{exponent}"))
    }

    /// `whole` without thousands separators; `None` if the separators do not separate groups of three digits.
    fn ungrouped<'a>(&self, whole: &'a str) -> Option<Cow<'a, str>> {
        let same: &[char] = match &self.thousands {
            None => &[],
            Some(' ') => &SPACES,
            Some('\'') => &APOSTROPHES,
            Some(mark) => std::slice::from_ref(mark),
        };
        if !whole.contains(same) {
            return Some(Cow::Borrowed(whole));
        }
        let mut groups = whole.split(same);
        let first = groups.next().unwrap_or_default();
        let are_thousands =
            (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3);
        are_thousands.then(|| Cow::Owned(whole.replace(same, "")))
    }
}

/// Splits a sign off the start of `text`: "-" for a minus sign, "" for a plus sign or none; and the rest of `text`.
fn signed(text: &str) -> (&'static str, &str) {
    let minus = text.strip_prefix(['-', '\u{2212}']).map(|rest| ("-", rest));
    minus.or_else(|| Some(("", text.strip_prefix('+')?))).unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn notation(decimal: char, thousands: &str, before: &str, after: &str) -> Notation {
        let (before, after) = (before.to_owned(), after.to_owned());
        let missing = vec!["<LOD".to_owned()];
        Notation { decimal, thousands: thousands.chars().next(), before, after, brackets: false, missing }
    }

    #[test]
    fn a_number_is_read_in_its_notation_and_in_no_other() {
        for (notation, fields) in [
            (notation(',', "", "", ""), &[("1,5", 1.5), ("-0,25", -0.25), ("1,5e-3", 0.0015), ("7", 7.0)][..]),
            (notation('.', ",", "$", ""), &[("$1,403.50", 1403.5), ("-$5", -5.0), ("$-5", -5.0), ("$ 1403", 1403.0)]),
            (notation(',', ".", "", "\u{20ac}"), &[("1.234,5 \u{20ac}", 1234.5), ("1.234.567\u{20ac}", 1_234_567.0)]),
            (notation('.', " ", "", ""), &[("1\u{202f}000", 1000.0), ("1 000 000.5", 1_000_000.5)]),
            (notation('.', "'", "", "%"), &[("42%", 42.0), ("\u{2212}4.5 %", -4.5), ("1\u{2019}000%", 1000.0)]),
            (Notation::default(), &[("-1e3", -1000.0), ("\u{2212}5", -5.0), (".5", 0.5), ("5.", 5.0)]),
        ] {
            for (field, number) in fields {
                assert_eq!(notation.number(field), Some(*number), "{field} {notation:?}");
            }
        }
        for (notation, field) in [
            (notation(',', "", "", ""), "1.5"),
            (notation('.', ",", "", ""), "1,5"),
            (notation('.', ",", "", ""), "0,123"),
            (notation('.', ",", "", ""), "1,2345"),
            (notation('.', "", "", "%"), "42"),
            (notation('.', "", "$", ""), "--5"),
            (notation('.', "", "$", ""), "-$-5"),
            (Notation::default(), "inf"),
            (Notation::default(), "1e999"),
            (Notation::default(), ""),
            (Notation::default(), "."),
        ] {
            assert_eq!(notation.number(field), None, "{field} {notation:?}");
        }
        assert!(notation(',', "", "", "").is_missing("<LOD") && !Notation::default().is_missing("<LOD"));
    }

    #[test]
    fn a_number_in_brackets_is_negative_only_where_brackets_are_known() {
        let money = Notation { brackets: true, ..notation('.', ",", "$", "") };
        for (field, number) in [("($1,403.50)", -1403.5), ("$(5)", -5.0), ("( $5 )", -5.0), ("-$5", -5.0), ("$5", 5.0)]
        {
            assert_eq!(money.number(field), Some(number), "{field}");
        }
        let plain = Notation { brackets: true, ..Notation::default() };
        assert_eq!((plain.number("(5)"), plain.number("5"), plain.number("(-5)")), (Some(-5.0), Some(5.0), None));
        assert_eq!((plain.number("5)"), plain.number("()"), Notation::default().number("(5)")), (None, None, None));
    }

    proptest! {
        #[test]
        fn what_is_written_in_a_notation_is_read(number in -1e9f64..1e9, comma in any::<bool>(), grouped in any::<bool>()) {
            let (decimal, mark) = if comma { (',', ".") } else { ('.', ",") };
            let written = format!("{:.2}", number.abs());
            let (whole, decimals) = written.split_once('.').unwrap();
            let mut groups = whole.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>();
            let whole = if grouped { groups.join(mark) } else { groups.drain(..).collect() };
            let field = format!("{}{whole}{decimal}{decimals} kg", if number < 0.0 { "-" } else { "" });
            let read = notation(decimal, if grouped { mark } else { "" }, "", "kg").number(&field);
            prop_assert_eq!(read, format!("{number:.2}").parse().ok());
        }

        #[test]
        fn any_text_is_read_or_not(field in "[-+0-9.,' e$%]{0,9}", decimal in "[.,]", thousands in "[.,' ]?") {
            let _ = notation(decimal.chars().next().unwrap(), &thousands, "$", "").number(&field);
        }
    }
}
