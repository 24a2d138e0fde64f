//! The names of numbers, as a reader calls them, and how many of their digits are shown.

/// What the number `name` of [`Outcome::number`](crate::Outcome::number) is called, with its unit.
pub(crate) fn label(name: &str) -> String {
    if let Some(key) = name.strip_prefix("setting:") {
        return words(key.rsplit('.').next().unwrap_or(key));
    }
    match name {
        "sparsity" => "exact zeros, %".to_owned(),
        "dead" => "dead units, %".to_owned(),
        "test_rmse" => "test RMSE".to_owned(),
        "validation_rmse" => "validation RMSE".to_owned(),
        "constant_rmse" => "RMSE of the mean".to_owned(),
        "training_seconds" => "training, s".to_owned(),
        _ => match name.strip_prefix("sparsity.") {
            Some(layer) => format!("exact zeros of layer {layer}, %"),
            None if is_percent(name) => format!("{}, %", words(name)),
            None => words(name),
        },
    }
}

/// The unit of a difference of two such numbers, with a space before it; nothing where there is none.
pub(crate) fn unit(name: &str) -> &'static str {
    match name {
        "training_seconds" => " s",
        _ if is_percent(name) => " points",
        _ => "",
    }
}

/// How many decimals show numbers like `value`: two of percentages, four significant digits of others.
pub(crate) fn decimals(name: &str, value: f64) -> usize {
    match name {
        "training_seconds" | "selected_epoch" => 1,
        "test_rmse" | "validation_rmse" | "constant_rmse" | "test_nll" | "validation_nll" | "train_nll" => 4,
        _ if is_percent(name) => 2,
        _ if value == 0.0 || !value.is_finite() => 2,
        _ => (3.0 - value.abs().log10().floor()).clamp(0.0, 8.0) as usize,
    }
}

/// The number with its [`decimals`], a setting without zeros at its end; an en dash for nothing.
pub(crate) fn shown(name: &str, value: Option<f64>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    let text = fixed(value, decimals(name, value));
    // What somebody has set is shown as it was set.
    let exact = name.starts_with("setting:") && text.contains('.');
    if exact { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The number with so many decimals and the sign of print.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    // What rounds to 0 has no sign.
    let zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if zero { text.trim_start_matches('-').to_owned() } else { text.replace('-', "−") }
}

/// The same with a plus sign where it is positive.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if value > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { format!("+{text}") } else { text }
}

/// A p-value with two significant digits, at least `< 0.0001`.
pub(crate) fn p_value(p: f64) -> String {
    match p {
        p if p < 0.000_1 => "< 0.0001".to_owned(),
        p if p < 0.001 => format!("= {p:.5}"),
        p if p < 0.01 => format!("= {p:.4}"),
        p if p < 0.1 => format!("= {p:.3}"),
        p => format!("= {p:.2}"),
    }
}

fn is_percent(name: &str) -> bool {
    name.ends_with("_error") || name == "sparsity" || name == "dead" || name.starts_with("sparsity.")
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
        assert_eq!((unit("test_error"), unit("test_rmse")), (" points", ""));
    }

    #[test]
    fn numbers_have_as_many_digits_as_say_something() {
        assert_eq!(shown("test_error", Some(1.434_9)), "1.43");
        assert_eq!(shown("test_rmse", Some(0.746)), "0.7460");
        assert_eq!(shown("other", Some(123.456)), "123.5");
        assert_eq!(shown("other", Some(0.001_234_56)), "0.001235");
        assert_eq!([1.0, 0.01, 100.0].map(|value| shown("setting:key", Some(value))), ["1", "0.01", "100"]);
        assert_eq!([shown("other", None), shown("other", Some(0.0))], ["–", "0.00"]);
    }

    #[test]
    fn signs_are_those_of_print_and_zero_has_none() {
        assert_eq!(
            [signed(0.5, 2), signed(-0.5, 2), signed(-0.001, 2), signed(0.001, 2)],
            ["+0.50", "−0.50", "0.00", "0.00"]
        );
    }

    #[test]
    fn small_p_values_are_not_zero() {
        assert_eq!(
            [p_value(0.062_5), p_value(1e-9), p_value(0.5), p_value(0.000_42)],
            ["= 0.062", "< 0.0001", "= 0.50", "= 0.00042"]
        );
    }
}
