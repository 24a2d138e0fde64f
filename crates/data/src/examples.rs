//! Rows of bytes with labels: what every data set becomes.

use crate::Error;
use std::collections::BTreeMap;

/// The size of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Planes: 1 of grey, or 3 of red, green and blue. An image is stored plane by plane.
    pub channels: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
}

/// Labelled images of one shape, kept as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examples {
    inputs: Vec<u8>, // [len, channels, height, width], row-major
    labels: Vec<u8>, // [len]
    shape: Shape,
    classes: usize,
    maximum: u8,
}

/// A data set cut in three: learn on `train`, choose on `validation`, report on `test`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splits {
    /// What the parameters are fitted to.
    pub train: Examples,
    /// What hyper-parameters and the best epoch are chosen on.
    pub validation: Examples,
    /// What the final error is measured on, once.
    pub test: Examples,
}

/// A data set as loaded, with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSet {
    /// Its name in the catalogue.
    pub name: String,
    /// Title, citation and licence, for a person to read.
    pub credit: String,
    /// The examples.
    pub splits: Splits,
    /// File name to SHA-256 (lower-case hexadecimal) of the bytes as stored.
    pub checksums: BTreeMap<String, String>,
}

impl Shape {
    /// An image of one plane.
    #[must_use]
    pub const fn grey(height: usize, width: usize) -> Self {
        Self { channels: 1, height, width }
    }
}

impl Examples {
    /// Examples from `inputs` (`[len, channels * height * width]`, row-major, each in `0..=maximum`) and `labels` (`[len]`, each
    /// below `classes`).
    ///
    /// # Errors
    /// [`Error::Examples`] when the lengths do not fit, a value lies outside its range, `maximum` is 0 or the shape
    /// has no pixel.
    pub fn new(inputs: Vec<u8>, labels: Vec<u8>, shape: Shape, classes: usize, maximum: u8) -> Result<Self, Error> {
        let wrong = |expected: String, found: String| Err(Error::Examples { expected, found });
        let Shape { channels, height, width } = shape;
        if channels == 0 || height == 0 || width == 0 || maximum == 0 {
            return wrong(
                "channels, a height, a width and a maximum of at least 1".to_owned(),
                format!("{channels} channels, height {height}, width {width}, maximum {maximum}"),
            );
        }
        let wanted = [channels, height, width].iter().try_fold(labels.len(), |product, n| product.checked_mul(*n));
        if wanted != Some(inputs.len()) {
            let expected = format!("{channels} x {height} x {width} inputs for each of {} labels", labels.len());
            return wrong(expected, format!("{} inputs", inputs.len()));
        }
        if let Some((i, label)) = labels.iter().enumerate().find(|(_, label)| usize::from(**label) >= classes) {
            return wrong(format!("labels below {classes}"), format!("label {label} of example {i}"));
        }
        if let Some(input) = inputs.iter().find(|input| **input > maximum) {
            return wrong(format!("inputs of at most {maximum}"), format!("input {input}"));
        }
        Ok(Self { inputs, labels, shape, classes, maximum })
    }

    /// The number of examples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no example.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The size of each image.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The number of inputs of an example: channels times height times width.
    #[must_use]
    pub fn features(&self) -> usize {
        self.shape.channels * self.shape.height * self.shape.width
    }

    /// The number of classes; labels are `0..classes`.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The largest value that an input can take: 16 for digits, 255 for MNIST.
    #[must_use]
    pub fn maximum(&self) -> u8 {
        self.maximum
    }

    /// All inputs, `[len, features]`, row-major.
    #[must_use]
    pub fn inputs(&self) -> &[u8] {
        &self.inputs
    }

    /// All labels, `[len]`.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The inputs of example `i`, `[features]`.
    ///
    /// # Panics
    /// When `i` is not below [`len`](Self::len).
    #[must_use]
    pub fn row(&self, i: usize) -> &[u8] {
        &self.inputs[i * self.features()..][..self.features()]
    }

