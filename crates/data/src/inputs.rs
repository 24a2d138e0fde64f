//! The inputs of a network: rows of bytes, of words, or of numbers.

use crate::nistp::generator::Nistp;
use crate::{Computed, Csr};
use std::borrow::Cow;
use std::sync::Arc;

/// The values of bytes: `lowest` for 0, 1 for `maximum`, and linear in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The largest byte, at least 1.
    pub maximum: u8,
    /// The value of byte 0: 0 or -1.
    pub lowest: f32,
}

impl Scale {
    /// Bytes to [-1, 1], as the paper scales NORB (section 4.1).
    pub const SYMMETRIC: Self = Self { maximum: 255, lowest: -1.0 };

    /// Bytes up to `maximum` to [0, 1].
    #[must_use]
    pub const fn unit(maximum: u8) -> Self {
        Self { maximum, lowest: 0.0 }
    }

    /// The value at `fraction` of the way from the lowest to the highest.
    #[must_use]
    pub fn value(self, fraction: f32) -> f32 {
        self.lowest + (1.0 - self.lowest) * fraction
    }

    /// The value of each byte.
    fn values(self) -> Box<[f32; 256]> {
        let mut values = Box::new([0.0; 256]);
        for (byte, value) in values.iter_mut().enumerate() {
            *value = self.value(byte as f32 / f32::from(self.maximum));
        }
        values
    }
}

/// Rows of bytes and the value of each byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Bytes {
    rows: Arc<Vec<u8>>, // [len, width], row-major; runs that share a data set share it
    width: usize,
    scale: Scale,
    values: Box<[f32; 256]>,
}

/// Rows of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    pub(crate) rows: Vec<f32>, // [len, width], row-major
    pub(crate) width: usize,
}

/// The inputs of a data set, in their smallest form.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// Images.
    Bytes(Bytes),
    /// Bags of words, and tables that are mostly zero.
    Sparse(Csr),
    /// Tables.
    Numbers(Numbers),
    /// Images that are made on demand, without end.
    Endless(Endless),
    /// Numbers that are computed on demand.
    Computed(Computed),
}

/// An endless sequence of images.
#[derive(Clone, Debug, PartialEq)]
pub struct Endless {
    nistp: Arc<Nistp>,
    /// The number of images in an epoch.
    len: usize,
    values: Box<[f32; 256]>,
}

impl Endless {
    /// The generator of the images.
    #[must_use]
    pub fn nistp(&self) -> &Nistp {
        &self.nistp
    }
}

/// The inputs of one example.
#[derive(Clone, Debug, PartialEq)]
pub enum Row<'a> {
    /// Bytes, `[width]`, and the value of each byte.
    Bytes(Cow<'a, [u8]>, &'a [f32; 256]),
    /// The columns that are not zero, in ascending order, and their values.
    Sparse {
        /// `[stored]`
        columns: &'a [u32],
        /// `[stored]`
        values: &'a [f32],
        /// The number of columns.
        width: usize,
    },
    /// Numbers, `[width]`.
    Numbers(Cow<'a, [f32]>),
}

impl Row<'_> {
    /// Appends all values of the row, `[width]`, to `inputs`.
    pub fn write(&self, inputs: &mut Vec<f32>) {
        match self {
            Self::Bytes(bytes, values) => inputs.extend(bytes.iter().map(|byte| values[usize::from(*byte)])),
            Self::Numbers(numbers) => inputs.extend_from_slice(numbers),
            Self::Sparse { columns, values, width } => {
                let start = inputs.len();
                inputs.resize(start + width, 0.0);
                columns.iter().zip(*values).for_each(|(column, value)| inputs[start + *column as usize] = *value);
            }
        }
    }
}

impl Inputs {
    /// Rows of `width` bytes.
    pub(crate) fn bytes(rows: Vec<u8>, width: usize, scale: Scale) -> Self {
        Self::Bytes(Bytes { rows: Arc::new(rows), width, scale, values: scale.values() })
    }

