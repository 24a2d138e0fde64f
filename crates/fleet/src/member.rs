//! One network of a fleet.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::Tensor;
use model::{Activation, Layer, Network};

/// A network with its own hyperparameters.
#[derive(Clone, Debug)]
pub struct Member {
    /// The network, with its current parameters.
    pub network: Network,
    /// Learning rate of plain gradient descent.
    pub learning_rate: f64,
    /// L1 coefficient of each hidden layer.
    pub l1: Vec<f64>,
}

/// Networks that cannot be trained side by side.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Mismatch {
    /// The fleet has no members.
    #[error("a fleet needs at least one network; give one")]
    Empty,
    /// The layers of a member have other sizes.
    #[error(
        "member {member} has layers of {found:?}, not {expected:?} as the fleet's first; put it into another fleet"
    )]
    Shape {
        /// Index of the member, from 0.
        member: usize,
        /// `[inputs, units]` of each layer of the first member.
        expected: Vec<[usize; 2]>,
        /// `[inputs, units]` of each layer of this one.
        found: Vec<[usize; 2]>,
    },
    /// The activation function differs from that of the first member, or from layer to layer. The sharpness alpha of a
    /// softplus may differ; of a thresholded one, alpha times threshold must be the same.
    #[error("member {member} has other units ({found}) than the fleet ({expected}); put it into another fleet")]
    Units {
        /// Index of the member, from 0.
        member: usize,
        /// Activation function of the first member.
        expected: String,
        /// Activation function of this one.
        found: String,
    },
    /// There is not one L1 coefficient per hidden layer.
    #[error("member {member} has {found} L1 coefficients for {expected} hidden layers; give one for each")]
    Penalty {
        /// Index of the member, from 0.
        member: usize,
        /// Number of hidden layers.
        expected: usize,
        /// Number of coefficients.
        found: usize,
    },
    /// A layer has no bias.
    #[error("member {member} has a layer without a bias, which every layer of a fleet needs; give it a bias of zeros")]
    NoBias {
        /// Index of the member, from 0.
        member: usize,
    },
}

impl Member {
    /// `[inputs, units]` of each affine map, the output layer's last.
    pub(crate) fn shape(&self) -> Vec<[usize; 2]> {
        affines(&self.network).map(|affine| affine.weight.dims()).collect()
    }

    /// The activation function f at a sharpness of 1, and the sharpness alpha: the units compute f(alpha x) / alpha. Linear
    /// and 1 for a network without hidden layers.
    pub(crate) fn units(&self) -> (Activation, f64) {
        self.network.hidden.first().map_or((Activation::Linear, 1.0), |layer| at_sharpness_1(layer.activation()))
    }

    /// Fails when this member, whose index is `k`, does not match `first` or cannot be in a fleet.
    pub(crate) fn fits(&self, first: &Self, k: usize) -> Result<(), Mismatch> {
        let ([expected, found], layers) = ([first.shape(), self.shape()], self.network.hidden.len());
        if expected != found {
            return Err(Mismatch::Shape { member: k, expected, found });
        }
        let [expected, found] = [first.units().0, self.units().0].map(|units| units.to_string());
        if expected != found {
            return Err(Mismatch::Units { member: k, expected, found });
        }
        let mut own = self.network.hidden.iter().map(Layer::activation);
        if let Some(first) = own.next()
            && let Some(other) = own.find(|other| *other != first)
        {
            let [expected, found] = [first, other].map(|units| units.to_string());
            return Err(Mismatch::Units { member: k, expected, found });
        }
        if self.l1.len() != layers {
            return Err(Mismatch::Penalty { member: k, expected: layers, found: self.l1.len() });
        }
        if affines(&self.network).any(|affine| affine.bias.is_none()) {
            return Err(Mismatch::NoBias { member: k });
        }
        Ok(())
    }
}

/// All affine maps of `network`, the output layer's last.
pub(crate) fn affines(network: &Network) -> impl Iterator<Item = &Linear> {
    network.hidden.iter().map(|layer| &layer.affine).chain([&network.output])
}

/// x W + b with W = `weight` `[inputs, units]` and b = `bias` `[units]`.
pub(crate) fn linear(weight: Tensor<2>, bias: Tensor<1>) -> Linear {
    Linear { weight: Param::from_tensor(weight), bias: Some(Param::from_tensor(bias)) }
}

/// The function f and the sharpness alpha such that `units` compute f(alpha x) / alpha.
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
