//! The user's own numbers, which an exported predictor takes, and their conversion to the inputs of the network.
//!
//! | preprocessing     | the user's own numbers                                                                 |
//! |-------------------|----------------------------------------------------------------------------------------|
//! | columns           | a number for each column of numbers, NaN where missing; 0 or 1 for each category       |
//! | pixels            | the stored values of the pixels, 0 to `maximum`, plane by plane, row by row            |
//! | terms             | for each term, 1 if the term occurs in the text and 0 otherwise                        |
//! | sparse, or `None` | the inputs of the network                                                              |

use crate::notes::Notes;
use crate::portable::Portable;
use preprocessing::{Columns, Kind, Pixels, Preprocessing, Standard};

/// The user's own numbers, and how they become the inputs of the network.
pub(crate) struct Own {
    /// For each number, the mean and the standard deviation by which it is scaled; [`Standard::IDENTITY`] if it is not
    /// scaled.
    pub(crate) standards: Vec<Standard>,
    /// For each number, the value that replaces NaN, a missing value; NaN if nothing replaces it, so that the outputs
    /// are NaN too. `None` if nothing replaces any number.
    pub(crate) fills: Option<Vec<f64>>,
    /// For each input of the network, the number from which it is computed.
    pub(crate) sources: Vec<Source>,
    /// The names of the numbers; `None` if they have no names.
    pub(crate) names: Option<Vec<String>>,
}

/// How an input of the network is computed from the user's own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The number at this index, scaled.
    Scaled(usize),
    /// 1 if the number at this index is missing, and 0 otherwise.
    Missing(usize),
}

impl Own {
    /// The user's own numbers for a network with the given number of inputs; `notes` must fit this number.
    pub(crate) fn of(notes: &Notes, inputs: usize) -> Self {
        let plain = |names| Self {
            standards: vec![Standard::IDENTITY; inputs],
            fills: None,
            sources: (0..inputs).map(Source::Scaled).collect(),
            names,
        };
        match &notes.preprocessing {
            Some(Preprocessing::Columns(columns)) => Self::of_columns(columns),
            Some(Preprocessing::Pixels(pixels)) => {
                let plane = |standard| std::iter::repeat_n(standard, pixels.height * pixels.width);
                Self { standards: planes(pixels).into_iter().flat_map(plane).collect(), ..plain(None) }
            }
            Some(Preprocessing::Terms(vocabulary)) => plain(Some(vocabulary.terms().to_vec())),
            Some(Preprocessing::Sparse(_)) | None => plain(None),
        }
    }

    fn of_columns(Columns { columns, .. }: &Columns) -> Self {
        let (mut standards, mut filled) = (Vec::new(), Vec::new());
        let (mut sources, mut names) = (Vec::new(), Vec::new());
        for column in columns {
            let first = standards.len();
            match &column.kind {
                Kind::Number { standard, fill, indicator, .. } => {
                    sources.push(Source::Scaled(first));
                    sources.extend(indicator.then_some(Source::Missing(first)));
                    names.push(column.name.clone());
                    standards.push(*standard);
                    filled.push(fill.unwrap_or(f64::NAN));
                }
                Kind::Category { .. } => {
                    let inputs = column.inputs();
                    sources.extend((first..first + inputs).map(Source::Scaled));
                    names.extend(column.names());
                    standards.extend(std::iter::repeat_n(Standard::IDENTITY, inputs));
                    filled.extend(std::iter::repeat_n(0.0, inputs));
                }
            }
        }
        let any = columns.iter().any(|column| matches!(column.kind, Kind::Number { fill: Some(_), .. }));
        let fills = any.then_some(filled);
        Self { standards, fills, sources, names: Some(names) }
    }

    /// How many numbers the user gives for an example.
    pub(crate) fn width(&self) -> usize {
        self.standards.len()
    }

    /// Whether the user's own numbers are the inputs of the network as they are.
    pub(crate) fn is_plain(&self) -> bool {
        self.fills.is_none() && self.standards.iter().all(|standard| *standard == Standard::IDENTITY)
    }

