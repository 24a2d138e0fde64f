//! Predictions for the rows of a table.

use super::Predictor;
use crate::failure::Failure;
use data::TableStream;
use preprocessing::Columns;
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
    let name = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    let mut inputs = Vec::with_capacity(ROWS * columns.inputs());
    let (mut first, mut rows) = (0, 0);
    while table.next(&mut inputs)?.is_some() {
        rows += 1;
        if rows == ROWS {
            to.answer(&name, first, &inputs)?;
            inputs.clear();
            (first, rows) = (first + rows, 0);
        }
    }
    to.answer(&name, first, &inputs)
}
