//! What the fields of a column reveal about the notation of its numbers.

use super::dates::is_date;
use preprocessing::Notation;
use std::collections::BTreeSet;

/// The notations of digits: the decimal mark and the separator of thousands. A column gets the first notation that
/// reads all of its numbers, but the decimal mark of the table's other columns is preferred.
pub(super) const DIGITS: [(char, Option<char>); 8] = [
    ('.', None),
    ('.', Some(',')),
    (',', None),
    (',', Some('.')),
    ('.', Some(' ')),
    (',', Some(' ')),
    ('.', Some('\'')),
    (',', Some('\'')),
];

/// The currency symbols and codes that may stand in front of numbers.
const CURRENCIES: [&str; 17] = [
    "$", "\u{20ac}", "\u{a3}", "\u{a5}", "\u{20b9}", "US$", "A$", "C$", "R$", "USD", "EUR", "GBP", "CHF", "JPY", "INR",
    "Rs", "Rs.",
];

/// Texts that mark a missing value in a column of numbers, in lower case.
const MARKS: [&str; 38] = [
    "nd",
    "n.d.",
    "n.d",
    "nr",
    "n.a.",
    "n.a",
    "bdl",
    "bql",
    "blq",
    "bld",
    "lod",
    "<lod",
    "loq",
    "<loq",
    "<mdl",
    "<dl",
    "<rl",
    "#div/0!",
    "#value!",
    "#ref!",
    "#num!",
    "#name?",
    "#null!",
    "-",
    "--",
    "---",
    ".",
    "..",
    "...",
    "*",
    "missing",
    "unknown",
    "not available",
    "\\n",
    "(null)",
    "(blank)",
    "no data",
    "not applicable",
];

/// The largest number of different texts in a column that may stand for a missing value.
pub(super) const MAX_MARKS: usize = 16;
/// The length in bytes of the longest unit.
const MAX_UNIT: usize = 12;

/// What the fields of a column reveal about the notation of its numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// For each notation of [`DIGITS`], whether it fails to read some number.
    pub(super) closed: [bool; DIGITS.len()],
    /// The texts before and behind the digits of the first number that is not in plain notation, such as "$" and "".
    pub(super) units: Option<(String, String)>,
    /// The number of texts that are numbers with the same `units`.
    pub(super) written: usize,
    /// How many texts stand for a missing value.
    pub(super) marked: usize,
    /// The different texts that stand for a missing value, of which at most one more than [`MAX_MARKS`] is kept.
    pub(super) marks: BTreeSet<String>,
    /// Whether a plain number has a point between groups of three digits.
    pub(super) grouped: bool,
    /// The number of texts in brackets, as negative numbers may be written.
    pub(super) bracketed: usize,
    /// How many texts are numbers in some notation, with any unit.
    pub(super) amounts: usize,
    /// How many texts are neither numbers in some notation nor marks of a missing value.
    pub(super) foreign: usize,
    /// The first number that has `units`.
    pub(super) first_written: Option<String>,
    /// The first number that has other units.
    pub(super) other_unit: Option<String>,
}

impl Evidence {
    /// Adds `field`, which is a number in plain notation.
    pub(super) fn add_number(&mut self, field: &str) {
        if field.contains('.') {
            let groups = Notation { decimal: ',', thousands: Some('.'), ..Notation::default() }.number(field).is_some();
            self.grouped |= groups;
            for (closed, (decimal, thousands)) in self.closed.iter_mut().zip(DIGITS) {
                *closed |= decimal != '.' && !(groups && thousands == Some('.'));
            }
        }
    }

    /// Adds `field`, which is a text.
    pub(super) fn add_text(&mut self, field: &str) {
        if is_mark(field) {
            self.marked += 1;
            if self.marks.len() <= MAX_MARKS {
                self.marks.insert(field.to_owned());
            }
            return;
        }
        let inner = Notation::without_brackets(field);
        self.bracketed += usize::from(inner.is_some());
        let Some((before, digits, after)) = apart(inner.as_deref().unwrap_or(field)) else {
            self.foreign += 1;
            return;
        };
        self.amounts += 1;
        let (known_before, known_after) = self.units.get_or_insert_with(|| (before.to_owned(), after.to_owned()));
        if known_before == before && known_after == after {
            self.written += 1;
            self.first_written.get_or_insert_with(|| field.to_owned());
        } else {
            self.other_unit.get_or_insert_with(|| field.to_owned());
        }
        for (closed, (decimal, thousands)) in self.closed.iter_mut().zip(DIGITS) {
            *closed |= Notation { decimal, thousands, ..Notation::default() }.number(digits).is_none();
        }
    }

    /// The notations of digits that read all numbers, the preferred one first.
    pub(super) fn open(&self) -> impl Iterator<Item = (char, Option<char>)> {
        self.closed.into_iter().zip(DIGITS).filter(|(closed, _)| !closed).map(|(_, digits)| digits)
    }
}

/// Splits the number `field` into the text before its digits, such as a currency, the digits, and the text behind the
/// digits, such as a unit; `None` if `field` is not a number.
fn apart(field: &str) -> Option<(&str, &str, &str)> {
    if is_date(field) {
        return None;
    }
    let signs: &[char] = &['-', '+', '\u{2212}'];
    let is_digit = |c: char| c.is_ascii_digit();
    let start = field.find(is_digit)?;
    let start = start - usize::from(field[..start].ends_with(['.', ',']));
    let inner =
        |c: char| is_digit(c) || matches!(c, '.' | ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2019}');
    let run = &field[start..];
    let run = &run[..run.find(|c| !inner(c)).unwrap_or(run.len())];
    let digits = &run[..=run.rfind(is_digit)?];
    let (before, after) = (&field[..start], field[start + digits.len()..].trim());
    let exponent = after.strip_prefix(['e', 'E']).and_then(|power| power.parse::<i32>().ok());
    let (digits, after) = if exponent.is_some() { (&field[start..], "") } else { (digits, after) };
    let before = before.trim_matches(|c: char| signs.contains(&c) || c.is_whitespace());
    let known = before.is_empty() || CURRENCIES.contains(&before);
    (known && is_unit(after)).then_some((before, digits, after))
}

/// Whether `text` can be a unit, such as %, km/h or m2, or is empty.
fn is_unit(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let begins = |c: char| c.is_alphabetic() || "%\u{2030}\u{b0}\u{b5}$\u{20ac}\u{a3}\u{a5}\u{20b9}".contains(c);
    let within = |c: char| begins(c) || "/ .^\u{b7}\u{b2}\u{b3}".contains(c);
    text.is_empty() || (text.len() <= MAX_UNIT && text.starts_with(begins) && letters.chars().all(within))
}

/// Whether `field` marks a missing number, or a number beyond a limit of detection, as `<0.5` does.
pub(super) fn is_mark(field: &str) -> bool {
    let limit =
        field.strip_prefix(['<', '>', '\u{2264}', '\u{2265}']).map(|limit| limit.trim_start_matches('=').trim());
    let is_limit = limit.is_some_and(|limit| number(limit).is_some() || number(&limit.replace(',', ".")).is_some());
    is_limit || MARKS.contains(&field.to_lowercase().as_str())
}

/// Whether `field` is a number in some notation, with any unit, and in brackets or not.
pub(super) fn is_number(field: &str) -> bool {
    number(field).is_some() || apart(Notation::without_brackets(field).as_deref().unwrap_or(field)).is_some()
}

/// The finite number in `field`, as Rust parses it; `None` if `field` is not such a number.
pub(crate) fn number(field: &str) -> Option<f64> {
    field.parse().ok().filter(|number: &f64| number.is_finite())
}
