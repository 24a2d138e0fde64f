//! Analysis of variance: which settings a measurement depends on, alone or in combination.

/// The decomposition of the sum of squares of a full factorial experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Anova {
    /// The main effect of each factor and the interaction of each set of two or more factors, sorted by the number of
    /// factors, then by their indices.
    pub effects: Vec<Effect>,
    /// The sum of squares within cells.
    pub residual: f64,
    /// The total sum of squares around the mean: the sum over the effects plus the residual.
    pub total: f64,
}

/// The effect of one factor, or the interaction of several.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The indices of the factors, counted from 0, ascending; one index for a main effect.
    pub factors: Vec<usize>,
    /// The degrees of freedom: the product of (number of levels - 1) over the factors.
    pub degrees: usize,
    /// The sum of squares of the effect.
    pub squares: f64,
    /// The sum of squares of the effect as a fraction of the total, in [0, 1].
    pub share: f64,
}

/// The maximum number of factors; 8 factors have 255 effects.
const MAX_FACTORS: usize = 8;

/// The sums of squares of all effects of a full factorial experiment with the same number of replicates in each cell,
/// where the effects are orthogonal (Fisher 1935). `levels[f]` is the number of levels of factor f; `cells` holds the
/// measurements for each combination of levels, the last factor changing fastest.
///
/// `None` when there are no factors or more than 8, when the number of cells differs from the number of combinations,
/// when the cells are empty or differ in size, when a number is not finite, or when all numbers are equal.
#[must_use]
pub fn anova_shares(levels: &[usize], cells: &[Vec<f64>]) -> Option<Anova> {
    let combinations = levels.iter().try_fold(1_usize, |all, level| all.checked_mul(*level))?;
    let replicates = cells.first()?.len();
    let uneven = |cell: &Vec<f64>| cell.len() != replicates || cell.iter().any(|value| !value.is_finite());
    let first = *cells.first()?.first()?;
    if levels.is_empty()
        || levels.len() > MAX_FACTORS
        || cells.len() != combinations
        || cells.iter().any(uneven)
        || cells.iter().flatten().all(|&value| value == first)
    {
        return None;
    }
    let means: Vec<f64> = cells.iter().map(|cell| cell.iter().sum::<f64>() / replicates as f64).collect();
    let grand = means.iter().sum::<f64>() / means.len() as f64;
    let squares = |values: &[f64], mean: f64| values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    let total: f64 = cells.iter().map(|cell| squares(cell, grand)).sum();
    if total == 0.0 {
        return None;
    }
    let residual = cells.iter().zip(&means).map(|(cell, &mean)| squares(cell, mean)).sum();
    let mut sets: Vec<usize> = (1..1 << levels.len()).collect();
    // Bit f of a set stands for factor f. Smaller sets come first; sets of the same size are sorted by their factors.
    sets.sort_by_key(|set| (set.count_ones(), set.reverse_bits() ^ usize::MAX));
    let effect = |set: usize| {
        let factors: Vec<usize> = (0..levels.len()).filter(|factor| set & (1 << factor) != 0).collect();
        let degrees = factors.iter().map(|&factor| levels[factor] - 1).product();
        let squares = replicates as f64 * deviations(levels, &means, set).iter().map(|d| d * d).sum::<f64>();
        Effect { factors, degrees, squares, share: (squares / total).min(1.0) }
    };
    Some(Anova { effects: sets.into_iter().map(effect).collect(), residual, total })
}

/// The effect of the factors in `set` on each cell beyond the effects of the proper subsets of `set`: the sum, over all
/// subsets and with alternating signs, of the means over the factors outside the subset.
fn deviations(levels: &[usize], means: &[f64], set: usize) -> Vec<f64> {
    let mut sum = vec![0.0; means.len()];
    for subset in (0..=set).filter(|subset| subset & !set == 0) {
        let sign = if (set.count_ones() - subset.count_ones()).is_multiple_of(2) { 1.0 } else { -1.0 };
        for (sum, mean) in sum.iter_mut().zip(averaged(levels, means, subset)) {
            *sum += sign * mean;
        }
    }
    sum
}

