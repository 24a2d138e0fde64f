//! The test with which a run ends: the evaluation of the run's best network on the test set.

use crate::config::Config;
use crate::failure::Failure;
use crate::learning::checkpoint::Snapshot;
use crate::learning::state::StopReason;
use crate::run::evaluate::{self, Evaluation, Examiner};
use crate::run::folder::RunFolder;
use crate::run::pretrain::Pretrained;
use crate::run::supervised::Run;
use burn::module::Module;
use data::{DataSet, Examples};
use model::Record;
use preprocessing::Target;
use report::{LastEpoch, RunResult};
use std::sync::Arc;

/// Evaluates the best record of the run in `folder` again. Returns the result `recorded` earlier, but with new
/// measurements of the test results, sparsity and dead units.
///
/// # Errors
/// [`Failure`] if the backend cannot be used, `data` differ from the data of the run, or the record cannot be read or
/// does not fit `config` and `data`.
pub fn evaluate(
    folder: &RunFolder,
    config: &Config,
    data: DataSet,
    recorded: &RunResult,
) -> Result<RunResult, Failure> {
    let run = Run::new(config, folder, data)?;
    let best = Record::load(&folder.record("best"))?.network("", &run.network, &run.device)?;
    let mut examiner = run.examiner(best)?;
    let evaluation = run.evaluation(&mut examiner, &run.test);
    let numbers = (!evaluation.numbers.is_empty()).then(|| evaluate::errors(&evaluation.numbers));
    Ok(RunResult {
        test_mae: numbers.map(|errors| errors.mae),
        test_r2: numbers.and_then(|errors| errors.r2),
        test_error: evaluation.error,
        test_nll: evaluation.nll,
        test_rmse: evaluation.rmse,
        sparsity: evaluation.sparsity,
        dead_units: evaluate::dead_units(&mut examiner, &run.train),
        ..recorded.clone()
    })
}

impl Run {
    /// The evaluation of the network of `examiner` on `examples`.
    pub(super) fn evaluation(&self, examiner: &mut Examiner, examples: &Arc<Examples>) -> Evaluation {
        match &self.target {
            Target::Number { standard, .. } => evaluate::evaluate_numbers(examiner, examples, *standard),
            Target::Classes { .. } => evaluate::evaluate(examiner, examples, self.levels.as_deref()),
        }
    }

    /// The root mean squared error on the test examples of always predicting the mean of the training targets; `None`
    /// for classification.
    fn constant_rmse(&self) -> Option<f64> {
        let Target::Number { standard, .. } = &self.target else { return None };
        let squares: f64 = self.test.targets().iter().map(|target| f64::from(*target).powi(2)).sum();
        Some((squares / self.test.len() as f64).sqrt() * standard.deviation)
    }

    /// The results of the network after the last epoch on the test set. If that is the selected epoch, its `evaluation`
    /// is known already.
    ///
    /// # Errors
    /// [`Failure`] if the network cannot be evaluated.
    fn last_epoch(
        &self,
        snapshot: &Snapshot,
        (selected, evaluation): (usize, &Evaluation),
    ) -> Result<LastEpoch, Failure> {
        let results = |evaluation: &Evaluation| LastEpoch {
            test_error: evaluation.error,
            test_nll: evaluation.nll,
            test_rmse: evaluation.rmse,
            sparsity: evaluation.sparsity.clone(),
        };
        if snapshot.state.history.last().is_some_and(|last| last.epoch == selected) {
            return Ok(results(evaluation));
        }
        let mut examiner = self.examiner(snapshot.last.valid())?;
        Ok(results(&self.evaluation(&mut examiner, &self.test)))
    }

    /// Evaluates the best network and the last one on the test set, and writes the report, the misclassified examples or the predicted
    /// numbers, and the result.
    pub(crate) fn test(
        &self,
        snapshot: &Snapshot,
        reason: StopReason,
        pretrained: Option<&Pretrained>,
    ) -> Result<RunResult, Failure> {
        let state = &snapshot.state;
        // Training that ends without a best epoch fails, so there is a best epoch here.
        let (Some(best), Some(selected)) = (&snapshot.best, state.best()) else {
            let (epoch, step) = (state.epoch, state.step);
            return Err(Failure::Interrupted { epoch, step, resume: self.folder.resume_command() });
        };
        let best = best.valid();
        let mut examiner = self.examiner(best.clone())?;
        let levels = self.levels.as_deref();
        let evaluation = self.evaluation(&mut examiner, &self.test);
        let numbers = (!evaluation.numbers.is_empty()).then(|| evaluate::errors(&evaluation.numbers));
        if !evaluation.nll.is_finite() {
            let place = "on the test examples".to_owned();
            let remedy = self.task().lower_rate(self.config.training.learning_rate);
            return Err(Failure::Diverged { epoch: selected.epoch, place, remedy });
        }
        let last = self.last_epoch(snapshot, (selected.epoch, &evaluation))?;
        let validation_rmse = evaluation.rmse.and_then(|_| self.evaluation(&mut examiner, &self.validation).rmse);
        let result = RunResult {
            dataset: self.manifest.dataset.clone(),
            seed: self.manifest.seed,
            backend: self.manifest.backend.clone(),
            epochs: state.history.iter().filter(|epoch| epoch.epoch > 0).count(),
            selected_epoch: selected.epoch,
            validation_error: selected.validation_error,
            test_error: evaluation.error,
            test_nll: evaluation.nll,
            validation_rmse,
            test_rmse: evaluation.rmse,
            baseline_error: numbers.is_none().then(|| evaluate::baseline_error(&self.train, &self.test)),
            pretraining: pretrained.map(|pretrained| pretrained.chosen.clone()).unwrap_or_default(),
            pretraining_seconds: pretrained.map(|pretrained| pretrained.seconds),
            last: Some(last),
            test_mae: numbers.map(|errors| errors.mae),
            test_r2: numbers.and_then(|errors| errors.r2),
            constant_rmse: levels
                .map(|levels| evaluate::constant_rmse(levels, &self.train, &self.test))
                .or_else(|| self.constant_rmse()),
            sparsity: evaluation.sparsity.clone(),
            dead_units: evaluate::dead_units(&mut examiner, &self.train),
            examples_per_second: state.trained_examples as f64 / state.training_seconds.max(1e-9),
            training_seconds: state.training_seconds,
            stopped: reason.name().to_owned(),
            examples: self.manifest.examples,
        };
        self.show((&best, &state.history), (&evaluation, &result), pretrained)?;
        if numbers.is_some() {
            report::write_predictions(&self.folder.predictions(), &evaluation.numbers)?;
        } else {
            let mut mistakes: Vec<usize> = evaluation.confused.iter().map(|wrong| wrong.row).collect();
            mistakes.sort_unstable();
            report::write_mistakes(&self.folder.mistakes(), &mistakes)?;
        }
        // The result is written last, because it marks the run as finished.
        report::write_result(&self.folder.result(), &result)?;
        Ok(result)
    }
}
