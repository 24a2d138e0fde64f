//! The best network of a run, as shown by the explorer page.

use super::Shown;
use crate::cli::portable;
use crate::config::engine::Engine;
use crate::failure::Failure;
use crate::run::evaluate::{self, Examiner};
use burn::prelude::Device;
use data::Examples;
use exchange::{Hidden, Notes, Parts, Portable};
use model::{Activation, Classifier, Record};
use report::explore::{Answer, Effect, Explored, ExploredLayer};
use std::sync::Arc;

/// `network` under the name `name`. The error on `test` is measured with the exact weights and with the rounded
/// weights.
pub(super) fn shown(name: &str, network: &Portable, test: &Arc<Examples>) -> Result<Shown, Failure> {
    let exact = explored(name, network.parts(), Answer::Classes);
    let rounded = parts(&exact.rounded());
    let effect = Effect { exact: error(network.parts(), test)?, rounded: error(&rounded, test)?, examples: test.len() };
    let network = portable::network(&rounded, &Device::flex());
    let mut classifier = Classifier::from_record(&Record::of(&network, &portable::config(&rounded))?)?;
    let answer = move |inputs: &[f32]| {
        let predictions = classifier.predict(inputs)?;
        Ok(predictions.into_iter().flat_map(|prediction| prediction.probabilities).collect())
    };
    Ok(Shown { explored: Explored { effect: Some(effect), ..exact }, answer: Box::new(answer) })
}

/// The network that consists of `parts`, in the form that the page needs.
pub(super) fn explored(name: &str, parts: &Parts, answer: Answer) -> Explored {
    let layer = |layer: &Hidden| ExploredLayer {
        affine: layer.affine.clone(),
        signs: layer.signs.clone(),
        activation: parts.activation,
    };
    Explored {
        name: name.to_owned(),
        hidden: parts.hidden.iter().map(layer).collect(),
        output: parts.output.clone(),
        answer,
        effect: None,
    }
}

/// The weights, biases, signs and activation of `explored`, whose hidden layers all have the same activation.
pub(super) fn parts(explored: &Explored) -> Parts {
    let hidden = |layer: &ExploredLayer| Hidden { affine: layer.affine.clone(), signs: layer.signs.clone() };
    Parts {
        hidden: explored.hidden.iter().map(hidden).collect(),
        output: explored.output.clone(),
        activation: explored.hidden.first().map_or(Activation::Linear, |layer| layer.activation),
        notes: Notes::default(),
    }
}

/// The fraction of `test` that the network of `parts` classifies wrongly.
fn error(parts: &Parts, test: &Arc<Examples>) -> Result<f64, Failure> {
    let device = Device::flex();
    let mut examiner = Examiner::new(portable::network(parts, &device), Engine::Sparse, &device)?;
    Ok(evaluate::evaluate(&mut examiner, test, None).error)
}
