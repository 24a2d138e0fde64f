//! A fleet: R networks of one shape, stored in one tensor per layer.

use crate::member::{Member, Mismatch, affines, linear};
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use model::{Activation, Layer, Network};

/// R networks of one shape, each with its own weights and hyperparameters.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The affine maps of all layers, the output layer's last.
    pub(crate) maps: Vec<Map>,
    /// Signs of each hidden layer, `[R, 1, outputs]`; `None` if no member has a sign mask.
    pub(crate) signs: Option<Vec<Tensor<3>>>,
    /// The activation function of all hidden units at a sharpness of 1.
    pub(crate) units: Activation,
    /// Sharpness alpha of each network's units, `[R, 1, 1]`; `None` if it is 1 for all networks.
    pub(crate) sharpness: Option<Tensor<3>>,
    /// Learning rates, `[R, 1, 1]`.
    pub(crate) rates: Tensor<3>,
    /// L1 coefficients of each hidden layer, `[R, 1, 1]`; `None` for a layer in which all coefficients are 0.
    pub(crate) l1: Vec<Option<Tensor<3>>>,
    pub(crate) members: Vec<Member>,
}

/// The affine maps x W + b of one layer of all members: W `[R, inputs, units]`, b `[R, 1, units]`.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) weight: Tensor<3>,
    pub(crate) bias: Tensor<3>,
}

impl Map {
    /// The pre-activations x W + b `[R, batch, units]` for x `[R, batch, inputs]`.
    pub(crate) fn of(&self, x: Tensor<3>) -> Tensor<3> {
        x.matmul(self.weight.clone()) + self.bias.clone()
    }
}

impl Fleet {
    /// A fleet of `members` on `device`, which does not need autodiff.
    ///
    /// # Errors
    /// [`Mismatch`] if `members` is empty, or a member does not match the first member or cannot be in a fleet.
    pub fn new(members: Vec<Member>, device: &Device) -> Result<Self, Mismatch> {
        fit(&members)?;
        let maps = maps(&members, device);
        Ok(Self::of(maps, members, device))
    }

    /// A fleet of `members`, which must not be empty, with the parameters `maps`.
    fn of(maps: Vec<Map>, members: Vec<Member>, device: &Device) -> Self {
        let (units, layers) = (members[0].units().0, maps.len() - 1);
        let masked = members.iter().any(|member| member.network.hidden.iter().any(|layer| layer.signs.is_some()));
        let own = |layer: &Layer| on(signs(layer), device);
        let signs = |k: usize| Tensor::stack(members.iter().map(|member| own(&member.network.hidden[k])).collect(), 0);
        let sharpness: Vec<f64> = members.iter().map(|member| member.units().1).collect();
        let l1 = |k: usize| members.iter().map(|member| member.l1[k]).collect::<Vec<f64>>();
        Self {
            maps,
            signs: masked.then(|| (0..layers).map(signs).collect()),
            units,
            sharpness: sharpness.iter().any(|alpha| *alpha != 1.0).then(|| each(&sharpness, device)),
            rates: each(&members.iter().map(|member| member.learning_rate).collect::<Vec<f64>>(), device),
            l1: (0..layers).map(l1).map(|l1| l1.iter().any(|l1| *l1 != 0.0).then(|| each(&l1, device))).collect(),
            members,
        }
    }

