//! The section that plots predicted numbers against true numbers.

use crate::document::{header_row, scrolling};
use crate::run::files::{Manifest, RunResult};
use crate::svg::{Plot, Scale, Spot, Style, Trace};
use crate::text::number::{NONE, count};
use crate::text::quantity::shown;
use maud::{Markup, html};

/// The largest number of examples that are plotted.
const DRAWN: usize = 2000;

/// The section on `predictions`, which are pairs of the true and the predicted number of a test example, in the
/// target's units; empty without predictions.
pub(crate) fn section(predictions: &[[f64; 2]], run: &Manifest, result: &RunResult) -> Markup {
    if predictions.is_empty() {
        return html! {};
    }
    let name = run.predicted.as_ref().map_or("number", |column| &*column.name);
    let stride = predictions.len().div_ceil(DRAWN);
    let drawn: Vec<[f64; 2]> = predictions.iter().step_by(stride).copied().collect();
    html! {
        section {
            h2 { "Predictions" }
            div.charts {
                figure {
                    @let drawing = scatter(&drawn, name).draw();
                    figcaption {
                        b { "Predicted against true " (name) }
                        @if stride > 1 {
                            span {
                                (count(drawn.len())) " of " (count(predictions.len()))
                                " test examples are plotted: one in every " (stride) "."
                            }
                        } @else {
                            span { "Each dot is a test example." }
                        }
                        @if let Some(drawing) = &drawing { (drawing.legend()) }
                    }
                    @match drawing {
                        Some(drawing) => (drawing.chart()),
                        None => p { "The chart is empty because all numbers are NaN or infinite." },
                    }
                }
                (scrolling("Errors", &table(predictions, run, result)))
            }
        }
    }
}

/// The plot of `predictions`, with a line on which predicted and true numbers are equal.
fn scatter<'a>(predictions: &[[f64; 2]], name: &str) -> Plot<'a> {
    let all = || predictions.iter().flatten().copied().filter(|number| number.is_finite());
    let ends = [all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max)];
    let spot = |[x, y]: [f64; 2]| Spot { x, y, interval: None };
    Plot {
        description: format!("Predicted against true {name} of {} test examples", predictions.len()),
        x: "true",
        y: "predicted",
        scale: Scale::Linear,
        traces: vec![
            Trace {
                label: "predicted = true".to_owned(),
                look: 1,
                style: Style::Curve,
                spots: ends.map(|end| spot([end, end])).into(),
            },
            Trace {
                label: "test examples".to_owned(),
                look: 0,
                style: Style::Dots,
                spots: predictions.iter().map(|both| spot(*both)).collect(),
            },
        ],
    }
}

/// A table with the errors of the network, and with the errors of always predicting the mean of the training targets.
fn table(predictions: &[[f64; 2]], run: &Manifest, result: &RunResult) -> Markup {
    let mean = run.predicted.as_ref().map(|column| column.standard.mean);
    let distance =
        |mean: f64| predictions.iter().map(|[truth, _]| (truth - mean).abs()).sum::<f64>() / predictions.len() as f64;
    let rows = [
        ("the network", result.test_rmse, result.test_mae, result.test_r2),
        ("always the mean", result.constant_rmse, mean.map(distance), None),
    ];
    html! {
        table.named {
            caption {
                "Errors on the test examples, in the units of the predicted numbers. RMSE is the root of the mean \
                 squared error, and MAE is the mean absolute error. R² is 1 minus the mean squared error divided by \
                 the variance of the true numbers; always predicting their mean gives 0."
            }
            (header_row(["prediction", "RMSE", "MAE", "R²"]))
            tbody {
                @for (answer, rmse, mae, r2) in rows {
                    tr {
                        th scope="row" { (answer) }
                        td { (shown("test_rmse", rmse)) }
                        td { (shown("test_mae", mae)) }
                        td { @if r2.is_some() { (shown("test_r2", r2)) } @else { (NONE) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::look::PredictedColumn;
    use crate::run::sample::finished;
    use preprocessing::Standard;

    fn shown(count: usize) -> String {
        let predictions: Vec<[f64; 2]> = (0..count).map(|k| [k as f64, 0.5 * k as f64]).collect();
        let (mut run, mut result) = finished("a", 48.0);
        let standard = Standard { mean: 2.0, deviation: 1.0 };
        run.predicted = Some(PredictedColumn { name: "<price>".to_owned(), standard });
        (result.test_rmse, result.constant_rmse) = (Some(53.5), Some(77.25));
        (result.test_mae, result.test_r2) = (Some(43.0), Some(0.5125));
        section(&predictions, &run, &result).into_string()
    }

    /// The number of dots in the chart, each of which is a line of length 0.
    fn dots(text: &str) -> usize {
        let (_, chart) = text.split_once("svg class=\"chart\"").unwrap();
        let (_, dots) = chart.split_once("class=\"dots look0\" d=\"").unwrap();
        dots.split('"').next().unwrap().matches("h0").count()
    }

    #[test]
    fn each_example_is_a_dot_and_of_many_every_kth() {
        for (count, drawn) in [(1, 1), (2, 2), (44, 44), (2000, 2000), (2001, 1001), (9999, 2000)] {
            let text = shown(count);
            assert_eq!(dots(&text), drawn, "{count}");
            assert_eq!(text.contains("Each dot is a test example."), count == drawn, "{text}");
        }
        assert!(shown(2001).contains("1,001 of 2,001 test examples are plotted: one in every 2."));
    }

    #[test]
    fn errors_stand_beside_those_of_the_mean() {
        let text = shown(5);
        assert!(text.contains("the network</th><td>53.5000</td><td>43.0000</td><td>0.5125</td>"), "{text}");
        // On average, the true numbers 0 to 4 differ from their mean by 1.2.
        assert!(text.contains("always the mean</th><td>77.2500</td><td>1.2000</td><td>–</td>"), "{text}");
        assert!(text.contains("&lt;price&gt;") && !text.contains("<price>"));
    }

    #[test]
    fn without_predictions_there_is_no_section_and_numbers_that_are_not_finite_are_left_out() {
        assert!(shown(0).is_empty());
        let (run, result) = finished("a", 48.0);
        let text = section(&[[1.0, f64::INFINITY], [2.0, 3.0]], &run, &result).into_string();
        assert_eq!(dots(&text), 1);
        assert!(section(&[[f64::NAN; 2]], &run, &result).into_string().contains("all numbers are NaN or infinite"));
    }
}
