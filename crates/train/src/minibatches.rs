//! Examples become minibatches on a device.

use crate::task::Denoising;
use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use data::Examples;
use random::ChaCha8Rng;
use std::sync::Arc;

/// Examples of `features` inputs that go through a network together when one only looks: 100, or fewer where inputs are
/// so many that a minibatch would take hundreds of megabytes. The answers do not depend on it.
#[must_use]
pub fn looked_at_together(features: usize) -> usize {
    const MOST_VALUES: usize = 1 << 22;
    (MOST_VALUES / features.max(1)).clamp(1, 100)
}

/// A minibatch on a device.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Inputs, `[batch, features]`.
    pub inputs: Tensor<2>,
    /// Classes, `[batch]`.
    pub labels: Tensor<1, Int>,
    /// What an auto-encoder is to give back, `[batch, features]`.
    pub targets: Option<Tensor<2>>,
}

/// A data set cut into minibatches, in any order one asks for.
///
/// Inputs stay as they are stored. A minibatch is gathered straight into the one buffer that its tensor takes over,
/// so nothing is allocated per example. As Burn's `DataLoader` it gives the stored order.
#[derive(Clone)]
pub struct Minibatches {
    examples: Arc<Examples>,
    size: usize,
    device: Device,
}

impl Minibatches {
    /// Minibatches of `size` examples, the last one shorter when they do not divide.
    #[must_use]
    pub fn new(examples: Arc<Examples>, size: usize, device: Device) -> Self {
        Self { examples, size, device }
    }

    /// The examples.
    #[must_use]
    pub fn examples(&self) -> &Examples {
        &self.examples
    }

    /// Examples per minibatch.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Examples in the largest minibatch: fewer than [`Minibatches::size`] when there are not as many.
    #[must_use]
    pub fn largest(&self) -> usize {
        self.size.min(self.examples.len())
    }

    /// How many minibatches an epoch has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.examples.len().div_ceil(self.size)
    }

    /// The order of epoch `epoch`, a function of (seed, epoch) alone.
    #[must_use]
    pub fn order(&self, seed: u64, epoch: usize) -> Vec<u32> {
        self.examples.order(seed, epoch)
    }

    /// The minibatches of the rows `order`, from minibatch `first` (0 for all) on.
    pub fn in_order<'a>(&'a self, order: &'a [u32], first: usize) -> impl Iterator<Item = Batch> + 'a {
        order.chunks(self.size).skip(first).map(|rows| self.batch(rows))
    }

    /// The minibatches in stored order.
    pub fn stored(&self) -> impl Iterator<Item = Batch> + '_ {
        (0..self.count()).map(|k| {
            let end = ((k + 1) * self.size).min(self.examples.len());
            let rows: Vec<u32> = (k * self.size..end).map(|row| row as u32).collect();
            self.batch(&rows)
        })
    }

    /// The examples `rows` on the device.
    ///
    /// # Panics
    /// When one of `rows` is no example.
    #[must_use]
    pub fn batch(&self, rows: &[u32]) -> Batch {
        let features = self.examples.features();
        let mut inputs = Vec::with_capacity(rows.len() * features);
        let mut labels = Vec::with_capacity(rows.len());
        self.examples.gather(rows, &mut inputs, &mut labels);
        Batch {
            inputs: Tensor::from_data(TensorData::new(inputs, [rows.len(), features]), &self.device),
            labels: Tensor::from_data(TensorData::new(labels, [rows.len()]), &self.device),
            targets: None,
        }
    }

    /// The examples `rows` on the device, corrupted if there is `noise`, with their targets.
    ///
    /// # Panics
    /// When one of `rows` is no example.
    #[must_use]
    pub fn denoising(&self, rows: &[u32], denoising: &Denoising, mut noise: Option<ChaCha8Rng>) -> Batch {
        let shape = [rows.len(), self.examples.features()];
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        let (mut of_row, mut target) = (Vec::new(), Vec::new());
        for row in rows {
            denoising.prepare(&self.examples.row(*row as usize), noise.as_mut(), &mut of_row, &mut target);
            inputs.extend_from_slice(&of_row);
            targets.extend_from_slice(&target);
        }
        let tensor = |values| Tensor::from_data(TensorData::new(values, shape), &self.device);
        Batch {
            inputs: tensor(inputs),
            labels: Tensor::zeros([rows.len()], &self.device),
            targets: Some(tensor(targets)),
        }
    }
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
