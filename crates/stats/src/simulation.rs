//! Random numbers for tests by simulation.

use rand::RngExt;
use random::ChaCha8Rng;

/// The number of simulations of a test.
pub(crate) const SIMULATIONS: usize = 2000;

/// The stream of random numbers of the test called `name`.
pub(crate) fn stream(name: &str) -> ChaCha8Rng {
    random::stream(1, name, &[])
}

/// A number from the standard normal distribution, by the formula of Box and Muller.
pub(crate) fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (radius, angle): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// A number of simulations as a share of all [`SIMULATIONS`].
pub(crate) fn share(count: usize) -> f64 {
    count as f64 / SIMULATIONS as f64
}
