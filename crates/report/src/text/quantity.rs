//! The labels, units and decimals with which quantities are shown.
//!
//! Quantities are identified by the names of [`Outcome::number`](crate::Outcome::number).

use super::number::{NONE, fixed};
use stats::Interval;

/// The label of the quantity `name`, with its unit if it is in percent or seconds.
pub(crate) fn label(name: &str) -> String {
    if is_percent(name) { format!("{}, %", title(name)) } else { title(name) }
}

/// The label of the quantity `name`, without the percent sign.
pub(crate) fn title(name: &str) -> String {
    if let Some(key) = name.strip_prefix("setting:") {
        return words(key.rsplit('.').next().unwrap_or(key));
    }
    match name {
        "sparsity" => "exact zeros".to_owned(),
        "dead" => "dead units".to_owned(),
        "test_rmse" => "test RMSE".to_owned(),
        "validation_rmse" => "validation RMSE".to_owned(),
        "constant_rmse" => "RMSE of the mean".to_owned(),
        "baseline_error" => "error of the most frequent class".to_owned(),
        "test_mae" => "test MAE".to_owned(),
        "test_r2" => "test R²".to_owned(),
        "last_sparsity" => "exact zeros after the last epoch".to_owned(),
        "last_test_error" => "test error after the last epoch".to_owned(),
        "last_test_nll" => "test nll after the last epoch".to_owned(),
        "training_seconds" => "training, s".to_owned(),
        "pretraining_seconds" => "pre-training, s".to_owned(),
        _ => match name.strip_prefix("sparsity.") {
            Some(layer) => format!("exact zeros of layer {layer}"),
            None => words(name),
        },
    }
}

/// Whether the [`title`] of the quantity is a plural, such as "exact zeros".
pub(crate) fn is_plural(name: &str) -> bool {
    name == "dead" || name == "sparsity" || name.starts_with("sparsity.")
}

/// The unit of the difference between two values of the quantity, preceded by a space; empty for a quantity without a
/// unit.
pub(crate) fn unit(name: &str) -> &'static str {
    match name {
        "training_seconds" | "pretraining_seconds" => " s",
        _ if is_percent(name) => " points",
        _ => "",
    }
}

/// The number of decimals with which `value` is shown: two for percentages, four for RMSE, MAE, R² and negative
/// log-likelihoods, and one for seconds and epochs. Any other quantity has as many decimals as give four significant
/// digits, but at most eight; 0, NaN and infinities have two.
pub(crate) fn decimals(name: &str, value: f64) -> usize {
    match name {
        "training_seconds" | "pretraining_seconds" | "selected_epoch" | "epochs" => 1,
        "test_rmse" | "validation_rmse" | "constant_rmse" | "test_mae" | "test_r2" | "test_nll" | "last_test_nll"
        | "validation_nll" | "train_nll" => 4,
        _ if is_percent(name) => 2,
        _ if value == 0.0 || !value.is_finite() => 2,
        _ => (3.0 - value.abs().log10().floor()).clamp(0.0, 8.0) as usize,
    }
}

/// `value` rounded to the number of decimals that [`decimals`] gives; [`NONE`] for `None`. A setting has no trailing
/// zeros.
pub(crate) fn shown(name: &str, value: Option<f64>) -> String {
    let Some(value) = value else { return NONE.to_owned() };
    let text = fixed(value, decimals(name, value));
    // Users write settings without trailing zeros.
    let exact = name.starts_with("setting:") && text.contains('.');
    if exact { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The part of `interval` in which values of the quantity can lie: percentages from 0 to 100, and errors, costs and
/// times from 0 on.
pub(crate) fn possible(name: &str, interval: Interval) -> Interval {
    match name {
        _ if is_percent(name) => interval.within(0.0, 100.0),
        _ if ["_seconds", "_nll", "_rmse", "_mae"].iter().any(|end| name.ends_with(end)) => {
            interval.within(0.0, f64::INFINITY)
        }
        _ => interval,
    }
}

fn is_percent(name: &str) -> bool {
    if name.starts_with("setting:") {
        return false;
    }
    name.ends_with("_error")
        || name == "sparsity"
        || name == "last_sparsity"
        || name == "dead"
        || name.starts_with("sparsity.")
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_units() {
        let labels = ["test_error", "sparsity.2", "setting:model.softplus_alpha", "pairs.layer1.share"].map(label);
        assert_eq!(labels, ["test error, %", "exact zeros of layer 2, %", "softplus alpha", "pairs.layer1.share"]);
        assert_eq!(
            (title("test_error"), unit("test_error"), unit("test_rmse")),
            ("test error".to_owned(), " points", "")
        );
    }

    #[test]
    fn intervals_end_where_values_do() {
        let interval = Interval { low: -0.5, high: 100.5 };
        let ends = |name| (possible(name, interval).low, possible(name, interval).high);
        assert_eq!([ends("sparsity"), ends("test_nll"), ends("test_r2")], [(0.0, 100.0), (0.0, 100.5), (-0.5, 100.5)]);
    }

    #[test]
    fn values_have_the_digits_that_carry_meaning() {
        assert_eq!(shown("test_error", Some(1.434_9)), "1.43");
        assert_eq!(shown("test_rmse", Some(0.746)), "0.7460");
        assert_eq!(shown("other", Some(123.456)), "123.5");
        assert_eq!(shown("other", Some(0.001_234_56)), "0.001235");
        assert_eq!([1.0, 0.01, 100.0].map(|value| shown("setting:key", Some(value))), ["1", "0.01", "100"]);
        assert_eq!([shown("other", None), shown("other", Some(0.0))], [NONE, "0.00"]);
    }
}
