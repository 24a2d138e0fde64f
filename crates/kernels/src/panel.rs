//! A layer cut into panels of columns: the units of parallel work.

use crate::affine::Affine;
use crate::floats::{Floats, LINE};
use crate::velocity::Velocity;

/// The maximum number of columns of a panel. The paper's layers of 1,000 units have two panels, one for each of two
/// cores. Narrower panels would occupy more cores, but their shorter rows are read more slowly, and further cores are
/// better used for other runs.
pub(crate) const PANEL: usize = 512;

/// The number of units from which a layer has at least two panels, so that a second core can help. For fewer units, the
/// threads would wait for each other longer than they compute.
const SHARED_FROM: usize = 385;

/// The largest number of columns of a tile of the dense products: four vectors, each at most a cache line wide.
pub(crate) const WIDEST: usize = 4 * LINE;

/// Up to 512 units of a layer: their incoming weights and, for one minibatch, their values, slopes and deltas, and
/// lists of the nonzero values.
///
/// The same thread computes a panel in the forward and the backward pass. Matrices are row-major with rows of `width`
/// floats, of which those from `columns` on stay zero. Panels of inputs have no weights.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    /// Index of the first unit in the layer.
    pub(crate) first: usize,
    /// Number of units.
    pub(crate) columns: usize,
    /// Number of units, rounded up to whole cache lines.
    pub(crate) width: usize,
    /// `[inputs, width]`. Each row holds the weights from one unit below. A kernel that reads lists skips the row for
    /// the examples in which that unit is zero.
    pub(crate) weight: Floats,
    /// The transposed weights of an untied decoder, in a panel of an auto-encoder's code, `[inputs, width]`.
    pub(crate) decoder_t: Option<Floats>,
    /// What momentum keeps of the weights and biases; `None` in plain gradient descent.
    pub(crate) velocity: Option<Velocity>,
    /// Biases, `[width]`.
    pub(crate) bias: Floats,
    /// +1 or -1 for each unit, and 0 in the padding, so that the outputs there are 0; `[width]`.
    pub(crate) signs: Floats,
    /// Pre-activations, which the outputs replace in hidden layers, `[batch, width]`.
    pub(crate) value: Floats,
    /// sign * derivative of the activation, `[batch, width]`.
    pub(crate) slope: Floats,
    /// Derivative of the cost with respect to the pre-activation, `[batch, width]`.
    pub(crate) delta: Floats,
    /// delta W^T summed over the columns of this panel, `[batch, inputs]`, rows padded to whole cache lines.
    pub(crate) products: Floats,
    /// Memory in which the dense products repack their operands: [`WIDEST`] columns of the weights, or all deltas, a
    /// cache line of x for each example, and the transposed deltas.
    pub(crate) packed: Floats,
    /// Memory for a position in the lists of each example, `[batch]`.
    pub(crate) positions: Vec<usize>,
    /// For each example, the columns of its nonzero values, and these values.
    pub(crate) of_example: Lists,
    /// For each column, the examples with a nonzero value in it, and these values.
    pub(crate) of_column: Lists,
    /// The sum of |value| over the minibatch, or, in the output layer of a reconstruction, the sum of the cost.
    pub(crate) magnitude: f64,
    /// Number of nonzero values in the minibatch.
    pub(crate) active: usize,
}

