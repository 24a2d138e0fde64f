//! Factors and offsets of the inputs, which become part of the first layer.

use crate::error::Error;
use crate::portable::{Affine, Parts};

/// What the first layer reads in place of each input x: factor x + offset.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// The factors, `[inputs]`.
    pub(crate) factor: Vec<f64>,
    /// The offsets, `[inputs]`.
    pub(crate) offset: Vec<f64>,
}

/// The largest offset, in units of what the first layer reads: beyond it, the 24 binary digits of a bias leave less than
/// three decimal digits to the input.
const FARTHEST: f64 = 1e4;

impl Parts {
    /// The network that computes from inputs as they are what this network computes from standardised ones,
    /// (x - mean) / deviation: mean and deviation become part of the first layer, in 64 bits. Each of `mean` and
    /// `deviation` holds one number for all inputs, one for each of the `channels` of a picture (1 if inputs are not
    /// pixels), whose planes follow one another, or one for each input.
    ///
    /// # Errors
    /// [`Error::Scale`] if the number of numbers is none of these, a number is not finite, a deviation is 0 or negative,
    /// a mean is more than 10,000 deviations from 0, or a weight or bias would not be finite in 32 bits.
    pub fn standardised(self, mean: &[f64], deviation: &[f64], channels: usize) -> Result<Self, Error> {
        let inputs = self.inputs();
        let mean = each_input("mean", mean, channels, inputs)?;
        let deviation = each_input("deviation", deviation, channels, inputs)?;
        if let Some(k) = deviation.iter().position(|deviation| *deviation <= 0.0) {
            let reason = format!("is {} for input {k}, counted from 0", deviation[k]);
            let remedy = "give deviations above 0, and 1 for an input that does not vary";
            return Err(Error::Scale { what: "deviation", reason, remedy });
        }
        if let Some(k) = mean.iter().zip(&deviation).position(|(mean, deviation)| (mean / deviation).abs() > FARTHEST) {
            let reason = format!(
                "is {} and the deviation {} for input {k}, counted from 0: 32 bits cannot hold what is left of such inputs",
                mean[k], deviation[k]
            );
            let remedy = "standardise the data before training and before import instead";
            return Err(Error::Scale { what: "mean", reason, remedy });
        }
        let offset = mean.iter().zip(&deviation).map(|(mean, deviation)| -mean / deviation).collect();
        let factor = deviation.iter().map(|deviation| 1.0 / deviation).collect();
        self.scaled(&Scale { factor, offset })
    }

    /// The network that reads `scale` of its inputs.
    pub(crate) fn scaled(mut self, scale: &Scale) -> Result<Self, Error> {
        let first = self.hidden.first_mut().map_or(&mut self.output, |layer| &mut layer.affine);
        *first = first.scaled(scale)?;
        Ok(self)
    }
}

impl Affine {
    /// The map of `scale` of its inputs: (f x + o) W + b = x (f W) + (o W + b), in 64 bits.
    pub(crate) fn scaled(&self, scale: &Scale) -> Result<Self, Error> {
        if let Some(k) = scale.offset.iter().position(|offset| offset.abs() > FARTHEST) {
            let reason = format!(
                "is {} for input {k}, counted from 0: 32 bits cannot hold what is left of such inputs",
                scale.offset[k]
            );
            let remedy = "export a network that reads smaller numbers";
            return Err(Error::Scale { what: "offset", reason, remedy });
        }
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
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        if finite(&weight) && finite(&bias) {
            return Ok(Self { inputs: self.inputs, weight, bias });
        }
        let reason = "makes a weight or bias of the first layer too large for 32 bits".to_owned();
        Err(Error::Scale { what: "factor", reason, remedy: "export a network that reads larger or smaller numbers" })
    }
}

/// The number for each of `inputs` inputs.
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
