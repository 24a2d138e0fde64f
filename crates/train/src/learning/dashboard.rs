//! The metrics on Burn's dashboard, and a silent renderer for runs without a dashboard.

use crate::learning::autodiff::objective::Objective;
use crate::learning::tally::Tally;
use crate::learning::task::Task;
use crate::terminal::Renderer;
use burn::tensor::TensorReadError;
use burn::train::logger::{EvaluationProgressLogger, MetricLogger, TrainingProgressLogger};
use burn::train::metric::state::{FormatOptions, NumericMetricState};
use burn::train::metric::store::{EpochSummary, MetricsUpdate, Split};
use burn::train::metric::{
    Adaptor, Metric, MetricAttributes, MetricDefinition, MetricMetadata, MetricName, Numeric, NumericAttributes,
    NumericEntry, SerializedEntry,
};
use burn::train::renderer::tui::TuiMetricsRendererWrapper;
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation, MetricsRendererTraining,
};
use burn::train::{Interrupter, SupervisedTraining};
use denoising::Denoising;
use std::sync::Arc;

/// One curve of the dashboard: a mean over examples, or the root of such a mean.
#[derive(Clone)]
struct Curve {
    name: MetricName,
    quantity: Quantity,
    state: NumericMetricState,
}

#[derive(Clone, Copy)]
enum Quantity {
    Nll,
    Error,
    /// The root mean squared error of a number that has this standard deviation, in the units of the number. The state
    /// holds the squared error of the standardised number, because a mean of roots is not the root of a mean.
    Rmse(f64),
    /// Fraction of exact zeros among the outputs of the hidden layer with this index, counted from 0.
    Sparsity(usize),
}

impl Curve {
    fn new(name: String, quantity: Quantity) -> Self {
        Self { name: Arc::new(name), quantity, state: NumericMetricState::new() }
    }

    /// `entry`, a value of the state, in the units that are shown.
    fn shown(&self, entry: NumericEntry) -> NumericEntry {
        let Quantity::Rmse(deviation) = self.quantity else { return entry };
        let rmse = |square: f64| deviation * square.sqrt();
        match entry {
            NumericEntry::Value(square) => NumericEntry::Value(rmse(square)),
            NumericEntry::Final(square) => NumericEntry::Final(rmse(square)),
            NumericEntry::Aggregated { aggregated_value, count } => {
                NumericEntry::Aggregated { aggregated_value: rmse(aggregated_value), count }
            }
        }
    }

    /// For a root mean squared error, a text with its values for the epoch so far and for the last minibatch, together
    /// with the root mean squared error in `entry`; `None` for any other quantity.
    fn as_rmse(&self, entry: NumericEntry) -> Option<SerializedEntry> {
        let Quantity::Rmse(_) = self.quantity else { return None };
        let (running, current) = (self.shown(self.state.running_value()), self.shown(self.state.current_value()));
        let formatted = format!("epoch {:.4} - batch {:.4}", running.current(), current.current());
        Some(SerializedEntry::new(formatted, self.shown(entry).serialize()))
    }

    fn format(&self) -> FormatOptions {
        let options = FormatOptions::new(self.name.clone());
        match self.quantity {
            Quantity::Nll | Quantity::Rmse(_) => options.precision(4),
            Quantity::Error | Quantity::Sparsity(_) => options.unit("%").precision(2),
        }
    }
}

impl Metric for Curve {
    type Input = Tally;

    fn name(&self) -> MetricName {
        self.name.clone()
    }

    fn attributes(&self) -> MetricAttributes {
        let unit = matches!(self.quantity, Quantity::Error | Quantity::Sparsity(_)).then(|| "%".to_owned());
        let higher_is_better = matches!(self.quantity, Quantity::Sparsity(_));
        NumericAttributes { unit, higher_is_better }.into()
    }

    fn update(&mut self, tally: &Tally, _: &MetricMetadata) -> Result<SerializedEntry, TensorReadError> {
        let value = match self.quantity {
            Quantity::Nll => tally.nll(),
            Quantity::Error => 100.0 * tally.error(),
            Quantity::Rmse(_) => tally.error(),
            Quantity::Sparsity(layer) => 100.0 * tally.sparsity()[layer],
        };
        self.state.update(value, tally.samples());
        Ok(self.as_rmse(self.state.current_value()).unwrap_or_else(|| self.state.compute_update(self.format())))
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.as_rmse(self.state.final_value()).unwrap_or_else(|| self.state.compute_final(self.format())))
    }

    fn clear(&mut self) {
        self.state.reset();
    }
}

impl Numeric for Curve {
    fn value(&self) -> Option<NumericEntry> {
        Some(self.shown(self.state.current_value()))
    }

    fn running_value(&self) -> Option<NumericEntry> {
        Some(self.shown(self.state.running_value()))
    }

