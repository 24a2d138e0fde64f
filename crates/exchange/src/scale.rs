//! Factors and offsets of the inputs, which become part of the first layer.

use crate::error::Error;
use crate::notes::Notes;
use crate::own::{Own, Source};
use crate::portable::{Affine, Parts, check_finite};
use preprocessing::{Pixels, Preprocessing, Standard};

/// A scaling of inputs: in place of each input x, a network reads factor * x + offset, computed in 64 bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// The factors, `[inputs]`.
    pub(crate) factor: Vec<f64>,
    /// The offsets, `[inputs]`.
    pub(crate) offset: Vec<f64>,
}

/// The largest absolute value that an offset may have if the scaled inputs vary by about 1. With a larger offset, the
/// sum in the first layer, which has 24 significant bits, would keep fewer than 11 bits of a scaled input.
const FARTHEST: f64 = 1e4;

impl Scale {
    /// The scaling that leaves every input unchanged, for a network with the given number of inputs.
    #[must_use]
    pub fn identity(inputs: usize) -> Self {
        Self { factor: vec![1.0; inputs], offset: vec![0.0; inputs] }
    }

    /// The scaling that inverts `preprocessing`: it maps the inputs for an example back to the numbers of a table or to
    /// the stored values of pixels. Categories, indicators of missing values and terms stay 0 or 1. The input for a
    /// missing number becomes the number that replaced the missing one, and an input with the deviation 0 becomes the
    /// mean.
    #[must_use]
    pub fn own_numbers(preprocessing: &Preprocessing) -> Self {
        let notes = Notes { preprocessing: Some(preprocessing.clone()), ..Notes::default() };
        let own = Own::of(&notes, preprocessing.inputs());
        Self::unscaled(own.sources.iter().map(|source| match *source {
            Source::Scaled(index) => own.standards[index],
            Source::Missing(_) => Standard::IDENTITY,
        }))
    }

    /// The scaling that inverts the standardisation in `pixels`: it maps the inputs for a picture back to values from
    /// `lowest` to 1.
    #[must_use]
    pub fn unstandardised(pixels: &Pixels) -> Self {
        let size = pixels.height * pixels.width;
        let plane = |channel| pixels.standard.get(channel).copied().unwrap_or(Standard::IDENTITY);
        Self::unscaled((0..pixels.channels).flat_map(|channel| std::iter::repeat_n(plane(channel), size)))
    }

    /// The inverse of [`Standard::scaled`] for each input.
    fn unscaled(standards: impl Iterator<Item = Standard>) -> Self {
        let (factor, offset) = standards.map(|Standard { mean, deviation }| (deviation, mean)).unzip();
        Self { factor, offset }
    }

    /// The scaling (x - mean) / deviation of each input x, for a network with the given number of inputs. `mean` and
    /// `deviation` each hold one number for all inputs, one number for each channel of a picture that is stored plane
    /// by plane, or one number for each input. `channels` is 1 if the inputs are not pixels.
    ///
    /// # Errors
    /// [`Error::Scale`] if `mean` or `deviation` has another length or is not finite, or a deviation is 0 or negative.
    pub fn standardising(mean: &[f64], deviation: &[f64], channels: usize, inputs: usize) -> Result<Self, Error> {
        let mean = each_input("mean", mean, channels, inputs)?;
        let deviation = each_input("deviation", deviation, channels, inputs)?;
        if let Some(k) = deviation.iter().position(|deviation| *deviation <= 0.0) {
            let reason = format!("is {} for input {k}, counted from 0", deviation[k]);
            let remedy = "give deviations above 0, and 1 for an input that does not vary";
            return Err(Error::Scale { what: "deviation", reason, remedy });
        }
        let offset = mean.iter().zip(&deviation).map(|(mean, deviation)| -mean / deviation).collect();
        let factor = deviation.iter().map(|deviation| 1.0 / deviation).collect();
        Ok(Self { factor, offset })
    }

    /// This scaling followed by `next`, which must have the same number of inputs.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let factor = self.factor.iter().zip(&next.factor).map(|(first, next)| next * first).collect();
        let offset = self.offset.iter().zip(&next.factor).zip(&next.offset);
        Self { factor, offset: offset.map(|((offset, factor), next)| factor * offset + next).collect() }
    }

    /// The factor of each input, `[inputs]`.
    #[must_use]
    pub fn factors(&self) -> &[f64] {
        &self.factor
    }

    /// The index of the first input with a factor other than 0 and |offset| > [`FARTHEST`] * `spread`(factor).
    fn far(&self, spread: impl Fn(f64) -> f64) -> Option<usize> {
        let mut inputs = self.factor.iter().zip(&self.offset);
        inputs.position(|(factor, offset)| *factor != 0.0 && offset.abs() > FARTHEST * spread(*factor))
    }
}

