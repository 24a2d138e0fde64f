//! Which runs of a sweep go side by side.

use super::agenda::Run;
use crate::config::{ActivationName, Config, DataConfig, ModelConfig, TrainingConfig};
use crate::engine::Engine;
use data::Format;
use data::catalogue::Content;
use model::SignMask;

/// What runs must have in common to be trained side by side: shape, units, minibatches, backend, data. Seed, rate, penalty,
/// signs, gain, sharpness, epochs and patience are each run's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(String);

impl Group {
    /// That of `run`; nothing when it is trained alone: one that is pre-trained, that names its engine, or whose inputs are
    /// not there as rows of numbers.
    #[must_use]
    pub fn of(run: &Run) -> Option<Self> {
        let Config { data, model, pretraining, training, .. } = &run.config;
        let entry = data::catalogue::find(&data.dataset).ok();
        let rows = match (data.format, entry.map(|entry| &entry.content)) {
            (Some(Format::Reviews | Format::Libsvm), _)
            | (None, None | Some(Content::Reviews { .. } | Content::Nistp { .. })) => false,
            (Some(_), _) | (None, Some(_)) => true,
        };
        if pretraining.is_some() || training.engine != Engine::Auto || !rows {
            return None;
        }
        let sharp = matches!(model.activation, ActivationName::Softplus | ActivationName::CentredSoftplus);
        let default = Config::default();
        let common = Config {
            data: DataConfig { dir: run.data_dir.clone(), ..data.clone() },
            model: ModelConfig {
                softplus_alpha: if sharp { 1.0 } else { model.softplus_alpha },
                sign_mask: SignMask::None,
                gain: 1.0,
                ..model.clone()
            },
            training: TrainingConfig { backend: training.backend, batch_size: training.batch_size, ..default.training },
            ..default
        };
        Some(Self(toml::to_string(&common).unwrap_or_default())) // plain tables always serialise
    }
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
    fn what_is_a_runs_own_does_not_part_runs() {
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
    fn what_a_fleet_has_but_one_of_does() {
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
        for alone in [
            "pretraining.l1=0",
            "training.engine=zeros",
            "data.dataset=nistp",
            "data.dataset=imdb",
            "data.format=reviews",
        ] {
            assert_eq!(group(&[alone]), None, "{alone}");
        }
    }
}