    /// The rows of bytes; `None` for other inputs.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Sparse(_) | Self::Numbers(_) | Self::Endless(_) | Self::Computed(_) => None,
        }
    }

    /// Images made by `nistp`, `len` in an epoch.
    pub(crate) fn endless(nistp: Arc<Nistp>, len: usize) -> Self {
        Self::Endless(Endless { nistp, len, values: Scale::unit(255).values() })
    }

    /// The number of rows, or of those in an epoch when they are endless.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Endless(endless) => endless.len,
            Self::Bytes(bytes) => bytes.rows.len() / bytes.width,
            Self::Sparse(csr) => csr.len(),
            Self::Numbers(numbers) => numbers.rows.len() / numbers.width,
            Self::Computed(computed) => computed.from.len(),
        }
    }

    /// Whether every epoch has new rows.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        match self {
            Self::Endless(_) => true,
            Self::Computed(computed) => computed.from.is_endless(),
            Self::Bytes(_) | Self::Sparse(_) | Self::Numbers(_) => false,
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of values in each row.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.width,
            Self::Endless(_) => perturb::PIXELS,
            Self::Sparse(csr) => csr.width(),
            Self::Numbers(numbers) => numbers.width,
            Self::Computed(computed) => computed.width,
        }
    }

    /// Row `i`. Endless rows repeat after 2^32.
    ///
    /// # Panics
    /// When `i` is not below [`len`](Self::len), unless the rows are endless.
    #[must_use]
    pub fn row(&self, i: usize) -> Row<'_> {
        match self {
            Self::Endless(endless) => Row::Bytes(endless.nistp.image(i as u32).to_vec().into(), &endless.values),
            Self::Bytes(bytes) => Row::Bytes(bytes.row(i).into(), &bytes.values),
            Self::Numbers(numbers) => Row::Numbers(row(&numbers.rows, numbers.width, i).into()),
            Self::Computed(computed) => Row::Numbers(computed.row(i).into()),
            Self::Sparse(csr) => {
                let (columns, values) = csr.row(i);
                Row::Sparse { columns, values, width: csr.width() }
            }
        }
    }

    /// The rows `rows`, in that order.
    ///
    /// # Panics
    /// When one of `rows` is not below [`len`](Self::len), unless the rows are endless.
    #[must_use]
    pub fn select(&self, rows: &[u32]) -> Self {
        match self {
            Self::Bytes(bytes) => {
                Self::Bytes(Bytes { rows: Arc::new(select(&bytes.rows, bytes.width, rows)), ..bytes.without_rows() })
            }
            Self::Sparse(csr) => Self::Sparse(csr.select(rows)),
            Self::Endless(endless) => {
                let images = rows.iter().flat_map(|row| endless.nistp.image(*row)).collect();
                Self::bytes(images, perturb::PIXELS, Scale::unit(255))
            }
            Self::Numbers(numbers) => {
                let width = numbers.width;
                Self::Numbers(Numbers { rows: select(&numbers.rows, width, rows), width })
            }
            Self::Computed(computed) => {
                let all = rows.iter().flat_map(|row| computed.row(*row as usize)).collect();
                Self::Numbers(Numbers { rows: all, width: computed.width })
            }
        }
    }
}

impl Bytes {
    /// The same form without rows.
    fn without_rows(&self) -> Self {
        Self { rows: Arc::default(), values: self.values.clone(), ..*self }
    }

    /// Width, scale and rows.
    pub(crate) fn into_parts(self) -> (usize, Scale, Vec<u8>) {
        (self.width, self.scale, Arc::unwrap_or_clone(self.rows))
    }

    /// All rows, `[len, width]`, row-major.
    #[must_use]
    pub fn rows(&self) -> &[u8] {
        &self.rows
    }

    /// Row `i`, `[width]`.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, i: usize) -> &[u8] {
        row(&self.rows, self.width, i)
    }

    /// The values of the bytes.
    #[must_use]
    pub fn scale(&self) -> Scale {
        self.scale
    }
}

fn row<T>(all: &[T], width: usize, i: usize) -> &[T] {
    &all[i * width..][..width]
}

fn select<T: Copy>(all: &[T], width: usize, rows: &[u32]) -> Vec<T> {
    let mut selected = Vec::with_capacity(rows.len() * width);
    for &i in rows {
        selected.extend_from_slice(row(all, width, i as usize));
    }
    selected
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same three rows in each form.
    fn forms() -> [Inputs; 3] {
        let bytes = vec![0, 2, 1, 0, 0, 0, 2, 0, 1];
        let numbers: Vec<f32> = bytes.iter().map(|byte| f32::from(*byte) / 2.0).collect();
        let mut csr = Csr::new(3);
        numbers.chunks(3).for_each(|row| csr.push((0..).zip(row.iter().copied())));
        [
            Inputs::bytes(bytes, 3, Scale::unit(2)),
            Inputs::Sparse(csr),
            Inputs::Numbers(Numbers { rows: numbers, width: 3 }),
        ]
    }

    fn dense(inputs: &Inputs) -> Vec<f32> {
        let mut all = Vec::new();
        (0..inputs.len()).for_each(|i| inputs.row(i).write(&mut all));
        all
    }

    #[test]
    fn every_form_gives_the_same_values() {
        for inputs in forms() {
            assert_eq!((inputs.len(), inputs.width(), inputs.is_empty()), (3, 3, false));
            assert_eq!(dense(&inputs), [0.0, 1.0, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 0.5]);
        }
    }

    #[test]
    fn every_form_can_be_selected_from() {
        for inputs in forms() {
            assert_eq!(dense(&inputs.select(&[2, 2])), [1.0, 0.0, 0.5, 1.0, 0.0, 0.5]);
        }
    }

    #[test]
    fn the_value_of_a_byte_is_linear_between_the_lowest_value_and_one() {
        let ends = |scale: Scale| [scale.values()[0], scale.values()[usize::from(scale.maximum)]];
        assert_eq!(ends(Scale::unit(16)), [0.0, 1.0]);
        assert_eq!(ends(Scale::SYMMETRIC), [-1.0, 1.0]);
        assert_eq!(Scale::unit(255).values()[100], 100.0 / 255.0);
        assert!((Scale::SYMMETRIC.values()[100] - (100.0 / 127.5 - 1.0)).abs() < 1e-6);
    }
}
