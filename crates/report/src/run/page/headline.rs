//! The headline of the page: the result in words and as numbers, the error of a constant prediction, and a warning if
//! the network is no better than a constant prediction or has a hidden layer of mostly dead units.

use crate::run::files::{Manifest, RunResult};
use crate::run::warning::warning;
use crate::text::number::{NONE, count, counted, decimal, duration, percent, rate};
use maud::{Markup, html};

/// The title of the document: the name of the run with its test error or, if numbers are predicted, its test RMSE.
pub(crate) fn title(run: &Manifest, result: &RunResult) -> String {
    match result.test_rmse.filter(|_| result.is_of_numbers()) {
        Some(rmse) => format!("{} · test RMSE {}", run.name, decimal(rmse)),
        None => format!("{} · test error {}", run.name, percent(result.test_error)),
    }
}

/// The name of the run, a warning if there is a reason for one, the result in words, and the most important numbers.
pub(crate) fn section(run: &Manifest, result: &RunResult) -> Markup {
    let warning = warning(run, result);
    let zeros = if warning.is_none() { zeros(result) } else { String::new() };
    html! {
        header {
            p.muted { "Deep sparse rectifier network on " (run.dataset) ", seed " (run.seed) }
            h1 { (run.name) }
            @if let Some(warning) = &warning { p.warning { b { "Warning: " } (warning) "." } }
            p.verdict { (tested(run, result)) " " (zeros) (trained(run, result)) }
            dl.figures {
                @for (name, value) in figures(run, result, warning.is_some()) { div { dt { (name) } dd { (value) } } }
            }
        }
    }
}

/// The most important numbers with their names. If the page has a warning about the network (`warned`), the number of
/// dead units replaces the exact zeros.
fn figures(run: &Manifest, result: &RunResult, warned: bool) -> Vec<(&'static str, String)> {
    let mut figures = Vec::new();
    if !result.is_of_numbers() {
        figures.push(("test error", percent(result.test_error)));
        figures.extend(result.baseline_error.map(|error| ("error of the most frequent class", percent(error))));
        figures.push(("validation error", percent(result.validation_error)));
    }
    if let (Some(rmse), Some(constant)) = (result.test_rmse, result.constant_rmse) {
        figures.extend([("test RMSE", decimal(rmse)), ("RMSE of the mean", decimal(constant))]);
    }
    if result.is_of_numbers() {
        figures.extend(result.test_mae.map(|mae| ("test MAE", decimal(mae))));
        figures.push(("test R²", result.test_r2.map_or_else(|| NONE.to_owned(), decimal)));
    } else {
        figures.push(("test nll", decimal(result.test_nll)));
    }
    if warned {
        let sum = |counts: &[usize]| count(counts.iter().sum());
        figures.push(("dead units", format!("{} of {}", sum(&result.dead_units), sum(run.hidden()))));
    } else {
        figures.push(("exact zeros", percent(mean_sparsity(result))));
    }
    if result.stopped != "imported" {
        figures.push(("examples per second", rate(result.examples_per_second)));
    }
    figures
}

/// The mean sparsity of the hidden layers on the test set, as a fraction; NaN without hidden layers.
fn mean_sparsity(result: &RunResult) -> f64 {
    stats::mean(&result.sparsity).unwrap_or(f64::NAN)
}

/// A sentence with the error on the test examples, and with the error of a constant prediction if this is known.
fn tested(run: &Manifest, result: &RunResult) -> String {
    let examples = count(result.examples.test);
    let mean = |constant: f64| format!("; always predicting the training mean gives an RMSE of {}", decimal(constant));
    if let Some(rmse) = result.test_rmse.filter(|_| result.is_of_numbers()) {
        let name = run.predicted.as_ref().map_or_else(|| "a number".to_owned(), |column| format!("“{}”", column.name));
        let constant = result.constant_rmse.map(mean).unwrap_or_default();
        return format!(
            "The network predicts {name} for the {examples} test examples with an RMSE of {}{constant}.",
            decimal(rmse)
        );
    }
    let baseline = |error| format!("; always predicting the most frequent class misclassifies {}", percent(error));
    let baseline = result.baseline_error.map(baseline).unwrap_or_default();
    format!("The network misclassifies {} of the {examples} test examples{baseline}.", percent(result.test_error))
}

