//! Factors and offsets of the inputs, which become part of the first layer.

use crate::error::Error;
use crate::portable::{Affine, Parts};

/// The scaling of the inputs: in place of each input x, the first layer reads factor * x + offset.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// The factors, `[inputs]`.
    pub(crate) factor: Vec<f64>,
    /// The offsets, `[inputs]`.
    pub(crate) offset: Vec<f64>,
}

/// The largest absolute value of an offset, in units of the scaled inputs. Above it, the sum in the first layer, which
/// has 24 bits, keeps fewer than 11 bits of a scaled input of about 1.
const FARTHEST: f64 = 1e4;

impl Parts {
    /// Makes `mean` and `deviation` part of the first layer, computed in 64 bits: for inputs x, the returned network
    /// has the outputs of this network for (x - mean) / deviation. Each of `mean` and `deviation` holds one number for
    /// all inputs, one for each of the `channels` of a picture, stored plane by plane, or one for each input.
    /// `channels` is 1 if the inputs are not pixels.
    ///
    /// # Errors
    /// [`Error::Scale`] if `mean` or `deviation` has another length or is not finite, a deviation is 0 or negative, a
    /// mean is more than 10,000 deviations from 0, or a weight or bias would not be finite in 32 bits.
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
                "is {} and the deviation {} for input {k}, counted from 0: 32 bits are too few to tell such inputs apart",
                mean[k], deviation[k]
            );
            let remedy = "standardise the data before training and before import instead";
            return Err(Error::Scale { what: "mean", reason, remedy });
        }
        let offset = mean.iter().zip(&deviation).map(|(mean, deviation)| -mean / deviation).collect();
        let factor = deviation.iter().map(|deviation| 1.0 / deviation).collect();
        self.scaled(&Scale { factor, offset })
    }

    /// The network with `scale` made part of its first layer.
    pub(crate) fn scaled(mut self, scale: &Scale) -> Result<Self, Error> {
        let first = self.hidden.first_mut().map_or(&mut self.output, |layer| &mut layer.affine);
        *first = first.scaled(scale)?;
        Ok(self)
    }
}

impl Affine {
    /// The map with `scale` made part of it, computed in 64 bits: (f x + o) W + b = x (f W) + (o W + b).
    pub(crate) fn scaled(&self, scale: &Scale) -> Result<Self, Error> {
        if let Some(k) = scale.offset.iter().position(|offset| offset.abs() > FARTHEST) {
            let reason = format!(
                "is {} for input {k}, counted from 0: 32 bits are too few to tell such inputs apart",
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

/// One number for each of `inputs` inputs. There may be one of `numbers` for all inputs, for each channel or for each
/// input.
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
