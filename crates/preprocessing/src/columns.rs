//! The columns of a table that are inputs, and how the fields of each column become numbers.

use crate::{Notation, Standard};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The category of missing values.
pub const MISSING: &str = "(missing)";

/// How a row of a table becomes a row of inputs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Columns {
    /// The columns that are inputs, in the order of the inputs.
    pub columns: Vec<Column>,
    /// The number of fields in each row of a training table without a header, whose columns are named `column 1`,
    /// `column 2` and so on; `None` if the table had a header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unnamed: Option<usize>,
}

/// A column of a table, which provides one or more inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The column's name in the header, or `column 3` for the third column of a table without a header.
    pub name: String,
    /// The kind of the column's fields.
    #[serde(flatten)]
    pub kind: Kind,
}

/// The kind of a column's fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// Numbers. The input is the number minus the mean, divided by the standard deviation.
    Number {
        /// The mean and standard deviation of the numbers in the training examples, where `fill` replaces missing
        /// values.
        #[serde(flatten)]
        standard: Standard,
        /// The median of the numbers in the training examples; this median replaces a missing value. `None` if no value
        /// may be missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fill: Option<f64>,
        /// Whether there is a second input, which is 1 for a missing value and 0 otherwise; true if some training
        /// examples lack the value.
        #[serde(default, skip_serializing_if = "is_false")]
        indicator: bool,
        /// The notation in which the numbers are written.
        #[serde(default, skip_serializing_if = "Notation::is_plain")]
        notation: Notation,
    },
    /// Text. Each category has an input, which is 1 for a field of that category and 0 otherwise.
    Category {
        /// The categories, sorted. [`MISSING`] is the category of missing values.
        categories: Vec<String>,
        /// Whether there is one more input, which is 1 for every category that is not in `categories`; true if training
        /// examples have such categories. If false, all inputs are 0 for a category that is not in `categories`.
        #[serde(default, skip_serializing_if = "is_false")]
        other: bool,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A field of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// A finite number.
    Number(f64),
    /// A text that does not stand for a missing value.
    Text(&'a str),
    /// A missing value.
    Missing,
}

/// The error for a field that its column cannot hold, such as a text in a column of numbers. The message names what was
/// expected, such as "a finite number".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// The field is not a finite number, or is a number in a column of categories.
    NotANumber,
    /// The number is more than [`FURTHEST`] standard deviations from the mean.
    TooFar,
    /// The value is missing, and nothing replaces missing values of the column.
    Missing,
}

/// The largest distance from the mean, in standard deviations, at which a number is accepted as an input.
pub const FURTHEST: f64 = 1e15;

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber | Self::Missing => f.write_str("a finite number"),
            Self::TooFar => {
                write!(f, "a number within {FURTHEST:e} standard deviations of the mean of the training examples")
            }
        }
    }
}

impl std::error::Error for Unusable {}

/// Whether `field`, which must have no spaces around it, stands for a missing value, as `NA` does.
#[must_use]
pub fn is_missing(field: &str) -> bool {
    const WORDS: [&str; 9] = ["", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"];
    field.len() <= 4 && WORDS.iter().any(|word| field.eq_ignore_ascii_case(word))
}

impl Columns {
    /// The number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.columns.iter().map(Column::inputs).sum()
    }

    /// The names of the inputs, `[inputs]`, such as `mass`, `mass is missing`, `island=Dream` and `island is another`.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().flat_map(Column::names).collect()
    }
}

impl Column {
    /// The number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match &self.kind {
            Kind::Number { indicator, .. } => 1 + usize::from(*indicator),
            Kind::Category { categories, other } => categories.len() + usize::from(*other),
        }
    }

    /// The names of the inputs, `[self.inputs()]`, as in [`Columns::names`].
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let name = &self.name;
        match &self.kind {
            Kind::Number { indicator: false, .. } => vec![name.clone()],
            Kind::Number { indicator: true, .. } => vec![name.clone(), format!("{name} is missing")],
            Kind::Category { categories, other } => {
                let each = categories.iter().map(|category| format!("{name}={category}"));
                each.chain(other.then(|| format!("{name} is another"))).collect()
            }
        }
    }

    /// The mean and standard deviation of a column of numbers; `None` for a column of categories.
    #[must_use]
    pub fn standard(&self) -> Option<Standard> {
        match &self.kind {
            Kind::Number { standard, .. } => Some(*standard),
            Kind::Category { .. } => None,
        }
    }

    /// Whether all inputs are 0 for `cell`, because its category does not occur in the training examples.
    #[must_use]
    pub fn is_unseen(&self, cell: Cell<'_>) -> bool {
        let Kind::Category { categories, other: false } = &self.kind else { return false };
        place(categories, cell) == Ok(None)
    }

    /// Appends the inputs of `cell`, `[self.inputs()]`, to `inputs`.
    ///
    /// # Errors
    /// [`Unusable`] if `cell` is a text in a column of numbers, a number in a column of categories, a number too far from
    /// the mean, or missing in a column of numbers where nothing replaces missing values.
    pub fn write(&self, cell: Cell<'_>, inputs: &mut Vec<f32>) -> Result<(), Unusable> {
        match &self.kind {
            Kind::Number { standard, fill, indicator, .. } => {
                let (value, missing) = match cell {
                    Cell::Number(value) => (value, 0.0),
                    Cell::Missing => (fill.ok_or(Unusable::Missing)?, 1.0),
                    Cell::Text(_) => return Err(Unusable::NotANumber),
                };
                let scaled = standard.scaled(value);
                if scaled.abs() > FURTHEST {
                    return Err(Unusable::TooFar);
                }
                inputs.push(scaled as f32);
                if *indicator {
                    inputs.push(missing);
                }
            }
            Kind::Category { categories, other } => {
                let place = place(categories, cell)?.or(other.then_some(categories.len()));
                let start = inputs.len();
                inputs.resize(start + self.inputs(), 0.0);
                if let Some(place) = place {
                    inputs[start + place] = 1.0;
                }
            }
        }
        Ok(())
    }

    /// Parses `field`, ignoring spaces at both ends.
    ///
    /// # Errors
    /// [`Unusable::NotANumber`] if this is a column of numbers, and `field` neither is a finite number nor stands for a
    /// missing value.
    pub fn cell<'a>(&self, field: &'a str) -> Result<Cell<'a>, Unusable> {
        let field = field.trim();
        match &self.kind {
            Kind::Category { .. } if is_missing(field) => Ok(Cell::Missing),
            Kind::Category { .. } => Ok(Cell::Text(field)),
            Kind::Number { notation, .. } if notation.is_missing(field) => Ok(Cell::Missing),
            Kind::Number { notation, .. } => notation.number(field).map(Cell::Number).ok_or(Unusable::NotANumber),
        }
    }
}

