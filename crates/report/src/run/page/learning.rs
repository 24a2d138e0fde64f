//! The learning curves and the table of their values.

use crate::document::{header_row, scrolling_tall};
use crate::run::files::{Epoch, Manifest, RunResult};
use crate::svg::{Curve, Curves, Scale};
use crate::text::number::{decimal, percent};
use maud::{Markup, html};

/// The quantity that the error of an epoch measures. This quantity determines how the error is shown.
#[derive(Clone, Copy)]
enum Measured {
    /// The fraction of misclassified examples.
    Misclassified,
    /// The mean squared error as a fraction of the variance of the training targets.
    Squared {
        /// The standard deviation of the training targets, in the target's units.
        deviation: f64,
    },
}

impl Measured {
    /// The quantity that the errors of `run` measure. The deviation is NaN if the manifest does not contain it.
    fn of(run: &Manifest, result: &RunResult) -> Self {
        if !result.is_of_numbers() {
            return Self::Misclassified;
        }
        Self::Squared { deviation: run.predicted.as_ref().map_or(f64::NAN, |column| column.standard.deviation) }
    }

    /// The value of `error` in the chart: a percentage, or an RMSE in the target's units.
    fn drawn(self, error: f64) -> f64 {
        match self {
            Self::Misclassified => 100.0 * error,
            Self::Squared { deviation } => deviation * error.sqrt(),
        }
    }

    /// The value of [`Measured::drawn`] as text.
    fn shown(self, error: f64) -> String {
        match self {
            Self::Misclassified => percent(error),
            Self::Squared { .. } => decimal(self.drawn(error)),
        }
    }

    /// The name of the quantity in the header of the table.
    fn name(self) -> &'static str {
        match self {
            Self::Misclassified => "error",
            Self::Squared { .. } => "RMSE",
        }
    }
}

/// The section with the curves of the training and validation error over `epochs` and, for classification, of the
/// negative log-likelihood. The selected epoch is marked.
pub(crate) fn section(epochs: &[Epoch], run: &Manifest, result: &RunResult) -> Markup {
    let (selected, measured) = (result.selected_epoch, Measured::of(run, result));
    let curve = |name: &str, value: &dyn Fn(&Epoch) -> f64| Curve {
        name: name.to_owned(),
        values: epochs.iter().map(value).collect(),
    };
    let numbers: Vec<usize> = epochs.iter().map(|epoch| epoch.epoch).collect();
    let (title, unit) = match measured {
        Measured::Misclassified => ("Error", "misclassified, %"),
        Measured::Squared { .. } => ("Root mean squared error", "in the units of the target"),
    };
    let error = Curves {
        title: title.to_owned(),
        unit,
        scale: Scale::Logarithmic,
        epochs: &numbers,
        selected,
        lines: vec![
            curve("validation", &|epoch| measured.drawn(epoch.validation_error)),
            curve("train", &|epoch| measured.drawn(epoch.train_error)),
        ],
    };
    let nll = Curves {
        title: "Negative log-likelihood".to_owned(),
        unit: "nats per example",
        lines: vec![curve("validation", &|epoch| epoch.validation_nll), curve("train", &|epoch| epoch.train_nll)],
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
                     validation values are measured after the epoch. A logarithmic axis shows zeros at its lower edge."
                }
                div.charts {
                    (error.figure())
                    // For regression, this curve would show the squared error again.
                    @if let Measured::Misclassified = measured { (nll.figure()) }
                }
                details {
                    summary { "Every epoch as a table" }
                    (scrolling_tall("Every epoch", &table(epochs, selected, measured)))
                }
            }
        }
    }
}

fn table(epochs: &[Epoch], selected: usize, measured: Measured) -> Markup {
    let [train, validation] = ["train", "validation"].map(|part| format!("{part} {}", measured.name()));
    let (loss, columns) = match measured {
        Measured::Misclassified => (
            "The loss is the nll plus the penalty.",
            vec!["epoch", "train loss", "train nll", &train, "validation nll", &validation, "best"],
        ),
        Measured::Squared { .. } => (
            "The loss is the mean squared error of the standardised target plus the penalty.",
            vec!["epoch", "train loss", &train, &validation, "best"],
        ),
    };
    let nll = matches!(measured, Measured::Misclassified);
    html! {
        table {
            caption { (loss) " A star marks each epoch that was the best so far." }
            (header_row(columns))
            tbody {
                @for epoch in epochs {
                    tr class=[(epoch.epoch == selected).then_some("chosen")] {
                        th scope="row" { (epoch.epoch) }
                        td { (decimal(epoch.train_loss)) }
                        @if nll { td { (decimal(epoch.train_nll)) } }
                        td { (measured.shown(epoch.train_error)) }
                        @if nll { td { (decimal(epoch.validation_nll)) } }
                        td { (measured.shown(epoch.validation_error)) }
                        td { @if epoch.best { "★" } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::End;
    use crate::run::look::PredictedColumn;
    use crate::run::sample::{finished, outcome};
    use preprocessing::Standard;

    #[test]
    fn epochs_of_numbers_have_an_rmse_in_place_of_an_error_and_a_likelihood() {
        let End::Finished { selected, .. } = outcome("a", 24.9).end else { panic!() };
        let (mut run, mut result) = finished("a", 24.9);
        let classes = section(&[*selected.clone()], &run, &result).into_string();
        assert!(classes.contains("misclassified, %") && classes.contains("nats per example"));
        result.test_mae = Some(1.0);
        run.predicted =
            Some(PredictedColumn { name: "price".to_owned(), standard: Standard { mean: 9.0, deviation: 80.0 } });
        let numbers = section(&[*selected], &run, &result).into_string();
        // The validation error is 25 % of the variance, so the RMSE is half the standard deviation.
        assert!(numbers.contains("validation RMSE") && numbers.contains("<td>40.0000</td>"), "{numbers}");
        assert!(!numbers.contains("misclassified") && !numbers.contains("nats") && !numbers.contains("nll"));
    }
}
