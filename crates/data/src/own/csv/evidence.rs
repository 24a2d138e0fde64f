//! What the fields of a column show of how its numbers are written.

use super::dates::is_date;
use preprocessing::Notation;
use std::collections::BTreeSet;

/// The notations of digits: what stands before decimals, and between thousands. Of those that read a column, the first
/// is taken, unless the rest of the table has the other decimal mark.
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

/// What may stand in front of numbers.
const CURRENCIES: [&str; 17] = [
    "$", "\u{20ac}", "\u{a3}", "\u{a5}", "\u{20b9}", "US$", "A$", "C$", "R$", "USD", "EUR", "GBP", "CHF", "JPY", "INR",
    "Rs", "Rs.",
];

/// Texts that mark a missing value in a column of numbers, in lower case.
const MARKS: [&str; 33] = [
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
];

/// The most different texts of a column that stand for a missing value.
pub(super) const MAX_MARKS: usize = 16;
/// The length in bytes of the longest unit.
const MAX_UNIT: usize = 12;

/// What the fields of a column show of how its numbers are written.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    /// Which of [`DIGITS`] read all numbers.
    pub(super) open: [bool; DIGITS.len()],
    /// What stands before and behind the first number that is not a plain one.
    pub(super) units: Option<(String, String)>,
    /// How many numbers are not plain but have these units.
    pub(super) written: usize,
    /// How many texts stand for a missing value, and which.
    pub(super) marked: usize,
    pub(super) marks: BTreeSet<String>,
    /// Whether a plain number has a point between groups of three digits.
    pub(super) grouped: bool,
}

impl Default for Evidence {
    fn default() -> Self {
        let (units, marks) = (None, BTreeSet::new());
        Self { open: [true; DIGITS.len()], units, written: 0, marked: 0, marks, grouped: false }
    }
}

impl Evidence {
    /// Adds `field`, which is a number in plain notation.
    pub(super) fn add_number(&mut self, field: &str) {
        if field.contains('.') {
            let groups = Notation { decimal: ',', thousands: Some('.'), ..Notation::default() }.number(field).is_some();
            self.grouped |= groups;
            for (open, (decimal, thousands)) in self.open.iter_mut().zip(DIGITS) {
                *open &= decimal == '.' || (groups && thousands == Some('.'));
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
        } else if let Some((before, digits, after)) = apart(field) {
            let (known_before, known_after) = self.units.get_or_insert_with(|| (before.to_owned(), after.to_owned()));
            self.written += usize::from(known_before == before && known_after == after);
            for (open, (decimal, thousands)) in self.open.iter_mut().zip(DIGITS) {
                *open = *open && Notation { decimal, thousands, ..Notation::default() }.number(digits).is_some();
            }
        }
    }
}

/// What stands before the digits of the number `field`, the digits, and what stands behind them, such as a unit; `None`
/// if `field` is not a number.
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
fn is_mark(field: &str) -> bool {
    let limit =
        field.strip_prefix(['<', '>', '\u{2264}', '\u{2265}']).map(|limit| limit.trim_start_matches('=').trim());
    let is_limit = limit.is_some_and(|limit| number(limit).is_some() || number(&limit.replace(',', ".")).is_some());
    is_limit || MARKS.contains(&field.to_lowercase().as_str())
}

/// The finite number that `field` is.
pub(crate) fn number(field: &str) -> Option<f64> {
    field.parse().ok().filter(|number: &f64| number.is_finite())
}
