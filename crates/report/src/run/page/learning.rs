//! The learning curves and the table of their values.

use crate::document::{header_row, scrolling_tall};
use crate::run::files::Epoch;
use crate::svg::{Curve, Curves, Scale};
use crate::text::number::{decimal, percent};
use maud::{Markup, html};

/// The section of the training and validation error and negative log-likelihood over `epochs`, with the `selected`
/// epoch marked.
pub(crate) fn section(epochs: &[Epoch], selected: usize) -> Markup {
    let curve = |name: &str, value: fn(&Epoch) -> f64| Curve {
        name: name.to_owned(),
        values: epochs.iter().map(value).collect(),
    };
    let numbers: Vec<usize> = epochs.iter().map(|epoch| epoch.epoch).collect();
    let error = Curves {
        title: "Error".to_owned(),
        unit: "misclassified, %",
        scale: Scale::Logarithmic,
        epochs: &numbers,
        selected,
        lines: vec![
            curve("validation", |epoch| 100.0 * epoch.validation_error),
            curve("train", |epoch| 100.0 * epoch.train_error),
        ],
    };
    let nll = Curves {
        title: "Negative log-likelihood".to_owned(),
        unit: "nats per example",
        lines: vec![curve("validation", |epoch| epoch.validation_nll), curve("train", |epoch| epoch.train_nll)],
        ..error
    };
    html! {
        section {
            h2 { "Learning curves" }
            @if epochs.is_empty() {
                p { "No epoch was finished." }
            } @else {
                p.muted {
                    "Training values are means over the minibatches of the epoch, during which the network changes; \
                     validation values are measured after it. A logarithmic axis shows zeros at its lower edge."
                }
                div.charts { (error.figure()) (nll.figure()) }
                details {
                    summary { "Every epoch as a table" }
                    (scrolling_tall("Every epoch", &table(epochs, selected)))
                }
            }
        }
    }
}

fn table(epochs: &[Epoch], selected: usize) -> Markup {
    let columns = ["epoch", "train loss", "train nll", "train error", "validation nll", "validation error", "best"];
    html! {
        table {
            caption { "The loss is the nll plus the penalty. A star marks the lowest validation error so far." }
            (header_row(columns))
            tbody {
                @for epoch in epochs {
                    tr class=[(epoch.epoch == selected).then_some("chosen")] {
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
