//! The section on the sparsity and the dead units of the hidden layers.

use crate::document::{header_row, scrolling};
use crate::run::files::{Epoch, Manifest, RunResult};
use crate::svg::{Curve, Curves, Scale};
use crate::text::number::{count, percent};
use maud::{Markup, html};

/// The section of exact zeros and dead units.
pub(crate) fn section(epochs: &[Epoch], run: &Manifest, result: &RunResult) -> Markup {
    let layers = epochs.first().map_or(0, |epoch| epoch.validation_sparsity.len());
    let numbers: Vec<usize> = epochs.iter().map(|epoch| epoch.epoch).collect();
    let sparsity = |epoch: &Epoch, k: usize| 100.0 * epoch.validation_sparsity.get(k).copied().unwrap_or(f64::NAN);
    let curve = |k: usize| Curve {
        name: format!("layer {}", k + 1),
        values: epochs.iter().map(|epoch| sparsity(epoch, k)).collect(),
    };
    let chart = Curves {
        title: "Sparsity on the validation set".to_owned(),
        unit: "exact zeros, %",
        scale: Scale::Linear,
        epochs: &numbers,
        selected: result.selected_epoch,
        lines: (0..layers).map(curve).collect(),
    };
    html! {
        section {
            h2 { "Sparsity" }
            div.charts {
                @if layers > 0 { (chart.figure()) }
                (scrolling("Hidden layers", &table(run, result)))
            }
        }
    }
}

fn table(run: &Manifest, result: &RunResult) -> Markup {
    html! {
        table {
            caption {
                "For the selected network: exact zeros are counted over all units and test examples; a dead unit \
                 outputs 0 for every training example."
            }
            (header_row(["hidden layer", "units", "exact zeros", "dead units"]))
            tbody {
                @for (k, &sparsity) in result.sparsity.iter().enumerate() {
                    tr {
                        th scope="row" { (k + 1) }
                        td { @if let Some(&units) = run.layers.get(k + 1) { (count(units)) } }
                        td { (percent(sparsity)) }
                        td { @if let Some(&dead) = result.dead_units.get(k) { (count(dead)) } }
                    }
                }
            }
        }
    }
}
