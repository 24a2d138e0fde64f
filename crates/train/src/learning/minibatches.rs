//! Minibatches of examples, on a device.

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use data::{Examples, Inputs};
use denoising::{Denoising, Draws, Prepared};
use model::Rows;
use std::sync::Arc;

/// The batch size for the evaluation of examples with `features` inputs: 256 or, for wide examples, as many examples as
/// have at most 2^22 input values (16 MiB) together, but at least 1. A network's predictions do not depend on the batch
/// size.
#[must_use]
pub fn eval_batch_size(features: usize) -> usize {
    const MOST_VALUES: usize = 1 << 22;
    (MOST_VALUES / features.max(1)).clamp(1, 256)
}

/// A minibatch on a device.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Inputs, `[batch, features]`; if the rows are stored sparse, possibly only the columns that are not all zero.
    pub inputs: Rows,
    /// Classes, `[batch]`; all 0 for auto-encoders and for regression.
    pub labels: Tensor<1, Int>,
    /// The targets of an auto-encoder, or the numbers to predict, `[batch, 1]`; `None` for a classifier.
    pub targets: Option<Targets>,
}

/// The targets of a minibatch, for an auto-encoder or for regression, and the noise added to the pre-activations of an
/// auto-encoder.
#[derive(Clone, Debug)]
pub struct Targets {
    /// The targets: `[batch, features]` for an auto-encoder, or only the columns that are reconstructed in at least one
    /// example; `[batch, 1]` for regression.
    pub rows: Rows,
    /// The weight of each target's cost, in the shape of `rows`; `None` if every weight is 1.
    pub weight: Option<Tensor<2>>,
    /// Noise added to the pre-activations, `[batch, units]`; `None` for no noise.
    pub noise: Option<Tensor<2>>,
}

impl From<Tensor<2>> for Targets {
    fn from(values: Tensor<2>) -> Self {
        Self { rows: values.into(), weight: None, noise: None }
    }
}

/// A set of examples, divided into minibatches in any order.
///
/// The inputs stay in the form in which they are stored; the values of a minibatch are gathered when the minibatch is
/// requested. The implementation of Burn's `DataLoader` yields the minibatches in stored order.
#[derive(Clone)]
pub struct Minibatches {
    examples: Arc<Examples>,
    size: usize,
    device: Device,
}

impl Minibatches {
    /// Divides `examples` into minibatches of `size` examples on `device`. The last minibatch may have fewer examples.
    #[must_use]
    pub fn new(examples: Arc<Examples>, size: usize, device: Device) -> Self {
        Self { examples, size, device }
    }

    /// The examples.
    #[must_use]
    pub fn examples(&self) -> &Examples {
        &self.examples
    }

    /// Examples per minibatch; the last minibatch may have fewer.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Examples in the largest minibatch: [`Minibatches::size`], or all examples if there are fewer.
    #[must_use]
    pub fn largest(&self) -> usize {
        self.size.min(self.examples.len())
    }

    /// Minibatches per epoch.
    #[must_use]
    pub fn count(&self) -> usize {
        self.examples.len().div_ceil(self.size)
    }

    /// The order of the examples in epoch `epoch`, counted from 1, which depends only on the number of examples, `seed`
    /// and `epoch`.
    #[must_use]
    pub fn order(&self, seed: u64, epoch: usize) -> Vec<u32> {
        self.examples.order(seed, epoch)
    }

