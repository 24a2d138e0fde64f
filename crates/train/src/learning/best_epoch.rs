//! The rule by which the best epoch is chosen, and how long training has waited for a better one.

use report::Epoch;

/// An epoch cannot be the best if its nll exceeds the nll of the untrained network by more than this factor; see
/// [`is_best`]. The factor is above 1 because, with large steps, the nll of a network at chance level fluctuates around
/// the nll of the untrained network.
pub(crate) const TOLERANCE: f64 = 1.1;

/// Whether `epoch` becomes the best epoch after `history`: no epoch in `history` is the best, or the validation error
/// of `epoch` is lower than the error of the best epoch, or the errors are equal and the validation nll of `epoch` is
/// lower. On a small validation set, many epochs have equal errors.
///
/// `untrained` is the nll of the untrained network on the validation examples. An epoch is never best if its nll
/// exceeds [`TOLERANCE`] times `untrained` on the training examples and also on the validation examples. An epoch that
/// merely overfits is not excluded, because its nll on the training examples is low.
pub(crate) fn is_best(history: &[Epoch], epoch: &Epoch, untrained: Option<f64>) -> bool {
    let below = |untrained: f64| epoch.train_nll.min(epoch.validation_nll) <= TOLERANCE * untrained;
    let best = history.iter().rev().find(|epoch| epoch.best);
    let of = |epoch: &Epoch| (epoch.validation_error, epoch.validation_nll);
    untrained.is_none_or(below) && best.is_none_or(|best| of(epoch) < of(best))
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

    fn epoch(train_nll: f64, validation_error: f64, validation_nll: f64) -> Epoch {
        Epoch {
            epoch: 1,
            train_loss: train_nll,
            train_nll,
            train_error: 0.0,
            train_sparsity: Vec::new(),
            validation_nll,
            validation_error,
            validation_sparsity: Vec::new(),
            best: false,
        }
    }

    /// A history of epochs with these validation errors and nlls; the untrained network was not measured.
    fn history(epochs: &[(f64, f64)]) -> Vec<Epoch> {
        let mut history: Vec<Epoch> = Vec::new();
        for &(error, nll) in epochs {
            let epoch = epoch(0.0, error, nll);
            let best = is_best(&history, &epoch, None);
            history.push(Epoch { best, ..epoch });
        }
        history
    }

    #[test]
    fn an_epoch_that_is_worse_than_no_training_is_never_best() {
        let best = |train: f64, validation: f64| is_best(&[], &epoch(train, 0.5, validation), Some(2.3));
        assert!(best(2.0, 2.0));
        assert!(best(2.3, 2.4));
        assert!(best(0.1, 7e24), "an epoch that overfits may be best");
        assert!(best(7e24, 2.2), "an epoch whose first steps were too large may be best");
        assert!(best(2.4, 2.4), "an epoch at chance level may be best");
        assert!(!best(2.6, 2.6));
        assert!(!best(f64::INFINITY, f64::INFINITY));
        let bad = Epoch { best: false, ..epoch(3.0, 0.1, 3.0) };
        assert!(is_best(&[bad], &epoch(2.0, 0.5, 2.0), Some(2.3)), "an epoch after a bad one may be best");
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