/// A sentence on the exact zeros of each hidden layer, followed by a space; empty without hidden layers.
fn zeros(result: &RunResult) -> String {
    let layers: Vec<String> = result.sparsity.iter().map(|&sparsity| percent(sparsity)).collect();
    match layers.as_slice() {
        [] => String::new(),
        [layer] => format!("Of the hidden activations on the test set, {layer} are exactly 0. "),
        layers => format!(
            "Of the hidden activations on the test set, {} are exactly 0 on average; from the first layer to the last, \
             {}. ",
            percent(mean_sparsity(result)),
            layers.join(", ")
        ),
    }
}

/// A sentence on the epoch of the selected network and on its training; for an imported network, the sentence that the
/// network was trained elsewhere.
fn trained(run: &Manifest, result: &RunResult) -> String {
    if result.stopped == "imported" {
        return "The network was trained elsewhere.".to_owned();
    }
    let ending = match result.stopped.as_str() {
        "patience" => ", because the validation error had stopped falling",
        _ => "",
    };
    let error = match (&run.predicted, result.validation_rmse) {
        (Some(_), Some(rmse)) => format!("an RMSE of {}", decimal(rmse)),
        _ => percent(result.validation_error),
    };
    format!(
        "This is the network after epoch {}, the epoch with the lowest validation error, {error}. Training ended after \
         {}{ending}; the training steps took {} at {} examples per second.",
        result.selected_epoch,
        counted(result.epochs, "epoch"),
        duration(result.training_seconds),
        rate(result.examples_per_second),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::look::PredictedColumn;
    use crate::run::sample::finished;
    use preprocessing::Standard;

    fn shown(run: &Manifest, result: &RunResult) -> String {
        section(run, result).into_string().replace('\u{a0}', " ")
    }

    #[test]
    fn the_result_is_in_words_beside_its_baseline() {
        let (run, mut result) = finished("a", 1.43);
        result.stopped = "patience".to_owned();
        result.sparsity = vec![0.9, 0.8, 0.7];
        let words = shown(&run, &result);
        assert!(words.contains("The network misclassifies 1.43 % of the 10,000 test examples. "), "{words}");
        result.baseline_error = Some(0.8865);
        let words = shown(&run, &result);
        assert!(words.contains("test examples; always predicting the most frequent class misclassifies 88.65 %."));
        assert!(words.contains("the network after epoch 17"), "{words}");
        assert!(words.contains("80.00 % are exactly 0 on average; from the first layer to the last, 90.00 %, 80.00 %"));
        assert!(
            words.contains("stopped falling; the training steps took 34.5 s at 30,000 examples per second."),
            "{words}"
        );
    }

    #[test]
    fn zeros_of_a_network_that_is_warned_of_are_no_merit() {
        let (run, mut result) = finished("a", 66.67);
        assert!(shown(&run, &result).contains("exactly 0"));
        result.dead_units = vec![970, 0, 0];
        let dead = shown(&run, &result);
        assert!(dead.contains("970 of 1000 units of layer 1 are dead") && dead.contains("<dd>970 of 3,000</dd>"));
        result.dead_units = vec![0; 3];
        result.baseline_error = Some(0.6667);
        let chance = shown(&run, &result);
        assert!(chance.contains("Warning: </b>the network is no better than a constant prediction"), "{chance}");
        for words in [dead, chance] {
            assert!(!words.contains("exactly 0") && !words.contains("exact zeros"), "{words}");
        }
    }

    #[test]
    fn predicted_numbers_have_an_rmse_and_no_percentage() {
        let (mut run, mut result) = finished("a", 48.0);
        let standard = Standard { mean: 150.0, deviation: 77.0 };
        run.predicted = Some(PredictedColumn { name: "<price>".to_owned(), standard });
        (result.test_rmse, result.validation_rmse, result.constant_rmse) = (Some(53.5), Some(55.25), Some(77.25));
        (result.test_mae, result.test_r2) = (Some(43.0), Some(0.5125));
        let words = shown(&run, &result);
        assert!(words.contains(
            "predicts “&lt;price&gt;” for the 10,000 test examples with an RMSE of 53.5000; always predicting"
        ));
        assert!(words.contains("the training mean gives an RMSE of 77.2500.") && words.contains("RMSE of 55.2500"));
        assert!(words.contains("<dd>0.5125</dd>") && words.contains("<dd>43.0000</dd>"), "{words}");
        assert!(!words.contains("misclassifies") && !words.contains("48.00"), "{words}");
        assert!(title(&run, &result).ends_with("test RMSE 53.5000"));
    }
}
