//! Sums over an epoch.

use kernels::Sums;

/// The cost, the number of misclassified examples, and of each hidden layer, the share of its outputs that are exactly
/// zero, and the number of its outputs that were zero for every example.
pub(crate) type Totals = (f64, usize, Vec<f64>, Vec<usize>);

/// Sums over the minibatches of an epoch.
pub(crate) struct Tally {
    examples: usize,
    cost: f64,
    errors: usize,
    zeros: Vec<f64>,
    /// Of each hidden layer, whether each output was nonzero for any example.
    active: Vec<Vec<bool>>,
}

impl Tally {
    /// No sums yet, for hidden layers with these numbers of outputs.
    pub(crate) fn new(widths: &[usize]) -> Self {
        let active = widths.iter().map(|width| vec![false; *width]).collect();
        Self { examples: 0, cost: 0.0, errors: 0, zeros: vec![0.0; widths.len()], active }
    }

    /// Adds the sums over a minibatch of `examples`.
    pub(crate) fn add(&mut self, sums: &Sums, examples: usize) {
        self.examples += examples;
        self.cost += sums.cost;
        self.errors += sums.errors;
        self.zeros.iter_mut().zip(&sums.zeros).for_each(|(total, zeros)| *total += *zeros as f64);
    }

    /// Notes which outputs of `layer` are nonzero, for an example or for any of several.
    pub(crate) fn note(&mut self, layer: usize, nonzero: impl Iterator<Item = bool>) {
        self.active[layer].iter_mut().zip(nonzero).for_each(|(any, nonzero)| *any |= nonzero);
    }

    pub(crate) fn totals(self) -> Totals {
        let examples = self.examples.max(1);
        let share = |(zeros, active): (&f64, &Vec<bool>)| zeros / (active.len() * examples) as f64;
        let zeros = self.zeros.iter().zip(&self.active).map(share).collect();
        let dead = self.active.iter().map(|layer| layer.iter().filter(|any| !**any).count()).collect();
        (self.cost, self.errors, zeros, dead)
    }
}
