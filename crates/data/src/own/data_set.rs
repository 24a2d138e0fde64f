//! Makes a data set of the user's own examples: draws the parts that the files do not provide, and turns columns and
//! pixels into inputs.

use super::csv::fit;
use super::csv::outliers::{beyond, outlying};
use super::look::Look;
use super::split::split;
use super::table::{Found, Labels, Listing, Table, Values, layout};
use crate::file::sha256_of_list;
use crate::prepared::DIM;
use crate::{DataSet, Error, Examples, Scale, Scaling, Splits};
use preprocessing::{Columns, Pixels, Preprocessing, Standard, Target};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The target of a table without a header.
const LAST: &str = "the last column";

/// The data set `name`, made from the examples `found` at `path`. Parts that the files do not provide are drawn from
/// `seed`.
///
/// # Errors
/// [`Error::File`] when a file cannot be read again for its checksum; [`Error::Layout`] when there are too few examples
/// or groups for the parts to be drawn, or all inputs or all numbers to predict are equal; [`Error::Line`] when a
/// number is too far from the mean of the training examples or from all other numbers of its column;
/// [`Error::Examples`] when inputs and labels do not match.
pub(crate) fn data_set(name: &str, path: &Path, found: Found, seed: u64) -> Result<DataSet, Error> {
    let Found { tables, files, notes, label, unnamed, sparse, pixels, listing } = found;
    let ([train, validation, test], drawn) = split(path, tables, &notes, seed)?;
    let described = described(&train);
    let classes = train.classes.clone();
    let columns = match &train.values {
        Values::Cells(cells) => Some(fit(cells, unnamed)),
        Values::Images(..) | Values::Sparse(_) => None,
    };
    let outlying = outlying_in(&train, label.as_deref())?;
    let dim = dim(&train);
    let standard = standard(path, &train.labels)?;
    let scale = Scale { maximum: u8::MAX, lowest: pixels.as_ref().map_or(0.0, |(pixels, _)| pixels.lowest) };
    let examples = |table: Table| examples(table, columns.as_ref(), standard, scale);
    let far = [&validation, &test].into_iter().find_map(|part| beyond_training(&train, part, columns.as_ref()));
    let unseen =
        [(&validation, "validation"), (&test, "test")].map(|(part, name)| unseen(part, columns.as_ref(), name));
    let splits = Splits { train: examples(train)?, validation: examples(validation)?, test: examples(test)? };
    let (splits, pixels) = scaled(splits, pixels);
    let target = match standard {
        Some(standard) => Target::Number { name: label.unwrap_or_else(|| LAST.to_owned()), standard },
        None => Target::Classes { name: label, classes: classes.clone() },
    };
    let preprocessing = columns.map(Preprocessing::Columns).or(sparse.map(Preprocessing::Sparse));
    let preprocessing = preprocessing.or(pixels.map(Preprocessing::Pixels));
    let counts = [&splits.train, &splits.validation, &splits.test].map(Examples::len);
    let scaled = said_of_scale(preprocessing.as_ref());
    let parts = format!("{} to train, {} to validate, {} to test: {drawn}{scaled}", counts[0], counts[1], counts[2]);
    let what = match &target {
        Target::Classes { .. } => format!("{} classes: {}", classes.len(), shown_classes(&classes)),
        Target::Number { name, .. } => format!("a number to predict: {name}"),
    };
    let first = std::iter::once(format!("{}: {described}, {what}", path.display())).chain(notes);
    let data = DataSet {
        name: name.to_owned(),
        credit: format!("data in {}.", path.display()),
        splits,
        unlabelled: None,
        classes,
        form: None,
        preprocessing,
        target: Some(target),
        levels: None,
        facts: BTreeMap::from([("parts".to_owned(), parts.clone())]),
        found: first.collect::<Vec<_>>(),
        look: None,
        checksums: checksums(path, &files, listing)?,
    };
    let look = Look::at(&data);
    look.check(path)?;
    let further = dim.into_iter().chain(far).chain(unseen.into_iter().flatten()).collect();
    let found = [vec![data.found.join("; "), parts], look.lines(), outlying, further].concat();
    Ok(DataSet { found, look: Some(look), ..data })
}

/// The mean and standard deviation of the numbers to predict, given the `labels` of the training examples; `None` if
/// these are classes.
///
/// # Errors
/// [`Error::Layout`] when all numbers are equal.
fn standard(path: &Path, labels: &Labels) -> Result<Option<Standard>, Error> {
    let Labels::Numbers(numbers) = labels else { return Ok(None) };
    let standard = Standard::of(numbers.iter().copied());
    if standard.deviation == 0.0 {
        let expected = "a target that differs between training examples";
        return Err(layout(path, expected, "equal numbers", "name another column with --label"));
    }
    Ok(Some(standard))
}

/// The examples of `table`. Cells become inputs according to `columns`, and bytes according to `scale`; numbers to
/// predict are standardised by `standard`.
fn examples(
    table: Table,
    columns: Option<&Columns>,
    standard: Option<Standard>,
    scale: Scale,
) -> Result<Examples, Error> {
    let width = columns.map_or(table.width, Columns::inputs);
    let (labels, outputs) = (table.labels.classes(), table.classes.len().max(1));
    let examples = match (table.values, columns) {
        (Values::Images(rows, shape), _) => Examples::images(rows, labels, shape, outputs, scale),
        (Values::Sparse(rows), _) => Examples::sparse(rows, labels, outputs),
        (Values::Cells(cells), Some(columns)) => Examples::numbers(cells.inputs(columns)?, width, labels, outputs),
        (Values::Cells(_), None) => unreachable!("a table of cells has columns in every part"),
    }?;
    match (table.labels, standard) {
        (Labels::Numbers(numbers), Some(standard)) => {
            examples.with_targets(numbers.iter().map(|number| standard.scaled(*number) as f32).collect())
        }
        _ => Ok(examples),
    }
}