/// For each cell, the mean over the levels of the factors that are not in `kept`.
fn averaged(levels: &[usize], means: &[f64], kept: usize) -> Vec<f64> {
    let mut averaged = means.to_vec();
    let mut stride = means.len();
    for (factor, &level) in levels.iter().enumerate() {
        let block = stride; // the number of cells after which the levels of this factor repeat
        stride /= level;
        if kept & (1 << factor) != 0 {
            continue;
        }
        for start in (0..means.len()).step_by(block).flat_map(|start| start..start + stride) {
            let places = || (0..level).map(|k| start + k * stride);
            let mean = places().map(|place| averaged[place]).sum::<f64>() / level as f64;
            places().for_each(|place| averaged[place] = mean);
        }
    }
    averaged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_factors_by_hand() {
        // The cell means are 2, 4 (first row) and 6, 12, with the mean 6. The effects of the rows are ∓3, of the
        // columns ∓2 and of the interaction ±1, in 4 cells of 2 numbers.
        let cells = vec![vec![1.0, 3.0], vec![4.0, 4.0], vec![5.0, 7.0], vec![12.0, 12.0]];
        let anova = anova_shares(&[2, 2], &cells).unwrap();
        let squares: Vec<(Vec<usize>, f64)> =
            anova.effects.iter().map(|effect| (effect.factors.clone(), effect.squares)).collect();
        assert_eq!(squares, [(vec![0], 72.0), (vec![1], 32.0), (vec![0, 1], 8.0)]);
        assert_eq!((anova.residual, anova.total), (4.0, 116.0));
        assert_eq!(anova.effects[0].share, 72.0 / 116.0);
    }

    #[test]
    fn effects_are_sorted_by_size_and_then_by_factor() {
        let cells: Vec<Vec<f64>> = (0..12).map(|k| vec![f64::from(k * k % 7)]).collect();
        let anova = anova_shares(&[2, 3, 2], &cells).unwrap();
        let factors: Vec<&[usize]> = anova.effects.iter().map(|effect| &*effect.factors).collect();
        assert_eq!(factors, [&[0][..], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]]);
        let degrees: Vec<usize> = anova.effects.iter().map(|effect| effect.degrees).collect();
        assert_eq!(degrees, [1, 2, 1, 2, 1, 2, 2]);
    }

    #[test]
    fn one_factor_alone_has_the_whole_share() {
        let cells: Vec<Vec<f64>> = (0..8).map(|k| vec![f64::from(k / 2 % 2); 3]).collect();
        let anova = anova_shares(&[2, 2, 2], &cells).unwrap();
        assert!(anova.effects.iter().all(|effect| {
            let wanted = if effect.factors == [1] { 1.0 } else { 0.0 };
            (effect.share - wanted).abs() < 1e-12
        }));
    }

    #[test]
    fn an_incomplete_experiment_gives_none() {
        let cells = vec![vec![1.0], vec![2.0]];
        assert!(anova_shares(&[2], &cells).is_some());
        assert_eq!(anova_shares(&[], &cells), None);
        assert_eq!(anova_shares(&[2, 2], &cells), None);
        assert_eq!(anova_shares(&[0], &[]), None);
        assert_eq!(anova_shares(&[2], &[vec![1.0], vec![]]), None);
        assert_eq!(anova_shares(&[2], &[vec![], vec![]]), None);
        assert_eq!(anova_shares(&[2], &[vec![1.0], vec![f64::NAN]]), None);
        assert_eq!(anova_shares(&[2], &[vec![1.0], vec![1.0]]), None);
        // The mean of 0.1, 0.1 and 0.1 is not exactly 0.1.
        assert_eq!(anova_shares(&[3], &[vec![0.1], vec![0.1], vec![0.1]]), None);
    }

    proptest! {
        #[test]
        fn squares_add_up_to_the_total(values in prop::collection::vec(-5.0..5.0, 24)) {
            let cells: Vec<Vec<f64>> = values.chunks(2).map(<[f64]>::to_vec).collect();
            let anova = anova_shares(&[2, 3, 2], &cells).unwrap();
            let sum = anova.residual + anova.effects.iter().map(|effect| effect.squares).sum::<f64>();
            prop_assert!((sum - anova.total).abs() < 1e-9 * anova.total.max(1.0));
            prop_assert!(anova.effects.iter().all(|effect| (0.0..=1.0).contains(&effect.share)));
        }
    }
}