impl Parts {
    /// Makes `mean` and `deviation` part of the first layer, computed in 64 bits: for inputs x, the returned network
    /// has the outputs of this network for (x - mean) / deviation, as in [`Scale::standardising`].
    ///
    /// # Errors
    /// The errors of [`Scale::standardising`], and [`Error::Scale`] if a mean is more than 10,000 deviations from 0, or
    /// a weight or bias would not be finite in 32 bits.
    pub fn standardised(self, mean: &[f64], deviation: &[f64], channels: usize) -> Result<Self, Error> {
        let inputs = self.inputs();
        let scale = Scale::standardising(mean, deviation, channels, inputs)?;
        if let Some(k) = scale.far(|_| 1.0) {
            let [mean, deviation] =
                [("mean", mean), ("deviation", deviation)].map(|(what, all)| each_input(what, all, channels, inputs));
            let reason = format!(
                "is {} and the deviation {} for input {k}, counted from 0: 32 bits are too few to tell such inputs apart",
                mean?[k], deviation?[k]
            );
            let remedy = "standardise the data before training and before import instead";
            return Err(Error::Scale { what: "mean", reason, remedy });
        }
        self.with_scale(&scale)
    }

    /// The network with `scale` made part of its first layer, on the assumption that the scaled inputs vary by about 1.
    pub(crate) fn scaled(self, scale: &Scale) -> Result<Self, Error> {
        match scale.far(|_| 1.0) {
            Some(k) => Err(too_far(scale, k)),
            None => self.with_scale(scale),
        }
    }

    /// Makes `scale` part of the first layer: for inputs x, which vary by about 1, the returned network has the outputs
    /// of this network for factor * x + offset. The identity leaves every bit of the network unchanged.
    ///
    /// # Errors
    /// [`Error::Scale`] if an offset exceeds 10,000 times its factor in absolute value, where the factor is not 0, or
    /// if a weight or bias would not be finite in 32 bits.
    pub fn reading(self, scale: &Scale) -> Result<Self, Error> {
        match scale.far(f64::abs) {
            Some(k) => Err(too_far(scale, k)),
            None if *scale == Scale::identity(self.inputs()) => Ok(self),
            None => self.with_scale(scale),
        }
    }

    fn with_scale(mut self, scale: &Scale) -> Result<Self, Error> {
        let first = self.hidden.first_mut().map_or(&mut self.output, |layer| &mut layer.affine);
        *first = first.scaled(scale)?;
        Ok(self)
    }

    /// Makes a standardisation part of the output layer, computed in 64 bits: where this network has the output y, the
    /// returned network has the output (y - mean) / deviation.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a weight or bias would not be finite in 32 bits, as for a deviation of 0.
    pub fn predicting(mut self, Standard { mean, deviation }: Standard) -> Result<Self, Error> {
        let weight = self.output.weight.iter().map(|w| (f64::from(*w) / deviation) as f32).collect();
        let bias = self.output.bias.iter().map(|b| ((f64::from(*b) - mean) / deviation) as f32).collect();
        self.output = Affine { inputs: self.output.inputs, weight, bias };
        check_finite("output.weight", &self.output.weight)?;
        check_finite("output.bias", &self.output.bias)?;
        Ok(self)
    }
}

fn too_far(scale: &Scale, k: usize) -> Error {
    let reason = format!(
        "is {} and the factor {} for input {k}, counted from 0: 32 bits are too few to tell such inputs apart",
        scale.offset[k], scale.factor[k]
    );
    Error::Scale { what: "offset", reason, remedy: "export a network that reads smaller numbers" }
}

impl Affine {
    /// The map with `scale` made part of it, computed in 64 bits: (f x + o) W + b = x (f W) + (o W + b).
    fn scaled(&self, scale: &Scale) -> Result<Self, Error> {
        let units = self.units();
        let mut bias: Vec<f64> = self.bias.iter().map(|b| f64::from(*b)).collect();
        let mut weight = Vec::with_capacity(self.weight.len());
        for (row, (factor, offset)) in self.weight.chunks(units.max(1)).zip(scale.factor.iter().zip(&scale.offset)) {
            weight.extend(row.iter().map(|w| (factor * f64::from(*w)) as f32));
            for (b, w) in bias.iter_mut().zip(row) {
                *b += offset * f64::from(*w);
            }
        }
        let bias: Vec<f32> = bias.into_iter().map(|b| b as f32).collect();
        let scaled = Self { inputs: self.inputs, weight, bias };
        if scaled.is_finite() {
            return Ok(scaled);
        }
        let reason = "makes a weight or bias of the first layer too large for 32 bits".to_owned();
        Err(Error::Scale { what: "factor", reason, remedy: "export a network that reads larger or smaller numbers" })
    }

    fn is_finite(&self) -> bool {
        self.weight.iter().chain(&self.bias).all(|value| value.is_finite())
    }
}