    /// The part of `order` that belongs to minibatch `step`, counted from 0.
    ///
    /// # Panics
    /// If minibatch `step` would begin after the end of `order`.
    #[must_use]
    pub fn rows<'a>(&self, order: &'a [u32], step: usize) -> &'a [u32] {
        &order[step * self.size..((step + 1) * self.size).min(order.len())]
    }

    /// The row numbers of each minibatch, with the examples in stored order.
    pub fn stored_rows(&self) -> impl Iterator<Item = Vec<u32>> + use<> {
        let (examples, size) = (self.examples.len(), self.size);
        (0..examples)
            .step_by(size)
            .map(move |first| (first..examples.min(first + size)).map(|row| row as u32).collect())
    }

    /// The minibatches of the examples in the order `order`, starting with minibatch `first`, counted from 0.
    pub fn in_order<'a>(&'a self, order: &'a [u32], first: usize) -> impl Iterator<Item = Batch> + 'a {
        order.chunks(self.size).skip(first).map(|rows| self.batch(rows))
    }

    /// The minibatches, with the examples in stored order.
    pub fn stored(&self) -> impl Iterator<Item = Batch> + '_ {
        self.stored_rows().map(|rows| self.batch(&rows))
    }

    /// The minibatch of the examples with the indices `rows`, on the device.
    ///
    /// # Panics
    /// If one of `rows` is not the index of an example, unless the examples are endless.
    #[must_use]
    pub fn batch(&self, rows: &[u32]) -> Batch {
        let mut inputs = Vec::with_capacity(rows.len() * self.examples.features());
        let mut labels = Vec::with_capacity(rows.len());
        self.examples.gather(rows, &mut inputs, &mut labels);
        let all = self.examples.targets();
        let targets = (!all.is_empty()).then(|| {
            let numbers = rows.iter().map(|row| all[*row as usize]).collect();
            Targets::from(self.tensor(numbers, 1))
        });
        Batch {
            inputs: self.inputs(inputs),
            labels: Tensor::from_data(TensorData::new(labels, [rows.len()]), &self.device),
            targets,
        }
    }

    /// The minibatch of the examples with the indices `rows` and their targets, on the device, for an auto-encoder with
    /// `units` hidden units. The inputs are corrupted unless `draws` is `None`.
    ///
    /// # Panics
    /// If one of `rows` is not the index of an example, unless the examples are endless.
    #[must_use]
    pub fn denoising(&self, rows: &[u32], denoising: &Denoising, mut draws: Option<Draws>, units: usize) -> Batch {
        let (mut inputs, mut targets, mut noises, mut weights) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut prepared = Prepared::default();
        for row in rows {
            denoising.prepare(|to| self.examples.row(*row as usize).write(to), draws.as_mut(), units, &mut prepared);
            let Prepared { corrupted, target, noise, sampled } = &prepared;
            for (all, of_row) in
                [(&mut inputs, corrupted), (&mut targets, target), (&mut noises, noise), (&mut weights, sampled)]
            {
                all.extend_from_slice(of_row);
            }
        }
        let features = self.examples.features();
        let (rows_of_targets, weight) = if weights.is_empty() {
            (self.tensor(targets, features).into(), None)
        } else {
            let columns = occurring(&weights, features);
            let of = |values: &[f32]| self.tensor(only(values, features, &columns), columns.len());
            let rows = Rows { values: of(&targets), columns: Some(self.columns(&columns)) };
            (rows, Some(of(&weights)))
        };
        Batch {
            inputs: self.inputs(inputs),
            labels: Tensor::zeros([rows.len()], &self.device),
            targets: Some(Targets {
                rows: rows_of_targets,
                weight,
                noise: (!noises.is_empty()).then(|| self.tensor(noises, units)),
            }),
        }
    }

    /// Inputs `[batch, features]` on the device. Rows that are stored sparse are limited to the columns that are not
    /// all zero, if these are at most half of the columns.
    fn inputs(&self, values: Vec<f32>) -> Rows {
        let features = self.examples.features();
        if let Inputs::Sparse(_) = self.examples.inputs() {
            let columns = occurring(&values, features);
            if 2 * columns.len() <= features {
                let values = self.tensor(only(&values, features, &columns), columns.len());
                return Rows { values, columns: Some(self.columns(&columns)) };
            }
        }
        self.tensor(values, features).into()
    }

    fn tensor(&self, values: Vec<f32>, width: usize) -> Tensor<2> {
        let rows = values.len() / width;
        Tensor::from_data(TensorData::new(values, [rows, width]), &self.device)
    }

    fn columns(&self, columns: &[u32]) -> Tensor<1, Int> {
        let columns: Vec<i64> = columns.iter().map(|column| i64::from(*column)).collect();
        let count = columns.len();
        Tensor::from_data(TensorData::new(columns, [count]), &self.device)
    }
}

/// The columns of `values` `[rows, width]` that are not all zero, in ascending order; the first column if all columns
/// are zero.
fn occurring(values: &[f32], width: usize) -> Vec<u32> {
    let mut occurs = vec![false; width];
    for row in values.chunks(width) {
        occurs.iter_mut().zip(row).for_each(|(occurs, x)| *occurs |= *x != 0.0);
    }
    // A tensor has at least one column.
    occurs[0] |= !occurs.contains(&true);
    (0..).zip(occurs).filter(|(_, occurs)| *occurs).map(|(column, _)| column).collect()
}

/// The `columns` of `values` `[rows, width]`.
fn only(values: &[f32], width: usize, columns: &[u32]) -> Vec<f32> {
    values.chunks(width).flat_map(|row| columns.iter().map(|column| row[*column as usize])).collect()
}

impl DataLoader<Batch> for Minibatches {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        Box::new(Stored { batches: self.stored(), size: self.size, given: 0, total: self.examples.len() })
    }

    fn num_items(&self) -> usize {
        self.examples.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        let rows: Vec<u32> = (start..end).map(|row| row as u32).collect();
        Arc::new(Self { examples: Arc::new(self.examples.select(&rows)), ..self.clone() })
    }
}

struct Stored<I> {
    batches: I,
    size: usize,
    given: usize,
    total: usize,
}

impl<I: Iterator<Item = Batch>> Iterator for Stored<I> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.next()?;
        self.given = (self.given + self.size).min(self.total);
        Some(Ok(batch))
    }
}

impl<I: Iterator<Item = Batch>> DataLoaderIterator<Batch> for Stored<I> {
    fn progress(&self) -> Progress {
        Progress::new(self.given, self.total, Some("examples".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data::Csr;

    #[test]
    fn only_the_nonzero_columns_of_sparse_rows_reach_the_device() {
        let mut rows = Csr::new(9);
        for row in [[(2, 1.0), (5, 2.0)], [(2, 3.0), (7, 4.0)], [(0, 5.0), (1, 6.0)]] {
            rows.push(row);
        }
        let examples = Arc::new(Examples::sparse(rows, vec![0, 1, 0], 2).unwrap());
        let minibatches = Minibatches::new(examples, 3, Device::flex());
        let Rows { values, columns } = minibatches.batch(&[0, 1]).inputs;
        assert_eq!(columns.unwrap().into_data().iter::<i32>().collect::<Vec<i32>>(), [2, 5, 7]);
        assert_eq!(values.into_data().iter::<f32>().collect::<Vec<f32>>(), [1.0, 2.0, 0.0, 3.0, 0.0, 4.0]);
        // More than half of the columns are nonzero, so all columns are sent to the device.
        let Rows { values, columns } = minibatches.batch(&[0, 1, 2]).inputs;
        assert!(columns.is_none() && values.dims() == [3, 9]);
    }
}
