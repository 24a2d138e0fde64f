//! Which columns of a table, or fields of JSON objects, hold the text and the label.

use super::{Numbers, Part, stars};
use crate::choices::{TableChoices, Task};
use crate::lines::{self, shown};
use crate::own::classes::{Class, MAX_CLASSES, TEXT as CLASS_TEXT};
use crate::own::csv::fields::Fields;
use crate::own::csv::layout;
use crate::{Error, names};
use preprocessing::TextUnit;
use std::path::PathBuf;

/// Names of the column of texts, in order of preference.
const TEXT: [&str; 9] =
    ["text", "reviewText", "review", "content", "body", "comment", "sentence", "message", "description"];
/// The name of the column of counted terms.
const COUNTS: &str = "bigram_counts";
/// Names of the column of labels, in order of preference.
const LABEL: [&str; 9] = ["stars", "overall", "rating", "label", "class", "category", "topic", "sentiment", "target"];
/// The number of names at the beginning of [`LABEL`] that stand for stars. The labels in a column with such a name must
/// all be numbers or all be texts.
const STARS: usize = 3;
/// If the name of a column of labels has one of these words, numbers in the column are names of classes.
const TOPICS: [&str; 3] = ["class", "category", "topic"];

pub(super) const NAME_LABEL: &str = "name the column of labels with --label COLUMN";
const NAME_TEXT: &str = "name the column of texts with --only COLUMN";
const NAME_BOTH: &str = "name one column \"text\" and another \"label\"";
const ONE_KIND: &str = "correct the label, or name another column with --label COLUMN";
const NO_LABELS: &str =
    "give the labels, or put \"unlabelled\" into the name of the file to use its texts without them";
const NO_NUMBER: &str = "leave out data.table.task: texts have classes or stars, not a number to predict";

/// The use of each column of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    /// The names of all columns.
    pub(super) names: Vec<String>,
    /// The indices of the columns of texts or of counted terms.
    pub(super) texts: Vec<usize>,
    pub(super) form: Form,
    /// The indices of the columns that may hold the label, in order of preference; empty for texts without labels.
    pub(super) labels: Vec<usize>,
    /// Whether labels are numbers or texts.
    pub(super) kind: Kind,
    /// The meaning of labels that are all numbers.
    pub(super) numbers: Numbers,
    /// Whether labels that are stars have a comma before decimals.
    pub(super) decimal_comma: bool,
    /// The index of the column of the user's groups, if there is one.
    pub(super) group: Option<usize>,
}

/// What the columns of texts hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Each column holds a part of the text; the parts are joined.
    Joined,
    /// Each column may hold the text; the first that is not empty is used.
    First,
    /// The column holds counted terms.
    Counts,
}

/// Whether labels are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// All labels are numbers.
    Numbers,
    /// Some labels are not numbers.
    Texts,
}

