//! One step of gradient descent of all networks: forward, backward, update.

use crate::fleet::{Fleet, Map};
use crate::products;
use crate::slope;
use burn::tensor::{Int, Tensor, activation};

/// What a hidden layer computed: sharpened pre-activations alpha (x W + b) `[R, batch, units]`, and before and after
/// division by alpha and the signs the outputs `[R, batch, outputs]`.
struct Hidden {
    x: Tensor<3>,
    f: Tensor<3>,
    h: Tensor<3>,
}

impl Fleet {
    /// One step on the inputs x `[R, batch, inputs]` with the classes `labels` `[R, batch]`. The cost is that of section
    /// 4.1: the mean negative log-likelihood, plus for each hidden layer its L1 coefficient times the mean sum of |h|.
    ///
    /// Gives back the sums over the minibatch of what the step met, `[R, 2 + 2 layers]`: nll, errors, |h| of each hidden
    /// layer, exact zeros of each hidden layer.
    #[must_use]
    pub fn learn(mut self, x: Tensor<3>, labels: Tensor<2, Int>) -> (Self, Tensor<2>) {
        let batch = x.dims()[1] as f64;
        let (hidden, logits) = self.forward(x.clone());
        let sums = sums(&hidden, logits.clone(), labels.clone());
        let mut delta = (activation::softmax(logits, 2) - indicator(labels, self.classes())) / batch;
        let mut maps = Vec::with_capacity(self.maps.len());
        while let Some(map) = self.maps.pop() {
            let k = self.maps.len();
            let step = delta.clone() * self.rates.clone();
            let bias = map.bias - step.clone().sum_dim(1);
            let weight = if k == 0 {
                products::descend(map.weight, x.clone(), step)
            } else {
                let [at_outputs, weight] =
                    products::back_and_descend(map.weight, hidden[k - 1].h.clone(), delta, step);
                delta = self.through(k - 1, &hidden[k - 1], at_outputs, batch);
                weight
            };
            maps.push(Map { weight, bias });
        }
        maps.reverse();
        (Self { maps, ..self }, sums)
    }

    /// The sums of [`Fleet::learn`] without a step; of the same examples for every network where x is `[1, batch, inputs]`
    /// and `labels` `[1, batch]`.
    #[must_use]
    pub fn measure(&self, x: Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
        let [_, batch, inputs] = x.dims();
        let size = self.size();
        let (hidden, logits) = self.forward(x.expand([size, batch, inputs]));
        sums(&hidden, logits, labels.expand([size, batch]))
    }

    fn classes(&self) -> usize {
        self.maps[self.maps.len() - 1].bias.dims()[2]
    }

    fn forward(&self, mut x: Tensor<3>) -> (Vec<Hidden>, Tensor<3>) {
        let mut hidden = Vec::with_capacity(self.maps.len() - 1);
        for (k, map) in self.maps.iter().enumerate() {
            let a = products::affine(x, map.weight.clone(), map.bias.clone());
            if k == self.maps.len() - 1 {
                return (hidden, a);
            }
            hidden.push(self.activate(k, a));
            x = hidden[k].h.clone();
        }
        (hidden, x)
    }

    /// h = sign f(alpha a) / alpha.
    fn activate(&self, k: usize, a: Tensor<3>) -> Hidden {
        let x = self.sharpness.iter().fold(a, |a, alpha| a * alpha.clone());
        let f = self.units.forward(x.clone());
        let h = self.sharpness.iter().fold(f.clone(), |f, alpha| f / alpha.clone());
        let h = self.signs.iter().fold(h, |h, signs| h * signs[k].clone());
        Hidden { x, f, h }
    }

    /// The gradient at the pre-activations of hidden layer `k` for the one of the likelihood at its outputs, with that of
    /// the penalty: d |h| / dh = sign(h), and d h / da = sign f'(alpha a).
    fn through(&self, k: usize, hidden: &Hidden, at_outputs: Tensor<3>, batch: f64) -> Tensor<3> {
        let Hidden { x, f, h } = hidden;
        let g = self.l1[k].iter().fold(at_outputs, |g, l1| g + h.clone().sign() * (l1.clone() / batch));
        let g = self.signs.iter().fold(g, |g, signs| g * signs[k].clone());
        slope::through(self.units, g, x.clone(), f.clone())
    }
}

/// 1 at the class of each example, else 0: `[R, batch, classes]` for classes `[R, batch]`.
fn indicator(labels: Tensor<2, Int>, classes: usize) -> Tensor<3> {
    let all: Tensor<3, Int> = Tensor::<1, Int>::arange(0..classes as i64, &labels.device()).unsqueeze();
    labels.unsqueeze_dim::<3>(2).equal(all).float()
}

fn sums(hidden: &[Hidden], logits: Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
    let wrong = logits.clone().argmax(2).squeeze_dim::<2>(2).not_equal(labels.clone());
    let likelihood = activation::log_softmax(logits, 2).gather(2, labels.unsqueeze_dim(2));
    let outputs = |k: usize| flat(hidden[k].h.clone());
    let magnitudes = (0..hidden.len()).map(|k| outputs(k).abs().sum_dim(1));
    let zeros = (0..hidden.len()).map(|k| outputs(k).equal_elem(0.0).float().sum_dim(1));
    let parts = [flat(-likelihood).sum_dim(1), wrong.float().sum_dim(1)].into_iter();
    Tensor::cat(parts.chain(magnitudes).chain(zeros).collect(), 1)
}

/// `[R, a, b]` to `[R, a b]`.
fn flat(tensor: Tensor<3>) -> Tensor<2> {
    let [members, rows, columns] = tensor.dims();
    tensor.reshape([members, rows * columns])
}
