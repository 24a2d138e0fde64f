//! Zeros, dead units and biases at initialisation, after pre-training and after training (sections 3.2 and 4.2).

use super::Subject;
use super::activity::{Sums, activities, numbers, spread};
use model::Network;
use report::Measures;

/// Largest number of examples on which this measure is computed.
const EXAMPLES: usize = 1000;

pub(crate) fn of(subject: &Subject) -> Measures {
    let rows = spread(subject.validation.len(), EXAMPLES);
    let stages = [
        ("initialisation", Some(&subject.initial)),
        ("pretrained", subject.pretrained.as_ref()),
        ("trained", Some(&subject.trained)),
    ];
    let mut all = Measures::new();
    for (stage, network) in stages {
        let Some(network) = network else { continue };
        let sums = Sums::of(activities(network, &subject.validation, &rows).map(|(_, layers)| layers));
        let layers = |value: fn(&Sums) -> f64| sums.iter().map(value).collect();
        all.insert(format!("stages.{stage}"), layers(Sums::sparsity));
        all.insert(format!("stages.preactivation.{stage}"), layers(Sums::preactivation));
        all.insert(format!("stages.dead.{stage}"), layers(Sums::dead));
        all.insert(format!("stages.bias.{stage}"), biases(network));
    }
    all
}

/// The mean of the first layer's biases, and then their deciles: the values at or below which 10, 20, ..., 100 % of the
/// biases lie; empty if there are no biases.
fn biases(network: &Network) -> Vec<f64> {
    let bias = network.hidden.first().and_then(|layer| layer.affine.bias.as_ref());
    let mut bias = bias.map(|bias| numbers(bias.val())).unwrap_or_default();
    bias.sort_unstable_by(f32::total_cmp);
    if bias.is_empty() {
        return Vec::new();
    }
    let mean = bias.iter().map(|b| f64::from(*b)).sum::<f64>() / bias.len() as f64;
    let deciles = (1..=10).map(|tenths| f64::from(bias[(tenths * bias.len()).div_ceil(10) - 1]));
    std::iter::once(mean).chain(deciles).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{examples, network, rectifiers, subject};

    #[test]
    fn zeros_dead_units_and_preactivations_are_counted_by_stage() {
        let all = examples(&[[2.0, 1.0], [-1.0, 0.0]], &[0, 1]);
        let trained = network();
        let silent =
            Network { hidden: vec![rectifiers(&[&[0.0; 4], &[0.0; 4]], &[-3.0, -1.0, -2.0, -2.0])], ..network() };
        let subject = Subject { initial: silent, ..subject(&trained, &all) };
        let found = of(&subject);
        assert_eq!((&found["stages.initialisation"], &found["stages.trained"]), (&vec![100.0], &vec![62.5]));
        assert_eq!((&found["stages.dead.initialisation"], &found["stages.dead.trained"]), (&vec![100.0], &vec![25.0]));
        // For the two examples, z is (2, -2, 1, -1) and (-1, 1, 0, -1).
        assert_eq!(found["stages.preactivation.trained"], [-1.0 / 8.0]);
        assert_eq!(found["stages.bias.initialisation"][..2], [-2.0, -3.0]);
        assert_eq!(found["stages.bias.initialisation"][10], -1.0);
        assert!(!found.contains_key("stages.pretrained"));
        let pretrained = Subject { pretrained: Some(trained.clone()), ..subject };
        assert_eq!(of(&pretrained)["stages.pretrained"], [62.5]);
    }
}