    /// The label of example `i`.
    ///
    /// # Panics
    /// When `i` is not below [`len`](Self::len).
    #[must_use]
    pub fn label(&self, i: usize) -> u8 {
        self.labels[i]
    }

    /// The examples `rows`, in that order.
    ///
    /// # Panics
    /// When one of `rows` is not below [`len`](Self::len).
    #[must_use]
    pub fn select(&self, rows: &[u32]) -> Self {
        let mut inputs = Vec::with_capacity(rows.len() * self.features());
        for &i in rows {
            inputs.extend_from_slice(self.row(i as usize));
        }
        let labels = rows.iter().map(|&i| self.label(i as usize)).collect();
        Self { inputs, labels, ..*self }
    }

    /// Replaces the content of `inputs` (`[rows, features]`, scaled to \[0, 1\]) and `labels` (`[rows]`) by the
    /// examples `rows`; the buffers are reused from batch to batch.
    ///
    /// # Panics
    /// When one of `rows` is not below [`len`](Self::len).
    pub fn gather(&self, rows: &[u32], inputs: &mut Vec<f32>, labels: &mut Vec<i32>) {
        let maximum = f32::from(self.maximum);
        inputs.clear();
        labels.clear();
        for &i in rows {
            inputs.extend(self.row(i as usize).iter().map(|input| f32::from(*input) / maximum));
            labels.push(i32::from(self.label(i as usize)));
        }
    }

    /// Cuts off everything from example `at` on and returns it.
    pub(crate) fn split_off(&mut self, at: usize) -> Self {
        let inputs = self.inputs.split_off(at * self.features());
        let labels = self.labels.split_off(at);
        Self { inputs, labels, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape::grey(1, 2);

    fn three() -> Examples {
        Examples::new(vec![0, 1, 2, 3, 4, 8], vec![0, 1, 2], SHAPE, 3, 8).unwrap()
    }

    fn refused(inputs: &[u8], labels: &[u8], shape: Shape, maximum: u8) -> String {
        Examples::new(inputs.to_vec(), labels.to_vec(), shape, 3, maximum).unwrap_err().to_string()
    }

    #[test]
    fn values_that_do_not_fit_together_are_refused() {
        let short = refused(&[0; 5], &[0; 3], SHAPE, 8);
        assert!(short.contains("1 x 1 x 2 inputs for each of 3 labels, found 5 inputs"), "{short}");
        let label = refused(&[0; 4], &[0, 3], SHAPE, 8);
        assert!(label.contains("labels below 3, found label 3 of example 1"), "{label}");
        assert!(refused(&[9, 0], &[0], SHAPE, 8).contains("inputs of at most 8, found input 9"));
        assert!(refused(&[], &[], Shape::grey(0, 2), 8).contains("at least 1"));
        assert!(refused(&[0, 0], &[0], SHAPE, 0).contains("at least 1"));
        assert!(refused(&[], &[0], Shape::grey(usize::MAX, 2), 8).contains("found 0 inputs"));
    }

    #[test]
    fn gather_scales_the_chosen_rows_and_reuses_the_buffers() {
        let (mut inputs, mut labels) = (vec![7.0; 9], vec![7; 9]);
        three().gather(&[2, 0], &mut inputs, &mut labels);
        assert_eq!(inputs, [4.0 / 8.0, 1.0, 0.0, 1.0 / 8.0]);
        assert_eq!(labels, [2, 0]);
        assert_eq!(inputs.capacity(), 9);
    }

    #[test]
    fn select_and_split_off_keep_inputs_beside_their_labels() {
        let mut examples = three();
        let selected = examples.select(&[2, 2]);
        assert_eq!((selected.inputs(), selected.labels()), (&[4, 8, 4, 8][..], &[2, 2][..]));
        let rest = examples.split_off(1);
        assert_eq!((examples.len(), rest.len()), (1, 2));
        assert_eq!((rest.row(0), rest.label(0)), (&[2, 3][..], 1));
    }
}
