//! Passes over the examples, one minibatch after the other: training and measurement of a whole fleet.

use crate::fleet::Fleet;
#[cfg(any(feature = "wgpu", feature = "cuda"))]
use crate::gpu;
use crate::objective::AutoencoderObjective;
use crate::step;
use crate::store::Store;
use burn::tensor::{Int, Tensor};

impl Fleet {
    /// Trains every network on examples of `store`, in minibatches of `batch` examples. In `orders` `[R, examples]`,
    /// each row has the indices of the examples for one network, in the order of training. The cost, as in section
    /// 4.1, is the mean negative log-likelihood, plus, for each hidden layer, the layer's L1 coefficient times the sum
    /// of |h| over the layer's outputs, averaged over the minibatch.
    ///
    /// Returns sums over the examples, `[R, 2 + 2 * layers]`: nll, errors, |h| of each hidden layer, and exact zeros of
    /// each hidden layer. Each minibatch is measured before the step on it. The sums are in 32 bits, so counts above
    /// 2^24 are rounded. Nothing is read back from the device.
    ///
    /// # Panics
    /// If `batch` is 0, `orders` does not have one row per network, or `store` has a different number of inputs from
    /// the networks, or more classes. An index beyond the last example causes a panic or, on a GPU, may read the last
    /// example.
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

    /// The sums of [`Fleet::learn`], without training.
    ///
    /// # Panics
    /// Under the conditions of [`Fleet::learn`].
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

    /// Trains the last hidden layer of every network as the encoder, and its output layer as the decoder, of a
    /// denoising auto-encoder, in minibatches of `batch` examples. The inputs of the encoder are the codes that the
    /// layers below, which are not trained, compute from examples of `store`; `orders` `[R, examples]` is as in
    /// [`Fleet::learn`]. These inputs are multiplied by the mask `kept` `[R, examples, inputs of the encoder]`, in
    /// which 1 keeps a value and 0 masks it. The cost, as in section 3.2, is the mean reconstruction cost, plus the
    /// encoder's L1 coefficient times the sum of |h|, averaged over the minibatch.
    ///
    /// Returns `sums` `[R, 4]` with the sums over these examples added: the reconstruction cost, 0 in place of the
    /// errors, |h| of the code, and exact zeros of the code. Nothing is read back from the device.
    ///
    /// # Panics
    /// If `batch` is 0, shapes do not match, there is no hidden layer, or an order has an index beyond the last
    /// example.
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

    /// The sums of [`Fleet::denoise`], starting from 0, for uncorrupted inputs and without training.
    ///
    /// # Panics
    /// Under the conditions of [`Fleet::denoise`].
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

    /// The number of examples in each row of `orders`. Asserts that there is one row per network.
    fn check_orders(&self, orders: &Tensor<2, Int>) -> usize {
        let [size, examples] = orders.dims();
        assert_eq!(size, self.size(), "there must be one order for each network");
        examples
    }

    /// Asserts that the networks can be trained on `store`.
    fn check_store(&self, store: &Store) {
        let [first, last] = [&self.maps[0], &self.maps[self.maps.len() - 1]].map(|map| map.weight.dims());
        store.check(first[1], last[2]);
    }

    /// The initial value of `count` sums for each network: zeros, `[R, count]`.
    fn no_sums(&self, count: usize) -> Tensor<2> {
        Tensor::zeros([self.size(), count], &self.rates.device())
    }
}
