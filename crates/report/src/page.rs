//! The report of a run: one HTML file that holds everything it shows.

use crate::chart::{Chart, Series};
use crate::picture::{Image, grey, signed_sheet};
use crate::run::{Epoch, Error, Manifest, RunResult};
use maud::{DOCTYPE, Markup, PreEscaped};
use std::path::Path;

/// What a report shows.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// What was run.
    pub manifest: &'a Manifest,
    /// The resolved configuration, TOML.
    pub config: &'a str,
    /// All epochs, in order.
    pub epochs: &'a [Epoch],
    /// What came out.
    pub result: &'a RunResult,
    /// How often each class (row) was taken for each class (column), on the test set.
    pub confusion: &'a [Vec<usize>],
    /// Incoming weights of first-layer units; each is scaled by its own largest |weight|.
    pub filters: Vec<Image>,
    /// Test images that were taken for another class, the surest mistake first.
    pub confused: Vec<Confused>,
}

/// A test image that was taken for another class.
#[derive(Clone, Debug)]
pub struct Confused {
    /// The image, values in [0, 1].
    pub image: Image,
    /// The class it is.
    pub label: usize,
    /// The class it was taken for.
    pub predicted: usize,
    /// The probability that the network gave to that.
    pub probability: f64,
}

/// Filters in a row of the sheet.
const COLUMNS: usize = 20;

/// Writes the page to `path`, atomically.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_page(path: &Path, page: &Page) -> Result<(), Error> {
    Ok(files::write(path, html(page).as_bytes())?)
}

/// The page as HTML. It needs no script and no network, follows the reader's light or dark theme, and prints.
#[must_use]
pub fn html(page: &Page) -> String {
    let title = format!("{}: {} test error", page.manifest.name, percent(page.result.test_error));
    maud::html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                (heading(page))
                (curves(page))
                (layers(page))
                (confusion(page))
                (filters(page))
                (confused(page))
                (facts(page))
            }
        }
    }
    .into_string()
}