/// Chooses the columns of `table`, which belongs to `part` and whose column names are in the form of
/// [`names::composed`]. `first` holds the columns of the first file, if another file was read before; columns with the
/// names of these columns are preferred.
///
/// # Errors
/// [`Error::Line`] when the user chose regression, it is unclear which column holds the text or the label, a column
/// that the user names or the label column of the first file does not exist, or a column of stars holds numbers as well
/// as other texts; the message says what to do.
pub(super) fn choose(
    table: &layout::Table<'_>,
    part: Part,
    choices: &TableChoices,
    first: Option<&Columns>,
) -> Result<Columns, Error> {
    let layout::Table { names, columns, .. } = *table;
    if choices.task == Some(Task::Regression) {
        return Err(table.wrong(
            "classes or stars as labels".to_owned(),
            "data.table.task=regression".to_owned(),
            NO_NUMBER,
        ));
    }
    // Only the first file must have the columns that the user names as groups or as columns to drop.
    let needed = |name: &String| match (table.find(name), first) {
        (Err(_), Some(_)) => Ok(None),
        (found, _) => found.map(Some),
    };
    let group = choices.group.as_ref().map(needed).transpose()?.flatten();
    let dropped = choices.drop.iter().filter_map(|name| needed(name).transpose()).collect::<Result<Vec<_>, _>>()?;
    let only = choices.only.iter().map(|name| table.find(name)).collect::<Result<Vec<_>, _>>()?;
    let alike =
        |columns: fn(&Columns) -> &[usize]| first.map_or_else(Vec::new, |first| alike(names, first, columns(first)));
    let label = match &choices.label {
        Some(name) if part != Part::Unlabelled => Some(table.find(name)?),
        Some(name) => table.find(name).ok(),
        None => alike(|first| &first.labels).first().copied(),
    };
    let is_free = |i: &usize| group != Some(*i) && !dropped.contains(i) && label != Some(*i);
    let has_values = |i: &usize| columns[*i].numbers + columns[*i].texts > 0 || columns[*i].len() == 0;
    let called = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    let named = |wanted: &[&str]| -> Vec<usize> {
        wanted.iter().filter_map(|name| called(name)).filter(is_free).filter(has_values).collect()
    };
    let named_labels = named(&LABEL);
    let (texts, form) = match (named(&TEXT), called(COUNTS)) {
        _ if !only.is_empty() => (only, Form::Joined),
        _ if !alike(|first| &first.texts).is_empty() => {
            (alike(|first| &first.texts), first.map_or(Form::First, |first| first.form))
        }
        (texts, _) if !texts.is_empty() => (texts, Form::First),
        (_, Some(counts)) if is_free(&counts) => (vec![counts], Form::Counts),
        _ => (vec![text(table, &|i| is_free(i) && !named_labels.contains(i))?], Form::First),
    };
    let is_free = |i: &usize| is_free(i) && !texts.contains(i);
    let named_labels: Vec<usize> = named_labels.into_iter().filter(is_free).collect();
    let labels = match label {
        _ if part == Part::Unlabelled => Vec::new(),
        Some(label) => vec![label],
        None if !named_labels.is_empty() => named_labels,
        None if let Some(first) = first.filter(|first| !first.labels.is_empty()) => {
            let expected = format!("a column called {}, as in training", shown(&first.names[first.labels[0]]));
            return Err(table.wrong(expected, listed(table, &(0..names.len()).collect::<Vec<_>>()), NO_LABELS));
        }
        None => vec![self::label(table, &|i| is_free(i) && has_values(i), form)?],
    };
    let kind = if labels.iter().all(|i| are_stars(&columns[*i], &names[*i])) { Kind::Numbers } else { Kind::Texts };
    if let [label, ..] = labels[..] {
        one_kind(table, label)?;
    }
    let is_topic = |i: &usize| names::words(&names[*i]).iter().any(|word| TOPICS.contains(&word.as_str()));
    let are_classes = choices.task == Some(Task::Classification) || labels.first().is_some_and(is_topic);
    let numbers = if are_classes || kind == Kind::Texts { Numbers::Classes } else { Numbers::Stars };
    let has_comma = |i: &usize| kind == Kind::Numbers && numbers == Numbers::Stars && columns[*i].texts > 0;
    let decimal_comma = labels.iter().any(has_comma);
    Ok(Columns { names: names.to_vec(), texts, form, labels, kind, numbers, decimal_comma, group })
}

/// Whether all fields of `column` that are not missing are numbers, with a decimal point or a decimal comma. In a
/// column of whole numbers whose `name` does not stand for stars, a comma may separate several labels, so a field with
/// a comma does not count as a number.
fn are_stars(column: &Fields, name: &str) -> bool {
    let is_number = |field: &String| {
        let is_whole = column.numbers > 0 && !is_called_stars(name);
        field.parse::<f64>().is_ok() || (stars::has_decimal_comma(field) && !is_whole)
    };
    column.texts == 0 || column.distinct.as_ref().is_some_and(|fields| fields.keys().all(is_number))
}

/// Whether `name` is one of the first [`STARS`] in [`LABEL`].
fn is_called_stars(name: &str) -> bool {
    LABEL[..STARS].iter().any(|stars| name.eq_ignore_ascii_case(stars))
}

/// The indices of the columns in `names` that have the names of the columns `chosen` of the first file, ignoring case
/// if no name is equal.
fn alike(names: &[String], first: &Columns, chosen: &[usize]) -> Vec<usize> {
    let find = |name: &String| {
        let in_other_letters = |other: &String| other.to_lowercase() == name.to_lowercase();
        names.iter().position(|other| other == name).or_else(|| names.iter().position(in_other_letters))
    };
    chosen.iter().filter_map(|i| find(&first.names[*i])).collect()
}