    /// Whether any input of the network indicates a missing value.
    pub(crate) fn has_indicators(&self) -> bool {
        self.sources.iter().any(|source| matches!(source, Source::Missing(_)))
    }

    pub(crate) fn means(&self) -> Vec<f64> {
        self.standards.iter().map(|standard| standard.mean).collect()
    }

    /// The divisor for each number, by which the number is divided after its mean is subtracted. If the deviation is 0,
    /// the divisor is the largest 64-bit number, so that the quotient is 0 in 32 bits, as the result of
    /// [`Standard::scaled`] is.
    pub(crate) fn divisors(&self) -> Vec<f64> {
        let divisor = |standard: &Standard| if standard.deviation > 0.0 { standard.deviation } else { f64::MAX };
        self.standards.iter().map(divisor).collect()
    }

    /// For each input of the network, its index in the list of all scaled numbers followed by the indicators of missing
    /// values of all numbers.
    pub(crate) fn order(&self) -> Vec<usize> {
        let index = |source: &Source| match *source {
            Source::Scaled(index) => index,
            Source::Missing(index) => self.width() + index,
        };
        self.sources.iter().map(index).collect()
    }

    /// The inputs of the network for `numbers`, `[self.width()]`, in 32 bits as in training.
    pub(crate) fn inputs(&self, numbers: &[f64]) -> Vec<f32> {
        let filled = |index: usize| match &self.fills {
            Some(fills) if numbers[index].is_nan() => fills[index],
            _ => numbers[index],
        };
        let input = |source: &Source| match *source {
            Source::Scaled(index) => self.standards[index].scaled(filled(index)) as f32,
            Source::Missing(index) => f32::from(u8::from(numbers[index].is_nan())),
        };
        self.sources.iter().map(input).collect()
    }

    /// A made-up example in the user's own numbers, `[self.width()]`, for the tests of exported programs. Numbers whose
    /// missing values have an indicator are NaN at even indices.
    pub(crate) fn example(&self) -> Vec<f64> {
        let number = |(index, standard): (usize, &Standard)| match standard {
            _ if self.fills.is_some() && self.sources.contains(&Source::Missing(index)) && index % 2 == 0 => f64::NAN,
            &Standard::IDENTITY => f64::from(u8::from(index % 3 == 0)),
            Standard { mean, deviation } => mean + deviation * (index as f64 + 1.0).sin(),
        };
        self.standards.iter().enumerate().map(number).collect()
    }
}

/// The mean and the standard deviation of the stored values of each plane, `[channels]`.
pub(crate) fn planes(pixels: &Pixels) -> Vec<Standard> {
    // A stored value s represents lowest + s / unit.
    let (lowest, unit) = (f64::from(pixels.lowest), f64::from(pixels.maximum) / (1.0 - f64::from(pixels.lowest)));
    let plane = |channel| {
        let Standard { mean, deviation } = pixels.standard.get(channel).copied().unwrap_or(Standard::IDENTITY);
        Standard { mean: (mean - lowest) * unit, deviation: deviation * unit }
    };
    (0..pixels.channels).map(plane).collect()
}

/// The range of pixel values that an exported predictor takes, such as "0 to 255", and, if the training pictures had 16
/// bits, the formula that maps their values to this range.
pub(crate) fn stored(pixels: &Pixels) -> String {
    let maximum = pixels.maximum;
    match pixels.stored {
        Some([lowest, highest]) => {
            let range = u32::from(highest).saturating_sub(u32::from(lowest));
            format!(
                "0 to {maximum}; a value v of a 16-bit picture is {maximum} (v - {lowest}) / {range}, within 0 to {maximum}"
            )
        }
        None => format!("0 to {maximum}"),
    }
}

impl Portable {
    /// A phrase for the user, such as "takes 1 x 28 x 28 pixels ..": the shape and the values of the pixels that
    /// exported ONNX models and programs read. `None` if the examples are not pictures.
    #[must_use]
    pub fn takes(&self) -> Option<String> {
        let pixels = self.parts().notes.pixels()?;
        let Pixels { channels, height, width, .. } = pixels;
        Some(format!("takes {channels} x {height} x {width} pixels (planes, rows, columns) from {}", stored(pixels)))
    }

