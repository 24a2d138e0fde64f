//! The warning about a network that is no better than a constant prediction, or that has a hidden layer of mostly dead
//! units.

use super::files::{Manifest, RunResult};

/// The warning about the network of `result`, with advice on what to do, as a clause without a full stop; `None` if
/// there is no reason for a warning. One reason is a network that is no better than a constant prediction: neither the
/// validation error nor the test error is below the baseline error or, for regression, the test R² is not above 0. The
/// other reason is a hidden layer with more dead units than living ones.
#[must_use]
pub fn warning(run: &Manifest, result: &RunResult) -> Option<String> {
    let no_better = match (result.baseline_error, result.test_r2) {
        (Some(baseline), _) => result.validation_error >= baseline && result.test_error >= baseline,
        (None, Some(r2)) => r2 <= 0.0,
        (None, None) => false,
    };
    let dying = mostly_dead(run, result).map(|(layer, dead, units)| {
        format!("{dead} of {units} units of layer {layer} are dead: their output is 0 for every training example")
    });
    let no_better = no_better.then_some("the network is no better than a constant prediction");
    match (no_better, dying) {
        (Some(no_better), Some(dying)) => {
            Some(format!("{no_better}, and {dying}; lower training.learning_rate, or scale the inputs"))
        }
        (Some(no_better), None) => Some(format!(
            "{no_better}; try another training.learning_rate or more epochs, or check with 'train data show' how the \
             inputs are read"
        )),
        (None, Some(dying)) => Some(format!("{dying}; lower training.learning_rate, or scale the inputs")),
        (None, None) => None,
    }
}

/// The hidden layer, counted from 1, with the largest share of dead units; the number of dead units in this layer; and
/// the number of all units in this layer. `None` if no layer has more dead units than living ones.
fn mostly_dead(run: &Manifest, result: &RunResult) -> Option<(usize, usize, usize)> {
    let layers = result.dead_units.iter().zip(run.hidden()).enumerate();
    let mostly = layers.filter(|(_, (dead, units))| 2 * **dead > **units);
    let share = |dead: usize, units: usize| dead as f64 / units as f64;
    // Among equal shares, `max_by` returns the last; in reverse order, this is the first layer.
    let worst = mostly.rev().max_by(|(_, (a, of_a)), (_, (b, of_b))| share(**a, **of_a).total_cmp(&share(**b, **of_b)));
    worst.map(|(k, (dead, units))| (k + 1, *dead, *units))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::End;
    use crate::run::sample::outcome;

    fn warned(change: impl Fn(&mut RunResult)) -> Option<String> {
        let outcome = outcome("a", 1.0);
        let End::Finished { mut result, .. } = outcome.end else { panic!() };
        change(&mut result);
        warning(&outcome.run, &result)
    }

    #[test]
    fn a_network_at_chance_and_one_of_dead_units_are_warned_of() {
        assert_eq!(warned(|_| ()), None);
        assert_eq!(warned(|result| result.baseline_error = Some(0.9)), None);
        let chance = warned(|result| result.baseline_error = Some(result.test_error)).unwrap();
        assert!(chance.starts_with("the network is no better than a constant prediction; try another"), "{chance}");
        let flat = warned(|result| (result.test_mae, result.test_r2) = (Some(1.0), Some(-0.1))).unwrap();
        assert!(flat.starts_with("the network is no better"), "{flat}");
    }

    #[test]
    fn the_layer_with_the_most_dead_units_is_named() {
        assert_eq!(warned(|result| result.dead_units = vec![500, 0, 0]), None);
        let dead = warned(|result| result.dead_units = vec![501, 970, 0]).unwrap();
        assert!(dead.starts_with("970 of 1000 units of layer 2 are dead: their output is 0"), "{dead}");
        let both = warned(|result| {
            result.baseline_error = Some(result.test_error);
            result.dead_units = vec![0, 0, 1000];
        });
        let both = both.unwrap();
        assert!(both.contains("constant prediction, and 1000 of 1000 units of layer 3 are dead"), "{both}");
        let all = warned(|result| result.dead_units = vec![1000; 3]).unwrap();
        assert!(all.starts_with("1000 of 1000 units of layer 1"), "{all}");
    }
}
