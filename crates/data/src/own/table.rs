//! Tables of labelled examples as read from files, before missing parts are drawn.

use crate::lines::Lines;
use crate::own::parts::Parts;
use crate::{Csr, Error, Examples, Scale, Shape};
use std::path::{Path, PathBuf};

/// The largest number of inputs in one file, 1 GiB as `f32`; in sparse rows, only the inputs that are written count.
const MAX_NUMBERS: usize = 1 << 28;

/// The inputs of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    /// Pixels, `[len, channels, height, width]`, row-major, 0 to 255, of images of this shape.
    Images(Vec<u8>, Shape),
    /// Rows of numbers that are mostly zero.
    Sparse(Csr),
    /// Finite numbers, `[len, width]`, row-major.
    Numbers(Vec<f32>),
}

/// A table of at least one labelled example.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    /// The inputs, `[len, width]`.
    pub(crate) values: Values,
    /// The number of inputs of an example, at least 1.
    pub(crate) width: usize,
    /// The class of each example as an index of `classes`, `[len]`.
    pub(crate) labels: Vec<u8>,
    /// The names of the classes, 2 to 256, the same in all parts.
    pub(crate) classes: Vec<String>,
}

/// The examples that were found, and the files that hold them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The examples of each part, all with the width, image shape and classes of the training examples.
    pub(crate) tables: Parts<Table>,
    /// Every file that was read, in the order of the parts.
    pub(crate) files: Vec<PathBuf>,
    /// A description, for the user, of how the label column was found, if it was guessed.
    pub(crate) labels: Option<String>,
    /// How the record of a run lists the files.
    pub(crate) listing: Listing,
}

/// How files are listed with their checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// One checksum for each file.
    Each,
    /// One checksum for all files, under this name, because there may be many files.
    Together(&'static str),
}

impl Table {
    /// The examples `rows`, in that order.
    pub(crate) fn select(&self, rows: &[u32]) -> Self {
        fn of<T: Copy>(all: &[T], width: usize, rows: &[u32]) -> Vec<T> {
            rows.iter().flat_map(|row| &all[*row as usize * width..][..width]).copied().collect()
        }
        let values = match &self.values {
            Values::Images(pixels, shape) => Values::Images(of(pixels, self.width, rows), *shape),
            Values::Numbers(numbers) => Values::Numbers(of(numbers, self.width, rows)),
            Values::Sparse(csr) => Values::Sparse(csr.select(rows)),
        };
        Self { values, labels: of(&self.labels, 1, rows), width: self.width, classes: self.classes.clone() }
    }

    /// Keeps only the examples whose index satisfies `kept`, in place.
    pub(crate) fn keep(&mut self, kept: impl Fn(usize) -> bool) {
        fn of<T: Copy>(all: &mut Vec<T>, width: usize, kept: impl Fn(usize) -> bool) {
            let mut end = 0;
            for row in (0..all.len() / width).filter(|row| kept(*row)) {
                all.copy_within(row * width..(row + 1) * width, end);
                end += width;
            }
            all.truncate(end);
            all.shrink_to_fit();
        }
        match &mut self.values {
            Values::Images(pixels, _) => of(pixels, self.width, &kept),
            Values::Numbers(numbers) => of(numbers, self.width, &kept),
            Values::Sparse(csr) => csr.keep(&kept),
        }
        of(&mut self.labels, 1, kept);
    }

    /// Converts the table to examples.
    ///
    /// # Errors
    /// [`Error::Examples`] when the values, labels and classes do not match.
    pub(crate) fn examples(self) -> Result<Examples, Error> {
        let classes = self.classes.len();
        match self.values {
            Values::Images(rows, shape) => Examples::images(rows, self.labels, shape, classes, Scale::unit(255)),
            Values::Sparse(rows) => Examples::sparse(rows, self.labels, classes),
            Values::Numbers(rows) => Examples::numbers(rows, self.width, self.labels, classes),
        }
    }
}

/// Checks that a file has at most [`MAX_NUMBERS`] inputs; `numbers` counts them up to the current line.
///
/// # Errors
/// [`Error::Line`] at the current line when there are more.
pub(crate) fn limit(numbers: usize, lines: &Lines) -> Result<(), Error> {
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    Err(lines.wrong(format!("at most {MAX_NUMBERS} inputs in all"), "more", "give fewer examples or inputs"))
}

/// An [`Error::Layout`] about `path`.
pub(crate) fn layout(
    path: &Path,
    expected: impl Into<String>,
    found: impl Into<String>,
    remedy: &'static str,
) -> Error {
    Error::Layout { path: path.to_owned(), expected: expected.into(), found: found.into(), remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_limited() {
        let lines = Lines::of(Path::new("a.csv"), &b""[..]).unwrap();
        assert!(limit(1 << 28, &lines).is_ok());
        let error = limit((1 << 28) + 1, &lines).unwrap_err().to_string();
        assert!(error.contains("expected at most 268435456 inputs in all, found more; give fewer"), "{error}");
    }
}
