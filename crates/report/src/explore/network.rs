//! What the page shows, and the checks that its parts fit together.

use super::quantise::quantise;
use exchange::{Affine, Pixels};
use serde::Serialize;
use units::{Activation, Reconstruction};

/// How many networks fit side by side.
const MOST: usize = 3;

/// A hidden layer: sign * activation(x W + b), `[inputs]` to `[outputs]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExploredLayer {
    /// x W + b.
    pub affine: Affine,
    /// +1 or -1 for each output, `[outputs]`; `None` without a sign mask.
    pub signs: Option<Vec<f32>>,
    /// The function of its units.
    pub activation: Activation,
}

/// What the output layer computes from its pre-activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Probabilities of the classes, by softmax.
    Classes,
    /// The reconstruction of the input by an auto-encoder.
    Reconstruction(Reconstruction),
}

/// The effect of rounding the weights, measured on the test set: the error as a fraction, or the mean reconstruction cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// With the original weights.
    pub exact: f64,
    /// With the weights of the page, [`Explored::rounded`].
    pub rounded: f64,
    /// The number of test examples.
    pub examples: usize,
}

/// A network of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Explored {
    /// Its name, such as that of its run's folder.
    pub name: String,
    /// The hidden layers, the first one first.
    pub hidden: Vec<ExploredLayer>,
    /// The output layer, or the decoder.
    pub output: Affine,
    /// What its output layer computes.
    pub answer: Answer,
    /// The effect of rounding its weights, if it was measured.
    pub effect: Option<Effect>,
}

impl Explored {
    /// The network with weights rounded to 8 bits, which the page computes. What a page says about its precision, and the
    /// answers of its [`Sample`]s, are measured with this network.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let affine =
            |affine: &Affine| Affine { weight: quantise(&affine.weight, affine.units()).weight(), ..affine.clone() };
        let layer = |layer: &ExploredLayer| ExploredLayer { affine: affine(&layer.affine), ..layer.clone() };
        Self { hidden: self.hidden.iter().map(layer).collect(), output: affine(&self.output), ..self.clone() }
    }

    /// Checks the shapes from `inputs` to the output, which has `classes` units, or `inputs` in an auto-encoder.
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

/// The number of values of an image.
fn inputs(pixels: Pixels) -> usize {
    pixels.channels * pixels.height * pixels.width
}

/// A test image.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its bytes, `[channels, height, width]`.
    pub pixels: Vec<u8>,
    /// Its class.
    pub label: usize,
    /// For each network, what the program answers with the weights of the page: the probabilities of the classes,
    /// `[classes]`, or the reconstruction, `[inputs]`.
    pub answers: Vec<Vec<f32>>,
}

/// What a page shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explorer<'a> {
    /// The command that made the page.
    pub command: &'a str,
    /// The names of the classes, in the order of the outputs.
    pub classes: &'a [String],
    /// The images that the networks read.
    pub image: Pixels,
    /// One to three networks that read the same inputs.
    pub networks: &'a [Explored],
    /// Test images to choose from; the page opens with the first one.
    pub samples: &'a [Sample],
}

impl Explorer<'_> {
    /// Checks that all parts fit together.
    pub(super) fn check(&self) -> Result<(), Error> {
        if !(1..=MOST).contains(&self.networks.len()) {
            return Err(Error::Networks { found: self.networks.len() });
        }
        let inputs = inputs(self.image);
        self.networks.iter().try_for_each(|network| network.check(inputs, self.classes.len()))?;
        for (k, sample) in self.samples.iter().enumerate() {
            fits(format!("bytes of test image {}", k + 1), inputs, sample.pixels.len())?;
            if sample.label >= self.classes.len() {
                return Err(Error::Label { image: k + 1, classes: self.classes.len(), found: sample.label });
            }
            fits(format!("answers to test image {}", k + 1), self.networks.len(), sample.answers.len())?;
            for (network, answer) in self.networks.iter().zip(&sample.answers) {
                let what = format!("numbers in the answer of {} to test image {}", network.name, k + 1);
                fits(what, network.output.bias.len(), answer.len())?;
            }
        }
        Ok(())
    }
}

fn fits(what: String, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Shape { what, expected, found }) }
}

/// Why a page cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// There is no network, or there are more than fit side by side.
    #[error("a page shows 1 to {MOST} networks, not {found}; choose others")]
    Networks {
        /// How many were found.
        found: usize,
    },
    /// Two parts that belong together do not fit.
    #[error("expected {expected} {what}, found {found}; choose networks that read the same images")]
    Shape {
        /// What was counted.
        what: String,
        /// How many were expected.
        expected: usize,
        /// How many were found.
        found: usize,
    },
    /// A test image has a class without a name.
    #[error("expected a class below {classes} for test image {image}, found {found}; give the names of all classes")]
    Label {
        /// The test image, from 1.
        image: usize,
        /// The number of classes.
        classes: usize,
        /// Its class.
        found: usize,
    },
    /// A weight or a bias is NaN or infinite.
    #[error("{place} of {network} has a weight that is not finite; choose a network whose training did not diverge")]
    NotFinite {
        /// The network.
        network: String,
        /// The layer.
        place: String,
    },
}
