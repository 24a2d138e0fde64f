//! A minibatch on its way into the kernels.

use crate::forward::Path;
use crate::panel::Panel;

/// Share of values that are not zero from which reading all of them is faster than following lists.
const DENSE_FROM: f64 = 0.4;

/// Rows of values for one minibatch, kept as lists of what is not zero.
#[derive(Clone, Debug)]
pub struct Batch {
    pub(crate) panels: Vec<Panel>,
    pub(crate) len: usize,
    width: usize,
    room: usize,
    /// How it is read.
    pub(crate) path: Path,
}

impl Batch {
    pub(crate) fn new(width: usize, room: usize) -> Self {
        Self { panels: Panel::cut(width, room), len: 0, width, room, path: Path::Dense }
    }

    /// Rows in the minibatch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Begins a new minibatch.
    pub fn clear(&mut self) {
        self.panels.iter_mut().for_each(Panel::clear_lists);
        self.len = 0;
    }

    /// Adds a row of bytes, each standing for the value that `values` gives it.
    ///
    /// # Panics
    /// When the minibatch is full, or the row has the wrong width.
    pub fn push_bytes(&mut self, row: &[u8], values: &[f32; 256]) {
        let member = self.next(row.len());
        // Images are mostly background: eight bytes of it at a time.
        let background = values[0] == 0.0;
        for panel in &mut self.panels {
            let bytes = &row[panel.first..panel.first + panel.columns];
            for (k, eight) in bytes.chunks(8).enumerate() {
                if background && eight.iter().fold(0, |all, byte| all | byte) == 0 {
                    continue;
                }
                for (j, byte) in eight.iter().enumerate() {
                    let value = values[usize::from(*byte)];
                    if value != 0.0 {
                        panel.list(member, 8 * k + j, value);
                    }
                }
            }
        }
    }

    /// Adds a row of numbers.
    ///
    /// # Panics
    /// When the minibatch is full, or the row has the wrong width.
    pub fn push_values(&mut self, row: &[f32]) {
        let member = self.next(row.len());
        for panel in &mut self.panels {
            let values = &row[panel.first..panel.first + panel.columns];
            for (column, value) in values.iter().enumerate() {
                if *value != 0.0 {
                    panel.list(member, column, *value);
                }
            }
        }
    }

    /// Adds a row that is zero but for `values` at `columns`: a row of a CSR matrix.
    ///
    /// # Panics
    /// When the minibatch is full, or `columns` do not ascend within the width.
    pub fn push_sparse(&mut self, columns: &[u32], values: &[f32]) {
        assert_eq!(columns.len(), values.len(), "a value for each column");
        assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "columns ascend");
        assert!(columns.last().is_none_or(|last| (*last as usize) < self.width), "columns lie within the width");
        let member = self.next(self.width);
        // All panels but the last are as wide as the first.
        let most = self.panels[0].columns;
        for (column, value) in columns.iter().zip(values) {
            if *value != 0.0 {
                self.panels[*column as usize / most].list(member, *column as usize % most, *value);
            }
        }
    }

    /// Adds what was [spread](Self::spread) to panel `k` of a layer as wide; an empty minibatch adds nothing.
    pub(crate) fn add_to(&self, k: usize, values: &mut [f32]) {
        let added = &self.panels[k].value[..self.len * self.panels[k].width];
        values.iter_mut().zip(added).for_each(|(value, added)| *value += added);
    }

    fn next(&mut self, width: usize) -> usize {
        assert_eq!(width, self.width, "the width of a row");
        assert!(self.len < self.room, "the minibatch is full");
        self.len += 1;
        self.len - 1
    }

    /// Decides how this minibatch is read, and prepares it for that.
    pub(crate) fn settle(&mut self) {
        self.path = path(&self.panels, self.len, self.width);
        match self.path {
            Path::Dense => self.spread(),
            Path::Sparse => self.panels.iter_mut().for_each(|panel| panel.list_columns(self.len)),
        }
    }

    /// Writes the lists out as matrices.
    pub(crate) fn spread(&mut self) {
        for panel in &mut self.panels {
            panel.value[..self.len * panel.width].fill(0.0);
            for member in 0..self.len {
                let (columns, values) = panel.of_member.get(member);
                for (column, value) in columns.iter().zip(values) {
                    panel.value[member * panel.width + *column as usize] = *value;
                }
            }
        }
    }
}

/// The faster way to read `panels`, which hold `batch` examples of `units` values and are listed.
pub(crate) fn path(panels: &[Panel], batch: usize, units: usize) -> Path {
    let active: usize = panels.iter().map(|panel| panel.active).sum();
    if (active as f64) < DENSE_FROM * (batch * units) as f64 { Path::Sparse } else { Path::Dense }
}
