//! What runs are trained on.

use crate::config::{Config, DataConfig};
use crate::failure::Failure;
use crate::run::load;
use data::{Access, DataSet, Inputs, Source};
use std::sync::Arc;

/// A data set, and what chose it: runs that agree in that share one.
#[derive(Debug)]
pub(super) struct SharedData {
    choice: (DataConfig, Option<u64>),
    pub(super) data: Arc<DataSet>,
}

impl SharedData {
    /// Whether the seed of a run draws some of it.
    pub(super) fn is_drawn(&self) -> bool {
        self.choice.1.is_some()
    }

    /// What `config` is to be trained on: that of `others`, or else loaded.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be loaded, or has no rows of numbers.
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
            return Err(Failure::Usage(format!("{} has no rows of numbers, which fleets are trained on", data.name)));
        }
        Ok(Arc::new(Self { choice, data: Arc::new(data) }))
    }
}
