//! R networks in one tensor per layer.

use crate::aim::Aim;
#[cfg(any(feature = "wgpu", feature = "cuda"))]
use crate::gpu;
use crate::member::{Member, Mismatch, affines, linear};
use crate::step;
use crate::store::Store;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use model::{Activation, Layer, Network};

/// R networks of one shape, with what each of them has of its own.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The affine maps, the output layer's last.
    pub(crate) maps: Vec<Map>,
    /// Signs of each hidden layer, `[R, 1, outputs]`; absent when no member has any.
    pub(crate) signs: Option<Vec<Tensor<3>>>,
    /// What all hidden units compute, at a sharpness of 1.
    pub(crate) units: Activation,
    /// Sharpness alpha of each network's units, `[R, 1, 1]`; absent when it is 1 everywhere.
    pub(crate) sharpness: Option<Tensor<3>>,
    /// Learning rates, `[R, 1, 1]`.
    pub(crate) rates: Tensor<3>,
    /// L1 coefficients of each hidden layer, `[R, 1, 1]`; absent where no member pays.
    pub(crate) l1: Vec<Option<Tensor<3>>>,
    pub(crate) members: Vec<Member>,
}

/// x W + b of every member: W `[R, inputs, units]`, b `[R, 1, units]`.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) weight: Tensor<3>,
    pub(crate) bias: Tensor<3>,
}

impl Map {
    /// x W + b for x `[R, batch, inputs]`.
    pub(crate) fn of(&self, x: Tensor<3>) -> Tensor<3> {
        x.matmul(self.weight.clone()) + self.bias.clone()
    }
}

impl Fleet {
    /// `members` side by side on `device`, which needs no autodiff.
    ///
    /// # Errors
    /// [`Mismatch`] names the first member that does not fit the first.
    pub fn new(members: Vec<Member>, device: &Device) -> Result<Self, Mismatch> {
        fit(&members)?;
        let maps = maps(&members, device);
        Ok(Self::of(maps, members, device))
    }

    /// `members`, of which there is one, whose parameters are `maps`.
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

    /// The members at the places `staying`, in that order, and after them `newcomers`. What stays does not leave the
    /// device, and no kernel is built anew.
    ///
    /// # Errors
    /// [`Mismatch`] names the first member of the new fleet that does not fit its first.
    ///
    /// # Panics
    /// When there is no member at one of the places.
    pub fn regroup(self, staying: &[usize], newcomers: Vec<Member>) -> Result<Self, Mismatch> {
        let device = self.rates.device();
        let members: Vec<Member> = staying.iter().map(|place| self.members[*place].clone()).chain(newcomers).collect();
        fit(&members)?;
        let places: Vec<i32> = staying.iter().map(|place| i32::try_from(*place).unwrap_or(i32::MAX)).collect();
        let places = Tensor::<1, Int>::from_data(TensorData::new(places, [staying.len()]), &device);
        let newcomers = &members[staying.len()..];
        let joined = |(k, old): (usize, Map)| {
            let new = (!newcomers.is_empty()).then(|| map(newcomers, k, &device));
            let kept = (!staying.is_empty()).then(|| Map {
                weight: old.weight.select(0, places.clone()),
                bias: old.bias.select(0, places.clone()),
            });
            let (weights, biases) = kept.into_iter().chain(new).map(|map| (map.weight, map.bias)).unzip();
            Map { weight: Tensor::cat(weights, 0), bias: Tensor::cat(biases, 0) }
        };
        // One map after the other: for a moment each is there twice, never all of them.
        let maps = self.maps.into_iter().enumerate().map(joined).collect();
        Ok(Self::of(maps, members, &device))
    }

    /// Goes on with every network, each with the examples `orders` `[R, examples]` of `store` in its own order, `batch` at a
    /// time. The cost is that of section 4.1: the mean negative log-likelihood, plus for each hidden layer its L1
    /// coefficient times the mean sum of |h|.
    ///
    /// Gives back the sums over the examples of what the steps met, `[R, 2 + 2 layers]`: nll, errors, |h| of each hidden
    /// layer, exact zeros of each hidden layer; in 32 bits, so that counts above 2^24 are rounded. Nothing is read from the
    /// device.
    ///
    /// # Panics
    /// When `batch` is 0, there is not an order for each network, or `store` has other inputs or more classes than they. An
    /// order that names an example that is not there is a panic or, on a GPU, one that names the last example.
    #[must_use]
    pub fn learn(mut self, store: &Store, orders: &Tensor<2, Int>, batch: usize) -> (Self, Tensor<2>) {
        let [size, examples] = orders.dims();
        assert_eq!(size, self.size(), "an order for each network");
        self.check(store);
        let mut sums = Tensor::zeros([size, 2 + 2 * self.l1.len()], &self.rates.device());
        #[cfg(any(feature = "wgpu", feature = "cuda"))]
        let constants = gpu::Constants::of(&self, store, orders, batch);
        for first in (0..examples).step_by(batch) {
            let taken = batch.min(examples - first);
            #[cfg(any(feature = "wgpu", feature = "cuda"))]
            if let Some(constants) = &constants {
                let minibatch = gpu::Minibatch { store, orders, first, batch: taken };
                (self, sums) = gpu::learn(self, constants, minibatch, sums);
                continue;
            }
            let (x, labels) = store.gather(orders.clone().narrow(1, first, taken));
            let (fleet, met) = step::learn(self, &x, labels);
            (self, sums) = (fleet, sums + met);
        }
        (self, sums)
    }

