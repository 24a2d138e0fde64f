//! Predictions for the rows of CSV and libsvm tables.

use super::Predictor;
use crate::failure::Failure;
use crate::terminal;
use data::{SparseStream, TableStream};
use preprocessing::{Columns, Sparse};
use std::path::Path;

/// Writes the prediction for each row of the table `file`, which `columns` turns into inputs.
///
/// # Errors
/// [`Failure`] when the file cannot be read or is not a table, the table lacks columns, or a field does not fit its
/// column; also the errors of [`Predictor::answer`].
pub(super) fn predict(to: &mut Predictor<'_>, file: &Path, columns: &Columns) -> Result<(), Failure> {
    data::refuse_picture(file, "a table, as in training")?;
    let mut table = match super::standard_input(file) {
        Some((name, reader)) => TableStream::of(name, reader, columns)?,
        None => TableStream::open(file, columns)?,
    };
    each(to, file, columns.inputs(), |inputs| Ok(table.next(inputs)?.is_some()))?;
    if let Some(line) = table.described() {
        let name = super::name(file);
        terminal::notice(&format!("{name}: line {line} passed over: it describes the columns and is not a row"));
    }
    for said in table.unlike_training() {
        terminal::notice(&format!("{}: {said}", super::name(file)));
    }
    Ok(())
}

/// Writes the prediction for each row of the libsvm table `file`, which `sparse` turns into inputs.
///
/// # Errors
/// [`Failure`] when the file cannot be read or is not a libsvm table; also the errors of [`Predictor::answer`].
pub(super) fn predict_sparse(to: &mut Predictor<'_>, file: &Path, sparse: Sparse) -> Result<(), Failure> {
    data::refuse_picture(file, "a libsvm table, as in training")?;
    let mut table = match super::standard_input(file) {
        Some((name, reader)) => SparseStream::of(name, reader, sparse)?,
        None => SparseStream::open(file, sparse)?,
    };
    each(to, file, sparse.width, |inputs| Ok(table.next(inputs)?))?;
    let beyond = table.beyond();
    if beyond.rows > 0 {
        terminal::notice(&format!("{}: {} {beyond}", super::name(file), beyond.rows));
    }
    Ok(())
}

/// Writes the prediction for each row of `file`. `next` appends the `width` inputs of the next row to its argument, and
/// returns `false` after the last row. While the network computes predictions for one block of rows, the next block is
/// read.
fn each(
    to: &mut Predictor<'_>,
    file: &Path,
    width: usize,
    next: impl FnMut(&mut Vec<f32>) -> Result<bool, Failure> + Send,
) -> Result<(), Failure> {
    let name = super::name(file);
    let mut blocks = Blocks { next, rows: super::together(width), width };
    let (mut first, mut inputs) = (0, blocks.read());
    while let Some(block) = inputs? {
        let (following, answered) = rayon::join(|| blocks.read(), || to.answer(&name, first, &block));
        answered?;
        first += block.len() / width;
        inputs = following;
    }
    Ok(())
}

/// The rows of a file in blocks of `rows` rows.
struct Blocks<N> {
    next: N,
    rows: usize,
    width: usize,
}

impl<N: FnMut(&mut Vec<f32>) -> Result<bool, Failure>> Blocks<N> {
    /// The inputs of the next rows, `[rows, width]`; `None` after the last row.
    fn read(&mut self) -> Result<Option<Vec<f32>>, Failure> {
        let mut inputs = Vec::with_capacity(self.rows * self.width);
        for _ in 0..self.rows {
            if !(self.next)(&mut inputs)? {
                break;
            }
        }
        Ok((!inputs.is_empty()).then_some(inputs))
    }
}