/// The place of `cell` among `categories`; `None` if it is not one of them.
///
/// # Errors
/// [`Unusable::NotANumber`] if `cell` is a number.
fn place(categories: &[String], cell: Cell<'_>) -> Result<Option<usize>, Unusable> {
    let category = match cell {
        Cell::Text(text) => text,
        Cell::Missing => MISSING,
        Cell::Number(_) => return Err(Unusable::NotANumber),
    };
    Ok(categories.binary_search_by(|known| known.as_str().cmp(category)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(indicator: bool) -> Column {
        let standard = Standard { mean: 4.0, deviation: 2.0 };
        Column {
            name: "mass".to_owned(),
            kind: Kind::Number { standard, fill: Some(5.0), indicator, notation: Notation::default() },
        }
    }

    fn island(other: bool) -> Column {
        let categories = vec!["(missing)".to_owned(), "Biscoe".to_owned(), "Dream".to_owned()];
        Column { name: "island".to_owned(), kind: Kind::Category { categories, other } }
    }

    fn inputs(column: &Column, field: &str) -> Vec<f32> {
        let mut inputs = Vec::new();
        column.write(column.cell(field).unwrap(), &mut inputs).unwrap();
        assert_eq!(inputs.len(), column.inputs());
        inputs
    }

    #[test]
    fn a_number_is_in_deviations_from_the_mean_and_a_missing_one_is_the_median() {
        assert_eq!(inputs(&number(false), " 8 "), [2.0]);
        assert_eq!(inputs(&number(false), "NA"), [0.5]);
        assert_eq!(inputs(&number(true), "8"), [2.0, 0.0]);
        assert_eq!(inputs(&number(true), ""), [0.5, 1.0]);
        assert!(number(true).cell("inf").is_err() && number(true).cell("1e999").is_err());
        assert!(number(true).cell("1,5").is_err());
    }

    #[test]
    fn a_missing_number_that_nothing_replaces_is_refused() {
        let json = r#"{"name":"mass","kind":"number","mean":4.0,"deviation":2.0}"#;
        let column: Column = serde_json::from_str(json).unwrap();
        assert_eq!(inputs(&column, "8"), [2.0]);
        assert_eq!(column.write(Cell::Missing, &mut Vec::new()), Err(Unusable::Missing));
        assert_eq!(serde_json::to_string(&column).unwrap(), json);
    }

    #[test]
    fn a_category_has_an_input_of_its_own() {
        assert_eq!(inputs(&island(false), "Dream"), [0.0, 0.0, 1.0]);
        assert_eq!(inputs(&island(false), "?"), [1.0, 0.0, 0.0]);
        assert_eq!(inputs(&island(false), "Torgersen"), [0.0; 3]);
        assert_eq!(inputs(&island(true), "Torgersen"), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(inputs(&island(true), "Biscoe"), [0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn inputs_are_named_after_columns_and_categories() {
        let columns = Columns { columns: vec![number(true), island(true)], unnamed: None };
        let names = columns.names();
        assert_eq!(names[..3], ["mass", "mass is missing", "island=(missing)"]);
        assert_eq!(names[3..], ["island=Biscoe", "island=Dream", "island is another"]);
        assert_eq!(columns.inputs(), 6);
    }

    #[test]
    fn columns_survive_json_to_the_last_bit() {
        let standard = Standard { mean: 0.1 + 0.2, deviation: f64::MIN_POSITIVE };
        let notation = Notation { decimal: ',', after: "%".to_owned(), ..Notation::default() };
        let kind = Kind::Number { standard, fill: Some(1.0 / 3.0), indicator: true, notation };
        let columns = vec![Column { name: "a \"b\"".to_owned(), kind }, island(false), number(false)];
        let columns = Columns { columns, unnamed: Some(4) };
        let text = serde_json::to_string(&columns).unwrap();
        assert_eq!(serde_json::from_str::<Columns>(&text).unwrap(), columns, "{text}");
    }
}