/// The `splits`, with their images standardised if that scaling was chosen, and the preprocessing of the images; `None`
/// instead of the preprocessing if `pixels` is `None`.
fn scaled(splits: Splits, pixels: Option<(Pixels, Scaling)>) -> (Splits, Option<Pixels>) {
    let Some((pixels, scaling)) = pixels else { return (splits, None) };
    let standard = splits.train.standard().filter(|_| scaling == Scaling::Standard).unwrap_or_default();
    if standard.is_empty() {
        return (splits, Some(pixels));
    }
    let Splits { train, validation, test } = splits;
    let [train, validation, test] = [train, validation, test].map(|part| part.standardised(&standard));
    (Splits { train, validation, test }, Some(Pixels { standard, ..pixels }))
}

/// A phrase for the user on the scaling of numbers or pixels; empty if they are not standardised.
fn said_of_scale(preprocessing: Option<&Preprocessing>) -> &'static str {
    match preprocessing {
        Some(Preprocessing::Columns(_)) => "; numbers scaled to mean 0 and standard deviation 1 in training",
        Some(Preprocessing::Pixels(pixels)) if !pixels.standard.is_empty() => {
            "; pixels scaled to mean 0 and standard deviation 1 in training"
        }
        _ => "",
    }
}

/// Notes for the user on numbers of `train` that are far from all others of their column; `label` is the name of the
/// target.
fn outlying_in(train: &Table, label: Option<&str>) -> Result<Vec<String>, Error> {
    let Values::Cells(cells) = &train.values else { return Ok(Vec::new()) };
    let target = match &train.labels {
        Labels::Numbers(numbers) => Some((label.unwrap_or(LAST), &numbers[..])),
        Labels::Classes(_) => None,
    };
    outlying(cells, target)
}

/// A note for the user on the number of `part` that is furthest from the numbers of `train`; `None` if no number is far
/// from these.
fn beyond_training(train: &Table, part: &Table, columns: Option<&Columns>) -> Option<String> {
    let (Values::Cells(train), Values::Cells(part)) = (&train.values, &part.values) else { return None };
    beyond(train, part, columns?)
}

/// A note for the user on the number of examples in `part` that have a category that does not occur in training; `None`
/// if there are no such examples. `name` is the name of the part in the note.
fn unseen(part: &Table, columns: Option<&Columns>, name: &str) -> Option<String> {
    let (Values::Cells(cells), Some(columns)) = (&part.values, columns) else { return None };
    let unseen = cells.unseen(columns);
    (unseen.rows > 0).then(|| format!("{} {name} {unseen}", unseen.rows))
}

/// A note for the user that the images of `train` are nearly black; `None` if they are not, or are all black.
fn dim(train: &Table) -> Option<String> {
    let Values::Images(pixels, _) = &train.values else { return None };
    let highest = pixels.iter().max().filter(|highest| (1..DIM).contains(*highest))?;
    Some(format!(
        "the training images have only values from 0 to {highest}, on a scale of 0 to 255, and are nearly black: scale them to 0 to 255, or give the \
         network images of this range only"
    ))
}

fn described(table: &Table) -> String {
    let columns = |count: usize| if count == 1 { "1 column".to_owned() } else { format!("{count} columns") };
    match &table.values {
        Values::Images(_, shape) => {
            let planes = if shape.channels == 1 { "grey" } else { "colour" };
            format!("images of {}x{} pixels, {planes}", shape.width, shape.height)
        }
        Values::Sparse(rows) => {
            format!("{}, {:.2} % of the values nonzero", columns(table.width), 100.0 * rows.density())
        }
        Values::Cells(cells) => {
            let texts = cells.columns.iter().filter(|column| column.categories.is_some()).count();
            let numbers = cells.columns.len() - texts;
            match (numbers, texts) {
                (_, 0) => format!("{} of numbers", columns(numbers)),
                (0, _) => format!("{} of categories", columns(texts)),
                _ => format!("{} of numbers and {texts} of categories", columns(numbers)),
            }
        }
    }
}

fn shown_classes(classes: &[String]) -> String {
    let more = if classes.len() > 10 { ", ..." } else { "" };
    classes[..classes.len().min(10)].join(", ") + more
}

/// For [`Listing::Each`], the SHA-256 of each of `files`, keyed by the file's name relative to `path`; for
/// [`Listing::Together`], a single SHA-256 of the list of these checksums and names, sorted.
fn checksums(path: &Path, files: &[PathBuf], listing: Listing) -> Result<BTreeMap<String, String>, Error> {
    let checksum = |file: &PathBuf| {
        let name = file.strip_prefix(path).unwrap_or(file).display().to_string();
        let read = File::open(file).and_then(|mut stored| files::sha256_of(&mut stored));
        let (sha256, _) = read.map_err(files::Error::new("read", file))?;
        Ok((name, sha256))
    };
    let each = files.iter().map(checksum).collect::<Result<BTreeMap<_, _>, Error>>()?;
    Ok(match listing {
        Listing::Each => each,
        Listing::Together(all) => BTreeMap::from([(all.to_owned(), sha256_of_list(&each))]),
    })
}

#[cfg(test)]
mod tests;
