//! Buffers whose rows start at cache lines.

use std::ops::{Deref, DerefMut};

/// Number of floats in a cache line of 64 bytes. Rows are padded to whole lines, so that no vector load straddles
/// two lines.
pub(crate) const LINE: usize = 16;

/// A fixed number of floats, the first of which is at the start of a cache line.
#[derive(Debug)]
pub(crate) struct Floats {
    storage: Vec<f32>,
    start: usize,
    len: usize,
}

impl Floats {
    /// Makes a buffer of `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let storage = vec![0.0; len + LINE - 1];
        let start = storage.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE - 1);
        Self { storage, start, len }
    }
}

impl Deref for Floats {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.storage[self.start..self.start + self.len]
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.storage[self.start..self.start + self.len]
    }
}

impl Clone for Floats {
    fn clone(&self) -> Self {
        let mut copy = Self::zeros(self.len);
        copy.copy_from_slice(self);
        copy
    }
}
