//! A trained network with rectifiers and softplus units exchanged: is a softplus network a rectifier network that was
//! trained differently, or does a softplus network compute a different function (section 4.1)?

use super::Subject;
use crate::config::Penalty;
use crate::learning::autodiff::objective::Objective;
use crate::run::evaluate::{self, Examiner};
use burn::prelude::Device;
use data::Examples;
use model::{Activation, Network};
use report::Measures;
use std::sync::Arc;

pub(crate) fn of(subject: &Subject) -> Measures {
    let Some(swapped) = swapped(&subject.trained) else { return Measures::new() };
    let percent = |network: &Network| vec![100.0 * error(network, &subject.validation)];
    [("own_error", percent(&subject.trained)), ("validation_error", percent(&swapped))]
        .map(|(name, values)| (format!("swap.{name}"), values))
        .into()
}

/// `network` with softplus units replaced by rectifiers, and rectifiers by softplus units of alpha = 1; `None` if a
/// layer has units of another kind.
fn swapped(network: &Network) -> Option<Network> {
    let other = |activation| match activation {
        Activation::Rectifier => Some(Activation::Softplus { alpha: 1.0 }),
        Activation::Softplus { .. } => Some(Activation::Rectifier),
        _ => None,
    };
    let hidden = network.hidden.iter().map(|layer| Some(layer.clone().with_activation(other(layer.activation())?)));
    Some(Network { hidden: hidden.collect::<Option<_>>()?, output: network.output.clone() })
}

/// The fraction of `examples` that `network` misclassifies.
fn error(network: &Network, examples: &Arc<Examples>) -> f64 {
    let objective = Objective::new(network.clone(), Penalty::Same(0.0));
    evaluate::evaluate(&mut Examiner::Device(Box::new(objective), Device::flex()), examples, None).error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{affine, examples, network, subject};
    use model::Layer;

    /// Three examples that [`network`] classifies correctly, by the larger of r(x) + r(-x) and r(y).
    fn three() -> Arc<Examples> {
        examples(&[[2.0, 1.0], [0.1, 1.4], [0.0, 2.0]], &[0, 1, 1])
    }

    #[test]
    fn softplus_for_rectifiers_changes_what_lies_near_the_kink() {
        let found = of(&subject(&network(), &three()));
        assert_eq!(found["swap.own_error"], [0.0]);
        // Softplus exceeds the rectifier by at most ln 2, at the pre-activation 0. With softplus units, the logits
        // become 2.25 and 1.31 for the first example, 1.39 and 1.62 for the second, and 1.39 and 2.13 for the third; no
        // prediction changes.
        assert_eq!(found["swap.validation_error"], [0.0]);
        let close = examples(&[[2.0, 1.0], [0.1, 0.5], [0.0, 2.0]], &[0, 1, 1]);
        // With softplus units, the logits of the second example become 1.39 and 0.97.
        let found = of(&subject(&network(), &close));
        assert_eq!(found["swap.own_error"], [0.0]);
        assert!((found["swap.validation_error"][0] - 100.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn softplus_becomes_the_rectifier_and_other_units_are_not_swapped() {
        let with = |activation| {
            let hidden = network().hidden.into_iter().map(|layer| layer.with_activation(activation)).collect();
            Network { hidden, ..network() }
        };
        let soft = of(&subject(&with(Activation::Softplus { alpha: 1.0 }), &three()));
        assert_eq!(soft["swap.validation_error"], [0.0]);
        assert!(of(&subject(&with(Activation::Tanh), &three())).is_empty());
        let mixed = Layer::new(affine(&[&[1.0; 2]; 4], &[0.0; 2]), None, Activation::Linear);
        let mixed =
            Network { hidden: [network().hidden, vec![mixed]].concat(), output: affine(&[&[1.0; 2]; 2], &[0.0; 2]) };
        assert!(of(&subject(&mixed, &three())).is_empty());
    }
}
