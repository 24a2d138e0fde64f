//! The golden vectors: single steps of networks and auto-encoders in float64, computed by an independent program
//! (`golden/make.py`), as typed cases for the tests of the other crates.
//!
//! Each file is read once per process, from the folder `golden` of the repository or from `$GOLDEN_DIR`. A file that is
//! missing, malformed or empty stops the test with an error that names it. Activations and reconstructions are strings,
//! as in the files; a test crate maps them to its types in one place.

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

/// Steps of classifiers, from `supervised.json`.
///
/// # Panics
/// If the file is missing, malformed or has no case.
pub fn supervised() -> &'static [Supervised] {
    static CASES: OnceLock<Vec<Supervised>> = OnceLock::new();
    CASES.get_or_init(|| read::cases("supervised.json"))
}

/// Steps of denoising auto-encoders, from `autoencoder.json`.
///
/// # Panics
/// If the file is missing, malformed or has no case.
pub fn autoencoders() -> &'static [AutoEncoder] {
    static CASES: OnceLock<Vec<AutoEncoder>> = OnceLock::new();
    CASES.get_or_init(|| read::cases("autoencoder.json"))
}

/// The rescaling identity of section 3.1, from `identity.json`.
///
/// # Panics
/// If the file is missing or malformed.
pub fn identity() -> &'static Identity {
    static CASE: OnceLock<Identity> = OnceLock::new();
    CASE.get_or_init(|| read::case("identity.json"))
}
