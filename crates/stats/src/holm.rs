//! Holm's correction of p-values for multiple tests.

/// The p-values `p`, adjusted for multiple tests (Holm 1979), in the same order. In ascending order, the k-th of n
/// p-values is multiplied by n - k + 1; a result below the previous one is raised to the previous one, and a result
/// above 1 is lowered to 1. If adjusted p-values below 0.05 are called significant, the probability of one or more
/// false claims is at most 5 %. NaN stays NaN and counts as a test.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = p.to_vec();
    let mut least = 0.0_f64;
    for (rank, &k) in order.iter().enumerate() {
        if !p[k].is_nan() {
            least = least.max(p[k] * (p.len() - rank) as f64).min(1.0);
            adjusted[k] = least;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_smallest_is_multiplied_by_all_and_the_largest_by_one() {
        // By hand, the adjusted values are 0.01 · 4, 0.02 · 3, 0.03 · 2, and 0.04 · 1, which is raised to 0.06.
        let adjusted = holm(&[0.03, 0.01, 0.04, 0.02]);
        for (found, wanted) in adjusted.iter().zip([0.06, 0.04, 0.06, 0.06]) {
            assert!((found - wanted).abs() < 1e-15, "{adjusted:?}");
        }
    }

    #[test]
    fn a_single_test_is_left_alone_and_one_without_a_result_counts() {
        assert_eq!(holm(&[0.3]), [0.3]);
        assert_eq!(holm(&[]), []);
        let adjusted = holm(&[0.02, f64::NAN]);
        assert!(adjusted[0] == 0.04 && adjusted[1].is_nan());
    }

    proptest! {
        #[test]
        fn adjusted_values_are_probabilities_that_keep_their_order(p in prop::collection::vec(0.0..=1.0, 1..12)) {
            let adjusted = holm(&p);
            for i in 0..p.len() {
                prop_assert!(p[i] <= adjusted[i] && adjusted[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }
}
