//! A member of a fleet, and the conditions that it must meet.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::Tensor;
use model::{Activation, Layer, Network};

/// A network with its own hyperparameters.
#[derive(Clone, Debug)]
pub struct Member {
    /// The network, with the parameters that it has when it joins the fleet.
    pub network: Network,
    /// Learning rate of plain gradient descent.
    pub learning_rate: f64,
    /// L1 coefficient of each hidden layer.
    pub l1: Vec<f64>,
}

/// Why networks cannot be trained side by side in a fleet.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Mismatch {
    /// The fleet has no members.
    #[error("the fleet has no members; give it at least one network")]
    Empty,
    /// The layers of a member differ in number or size from the layers of the first member.
    #[error(
        "member {member} has the layers {found:?}, but the first member has {expected:?}; put member {member} into \
         another fleet"
    )]
    Shape {
        /// Index of the member, counted from 0.
        member: usize,
        /// The shape `[inputs, units]` of each layer of the first member.
        expected: Vec<[usize; 2]>,
        /// The shape `[inputs, units]` of each layer of this member.
        found: Vec<[usize; 2]>,
    },
    /// A member has a different activation function from the first member, or different activation functions in its
    /// layers. Between members, the sharpness alpha of a softplus may differ; for a thresholded softplus, alpha times
    /// threshold must be the same.
    #[error(
        "member {member} has {found} units where {expected} units are needed; put member {member} into another fleet"
    )]
    Units {
        /// Index of the member, counted from 0.
        member: usize,
        /// The activation function of the first member, or of this member's first layer.
        expected: String,
        /// The activation function that differs.
        found: String,
    },
    /// A member does not have one L1 coefficient per hidden layer.
    #[error("the number of L1 coefficients of member {member} is {found}, not {expected}; give one per hidden layer")]
    Penalty {
        /// Index of the member, counted from 0.
        member: usize,
        /// Number of hidden layers.
        expected: usize,
        /// Number of coefficients.
        found: usize,
    },
    /// A layer of a member has no bias.
    #[error(
        "member {member} has a layer without a bias, which a fleet needs in every layer; give the layer a bias of zeros"
    )]
    NoBias {
        /// Index of the member, counted from 0.
        member: usize,
    },
}

impl Member {
    /// The shape `[inputs, units]` of each affine map, the output layer's last.
    pub(crate) fn shape(&self) -> Vec<[usize; 2]> {
        affines(&self.network).map(|affine| affine.weight.dims()).collect()
    }

    /// The activation function f at a sharpness of 1, and the sharpness alpha: the units compute f(alpha x) / alpha. A
    /// network without hidden layers gives the linear function and a sharpness of 1.
    pub(crate) fn units(&self) -> (Activation, f64) {
        self.network.hidden.first().map_or((Activation::Linear, 1.0), |layer| at_sharpness_1(layer.activation()))
    }

    /// Fails if this member does not match the member `first` or cannot be in a fleet; the error names the index `k`.
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

/// The affine map x W + b with W = `weight` `[inputs, units]` and b = `bias` `[units]`.
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
