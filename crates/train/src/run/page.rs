//! The HTML report of a run.

use super::supervised::{Run, toml_of};
use crate::failure::Failure;
use crate::run::evaluate::Evaluation;
use crate::run::exhibits;
use crate::run::pretrain::Pretrained;
use burn::module::Module;
use model::Network;
use report::{Epoch, Page, RunResult, Stage};

impl Run {
    /// Writes the report, which shows the `best` network, the `history` of training, the `evaluation` and the `result`
    /// of the test, and the `pretrained` layers.
    pub(super) fn show(
        &self,
        (best, history): (&Network, &[Epoch]),
        (evaluation, result): (&Evaluation, &RunResult),
        pretrained: Option<&Pretrained>,
    ) -> Result<(), Failure> {
        let strongest = exhibits::strongest(best);
        let before = pretrained.and_then(|pretrained| pretrained.first.as_ref()).map(|(network, _)| network);
        let page = Page {
            manifest: &self.manifest,
            config: &toml_of(&self.config),
            epochs: history,
            result,
            confusion: &evaluation.confusion,
            predictions: &evaluation.numbers,
            filters: exhibits::filters(best, &strongest, self.train.shape()),
            pretrained_filters: before
                .map(|network| exhibits::filters(network, &strongest, self.train.shape()))
                .unwrap_or_default(),
            confused: exhibits::confused(&self.test, evaluation),
            pretraining: pretrained.map(|pretrained| &*pretrained.history).unwrap_or_default(),
            reconstructed: pretrained
                .map(|pretrained| {
                    exhibits::reconstructed(pretrained, &self.validation, self.manifest.seed, &self.device)
                })
                .unwrap_or_default(),
            stages: self.stages(pretrained, best),
        };
        Ok(report::write_page(&self.folder.report(), &page)?)
    }

    /// The activations of the freshly initialised network, of the network after pre-training if there was any, and of
    /// the `best` network.
    fn stages(&self, pretrained: Option<&Pretrained>, best: &Network) -> Vec<Stage> {
        let stage = |name, network: &Network| exhibits::stage(name, network, &self.validation, &self.device);
        let mut stages = vec![stage("initialisation", &self.fresh().valid())];
        if let Some(pretrained) = pretrained {
            stages.push(stage("after pre-training", &self.under(pretrained).valid()));
        }
        stages.push(stage(if pretrained.is_some() { "after fine-tuning" } else { "after training" }, best));
        stages
    }
}
