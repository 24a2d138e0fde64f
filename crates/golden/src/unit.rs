//! The vectors' names of units and reconstructions as those of the project.

use crate::{AutoEncoder, Supervised};
use units::{Activation, ActivationName, Numbers, Reconstruction};

impl Supervised {
    /// The activation of the hidden units.
    ///
    /// # Panics
    /// When there is no activation of this name.
    #[must_use]
    pub fn activation(&self) -> Activation {
        activation(&self.activation, self.softplus_alpha)
    }
}

impl AutoEncoder {
    /// The activation of the code.
    ///
    /// # Panics
    /// When there is no activation of this name.
    #[must_use]
    pub fn activation(&self) -> Activation {
        activation(&self.activation, self.softplus_alpha)
    }

    /// The reconstruction that [`strategy`](Self::strategy) names.
    ///
    /// # Panics
    /// When there is no reconstruction of this name.
    #[must_use]
    pub fn reconstruction(&self) -> Reconstruction {
        let name = self.strategy.replace('_', "-");
        let named = Reconstruction::ALL.into_iter().find(|reconstruction| reconstruction.name() == name);
        named.unwrap_or_else(|| panic!("{}: there is no reconstruction '{}'", self.name, self.strategy))
    }
}

fn activation(name: &str, alpha: f64) -> Activation {
    let named = ActivationName::find(name).unwrap_or_else(|| panic!("there is no activation '{name}'"));
    named.with(Numbers { alpha, ..Numbers::default() })
}
