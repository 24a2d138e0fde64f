//! The hidden activations at several stages of a run: how many are exactly 0, and how the others are spread.

use crate::axis::{Axis, Scale};
use crate::number::{decimal, percent};
use maud::{Markup, html};
use std::fmt::Write as _;

/// The hidden activations of a network at a stage of its run, over a sample of validation examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Which one, such as "initialisation", "after pre-training" or "after fine-tuning".
    pub name: String,
    /// Its hidden layers, the first one first.
    pub layers: Vec<Activations>,
}

/// The outputs `h` of one hidden layer, counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Activations {
    /// Fraction of exact zeros, in [0, 1]; NaN when nothing was counted.
    pub sparsity: f64,
    /// Fractions of all outputs that are not 0 and lie in each bin, of equal width from `least` to `largest`.
    /// They add up to 1 - `sparsity`.
    pub shares: Vec<f64>,
    /// The least output; 0 when none is negative.
    pub least: f64,
    /// The largest output; 0 when none is positive.
    pub largest: f64,
}

/// Bins of a histogram: a few pixels each.
const BINS: usize = 40;

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 132.0;
/// Room for half a label at both ends.
const LEFT: f64 = 22.0;
const RIGHT: f64 = WIDTH - LEFT;
const TOP: f64 = 6.0;
const BOTTOM: f64 = HEIGHT - 24.0;

impl Activations {
    /// Counts `outputs`, of any units and examples in any order. Those that are not finite are left out.
    #[must_use]
    pub fn of(outputs: &[f32]) -> Self {
        let finite = || outputs.iter().map(|&h| f64::from(h)).filter(|h| h.is_finite());
        // The range includes 0, so that it has a width as soon as one output is not 0.
        let nonzero = || finite().filter(|&h| h != 0.0);
        let (least, largest) = (nonzero().fold(0.0, f64::min), nonzero().fold(0.0, f64::max));
        let mut counts = [0_usize; BINS];
        for h in nonzero() {
            let bin = (h - least) / (largest - least) * BINS as f64;
            counts[(bin as usize).min(BINS - 1)] += 1; // the last bin includes its end
        }
        let all = finite().count() as f64;
        let zeros = finite().filter(|&h| h == 0.0).count();
        Self {
            sparsity: zeros as f64 / all,
            shares: counts.iter().map(|&count| if count == 0 { 0.0 } else { count as f64 / all }).collect(),
            least,
            largest,
        }
    }

    /// The bins that hold outputs, ascending.
    fn bars(&self) -> impl Iterator<Item = Bar> {
        let width = (self.largest - self.least) / self.shares.len() as f64;
        let bars = self.shares.iter().enumerate().filter(|&(_, &share)| share > 0.0);
        let bars = bars.map(move |(bin, share)| {
            let from = self.least + bin as f64 * width;
            Bar { from, to: from + width, density: share / width }
        });
        bars.filter(|bar| bar.density.is_finite())
    }
}

/// A bar of a histogram.
struct Bar {
    /// Where its bin begins.
    from: f64,
    /// Where its bin ends.
    to: f64,
    /// The share of the bin by its width: the bar has the share as its area.
    density: f64,
}

/// The section of the hidden activations; nothing without stages.
pub(crate) fn activations(stages: &[Stage]) -> Markup {
    let layers = stages.iter().map(|stage| stage.layers.len()).max().unwrap_or(0);
    html! {
        @if layers > 0 {
            section {
                h2 { "Activations" }
                p.muted {
                    "Histograms of the hidden outputs that are not 0, over a sample of validation examples. The output runs \
                     to the right; the area of a bar is its share of all outputs of the layer. Exact zeros are given as a \
                     number, because they would dwarf the rest. The stages of a layer share both scales."
                }
                @for k in 0..layers {
                    h3 { "Layer " (k + 1) }
                    (histograms(stages, k))
                }
                (zeros_table(stages, layers))
            }
        }
    }
}

/// The histograms of layer `k`, from 0, one for each stage; a sentence instead when there is nothing to draw.
fn histograms(stages: &[Stage], k: usize) -> Markup {
    let layers: Vec<(&str, &Activations)> =
        stages.iter().filter_map(|stage| Some((stage.name.as_str(), stage.layers.get(k)?))).collect();
    let Some(frame) = Frame::of(layers.iter().map(|&(_, layer)| layer)) else {
        return html! { p { "No output is a finite number other than 0." } };
    };
    html! {
        div.stages {
            @for (name, layer) in layers {
                @let zeros = format!("{} exact zeros", percent(layer.sparsity));
                @let range = format!("outputs from {} to {}", decimal(layer.least), decimal(layer.largest));
                figure {
                    figcaption { b { (name) } span { (zeros) } }
                    svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img"
                        aria-label=(format!("Layer {}, {name}: {range}, {zeros}", k + 1)) {
                        path.histogram d=(frame.bars(layer)) {}
                        (frame.axis())
                    }
                }
            }
        }
    }
}

/// The scales that the histograms of a layer share.
struct Frame {
    /// The outputs.
    x: Axis,
    /// The density of the tallest bar.
    tallest: f64,
}

