//! The input corruption of denoising auto-encoders (sections 3.2, 4.1 and 4.2).

use random::{ChaCha8Rng, Rng};
use serde::{Deserialize, Serialize};

/// The corruption of an input row. Each value is corrupted independently of the others. Masking and salt-and-pepper
/// noise do not rescale the values that they keep.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Corruption {
    /// Each value becomes 0 with the given probability, which is 0.25 in section 4.1.
    Masking(f64),
    /// Each nonzero value becomes 0 with probability `to-zero`, and each 0 becomes 1 with probability `to-one` (section
    /// 4.2).
    #[serde(rename_all = "kebab-case")]
    SaltAndPepper {
        /// Probability that a nonzero value becomes 0.
        to_zero: f64,
        /// Probability that a 0 becomes 1.
        to_one: f64,
    },
    /// A normal draw with mean 0 and the given standard deviation is added to each value.
    Gaussian(f64),
    /// A normal draw with mean 0 and the given standard deviation is added to each pre-activation of the code; the
    /// inputs are not changed.
    GaussianBeforeActivation(f64),
}

impl Corruption {
    /// Corrupts `row` in place. The number of draws from `rng` does not depend on the values in the row.
    pub fn corrupt(self, row: &mut [f32], rng: &mut ChaCha8Rng) {
        match self {
            Self::Masking(probability) => {
                let bound = bound(probability);
                row.iter_mut().filter(|_| happens(bound, rng)).for_each(|x| *x = 0.0);
            }
            Self::SaltAndPepper { to_zero, to_one } => {
                let (to_zero, to_one) = (bound(to_zero), bound(to_one));
                for x in row {
                    let (pepper, salt) = (happens(to_zero, rng), happens(to_one, rng));
                    if *x == 0.0 && salt {
                        *x = 1.0;
                    } else if pepper {
                        *x = 0.0;
                    }
                }
            }
            Self::Gaussian(deviation) => add_normals(row, deviation, rng),
            Self::GaussianBeforeActivation(_) => {}
        }
    }

    /// Fills `noise` `[units]` with draws to be added to the pre-activations, and returns true. A corruption that does
    /// not disturb pre-activations leaves `noise` unchanged, and returns false.
    pub fn disturb(self, noise: &mut [f32], rng: &mut ChaCha8Rng) -> bool {
        let Self::GaussianBeforeActivation(deviation) = self else { return false };
        noise.fill(0.0);
        add_normals(noise, deviation, rng);
        true
    }

    /// Whether the parameters are valid: probabilities in [0, 1], and a finite standard deviation of at least 0.
    #[must_use]
    pub fn is_possible(self) -> bool {
        let probability = |p: f64| (0.0..=1.0).contains(&p);
        match self {
            Self::Masking(p) => probability(p),
            Self::SaltAndPepper { to_zero, to_one } => probability(to_zero) && probability(to_one),
            Self::Gaussian(deviation) | Self::GaussianBeforeActivation(deviation) => {
                deviation.is_finite() && deviation >= 0.0
            }
        }
    }
}

/// The bound b for which a uniform 32-bit integer is below b with the given probability.
fn bound(probability: f64) -> u64 {
    (probability * (1u64 << 32) as f64).round() as u64
}

fn happens(bound: u64, rng: &mut ChaCha8Rng) -> bool {
    u64::from(rng.next_u32()) < bound
}

/// Adds a normal draw with mean 0 and standard deviation `deviation` to each value.
fn add_normals(values: &mut [f32], deviation: f64, rng: &mut ChaCha8Rng) {
    for pair in values.chunks_mut(2) {
        let normal = normals(rng).map(|normal| (deviation * normal) as f32);
        pair.iter_mut().zip(normal).for_each(|(x, noise)| *x += noise);
    }
}