/// Lists of pairs (index, value), all with the same capacity.
#[derive(Clone, Debug)]
pub(crate) struct Lists {
    capacity: usize,
    lengths: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl Panel {
    /// Makes a panel without weights for `columns` units from `first` on and minibatches of up to `batch` examples.
    pub(crate) fn new(first: usize, columns: usize, batch: usize) -> Self {
        let width = columns.next_multiple_of(LINE);
        let matrix = Floats::zeros(batch * width);
        let mut signs = Floats::zeros(width);
        signs[..columns].fill(1.0);
        Self {
            first,
            columns,
            width,
            weight: Floats::zeros(0),
            decoder_t: None,
            velocity: None,
            bias: Floats::zeros(width),
            signs,
            value: matrix.clone(),
            slope: matrix.clone(),
            delta: matrix,
            products: Floats::zeros(0),
            packed: Floats::zeros(0),
            positions: vec![0; batch],
            of_example: Lists::new(batch, width),
            of_column: Lists::new(width, batch),
            magnitude: 0.0,
            active: 0,
        }
    }

    /// Makes panels without weights for `units` units, with widths as equal as whole cache lines allow.
    pub(crate) fn cut(units: usize, batch: usize) -> Vec<Self> {
        let least = if units < SHARED_FROM { 1 } else { 2 };
        let columns = units.div_ceil(units.div_ceil(PANEL).max(least)).next_multiple_of(LINE);
        (0..units).step_by(columns).map(|first| Self::new(first, columns.min(units - first), batch)).collect()
    }

    /// Makes panels with the weights and biases of an affine map and the fixed signs of its units.
    pub(crate) fn of(affine: &Affine, signs: Option<&[f32]>, batch: usize) -> Vec<Self> {
        let (inputs, outputs) = (affine.inputs(), affine.outputs());
        let mut panels = Self::cut(outputs, batch);
        for panel in &mut panels {
            let columns = panel.first..panel.first + panel.columns;
            panel.weight = Floats::zeros(inputs * panel.width);
            for (to, from) in panel.weight.chunks_mut(panel.width).zip(affine.weight().chunks(outputs)) {
                to[..panel.columns].copy_from_slice(&from[columns.clone()]);
            }
            panel.bias[..panel.columns].copy_from_slice(&affine.bias()[columns.clone()]);
            if let Some(signs) = signs {
                panel.signs[..panel.columns].copy_from_slice(&signs[columns]);
            }
            panel.products = Floats::zeros(batch * inputs.next_multiple_of(LINE));
            let deltas_and_x = batch * (panel.width + LINE);
            let transposed = batch.next_multiple_of(LINE) * panel.width;
            panel.packed = Floats::zeros((inputs * WIDEST).max(deltas_and_x + transposed));
        }
        panels
    }

    /// The affine map that `panels` hold.
    pub(crate) fn affine(panels: &[Self], inputs: usize) -> Affine {
        let bias: Vec<f32> = panels.iter().flat_map(|p| &p.bias[..p.columns]).copied().collect();
        let mut weight = Vec::with_capacity(inputs * bias.len());
        for i in 0..inputs {
            for panel in panels {
                weight.extend_from_slice(&row(&panel.weight, i, panel.width)[..panel.columns]);
            }
        }
        Affine::new(inputs, &weight, &bias)
    }

    /// Number of units that are nonzero for at least one of the listed examples.
    pub(crate) fn used(&self) -> usize {
        self.of_column.lengths[..self.columns].iter().filter(|length| **length > 0).count()
    }

    /// Whether the unit in `column` is nonzero for any of the first `batch` examples, whose nonzero values are `listed`
    /// by column, unless that memory was freed.
    pub(crate) fn nonzero(&self, column: usize, listed: bool, batch: usize) -> bool {
        if listed && !self.of_column.lengths.is_empty() {
            return self.of_column.lengths[column] > 0;
        }
        (0..batch).any(|example| self.value[example * self.width + column] != 0.0)
    }

    /// The maximum number of examples in a minibatch.
    pub(crate) fn capacity(&self) -> usize {
        self.of_example.lengths.len()
    }

    /// Clears the lists of the examples.
    pub(crate) fn clear_lists(&mut self) {
        self.of_example.clear();
        self.active = 0;
    }

    /// Appends a nonzero value in `column` to the list of `example`.
    pub(crate) fn list(&mut self, example: usize, column: usize, value: f32) {
        self.of_example.push(example, column, value);
        self.active += 1;
    }

    /// Lets `fill` write the columns and values of the list of `example`; `fill` returns their number.
    pub(crate) fn list_with(&mut self, example: usize, fill: impl FnOnce(&mut [u32], &mut [f32]) -> usize) {
        let length = self.of_example.fill(example, fill);
        self.active += length;
    }

    /// Lists the nonzero values of `row` for `example`.
    pub(crate) fn list_row(&mut self, example: usize, row: &[f32]) {
        self.active += self.of_example.compress(example, row);
    }

    /// Copies the lists of `other`, a panel with the same columns, for the first `batch` examples.
    pub(crate) fn copy_lists(&mut self, other: &Self, batch: usize) {
        self.clear_lists();
        for example in 0..batch {
            let (columns, values) = other.of_example.get(example);
            for (column, value) in columns.iter().zip(values) {
                self.list(example, *column as usize, *value);
            }
        }
        self.list_columns(batch);
    }

    /// Subtracts from each bias `rate` times the sum of the values listed for its column.
    pub(crate) fn update_listed_bias(&mut self, rate: f32) {
        for (column, bias) in self.bias[..self.columns].iter_mut().enumerate() {
            let sum: f32 = self.of_column.get(column).1.iter().sum();
            *bias -= rate * sum;
        }
    }

    /// Frees the memory of the backward pass. The panel then lists its values by example alone.
    pub(crate) fn forget_backward(&mut self) {
        self.velocity = None;
        self.products = Floats::zeros(0);
        self.of_column = Lists::new(0, 0);
    }

    /// Whether the panel has the memory of the backward pass.
    pub(crate) fn can_learn(&self) -> bool {
        !self.products.is_empty()
    }

    /// Builds the lists by column from the lists of the first `batch` examples, unless their memory was freed.
    #[inline(always)]
    pub(crate) fn list_columns(&mut self, batch: usize) {
        if self.of_column.lengths.is_empty() {
            return;
        }
        self.of_column.restart(batch);
        for example in 0..batch {
            let (columns, values) = self.of_example.get(example);
            for (column, value) in columns.iter().zip(values) {
                self.of_column.push(*column as usize, example, *value);
            }
        }
    }

    /// Lists the nonzero values of the first `batch` examples.
    #[inline(always)]
    pub(crate) fn list_values(&mut self, batch: usize) {
        self.clear_lists();
        for example in 0..batch {
            let row = &self.value[example * self.width..(example + 1) * self.width];
            self.active += self.of_example.compress(example, row);
        }
        self.list_columns(batch);
    }
}

impl Lists {
    fn new(lists: usize, capacity: usize) -> Self {
        Self {
            capacity,
            lengths: vec![0; lists],
            indices: vec![0; lists * capacity],
            values: vec![0.0; lists * capacity],
        }
    }

