//! Predictions for the rows of CSV and libsvm tables.

use super::{Predictor, blocks};
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
    blocks::each(to, file, columns.inputs(), |block| Ok(table.next(&mut block.inputs)?.is_some()))?;
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
    blocks::each(to, file, sparse.width, |block| Ok(table.next(&mut block.inputs)?))?;
    let beyond = table.beyond();
    if beyond.rows > 0 {
        terminal::notice(&format!("{}: {} {beyond}", super::name(file), beyond.rows));
    }
    Ok(())
}
