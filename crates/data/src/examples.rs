//! Inputs with labels, and the splits of a loaded data set.

use crate::error::CORRECT;
use crate::inputs::{Inputs, Numbers, Row, Scale};
use crate::nistp::generator::Nistp;
use crate::{Csr, Error, Look, Picture, Shape};
use preprocessing::{Form, Pixels, Preprocessing, Standard, Target};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Inputs, and a label for each example.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    inputs: Inputs,    // [len, features]
    labels: Vec<u8>,   // [len]; empty for endless inputs, which generate their labels
    targets: Vec<f32>, // [len]; empty unless numbers are to be predicted
    shape: Option<Shape>,
    classes: usize,
}

/// A data set, split into training, validation and test examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Splits {
    /// The examples to which the parameters are fitted.
    pub train: Examples,
    /// The examples on which hyper-parameters and the best epoch are chosen.
    pub validation: Examples,
    /// The examples on which the final error is measured, once.
    pub test: Examples,
}

/// A data set as loaded, with its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSet {
    /// The name in the catalogue or, for the user's own data, the name of the folder or file.
    pub name: String,
    /// The title, citation and licence in one line; for the user's own data, the path of the folder or file.
    pub credit: String,
    /// The labelled examples.
    pub splits: Splits,
    /// Further inputs, without labels, for training that needs no labels.
    pub unlabelled: Option<Inputs>,
    /// The names of the classes, `[classes]`.
    pub classes: Vec<String>,
    /// The common form of the images, to which new pictures are converted; `None` if the images have no common form.
    pub form: Option<Form>,
    /// The conversion of an example to inputs; `None` if the shape, scale and form of the images determine this
    /// conversion.
    pub preprocessing: Option<Preprocessing>,
    /// What the outputs of a network mean; `None` if they are the logits of the classes in `classes`.
    pub target: Option<Target>,
    /// The value of each class, in ascending order, `[classes]`, if the classes are levels such as stars.
    pub levels: Option<Vec<f64>>,
    /// Lines for the user that describe the data and its splits; empty unless the data is reviews or the user's own.
    pub found: Vec<String>,
    /// Statistics of the examples, for reviews and the user's own data; `None` for published data sets.
    pub look: Option<Look>,
    /// Further facts for the record of a run, such as how validation examples were drawn.
    pub facts: BTreeMap<String, String>,
    /// The SHA-256, in lower-case hexadecimal, of each file or archive member that was read, by its name. Pictures, and
    /// texts in files of their own, have a single checksum: the SHA-256 of the names and checksums of all their files.
    pub checksums: BTreeMap<String, String>,
}

impl DataSet {
    /// The conversion of an example to inputs; `None` if no conversion is recorded and the inputs are not images.
    #[must_use]
    pub fn preprocessing(&self) -> Option<Preprocessing> {
        if self.preprocessing.is_some() {
            return self.preprocessing.clone();
        }
        let train = &self.splits.train;
        let (Shape { channels, height, width }, Scale { maximum, lowest }) = (train.shape()?, train.scale()?);
        let form = self.form;
        Some(Preprocessing::Pixels(Pixels { form, ..Pixels::plain([channels, height, width], maximum, lowest) }))
    }

    /// What the outputs of a network mean.
    #[must_use]
    pub fn target(&self) -> Target {
        self.target.clone().unwrap_or_else(|| Target::Classes { name: None, classes: self.classes.clone() })
    }

    /// The names of the inputs, such as terms, `[features]`; empty if the inputs have no names.
    #[must_use]
    pub fn inputs(&self) -> Vec<String> {
        self.preprocessing.as_ref().and_then(Preprocessing::names).unwrap_or_default()
    }
}

