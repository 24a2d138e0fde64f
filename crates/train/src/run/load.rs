//! Loads the examples that a configuration selects.

use crate::config::{Config, DataConfig};
use crate::failure::Failure;
use crate::terminal;
use data::{DataSet, Source};

/// Loads from `source` the examples that `config` selects.
///
/// # Errors
/// [`Failure`] if the examples cannot be loaded.
pub fn load(config: &Config, source: &Source) -> Result<DataSet, Failure> {
    let (choices, seed) = (config.data.choices(), config.training.seed);
    let data = match (config.data.format, &source.data_dir) {
        (None, _) => data::load(&config.data.dataset, source, &choices, seed, &mut terminal::download())?,
        (Some(format), Some(folder)) => {
            let data = data::load_own(folder, format, &choices, seed)?;
            data.found.iter().for_each(|line| terminal::notice(line));
            data
        }
        (Some(_), None) => {
            return Err(Failure::Usage("data.format needs the folder of the data; pass --data-dir".to_owned()));
        }
    };
    let mut data = data.inverted(config.data.invert, seed)?;
    if let Some(range) = config.data.range {
        data = data.in_range(range)?;
    }
    if let Some(subset) = config.data.subset {
        let (labelled, others) = data.splits.train.parted(subset, seed)?;
        data.splits.train = labelled;
        if config.pretraining.is_some() {
            // The training examples outside the subset are still used for pre-training, without their labels.
            let others = others.inputs().clone();
            data.unlabelled = Some(match data.unlabelled.take() {
                Some(more) => others.joined(more)?,
                None => others,
            });
        }
    }
    Ok(data)
}

/// Whether the examples that `config` selects, or their values, may depend on the seed.
///
/// # Errors
/// [`Failure`] if the catalogue does not contain `config.dataset`.
pub fn is_drawn(config: &DataConfig) -> Result<bool, Failure> {
    let drawn = config.format.is_some() || data::catalogue::find(&config.dataset)?.is_drawn();
    Ok(drawn || config.subset.is_some() || config.invert > 0.0)
}
