//! Groups of runs that may share a worker.

use super::agenda::Run;
use crate::config::engine::Engine;
use crate::config::{Config, DataConfig, ModelConfig, Penalty, PretrainingConfig, Rescaling, TrainingConfig};
use data::Format;
use data::catalogue::Entry;
use model::{Activation, Corruption, Decoder, SignMask};

/// The settings that runs must have in common to be trained side by side: the shape and activation of the network,
/// batch size, backend, data, and most settings of pre-training. Among the settings in which the runs may differ are
/// the seed, epochs and patience of supervised training, learning rates, penalties, sign mask, gain, and the sharpness
/// of a softplus without a threshold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(String);

impl Group {
    /// The group of `run`; `None` when no fleet can train the run, because its `training.engine` is not `auto`, its
    /// inputs are not dense rows of numbers, or fleets do not support its pre-training.
    #[must_use]
    pub fn of(run: &Run) -> Option<Self> {
        let Config { data, model, pretraining, training, .. } = &run.config;
        let entry = data::catalogue::find(&data.dataset).ok();
        let rows = match data.format {
            Some(Format::Reviews | Format::Libsvm) => false,
            Some(Format::Images | Format::Idx | Format::Csv) => true,
            None => entry.is_some_and(Entry::is_dense),
        };
        if training.engine != Engine::Auto || !rows {
            return None;
        }
        let pretraining = match pretraining {
            None => None,
            Some(_) if data.subset.is_some() => return None, // pre-training also uses the examples outside the subset
            Some(pretraining) => Some(common_pretraining(pretraining)?),
        };
        let sharp = matches!(model.function(), Activation::Softplus { .. } | Activation::CentredSoftplus { .. });
        let default = Config::default();
        let common = Config {
            data: DataConfig { dir: run.data_dir.clone(), ..data.clone() },
            model: ModelConfig {
                softplus_alpha: if sharp { 1.0 } else { model.softplus_alpha },
                sign_mask: SignMask::None,
                gain: 1.0,
                ..model.clone()
            },
            pretraining,
            training: TrainingConfig { backend: training.backend, batch_size: training.batch_size, ..default.training },
            ..default
        };
        Some(Self(toml::to_string(&common).unwrap_or_default())) // plain tables always serialise
    }
}

/// The settings of `pretraining` that runs must share; `None` when fleets do not support the pre-training, because
/// decoders are tied, reconstructions are sampled, codes are rescaled, or the corruption is not masking.
fn common_pretraining(pretraining: &PretrainingConfig) -> Option<PretrainingConfig> {
    let PretrainingConfig { decoder, corruption, upper_corruption, rescaling, sampling, .. } = pretraining;
    let masking = |corruption: &Corruption| matches!(corruption, Corruption::Masking(_));
    let possible = *decoder == Decoder::Untied && sampling.is_none() && *rescaling == Rescaling::None;
    let noise = masking(corruption) && upper_corruption.as_ref().is_none_or(masking);
    (possible && noise).then(|| PretrainingConfig {
        learning_rates: vec![0.0; pretraining.learning_rates.len()],
        l1: Penalty::Same(0.0),
        corruption: Corruption::Masking(0.0),
        upper_corruption: None,
        code_gib: 0.0,
        ..pretraining.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Override, resolve};

    fn group(settings: &[&str]) -> Option<Group> {
        let overrides: Vec<Override> = settings.iter().map(|text| Override::parse(text).unwrap()).collect();
        let config = resolve(None, &overrides).unwrap();
        Group::of(&Run { id: String::new(), repeat: 1, config, data_dir: None })
    }

    #[test]
    fn runs_of_a_group_may_differ_in_these_settings() {
        let first = group(&[]);
        assert!(first.is_some());
        for own in [
            "training.seed=2",
            "training.epochs=3",
            "training.patience=3",
            "training.learning_rate=0.5",
            "training.l1=0",
            "training.l1=[0.0001, 0, 0]",
            "training.checkpoint_seconds=1",
            "model.sign_mask=none",
            "model.gain=2",
            "analysis.measures=[\"means\"]",
        ] {
            assert_eq!(group(&[own]), first, "{own}");
        }
        assert_eq!(
            group(&["model.activation=softplus"]),
            group(&["model.activation=softplus", "model.softplus_alpha=3"])
        );
    }

    #[test]
    fn runs_of_a_group_share_these_settings() {
        let first = group(&[]);
        for other in [
            "training.batch_size=3",
            "training.backend=ndarray",
            "model.hidden=[5]",
            "model.activation=tanh",
            "data.dataset=mnist",
            "data.subset.first=10",
            "data.invert=0.5",
        ] {
            let parted = group(&[other]);
            assert!(parted.is_some() && parted != first, "{other}");
        }
        let thresholded = |alpha: &str| group(&["model.activation=thresholded-softplus", alpha]);
        assert_ne!(thresholded("model.softplus_alpha=1"), thresholded("model.softplus_alpha=3"));
    }

    #[test]
    fn some_runs_are_trained_alone() {
        for alone in ["training.engine=zeros", "data.dataset=nistp", "data.dataset=imdb", "data.format=reviews"] {
            assert_eq!(group(&[alone]), None, "{alone}");
        }
        for alone in [
            "pretraining.decoder=tied",
            "pretraining.sampling=1",
            "pretraining.rescaling=global",
            "pretraining.corruption={gaussian=0.3}",
            "pretraining.upper_corruption={gaussian=0.3}",
            "data.subset.first=10",
        ] {
            assert_eq!(group(&["pretraining.epochs=3", alone]), None, "{alone}");
        }
    }

    #[test]
    fn pre_trained_runs_of_a_group_have_equally_many_rates() {
        let with = |others: &[&str]| group(&[&["pretraining.epochs=3"], others].concat());
        let first = with(&["pretraining.learning_rates=[0.1, 0.01]"]);
        assert!(first.is_some() && first != group(&[]));
        for own in
            ["pretraining.l1=0", "pretraining.corruption={masking=0.5}", "pretraining.upper_corruption={masking=0.1}"]
        {
            assert_eq!(with(&["pretraining.learning_rates=[0.3, 0.03]", own]), first, "{own}");
        }
        for other in ["pretraining.epochs=4", "pretraining.reconstruction=linear-quadratic"] {
            assert_ne!(with(&["pretraining.learning_rates=[0.1, 0.01]", other]), first, "{other}");
        }
        assert_ne!(with(&["pretraining.learning_rates=[0.1]"]), first);
    }
}
