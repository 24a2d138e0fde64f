//! Statistics of how gradients, class information and activity are spread over the units of a layer, computed from
//! plain slices.

/// How unevenly the gradient of one example is spread over the units of a layer. Section 3.1 suggests that training is
/// easier when credit and blame go to few units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concentration {
    /// Gini index of |g|: 0 if |g| is the same for all units, and (units - 1) / units if g is zero for all units but
    /// one.
    pub gini: f64,
    /// Share of the sum of squares of g that belongs to the fifth of the units (rounded up) with the largest |g|.
    pub top: f64,
}

/// The concentration of the gradient g `[units]`; `None` if g is zero for all units. The values in `g` are overwritten.
#[must_use]
pub fn concentration(g: &mut [f32]) -> Option<Concentration> {
    for g in g.iter_mut() {
        *g = g.abs();
    }
    g.sort_unstable_by(f32::total_cmp);
    let (mut sum, mut ranked) = (0.0, 0.0);
    for (rank, g) in (1..).zip(g.iter()) {
        sum += f64::from(*g);
        ranked += f64::from(rank) * f64::from(*g);
    }
    if sum == 0.0 {
        return None;
    }
    let units = g.len() as f64;
    let fifth = g.len().div_ceil(5);
    let top = squares(&g[g.len() - fifth..]) / squares(g);
    Some(Concentration { gini: 2.0 * ranked / (units * sum) - (units + 1.0) / units, top })
}

/// The Euclidean norm of the gradient g `[units]`.
#[must_use]
pub fn norm(g: &[f32]) -> f64 {
    squares(g).sqrt()
}

fn squares(values: &[f32]) -> f64 {
    values.iter().map(|x| f64::from(*x) * f64::from(*x)).sum()
}

/// The mutual information, in bits, between the class and whether a unit is active: `totals` `[classes]` counts the
/// examples of each class, and `active` `[classes]` counts the examples of each class for which the unit was active.
/// The estimate is computed from frequencies, and is therefore too large by about (classes - 1) / (2 ln(2) examples).
#[must_use]
pub fn information(active: &[usize], totals: &[usize]) -> f64 {
    let (all, on) = (totals.iter().sum::<usize>() as f64, active.iter().sum::<usize>() as f64);
    let part = |both: usize, state: f64, class: usize| {
        if both == 0 { 0.0 } else { both as f64 / all * (both as f64 * all / (state * class as f64)).log2() }
    };
    active.iter().zip(totals).map(|(both, class)| part(*both, on, *class) + part(class - both, all - on, *class)).sum()
}

/// The set of units whose output in h `[units]` is not zero, as a bit set of 64-bit words.
#[must_use]
pub fn active(h: &[f32]) -> Vec<u64> {
    h.chunks(64).map(|h| h.iter().rev().fold(0, |word, h| word << 1 | u64::from(*h != 0.0))).collect()
}

/// The Jaccard index of two sets from [`active`]: the size of their intersection divided by the size of their union; 1
/// for two empty sets.
#[must_use]
pub fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut both, mut either) = (0, 0);
    for (a, b) in a.iter().zip(b) {
        both += (a & b).count_ones();
        either += (a | b).count_ones();
    }
    if either == 0 { 1.0 } else { f64::from(both) / f64::from(either) }
}

/// The Pearson correlation of a and b, both `[values]`; `None` if a or b is constant or contains NaN.
#[must_use]
pub fn correlation(a: &[f32], b: &[f32]) -> Option<f64> {
    let mean = |values: &[f32]| values.iter().map(|x| f64::from(*x)).sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let [mut of_a, mut of_b, mut of_both] = [0.0; 3];
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (f64::from(*a) - mean_a, f64::from(*b) - mean_b);
        of_a += a * a;
        of_b += b * b;
        of_both += a * b;
    }
    (of_a > 0.0 && of_b > 0.0).then(|| of_both / (of_a * of_b).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_credit_is_not_concentrated_and_credit_of_one_unit_is() {
        let even = concentration(&mut [0.5, -0.5, 0.5, 0.5, -0.5]).unwrap();
        assert!(even.gini.abs() < 1e-12 && (even.top - 0.2).abs() < 1e-12);
        let one = concentration(&mut [0.0, 0.0, -3.0, 0.0, 0.0]).unwrap();
        assert!((one.gini - 0.8).abs() < 1e-12 && one.top == 1.0);
        // By hand, the Gini index is 2 (1 + 4 + 9) / (3 * 6) - 4/3 = 2/9. A fifth of three units, rounded up, is one
        // unit, to which 9/14 of the sum of squares belongs.
        let three = concentration(&mut [3.0, 1.0, -2.0]).unwrap();
        assert!((three.gini - 2.0 / 9.0).abs() < 1e-12 && (three.top - 9.0 / 14.0).abs() < 1e-12);
        assert_eq!(concentration(&mut [0.0, -0.0]), None);
        assert_eq!(norm(&[3.0, -4.0]), 5.0);
    }

    #[test]
    fn a_unit_that_determines_the_class_has_all_its_information() {
        assert!((information(&[5, 0], &[5, 5]) - 1.0).abs() < 1e-12);
        assert!((information(&[4, 0, 0], &[4, 2, 2]) - 1.0).abs() < 1e-12); // one class with half of the examples
        assert!(information(&[2, 2], &[4, 4]).abs() < 1e-12);
        assert!(information(&[4, 4], &[4, 4]).abs() < 1e-12); // the unit is always active
    }

    #[test]
    fn the_jaccard_index_is_intersection_over_union() {
        let mut h = vec![0.0; 70];
        (h[0], h[69]) = (1.0, -2.0);
        let a = active(&h);
        assert_eq!(a, [1, 1 << 5]);
        (h[0], h[1]) = (-0.0, 3.0);
        assert!((jaccard(&a, &active(&h)) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!((jaccard(&a, &a), jaccard(&[0], &[0])), (1.0, 1.0));
    }

    #[test]
    fn correlation_is_1_or_minus_1_for_lines_and_none_for_a_constant() {
        assert!((correlation(&[1.0, 2.0, 4.0], &[3.0, 5.0, 9.0]).unwrap() - 1.0).abs() < 1e-12);
        assert!((correlation(&[1.0, 2.0, 4.0], &[-1.0, -2.0, -4.0]).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&[1.0, 2.0], &[3.0, 3.0]), None);
    }
}