impl Examples {
    /// Images from `rows` (`[len, channels * height * width]`, row-major, each up to `scale.maximum`) and `labels`
    /// (`[len]`, each below `classes`).
    ///
    /// # Errors
    /// [`Error::Examples`] when the lengths do not match, a value is out of range, `scale.maximum` is 0 or the shape
    /// has no pixels.
    pub fn images(rows: Vec<u8>, labels: Vec<u8>, shape: Shape, classes: usize, scale: Scale) -> Result<Self, Error> {
        let count = labels.len();
        let [all] = Self::images_in_parts(rows, labels, [count], (shape, classes, scale))?;
        Ok(all)
    }

    /// The examples of [`images`](Self::images), split into consecutive parts of the sizes `counts`.
    ///
    /// # Errors
    /// As for [`images`](Self::images); [`Error::Examples`] when `counts` do not add up to the number of images.
    pub(crate) fn images_in_parts<const N: usize>(
        mut rows: Vec<u8>,
        mut labels: Vec<u8>,
        counts: [usize; N],
        (shape, classes, scale): (Shape, usize, Scale),
    ) -> Result<[Self; N], Error> {
        let wrong = |expected: String, found: String| Err(Error::Examples { expected, found, remedy: CORRECT });
        let Shape { channels, height, width } = shape;
        let maximum = scale.maximum;
        if channels == 0 || height == 0 || width == 0 || maximum == 0 {
            return wrong(
                "channels, height, width and maximum of at least 1".to_owned(),
                format!("{channels} channels, height {height}, width {width}, maximum {maximum}"),
            );
        }
        let wanted = [channels, height, width].iter().try_fold(labels.len(), |product, n| product.checked_mul(*n));
        if wanted != Some(rows.len()) {
            let expected = format!("{channels} x {height} x {width} inputs per label (labels: {})", labels.len());
            return wrong(expected, format!("{} inputs", rows.len()));
        }
        if let Some(input) = rows.iter().find(|input| **input > maximum) {
            return wrong(format!("inputs of at most {maximum}"), format!("input {input}"));
        }
        check_labels(&labels, classes)?;
        if counts.iter().sum::<usize>() != labels.len() {
            return wrong(format!("labels for parts of {counts:?} examples"), format!("{} labels", labels.len()));
        }
        let features = channels * height * width;
        Ok(counts.map(|count| {
            let inputs = Inputs::bytes(cut_front(&mut rows, count * features), features, scale);
            Self { inputs, labels: cut_front(&mut labels, count), targets: Vec::new(), shape: Some(shape), classes }
        }))
    }

    /// Bags of words, or other sparse rows, with a label for each row (`[len]`, each below `classes`).
    ///
    /// # Errors
    /// [`Error::Examples`] when the lengths do not match, a label is out of range or there are no columns.
    pub fn sparse(rows: Csr, labels: Vec<u8>, classes: usize) -> Result<Self, Error> {
        Self::labelled(Inputs::Sparse(rows), labels, classes)
    }

    /// Rows of `width` numbers (`[len, width]`, row-major, finite), with a label for each row (`[len]`, each below
    /// `classes`).
    ///
    /// # Errors
    /// [`Error::Examples`] when the lengths do not match, an input is not finite, a label is out of range or there are
    /// no columns.
    pub fn numbers(rows: Vec<f32>, width: usize, labels: Vec<u8>, classes: usize) -> Result<Self, Error> {
        if labels.len().checked_mul(width) != Some(rows.len()) {
            let expected = format!("{width} inputs per label (labels: {})", labels.len());
            return Err(Error::Examples { expected, found: format!("{} inputs", rows.len()), remedy: CORRECT });
        }
        if let Some(input) = rows.iter().find(|input| !input.is_finite()) {
            let (expected, found) = ("finite inputs".to_owned(), input.to_string());
            return Err(Error::Examples { expected, found, remedy: CORRECT });
        }
        Self::labelled(Inputs::Numbers(Numbers { rows, width }), labels, classes)
    }

