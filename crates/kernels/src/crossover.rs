//! The choice between reading lists of the nonzero values and reading all values.

use crate::forward::Path;
use crate::instruction_set::InstructionSet;
use crate::panel::Panel;

/// The share of nonzero values from which a step that reads all values is faster: `many` for a large minibatch, and
/// more for a small one, because reading all weights costs the same for any number of examples.
///
/// The numbers were measured with layers of 300 and 1,000 units and 2 to 300 examples (`docs/kernels.md`); the choice
/// changes how sums are rounded, so it must depend on nothing but the instruction set and the minibatch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crossover {
    many: f64,
    /// How much higher the share is for a minibatch of one example.
    one: f64,
}

impl Crossover {
    /// The crossover of `set`. That of AVX-512 is taken for NEON, which has as many registers and was not measured.
    pub(crate) fn of(set: InstructionSet) -> Self {
        match set {
            InstructionSet::Portable => Self { many: 0.68, one: 0.8 },
            InstructionSet::Avx2 => Self { many: 0.47, one: 1.6 },
            InstructionSet::Neon | InstructionSet::Avx512 => Self { many: 0.43, one: 0.9 },
        }
    }

    /// The faster way to read `panels`, given their counts of nonzero values, for `batch` examples of `units` values.
    pub(crate) fn path(self, panels: &[Panel], batch: usize, units: usize) -> Path {
        let active: usize = panels.iter().map(|panel| panel.active).sum();
        let share = self.many + self.one / batch as f64;
        if (active as f64) < share * (batch * units) as f64 { Path::Sparse } else { Path::Dense }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_up_to_a_share_that_falls_with_the_size_of_the_minibatch() {
        let path = |active: usize, batch: usize| {
            let mut panels = Panel::cut(100, 1);
            panels[0].active = active * batch;
            Crossover::of(InstructionSet::Avx2).path(&panels, batch, 100)
        };
        assert_eq!([path(90, 1), path(55, 10), path(45, 100)], [Path::Sparse; 3]);
        assert_eq!([path(70, 10), path(55, 100), path(100, 4)], [Path::Dense; 3]);
    }
}
