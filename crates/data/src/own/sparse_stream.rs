//! The rows of a libsvm table, with or without labels, as the inputs of a trained network.

use super::libsvm::pair;
use crate::Error;
use crate::lines::{Limits, Lines, shown};
use preprocessing::Sparse;
use std::io::BufRead;
use std::path::Path;

/// The rows of a libsvm table as inputs. A number in front of the pairs is a label, which is passed over, as are columns
/// that training did not have.
pub struct SparseStream {
    lines: Lines,
    sparse: Sparse,
}

impl SparseStream {
    /// Opens the table at `path`, whose columns are those of `sparse`.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub fn open(path: &Path, sparse: Sparse) -> Result<Self, Error> {
        Ok(Self { lines: Lines::open(path)?.within(Limits::STREAM), sparse })
    }

    /// The table in `reader`; `path` names it in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn of(path: &Path, reader: impl BufRead + Send + 'static, sparse: Sparse) -> Result<Self, Error> {
        Ok(Self { lines: Lines::of(path, reader)?.within(Limits::STREAM), sparse })
    }

    /// Appends the inputs of the next row, `[sparse.width]`, to `inputs`; false after the last row.
    ///
    /// # Errors
    /// [`Error::Line`] when a line is not a row, and those of reading.
    pub fn next(&mut self, inputs: &mut Vec<f32>) -> Result<bool, Error> {
        while self.lines.advance()? {
            let line = self.lines.bytes().split(|byte| *byte == b'#').next().unwrap_or_default();
            let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).peekable();
            let Some(first) = words.peek() else { continue };
            if !first.contains(&b':') {
                words.next();
            }
            let start = inputs.len();
            inputs.resize(start + self.sparse.width, 0.0);
            let mut last = None;
            for word in words {
                let (index, value) =
                    pair(word, last).map_err(|(expected, remedy)| self.lines.wrong(expected, shown(word), remedy))?;
                last = Some(index);
                let column = index.checked_sub(self.sparse.base).map(|column| column as usize);
                if let Some(column) = column.filter(|column| *column < self.sparse.width) {
                    inputs[start + column] = value;
                }
            }
            return Ok(true);
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn rows_need_no_label_and_unknown_columns_are_passed_over() {
        let text = b"+1 1:0.5 3:2 # a\n\n2:7 9:1\n".to_vec();
        let mut rows = SparseStream::of(Path::new("t.svm"), Cursor::new(text), Sparse { base: 1, width: 3 }).unwrap();
        let mut inputs = Vec::new();
        while rows.next(&mut inputs).unwrap() {}
        assert_eq!(inputs, [0.5, 0.0, 2.0, 0.0, 7.0, 0.0]);
    }

    #[test]
    fn other_lines_are_refused() {
        let rows = SparseStream::of(Path::new("t.svm"), Cursor::new(b"1 2:x".to_vec()), Sparse { base: 1, width: 3 });
        let error = rows.unwrap().next(&mut Vec::new()).unwrap_err().to_string();
        assert!(error.starts_with("t.svm, line 1: expected a finite number"), "{error}");
    }
}
