//! The hidden activations at stages of a run, as histograms and as a table of exact zeros.

use super::activations::{Activations, Stage};
use crate::document::{header_row, scrolling};
use crate::svg::{Axis, Bin, Histogram, Scale};
use crate::text::number::{decimal, percent};
use maud::{Markup, html};

/// The section of the hidden activations at each stage; empty without hidden layers.
pub(crate) fn section(stages: &[Stage]) -> Markup {
    let layers = stages.iter().map(|stage| stage.layers.len()).max().unwrap_or(0);
    html! {
        @if layers > 0 {
            section {
                h2 { "Activations" }
                p.muted {
                    "Histograms of the hidden outputs that are not 0, over a sample of validation examples. The horizontal \
                     axis is the output; the area of a bar is its share of all outputs of the layer. Exact zeros are \
                     given as a number, because their bar would dwarf the other bars. All stages of a layer share the \
                     same axes."
                }
                @for k in 0..layers {
                    h3 { "Layer " (k + 1) }
                    (histograms(stages, k))
                }
                (scrolling("Exact zeros at each stage", &table(stages, layers)))
            }
        }
    }
}

/// The histograms of hidden layer `k`, counted from 0, one for each stage; or a sentence if there are no bars to draw.
fn histograms(stages: &[Stage], k: usize) -> Markup {
    let layers: Vec<(&str, &Activations)> =
        stages.iter().filter_map(|stage| Some((stage.name.as_str(), stage.layers.get(k)?))).collect();
    let highest = layers.iter().flat_map(|(_, layer)| layer.bins()).map(|bin| bin.density).reduce(f64::max);
    let ends = layers.iter().flat_map(|(_, layer)| [layer.least, layer.largest]);
    let (Some(highest), Some(values)) = (highest, Axis::covering(ends, Scale::Linear)) else {
        return html! { p { "No output is a finite number other than 0." } };
    };
    html! {
        div.stages {
            @for (name, layer) in layers {
                @let zeros = format!("{} exact zeros", percent(layer.sparsity));
                @let range = format!("outputs from {} to {}", decimal(layer.least), decimal(layer.largest));
                @let bins: Vec<Bin> = layer.bins().collect();
                @let description = format!("Layer {}, {name}: {range}, {zeros}", k + 1);
                figure {
                    figcaption { b { (name) } span { (zeros) } }
                    (Histogram { description, bins: &bins, values: &values, highest }.draw().chart())
                }
            }
        }
    }
}

fn table(stages: &[Stage], layers: usize) -> Markup {
    html! {
        table.zeros {
            caption { "Exact zeros as a share of all outputs of the layer, over the same sample." }
            (header_row(["hidden layer"].into_iter().chain(stages.iter().map(|stage| &*stage.name))))
            tbody {
                @for k in 0..layers {
                    tr {
                        th scope="row" { (k + 1) }
                        @for stage in stages {
                            td { @if let Some(layer) = stage.layers.get(k) { (percent(layer.sparsity)) } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, layers: &[&[f32]]) -> Stage {
        Stage { name: name.to_owned(), layers: layers.iter().map(|outputs| Activations::of(outputs)).collect() }
    }

    /// The outlines of the bars of each histogram.
    fn outlines(text: &str) -> Vec<&str> {
        let parts = text.split(r#"<path class="histogram" d=""#).skip(1);
        parts.map(|part| part.split('"').next().unwrap()).collect()
    }

    #[test]
    fn layers_without_bars_say_so() {
        let text = section(&[stage("initialisation", &[&[0.0; 8]])]).into_string();
        assert!(outlines(&text).is_empty() && text.contains("100.00\u{a0}%"), "{text}");
        for nothing in [&[f32::NAN; 3][..], &[]] {
            let text = section(&[stage("diverged", &[nothing])]).into_string();
            assert!(text.contains("not a finite number") && !text.contains("NaN"), "{text}");
        }
    }

    #[test]
    fn stages_of_a_layer_share_their_scales() {
        let text = section(&[stage("before", &[&[1.0, 1.0]]), stage("after", &[&[4.0, 0.0, 0.0, 0.0]])]).into_string();
        let [before, after] = outlines(&text)[..] else { panic!("{text}") };
        // The axis runs from 0 at x = 22 to 4 at x = 318. The drawn bins end at 1 and 4 and are 0.025 and 0.1 wide.
        assert_eq!(before, "M94.15 108V6.00H96.00V108z");
        // A quarter of the share in a bin four times as wide gives a sixteenth of the height.
        assert_eq!(after, "M310.60 108V101.62H318.00V108z");
    }

    #[test]
    fn each_stage_shows_its_name_and_the_zeros_of_its_layers() {
        let stages = [
            stage("initialisation", &[&[0.0, 1.0], &[0.0, 1.0, 2.0, 3.0]]),
            stage("after fine-tuning", &[&[0.0, 0.0, 0.0, 1.0], &[0.0; 2]]),
        ];
        let text = section(&stages).into_string();
        let (charts, table) = text.split_once("<table").unwrap();
        for part in [charts, table] {
            for words in ["initialisation", "after fine-tuning", "50.00", "25.00", "75.00", "100.00"] {
                assert!(part.contains(words), "{words} is not in {part}");
            }
        }
        assert_eq!(outlines(charts).len(), 4);
    }

    #[test]
    fn a_layer_that_a_stage_lacks_is_left_out_of_it() {
        let stages = [stage("first", &[&[0.0, 1.0]]), stage("second", &[&[0.0, 1.0], &[0.0, 2.0]])];
        let text = section(&stages).into_string();
        assert_eq!(outlines(&text).len(), 3);
        assert!(text.contains("<td></td>"), "{text}");
    }

    #[test]
    fn the_name_of_a_stage_is_text() {
        let text = section(&[stage("\"><script>&", &[&[0.0, 1.0]])]).into_string();
        assert!(!text.contains("<script") && !text.contains("\">&lt;"), "{text}");
        assert!(text.contains("&quot;&gt;&lt;script&gt;&amp;"), "{text}");
    }

    #[test]
    fn without_layers_there_is_no_section() {
        assert_eq!(section(&[]).into_string(), "");
        assert_eq!(section(&[stage("initialisation", &[])]).into_string(), "");
    }
}