    /// The sums of [`Fleet::learn`] without a step.
    ///
    /// # Panics
    /// Those of [`Fleet::learn`].
    #[must_use]
    pub fn measure(&self, store: &Store, orders: &Tensor<2, Int>, batch: usize) -> Tensor<2> {
        let [size, examples] = orders.dims();
        assert_eq!(size, self.size(), "an order for each network");
        self.check(store);
        let mut sums = Tensor::zeros([size, 2 + 2 * self.l1.len()], &self.rates.device());
        for first in (0..examples).step_by(batch) {
            let (x, labels) = store.gather(orders.clone().narrow(1, first, batch.min(examples - first)));
            sums = sums + step::measure(self, x, labels);
        }
        sums
    }

    /// Goes on with every network as an auto-encoder: the last hidden layer is the encoder and the output layer the decoder of
    /// what the layers below, which stay as they are, make of the examples `orders` `[R, examples]` of `store`, `batch` at a
    /// time. Of what the encoder reads it is given what `kept` `[R, examples, inputs of the encoder]` is 1 for, not 0. The
    /// cost is that of section 3.2: the mean cost of the reconstruction, plus the encoder's L1 coefficient times the mean sum
    /// of |h|.
    ///
    /// What the steps meet is added to the `sums` `[R, 4]`: cost of the reconstruction, 0, and |h| and exact zeros of the code.
    /// Nothing is read from the device.
    ///
    /// # Panics
    /// When `batch` is 0, shapes do not fit, there is no hidden layer, or an order names an example that is not there.
    #[must_use]
    pub fn denoise(
        mut self,
        store: &Store,
        orders: &Tensor<2, Int>,
        kept: &Tensor<3>,
        (aim, batch): (Aim, usize),
        mut sums: Tensor<2>,
    ) -> (Self, Tensor<2>) {
        let [size, examples] = orders.dims();
        assert_eq!(size, self.size(), "an order for each network");
        for first in (0..examples).step_by(batch) {
            let taken = batch.min(examples - first);
            let (x, _) = store.gather(orders.clone().narrow(1, first, taken));
            let (fleet, met) = step::denoise(self, x, kept.clone().narrow(1, first, taken), aim);
            (self, sums) = (fleet, sums + met);
        }
        (self, sums)
    }

    /// The sums of [`Fleet::denoise`], from 0, without a step, nothing being corrupted.
    ///
    /// # Panics
    /// Those of [`Fleet::denoise`].
    #[must_use]
    pub fn reconstruct(&self, store: &Store, orders: &Tensor<2, Int>, aim: Aim, batch: usize) -> Tensor<2> {
        let [size, examples] = orders.dims();
        assert_eq!(size, self.size(), "an order for each network");
        let mut sums = Tensor::zeros([size, 4], &self.rates.device());
        for first in (0..examples).step_by(batch) {
            let (x, _) = store.gather(orders.clone().narrow(1, first, batch.min(examples - first)));
            sums = sums + step::reconstruct(self, x, aim);
        }
        sums
    }

    fn check(&self, store: &Store) {
        let [first, last] = [&self.maps[0], &self.maps[self.maps.len() - 1]].map(|map| map.weight.dims());
        store.check(first[1], last[2]);
    }

    /// How many networks there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.members.len()
    }

    /// Outputs of each hidden layer.
    #[must_use]
    pub fn outputs(&self) -> Vec<usize> {
        self.members[0].network.hidden.iter().map(Layer::outputs).collect()
    }

    /// Network `member` as it is now, on the device that it was handed over on.
    ///
    /// # Panics
    /// When there is no such member.
    #[must_use]
    pub fn network(&self, member: usize) -> Network {
        let begun = &self.members[member].network;
        let device = begun.output.weight.device();
        // Through the host, also where it is the device: a view would keep all networks of its moment.
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
        let hidden = begun.hidden.iter().zip(maps.by_ref()).map(with).collect();
        Network { hidden, output: maps.next().unwrap_or_else(|| begun.output.clone()) }
    }
}

/// Whether all of `members` fit the first, and there is one.
fn fit(members: &[Member]) -> Result<(), Mismatch> {
    let first = members.first().ok_or(Mismatch::Empty)?;
    members.iter().enumerate().try_for_each(|(place, member)| member.fits(first, place))
}

/// All maps of `members`.
fn maps(members: &[Member], device: &Device) -> Vec<Map> {
    (0..affines(&members[0].network).count()).map(|k| map(members, k, device)).collect()
}

/// The `k`-th map of `members`.
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

/// The signs of `layer`, `[1, outputs]`; ones when it has none.
fn signs(layer: &Layer) -> Tensor<2> {
    match &layer.signs {
        Some(signs) => signs.val().unsqueeze(),
        None => Tensor::ones([1, layer.outputs()], &layer.affine.weight.device()),
    }
}

/// A number for each network, `[R, 1, 1]`.
fn each(values: &[f64], device: &Device) -> Tensor<3> {
    let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
    let members = values.len();
    Tensor::from_data(TensorData::new(values, [members, 1, 1]), device)
}