fn percent(fraction: f64) -> String {
    format!("{:.2} %", 100.0 * fraction)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn heading(page: &Page) -> Markup {
    let Page { manifest, result, .. } = page;
    let widths: Vec<String> = manifest.layers.iter().map(ToString::to_string).collect();
    let wrong = (result.test_error * result.examples.test as f64).round();
    maud::html! {
        h1 { (manifest.name) }
        p.quiet { (widths.join("-")) " " (manifest.activation) " network on " (manifest.dataset) ", seed " (manifest.seed)
            ", " (manifest.backend) }
        ul.numbers {
            li { b { (percent(result.test_error)) } "test error" }
            li { b { (percent(result.validation_error)) } "validation error" }
            li { b { (percent(mean(&result.sparsity))) } "exact zeros" }
            li { b { (format!("{:.0}", result.examples_per_second)) } "examples per second" }
            li { b { (duration(result.training_seconds)) } "of training" }
        }
        p {
            "The network of epoch " (result.selected_epoch) " of " (result.epochs) " had the lowest validation error, "
            (percent(result.validation_error)) " of " (result.examples.validation) " examples. Tested once, it takes "
            (wrong) " of " (result.examples.test) " test examples for another class. On the test set "
            (percent(mean(&result.sparsity))) " of the hidden outputs are exactly zero."
        }
    }
}

fn duration(seconds: f64) -> String {
    if seconds < 120.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}

fn series(name: &str, values: impl Iterator<Item = f64>) -> Series {
    Series { name: name.to_owned(), values: values.collect() }
}

fn curves(page: &Page) -> Markup {
    let error = [
        series("validation", page.epochs.iter().map(|e| 100.0 * e.validation_error)),
        series("training", page.epochs.iter().map(|e| 100.0 * e.train_error)),
    ];
    let nll = [
        series("validation", page.epochs.iter().map(|e| e.validation_nll)),
        series("training", page.epochs.iter().map(|e| e.train_nll)),
    ];
    let marked = page.result.selected_epoch;
    maud::html! {
        h2 { "Learning curves" }
        p.quiet { "Training values are means over the epoch, while the network changes; validation values are taken after it. "
            "The dotted line marks the selected epoch." }
        div.charts {
            (Chart { title: "Error, %", unit: " %", series: &error, marked }.svg())
            (Chart { title: "Negative log-likelihood", unit: "", series: &nll, marked }.svg())
        }
    }
}

fn layers(page: &Page) -> Markup {
    let Page { manifest, result, epochs, .. } = page;
    let sparsity: Vec<Series> = (0..result.sparsity.len())
        .map(|k| {
            let values = epochs.iter().map(|e| 100.0 * e.validation_sparsity.get(k).copied().unwrap_or(f64::NAN));
            series(&format!("layer {}", k + 1), values)
        })
        .collect();
    maud::html! {
        h2 { "Sparsity" }
        p.quiet { "Outputs that are exactly 0.0. A dead unit is one that no training example makes fire." }
        div.charts {
            (Chart { title: "Exact zeros on the validation set, %", unit: " %", series: &sparsity,
                marked: result.selected_epoch }.svg())
            div.scroll { table {
                caption { "The tested network" }
                thead { tr { th scope="col" { "hidden layer" } th scope="col" { "units" } th scope="col" { "zeros" }
                    th scope="col" { "dead units" } } }
                tbody {
                    @for (k, zeros) in result.sparsity.iter().enumerate() {
                        tr {
                            th scope="row" { (k + 1) }
                            td { (manifest.layers.get(k + 1).copied().unwrap_or_default()) }
                            td { (percent(*zeros)) }
                            td { (result.dead_units.get(k).copied().unwrap_or_default()) }
                        }
                    }
                }
            } }
        }
    }
}

fn confusion(page: &Page) -> Markup {
    let classes = page.confusion.len();
    maud::html! {
        h2 { "Confusion" }
        div.scroll { table.confusion {
            caption { "Test examples: rows are what they are, columns what they were taken for." }
            thead { tr { th {} @for class in 0..classes { th scope="col" { (class) } } } }
            tbody {
                @for (label, row) in page.confusion.iter().enumerate() {
                    tr {
                        th scope="row" { (label) }
                        @for (predicted, count) in row.iter().enumerate() {
                            td class=[(label == predicted).then_some("right")] style=[shade(*count, row)] {
                                @if *count > 0 { (count) } @else { "·" }
                            }
                        }
                    }
                }
            }
        } }
    }
}

/// The darker the larger the share of the row, on a root scale that keeps single mistakes visible.
fn shade(count: usize, row: &[usize]) -> Option<String> {
    let share = count as f64 / row.iter().sum::<usize>().max(1) as f64;
    (count > 0).then(|| format!("background: rgba(var(--cell), {:.2})", 0.45 * share.sqrt()))
}

fn filters(page: &Page) -> Markup {
    if page.filters.is_empty() {
        return Markup::default();
    }
    let (sheet, width) = signed_sheet(&page.filters, COLUMNS);
    maud::html! {
        h2 { "First-layer filters" }
        p.quiet { "What the " (page.filters.len()) " units with the largest weights look for: light orange is positive, dark blue "
            "negative, grey zero; each scaled by itself." }
        img.sheet src=(sheet) width=(width) alt=(format!("{} weight images of first-layer units", page.filters.len()));
    }
}

fn confused(page: &Page) -> Markup {
    maud::html! {
        h2 { "Most confused test images" }
        @if page.confused.is_empty() { p { "Every test image was taken for what it is." } }
        ul.wrong {
            @for wrong in &page.confused {
                li {
                    img src=(grey(&wrong.image)) width=(wrong.image.width) height=(wrong.image.height)
                        alt=(format!("a {} taken for a {}", wrong.label, wrong.predicted));
                    span { "is " b { (wrong.label) } ", taken for " b { (wrong.predicted) } " at "
                        (format!("{:.0} %", 100.0 * wrong.probability)) }
                }
            }
        }
    }
}

fn facts(page: &Page) -> Markup {
    let m = page.manifest;
    let counts = m.examples;
    let rows = [
        ("data", m.dataset.clone()),
        ("source", m.credit.clone()),
        ("examples", format!("{} training, {} validation, {} test", counts.train, counts.validation, counts.test)),
        ("parameters", m.parameters.to_string()),
        ("backend, device", format!("{}, {}", m.backend, m.device)),
        ("versions", format!("rectifier {}, Burn {}", m.version, m.burn)),
    ];
    maud::html! {
        h2 { "The run" }
        table.facts { tbody {
            @for (name, value) in rows { tr { th scope="row" { (name) } td { (value) } } }
            @for (file, sha256) in &m.checksums { tr { th scope="row" { "sha256" } td { (file) " " (sha256) } } }
        } }
        p { "Repeat it with" }
        pre { (m.command) }
        p { "where the configuration is" }
        pre { (page.config) }
    }
}
