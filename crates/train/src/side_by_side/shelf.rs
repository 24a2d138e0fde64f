//! The examples of all runs on the device.

use super::trainee::{Material, Trainee};
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use data::Examples;
use fleet::Store;
use std::sync::Arc;

/// The data sets of runs, each once, one after the other: a row of the `k`-th has `k` times the number of examples before it.
pub(super) struct Shelf {
    sets: Vec<Arc<Material>>,
    pub(super) train: Store,
    pub(super) validation: Store,
    device: Device,
}

impl Shelf {
    /// What `trainees` learn from, and are validated on.
    pub(super) fn of(trainees: &[Trainee], device: &Device) -> Self {
        let sets = sets(trainees);
        let both = |part: fn(&Trainee) -> &Arc<Examples>| {
            let owners = sets.iter().filter_map(|set| trainees.iter().find(|one| Arc::ptr_eq(&one.material, set)));
            store(owners.map(|owner| &**part(owner)), device)
        };
        let (train, validation) = (both(|one| &one.run.train), both(|one| &one.run.validation));
        Self { sets, train, validation, device: device.clone() }
    }

    /// Whether it has what `trainees` need, and nothing else.
    pub(super) fn fits(&self, trainees: &[Trainee]) -> bool {
        let wanted = sets(trainees);
        wanted.len() == self.sets.len() && wanted.iter().all(|set| self.place(set).is_some())
    }

    fn place(&self, material: &Arc<Material>) -> Option<usize> {
        self.sets.iter().position(|set| Arc::ptr_eq(set, material))
    }

    /// The rows of the training examples in the order of each of `trainees`, `[R, examples]`.
    pub(super) fn orders(&self, trainees: &[&mut Trainee]) -> Tensor<2, Int> {
        self.rows(trainees, Trainee::order)
    }

    /// The rows of the validation examples as they are stored, for each of `trainees`, `[R, examples]`.
    pub(super) fn validation(&self, trainees: &[&mut Trainee]) -> Tensor<2, Int> {
        self.rows(trainees, |one| (0..one.run.validation.len() as u32).collect())
    }

    fn rows(&self, trainees: &[&mut Trainee], of: impl Fn(&Trainee) -> Vec<u32>) -> Tensor<2, Int> {
        let mut all = Vec::new();
        for one in trainees {
            let rows = of(one);
            let before = self.place(&one.material).unwrap_or(0) * rows.len();
            all.extend(rows.iter().map(|row| i32::try_from(before + *row as usize).unwrap_or(i32::MAX)));
        }
        let examples = all.len() / trainees.len();
        Tensor::from_data(TensorData::new(all, [trainees.len(), examples]), &self.device)
    }
}

/// The data sets of `trainees`, each once.
fn sets(trainees: &[Trainee]) -> Vec<Arc<Material>> {
    let mut sets: Vec<Arc<Material>> = Vec::new();
    for one in trainees {
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