    /// A fleet of the members with the indices `staying`, in that order, followed by `newcomers`. The parameters of the
    /// members that stay do not leave the device, and no kernel is compiled again.
    ///
    /// # Errors
    /// [`Mismatch`] if the new fleet would be empty, or a member does not match the first member or cannot be in a
    /// fleet.
    ///
    /// # Panics
    /// If `staying` contains an index beyond the last member.
    pub fn regroup(self, staying: &[usize], newcomers: Vec<Member>) -> Result<Self, Mismatch> {
        let device = self.rates.device();
        let members: Vec<Member> = staying.iter().map(|k| self.members[*k].clone()).chain(newcomers).collect();
        fit(&members)?;
        let kept: Vec<i32> = staying.iter().map(|k| i32::try_from(*k).unwrap_or(i32::MAX)).collect();
        let kept = Tensor::<1, Int>::from_data(TensorData::new(kept, [staying.len()]), &device);
        let newcomers = &members[staying.len()..];
        let joined = |(k, old): (usize, Map)| {
            let new = (!newcomers.is_empty()).then(|| map(newcomers, k, &device));
            let old = (!staying.is_empty())
                .then(|| Map { weight: old.weight.select(0, kept.clone()), bias: old.bias.select(0, kept.clone()) });
            let (weights, biases) = old.into_iter().chain(new).map(|map| (map.weight, map.bias)).unzip();
            Map { weight: Tensor::cat(weights, 0), bias: Tensor::cat(biases, 0) }
        };
        // The maps are joined one after the other, so that at most one map is in memory twice.
        let maps = self.maps.into_iter().enumerate().map(joined).collect();
        Ok(Self::of(maps, members, &device))
    }

    /// The number of networks R.
    #[must_use]
    pub fn size(&self) -> usize {
        self.members.len()
    }

    /// The number of outputs of each hidden layer.
    #[must_use]
    pub fn outputs(&self) -> Vec<usize> {
        self.members[0].network.hidden.iter().map(Layer::outputs).collect()
    }

    /// The network with the index `member`, with its current parameters, on the device on which the network was when it
    /// joined the fleet.
    ///
    /// # Panics
    /// If `member` is not below [`Fleet::size`].
    #[must_use]
    pub fn network(&self, member: usize) -> Network {
        let initial = &self.members[member].network;
        let device = initial.output.weight.device();
        // The values are copied even if the fleet is on the host: a view would keep the tensor of all networks alive.
        let part = |tensor: &Tensor<3>| {
            let [_, rows, columns] = tensor.dims();
            let values: Vec<f32> = tensor.clone().narrow(0, member, 1).into_data().iter().collect();
            Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), &device)
        };
        let mut maps = self.maps.iter().map(|map| linear(part(&map.weight), part(&map.bias).squeeze_dim(0)));
        let with = |(layer, affine): (&Layer, Linear)| {
            let mut layer = layer.clone();
            layer.affine = affine;
            layer
        };
        let hidden = initial.hidden.iter().zip(maps.by_ref()).map(with).collect();
        Network { hidden, output: maps.next().unwrap_or_else(|| initial.output.clone()) }
    }
}

/// Fails if `members` is empty, or a member does not match the first member or cannot be in a fleet.
fn fit(members: &[Member]) -> Result<(), Mismatch> {
    let first = members.first().ok_or(Mismatch::Empty)?;
    members.iter().enumerate().try_for_each(|(k, member)| member.fits(first, k))
}

/// The affine maps of all layers of `members`.
fn maps(members: &[Member], device: &Device) -> Vec<Map> {
    (0..affines(&members[0].network).count()).map(|k| map(members, k, device)).collect()
}

/// The affine maps of layer `k` of `members`, counted from 0.
fn map(members: &[Member], k: usize, device: &Device) -> Map {
    let all = || members.iter().filter_map(|member| affines(&member.network).nth(k));
    let biases = all().filter_map(|affine| affine.bias.as_ref()).map(|bias| on(bias.val().unsqueeze(), device));
    Map {
        weight: Tensor::stack(all().map(|affine| on(affine.weight.val(), device)).collect(), 0),
        bias: Tensor::stack(biases.collect(), 0),
    }
}

fn on(tensor: Tensor<2>, device: &Device) -> Tensor<2> {
    tensor.without_autodiff().to_device(device)
}

/// The signs of `layer`, `[1, outputs]`; all are 1 if the layer has no sign mask.
fn signs(layer: &Layer) -> Tensor<2> {
    match &layer.signs {
        Some(signs) => signs.val().unsqueeze(),
        None => Tensor::ones([1, layer.outputs()], &layer.affine.weight.device()),
    }
}

/// A tensor with one value for each network, `[R, 1, 1]`.
fn each(values: &[f64], device: &Device) -> Tensor<3> {
    let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
    let members = values.len();
    Tensor::from_data(TensorData::new(values, [members, 1, 1]), device)
}
