//! `training.engine`: the code that carries out training steps.

use super::backend::Backend;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The engine that carries out training steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// [`Engine::Sparse`] on the CPU backends, [`Engine::Autodiff`] elsewhere.
    Auto,
    /// The kernels that skip exact zeros and update the parameters in place.
    #[serde(alias = "zeros")]
    Sparse,
    /// Burn's automatic differentiation and optimiser.
    Autodiff,
}

impl Engine {
    /// The engine to use on `backend`; never [`Engine::Auto`].
    ///
    /// # Errors
    /// [`Error`] when [`Engine::Sparse`] is requested for a backend that does not compute on the CPU.
    pub fn on(self, backend: Backend) -> Result<Self, Error> {
        match self {
            Self::Sparse if !backend.is_cpu() => Err(Error(backend)),
            Self::Auto if backend.is_cpu() => Ok(Self::Sparse),
            Self::Auto => Ok(Self::Autodiff),
            engine => Ok(engine),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Sparse => "sparse",
            Self::Autodiff => "autodiff",
        })
    }
}

/// The sparse engine was requested for a backend that does not compute on the CPU.
#[derive(Debug, thiserror::Error)]
#[error(
    "training.engine = \"sparse\" computes on the CPU, not on {0}; use --backend flex, or training.engine = \"auto\""
)]
pub struct Error(Backend);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_sparse_on_the_cpu_and_autodiff_elsewhere() {
        for backend in Backend::ALL {
            let engine = Engine::Auto.on(backend).unwrap();
            assert_eq!(engine, if backend.is_cpu() { Engine::Sparse } else { Engine::Autodiff });
            assert_eq!(Engine::Autodiff.on(backend).unwrap(), Engine::Autodiff);
        }
        assert_eq!(Engine::Sparse.on(Backend::Ndarray).unwrap(), Engine::Sparse);
        let sentence = Engine::Sparse.on(Backend::Wgpu).unwrap_err().to_string();
        assert!(sentence.contains("not on wgpu") && sentence.contains("--backend flex"), "{sentence}");
    }
}
