//! Data sets that the runs of a fleet share.

use crate::config::{Config, DataConfig};
use crate::failure::Failure;
use crate::run::load;
use data::{Access, DataSet, Inputs, Source};
use std::sync::Arc;

/// A data set with the settings that determine it. Runs with the same settings share a data set.
#[derive(Debug)]
pub(super) struct SharedData {
    choice: (DataConfig, Option<u64>),
    pub(super) data: Arc<DataSet>,
}

impl SharedData {
    /// Whether the data set depends on the seed of the run.
    pub(super) fn is_drawn(&self) -> bool {
        self.choice.1.is_some()
    }

    /// The data set of `config`: the one among `others` with the same settings, or else a newly loaded data set.
    ///
    /// # Errors
    /// [`Failure`] if the data set cannot be loaded, is not stored as dense rows, or has numeric targets.
    pub(super) fn of<'a>(
        config: &Config,
        mut others: impl Iterator<Item = &'a Arc<Self>>,
        access: Access,
    ) -> Result<Arc<Self>, Failure> {
        let drawn = load::is_drawn(&config.data)?;
        let choice = (config.data.clone(), drawn.then_some(config.training.seed));
        if let Some(there) = others.find(|other| other.choice == choice) {
            return Ok(there.clone());
        }
        let data = load::load(config, &Source { data_dir: config.data.dir.clone(), access })?;
        if !matches!(data.splits.train.inputs(), Inputs::Bytes(_) | Inputs::Numbers(_)) {
            return Err(Failure::Usage(format!(
                "{} is not stored as dense rows, but fleets need dense rows",
                data.name
            )));
        }
        if !data.splits.train.targets().is_empty() {
            return Err(Failure::Usage(format!("{} has numeric targets, but fleets train classifiers", data.name)));
        }
        Ok(Arc::new(Self { choice, data: Arc::new(data) }))
    }
}
