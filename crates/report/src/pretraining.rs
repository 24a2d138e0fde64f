//! How the layers were pre-trained: the cost of each reconstruction, and what a reconstruction looks like.

use crate::axis::Scale;
use crate::chart::{Chart, Line};
use crate::number::{count, decimal, percent};
use crate::pictures;
use crate::{Image, Page, PretrainingEpoch};
use maud::{Markup, html};

/// An input of the first layer on its way through its auto-encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconstructed {
    /// As it is, from 0 (black) to 1 (white).
    pub clean: Image,
    /// As the auto-encoder gets it while training.
    pub corrupted: Image,
    /// What it makes of that.
    pub reconstruction: Image,
}

/// Names of the charts, of which a page has one for each layer.
const IDS: [&str; 20] = [
    "layera", "layerb", "layerc", "layerd", "layere", "layerf", "layerg", "layerh", "layeri", "layerj", "layerk",
    "layerl", "layerm", "layern", "layero", "layerp", "layerq", "layerr", "layers", "layert",
];

/// The section of pre-training; nothing without it.
pub(crate) fn pretraining(page: &Page) -> Markup {
    let chosen = &page.result.pretraining;
    html! {
        @if !chosen.is_empty() {
            section {
                h2 { "Pre-training" }
                p.muted {
                    "Each layer is a denoising auto-encoder of the codes below. Costs are sums over the inputs and means \
                     over examples: training ones from corrupted inputs, validation ones from clean inputs."
                }
                div.charts {
                    @for (k, id) in (0..chosen.len()).zip(IDS) { (chart(page, k, id)) }
                }
                div.scroll tabindex="0" role="region" aria-label="Pre-trained layers" {
                    table {
                        caption { "What was chosen for each layer, by the lowest validation cost of all rates and epochs." }
                        thead {
                            tr {
                                th scope="col" { "layer" } th scope="col" { "rate" } th scope="col" { "epoch" }
                                th scope="col" { "validation cost" } th scope="col" { "zeros of the code" }
                            }
                        }
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
                @if !page.reconstructed.is_empty() {
                    h3 { "Reconstructions of the first layer" }
                    p { "Validation images as they are, corrupted as in training, and reconstructed from that." }
                    ul.mistakes {
                        @for one in &page.reconstructed {
                            li {
                                @for (image, what) in [
                                    (&one.clean, "clean"),
                                    (&one.corrupted, "corrupted"),
                                    (&one.reconstruction, "reconstructed"),
                                ] {
                                    @if let Some(address) = pictures::picture(image) {
                                        img src=(address) alt=(format!("{what} image"));
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The costs of layer `k`, from 0, at the rate that was chosen.
fn chart(page: &Page, k: usize, id: &'static str) -> Markup {
    let chosen = &page.result.pretraining[k];
    let of_layer = |epoch: &&PretrainingEpoch| epoch.layer == k + 1 && epoch.learning_rate == chosen.learning_rate;
    let history: Vec<&PretrainingEpoch> = page.pretraining.iter().filter(of_layer).collect();
    let epochs: Vec<usize> = history.iter().map(|epoch| epoch.epoch).collect();
    let line = |name: &str, value: fn(&PretrainingEpoch) -> f64| Line {
        name: name.to_owned(),
        values: history.iter().map(|epoch| value(epoch)).collect(),
    };
    let title = ["Layer 1", "Layer 2", "Layer 3", "Layer 4"].get(k).copied().unwrap_or("A layer above");
    Chart {
        id,
        title,
        unit: "cost of the reconstruction",
        scale: Scale::Logarithmic,
        epochs: &epochs,
        selected: chosen.epoch,
        lines: vec![line("validation", |e| e.validation_cost), line("train", |e| e.train_cost)],
    }
    .figure()
}