/// Repeats `numbers` to give one number for each input. `numbers` must hold one number for all inputs, one number for
/// each channel, or one number for each input.
fn each_input(what: &'static str, numbers: &[f64], channels: usize, inputs: usize) -> Result<Vec<f64>, Error> {
    const REMEDY: &str = "give one finite number for all inputs, one for each channel, or one for each input";
    if let Some(k) = numbers.iter().position(|number| !number.is_finite()) {
        return Err(Error::Scale { what, reason: format!("is {} at position {k}", numbers[k]), remedy: REMEDY });
    }
    let count = numbers.len();
    if ![1, channels, inputs].contains(&count) || !inputs.is_multiple_of(count) {
        let planes = if channels > 1 { format!("{channels} channels and ") } else { String::new() };
        let reason = format!("has {count} numbers for {planes}{inputs} inputs");
        return Err(Error::Scale { what, reason, remedy: REMEDY });
    }
    Ok(numbers.iter().flat_map(|number| std::iter::repeat_n(*number, inputs / count)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use preprocessing::{Cell, Column, Columns, Kind, Notation};

    /// A linear network with one unit and the given number of inputs.
    fn network(inputs: usize) -> Parts {
        let weight = (0..inputs).map(|k| (k as f32 + 1.0).sin() / 100.0).collect();
        let output = Affine { inputs, weight, bias: vec![0.5] };
        Parts { hidden: Vec::new(), output, activation: units::Activation::Linear, notes: Notes::default() }
    }

    fn number(name: &str, mean: f64, deviation: f64) -> Column {
        let standard = Standard { mean, deviation };
        let kind =
            Kind::Number { standard, fill: Some(mean), indicator: deviation > 0.0, notation: Notation::default() };
        Column { name: name.to_owned(), kind }
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-3 * expected.abs().max(1.0), "found {found}, expected {expected}");
    }

    #[test]
    fn a_network_of_own_numbers_answers_the_same_for_the_inputs_of_a_data_set() {
        let categories = vec!["a".to_owned(), "b".to_owned()];
        let letter = Column { name: "letter".to_owned(), kind: Kind::Category { categories, other: false } };
        let columns = vec![number("income", 50_000.0, 20_000.0), number("constant", 7.0, 0.0), letter];
        let table = Preprocessing::Columns(Columns { columns: columns.clone(), unnamed: None });
        let own = network(5).reading(&Scale::own_numbers(&table)).unwrap();
        for income in [10_000.0, 50_000.0, 123_456.0] {
            let mut fed = Vec::new();
            for (column, cell) in columns.iter().zip([Cell::Number(income), Cell::Number(7.0), Cell::Text("b")]) {
                column.write(cell, &mut fed).unwrap();
            }
            let fed: Vec<f64> = fed.into_iter().map(f64::from).collect();
            near(own.output.of(&fed)[0], network(5).output.of(&[income, 0.0, 7.0, 0.0, 1.0])[0]);
        }
    }

    #[test]
    fn scalings_of_numbers_far_from_0_are_combined_before_they_are_rounded() {
        let (mean, deviation) = (1.7e9, 10.0);
        let table =
            Preprocessing::Columns(Columns { columns: vec![number("seconds", mean, deviation)], unnamed: None });
        let scale = Scale::own_numbers(&table);
        let both = scale.then(&Scale::standardising(&[mean, 0.0], &[deviation, 1.0], 1, 2).unwrap());
        let read = network(2).reading(&both).unwrap();
        near(read.output.of(&[1.5, 1.0])[0], network(2).output.of(&[1.5, 1.0])[0]);
        assert!(network(2).reading(&scale).is_err(), "32 bits cannot hold such numbers");
    }

    #[test]
    fn pixels_are_read_as_they_are_stored_or_from_0_to_1() {
        let standard = vec![Standard { mean: 0.25, deviation: 0.5 }];
        let pixels = Pixels { standard, ..Pixels::plain([1, 1, 2], 16, 0.0) };
        let fed = [0.0, 16.0].map(|stored| (stored / 16.0 - 0.25) / 0.5);
        let unit = network(2).reading(&Scale::unstandardised(&pixels)).unwrap();
        near(unit.output.of(&fed)[0], network(2).output.of(&[0.0, 1.0])[0]);
        let stored = network(2).reading(&Scale::own_numbers(&Preprocessing::Pixels(pixels))).unwrap();
        near(stored.output.of(&fed)[0], network(2).output.of(&[0.0, 16.0])[0]);
    }

    #[test]
    fn a_scaling_that_changes_nothing_leaves_every_bit() {
        let mut parts = network(2);
        parts.output.bias = vec![-0.0];
        let read = parts.clone().reading(&Scale::identity(2)).unwrap();
        assert!(read == parts && read.output.bias[0].is_sign_negative());
    }

    #[test]
    fn a_number_is_predicted_in_deviations_from_the_mean() {
        let standard = Standard { mean: 152.0, deviation: 77.0 };
        let scaled = network(2).predicting(standard).unwrap();
        let x = [2.0, -3.0];
        near(standard.unscaled(scaled.output.of(&x)[0]), network(2).output.of(&x)[0]);
        let constant = Standard { mean: 152.0, deviation: 0.0 };
        assert!(matches!(network(2).predicting(constant), Err(Error::NotFinite { .. })));
    }
}