    /// The same examples with a number to predict for each (`targets`, `[len]`), and with 1 as the number of classes.
    ///
    /// # Errors
    /// [`Error::Examples`] when the lengths do not match, or a number is not finite.
    pub fn with_targets(self, targets: Vec<f32>) -> Result<Self, Error> {
        let finite = targets.iter().all(|target| target.is_finite());
        if targets.len() != self.len() || !finite {
            let expected = format!("a finite number for each of {} examples", self.len());
            let found = format!("{} numbers{}", targets.len(), if finite { "" } else { ", not all of them finite" });
            return Err(Error::Examples { expected, found, remedy: CORRECT });
        }
        Ok(Self { targets, classes: 1, ..self })
    }

    /// Endless images of `shape`, with `len` images in an epoch.
    pub(crate) fn endless(nistp: Arc<Nistp>, len: usize, shape: Shape, classes: usize) -> Self {
        Self {
            inputs: Inputs::endless(nistp, len),
            labels: Vec::new(),
            targets: Vec::new(),
            shape: Some(shape),
            classes,
        }
    }

    /// Labelled inputs without the shape of an image.
    ///
    /// # Errors
    /// As for [`sparse`](Self::sparse).
    pub(crate) fn labelled(inputs: Inputs, labels: Vec<u8>, classes: usize) -> Result<Self, Error> {
        let wrong = |expected: String, found: String| Err(Error::Examples { expected, found, remedy: CORRECT });
        if inputs.width() == 0 {
            return wrong("at least one input".to_owned(), "no inputs".to_owned());
        }
        if inputs.len() != labels.len() {
            return wrong(format!("one label per row (rows: {})", inputs.len()), format!("{} labels", labels.len()));
        }
        check_labels(&labels, classes)?;
        Ok(Self { inputs, labels, targets: Vec::new(), shape: None, classes })
    }

    /// The number of examples; if the examples are endless, the number in an epoch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Whether there are no examples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// The dimensions of each image; `None` when the inputs are not images.
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// The number of inputs in each example.
    #[must_use]
    pub fn features(&self) -> usize {
        self.inputs.width()
    }

    /// The number of classes; labels are `0..classes`.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The inputs of all examples.
    #[must_use]
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The examples with their inputs replaced by the inputs that `change` returns, which must be equal in number and
    /// width; `None` when `change` returns `None`.
    pub(crate) fn map_inputs(self, change: impl FnOnce(Inputs) -> Option<Inputs>) -> Option<Self> {
        Some(Self { inputs: change(self.inputs)?, ..self })
    }

    /// The mean and standard deviation of each plane of the images; `None` if the inputs are not stored images.
    pub(crate) fn standard(&self) -> Option<Vec<Standard>> {
        Some(self.inputs.as_bytes()?.standard(self.shape?.channels))
    }

    /// The stored images with the values of each plane standardised by its mean and standard deviation in `planes`;
    /// other inputs are left as they are.
    pub(crate) fn standardised(self, planes: &[Standard]) -> Self {
        match self.inputs {
            Inputs::Bytes(bytes) => Self { inputs: Inputs::Bytes(bytes.standardised(planes)), ..self },
            inputs => Self { inputs, ..self },
        }
    }

    /// The scale that maps the bytes of images to values, before these are standardised; `None` for other inputs.
    #[must_use]
    pub fn scale(&self) -> Option<Scale> {
        match &self.inputs {
            Inputs::Bytes(bytes) => Some(bytes.scale()),
            Inputs::Endless(_) => Some(Scale::unit(255)),
            Inputs::Sparse(_) | Inputs::Numbers(_) | Inputs::Computed(_) => None,
        }
    }

    /// Image `i` for display, black at 0 and white at 1; `None` when the inputs are not images.
    ///
    /// # Panics
    /// When `i` is not below [`len`](Self::len), unless the examples are endless.
    #[must_use]
    pub fn picture(&self, i: usize) -> Option<Picture> {
        let Row::Bytes(bytes, _) = self.row(i) else { return None };
        let maximum = f32::from(self.scale()?.maximum);
        Some(self.shape?.picture(bytes.iter().map(|byte| f32::from(*byte) / maximum).collect()))
    }