    /// The outputs of an exported predictor for the user's own `numbers`: the probabilities of the classes, or one
    /// predicted number. Sums are computed in 64 bits, and activations in 32 bits.
    pub(crate) fn outputs(&self, own: &Own, numbers: &[f64]) -> Vec<f64> {
        let parts = self.parts();
        let mut row: Vec<f64> = own.inputs(numbers).into_iter().map(f64::from).collect();
        for layer in &parts.hidden {
            let z = layer.affine.of(&row);
            let outputs = z.iter().flat_map(|z| [*z, -*z].into_iter().take(parts.activation.outputs_per_unit()));
            row = outputs.map(|z| f64::from(parts.activation.at(z as f32).0)).collect();
            for (value, sign) in row.iter_mut().zip(layer.signs.iter().flatten()) {
                *value *= f64::from(*sign);
            }
        }
        let outputs = parts.output.of(&row);
        match parts.notes.number() {
            Some(standard) => outputs.into_iter().map(|scaled| standard.unscaled(scaled)).collect(),
            None => softmax(&outputs),
        }
    }
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logits.iter().map(|logit| (logit - largest).exp()).sum();
    logits.iter().map(|logit| (logit - largest).exp() / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::network;
    use preprocessing::{Column, Notation};
    use units::Activation;

    #[test]
    fn a_missing_number_that_nothing_replaces_makes_the_outputs_nan() {
        let number = |name: &str, fill| {
            let kind = Kind::Number {
                standard: Standard { mean: 1.0, deviation: 2.0 },
                fill,
                indicator: false,
                notation: Notation::default(),
            };
            Column { name: name.to_owned(), kind }
        };
        for columns in [vec![number("a", None)], vec![number("a", None), number("b", Some(3.0))]] {
            let columns = Columns { columns, unnamed: None };
            let network = network(Activation::Tanh, Some(Preprocessing::Columns(columns.clone())), None);
            let own = Own::of(&network.parts().notes, columns.inputs());
            let mut numbers = vec![3.0; own.width()];
            assert!(network.outputs(&own, &numbers).iter().all(|output| output.is_finite()));
            numbers[0] = f64::NAN;
            assert!(network.outputs(&own, &numbers).iter().all(|output| output.is_nan()));
            assert_eq!(crate::from_onnx(&network.to_onnx().unwrap()).unwrap(), network);
            assert_eq!(crate::from_safetensors(&network.to_safetensors().unwrap(), None).unwrap(), network);
            assert_eq!(network.to_c().contains("NAN,"), columns.columns.len() == 2, "{}", network.to_c());
        }
    }

    #[test]
    fn an_indicator_of_missing_values_needs_a_value_that_replaces_them() {
        let json =
            r#"{"of":"columns","columns":[{"name":"a","kind":"number","mean":0.0,"deviation":1.0,"indicator":true}]}"#;
        let notes = Notes { preprocessing: Some(serde_json::from_str(json).unwrap()), ..Notes::default() };
        assert!(notes.check(2, 2).unwrap_err().to_string().contains("but nothing replaces them"));
    }

    #[test]
    fn every_exported_predictor_says_how_16_bit_pixels_become_what_it_takes() {
        let deep = Pixels { stored: Some([300, 4095]), ..Pixels::plain([1, 1, 2], 255, 0.0) };
        let network = network(Activation::Tanh, Some(Preprocessing::Pixels(deep)), None);
        let said = "0 to 255; a value v of a 16-bit picture is 255 (v - 300) / 3795, within 0 to 255";
        assert_eq!(network.takes().unwrap(), format!("takes 1 x 1 x 2 pixels (planes, rows, columns) from {said}"));
        let model = network.to_onnx().unwrap();
        assert!(model.windows(said.len()).any(|bytes| bytes == said.as_bytes()));
        assert!(network.to_python().contains(said) && network.to_c().contains(said));
    }
}
