//! A network as plain arrays of numbers, with shapes that match.

use crate::error::Error;
use crate::formula;
use crate::notes::Notes;
use units::Activation;

/// An affine map, x W + b.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    /// The number of inputs, the width of x.
    pub inputs: usize,
    /// W, `[inputs, units]`, row-major.
    pub weight: Vec<f32>,
    /// b, `[units]`, with at least one unit.
    pub bias: Vec<f32>,
}

/// A hidden layer, sign * activation(x W + b).
#[derive(Clone, Debug, PartialEq)]
pub struct Hidden {
    /// The affine map, x W + b.
    pub affine: Affine,
    /// The sign, +1 or -1, of each output, `[outputs]`, where a unit has one output, or two for [`Activation::Pair`];
    /// `None` if the layer has no signs.
    pub signs: Option<Vec<f32>>,
}

/// The parts of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// The hidden layers, in order from the input.
    pub hidden: Vec<Hidden>,
    /// The affine map of the output layer, which reads the last hidden layer, or the input if there are no hidden
    /// layers. The outputs of the network are the logits of the classes, or a single predicted number as its distance
    /// from the training mean in standard deviations.
    pub output: Affine,
    /// The activation of all hidden units.
    pub activation: Activation,
    /// How an example becomes the inputs, and what the outputs mean.
    pub notes: Notes,
}

/// A network whose layers fit together and whose values are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Portable(Parts);

/// A tensor of a network with its name, which is the same in every format.
pub(crate) struct Named<'a> {
    pub(crate) name: String,
    pub(crate) dims: Vec<usize>,
    pub(crate) values: &'a [f32],
}

impl Affine {
    /// The number of units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.bias.len()
    }

    /// x W + b for the row x, computed in 64 bits.
    pub(crate) fn of(&self, row: &[f64]) -> Vec<f64> {
        let mut z: Vec<f64> = self.bias.iter().copied().map(f64::from).collect();
        for (x, weights) in row.iter().zip(self.weight.chunks_exact(self.units())) {
            for (z, weight) in z.iter_mut().zip(weights) {
                *z += x * f64::from(*weight);
            }
        }
        z
    }

    fn tensors(&self, name: &str) -> [Named<'_>; 2] {
        let named = |part, dims, values| Named { name: format!("{name}.{part}"), dims, values };
        [
            named("weight", vec![self.inputs, self.units()], &self.weight[..]),
            named("bias", vec![self.units()], &self.bias[..]),
        ]
    }

    fn check(&self, name: &str, inputs: usize) -> Result<(), Error> {
        let shape =
            |part, found: Vec<usize>, expected| Err(Error::Shape { name: format!("{name}.{part}"), found, expected });
        let units = self.units();
        if units == 0 {
            return shape("bias", vec![0], "at least one unit".to_owned());
        }
        if self.inputs != inputs || self.inputs == 0 {
            return shape("weight", vec![self.inputs, units], format!("[{}, {units}]", inputs.max(1)));
        }
        if self.inputs.checked_mul(units) != Some(self.weight.len()) {
            return shape("weight", vec![self.weight.len()], format!("{inputs} x {units} numbers"));
        }
        Ok(())
    }
}

impl Parts {
    /// The number of inputs of the network.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.hidden.first().map_or(&self.output, |layer| &layer.affine).inputs
    }
}

impl Portable {
    /// A network made of `parts`.
    ///
    /// # Errors
    /// [`Error`] if a parameter of the activation is out of range, a tensor or note does not fit the network, a sign is
    /// neither 1 nor -1, or a value is infinite or NaN.
    pub fn new(parts: Parts) -> Result<Self, Error> {
        formula::check(parts.activation)?;
        let mut width = parts.inputs();
        for (k, layer) in parts.hidden.iter().enumerate() {
            layer.affine.check(&format!("hidden.{k}.affine"), width)?;
            let outputs = layer.affine.units().saturating_mul(parts.activation.outputs_per_unit());
            check_signs(layer.signs.as_deref(), &format!("hidden.{k}.signs"), outputs)?;
            width = outputs;
        }
        parts.output.check("output", width)?;
        parts.notes.check(parts.inputs(), parts.output.units())?;
        let network = Self(parts);
        network.tensors().iter().try_for_each(|tensor| check_finite(&tensor.name, tensor.values))?;
        Ok(network)
    }

    /// The parts of the network.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.0
    }

    /// The parts of the network, by value.
    #[must_use]
    pub fn into_parts(self) -> Parts {
        self.0
    }

    /// Every tensor with its name, from the input to the output.
    pub(crate) fn tensors(&self) -> Vec<Named<'_>> {
        let mut tensors = Vec::new();
        for (k, layer) in self.0.hidden.iter().enumerate() {
            tensors.extend(layer.affine.tensors(&format!("hidden.{k}.affine")));
            if let Some(signs) = &layer.signs {
                tensors.push(Named { name: format!("hidden.{k}.signs"), dims: vec![signs.len()], values: signs });
            }
        }
        tensors.extend(self.0.output.tensors("output"));
        tensors
    }
}

impl Named<'_> {
    /// The values as bytes, as every format stores them: 32-bit floating-point, little-endian.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }
}

fn check_signs(signs: Option<&[f32]>, name: &str, outputs: usize) -> Result<(), Error> {
    let Some(signs) = signs else { return Ok(()) };
    if signs.len() != outputs {
        let (name, found) = (name.to_owned(), vec![signs.len()]);
        return Err(Error::Shape { name, found, expected: format!("[{outputs}]") });
    }
    match signs.iter().position(|sign| sign.abs() != 1.0) {
        Some(position) => Err(Error::Sign { name: name.to_owned(), position, value: signs[position] }),
        None => Ok(()),
    }
}

pub(crate) fn check_finite(name: &str, values: &[f32]) -> Result<(), Error> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(position) => {
            Err(Error::NotFinite { name: name.to_owned(), position, value: values[position].to_string() })
        }
        None => Ok(()),
    }
}
