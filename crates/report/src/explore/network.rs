//! The contents of an explorer page, and checks that these contents fit together.

use super::quantise::quantise;
use exchange::Affine;
use preprocessing::Pixels;
use serde::Serialize;
use units::{Activation, Reconstruction};

/// The largest number of networks that a page shows side by side.
const MOST: usize = 3;

/// A hidden layer, which maps x, `[inputs]`, to sign * activation(x W + b), `[outputs]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExploredLayer {
    /// The affine map x W + b.
    pub affine: Affine,
    /// The sign mask: +1 or -1 for each output, `[outputs]`; `None` if the layer has no sign mask.
    pub signs: Option<Vec<f32>>,
    /// The activation function of the units.
    pub activation: Activation,
}

/// The kind of output that the output layer computes from its pre-activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The probabilities of the classes, by a softmax.
    Classes,
    /// The reconstruction of the input by an auto-encoder.
    Reconstruction(Reconstruction),
}

/// The effect of rounding the weights, measured on the test set: the error of a classifier as a fraction, or the mean
/// reconstruction cost of an auto-encoder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The error or cost with the original weights.
    pub exact: f64,
    /// The error or cost with the rounded weights of [`Explored::rounded`], which the page uses.
    pub rounded: f64,
    /// The number of test examples.
    pub examples: usize,
}

/// A network shown on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Explored {
    /// The name of the network, such as the name of its run's folder.
    pub name: String,
    /// The hidden layers, beginning next to the input.
    pub hidden: Vec<ExploredLayer>,
    /// The output layer; in an auto-encoder, the decoder.
    pub output: Affine,
    /// The kind of output that the output layer computes from its pre-activations.
    pub answer: Answer,
    /// The effect of rounding the weights; `None` if it was not measured.
    pub effect: Option<Effect>,
}

impl Explored {
    /// The network with its weights rounded to 8 bits, as the page runs it. [`Effect::rounded`] and [`Sample::answers`]
    /// must be computed with this network.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let affine =
            |affine: &Affine| Affine { weight: quantise(&affine.weight, affine.units()).weight(), ..affine.clone() };
        let layer = |layer: &ExploredLayer| ExploredLayer { affine: affine(&layer.affine), ..layer.clone() };
        Self { hidden: self.hidden.iter().map(layer).collect(), output: affine(&self.output), ..self.clone() }
    }

    /// Checks that the first layer has `inputs` inputs, that each layer fits the next, and that all weights and biases
    /// are finite. The output layer must have a unit for each class or, in an auto-encoder, for each input.
    fn check(&self, inputs: usize, classes: usize) -> Result<(), Error> {
        let mut width = inputs;
        for (k, layer) in self.hidden.iter().enumerate() {
            let place = format!("hidden layer {}", k + 1);
            self.check_affine(&place, &layer.affine, width)?;
            width = layer.affine.bias.len() * layer.activation.outputs_per_unit();
            let signs = layer.signs.as_ref().map_or(width, Vec::len);
            self.fits(format!("signs of {place}"), width, signs)?;
        }
        self.check_affine("the output layer", &self.output, width)?;
        let outputs = match self.answer {
            Answer::Classes => classes,
            Answer::Reconstruction(_) => inputs,
        };
        self.fits("units of the output layer".to_owned(), outputs, self.output.bias.len())
    }

    fn check_affine(&self, place: &str, affine: &Affine, inputs: usize) -> Result<(), Error> {
        self.fits(format!("weights of {place}"), inputs * affine.bias.len(), affine.weight.len())?;
        let finite = affine.weight.iter().chain(&affine.bias).all(|number| number.is_finite());
        let error = || Error::NotFinite { network: self.name.clone(), place: place.to_owned() };
        finite.then_some(()).ok_or_else(error)
    }

    fn fits(&self, what: String, expected: usize, found: usize) -> Result<(), Error> {
        fits(what + " of " + &self.name, expected, found)
    }
}

/// A test image, with the outputs of all networks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The stored values of the image, `[channels, height, width]`.
    pub pixels: Vec<u8>,
    /// The class of the image.
    pub label: usize,
    /// The output of each network, computed by the program with the weights of [`Explored::rounded`]: the probabilities
    /// of the classes, `[classes]`, or the reconstruction, `[inputs]`.
    pub answers: Vec<Vec<f32>>,
}

/// The contents of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Explorer<'a> {
    /// The command that made the page.
    pub command: &'a str,
    /// The names of the classes, in the order of the output units.
    pub classes: &'a [String],
    /// The format of the images that the networks read.
    pub image: Pixels,
    /// The networks, one to three, which all read the same images.
    pub networks: &'a [Explored],
    /// The test images from which the user can choose; the page opens with the first one.
    pub samples: &'a [Sample],
}

impl Explorer<'_> {
    /// Checks that the parts of the page fit together.
    pub(super) fn check(&self) -> Result<(), Error> {
        if !(1..=MOST).contains(&self.networks.len()) {
            return Err(Error::Networks { found: self.networks.len() });
        }
        let inputs = self.image.inputs();
        self.networks.iter().try_for_each(|network| network.check(inputs, self.classes.len()))?;
        for (k, sample) in self.samples.iter().enumerate() {
            fits(format!("bytes of test image {}", k + 1), inputs, sample.pixels.len())?;
            if sample.label >= self.classes.len() {
                return Err(Error::Label { image: k + 1, classes: self.classes.len(), found: sample.label });
            }
            fits(format!("outputs for test image {}", k + 1), self.networks.len(), sample.answers.len())?;
            for (network, answer) in self.networks.iter().zip(&sample.answers) {
                let what = format!("values in the output of {} for test image {}", network.name, k + 1);
                fits(what, network.output.bias.len(), answer.len())?;
            }
        }
        Ok(())
    }
}

fn fits(what: String, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Shape { what, expected, found }) }
}

/// Why a page cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file of the page cannot be written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// The page has no network, or more networks than a page can show side by side.
    #[error("a page shows 1 to {MOST} networks, not {found}; choose between 1 and {MOST}")]
    Networks {
        /// The number of networks given.
        found: usize,
    },
    /// A part of the page does not have the size that another part requires.
    #[error("{what}: expected {expected}, found {found}; choose networks that read the same images")]
    Shape {
        /// The items that were counted, in the plural.
        what: String,
        /// The number of items expected.
        expected: usize,
        /// The number of items found.
        found: usize,
    },
    /// The class of a test image has no name.
    #[error("test image {image} is of class {found}, but only classes below {classes} are named; name all classes")]
    Label {
        /// The number of the test image, counted from 1.
        image: usize,
        /// The number of classes with names.
        classes: usize,
        /// The class of the test image, counted from 0.
        found: usize,
    },
    /// A weight or a bias is NaN or infinite.
    #[error("{place} of {network} has a weight or bias that is not finite; choose a network that did not diverge")]
    NotFinite {
        /// The name of the network.
        network: String,
        /// The layer, such as `hidden layer 1`.
        place: String,
    },
}
