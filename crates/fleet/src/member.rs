//! A network among others.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::Tensor;
use model::{Activation, Layer, Network};

/// A network with what it has of its own.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where it stands.
    pub network: Network,
    /// Rate of plain gradient descent.
    pub learning_rate: f64,
    /// L1 coefficient of each hidden layer.
    pub l1: Vec<f64>,
}

/// Networks that cannot be trained side by side.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Mismatch {
    /// There is none.
    #[error("a fleet of no network has nothing to train; give at least one")]
    Empty,
    /// Other widths.
    #[error("member {member} has layers of {found:?}, the fleet's have {expected:?}; put it into another fleet")]
    Shape {
        /// Its place, from 0.
        member: usize,
        /// `[inputs, units]` of each layer of the first member.
        expected: Vec<[usize; 2]>,
        /// The same of this one.
        found: Vec<[usize; 2]>,
    },
    /// Other units, in it or between its layers; softplus units of another sharpness are no other units, but thresholded ones
    /// must agree in alpha times threshold.
    #[error(
        "member {member} has units of another kind ({found}) than the fleet ({expected}); put it into another fleet"
    )]
    Units {
        /// Its place, from 0.
        member: usize,
        /// Units of the first member.
        expected: String,
        /// Units of this one.
        found: String,
    },
    /// The penalty does not say what each layer pays.
    #[error("member {member} has {found} L1 coefficients for {expected} hidden layers; give one for each")]
    Penalty {
        /// Its place, from 0.
        member: usize,
        /// Hidden layers.
        expected: usize,
        /// Coefficients.
        found: usize,
    },
    /// A layer without a bias.
    #[error("member {member} has a layer without a bias, which a fleet adds everywhere; give it one of zeros")]
    NoBias {
        /// Its place, from 0.
        member: usize,
    },
}

impl Member {
    /// `[inputs, units]` of each affine map, the output layer's last.
    pub(crate) fn shape(&self) -> Vec<[usize; 2]> {
        affines(&self.network).map(|affine| affine.weight.dims()).collect()
    }

    /// The function of the units with a sharpness of 1, and their sharpness alpha: f(alpha x) / alpha is what they compute.
    /// A network without hidden layers has linear units, and none of them.
    pub(crate) fn units(&self) -> (Activation, f64) {
        self.network.hidden.first().map_or((Activation::Linear, 1.0), |layer| at_sharpness_1(layer.activation()))
    }

    /// Whether this one, at `place`, fits the shape and the units of `first`.
    pub(crate) fn fits(&self, first: &Self, place: usize) -> Result<(), Mismatch> {
        let ([expected, found], layers) = ([first.shape(), self.shape()], self.network.hidden.len());
        if expected != found {
            return Err(Mismatch::Shape { member: place, expected, found });
        }
        let [expected, found] = [first.units().0, self.units().0].map(|units| units.to_string());
        if expected != found {
            return Err(Mismatch::Units { member: place, expected, found });
        }
        let mut own = self.network.hidden.iter().map(Layer::activation);
        if let Some(first) = own.next()
            && let Some(other) = own.find(|other| *other != first)
        {
            let [expected, found] = [first, other].map(|units| units.to_string());
            return Err(Mismatch::Units { member: place, expected, found });
        }
        if self.l1.len() != layers {
            return Err(Mismatch::Penalty { member: place, expected: layers, found: self.l1.len() });
        }
        if affines(&self.network).any(|affine| affine.bias.is_none()) {
            return Err(Mismatch::NoBias { member: place });
        }
        Ok(())
    }
}

/// All affine maps of `network`, the output layer's last.
pub(crate) fn affines(network: &Network) -> impl Iterator<Item = &Linear> {
    network.hidden.iter().map(|layer| &layer.affine).chain([&network.output])
}

/// A map x W + b of given parts, weight `[inputs, units]` and bias `[units]`.
pub(crate) fn linear(weight: Tensor<2>, bias: Tensor<1>) -> Linear {
    Linear { weight: Param::from_tensor(weight), bias: Some(Param::from_tensor(bias)) }
}

/// Units g and a sharpness alpha, of which `units` are g(alpha x) / alpha.
fn at_sharpness_1(units: Activation) -> (Activation, f64) {
    match units {
        Activation::Softplus { alpha } => (Activation::Softplus { alpha: 1.0 }, alpha),
        Activation::CentredSoftplus { alpha } => (Activation::CentredSoftplus { alpha: 1.0 }, alpha),
        Activation::ThresholdedSoftplus { alpha, threshold } => {
            (Activation::ThresholdedSoftplus { alpha: 1.0, threshold: alpha * threshold }, alpha)
        }
        units => (units, 1.0),
    }
}
