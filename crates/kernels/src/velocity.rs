//! What momentum keeps of a panel.

use crate::floats::Floats;

/// The velocities of a panel, times the momentum: s of [`crate::momentum`].
#[derive(Clone, Debug)]
pub(crate) struct Velocity {
    /// s of each weight, `[inputs, width]`.
    pub(crate) weight: Floats,
    /// s of each bias, `[width]`.
    pub(crate) bias: Floats,
    /// For each row, the number of steps whose map it has had, `[inputs]`.
    pub(crate) settled: Vec<u64>,
}

impl Velocity {
    pub(crate) fn zeros(inputs: usize, width: usize) -> Self {
        Self { weight: Floats::zeros(inputs * width), bias: Floats::zeros(width), settled: vec![0; inputs] }
    }
}
