//! The section on the pre-training of the layers: the costs of reconstruction, and reconstructed images.

use super::pictures::{Image, picture};
use crate::document::{header_row, scrolling};
use crate::run::files::{PretrainedLayer, PretrainingEpoch};
use crate::svg::{Curve, Curves, Scale};
use crate::text::number::{count, decimal, percent};
use maud::{Markup, html};

/// An input of the first layer with its reconstruction by the layer's auto-encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconstructed {
    /// The clean input, from 0 (black) to 1 (white).
    pub clean: Image,
    /// The input, corrupted as in pre-training.
    pub corrupted: Image,
    /// The reconstruction from the corrupted input.
    pub reconstruction: Image,
}

/// The section of pre-training: the learning rate and epoch `chosen` for each layer, the costs over the `epochs` of all
/// learning rates, and reconstructions by the first layer; empty if no layer was pre-trained.
pub(crate) fn section(
    chosen: &[PretrainedLayer],
    epochs: &[PretrainingEpoch],
    reconstructed: &[Reconstructed],
) -> Markup {
    html! {
        @if !chosen.is_empty() {
            section {
                h2 { "Pre-training" }
                p.muted {
                    "Each layer is pre-trained as a denoising auto-encoder of its inputs. Costs are summed over the inputs \
                     and averaged over examples: training costs are measured on corrupted inputs, \
                     validation costs on clean inputs."
                }
                div.charts { @for (k, layer) in chosen.iter().enumerate() { (chart(k + 1, layer, epochs)) } }
                (scrolling("Pre-trained layers", &table(chosen)))
                @if !reconstructed.is_empty() { (reconstructions(reconstructed)) }
            }
        }
    }
}

fn table(chosen: &[PretrainedLayer]) -> Markup {
    html! {
        table {
            caption { "The learning rate and epoch with the lowest validation cost, for each layer." }
            (header_row(["layer", "learning rate", "epoch", "validation cost", "zeros of the code"]))
            tbody {
                @for (k, layer) in chosen.iter().enumerate() {
                    tr {
                        th scope="row" { (k + 1) } td { (layer.learning_rate) } td { (count(layer.epoch)) }
                        td { (decimal(layer.validation_cost)) } td { (percent(layer.sparsity)) }
                    }
                }
            }
        }
    }
}

fn reconstructions(reconstructed: &[Reconstructed]) -> Markup {
    let images = |one: &Reconstructed| {
        [(&one.clean, "clean"), (&one.corrupted, "corrupted"), (&one.reconstruction, "reconstructed")]
            .map(|(image, what)| (picture(image), what))
    };
    html! {
        h3 { "Reconstructions of the first layer" }
        p { "Validation images: clean, corrupted as in pre-training, and reconstructed from the corrupted image." }
        ul.mistakes {
            @for one in reconstructed {
                li {
                    @for (address, what) in images(one) {
                        @if let Some(address) = address { img src=(address) alt=(format!("{what} image")); }
                    }
                }
            }
        }
    }
}

/// The chart of the costs of `layer`, counted from 1, over the epochs at the learning rate chosen for this layer.
fn chart(layer: usize, chosen: &PretrainedLayer, epochs: &[PretrainingEpoch]) -> Markup {
    let of_layer = |epoch: &&PretrainingEpoch| epoch.layer == layer && epoch.learning_rate == chosen.learning_rate;
    let epochs: Vec<&PretrainingEpoch> = epochs.iter().filter(of_layer).collect();
    let numbers: Vec<usize> = epochs.iter().map(|epoch| epoch.epoch).collect();
    let curve = |name: &str, value: fn(&PretrainingEpoch) -> f64| Curve {
        name: name.to_owned(),
        values: epochs.iter().map(|epoch| value(epoch)).collect(),
    };
    Curves {
        title: format!("Layer {layer}"),
        unit: "cost of the reconstruction",
        scale: Scale::Logarithmic,
        epochs: &numbers,
        selected: chosen.epoch,
        lines: vec![curve("validation", |epoch| epoch.validation_cost), curve("train", |epoch| epoch.train_cost)],
    }
    .figure()
}
