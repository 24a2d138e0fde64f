//! Conflicts between settings that are allowed separately, but not together. Some settings that would have no effect on
//! the run are also reported as conflicts.

use super::dataset::{NISTP_DATA, PICTURE_DATA, REVIEW_DATA, TABLE_DATA};
use super::{Config, DataConfig, ModelConfig, Penalty, Rescaling, SOFTPLUS_UNITS, THRESHOLDED_UNITS};
use data::{Format, Order, catalogue};
use model::{Activation, Decoder, Target};
use serde::Serialize;

/// A conflict between settings.
pub(super) struct Conflict {
    /// The key of the setting to change, including its table.
    pub key: String,
    /// What is wrong with the setting.
    pub problem: String,
    /// What the user should do.
    pub remedy: String,
}

/// The first conflict between the settings of `config`; `None` if there is no conflict.
pub(super) fn first(config: &Config) -> Option<Conflict> {
    let layers = config.model.hidden.len();
    let pretraining = config.pretraining.as_ref();
    lengths("training.l1", &config.training.l1, layers)
        .or_else(|| lengths("pretraining.l1", &pretraining?.l1, layers))
        .or_else(|| nothing_to_pretrain(config))
        .or_else(|| tied_pairs(config))
        .or_else(|| rescaling(config))
        .or_else(|| unreachable_codes(config))
        .or_else(|| unread_by_units(&config.model))
}

/// The conflict if `l1` is a list of coefficients whose length is not the number of hidden layers, `layers`; otherwise
/// `None`.
fn lengths(key: &str, l1: &Penalty, layers: usize) -> Option<Conflict> {
    let Penalty::Each(list) = l1 else { return None };
    (list.len() != layers).then(|| Conflict {
        key: key.to_owned(),
        problem: format!("{key} is a list of length {}, but model.hidden has length {layers}", list.len()),
        remedy: "give a number, or a list with a number for each layer of model.hidden".to_owned(),
    })
}

fn nothing_to_pretrain(config: &Config) -> Option<Conflict> {
    (config.pretraining.is_some() && config.model.hidden.is_empty()).then(|| Conflict {
        key: "model.hidden".to_owned(),
        problem: "model.hidden has no layer to pre-train".to_owned(),
        remedy: "give at least one layer, or leave out [pretraining]".to_owned(),
    })
}

fn tied_pairs(config: &Config) -> Option<Conflict> {
    let tied = config.pretraining.as_ref()?.decoder == Decoder::Tied;
    (tied && config.model.function().outputs_per_unit() > 1).then(|| Conflict {
        key: "pretraining.decoder".to_owned(),
        problem:
            "pretraining.decoder cannot be \"tied\" for pairs, because the two outputs of a pair share their weights"
                .to_owned(),
        remedy: "give \"untied\"".to_owned(),
    })
}

/// The conflict of `pretraining.rescaling` with units that are not positively homogeneous: for such units, dividing the
/// weights and biases by a number does not divide the codes by this number.
fn rescaling(config: &Config) -> Option<Conflict> {
    let rescaled = config.pretraining.as_ref()?.rescaling != Rescaling::None;
    (rescaled && has_codes(config) && !config.model.function().is_positively_homogeneous()).then(|| Conflict {
        key: "pretraining.rescaling".to_owned(),
        problem: "pretraining.rescaling divides codes, which is possible only for rectifiers, pairs of rectifiers, \
                  absolute-value units and linear units"
            .to_owned(),
        remedy: "give \"none\"".to_owned(),
    })
}

