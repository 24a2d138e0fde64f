//! Tests of whether two networks have the same error rate.

use crate::tails::{coin_tails, two_sided};

/// A test whose statistic is approximately normal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZTest {
    /// The statistic.
    pub z: f64,
    /// The two-sided p-value, in [0, 1].
    pub p: f64,
}

/// McNemar's exact test (1947) for one or more pairs of networks on the same examples. `nets` holds a count for each
/// example: the number of pairs in which only the first network misclassifies the example, minus the number of pairs in
/// which only the second does. Networks that were trained alike tend to misclassify the same examples, so each example
/// is one fair coin that decides the sign of its count, rather than one coin per pair. Returns the two-sided p-value,
/// in [0, 1]: the probability that the counts with random signs have a sum at least as far from 0 as the sum of the
/// counts themselves; 1 when all counts are 0.
#[must_use]
pub fn mcnemar(nets: &[i32]) -> f64 {
    let weights: Vec<usize> = nets.iter().map(|net| net.unsigned_abs() as usize).collect();
    let positive: usize = nets.iter().map(|net| usize::try_from(*net).unwrap_or(0)).sum();
    let all: usize = weights.iter().sum();
    coin_tails(positive.min(all - positive), &weights)
}

/// Tests whether the error rates of two independent samples, with `errors[k]` errors among `examples[k]` examples, are
/// equal: z is the difference of the rates divided by its standard error under a common rate. For rates on the same
/// examples [`mcnemar`] is more powerful. `None` when a sample has no examples, or more errors than examples.
#[must_use]
pub fn two_proportion_z(errors: [u64; 2], examples: [u64; 2]) -> Option<ZTest> {
    if (0..2).any(|k| examples[k] == 0 || errors[k] > examples[k]) {
        return None;
    }
    let [first, second] = [0, 1].map(|k| errors[k] as f64 / examples[k] as f64);
    let common = (errors[0] + errors[1]) as f64 / (examples[0] + examples[1]) as f64;
    let error = (common * (1.0 - common) * examples.map(|count| 1.0 / count as f64).iter().sum::<f64>()).sqrt();
    let z = if first == second { 0.0 } else { (first - second) / error };
    Some(ZTest { z, p: two_sided(z)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The counts of the examples that only one network of a single pair misclassifies.
    fn pair(only_a: usize, only_b: usize) -> Vec<i32> {
        std::iter::repeat_n(1, only_a).chain(std::iter::repeat_n(-1, only_b)).collect()
    }

    #[test]
    fn mcnemar_is_the_exact_binomial_test() {
        // The first p-value is 2 (1 + 6) / 2^6, by hand; the others are from scipy.stats.binomtest.
        for (only_a, only_b, p) in [
            (1, 5, 0.218_75),
            (5, 15, 0.041_389_465_332_031_25),
            (120, 130, 0.569_301_438_443_467_6),
            (1000, 1100, 0.030_720_707_864_242_09),
        ] {
            let found = mcnemar(&pair(only_a, only_b));
            assert!((found - p).abs() < 1e-9, "{only_a} and {only_b} errors: the p-value is {found}, not {p}");
        }
        assert_eq!(mcnemar(&[]), 1.0);
        assert_eq!(mcnemar(&pair(4, 4)), 1.0);
    }

    #[test]
    fn an_example_is_one_coin_however_many_pairs_it_divides() {
        // Of the 2^3 signed sums of 3, 1 and 1, the six with |sum| of 3 or more are 5, 3, 3 and their opposites.
        assert_eq!(mcnemar(&[3, 1, -1]), 0.75);
        assert_eq!(mcnemar(&[3, 1, 1, 0]), 0.25);
        // Five examples of one pair: the probability that all signs are equal is 2 / 2^5.
        assert_eq!(mcnemar(&pair(5, 0)), 0.0625);
        assert_eq!(mcnemar(&[0, 0]), 1.0);
    }

    #[test]
    fn the_rates_of_the_paper_s_table_give_the_known_z() {
        // In Table 1, the error rates on the 10,000 test digits of MNIST are 1.43 % and 1.20 % for the rectifier, and
        // 1.77 % and 1.17 % for the softplus.
        let z = |errors| two_proportion_z(errors, [10_000; 2]).unwrap();
        assert_eq!(format!("{:.2}", z([143, 120]).z), "1.43");
        assert_eq!(format!("{:.2}", z([177, 117]).z), "3.53");
        // The expected p-values are 2 * scipy.stats.norm.sf(z).
        assert!(
            (z([143, 120]).p - 0.153_390_125_818_554_18).abs() < 1e-9
                && (z([177, 117]).p - 0.000_423_038_937_232_918).abs() < 1e-9
        );
        assert_eq!(z([7, 7]), ZTest { z: 0.0, p: 1.0 });
        assert_eq!(two_proportion_z([0, 0], [5, 5]), Some(ZTest { z: 0.0, p: 1.0 }));
        assert_eq!(two_proportion_z([0, 0], [0, 5]), None);
        assert_eq!(two_proportion_z([6, 0], [5, 5]), None);
    }

    proptest! {
        #[test]
        fn p_values_are_probabilities_and_do_not_depend_on_order(a in 0_u64..300, b in 0_u64..300) {
            let p = mcnemar(&pair(a as usize, b as usize));
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert_eq!(p, mcnemar(&pair(b as usize, a as usize)));
            let z = two_proportion_z([a, b], [3000; 2]).unwrap();
            prop_assert!((0.0..=1.0).contains(&z.p));
            prop_assert_eq!(z.p, two_proportion_z([b, a], [3000; 2]).unwrap().p);
        }
    }
}