    fn clear(&mut self) {
        self.lengths.fill(0);
    }

    /// Clears all lists, and sets their capacity to `capacity`, which must not exceed that given to [`Lists::new`].
    /// A small capacity packs the lists into fewer cache lines.
    fn restart(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.clear();
    }

    fn push(&mut self, list: usize, index: usize, value: f32) {
        let end = list * self.capacity + self.lengths[list];
        self.indices[end] = index as u32;
        self.values[end] = value;
        self.lengths[list] += 1;
    }

    /// Lets `fill` write the indices and values of list `list`, and returns their number, which `fill` returns.
    #[inline(always)]
    fn fill(&mut self, list: usize, fill: impl FnOnce(&mut [u32], &mut [f32]) -> usize) -> usize {
        let range = list * self.capacity..(list + 1) * self.capacity;
        let length = fill(&mut self.indices[range.clone()], &mut self.values[range]);
        self.lengths[list] = length;
        length
    }

    /// Fills list `list` with the nonzero values of `row`, whose length is at most the capacity, and returns the number
    /// of these values.
    #[inline(always)]
    fn compress(&mut self, list: usize, row: &[f32]) -> usize {
        let start = list * self.capacity;
        let indices = &mut self.indices[start..start + row.len()];
        let values = &mut self.values[start..start + row.len()];
        let mut length = 0;
        let (lines, rest) = row.as_chunks::<LINE>();
        for (l, line) in lines.iter().enumerate() {
            // Bit k says whether value k of the line is nonzero.
            let mut nonzero = 0u32;
            for (k, value) in line.iter().enumerate() {
                nonzero |= u32::from(*value != 0.0) << k;
            }
            while nonzero != 0 {
                let k = nonzero.trailing_zeros() as usize;
                indices[length] = (l * LINE + k) as u32;
                values[length] = line[k];
                length += 1;
                nonzero &= nonzero - 1;
            }
        }
        for (k, value) in rest.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            indices[length] = (lines.len() * LINE + k) as u32;
            values[length] = *value;
            length += 1;
        }
        self.lengths[list] = length;
        length
    }

    /// Like [`Lists::get`], but with mutable values.
    #[inline(always)]
    pub(crate) fn get_mut(&mut self, list: usize) -> (&[u32], &mut [f32]) {
        let range = list * self.capacity..list * self.capacity + self.lengths[list];
        (&self.indices[range.clone()], &mut self.values[range])
    }

    /// Indices and values of list `list`, in ascending order of the indices.
    #[inline(always)]
    pub(crate) fn get(&self, list: usize) -> (&[u32], &[f32]) {
        let range = list * self.capacity..list * self.capacity + self.lengths[list];
        (&self.indices[range.clone()], &self.values[range])
    }
}

/// Row `example` of a matrix with rows of `width` floats.
#[inline(always)]
pub(crate) fn row(matrix: &[f32], example: usize, width: usize) -> &[f32] {
    &matrix[example * width..(example + 1) * width]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_cut_into_panels_of_nearly_equal_width() {
        let columns = |units| Panel::cut(units, 1).iter().map(|panel| panel.columns).collect::<Vec<_>>();
        assert_eq!(columns(10), [10]);
        assert_eq!(columns(384), [384]);
        assert_eq!(columns(500), [256, 244]);
        assert_eq!(columns(1000), [512, 488]);
        assert_eq!(columns(1100), [368, 368, 364]);
    }
}