/// Whether a column or field called `name` is known to hold texts.
pub(super) fn is_text(name: &str) -> bool {
    TEXT.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a column or field called `name` is known to hold labels.
pub(super) fn is_label(name: &str) -> bool {
    LABEL.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether `field` is a usual name for a column of texts or labels, or a name that the user gives in `choices`.
pub(super) fn is_name(field: &str, choices: &TableChoices) -> bool {
    let chosen = choices.label.iter().chain(&choices.only).chain(&choices.group).map(|name| name.trim());
    let name = names::composed(field);
    let mut known = TEXT.into_iter().chain(LABEL).chain([COUNTS]).chain(chosen);
    known.any(|known| names::composed(known).eq_ignore_ascii_case(&name)) && name.parse::<f64>().is_err()
}

/// The free column of long texts; if there are several, the column whose texts have, on average, at least twice as many
/// words as the texts of any other; if no free column has long texts, the free column whose values repeat least.
fn text(table: &layout::Table<'_>, is_free: &dyn Fn(&usize) -> bool) -> Result<usize, Error> {
    let columns = table.columns;
    let words = |i: &usize| columns[*i].words as f64 / columns[*i].texts.max(1) as f64;
    let all: Vec<usize> = (0..columns.len()).filter(is_free).filter(|i| columns[*i].texts > 0).collect();
    let mut long: Vec<usize> = all.iter().copied().filter(|i| columns[*i].holds_texts()).collect();
    long.sort_by(|a, b| words(b).total_cmp(&words(a)));
    match long[..] {
        [only] => Ok(only),
        [first, second, ..] if words(&first) >= 2.0 * words(&second) => Ok(first),
        [first, second, ..] => {
            let found = format!("{} as well as {}", shown(&table.names[first]), shown(&table.names[second]));
            Err(table.wrong("one column of texts".to_owned(), found, NAME_TEXT))
        }
        // If no column has long texts, the texts are in the column whose values repeat least.
        [] => {
            let different = |i: &usize| columns[*i].distinct().map_or(1.0, |n| n as f64 / columns[*i].len() as f64);
            let best = all.iter().copied().reduce(|a, b| if different(&b) >= different(&a) { b } else { a });
            best.ok_or_else(|| {
                let found = format!("no such column among {}", columns.len());
                table.wrong("a column of texts".to_owned(), found, NAME_BOTH)
            })
        }
    }
}

/// The names of the first five of `columns`, for error messages.
fn listed(table: &layout::Table<'_>, columns: &[usize]) -> String {
    lines::listed(&columns.iter().map(|i| &table.names[*i]).collect::<Vec<_>>())
}

/// The free column, if there is only one and the texts are not counted terms; otherwise the only free column with few
/// different values.
fn label(table: &layout::Table<'_>, is_free: &dyn Fn(&usize) -> bool, form: Form) -> Result<usize, Error> {
    let columns = table.columns;
    let all: Vec<usize> = (0..columns.len()).filter(is_free).collect();
    if let [only] = all[..]
        && form != Form::Counts
    {
        return Ok(only);
    }
    let is_class = |i: &usize| {
        let few = |n: usize| (2..=MAX_CLASSES).contains(&n) && 2 * n <= columns[*i].len();
        columns[*i].distinct().is_some_and(few)
    };
    let few: Vec<usize> = all.iter().copied().filter(is_class).collect();
    match few[..] {
        [only] => Ok(only),
        _ if columns.len() == 1 => {
            Err(table.wrong("a text and a label".to_owned(), "one column".to_owned(), NAME_BOTH))
        }
        [] => {
            let expected = "a column of texts and a column that can be the label".to_owned();
            Err(table.wrong(expected, format!("no label among {}", listed(table, &all)), NAME_LABEL))
        }
        _ => Err(table.wrong("one column that can be the label".to_owned(), listed(table, &few), NAME_LABEL)),
    }
}

/// Checks that column `i`, if its name is one of the first [`STARS`] in [`LABEL`], holds only numbers or only texts.
fn one_kind(table: &layout::Table<'_>, i: usize) -> Result<(), Error> {
    let (column, name) = (&table.columns[i], &table.names[i]);
    match &column.first_text {
        Some((line, text)) if is_called_stars(name) && column.numbers > 0 && !are_stars(column, name) => {
            let path: PathBuf = table.path.to_owned();
            let expected = format!("a number, like the other labels in {}", shown(name));
            Err(Error::Line { path, line: *line, expected, found: shown(text), remedy: ONE_KIND })
        }
        _ => Ok(()),
    }
}

/// The error about a label: a description of what was expected, and the advice.
pub(super) type LabelError = (String, &'static str);

impl Columns {
    /// The label in `field`; `None` if `field` is empty or NaN or, where all labels are numbers, marks a missing value
    /// in another way.
    ///
    /// # Errors
    /// A description of what was expected, and the advice, when `field` is not a label of the kind that these columns
    /// hold.
    pub(super) fn label(&self, field: &str) -> Result<Option<String>, LabelError> {
        let field = field.trim();
        if field.is_empty() || field.eq_ignore_ascii_case("nan") {
            return Ok(None);
        }
        if self.kind == Kind::Numbers && preprocessing::is_missing(field) {
            return Ok(None);
        }
        if self.kind == Kind::Numbers && self.numbers == Numbers::Stars && stars::parse(field).is_none() {
            return Err((stars::EXPECTED.to_owned(), stars::REMEDY));
        }
        let class = Class::parse(field.as_bytes()).ok_or_else(|| (format!("a label of {CLASS_TEXT}"), NAME_LABEL))?;
        Ok(Some(class.to_string()))
    }

    /// The group that `field` returns for the column of groups, with composed accents; `None` if there is no such column.
    ///
    /// # Errors
    /// A description of what was expected, and the advice, when the group is missing.
    pub(super) fn group(&self, field: impl FnOnce(usize) -> Option<String>) -> Result<Option<String>, LabelError> {
        let Some(i) = self.group else { return Ok(None) };
        let group = field(i).map(|group| names::composed(&group)).filter(|group| !preprocessing::is_missing(group));
        let expected = || (format!("a group in column {}", shown(&self.names[i])), layout::FILL_GROUPS);
        group.ok_or_else(expected).map(Some)
    }

    /// The columns of texts that `unit` states, as if they were the columns of a first file; `None` if `unit` is not in
    /// columns.
    pub(super) fn of_unit(unit: &TextUnit) -> Option<Self> {
        let form = if matches!(unit, TextUnit::First(_)) { Form::First } else { Form::Joined };
        let (names, texts): (Vec<String>, Vec<usize>) = match unit {
            TextUnit::Fields { indices, of, .. } => ((1..=*of).map(layout::unnamed).collect(), indices.clone()),
            _ => (unit.names().to_vec(), (0..unit.names().len()).collect()),
        };
        let (labels, kind, numbers) = (Vec::new(), Kind::Texts, Numbers::Stars);
        (!names.is_empty()).then_some(Self {
            names,
            texts,
            form,
            labels,
            kind,
            numbers,
            decimal_comma: false,
            group: None,
        })
    }

    /// The unit of texts in these columns, if the columns have no names and are separated by `delimiter`: a line if
    /// there is a single column.
    pub(super) fn fields(&self, delimiter: u8) -> TextUnit {
        match self.names.len() {
            1 => TextUnit::Lines,
            of => TextUnit::Fields { indices: self.texts.clone(), of, delimiter: char::from(delimiter) },
        }
    }

    /// The unit of texts in these columns, by the names of the columns of texts.
    pub(super) fn unit(&self) -> TextUnit {
        let names = self.texts.iter().map(|i| names::composed(&self.names[*i])).collect();
        if self.form == Form::Joined { TextUnit::Joined(names) } else { TextUnit::First(names) }
    }

    /// Whether the columns of texts match the columns of training, which had its texts in `unit`: all columns of `unit`
    /// are present if texts are joined, otherwise at least one. Columns without names match if there are as many as in
    /// training.
    pub(super) fn are_of(&self, unit: &TextUnit) -> bool {
        let is_here = |name: &String| {
            self.texts.iter().any(|i| names::composed(&self.names[*i]).to_lowercase() == name.to_lowercase())
        };
        match unit {
            TextUnit::Lines | TextUnit::Files => true,
            TextUnit::Fields { of, .. } => self.names.len() == *of,
            TextUnit::First(names) => names.iter().any(is_here),
            TextUnit::Joined(names) => names.iter().all(is_here),
        }
    }

    /// A description for the user, which begins with `how` the columns were found: which columns hold texts and labels,
    /// and which are not read.
    pub(super) fn described(&self, how: &str) -> String {
        let named = |columns: &[usize]| {
            let names: Vec<String> = columns.iter().map(|i| shown(&self.names[*i])).collect();
            names.join(if self.form == Form::Joined { " and " } else { " or " })
        };
        let labels =
            if self.labels.is_empty() { String::new() } else { format!(", labels in {}", named(&self.labels)) };
        let comma = if self.decimal_comma { " with a comma before decimals" } else { "" };
        let is_read = |i: &usize| self.texts.contains(i) || self.labels.contains(i) || self.group == Some(*i);
        let others: Vec<usize> = (0..self.names.len()).filter(|i| !is_read(i)).collect();
        let others = match others.len() {
            0 => String::new(),
            1 => format!("; {} is not read", shown(&self.names[others[0]])),
            count => format!("; {count} other columns are not read"),
        };
        let what = if self.form == Form::Counts { "counted terms" } else { "texts" };
        format!("{how}{what} in {}{labels}{comma}{others}", named(&self.texts))
    }
}