    /// All labels, `[len]`.
    #[must_use]
    pub fn labels(&self) -> Cow<'_, [u8]> {
        match &self.inputs {
            Inputs::Endless(endless) => (0..self.len() as u32).map(|i| endless.nistp().label(i)).collect(),
            _ => Cow::Borrowed(&self.labels),
        }
    }

    /// The numbers to predict, `[len]`, standardised by the mean and standard deviation in [`Target::Number`]; empty
    /// for classification.
    #[must_use]
    pub fn targets(&self) -> &[f32] {
        &self.targets
    }

    /// The inputs of example `i`, `[features]`.
    ///
    /// # Panics
    /// When `i` is not below [`len`](Self::len), unless the examples are endless.
    #[must_use]
    pub fn row(&self, i: usize) -> Row<'_> {
        self.inputs.row(i)
    }

    /// The label of example `i`.
    ///
    /// # Panics
    /// When `i` is not below [`len`](Self::len), unless the examples are endless.
    #[must_use]
    pub fn label(&self, i: usize) -> u8 {
        match &self.inputs {
            Inputs::Endless(endless) => endless.nistp().label(i as u32),
            _ => self.labels[i],
        }
    }

    /// The examples with the indices `rows`, in that order.
    ///
    /// # Panics
    /// When an index in `rows` is not below [`len`](Self::len), unless the examples are endless.
    #[must_use]
    pub fn select(&self, rows: &[u32]) -> Self {
        let labels = rows.iter().map(|&i| self.label(i as usize)).collect();
        let targets =
            if self.targets.is_empty() { Vec::new() } else { rows.iter().map(|&i| self.targets[i as usize]).collect() };
        Self { inputs: self.inputs.select(rows), labels, targets, ..*self }
    }

    /// The order of the examples in epoch `epoch`, counted from 1: a permutation that depends only on the number of
    /// examples, `seed` and `epoch`. For endless examples, these are the indices of the epoch's new images, in order.
    ///
    /// # Panics
    /// When there are more than 2^32 - 1 examples.
    #[must_use]
    pub fn order(&self, seed: u64, epoch: usize) -> Vec<u32> {
        if self.inputs.is_endless() {
            let first = ((epoch - 1) * self.len()) as u32; // endless images repeat after 2^32 of them
            (0..self.len() as u32).map(|i| first.wrapping_add(i)).collect()
        } else {
            random::permutation(self.len(), seed, "order", &[epoch as u64])
        }
    }

    /// Replaces the contents of `inputs` (`[rows, features]`) and `labels` (`[rows]`) with the examples at the indices
    /// `rows`; the buffers can be reused from minibatch to minibatch.
    ///
    /// # Panics
    /// When an index in `rows` is not below [`len`](Self::len), unless the examples are endless.
    pub fn gather(&self, rows: &[u32], inputs: &mut Vec<f32>, labels: &mut Vec<i32>) {
        inputs.clear();
        labels.clear();
        for &i in rows {
            self.row(i as usize).write(inputs);
            labels.push(i32::from(self.label(i as usize)));
        }
    }
}

fn check_labels(labels: &[u8], classes: usize) -> Result<(), Error> {
    match labels.iter().enumerate().find(|(_, label)| usize::from(**label) >= classes) {
        None => Ok(()),
        Some((i, label)) => Err(Error::Examples {
            expected: format!("labels below {classes}"),
            found: format!("label {label} of example {i}"),
            remedy: CORRECT,
        }),
    }
}

/// Removes the first `count` elements of `values` and returns them.
fn cut_front(values: &mut Vec<u8>, count: usize) -> Vec<u8> {
    let rest = values.split_off(count);
    std::mem::replace(values, rest)
}

#[cfg(test)]
mod tests;
