//! Converts the names of activations and reconstructions in the golden vectors to the types of [`units`].

use crate::{AutoEncoder, Supervised};
use units::{Activation, ActivationName, Numbers, Reconstruction};

impl Supervised {
    /// The activation of the hidden units.
    ///
    /// # Panics
    /// When no activation has the name in the field `activation`.
    #[must_use]
    pub fn activation(&self) -> Activation {
        activation(&self.activation, self.softplus_alpha)
    }
}

impl AutoEncoder {
    /// The activation of the code.
    ///
    /// # Panics
    /// When no activation has the name in the field `activation`.
    #[must_use]
    pub fn activation(&self) -> Activation {
        activation(&self.activation, self.softplus_alpha)
    }

    /// The reconstruction that [`strategy`](Self::strategy) names.
    ///
    /// # Panics
    /// When no reconstruction has the name in the field `strategy`.
    #[must_use]
    pub fn reconstruction(&self) -> Reconstruction {
        let name = self.strategy.replace('_', "-");
        let named = Reconstruction::ALL.into_iter().find(|reconstruction| reconstruction.name() == name);
        named.unwrap_or_else(|| panic!("{}: no reconstruction is named '{}'", self.name, self.strategy))
    }
}

fn activation(name: &str, alpha: f64) -> Activation {
    let named = ActivationName::find(name).unwrap_or_else(|| panic!("no activation is named '{name}'"));
    named.with(Numbers { alpha, ..Numbers::default() })
}
