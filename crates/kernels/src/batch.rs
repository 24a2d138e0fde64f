//! The rows of a minibatch: inputs, targets, noise, or weights of inputs in the cost.

use crate::crossover::Crossover;
use crate::forward::Path;
use crate::instruction_set::InstructionSet;
use crate::panel::Panel;

/// The rows of one minibatch, stored as lists of their nonzero values.
#[derive(Clone, Debug)]
pub struct Batch {
    pub(crate) panels: Vec<Panel>,
    pub(crate) len: usize,
    /// The factor of each row in the cost; empty when all factors are 1.
    pub(crate) factors: Vec<f32>,
    width: usize,
    capacity: usize,
    /// How the kernels read the minibatch.
    pub(crate) path: Path,
    crossover: Crossover,
}

impl Batch {
    pub(crate) fn new(width: usize, capacity: usize) -> Self {
        let crossover = Crossover::of(InstructionSet::in_use());
        let factors = Vec::with_capacity(capacity);
        Self { panels: Panel::cut(width, capacity), len: 0, factors, width, capacity, path: Path::Dense, crossover }
    }

    /// Number of rows in the minibatch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the minibatch has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Starts a new minibatch.
    pub fn clear(&mut self) {
        self.panels.iter_mut().for_each(Panel::clear_lists);
        self.len = 0;
        self.factors.clear();
    }

    /// Multiplies the cost of each row of the minibatch, and so its share of the gradient, by the factor at its place in
    /// `factors`. The cost of a minibatch remains the sum of its costs, and a step remains a step on this sum divided by
    /// the number of rows. Numbers of errors and the L1 penalty have no factors. [`Batch::clear`] sets all factors to 1.
    ///
    /// # Panics
    /// When there is not one factor per row.
    pub fn weigh(&mut self, factors: &[f32]) {
        assert_eq!(factors.len(), self.len, "each row needs one factor");
        self.factors.clear();
        self.factors.extend_from_slice(factors);
    }

    /// The factors of the rows in the cost; empty when all are 1.
    ///
    /// # Panics
    /// When rows were added after [`Batch::weigh`].
    pub(crate) fn factors(&self) -> &[f32] {
        assert!([0, self.len].contains(&self.factors.len()), "each row needs one factor");
        &self.factors
    }

    /// Adds a row of bytes, where each byte is the index of its value in `values`.
    ///
    /// # Panics
    /// When the minibatch is full, or the row has the wrong width.
    pub fn push_bytes(&mut self, row: &[u8], values: &[f32; 256]) {
        let example = self.next(row.len());
        // Images are mostly background, which is skipped eight bytes at a time.
        let background = values[0] == 0.0;
        for panel in &mut self.panels {
            let bytes = &row[panel.first..panel.first + panel.columns];
            panel.list_with(example, |columns, listed| {
                let mut length = 0;
                for (k, eight) in bytes.chunks(8).enumerate() {
                    if background && eight.iter().fold(0, |all, byte| all | byte) == 0 {
                        continue;
                    }
                    // Each value is written before it is known to be nonzero, so there is no branch to mispredict.
                    for (j, byte) in eight.iter().enumerate() {
                        let value = values[usize::from(*byte)];
                        columns[length] = (8 * k + j) as u32;
                        listed[length] = value;
                        length += usize::from(value != 0.0);
                    }
                }
                length
            });
        }
    }

    /// Adds a row of values.
    ///
    /// # Panics
    /// When the minibatch is full, or the row has the wrong width.
    pub fn push_values(&mut self, row: &[f32]) {
        let example = self.next(row.len());
        for panel in &mut self.panels {
            panel.list_row(example, &row[panel.first..panel.first + panel.columns]);
        }
    }

    /// Adds a row of a CSR matrix: `values` at `columns`, 0 elsewhere.
    ///
    /// # Panics
    /// When the minibatch is full, there is not one value per column, `columns` are not strictly ascending, or a column
    /// is not below the width.
    pub fn push_sparse(&mut self, columns: &[u32], values: &[f32]) {
        assert_eq!(columns.len(), values.len(), "each column needs one value");
        assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "columns must ascend");
        assert!(
            columns.last().is_none_or(|last| (*last as usize) < self.width),
            "columns must lie within the width of the minibatch"
        );
        let example = self.next(self.width);
        // All panels but the last are as wide as the first.
        let most = self.panels[0].columns;
        for (column, value) in columns.iter().zip(values) {
            if *value != 0.0 {
                self.panels[*column as usize / most].list(example, *column as usize % most, *value);
            }
        }
    }

    /// Adds panel `k` of the minibatch, after [`Batch::scatter`], to the `values` of a panel of the same width. An
    /// empty minibatch leaves the values unchanged.
    pub(crate) fn add_to(&self, k: usize, values: &mut [f32]) {
        let added = &self.panels[k].value[..self.len * self.panels[k].width];
        values.iter_mut().zip(added).for_each(|(value, added)| *value += added);
    }

    fn next(&mut self, width: usize) -> usize {
        assert_eq!(width, self.width, "a row must be as wide as the minibatch");
        assert!(self.len < self.capacity, "the minibatch is full");
        self.len += 1;
        self.len - 1
    }

    /// Chooses how the kernels read the minibatch, and lays it out accordingly.
    pub(crate) fn prepare(&mut self) {
        self.path = self.crossover.path(&self.panels, self.len, self.width);
        match self.path {
            Path::Dense => self.scatter(),
            Path::Sparse | Path::Blocks => self.panels.iter_mut().for_each(|panel| panel.list_columns(self.len)),
        }
    }

    /// Writes the listed values, and 0 elsewhere, to the dense matrices of the panels.
    pub(crate) fn scatter(&mut self) {
        for panel in &mut self.panels {
            panel.value[..self.len * panel.width].fill(0.0);
            for example in 0..self.len {
                let (columns, values) = panel.of_example.get(example);
                for (column, value) in columns.iter().zip(values) {
                    panel.value[example * panel.width + *column as usize] = *value;
                }
            }
        }
    }
}
