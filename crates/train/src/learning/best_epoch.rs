//! The rule by which the best epoch is chosen, and how long training has waited for a better one.

use report::Epoch;

/// Whether an epoch with this validation error and nll is better than all epochs of `history`: its error is lower than
/// that of the best of them, or equal with a lower nll. On a small validation set many epochs have equal errors.
pub(crate) fn is_best(history: &[Epoch], error: f64, nll: f64) -> bool {
    let best = history.iter().rev().find(|epoch| epoch.best);
    best.is_none_or(|best| (error, nll) < (best.validation_error, best.validation_nll))
}

/// The number of epochs in `history` after the first epoch with the lowest validation error. A later epoch with an
/// equal error and a lower nll does not count as an improvement.
pub(crate) fn epochs_without_improvement(history: &[Epoch]) -> usize {
    let (mut lowest, mut improved) = (f64::INFINITY, 0);
    for (k, epoch) in history.iter().enumerate() {
        if epoch.validation_error < lowest {
            (lowest, improved) = (epoch.validation_error, k + 1);
        }
    }
    history.len() - improved
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Epochs with these validation errors and nlls.
    fn history(epochs: &[(f64, f64)]) -> Vec<Epoch> {
        let mut history: Vec<Epoch> = Vec::new();
        for &(validation_error, validation_nll) in epochs {
            let best = is_best(&history, validation_error, validation_nll);
            history.push(Epoch {
                epoch: history.len() + 1,
                train_loss: 0.0,
                train_nll: 0.0,
                train_error: 0.0,
                train_sparsity: Vec::new(),
                validation_nll,
                validation_error,
                validation_sparsity: Vec::new(),
                best,
            });
        }
        history
    }

    #[test]
    fn the_nll_breaks_ties_of_the_error() {
        let best = |epochs: &[(f64, f64)]| history(epochs).iter().map(|epoch| epoch.best).collect::<Vec<_>>();
        assert_eq!(
            best(&[(0.2, 1.0), (0.1, 3.0), (0.1, 2.0), (0.1, 2.5), (0.2, 0.1)]),
            [true, true, true, false, false]
        );
    }

    #[test]
    fn only_a_lower_error_is_worth_waiting_for() {
        let waited = |epochs: &[(f64, f64)]| epochs_without_improvement(&history(epochs));
        assert_eq!(waited(&[]), 0);
        assert_eq!(waited(&[(0.2, 1.0)]), 0);
        assert_eq!(waited(&[(0.0, 0.9), (0.0, 0.8), (0.0, 0.7), (0.0, 0.6)]), 3);
        assert_eq!(waited(&[(0.2, 1.0), (0.3, 1.0), (0.1, 1.0), (0.1, 0.5)]), 1);
    }
}