/// The conflict if a target in the pre-training of a layer above the first, computed from a code, can lie outside the
/// range of the outputs of the reconstruction.
fn unreachable_codes(config: &Config) -> Option<Conflict> {
    let pretraining = config.pretraining.as_ref().filter(|_| has_codes(config))?;
    let (unit, reconstruction) = (config.model.function(), pretraining.reconstruction);
    let (least, greatest) = unit.range();
    let is_rescaled = pretraining.rescaling != Rescaling::None;
    let codes = if is_rescaled { (least.max(-1.0), greatest.min(1.0)) } else { (least, greatest) };
    let (from, to) = Target::for_code(unit, reconstruction).range(codes);
    let (lowest, highest) = reconstruction.reachable();
    let rescale = if unit.is_positively_homogeneous() { ", or pretraining.rescaling = \"global\"" } else { "" };
    (from < lowest || to > highest).then(|| Conflict {
        key: "pretraining.reconstruction".to_owned(),
        problem: format!(
            "layer 2 must reconstruct the unbounded codes of {unit} units, but {reconstruction} reaches only values \
             from {lowest} to {highest}"
        ),
        remedy: format!("give \"softplus-quadratic\"{rescale}"),
    })
}

/// Whether any layer is pre-trained on the codes of the layer below.
fn has_codes(config: &Config) -> bool {
    config.model.hidden.len() > 1
}

fn unread_by_units(model: &ModelConfig) -> Option<Conflict> {
    let unit = model.function();
    let thresholded = matches!(unit, Activation::ThresholdedSoftplus { .. });
    let soft = thresholded || matches!(unit, Activation::Softplus { .. } | Activation::CentredSoftplus { .. });
    let plain = ModelConfig::default();
    let name = toml::Value::try_from(model.activation).ok()?;
    let units = format!("{} units", name.as_str()?);
    if !soft && model.softplus_alpha != plain.softplus_alpha {
        return Some(unread("model.softplus_alpha", SOFTPLUS_UNITS, &units));
    }
    let set = model.softplus_threshold != plain.softplus_threshold;
    (!thresholded && set).then(|| unread("model.softplus_threshold", THRESHOLDED_UNITS, &units))
}

/// The conflict of a setting in an inner table of `data`, such as `data.reviews`, whose value is not the default
/// although the setting has no effect on the data set; `None` if there is no such setting, or if the data set is
/// unknown.
pub(super) fn unread_by_data(data: &DataConfig) -> Option<Conflict> {
    let (name, [reviews, nistp]) = if let Some(format) = data.format {
        (format!("data.format = {}", toml::Value::try_from(format).ok()?), [format == Format::Reviews, false])
    } else {
        // An unknown name is refused when the data are loaded.
        let read = catalogue::find(&data.dataset).ok()?.choices();
        (data.dataset.clone(), ["reviews", "nistp"].map(|table| read == Some(table)))
    };
    let changed_reviews = changed(&data.reviews).filter(|_| !reviews);
    let changed_nistp = changed(&data.nistp).filter(|_| !nistp);
    let read_tables = matches!(data.format, Some(Format::Csv | Format::Reviews));
    let read_pictures = matches!(data.format, Some(Format::Images | Format::Idx));
    let changed_table = changed(&data.table).filter(|_| !read_tables);
    let changed_pictures = changed(&data.pictures).filter(|_| !read_pictures);
    let is_ordered = data.pictures.order != Order::default() && data.format == Some(Format::Images);
    changed_reviews
        .map(|key| unread(&format!("data.reviews.{key}"), REVIEW_DATA, &name))
        .or_else(|| changed_nistp.map(|key| unread(&format!("data.nistp.{key}"), NISTP_DATA, &name)))
        .or_else(|| changed_table.map(|key| unread(&format!("data.table.{key}"), TABLE_DATA, &name)))
        .or_else(|| changed_pictures.map(|key| unread(&format!("data.pictures.{key}"), PICTURE_DATA, &name)))
        .or_else(|| {
            is_ordered.then(|| unread("data.pictures.order", "your own idx files (data.format = \"idx\")", &name))
        })
}

fn unread(key: &str, readers: &str, other: &str) -> Conflict {
    Conflict {
        key: key.to_owned(),
        problem: format!("{key} applies only to {readers}, not to {other}"),
        remedy: "leave this setting out".to_owned(),
    }
}

/// The first key of `table` whose value is not the default; `None` if every value is the default.
fn changed<T: Serialize + Default>(table: &T) -> Option<String> {
    let [table, plain] = [table, &T::default()].map(|table| toml::Table::try_from(table).unwrap_or_default());
    table.into_iter().find(|(key, value)| plain.get(key) != Some(value)).map(|(key, _)| key)
}