/// Two independent standard normal draws (Box and Muller 1958).
fn normals(rng: &mut ChaCha8Rng) -> [f64; 2] {
    const STEPS: f64 = (1u64 << 32) as f64;
    let radius = (-2.0 * ((f64::from(rng.next_u32()) + 0.5) / STEPS).ln()).sqrt();
    let angle = std::f64::consts::TAU * f64::from(rng.next_u32()) / STEPS;
    [radius * angle.cos(), radius * angle.sin()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEN: usize = 100_000;

    fn corrupted(corruption: Corruption, x: f32) -> Vec<f32> {
        let mut row = vec![x; LEN];
        corruption.corrupt(&mut row, &mut random::stream(1, "test", &[]));
        row
    }

    /// Asserts that the share `count` / [`LEN`] is within four standard deviations of `probability`.
    fn is_share(count: usize, probability: f64) {
        let deviation = (probability * (1.0 - probability) / LEN as f64).sqrt();
        let share = count as f64 / LEN as f64;
        assert!((share - probability).abs() <= 4.0 * deviation, "the share is {share}, not {probability}");
    }

    #[test]
    fn masking_zeroes_its_share_and_keeps_the_rest_exactly() {
        let row = corrupted(Corruption::Masking(0.25), 0.3);
        is_share(row.iter().filter(|x| **x == 0.0).count(), 0.25);
        assert!(row.iter().all(|x| *x == 0.0 || *x == 0.3));
        assert_eq!(corrupted(Corruption::Masking(0.0), 0.3), vec![0.3; LEN]);
        assert_eq!(corrupted(Corruption::Masking(1.0), 0.3), vec![0.0; LEN]);
    }

    #[test]
    fn salt_only_changes_zeros_and_pepper_other_values() {
        let both = Corruption::SaltAndPepper { to_zero: 0.8, to_one: 0.005 };
        is_share(corrupted(both, 1.0).iter().filter(|x| **x == 0.0).count(), 0.8);
        is_share(corrupted(both, 0.0).iter().filter(|x| **x == 1.0).count(), 0.005);
        assert!(corrupted(both, 0.5).iter().all(|x| *x == 0.0 || *x == 0.5));
    }

    #[test]
    fn gaussian_noise_has_its_mean_and_deviation() {
        let row = corrupted(Corruption::Gaussian(0.5), 2.0);
        let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / LEN as f64;
        let square = row.iter().map(|x| (f64::from(*x) - 2.0).powi(2)).sum::<f64>() / LEN as f64;
        assert!((mean - 2.0).abs() < 4.0 * 0.5 / (LEN as f64).sqrt(), "the mean is {mean}");
        assert!((square.sqrt() - 0.5).abs() < 4.0 * 0.5 / (2.0 * LEN as f64).sqrt(), "{square}");
        let odd: Vec<f32> = corrupted(Corruption::Gaussian(0.5), 0.0)[..3].to_vec();
        assert!(odd.iter().all(|x| *x != 0.0));
    }

    #[test]
    fn noise_before_the_activation_keeps_inputs_and_has_its_deviation() {
        let corruption = Corruption::GaussianBeforeActivation(0.5);
        assert_eq!(corrupted(corruption, 0.3), vec![0.3; LEN]);
        let mut noise = vec![7.0; LEN];
        assert!(corruption.disturb(&mut noise, &mut random::stream(1, "test", &[])));
        let square = noise.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / LEN as f64;
        assert!((square.sqrt() - 0.5).abs() < 4.0 * 0.5 / (2.0 * LEN as f64).sqrt(), "{square}");
        assert!(!Corruption::Gaussian(0.5).disturb(&mut noise, &mut random::stream(1, "test", &[])));
    }

    #[test]
    fn values_out_of_range_are_impossible() {
        assert!(Corruption::Masking(1.0).is_possible() && !Corruption::Masking(1.1).is_possible());
        assert!(!Corruption::SaltAndPepper { to_zero: 0.5, to_one: -0.1 }.is_possible());
        assert!(!Corruption::Gaussian(f64::NAN).is_possible());
    }
}
