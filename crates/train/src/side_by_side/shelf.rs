//! The examples of all networks on the device.

use super::material::Material;
use super::pupil::Pupil;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use data::Examples;
use fleet::Store;
use std::sync::Arc;

/// The data sets of pupils, each once, one after the other: a row of the `k`-th has `k` times the number of examples before it.
pub(super) struct Shelf {
    sets: Vec<Arc<Material>>,
    pub(super) train: Store,
    pub(super) validation: Store,
    device: Device,
}

impl Shelf {
    /// What `pupils` learn from, and are validated on.
    pub(super) fn of(pupils: &[&mut Pupil], device: &Device) -> Self {
        let sets = sets(pupils);
        let (train, validation) = (
            store(sets.iter().map(|set| &set.data.splits.train), device),
            store(sets.iter().map(|set| &set.data.splits.validation), device),
        );
        Self { sets, train, validation, device: device.clone() }
    }

    /// Whether it has what `pupils` need, and nothing else.
    pub(super) fn fits(&self, pupils: &[&mut Pupil]) -> bool {
        let wanted = sets(pupils);
        wanted.len() == self.sets.len() && wanted.iter().all(|set| self.place(set).is_some())
    }

    fn place(&self, material: &Arc<Material>) -> Option<usize> {
        self.sets.iter().position(|set| Arc::ptr_eq(set, material))
    }

    /// The rows of the training examples in the order of each of `pupils`, `[R, examples]`.
    pub(super) fn orders(&self, pupils: &[&mut Pupil]) -> Tensor<2, Int> {
        self.rows(pupils, Pupil::order)
    }

    /// The rows of the validation examples as they are stored, for each of `pupils`, `[R, examples]`.
    pub(super) fn validation(&self, pupils: &[&mut Pupil]) -> Tensor<2, Int> {
        self.rows(pupils, |one| (0..one.lesson.validation.examples().len() as u32).collect())
    }

    fn rows(&self, pupils: &[&mut Pupil], of: impl Fn(&Pupil) -> Vec<u32>) -> Tensor<2, Int> {
        let mut all = Vec::new();
        for one in pupils {
            let rows = of(one);
            let before = self.place(&one.material).unwrap_or(0) * rows.len();
            all.extend(rows.iter().map(|row| i32::try_from(before + *row as usize).unwrap_or(i32::MAX)));
        }
        let examples = all.len() / pupils.len();
        Tensor::from_data(TensorData::new(all, [pupils.len(), examples]), &self.device)
    }
}

/// The data sets of `pupils`, each once.
fn sets(pupils: &[&mut Pupil]) -> Vec<Arc<Material>> {
    let mut sets: Vec<Arc<Material>> = Vec::new();
    for one in pupils {
        if !sets.iter().any(|set| Arc::ptr_eq(set, &one.material)) {
            sets.push(one.material.clone());
        }
    }
    sets
}

/// All `parts` in one store.
fn store<'a>(parts: impl Iterator<Item = &'a Examples>, device: &Device) -> Store {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    for examples in parts {
        for row in 0..examples.len() {
            examples.row(row).write(&mut inputs);
            labels.push(i32::from(examples.label(row)));
        }
    }
    Store::new(inputs, labels, device)
}
