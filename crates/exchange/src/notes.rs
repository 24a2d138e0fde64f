//! Notes for the users of a network: how an example becomes a row of inputs, and what the outputs mean.

use crate::error::Error;
use preprocessing::{Columns, Kind, Pixels, Preprocessing, Standard, Target};
use serde::{Deserialize, Serialize};

/// What a user of a network needs to know besides its parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Notes {
    /// The names of the classes, in the order of the logits; empty if the classes have no names, or only `target` names
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How an example becomes an input row; `None` if the user's own numbers are the inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preprocessing: Option<Preprocessing>,
    /// What the outputs mean; `None` if they are logits of classes without further description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// What the labels of the classes were before they became names.
    #[serde(default, skip_serializing_if = "Labels::are_texts")]
    pub labels: Labels,
}

/// What the labels of classes are in the program that trained the network, where names are all that other programs need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// Texts: the names themselves.
    #[default]
    Texts,
    /// Whole numbers, written in decimal.
    Integers,
    /// Numbers.
    Numbers,
    /// `False` and `True`.
    Booleans,
}

impl Labels {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn are_texts(&self) -> bool {
        *self == Self::Texts
    }
}

impl Notes {
    /// How a picture becomes an input row; `None` if examples are not pictures.
    #[must_use]
    pub fn pixels(&self) -> Option<&Pixels> {
        match &self.preprocessing {
            Some(Preprocessing::Pixels(pixels)) => Some(pixels),
            _ => None,
        }
    }

    /// The mean and the standard deviation of the predicted number; `None` if the network predicts classes.
    pub(crate) fn number(&self) -> Option<Standard> {
        match self.target {
            Some(Target::Number { standard, .. }) => Some(standard),
            _ => None,
        }
    }

    /// The names of the classes, in the order of the logits; empty if the classes have no names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match &self.target {
            Some(Target::Classes { classes, .. }) if self.classes.is_empty() => classes,
            _ => &self.classes,
        }
    }

    pub(crate) fn check(&self, inputs: usize, outputs: usize) -> Result<(), Error> {
        let wrong = |note| move |reason| Error::Note { note, reason };
        check_names(&self.classes, outputs).map_err(wrong("classes"))?;
        if let Some(target) = &self.target {
            check_target(target, &self.classes, outputs).map_err(wrong("target"))?;
        }
        match &self.preprocessing {
            Some(preprocessing) => check_preprocessing(preprocessing, inputs).map_err(wrong("preprocessing")),
            None => Ok(()),
        }
    }
}

fn check_names(classes: &[String], outputs: usize) -> Result<(), String> {
    if classes.is_empty() || classes.len() == outputs {
        Ok(())
    } else {
        Err(format!("the number of names is {}, but the number of logits is {outputs}", classes.len()))
    }
}

fn check_target(target: &Target, names: &[String], outputs: usize) -> Result<(), String> {
    match target {
        Target::Classes { classes, .. } => {
            check_names(classes, outputs)?;
            if !classes.is_empty() && !names.is_empty() && classes != names {
                return Err("its classes are not those of the note 'classes'".to_owned());
            }
            Ok(())
        }
        Target::Number { .. } if outputs != 1 => {
            Err(format!("it is one number, but the network has {outputs} outputs"))
        }
        Target::Number { .. } if !names.is_empty() => {
            Err("it is a number, but the note 'classes' names classes".to_owned())
        }
        Target::Number { name, standard } => check_standard(name, *standard),
    }
}

fn check_preprocessing(preprocessing: &Preprocessing, inputs: usize) -> Result<(), String> {
    match preprocessing {
        Preprocessing::Columns(columns) => check_columns(columns)?,
        Preprocessing::Pixels(pixels) => check_pixels(pixels, inputs)?,
        Preprocessing::Sparse(sparse) if sparse.base > 1 => {
            return Err(format!("the index of the first column is {}, but must be 0 or 1", sparse.base));
        }
        Preprocessing::Sparse(_) | Preprocessing::Terms(_) => {}
    }
    match preprocessing.inputs() {
        found if found == inputs => Ok(()),
        found => Err(format!(
            "the number of inputs made from a {} is {found}, but the number of the network's inputs is {inputs}",
            preprocessing.described()
        )),
    }
}

fn check_columns(columns: &Columns) -> Result<(), String> {
    columns.columns.iter().try_for_each(|column| match &column.kind {
        Kind::Number { fill: Some(fill), .. } if !fill.is_finite() => {
            Err(format!("the value {fill} for missing fields of '{}' is not finite", column.name))
        }
        Kind::Number { fill: None, indicator: true, .. } => {
            Err(format!("an input indicates missing fields of '{}', but nothing replaces them", column.name))
        }
        Kind::Number { standard, .. } => check_standard(&column.name, *standard),
        Kind::Category { categories, .. } if !categories.is_sorted_by(|a, b| a < b) => {
            Err(format!("the categories of '{}' are not sorted, or a category occurs twice", column.name))
        }
        Kind::Category { .. } => Ok(()),
    })
}

fn check_pixels(pixels: &Pixels, inputs: usize) -> Result<(), String> {
    let Pixels { channels, height, width, maximum, lowest, ref standard, .. } = *pixels;
    // A file may state sizes whose product overflows.
    let size = [height, width].into_iter().try_fold(channels, usize::checked_mul);
    if size != Some(inputs) {
        return Err(format!("{channels} x {height} x {width} pixels for {inputs} inputs"));
    }
    if maximum == 0 {
        return Err("the stored value that represents 1 is 0, but must be at least 1".to_owned());
    }
    if ![0.0, -1.0].contains(&lowest) {
        return Err(format!("the stored value 0 represents {lowest}, but must represent 0 or -1"));
    }
    if !standard.is_empty() && standard.len() != channels {
        return Err(format!("the number of means is {}, but the number of planes is {channels}", standard.len()));
    }
    standard.iter().enumerate().try_for_each(|(k, standard)| check_standard(&format!("plane {k}"), *standard))
}

fn check_standard(name: &str, Standard { mean, deviation }: Standard) -> Result<(), String> {
    if mean.is_finite() && deviation.is_finite() && deviation >= 0.0 {
        Ok(())
    } else {
        Err(format!("the mean {mean} or the standard deviation {deviation} of '{name}' is out of range"))
    }
}