    fn final_value(&self) -> NumericEntry {
        self.shown(self.state.final_value())
    }
}

impl Adaptor<Tally> for Tally {
    fn adapt(&self) -> Tally {
        self.clone()
    }
}

/// Registers the training and validation curves of `task` for a network with `layers` hidden layers. For
/// classification, there are curves of the negative log-likelihood and the error; for regression, a curve of the root
/// mean squared error in the units of the target; for an auto-encoder, a curve of the reconstruction cost. In each
/// case, there is also a curve of the sparsity of each hidden layer. Layers are counted from 1 in the names of curves.
#[must_use]
pub fn curves(training: SupervisedTraining<Objective>, task: Task, layers: usize) -> SupervisedTraining<Objective> {
    let curve = |name: &str, quantity| Curve::new(name.to_owned(), quantity);
    let (costs, first) = match task {
        Task::Classify => (vec![curve("Loss (nll)", Quantity::Nll), curve("Error", Quantity::Error)], 1),
        Task::Regress { deviation } => (vec![curve("RMSE", Quantity::Rmse(deviation))], 1),
        Task::Reconstruct(Denoising { layer, .. }) => {
            (vec![curve(&format!("Pre-training layer {}: cost", layer + 1), Quantity::Nll)], layer + 1)
        }
    };
    let sparsities = (0..layers).map(|k| Curve::new(format!("Zeros layer {}", k + first), Quantity::Sparsity(k)));
    let curves = costs.into_iter();
    curves
        .chain(sparsities)
        .fold(training, |t, curve| t.metric_train_numeric(curve.clone()).metric_valid_numeric(curve))
}

/// The renderer for Burn's Learner: Burn's dashboard, which can stop training through `interrupter`, or a silent
/// renderer if progress is printed line by line.
#[must_use]
pub fn renderer(kind: Renderer, interrupter: Interrupter) -> Box<dyn MetricsRenderer> {
    match kind {
        Renderer::Tui => {
            let dashboard = TuiMetricsRendererWrapper::new(interrupter, None);
            #[cfg(unix)]
            let_ctrl_c_signal();
            Box::new(dashboard)
        }
        Renderer::Plain | Renderer::Json => Box::new(Silent),
    }
}

/// Makes Ctrl-C request a stop under the dashboard, as it does without a dashboard. The dashboard puts the terminal
/// into raw mode, where Ctrl-C is an ordinary key, which Burn ignores; this function makes Ctrl-C send a signal again.
#[cfg(unix)]
fn let_ctrl_c_signal() {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    use std::time::{Duration, Instant};
    let stdin = rustix::stdio::stdin();
    let patience = Instant::now() + Duration::from_secs(2);
    // The dashboard sets raw mode on another thread at an unknown time, so the mode is checked repeatedly.
    while Instant::now() < patience {
        let Ok(mut modes) = tcgetattr(stdin) else { return };
        if !modes.local_modes.contains(LocalModes::ICANON) {
            modes.local_modes |= LocalModes::ISIG;
            let _ = tcsetattr(stdin, OptionalActions::Now, &modes);
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether `panic` comes from the dashboard's kill key, which Burn implements as a panic.
#[must_use]
pub fn is_kill(panic: &(dyn std::any::Any + Send)) -> bool {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.is_some_and(|text| text.contains("Killing training from user input"))
}

struct Silent;

impl MetricsRendererTraining for Silent {
    fn update_train(&mut self, _: MetricState) {}
    fn update_valid(&mut self, _: MetricState) {}
}

impl MetricsRendererEvaluation for Silent {
    fn update_test(&mut self, _: EvaluationName, _: MetricState) {}
}

impl MetricsRenderer for Silent {
    fn manual_close(&mut self) {}
    fn register_metric(&mut self, _: MetricDefinition) {}
}

impl TrainingProgressLogger for Silent {
    fn start(&mut self, _: usize, _: usize, _: Option<usize>, _: Option<&str>) {}
    fn update_epoch(&mut self, _: usize) {}
    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {}
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

impl EvaluationProgressLogger for Silent {
    fn start_global_progress(&mut self, _: usize) {}
    fn start_test(&mut self, _: &str, _: usize) {}
    fn update_test_progress(&mut self, _: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _: String) {}
}

/// Prevents Burn from writing a log file for each metric and epoch; the run's folder has `metrics.jsonl` instead.
pub(crate) struct NoFiles;

impl MetricLogger for NoFiles {
    fn log(&mut self, _: MetricsUpdate, _: usize, _: &Split) {}
    fn read_numeric(&mut self, _: &str, _: usize, _: &Split) -> Result<Vec<NumericEntry>, String> {
        Ok(Vec::new())
    }
    fn log_metric_definition(&mut self, _: MetricDefinition) {}
    fn log_epoch_summary(&mut self, _: EpochSummary) {}
}
