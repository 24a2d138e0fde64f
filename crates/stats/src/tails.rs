//! Tail probabilities for several tests.

use statrs::distribution::{ContinuousCDF, Normal};

/// The probability that a standard normal variable is at least as far from 0 as `z`.
pub(crate) fn two_sided(z: f64) -> Option<f64> {
    Some((2.0 * upper_tail(z.abs())?).min(1.0))
}

/// The probability that a standard normal variable is at least `z`.
pub(crate) fn upper_tail(z: f64) -> Option<f64> {
    Some(Normal::new(0.0, 1.0).ok()?.sf(z))
}

/// Twice the probability, at most 1, that the sum of `weights`, each included by the toss of a fair coin, is at most
/// `smaller`.
pub(crate) fn coin_tails(smaller: usize, weights: &[usize]) -> f64 {
    // The probability of each sum, after adding one weight at a time.
    let mut shares = vec![0.0; weights.iter().sum::<usize>() + 1];
    shares[0] = 1.0;
    let mut most = 0;
    for &weight in weights {
        most += weight;
        for sum in (0..=most).rev() {
            let with = if sum >= weight { shares[sum - weight] } else { 0.0 };
            shares[sum] = f64::midpoint(shares[sum], with);
        }
    }
    (2.0 * shares[..=smaller].iter().sum::<f64>()).min(1.0)
}
