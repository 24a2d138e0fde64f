//! Tables of labelled examples as read from files, before missing parts are drawn.

use crate::lines::Lines;
use crate::own::parts::Parts;
use crate::{Csr, Error, PictureChoices, Scaling, Shape};
use preprocessing::{Notation, Pixels, Sparse};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest number of inputs in one file: 2^28, which occupy 1 GiB as `f32`. In sparse rows, only the inputs that
/// are listed count.
pub(crate) const MAX_NUMBERS: usize = 1 << 28;

/// The values of a table, from which the inputs of a network are made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    /// Pixels, `[len, channels, height, width]`, row-major, 0 to 255, of images of this shape.
    Images(Vec<u8>, Shape),
    /// Rows of numbers that are mostly zero.
    Sparse(Csr),
    /// Numbers and categories.
    Cells(Cells),
}

/// The cells of a table of numbers and categories.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cells {
    /// Finite numbers or indices of categories; NaN where a value is missing. `[len, columns]`, row-major.
    pub(crate) rows: Vec<f64>,
    /// The columns, the same in all parts.
    pub(crate) columns: Arc<Vec<CellColumn>>,
    /// Where the rows come from.
    pub(crate) source: Source,
}

/// Where the rows of a table come from. All sources compare as equal, so that tables with the same rows are equal.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) file: Arc<Path>,
    /// The line of each row in the file, from 1, `[len]`.
    pub(crate) lines: Vec<u32>,
}

impl PartialEq for Source {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A column of [`Cells`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CellColumn {
    pub(crate) name: String,
    /// The categories by index; `None` for a column of numbers.
    pub(crate) categories: Option<Vec<String>>,
    /// The notation in which the numbers are written.
    pub(crate) notation: Notation,
}

/// The label of each example: its class, or the number to predict.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Labels {
    /// The class of each example, as an index into the classes, `[len]`.
    Classes(Vec<u8>),
    /// The number to predict for each example, finite, `[len]`.
    Numbers(Vec<f64>),
}

impl Labels {
    /// The number of examples.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Classes(labels) => labels.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// The class of each example, `[len]`; 0 for every example if numbers are predicted.
    pub(crate) fn classes(&self) -> Vec<u8> {
        match self {
            Self::Classes(labels) => labels.clone(),
            Self::Numbers(numbers) => vec![0; numbers.len()],
        }
    }
}

/// A table of at least one labelled example.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    /// The values, `[len, width]`.
    pub(crate) values: Values,
    /// The number of values of an example, at least 1: pixels of all planes, or columns.
    pub(crate) width: usize,
    /// The classes of the examples, or the numbers to predict, `[len]`.
    pub(crate) labels: Labels,
    /// The names of the classes, 2 to 256, the same in all parts; empty if numbers are predicted.
    pub(crate) classes: Vec<String>,
    /// The group of each example, `[len]`; empty if the examples have no groups.
    pub(crate) groups: Vec<u32>,
}

/// The examples that were found, and the files that hold them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The examples of each part, all with the width, image shape and classes of the training examples.
    pub(crate) tables: Parts<Table>,
    /// Every file that was read, in the order of the parts.
    pub(crate) files: Vec<PathBuf>,
    /// Notes for the user on what was guessed or left out.
    pub(crate) notes: Vec<String>,
    /// The name of the column of labels; `None` if it has no name.
    pub(crate) label: Option<String>,
    /// The number of fields in a row of a table without a header; `None` for anything else.
    pub(crate) unnamed: Option<usize>,
    /// The columns of a libsvm table; `None` for anything else.
    pub(crate) sparse: Option<Sparse>,
    /// The preprocessing of pictures, before means and standard deviations are known, and the chosen scaling; `None`
    /// for anything else.
    pub(crate) pixels: Option<(Pixels, Scaling)>,
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
    /// The examples with the indices `rows`, in that order.
    pub(crate) fn select(&self, rows: &[u32]) -> Self {
        fn of<T: Copy>(all: &[T], width: usize, rows: &[u32]) -> Vec<T> {
            rows.iter().flat_map(|row| &all[*row as usize * width..][..width]).copied().collect()
        }
        let values = match &self.values {
            Values::Images(pixels, shape) => Values::Images(of(pixels, self.width, rows), *shape),
            Values::Cells(cells) => {
                let source = Source { file: cells.source.file.clone(), lines: of(&cells.source.lines, 1, rows) };
                Values::Cells(Cells { rows: of(&cells.rows, self.width, rows), columns: cells.columns.clone(), source })
            }
            Values::Sparse(csr) => Values::Sparse(csr.select(rows)),
        };
        let labels = match &self.labels {
            Labels::Classes(labels) => Labels::Classes(of(labels, 1, rows)),
            Labels::Numbers(numbers) => Labels::Numbers(of(numbers, 1, rows)),
        };
        let groups = if self.groups.is_empty() { Vec::new() } else { of(&self.groups, 1, rows) };
        Self { values, labels, width: self.width, classes: self.classes.clone(), groups }
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
            Values::Cells(cells) => {
                of(&mut cells.rows, self.width, &kept);
                of(&mut cells.source.lines, 1, &kept);
            }
            Values::Sparse(csr) => csr.keep(&kept),
        }
        match &mut self.labels {
            Labels::Classes(labels) => of(labels, 1, &kept),
            Labels::Numbers(numbers) => of(numbers, 1, &kept),
        }
        if !self.groups.is_empty() {
            of(&mut self.groups, 1, kept);
        }
    }
}

impl PictureChoices {
    /// The preprocessing and the scaling of pictures of `shape`, as for [`Found::pixels`].
    pub(crate) fn pixels(&self, shape: Shape, ground: u8, stored: Option<[u16; 2]>) -> (Pixels, Scaling) {
        let Shape { channels, height, width } = shape;
        let (lowest, standard) = (self.scaling.lowest(), Vec::new());
        let pixels = Pixels { channels, height, width, maximum: u8::MAX, lowest, standard, ground, stored, form: None };
        (pixels, self.scaling)
    }
}

/// Checks that a file has at most [`MAX_NUMBERS`] inputs; `numbers` counts them up to the current line.
///
/// # Errors
/// [`Error::Line`] at the current line when there are more inputs.
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
