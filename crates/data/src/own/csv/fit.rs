//! Turns the columns of a table into inputs, by a preprocessing that is fitted to the training examples.

use super::category;
use super::stream::Unseen;
use crate::Error;
use crate::lines::shown;
use crate::own::table::{CellColumn, Cells};
use preprocessing::{Cell, Column, Columns, Kind, Standard, Unusable};
use std::collections::BTreeMap;

/// The largest number of categories in a column that have an input each.
const MAX_CATEGORIES: usize = 64;

/// The preprocessing fitted to `train`, `[rows, columns]`; `unnamed` is as in [`Columns`].
pub(crate) fn fit(train: &Cells, unnamed: Option<usize>) -> Columns {
    let each = train.columns.iter().enumerate();
    let columns = each.map(|(k, column)| {
        let cells = train.rows.iter().copied().skip(k).step_by(train.columns.len());
        Column { name: column.name.clone(), kind: kind(column, cells) }
    });
    Columns { columns: columns.collect(), unnamed }
}

/// How `column`, with these `cells` in training, becomes inputs.
fn kind(column: &CellColumn, cells: impl Iterator<Item = f64> + Clone) -> Kind {
    let Some(categories) = &column.categories else {
        let fill = median(cells.clone().filter(|cell| !cell.is_nan()).collect());
        let indicator = cells.clone().any(f64::is_nan);
        let standard = Standard::of(cells.map(|cell| if cell.is_nan() { fill } else { cell }));
        return Kind::Number { standard, fill: Some(fill), indicator, notation: column.notation.clone() };
    };
    let mut counts = BTreeMap::new();
    for cell in cells {
        *counts.entry(category(categories, cell)).or_insert(0usize) += 1;
    }
    let mut order: Vec<(usize, &str)> = counts.into_iter().map(|(name, count)| (count, name)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut kept: Vec<String> = order.iter().take(MAX_CATEGORIES).map(|(_, name)| (*name).to_owned()).collect();
    kept.sort_unstable();
    Kind::Category { categories: kept, other: order.len() > MAX_CATEGORIES }
}

/// The median of `values`: for an even number of values, the mean of the two in the middle; 0 if `values` is empty.
fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    let lower = if even { below.iter().copied().fold(f64::NEG_INFINITY, f64::max) } else { upper };
    lower / 2.0 + upper / 2.0
}

impl CellColumn {
    fn cell(&self, value: f64) -> Cell<'_> {
        match &self.categories {
            _ if value.is_nan() => Cell::Missing,
            Some(categories) => Cell::Text(category(categories, value)),
            None => Cell::Number(value),
        }
    }
}

impl Cells {
    /// The inputs of all rows, `[rows, columns.inputs()]`.
    ///
    /// # Errors
    /// [`Error::Line`] when a number is too far from the mean of its column.
    pub(crate) fn inputs(&self, columns: &Columns) -> Result<Vec<f32>, Error> {
        let count = self.rows.len() / self.columns.len().max(1);
        let mut inputs = Vec::with_capacity(count * columns.inputs());
        for (i, row) in self.rows.chunks_exact(self.columns.len()).enumerate() {
            for ((cell, from), column) in row.iter().zip(self.columns.iter()).zip(&columns.columns) {
                // Each cell is of the kind for which its column was fitted, so the only error is a number too far from
                // the mean.
                column.write(from.cell(*cell), &mut inputs).map_err(|_| self.too_far(i, &column.name, *cell))?;
            }
        }
        Ok(inputs)
    }

    /// The error for a `number` in row `i`, from 0, that is too far from the mean of the column called `name`.
    fn too_far(&self, i: usize, name: &str, number: f64) -> Error {
        Error::Line {
            path: self.source.file.to_path_buf(),
            line: self.source.lines.get(i).map_or(0, |line| *line as usize),
            expected: format!("{} in column {}", Unusable::TooFar, shown(name)),
            found: format!("{number:e}"),
            remedy: "correct the number, or leave the column out with --drop",
        }
    }

    /// The number of rows with a category for which `columns` have no input, and the names of the columns in which such
    /// categories are.
    pub(crate) fn unseen(&self, columns: &Columns) -> Unseen {
        let mut unseen = Unseen::default();
        for (row, line) in self.rows.chunks_exact(self.columns.len()).zip(&self.source.lines) {
            let cells = row.iter().zip(self.columns.iter()).zip(&columns.columns);
            let found = cells.filter(|((cell, from), column)| column.is_unseen(from.cell(**cell)));
            unseen.count(*line as usize, &found.map(|(_, column)| column.name.as_str()).collect::<Vec<_>>());
        }
        unseen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own::table::Source;
    use preprocessing::Notation;
    use std::path::Path;
    use std::sync::Arc;

    fn cells(rows: &[f64], categories: &[Option<&[&str]>]) -> Cells {
        let column = |(k, categories): (usize, Option<&[&str]>)| CellColumn {
            name: format!("c{k}"),
            categories: categories.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
            notation: Notation::default(),
        };
        let columns = Arc::new(categories.iter().copied().enumerate().map(column).collect());
        let source = Source { file: Path::new("t.csv").into(), lines: (1..=rows.len() as u32).collect() };
        Cells { rows: rows.to_vec(), columns, source }
    }

    #[test]
    fn a_missing_number_is_the_median_with_an_indicator() {
        let train = cells(&[1.0, 3.0, f64::NAN, 5.0, 7.0], &[None]);
        let columns = fit(&train, None);
        let Kind::Number { standard, fill, indicator, .. } = columns.columns[0].kind else { panic!() };
        assert_eq!((standard.mean, fill, indicator), (4.0, Some(4.0), true));
        assert!((standard.deviation - 2.0).abs() < 1e-12, "{standard:?}");
        assert_eq!(train.inputs(&columns).unwrap(), [-1.5, 0.0, -0.5, 0.0, 0.0, 1.0, 0.5, 0.0, 1.5, 0.0]);
    }

    #[test]
    fn categories_are_those_of_training() {
        let train = cells(&[1.0, 0.0, f64::NAN], &[Some(&["x", "b", "z"])]);
        let columns = fit(&train, None);
        assert_eq!(columns.names(), ["c0=(missing)", "c0=b", "c0=x"]);
        assert_eq!(
            cells(&[2.0, 0.0], &[Some(&["x", "b", "z"])]).inputs(&columns).unwrap(),
            [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
        );
        let unseen = cells(&[2.0, 0.0, 1.0], &[Some(&["x", "b", "z"])]).unseen(&columns);
        assert_eq!((unseen.rows, unseen.first), (1, Some(1)));
        assert_eq!(unseen.columns.into_iter().collect::<Vec<_>>(), ["c0"]);
    }

    #[test]
    fn rare_categories_share_an_input() {
        let names: Vec<String> = (0..70).map(|k| format!("n{k:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows: Vec<f64> = (0..70).chain(6..70).map(f64::from).collect();
        let columns = fit(&cells(&rows, &[Some(&names)]), None);
        let Kind::Category { categories, other } = &columns.columns[0].kind else { panic!() };
        assert_eq!((categories.len(), categories[0].as_str(), *other), (64, "n06", true));
        assert_eq!(columns.names()[64], "c0 is another");
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0, 4.0]), 3.0);
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![f64::MAX, f64::MAX]), f64::MAX);
    }
}
