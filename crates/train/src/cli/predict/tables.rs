//! Predictions for the rows of a table.

use super::Predictor;
use crate::failure::Failure;
use crate::terminal;
use data::{SparseStream, TableStream};
use preprocessing::{Columns, Sparse};
use std::io::BufReader;
use std::path::Path;

/// The number of rows that are predicted together.
const ROWS: usize = 1024;

/// Writes the prediction for each row of the table `file`, which `columns` turns into inputs.
///
/// # Errors
/// [`Failure`] when the table lacks columns or a field does not fit its column, and those of [`Predictor::answer`].
pub(super) fn predict(to: &mut Predictor<'_>, file: &Path, columns: &Columns) -> Result<(), Failure> {
    let mut table = if file == Path::new("-") {
        TableStream::of(Path::new("standard input"), BufReader::new(std::io::stdin()), columns)?
    } else {
        TableStream::open(file, columns)?
    };
    each(to, file, |inputs| Ok(table.next(inputs)?.is_some()))?;
    let unseen = table.unseen();
    if unseen.rows > 0 {
        terminal::notice(&format!("{}: {} {unseen}", super::name(file), unseen.rows));
    }
    Ok(())
}

/// Writes the prediction for each row of the libsvm table `file`, which `sparse` turns into inputs.
///
/// # Errors
/// [`Failure`] when the file is not such a table, and those of [`Predictor::answer`].
pub(super) fn predict_sparse(to: &mut Predictor<'_>, file: &Path, sparse: Sparse) -> Result<(), Failure> {
    let mut table = if file == Path::new("-") {
        SparseStream::of(Path::new("standard input"), BufReader::new(std::io::stdin()), sparse)?
    } else {
        SparseStream::open(file, sparse)?
    };
    each(to, file, |inputs| Ok(table.next(inputs)?))
}

/// Writes the prediction for each row of `file`; `next` appends the inputs of a row, and returns false after the last.
fn each(
    to: &mut Predictor<'_>,
    file: &Path,
    mut next: impl FnMut(&mut Vec<f32>) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let name = super::name(file);
    let (mut inputs, mut first, mut rows) = (Vec::new(), 0, 0);
    while next(&mut inputs)? {
        rows += 1;
        if rows == ROWS {
            to.answer(&name, first, &inputs)?;
            inputs.clear();
            (first, rows) = (first + rows, 0);
        }
    }
    to.answer(&name, first, &inputs)
}
