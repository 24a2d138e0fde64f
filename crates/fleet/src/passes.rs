//! Passes over the examples: training steps and measurements of a whole fleet, one minibatch after the other.

use crate::fleet::Fleet;
#[cfg(any(feature = "wgpu", feature = "cuda"))]
use crate::gpu;
use crate::objective::AutoencoderObjective;
use crate::step;
use crate::store::Store;
use burn::tensor::{Int, Tensor};

impl Fleet {
    /// Trains every network on the examples `orders` `[R, examples]` of `store`, each in its own order, in minibatches of
    /// `batch`. The cost is that of section 4.1: the mean negative log-likelihood, plus for each hidden layer its L1
    /// coefficient times the mean sum of |h|.
    ///
    /// Returns, summed over the examples as they were before each step, `[R, 2 + 2 layers]`: nll,
    /// errors, |h| of each hidden layer, exact zeros of each hidden layer. The sums are in 32 bits, so counts above 2^24 are
    /// rounded. Nothing is read back from the device.
    ///
    /// # Panics
    /// When `batch` is 0, `orders` has not one row per network, or `store` has another number of inputs or more classes than
    /// the networks. An order with an index beyond the last example panics or, on a GPU, reads the last example.
    #[must_use]
    pub fn learn(&mut self, store: &Store, orders: &Tensor<2, Int>, batch: usize) -> Tensor<2> {
        let examples = self.check_orders(orders);
        self.check_store(store);
        let mut sums = self.no_sums(2 + 2 * self.l1.len());
        #[cfg(any(feature = "wgpu", feature = "cuda"))]
        let constants = gpu::Constants::of(self, store, orders, batch);
        for first in (0..examples).step_by(batch) {
            let taken = batch.min(examples - first);
            #[cfg(any(feature = "wgpu", feature = "cuda"))]
            if let Some(constants) = &constants {
                let minibatch = gpu::Minibatch { store, orders, first, batch: taken };
                sums = gpu::learn(self, constants, minibatch, sums);
                continue;
            }
            let (x, labels) = store.gather(orders.clone().narrow(1, first, taken));
            sums = sums + step::learn(self, &x, labels);
        }
        sums
    }

    /// The sums of [`Fleet::learn`] without training.
    ///
    /// # Panics
    /// As [`Fleet::learn`].
    #[must_use]
    pub fn measure(&self, store: &Store, orders: &Tensor<2, Int>, batch: usize) -> Tensor<2> {
        let examples = self.check_orders(orders);
        self.check_store(store);
        let mut sums = self.no_sums(2 + 2 * self.l1.len());
        for first in (0..examples).step_by(batch) {
            let (x, labels) = store.gather(orders.clone().narrow(1, first, batch.min(examples - first)));
            sums = sums + step::measure(self, x, labels);
        }
        sums
    }

    /// Trains the last hidden layer of every network as the encoder, and its output layer as the decoder, of a denoising
    /// auto-encoder. It reads the codes that the layers below, which are not trained, compute from the examples `orders`
    /// `[R, examples]` of `store`, in minibatches of `batch`, multiplied by `kept` `[R, examples, inputs of the encoder]`: 1
    /// keeps a value, 0 masks it. The cost is that of section 3.2: the mean reconstruction cost, plus the encoder's L1
    /// coefficient times the mean sum of |h|.
    ///
    /// Returns `sums` `[R, 4]`, to which the steps have added the reconstruction cost, 0, and |h| and
    /// exact zeros of the code. Nothing is read back from the device.
    ///
    /// # Panics
    /// When `batch` is 0, shapes do not match, there is no hidden layer, or an order has an index beyond the last example.
    #[must_use]
    pub fn denoise(
        &mut self,
        store: &Store,
        orders: &Tensor<2, Int>,
        kept: &Tensor<3>,
        objective: AutoencoderObjective,
        batch: usize,
        mut sums: Tensor<2>,
    ) -> Tensor<2> {
        let examples = self.check_orders(orders);
        for first in (0..examples).step_by(batch) {
            let taken = batch.min(examples - first);
            let (x, _) = store.gather(orders.clone().narrow(1, first, taken));
            sums = sums + step::denoise(self, x, kept.clone().narrow(1, first, taken), objective);
        }
        sums
    }

    /// The sums of [`Fleet::denoise`], from 0, on uncorrupted inputs and without training.
    ///
    /// # Panics
    /// As [`Fleet::denoise`].
    #[must_use]
    pub fn reconstruct(
        &self,
        store: &Store,
        orders: &Tensor<2, Int>,
        objective: AutoencoderObjective,
        batch: usize,
    ) -> Tensor<2> {
        let examples = self.check_orders(orders);
        let mut sums = self.no_sums(4);
        for first in (0..examples).step_by(batch) {
            let (x, _) = store.gather(orders.clone().narrow(1, first, batch.min(examples - first)));
            sums = sums + step::reconstruct(self, x, objective);
        }
        sums
    }

    /// The number of examples in each of `orders`, of which there must be one per network.
    fn check_orders(&self, orders: &Tensor<2, Int>) -> usize {
        let [size, examples] = orders.dims();
        assert_eq!(size, self.size(), "an order for each network");
        examples
    }

    /// Asserts that the networks can read `store`.
    fn check_store(&self, store: &Store) {
        let [first, last] = [&self.maps[0], &self.maps[self.maps.len() - 1]].map(|map| map.weight.dims());
        store.check(first[1], last[2]);
    }

    /// Zeros, `[R, count]`.
    fn no_sums(&self, count: usize) -> Tensor<2> {
        Tensor::zeros([self.size(), count], &self.rates.device())
    }
}
