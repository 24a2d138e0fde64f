//! R networks in one tensor per layer.

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

impl Fleet {
    /// `members` side by side on `device`, which needs no autodiff.
    ///
    /// # Errors
    /// [`Mismatch`] names the first member that does not fit the first.
    pub fn new(members: Vec<Member>, device: &Device) -> Result<Self, Mismatch> {
        let first = members.first().ok_or(Mismatch::Empty)?;
        for (place, member) in members.iter().enumerate() {
            member.fits(first, place)?;
        }
        let (units, layers) = (first.units().0, first.network.hidden.len());
        let on = |tensor: Tensor<2>| tensor.without_autodiff().to_device(device);
        let map = |k: usize| {
            let maps = || members.iter().filter_map(|member| affines(&member.network).nth(k));
            let biases = maps().filter_map(|affine| affine.bias.as_ref()).map(|bias| on(bias.val().unsqueeze()));
            Map {
                weight: Tensor::stack(maps().map(|affine| on(affine.weight.val())).collect(), 0),
                bias: Tensor::stack(biases.collect(), 0),
            }
        };
        let masked = members.iter().any(|member| member.network.hidden.iter().any(|layer| layer.signs.is_some()));
        let signs = |k: usize| Tensor::stack(members.iter().map(|m| on(signs(&m.network.hidden[k]))).collect(), 0);
        let sharpness: Vec<f64> = members.iter().map(|member| member.units().1).collect();
        let l1 = |k: usize| members.iter().map(|member| member.l1[k]).collect::<Vec<f64>>();
        Ok(Self {
            maps: (0..=layers).map(map).collect(),
            signs: masked.then(|| (0..layers).map(signs).collect()),
            units,
            sharpness: sharpness.iter().any(|alpha| *alpha != 1.0).then(|| each(&sharpness, device)),
            rates: each(&members.iter().map(|member| member.learning_rate).collect::<Vec<f64>>(), device),
            l1: (0..layers).map(l1).map(|l1| l1.iter().any(|l1| *l1 != 0.0).then(|| each(&l1, device))).collect(),
            members,
        })
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
        let constants = gpu::Constants::of(&self, store, orders);
        for first in (0..examples).step_by(batch) {
            let taken = batch.min(examples - first);
            #[cfg(any(feature = "wgpu", feature = "cuda"))]
            if let Some(constants) = constants.as_ref().filter(|_| taken <= gpu::MOST) {
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

    /// The sums of [`Fleet::learn`] over all examples of `store`, without a step; `batch` at a time.
    ///
    /// # Panics
    /// When `batch` is 0, or `store` has other inputs or more classes than the networks.
    #[must_use]
    pub fn measure(&self, store: &Store, batch: usize) -> Tensor<2> {
        self.check(store);
        let size = self.size();
        let mut sums = Tensor::zeros([size, 2 + 2 * self.l1.len()], &self.rates.device());
        for first in (0..store.len()).step_by(batch) {
            let (x, labels) = store.stored(first, batch.min(store.len() - first));
            let [_, taken, inputs] = x.dims();
            sums = sums + step::measure(self, x.expand([size, taken, inputs]), labels.expand([size, taken]));
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
        let part = |tensor: &Tensor<3>| tensor.clone().narrow(0, member, 1).squeeze_dim::<2>(0).to_device(&device);
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
