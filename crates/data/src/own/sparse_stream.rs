//! The rows of a libsvm table, with or without labels, as the inputs of a trained network.

use super::libsvm::pair;
use crate::Error;
use crate::lines::{Limits, Lines, shown};
use preprocessing::Sparse;
use std::fmt;
use std::io::BufRead;
use std::path::Path;

const LABEL: &str =
    "write each line as label index:value index:value ..., with ? for an unknown label, or without a label";
const BASE: &str = "number the columns from 1, as in the files that the network was trained on";

/// The rows of a libsvm table as inputs. A number or `?` in front of the pairs is a label, which is ignored. Values in
/// columns after the last column of the training data are ignored, too; [`Beyond`] counts the rows that have such
/// columns.
pub struct SparseStream {
    lines: Lines,
    sparse: Sparse,
    beyond: Beyond,
}

/// Counts of the rows with columns after the last column of the training data; the values in such columns are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The number of rows with a column after the last column of the training data.
    pub rows: usize,
    /// The largest index of a column after the last column of the training data; 0 if no row has such a column.
    pub largest: u32,
    /// The columns of the training data.
    pub sparse: Sparse,
}

/// Writes the rest of a sentence that begins with the number of rows, such as `examples have columns that training did
/// not have, ...`.
impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, largest, sparse: Sparse { base, width } } = *self;
        let (rows, verb) = if rows == 1 { ("example", "has") } else { ("examples", "have") };
        let last = base as usize + width.saturating_sub(1);
        write!(
            f,
            "{rows} {verb} columns that training did not have, up to {largest}: their values are passed over (columns \
             {base} to {last} are read)"
        )
    }
}

/// Whether `word` can be the label in front of the pairs: a number, or `?`.
fn is_label(word: &[u8]) -> bool {
    word == b"?" || std::str::from_utf8(word).is_ok_and(|word| word.parse::<f64>().is_ok())
}

impl SparseStream {
    /// Opens the table at `path` for a network that reads the columns `sparse`.
    ///
    /// # Errors
    /// [`Error::File`] when the table cannot be read; [`Error::Malformed`] when its encoding is not supported.
    pub fn open(path: &Path, sparse: Sparse) -> Result<Self, Error> {
        Ok(Self::begin(Lines::open(path)?, sparse))
    }

    /// The rows of the table in `reader`, for a network that reads the columns `sparse`. `path` names the table in
    /// errors.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn of(path: &Path, reader: impl BufRead + Send + 'static, sparse: Sparse) -> Result<Self, Error> {
        Ok(Self::begin(Lines::of(path, reader)?, sparse))
    }

    fn begin(lines: Lines, sparse: Sparse) -> Self {
        let beyond = Beyond { rows: 0, largest: 0, sparse };
        Self { lines: lines.within(Limits::STREAM), sparse, beyond }
    }

    /// The counts of the rows read so far that have columns after the last column of the training data.
    #[must_use]
    pub fn beyond(&self) -> Beyond {
        self.beyond
    }

    /// Appends the inputs of the next row, `[sparse.width]`, to `inputs`; returns false after the last row.
    ///
    /// # Errors
    /// [`Error::Line`] when a line does not follow the format or the gzip stream is damaged; [`Error::File`] when the
    /// table cannot be read.
    pub fn next(&mut self, inputs: &mut Vec<f32>) -> Result<bool, Error> {
        while self.lines.advance()? {
            let line = self.lines.bytes().split(|byte| *byte == b'#').next().unwrap_or_default();
            let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).peekable();
            let Some(first) = words.peek() else { continue };
            if !first.contains(&b':') {
                if !is_label(first) {
                    return Err(self.lines.wrong(
                        "a number or ? as the label, or a pair index:value",
                        shown(first),
                        LABEL,
                    ));
                }
                words.next();
            }
            let start = inputs.len();
            inputs.resize(start + self.sparse.width, 0.0);
            let mut last = None;
            for word in words {
                let (index, value) =
                    pair(word, last).map_err(|(expected, remedy)| self.lines.wrong(expected, shown(word), remedy))?;
                last = Some(index);
                let Some(column) = index.checked_sub(self.sparse.base) else {
                    return Err(self.lines.wrong("an index from 1 up", shown(word), BASE));
                };
                if let Some(input) = inputs[start..].get_mut(column as usize) {
                    *input = value;
                }
            }
            if let Some(largest) = last.filter(|index| (index - self.sparse.base) as usize >= self.sparse.width) {
                self.beyond.rows += 1;
                self.beyond.largest = self.beyond.largest.max(largest);
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
    fn rows_need_no_label_and_columns_behind_those_of_training_are_counted() {
        let text = b"+1 1:0.5 3:2 # a\n\n2:7 9:1\n? 4:1\n".to_vec();
        let mut rows = SparseStream::of(Path::new("t.svm"), Cursor::new(text), Sparse { base: 1, width: 3 }).unwrap();
        let mut inputs = Vec::new();
        while rows.next(&mut inputs).unwrap() {}
        assert_eq!(inputs, [0.5, 0.0, 2.0, 0.0, 7.0, 0.0, 0.0, 0.0, 0.0]);
        let said = rows.beyond().to_string();
        assert_eq!((rows.beyond().rows, rows.beyond().largest), (2, 9));
        assert_eq!(
            said,
            "examples have columns that training did not have, up to 9: their values are passed over (columns 1 to 3 are read)"
        );
    }

    #[test]
    fn other_lines_are_refused() {
        for (line, expected) in [
            ("1 2:x", "t.svm, line 1: expected a finite number"),
            (
                "a,b,c",
                "t.svm, line 1: expected a number or ? as the label, or a pair index:value, found \"a,b,c\"; write",
            ),
            ("<html>", "t.svm, line 1: expected a number or ? as the label"),
            ("1 0:1", "t.svm, line 1: expected an index from 1 up, found \"0:1\"; number the columns from 1"),
        ] {
            let text = Cursor::new(line.as_bytes().to_vec());
            let rows = SparseStream::of(Path::new("t.svm"), text, Sparse { base: 1, width: 3 });
            let error = rows.unwrap().next(&mut Vec::new()).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
