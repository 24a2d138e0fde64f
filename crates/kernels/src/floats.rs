//! Buffers whose rows start at cache lines.

use std::ops::{Deref, DerefMut};

/// Number of floats in a cache line of 64 bytes. Rows are padded to whole lines, so that no vector load straddles
/// two lines.
pub(crate) const LINE: usize = 16;

/// 2^-63: a product of two numbers that are not below it in magnitude is not subnormal.
const SMALLEST: f32 = f32::from_bits((127 - 63) << 23);

/// `x`, or 0 if the magnitude of `x` is below 2^-63, which is lost to rounding in any sum with a number above 2^-39.
///
/// Many processors take a hundred times as long for arithmetic with subnormal numbers, which sharp units produce far
/// below their threshold. Without tiny factors, the products of the kernels are zero or normal.
#[inline(always)]
pub(crate) fn without_tiny(x: f32) -> f32 {
    if x.abs() < SMALLEST { 0.0 } else { x }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_what_is_not_tiny_are_normal() {
        let smallest = SMALLEST;
        assert!((smallest * smallest).is_normal());
        assert_eq!(without_tiny(smallest), smallest);
        assert_eq!(without_tiny(-smallest), -smallest);
        assert_eq!(without_tiny(f32::from_bits(smallest.to_bits() - 1)), 0.0);
        assert_eq!(without_tiny(f32::NEG_INFINITY), f32::NEG_INFINITY);
        assert!(without_tiny(f32::NAN).is_nan());
    }

    #[test]
    fn a_tiny_number_is_lost_in_a_sum_with_a_number_above_two_to_the_minus_39() {
        let number = f32::from_bits((127 - 39) << 23);
        assert_eq!(number + f32::from_bits(SMALLEST.to_bits() - 1), number);
    }
}
