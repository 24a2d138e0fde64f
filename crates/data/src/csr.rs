//! Sparse matrices.

use std::ops::Range;

/// A matrix in the compressed sparse row format: for each row, the indices of its non-zero columns in ascending order,
/// and their values.
///
/// A bag of 30 different terms from a vocabulary of 5,000 is stored as 30 columns and 30 values.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    width: usize,
    /// The offset at which each row begins, and the offset at which the last row ends, `[len + 1]`.
    starts: Vec<usize>,
    columns: Vec<u32>, // [stored]
    values: Vec<f32>,  // [stored]
}

impl Csr {
    /// A matrix of `width` columns and no rows.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, starts: vec![0], columns: Vec::new(), values: Vec::new() }
    }

    /// Adds a row, given as pairs of a column and its value, with columns in ascending order. Zeros are not stored.
    ///
    /// # Panics
    /// When the columns do not ascend, or one of them is not below the width.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        let start = self.columns.len();
        for (column, value) in row {
            let ascends = self.columns[start..].last().is_none_or(|last| *last < column);
            assert!(ascends && (column as usize) < self.width, "columns must ascend and be below the width");
            if value != 0.0 {
                self.columns.push(column);
                self.values.push(value);
            }
        }
        self.starts.push(self.columns.len());
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The non-zero columns of row `i`, in ascending order, and their values.
    ///
    /// # Panics
    /// When `i` is not below [`len`](Self::len).
    #[must_use]
    pub fn row(&self, i: usize) -> (&[u32], &[f32]) {
        let row: Range<usize> = self.starts[i]..self.starts[i + 1];
        (&self.columns[row.clone()], &self.values[row])
    }

    /// The rows with the indices `rows`, in that order.
    ///
    /// # Panics
    /// When an index in `rows` is not below [`len`](Self::len).
    #[must_use]
    pub fn select(&self, rows: &[u32]) -> Self {
        let mut selected = Self::new(self.width);
        for &i in rows {
            let (columns, values) = self.row(i as usize);
            selected.columns.extend_from_slice(columns);
            selected.values.extend_from_slice(values);
            selected.starts.push(selected.columns.len());
        }
        selected
    }

    /// Keeps only the rows `i` for which `kept(i)` is true; the other rows are removed in place.
    pub(crate) fn keep(&mut self, kept: impl Fn(usize) -> bool) {
        let (mut rows, mut end) = (0, 0);
        for row in (0..self.len()).filter(|row| kept(*row)) {
            let stored = self.starts[row]..self.starts[row + 1];
            self.columns.copy_within(stored.clone(), end);
            self.values.copy_within(stored.clone(), end);
            end += stored.len();
            rows += 1;
            self.starts[rows] = end;
        }
        self.starts.truncate(rows + 1);
        self.columns.truncate(end);
        self.values.truncate(end);
        self.starts.shrink_to_fit();
        self.columns.shrink_to_fit();
        self.values.shrink_to_fit();
    }

    /// The same rows restricted to the columns in `columns`, which are renumbered from 0.
    ///
    /// # Panics
    /// When a row has a non-zero value outside `columns`.
    pub(crate) fn within(mut self, columns: Range<u32>) -> Self {
        for column in &mut self.columns {
            assert!(columns.contains(column), "every stored value must be in one of the given columns");
            *column -= columns.start;
        }
        self.columns.shrink_to_fit();
        self.values.shrink_to_fit();
        Self { width: columns.len(), ..self }
    }

    /// The fraction of values that are not zero; 0 for a matrix without rows or columns.
    #[must_use]
    pub fn density(&self) -> f64 {
        self.columns.len() as f64 / (self.len() * self.width).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Csr {
        let mut csr = Csr::new(4);
        csr.push([(0, 1.0), (3, 0.5)]);
        csr.push([]);
        csr.push([(1, 0.0), (2, -2.0)]);
        csr
    }

    #[test]
    fn rows_hold_the_values_that_are_not_zero() {
        let csr = three();
        assert_eq!((csr.len(), csr.width()), (3, 4));
        assert_eq!(csr.row(0), (&[0, 3][..], &[1.0, 0.5][..]));
        assert_eq!(csr.row(1), (&[][..], &[][..]));
        assert_eq!(csr.row(2), (&[2][..], &[-2.0][..]));
        assert_eq!(csr.density(), 3.0 / 12.0);
    }

    #[test]
    fn selected_rows_are_in_the_requested_order() {
        let selected = three().select(&[2, 0, 2]);
        assert_eq!(selected.len(), 3);
        assert_eq!(selected.row(1), three().row(0));
        assert_eq!(selected.row(2), three().row(2));
        assert_eq!(Csr::new(3).select(&[]), Csr::new(3));
    }

    #[test]
    fn columns_within_a_range_count_from_its_first() {
        let mut csr = Csr::new(100);
        csr.push([(3, 1.0), (5, 2.0)]);
        let within = csr.within(3..7);
        assert_eq!((within.width(), within.row(0)), (4, (&[0, 2][..], &[1.0, 2.0][..])));
    }

    #[test]
    #[should_panic(expected = "columns must ascend and be below the width")]
    fn columns_that_do_not_ascend_are_a_mistake_of_the_caller() {
        Csr::new(4).push([(2, 1.0), (2, 1.0)]);
    }
}
