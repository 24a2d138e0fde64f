//! Rows that are computed on demand.

use crate::{Inputs, Row};
use std::fmt;
use std::sync::Arc;

/// A function that computes a row of numbers from a row of other inputs.
pub type Function = dyn Fn(&Row<'_>) -> Vec<f32> + Send + Sync;

/// Rows of numbers that are not stored: each is computed on demand from a row of other inputs.
#[derive(Clone)]
pub struct Computed {
    pub(crate) from: Arc<Inputs>,
    pub(crate) width: usize,
    function: Arc<Function>,
}

impl Computed {
    /// The rows that `function` computes from the rows of `from`; `function` must return `width` numbers for each row.
    #[must_use]
    pub fn new(from: Arc<Inputs>, width: usize, function: Arc<Function>) -> Self {
        Self { from, width, function }
    }

    /// Row `i`, `[width]`.
    pub(crate) fn row(&self, i: usize) -> Vec<f32> {
        (self.function)(&self.from.row(i))
    }
}

/// Two `Computed` values are equal if they apply the same function object to equal inputs.
impl PartialEq for Computed {
    fn eq(&self, other: &Self) -> bool {
        self.from == other.from && Arc::ptr_eq(&self.function, &other.function)
    }
}

impl fmt::Debug for Computed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Computed").field("len", &self.from.len()).field("width", &self.width).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Csr, Examples};

    #[test]
    fn rows_are_computed_from_the_underlying_ones_in_the_same_order() {
        let mut csr = Csr::new(3);
        (0..4).for_each(|i| csr.push([(1, i as f32 + 1.0)]));
        let from = Arc::new(Inputs::Sparse(csr));
        let sum: Arc<Function> = Arc::new(|row| {
            let mut values = Vec::new();
            row.write(&mut values);
            vec![values.iter().sum(), -1.0]
        });
        let computed = Inputs::Computed(Computed::new(from.clone(), 2, sum));
        assert_eq!((computed.len(), computed.width(), computed.is_endless()), (4, 2, false));
        assert_eq!(computed.row(2), Row::Numbers([3.0, -1.0].as_slice().into()));
        assert_eq!(computed.select(&[3, 0]).row(0), Row::Numbers([4.0, -1.0].as_slice().into()));
        let order = |inputs: &Inputs| Examples::without_labels(inputs.clone()).unwrap().order(5, 2);
        assert_eq!(order(&computed), order(&from));
    }
}
