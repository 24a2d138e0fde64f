//! The values of a layer for one minibatch, cut into panels of columns.

use crate::floats::{Floats, LINE};

/// Columns of a panel: what one task computes. As many as fit the registers of the widest vectors eight times.
pub(crate) const PANEL: usize = 128;

/// Values, slopes and deltas of up to [`PANEL`] units for a minibatch, and where they are not zero.
///
/// A panel is the unit of parallel work, forward (its columns) and backward (its rows of the weight above), and belongs
/// to one task at a time. Matrices are `[batch, PANEL]`; columns beyond `columns` stay zero.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    /// Units.
    pub(crate) columns: usize,
    /// Units, rounded up to whole cache lines: what the kernels compute.
    pub(crate) width: usize,
    /// Pre-activations, and then outputs.
    pub(crate) value: Floats,
    /// sign * derivative of the activation.
    pub(crate) slope: Floats,
    /// Derivative of the cost by the pre-activation.
    pub(crate) delta: Floats,
    /// For each example: the columns that are not zero, and their values.
    pub(crate) of_member: Lists,
    /// For each column: the examples in which it is not zero, and its values.
    pub(crate) of_column: Lists,
    /// Sum of |value| over the minibatch.
    pub(crate) magnitude: f64,
    /// Values that are not zero.
    pub(crate) active: usize,
}

/// Lists of (index, value) with room reserved for the longest.
#[derive(Clone, Debug)]
pub(crate) struct Lists {
    room: usize,
    lengths: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl Panel {
    pub(crate) fn new(columns: usize, batch: usize) -> Self {
        let matrix = Floats::zeros(batch * PANEL);
        Self {
            columns,
            width: columns.next_multiple_of(LINE),
            value: matrix.clone(),
            slope: matrix.clone(),
            delta: matrix,
            of_member: Lists::new(batch, PANEL),
            of_column: Lists::new(PANEL, batch),
            magnitude: 0.0,
            active: 0,
        }
    }

    /// The panels of `units` columns.
    pub(crate) fn cut(units: usize, batch: usize) -> Vec<Self> {
        (0..units).step_by(PANEL).map(|first| Self::new(PANEL.min(units - first), batch)).collect()
    }

    /// The most examples that it holds.
    pub(crate) fn room(&self) -> usize {
        self.of_member.lengths.len()
    }

    /// Forgets the lists.
    pub(crate) fn clear_lists(&mut self) {
        self.of_member.clear();
        self.of_column.clear();
        self.active = 0;
    }

    /// Lists a value that is not zero.
    pub(crate) fn list(&mut self, member: usize, column: usize, value: f32) {
        self.of_member.push(member, column, value);
        self.of_column.push(column, member, value);
        self.active += 1;
    }

    /// Lists the values of the first `batch` examples that are not zero.
    #[inline(always)]
    pub(crate) fn list_values(&mut self, batch: usize) {
        self.clear_lists();
        for member in 0..batch {
            let row = &self.value[member * PANEL..member * PANEL + self.width];
            let length = self.of_member.compress(member, row);
            for k in member * PANEL..member * PANEL + length {
                let (column, value) = (self.of_member.indices[k], self.of_member.values[k]);
                self.of_column.push(column as usize, member, value);
            }
            self.active += length;
        }
    }
}

impl Lists {
    fn new(lists: usize, room: usize) -> Self {
        Self { room, lengths: vec![0; lists], indices: vec![0; lists * room], values: vec![0.0; lists * room] }
    }

    fn clear(&mut self) {
        self.lengths.fill(0);
    }

    fn push(&mut self, list: usize, index: usize, value: f32) {
        let end = list * self.room + self.lengths[list];
        self.indices[end] = index as u32;
        self.values[end] = value;
        self.lengths[list] += 1;
    }

    /// Makes `row` list `list`; as long as the room. Returns how many of its values are not zero.
    #[inline(always)]
    fn compress(&mut self, list: usize, row: &[f32]) -> usize {
        let start = list * self.room;
        let indices = &mut self.indices[start..start + self.room];
        let values = &mut self.values[start..start + self.room];
        let mut length = 0;
        for (l, line) in row.chunks_exact(LINE).enumerate() {
            if line.iter().fold(0, |any, value| any | value.to_bits()) << 1 == 0 {
                continue;
            }
            // Written first and counted after: no branch to mispredict.
            for (k, value) in line.iter().enumerate() {
                indices[length] = (l * LINE + k) as u32;
                values[length] = *value;
                length += usize::from(*value != 0.0);
            }
        }
        self.lengths[list] = length;
        length
    }

    /// Indices and values of a list, in ascending order of the indices.
    #[inline(always)]
    pub(crate) fn get(&self, list: usize) -> (&[u32], &[f32]) {
        let range = list * self.room..list * self.room + self.lengths[list];
        (&self.indices[range.clone()], &self.values[range])
    }
}

/// The part of a `[batch, PANEL]` matrix that belongs to one example.
#[inline(always)]
pub(crate) fn member(matrix: &[f32], member: usize) -> &[f32] {
    &matrix[member * PANEL..(member + 1) * PANEL]
}
