//! The reconstruction targets of auto-encoders.

use serde::{Deserialize, Serialize};
use units::{Activation, Reconstruction};

/// The reconstruction target for an input value x, chosen so that the reconstruction layer can output this target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// The value x itself.
    Same,
    /// The magnitude |x|, for codes with fixed signs.
    Magnitude,
    /// The value (x + 1) / 2, for inputs and codes in [-1, 1].
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

    /// The least and the greatest target of values from `least` to `greatest`.
    #[must_use]
    pub fn range(self, (least, greatest): (f32, f32)) -> (f32, f32) {
        match self {
            Self::Magnitude => (least.max(-greatest).max(0.0), greatest.max(-least)),
            Self::Same | Self::Halved => (self.of(least), self.of(greatest)),
        }
    }

    /// The target for codes h of `activation` under `reconstruction`: h itself for linear reconstruction units, which
    /// can output any value; otherwise (h + 1) / 2 for activations with the range [-1, 1], and |h| for all others.
    #[must_use]
    pub fn for_code(activation: Activation, reconstruction: Reconstruction) -> Self {
        match reconstruction {
            Reconstruction::LinearQuadratic => Self::Same,
            _ if activation.range() == (-1.0, 1.0) => Self::Halved,
            _ => Self::Magnitude,
        }
    }

    /// The target under `reconstruction` for inputs x whose lowest value is `lowest`: x itself for linear
    /// reconstruction units and for inputs without negative values; otherwise (x + 1) / 2.
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
    fn targets_are_reachable() {
        let code = |activation, reconstruction| Target::for_code(activation, reconstruction);
        assert_eq!(code(Activation::Rectifier, Reconstruction::SoftplusQuadratic).of(-0.5), 0.5);
        assert_eq!(code(Activation::Tanh, Reconstruction::TanhCrossEntropy).of(-1.0), 0.0);
        assert_eq!(code(Activation::HardTanh, Reconstruction::LogisticCrossEntropy).of(-1.0), 0.0);
        assert_eq!(code(Activation::Tanh, Reconstruction::LinearQuadratic).of(-0.5), -0.5);
        assert_eq!(Target::for_inputs(-1.0, Reconstruction::SoftplusQuadratic).of(0.0), 0.5);
        assert_eq!(Target::for_inputs(0.0, Reconstruction::SoftplusQuadratic).of(0.25), 0.25);
    }
}
