//! The manifest: the description of a run, written before training starts.

use crate::config::Config;
use crate::config::backend;
use crate::config::engine::Engine;
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::program;
use burn::prelude::Device;
use data::DataSet;
use kernels::InstructionSet;
use preprocessing::{Kind, Target};
use report::{ClassSize, ColumnSummary, Counts, Look, Manifest, PredictedColumn};
use std::collections::BTreeSet;

/// The manifest of a run of `config` on `data`.
pub(crate) fn manifest(
    config: &Config,
    folder: &RunFolder,
    data: &DataSet,
    device: &Device,
    engine: Engine,
) -> Manifest {
    let splits = &data.splits;
    let network = config.network(splits.train.features(), splits.train.classes());
    Manifest {
        name: folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned(),
        command: format!("train --config {}", folder.config().display()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: Some(program::COMMIT.to_owned()),
        burn: "0.22.1".to_owned(),
        dataset: data.name.clone(),
        credit: data.credit.clone(),
        classes: data.classes.clone(),
        facts: data.facts.clone(),
        look: data.look.as_ref().map(|look| seen(look, &data.found)),
        predicted: match data.target() {
            Target::Number { name, standard } => Some(PredictedColumn { name, standard }),
            Target::Classes { .. } => None,
        },
        checksums: data.checksums.clone(),
        examples: Counts { train: splits.train.len(), validation: splits.validation.len(), test: splits.test.len() },
        seed: config.training.seed,
        backend: config.training.backend.to_string(),
        engine: engine.to_string(),
        instruction_set: InstructionSet::in_use().name().to_owned(),
        processor: Some(program::processor()),
        device: backend::describe(device),
        parameters: network.parameters(),
        layers: network.widths(),
        activation: config.model.activation.to_string(),
    }
}

/// The manifest's description of the user's own data: the classes, columns and inputs in `look`, and the lines `found`,
/// which were printed when the data were read.
fn seen(look: &data::Look, found: &[String]) -> Look {
    let class = |(name, [train, validation, test]): &(String, [usize; 3])| ClassSize {
        name: name.clone(),
        train: *train,
        validation: *validation,
        test: *test,
    };
    let column = |(column, missing): &(preprocessing::Column, usize)| {
        let (standard, categories) = match &column.kind {
            Kind::Number { standard, .. } => (Some(*standard), None),
            Kind::Category { categories, .. } => (None, Some(categories.len())),
        };
        ColumnSummary { name: column.name.clone(), standard, categories, missing: *missing }
    };
    Look {
        found: found.to_vec(),
        classes: look.classes.iter().map(class).collect(),
        columns: look.columns.iter().map(column).collect(),
        inputs: look.inputs,
        constant_inputs: look.constant,
        repeated_validation: look.repeated[0],
        repeated_test: look.repeated[1],
        baseline_error: look.baseline_error(),
        constant_rmse: look.constant_rmse,
    }
}

/// The largest number of weights and biases of a network, and the largest number of values of a minibatch in one layer:
/// 2 GiB each. Training keeps several copies of the weights and biases.
const MOST: usize = 1 << 29;

/// Rejects networks, and minibatches of `batch_size` examples, that are too large to allocate.
///
/// # Errors
/// [`Failure::Usage`] with the size and its limit.
pub(crate) fn check_sizes(manifest: &Manifest, batch_size: usize) -> Result<(), Failure> {
    let (layers, parameters) = (&manifest.layers, manifest.parameters);
    if parameters > MOST {
        return Err(Failure::Usage(format!(
            "a network with the layer widths {layers:?} has {parameters} weights and biases, more than {MOST}; choose narrower layers or fewer inputs"
        )));
    }
    let (batch, widest) = (batch_size.min(manifest.examples.train), layers.iter().copied().max().unwrap_or(0));
    if batch.saturating_mul(widest) > MOST {
        return Err(Failure::Usage(format!(
            "a minibatch of {batch} examples has more than {MOST} values in a layer of width {widest}; lower training.batch_size"
        )));
    }
    Ok(())
}

/// Checks that the data, described by `now`, are the same as when the run in `folder` was started, described by
/// `begun`.
///
/// # Errors
/// [`Failure::Disagreement`] with the first difference.
pub(crate) fn same_data(folder: &RunFolder, begun: &Manifest, now: &Manifest) -> Result<(), Failure> {
    let differ = |what: &str| {
        let manifest = folder.manifest();
        Failure::Disagreement(format!(
            "{what} differs from that in {}; restore the data that the run was started with, or start another run",
            manifest.display()
        ))
    };
    let names: BTreeSet<&String> = begun.checksums.keys().chain(now.checksums.keys()).collect();
    // A file may be compressed in one session and not in the next, so only names that occur in both are compared.
    let changed = |name: &&&String| matches!((begun.checksums.get(**name), now.checksums.get(**name)), (Some(a), Some(b)) if a != b);
    match names.iter().find(changed) {
        Some(name) => Err(differ(&format!("the checksum of {name}"))),
        None if begun.examples != now.examples => Err(differ("the number of examples")),
        None if begun.layers != now.layers => Err(differ("the number of inputs or classes")),
        None if begun.classes != now.classes => Err(differ("the list of classes")),
        None if begun.facts != now.facts => Err(differ("the description of the data")),
        None => Ok(()),
    }
}
