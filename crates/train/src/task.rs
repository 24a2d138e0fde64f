//! What a network is trained to do.

use data::Row;
use model::{Activation, Corruption, Reconstruction};
use random::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// What a network is trained to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// To tell classes: nll (section 4.1).
    Classify,
    /// To give back its inputs: an auto-encoder (section 3.2).
    Reconstruct(Denoising),
}

/// A denoising auto-encoder's task: from a corrupted input to the clean one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Denoising {
    /// The reconstruction layer and its cost.
    pub reconstruction: Reconstruction,
    /// What is done to the inputs while training; looking at validation examples is clean.
    pub corruption: Corruption,
    /// What an input is to be reconstructed as.
    pub target: Target,
    /// The place of the layer in its network, from 0.
    pub layer: usize,
}

impl Denoising {
    /// What corrupts minibatch `step` of epoch `epoch`: a stream of its own.
    #[must_use]
    pub fn noise(&self, seed: u64, At { epoch, step }: At) -> ChaCha8Rng {
        random::stream(seed, "corruption", &[self.layer as u64, epoch as u64, step as u64])
    }

    /// Replaces `corrupted` and `targets`, both `[inputs]`, by those of the clean `row`; without `noise` nothing is
    /// corrupted.
    pub fn prepare(
        &self,
        row: &Row<'_>,
        noise: Option<&mut ChaCha8Rng>,
        corrupted: &mut Vec<f32>,
        targets: &mut Vec<f32>,
    ) {
        corrupted.clear();
        row.write(corrupted);
        targets.clear();
        targets.extend(corrupted.iter().map(|x| self.target.of(*x)));
        if let Some(rng) = noise {
            self.corruption.corrupt(corrupted, rng);
        }
    }
}

/// A place in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// From 1.
    pub epoch: usize,
    /// Minibatch of the epoch, from 0.
    pub step: usize,
}

/// What an input value x is to be reconstructed as, so that the reconstruction layer can reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// x.
    Same,
    /// |x|: a code with fixed signs.
    Magnitude,
    /// (x + 1) / 2: inputs and codes in [-1, 1].
    Halved,
}

impl Target {
    /// The target of `x`.
    #[must_use]
    pub fn of(self, x: f32) -> f32 {
        match self {
            Self::Same => x,
            Self::Magnitude => x.abs(),
            Self::Halved => f32::midpoint(x, 1.0),
        }
    }

    /// What to make of the codes of `activation` for `reconstruction`: linear units reach any code; the others want |h|,
    /// and of tanh the middle of h and 1.
    #[must_use]
    pub fn for_code(activation: Activation, reconstruction: Reconstruction) -> Self {
        match (reconstruction, activation) {
            (Reconstruction::LinearQuadratic, _) => Self::Same,
            (_, Activation::Tanh) => Self::Halved,
            _ => Self::Magnitude,
        }
    }

    /// What to make of inputs from `lowest` on for `reconstruction`.
    #[must_use]
    pub fn for_inputs(lowest: f32, reconstruction: Reconstruction) -> Self {
        match reconstruction {
            Reconstruction::LinearQuadratic => Self::Same,
            _ if lowest < 0.0 => Self::Halved,
            _ => Self::Same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_what_the_reconstruction_can_reach() {
        let code = |activation, reconstruction| Target::for_code(activation, reconstruction);
        assert_eq!(code(Activation::Rectifier, Reconstruction::SoftplusQuadratic).of(-0.5), 0.5);
        assert_eq!(code(Activation::Tanh, Reconstruction::TanhCrossEntropy).of(-1.0), 0.0);
        assert_eq!(code(Activation::Tanh, Reconstruction::LinearQuadratic).of(-0.5), -0.5);
        assert_eq!(Target::for_inputs(-1.0, Reconstruction::SoftplusQuadratic).of(0.0), 0.5);
        assert_eq!(Target::for_inputs(0.0, Reconstruction::SoftplusQuadratic).of(0.25), 0.25);
    }
}
