//! The concentration of the gradient on few units: section 3.1 conjectures that training is easier when credit and
//! blame go to the active units only and are not spread over all units.

use super::Subject;
use super::gradients::{Gradient, constant, device, gradients};
use crate::learning::minibatches::{Minibatches, eval_batch_size};
use model::{Network, statistics};
use report::Measures;

/// Largest number of minibatches, from the start of the first epoch, whose examples are used.
const MINIBATCHES: usize = 200;
/// Largest number of examples on which this measure is computed.
const EXAMPLES: usize = 1000;

pub(crate) fn of(subject: &Subject) -> Measures {
    let mut rows = subject.train.order(subject.seed, 1);
    rows.truncate(subject.batch_size.saturating_mul(MINIBATCHES).min(EXAMPLES));
    let mut all = Measures::new();
    for (stage, network) in [("initialisation", &subject.initial), ("trained", &subject.trained)] {
        let [of_h, of_z] = means(subject, network, &rows);
        for (place, layers) in [("", of_h), ("preactivation.", of_z)] {
            let values = |value: fn(&Mean) -> f64| layers.iter().map(value).collect();
            all.insert(format!("credit.gini.{place}{stage}"), values(|mean| mean.gini / mean.spread));
            all.insert(format!("credit.top.{place}{stage}"), values(|mean| mean.top / mean.spread));
            all.insert(format!("credit.norm.{place}{stage}"), values(|mean| mean.norm / mean.examples));
        }
    }
    all
}

/// Sums over examples at one layer, from which means are computed.
#[derive(Clone, Default)]
struct Mean {
    gini: f64,
    top: f64,
    /// The number of examples with a nonzero gradient.
    spread: f64,
    norm: f64,
    examples: f64,
}

impl Mean {
    fn add(&mut self, g: &mut [f32]) {
        self.examples += 1.0;
        self.norm += statistics::norm(g);
        if let Some(concentration) = statistics::concentration(g) {
            self.gini += concentration.gini;
            self.top += concentration.top;
            self.spread += 1.0;
        }
    }
}

/// The sums for each hidden layer over the training examples with the indices `rows`: first for the gradients at the
/// outputs, then for the gradients at the pre-activations.
fn means(subject: &Subject, network: &Network, rows: &[u32]) -> [Vec<Mean>; 2] {
    let network = constant(network);
    let together = eval_batch_size(subject.train.features());
    let minibatches = Minibatches::new(subject.train.clone(), together, device());
    let mut means = [(); 2].map(|()| vec![Mean::default(); network.hidden.len()]);
    for rows in rows.chunks(together) {
        for (k, Gradient { units, mut h, mut z }) in
            gradients(&network, minibatches.batch(rows)).into_iter().enumerate()
        {
            h.chunks_mut(units).for_each(|g| means[0][k].add(g));
            z.chunks_mut(network.hidden[k].units()).for_each(|g| means[1][k].add(g));
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{affine, examples, network, subject};

    #[test]
    fn credit_at_the_outputs_is_wider_than_at_the_preactivations_of_rectifiers() {
        let all = examples(&[[2.0, 1.0], [-1.0, 0.0]], &[0, 1]);
        let found = of(&subject(&network(), &all));
        let close = |key: &str, expected: f64| assert!((found[key][0] - expected).abs() < 1e-6, "{key}: {found:?}");
        // For both examples, |g| is (q, q, q, 0) for some q > 0: the Gini index is 2 (2 + 3 + 4) / (4 * 3) - 5/4, and
        // the top share is 1/3.
        close("credit.gini.trained", 0.25);
        close("credit.top.initialisation", 1.0 / 3.0);
        // At the pre-activations, the gradient is nonzero for two of the four units in the first example, and for one
        // unit in the second: the Gini indices are 1/2 and 3/4, and the top shares are 1/2 and 1.
        close("credit.gini.preactivation.trained", 0.625);
        close("credit.top.preactivation.trained", 0.75);
        let p = 1.0 / (1.0 + (-1f64).exp());
        close("credit.norm.trained", 3f64.sqrt() * (1.0 - p + p) / 2.0);
    }

    #[test]
    fn the_credit_of_pairs_is_spread_over_their_preactivations_by_example() {
        // Two pairs read x and y. Only the first output of the first pair has an outgoing weight.
        let hidden = model::Layer::new(affine(&[&[1.0, 0.0], &[0.0, 1.0]], &[0.0; 2]), None, model::Activation::Pair);
        let output = affine(&[&[1.0, 0.0], &[0.0; 2], &[0.0; 2], &[0.0; 2]], &[0.0; 2]);
        let all = examples(&[[2.0, 1.0], [1.0, 2.0]], &[0, 1]);
        let found = of(&subject(&Network { hidden: vec![hidden], output }, &all));
        // In each example, one of two pre-activations has all the credit: the Gini index is 1/2.
        assert!((found["credit.gini.preactivation.trained"][0] - 0.5).abs() < 1e-6, "{found:?}");
    }
}
