//! The golden vectors: training steps of classifiers and denoising auto-encoders, and the rescaling of a rectifier
//! network, computed in float64 by an independent program (`golden/make.py`), as typed cases for the tests of the other
//! crates.
//!
//! Each file is read once per process, from the folder `golden` of the repository or from `$GOLDEN_DIR`. If a file is
//! missing, malformed or empty, the test panics with a message that names the file. Activations and reconstructions are
//! stored as strings, as in the files; methods of the cases convert them to the types of [`units`].

mod autoencoder;
mod compare;
mod identity;
mod matrix;
mod read;
mod supervised;
mod unit;

pub use autoencoder::{AutoEncoder, AutoEncoderExpected, AutoEncoderParameters};
pub use compare::assert_close;
pub use identity::Identity;
pub use matrix::{Matrix, Ragged};
pub use supervised::{Supervised, SupervisedExpected};

use std::sync::OnceLock;

/// Training steps of classifiers, from `supervised.json`.
///
/// # Panics
/// If the file is missing or malformed, or has no cases.
pub fn supervised() -> &'static [Supervised] {
    static CASES: OnceLock<Vec<Supervised>> = OnceLock::new();
    CASES.get_or_init(|| read::cases("supervised.json"))
}

/// Training steps of denoising auto-encoders, from `autoencoder.json`.
///
/// # Panics
/// If the file is missing or malformed, or has no cases.
pub fn autoencoders() -> &'static [AutoEncoder] {
    static CASES: OnceLock<Vec<AutoEncoder>> = OnceLock::new();
    CASES.get_or_init(|| read::cases("autoencoder.json"))
}

/// The rescaling identity in section 3.1 of the paper, from `identity.json`.
///
/// # Panics
/// If the file is missing or malformed.
pub fn identity() -> &'static Identity {
    static CASE: OnceLock<Identity> = OnceLock::new();
    CASE.get_or_init(|| read::case("identity.json"))
}
