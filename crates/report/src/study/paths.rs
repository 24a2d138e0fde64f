//! The drawing of active paths (Figure 2 of the paper): the units that are active for an input, the paths between these
//! units, and the flow of the gradient through the units.

use super::runs::CellRuns;
use crate::run::{End, Measures, Outcome};
use maud::{Markup, html};

/// The horizontal distance between adjacent layers, in coordinates of the drawing.
const ACROSS: f64 = 90.0;
/// The vertical distance between adjacent units of a layer, in coordinates of the drawing.
const DOWN: f64 = 14.0;
/// The margin around the units, in coordinates of the drawing.
const MARGIN: f64 = 12.0;
/// The radius of the most active unit of a layer, in coordinates of the drawing.
const RADIUS: f64 = 5.0;

/// The active paths of one network for one input.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivePaths {
    /// The name of the network's cell.
    pub cell: String,
    /// The first units of each hidden layer, from the first layer to the last.
    pub layers: Vec<Vec<Unit>>,
}

/// A unit in the drawing of active paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// The output of the unit.
    pub output: f64,
    /// The absolute value of the gradient of the negative log-likelihood with respect to the unit's pre-activation.
    pub flow: f64,
}

/// The active paths of each cell, from the cell's first reported run that measured active paths. Cells without such a
/// run are left out.
pub(crate) fn of(runs: &[CellRuns<'_>]) -> Vec<ActivePaths> {
    let all = |cell: &CellRuns<'_>| {
        let mut outcomes = cell.points.iter().flat_map(|point| &point.reported).filter_map(|run| run.outcome);
        let layers = outcomes.find_map(measured)?;
        Some(ActivePaths { cell: cell.expanded.name.clone(), layers })
    };
    runs.iter().filter_map(all).collect()
}

fn measured(outcome: &Outcome) -> Option<Vec<Vec<Unit>>> {
    let End::Finished { measures, .. } = &outcome.end else { return None };
    let layers: Vec<Vec<Unit>> = (1..).map_while(|layer| units(measures, layer)).collect();
    (!layers.is_empty()).then_some(layers)
}

fn units(measures: &Measures, layer: usize) -> Option<Vec<Unit>> {
    let outputs = measures.get(&format!("paths.picture.example1.layer{layer}"))?;
    let flows = measures.get(&format!("paths.flow.example1.layer{layer}"))?;
    Some(outputs.iter().zip(flows).map(|(&output, &flow)| Unit { output, flow }).collect())
}

impl ActivePaths {
    /// Draws a column of units for each layer. An active unit is a disc, larger for a larger output, and a silent unit
    /// is a ring. Lines join any two active units of adjacent layers; bars show the gradient that flows through each
    /// unit.
    pub(crate) fn draw(&self) -> Markup {
        let tallest = self.layers.iter().map(Vec::len).max().unwrap_or_default();
        let [width, height] =
            [ACROSS.mul_add(self.layers.len() as f64 - 1.0, 3.0 * MARGIN), DOWN.mul_add(tallest as f64, MARGIN)];
        let active: usize = self.layers.iter().flatten().filter(|unit| unit.output != 0.0).count();
        let all: usize = self.layers.iter().map(Vec::len).sum();
        let (cell, layers) = (&self.cell, self.layers.len());
        let description = format!("{cell}: {active} of {all} units of {layers} layers are active for one image");
        html! {
            figure {
                figcaption { b { (cell) } " – " (active) " of " (all) " units shown are active" }
                svg.paths viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(description) {
                    @for (layer, pair) in self.layers.windows(2).enumerate() {
                        path.path d=(lines(layer, &pair[0], &pair[1])) {}
                    }
                    @for (layer, units) in self.layers.iter().enumerate() {
                        @for (k, unit) in units.iter().enumerate() { (disc(layer, k, *unit, units)) }
                    }
                }
            }
        }
    }
}

/// The centre of unit `k` in layer `layer`, both counted from 0.
fn middle(layer: usize, k: usize) -> [f64; 2] {
    [ACROSS.mul_add(layer as f64, MARGIN), DOWN.mul_add(k as f64, MARGIN)]
}

fn lines(layer: usize, below: &[Unit], above: &[Unit]) -> String {
    let active = |units: &[Unit]| -> Vec<usize> { (0..units.len()).filter(|&k| units[k].output != 0.0).collect() };
    let (from, to) = (active(below), active(above));
    let line = |from: usize, to: usize| {
        let ([x1, y1], [x2, y2]) = (middle(layer, from), middle(layer + 1, to));
        format!("M{x1} {y1}L{x2} {y2}")
    };
    from.iter().flat_map(|&a| to.iter().map(move |&b| line(a, b))).collect()
}

fn disc(layer: usize, k: usize, unit: Unit, all: &[Unit]) -> Markup {
    let [x, y] = middle(layer, k);
    let largest = |value: fn(&Unit) -> f64| all.iter().map(value).fold(f64::MIN_POSITIVE, f64::max);
    let share = unit.output.abs() / largest(|unit| unit.output.abs());
    let flow = unit.flow / largest(|unit| unit.flow);
    html! {
        @if unit.output == 0.0 {
            circle.silent cx=(x) cy=(y) r="3" {}
        } @else {
            circle.active cx=(x) cy=(y) r=(format!("{:.1}", RADIUS * share.sqrt().max(0.3))) {}
        }
        @if flow > 0.005 {
            rect.flow x=(x + RADIUS + 2.0) y=(y - 1.5) height="3" width=(format!("{:.1}", 12.0 * flow)) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(output: f64, flow: f64) -> Unit {
        Unit { output, flow }
    }

    #[test]
    fn silent_units_are_rings_without_lines_or_flow() {
        let layers = vec![vec![unit(1.0, 0.5), unit(0.0, 0.0)], vec![unit(-0.5, 0.1), unit(2.0, 0.2), unit(0.0, 0.0)]];
        let text = ActivePaths { cell: "rectifier".to_owned(), layers }.draw().into_string();
        assert_eq!(text.matches("class=\"silent\"").count(), 2);
        assert_eq!(text.matches("class=\"active\"").count(), 3);
        assert_eq!(text.matches("class=\"flow\"").count(), 3);
        assert_eq!(text.matches('L').count(), 2, "expected a line to each of two active units: {text}");
        assert!(text.contains("3 of 5 units shown are active"));
    }

    #[test]
    fn only_layers_that_were_measured_are_read() {
        let mut measures = Measures::new();
        assert_eq!(units(&measures, 1), None);
        measures.insert("paths.picture.example1.layer1".to_owned(), vec![0.0, 2.0]);
        measures.insert("paths.flow.example1.layer1".to_owned(), vec![0.0, 1.0]);
        assert_eq!(units(&measures, 1), Some(vec![unit(0.0, 0.0), unit(2.0, 1.0)]));
        assert_eq!(units(&measures, 2), None);
    }
}
