//! The choice between reading lists of the nonzero values and reading all values.

use crate::forward::Path;
use crate::instruction_set::InstructionSet;
use crate::panel::Panel;
use std::ops::Range;

/// The size of the minibatch from which reading lists in blocks can be faster than reading them one by one.
const LARGE: usize = 64;

/// The shares of nonzero values at which one way to read values becomes faster than another.
///
/// The numbers were measured with layers of 300 and 1,000 units and 2 to 300 examples (`docs/kernels.md`). The choice
/// changes how sums are rounded, so it depends on nothing but the instruction set and the minibatch.
#[derive(Clone, Debug)]
pub(crate) struct Crossover {
    /// The share from which reading all values is faster than reading lists in a minibatch of many examples, and how
    /// much higher this share is for a single example: reading all weights costs the same for any number of examples.
    many: f64,
    one: f64,
    /// The shares at which reading lists in blocks is fastest in a large minibatch.
    blocks: Range<f64>,
}

impl Crossover {
    /// The crossover of `set`. Blocks are faster on AVX2 alone. NEON was not measured; the numbers of AVX-512, which has as
    /// many registers, are taken for it.
    pub(crate) fn of(set: InstructionSet) -> Self {
        let (many, one, blocks) = match set {
            InstructionSet::Portable => (0.68, 0.8, 0.68..0.68),
            InstructionSet::Avx2 => (0.47, 1.6, 0.33..0.6),
            InstructionSet::Neon | InstructionSet::Avx512 => (0.43, 0.9, 0.43..0.43),
        };
        Self { many, one, blocks }
    }

    /// The fastest way to read `panels`, given their counts of nonzero values, for `batch` examples of `units` values.
    pub(crate) fn path(&self, panels: &[Panel], batch: usize, units: usize) -> Path {
        let active: usize = panels.iter().map(|panel| panel.active).sum();
        let share = active as f64 / (batch * units) as f64;
        let (lists_below, blocks_below) = if batch < LARGE {
            let lists = self.many + self.one / batch as f64;
            (lists, lists)
        } else {
            (self.blocks.start, self.blocks.end)
        };
        match share {
            share if share < lists_below => Path::Sparse,
            share if share < blocks_below => Path::Blocks,
            _ => Path::Dense,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(active: usize, batch: usize) -> Path {
        let mut panels = Panel::cut(100, 1);
        panels[0].active = active * batch;
        Crossover::of(InstructionSet::Avx2).path(&panels, batch, 100)
    }

    #[test]
    fn lists_are_read_up_to_a_share_that_falls_with_the_size_of_the_minibatch() {
        assert_eq!([path(90, 1), path(55, 10), path(48, 50), path(30, 100)], [Path::Sparse; 4]);
        assert_eq!([path(70, 10), path(55, 50), path(100, 4), path(65, 100)], [Path::Dense; 4]);
    }

    #[test]
    fn lists_of_half_full_layers_are_read_in_blocks_for_a_large_minibatch() {
        assert_eq!([path(40, 100), path(55, 64)], [Path::Blocks; 2]);
    }
}
