//! Matrices, which the files store as lists of rows.

use serde::Deserialize;

/// A matrix of 64-bit floating-point numbers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Vec<Vec<f64>>")]
pub struct Matrix {
    /// The numbers of rows and columns.
    pub shape: [usize; 2],
    /// The entries, row by row, `[shape[0] * shape[1]]`.
    pub values: Vec<f64>,
}

impl Matrix {
    /// The rows in order, each with the shape `[columns]`.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.shape[1])
    }
}

/// The reason why a list of rows is not a matrix.
#[derive(Debug, thiserror::Error)]
pub enum Ragged {
    /// The matrix has no entries.
    #[error("a matrix must have at least one row and one column")]
    Empty,
    /// The length of a row differs from the length of the first row.
    #[error("the rows of a matrix must be equally long: row 0 has length {columns}, and row {row} has length {found}")]
    Row {
        /// The index of the row, counted from 0.
        row: usize,
        /// The length of the first row.
        columns: usize,
        /// The length of the row at this index.
        found: usize,
    },
}

impl TryFrom<Vec<Vec<f64>>> for Matrix {
    type Error = Ragged;

    fn try_from(rows: Vec<Vec<f64>>) -> Result<Self, Ragged> {
        let columns = rows.first().map_or(0, Vec::len);
        if columns == 0 {
            return Err(Ragged::Empty);
        }
        if let Some(row) = rows.iter().position(|row| row.len() != columns) {
            return Err(Ragged::Row { row, columns, found: rows[row].len() });
        }
        Ok(Self { shape: [rows.len(), columns], values: rows.concat() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_stored_one_after_the_other() {
        let matrix = Matrix::try_from(vec![vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]]).unwrap();
        assert_eq!((matrix.shape, &matrix.values[..]), ([2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0][..]));
        assert_eq!(matrix.rows().collect::<Vec<_>>(), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    }

    #[test]
    fn rows_of_unequal_length_are_rejected_with_their_index() {
        let error = |rows: Vec<Vec<f64>>| Matrix::try_from(rows).unwrap_err().to_string();
        let ragged = error(vec![vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0]]);
        assert_eq!(ragged, "the rows of a matrix must be equally long: row 0 has length 2, and row 2 has length 1");
        assert_eq!(error(vec![]), "a matrix must have at least one row and one column");
        assert_eq!(error(vec![vec![]]), "a matrix must have at least one row and one column");
    }
}