impl Frame {
    /// The scales that show every bar of all `layers` whole; none without bars.
    fn of<'a>(layers: impl Iterator<Item = &'a Activations> + Clone) -> Option<Self> {
        let tallest = layers.clone().flat_map(Activations::bars).map(|bar| bar.density).reduce(f64::max)?;
        let x = Axis::covering(layers.flat_map(|layer| [layer.least, layer.largest]), Scale::Linear)?;
        Some(Self { x, tallest })
    }

    fn x(&self, output: f64) -> f64 {
        LEFT + self.x.place(output) * (RIGHT - LEFT)
    }

    /// The outline of every bar of `layer`.
    fn bars(&self, layer: &Activations) -> String {
        let mut path = String::new();
        for Bar { from, to, density } in layer.bars() {
            let y = BOTTOM - density / self.tallest * (BOTTOM - TOP);
            // Writing to a String cannot fail.
            let _ = write!(path, "M{:.2} {BOTTOM}V{y:.2}H{:.2}V{BOTTOM}z", self.x(from), self.x(to));
        }
        path
    }

    fn axis(&self) -> Markup {
        html! {
            path.axis d=(format!("M{LEFT} {BOTTOM}H{RIGHT}")) {}
            @for tick in &self.x.ticks {
                @let x = format!("{:.1}", self.x(tick.value));
                path.axis d=(format!("M{x} {BOTTOM}v4")) {}
                text x=(x) y=(BOTTOM + 18.0) text-anchor="middle" { (tick.label) }
            }
        }
    }
}

fn zeros_table(stages: &[Stage], layers: usize) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Exact zeros at each stage" {
            table.zeros {
                caption { "Exact zeros, of all outputs of the layer over the same sample." }
                thead {
                    tr { th scope="col" { "hidden layer" } @for stage in stages { th scope="col" { (stage.name) } } }
                }
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
    fn shares_and_sparsity_add_up_to_1() {
        for outputs in [&[0.0, 0.0, 0.1, 2.0, 7.5][..], &[-1.0, -0.3, 0.0, 1.0], &[3.0, 3.0], &[1e-45, 3e38, -3e38]] {
            let layer = Activations::of(outputs);
            let sum = layer.sparsity + layer.shares.iter().sum::<f64>();
            assert!((sum - 1.0).abs() < 1e-12, "{outputs:?} add up to {sum}");
        }
    }

    #[test]
    fn outputs_are_counted_in_the_bin_they_lie_in() {
        let layer = Activations::of(&[0.0, 0.0, 0.05, 1.05, 4.0]);
        assert_eq!((layer.sparsity, layer.least, layer.largest), (0.4, 0.0, 4.0));
        let filled: Vec<usize> = (0..layer.shares.len()).filter(|&bin| layer.shares[bin] > 0.0).collect();
        // Bins are 0.1 wide.
        assert_eq!(filled, [0, 10, 39]);
    }

    #[test]
    fn negative_outputs_extend_the_range_below_0_and_negative_zeros_do_not() {
        let layer = Activations::of(&[-1.0, 0.5]);
        assert_eq!((layer.least, layer.largest), (-1.0, 0.5));
        let layer = Activations::of(&[-0.0, 0.5]);
        assert_eq!(layer.sparsity, 0.5);
        assert!(layer.least.is_sign_positive());
    }

    #[test]
    fn a_layer_of_zeros_spans_nothing_and_says_so() {
        let layer = Activations::of(&[0.0; 8]);
        assert_eq!((layer.sparsity, layer.least, layer.largest), (1.0, 0.0, 0.0));
        assert_eq!(layer.shares.iter().sum::<f64>(), 0.0);
        let text = activations(&[stage("initialisation", &[&[0.0; 8]])]).into_string();
        assert!(outlines(&text).is_empty() && text.contains("100.00\u{a0}%"), "{text}");
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let layer = Activations::of(&[f32::NAN, 0.0, f32::INFINITY, 2.0, f32::NEG_INFINITY]);
        assert_eq!(layer, Activations::of(&[0.0, 2.0]));
        for nothing in [&[f32::NAN; 3][..], &[]] {
            let text = activations(&[stage("diverged", &[nothing])]).into_string();
            assert!(text.contains("not a finite number") && !text.contains("NaN"), "{text}");
        }
    }

    #[test]
    fn stages_of_a_layer_share_their_scales() {
        let text =
            activations(&[stage("before", &[&[1.0, 1.0]]), stage("after", &[&[4.0, 0.0, 0.0, 0.0]])]).into_string();
        let [before, after] = outlines(&text)[..] else { panic!("{text}") };
        // The axis runs from 0 at 22 to 4 at 318; the bins end at 1 and 4, 0.025 and 0.1 wide.
        assert_eq!(before, "M94.15 108V6.00H96.00V108z");
        // A quarter of the share in a bin four times as wide: a sixteenth of the height.
        assert_eq!(after, "M310.60 108V101.62H318.00V108z");
    }

    #[test]
    fn each_stage_shows_its_name_and_the_zeros_of_its_layers() {
        let stages = [
            stage("initialisation", &[&[0.0, 1.0], &[0.0, 1.0, 2.0, 3.0]]),
            stage("after fine-tuning", &[&[0.0, 0.0, 0.0, 1.0], &[0.0; 2]]),
        ];
        let text = activations(&stages).into_string();
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
        let text = activations(&stages).into_string();
        assert_eq!(outlines(&text).len(), 3);
        assert!(text.contains("<td></td>"), "{text}");
    }

    #[test]
    fn the_name_of_a_stage_is_text() {
        let text = activations(&[stage("\"><script>&", &[&[0.0, 1.0]])]).into_string();
        assert!(!text.contains("<script") && !text.contains("\">&lt;"), "{text}");
        assert!(text.contains("&quot;&gt;&lt;script&gt;&amp;"), "{text}");
    }

    #[test]
    fn without_layers_there_is_no_section() {
        assert_eq!(activations(&[]).into_string(), "");
        assert_eq!(activations(&[stage("initialisation", &[])]).into_string(), "");
    }
}
