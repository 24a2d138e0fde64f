//! What happened epoch by epoch: learning curves, sparsity, and every number behind them.

use crate::axis::Scale;
use crate::chart::{Chart, Line};
use crate::number::{count, decimal, percent};
use crate::{Epoch, Page};
use maud::{Markup, html};

/// The section of train and validation error and negative log-likelihood.
pub(crate) fn learning(page: &Page) -> Markup {
    let line = |name: &str, value: fn(&Epoch) -> f64| Line {
        name: name.to_owned(),
        values: page.epochs.iter().map(value).collect(),
    };
    let epochs: Vec<usize> = page.epochs.iter().map(|epoch| epoch.epoch).collect();
    let error = Chart {
        id: "error",
        title: "Error",
        unit: "wrong answers, %",
        scale: Scale::Logarithmic,
        epochs: &epochs,
        selected: page.result.selected_epoch,
        lines: vec![
            line("validation", |epoch| 100.0 * epoch.validation_error),
            line("train", |epoch| 100.0 * epoch.train_error),
        ],
    };
    let nll = Chart {
        id: "nll",
        title: "Negative log-likelihood",
        unit: "nats per example",
        lines: vec![line("validation", |epoch| epoch.validation_nll), line("train", |epoch| epoch.train_nll)],
        ..error
    };
    html! {
        section {
            h2 { "Learning curves" }
            @if page.epochs.is_empty() {
                p { "No epoch was finished." }
            } @else {
                p.muted {
                    "Training figures are means over the minibatches of the epoch, while the network still changes; \
                     validation figures are taken after it. On a logarithmic axis zeros lie on the lower edge."
                }
                div.charts { (error.figure()) (nll.figure()) }
                (every_epoch(page))
            }
        }
    }
}

/// The section of exact zeros and dead units.
pub(crate) fn sparsity(page: &Page) -> Markup {
    let layers = page.epochs.first().map_or(0, |epoch| epoch.validation_sparsity.len());
    let epochs: Vec<usize> = page.epochs.iter().map(|epoch| epoch.epoch).collect();
    let of_layer = |k: usize| {
        page.epochs.iter().map(move |epoch| 100.0 * epoch.validation_sparsity.get(k).copied().unwrap_or(f64::NAN))
    };
    let chart = Chart {
        id: "sparsity",
        title: "Sparsity on the validation set",
        unit: "exact zeros, %",
        scale: Scale::Linear,
        epochs: &epochs,
        selected: page.result.selected_epoch,
        lines: (0..layers).map(|k| Line { name: format!("layer {}", k + 1), values: of_layer(k).collect() }).collect(),
    };
    html! {
        section {
            h2 { "Sparsity" }
            div.charts {
                @if layers > 0 { (chart.figure()) }
                (layers_table(page))
            }
        }
    }
}

fn layers_table(page: &Page) -> Markup {
    let result = page.result;
    html! {
        div.scroll tabindex="0" role="region" aria-label="Hidden layers" {
            table {
                caption {
                    "The selected network. Exact zeros are counted over all units and test images; a dead unit is 0 for \
                     every training image."
                }
                thead { tr { th scope="col" { "hidden layer" } th scope="col" { "units" } th scope="col" { "exact zeros" } th scope="col" { "dead units" } } }
                tbody {
                    @for (k, &sparsity) in result.sparsity.iter().enumerate() {
                        tr {
                            th scope="row" { (k + 1) }
                            td { @if let Some(&units) = page.manifest.layers.get(k + 1) { (count(units)) } }
                            td { (percent(sparsity)) }
                            td { @if let Some(&dead) = result.dead_units.get(k) { (count(dead)) } }
                        }
                    }
                }
            }
        }
    }
}

fn every_epoch(page: &Page) -> Markup {
    let columns = ["epoch", "train loss", "train nll", "train error", "validation nll", "validation error"];
    html! {
        details {
            summary { "Every epoch as a table" }
            div.scroll.tall tabindex="0" role="region" aria-label="Every epoch" {
                table {
                    caption { "The loss is nll plus penalty. A star marks the lowest validation error so far." }
                    thead { tr { @for column in columns { th scope="col" { (column) } } th scope="col" { "best" } } }
                    tbody {
                        @for epoch in page.epochs {
                            tr class=[(epoch.epoch == page.result.selected_epoch).then_some("chosen")] {
                                th scope="row" { (epoch.epoch) }
                                td { (decimal(epoch.train_loss)) }
                                td { (decimal(epoch.train_nll)) }
                                td { (percent(epoch.train_error)) }
                                td { (decimal(epoch.validation_nll)) }
                                td { (percent(epoch.validation_error)) }
                                td { @if epoch.best { "★" } }
                            }
                        }
                    }
                }
            }
        }
    }
}
