//! Draws, from a seed, the parts that the files of the user's own data do not provide: in proportion to the classes or,
//! if the examples have groups, with every group in one part.

use super::parts::{Part, Parts};
use super::table::{Labels, Table, layout};
use crate::Error;
use std::path::Path;

/// If the files have no validation or test part, one in this many examples is drawn for each missing part.
const TENTH: usize = 10;

const CHECK_LABELS: &str =
    "check that labels name classes and are not measurements, or give more examples of each class";
const MORE: &str = "give more examples";
const GROUPS: &str = "give examples of more groups";

/// The training, validation and test parts of `tables`, which were read at `path`, and a phrase for the user on how the
/// parts were made. The error for too few examples of each class quotes `notes`.
///
/// # Errors
/// [`Error::Layout`] when there are too few examples or groups for the parts that are drawn.
pub(crate) fn split(
    path: &Path,
    tables: Parts<Table>,
    notes: &[String],
    seed: u64,
) -> Result<([Table; 3], String), Error> {
    let Parts { mut train, validation, test } = tables;
    let open: Vec<Part> = [(&validation, Part::Validation), (&test, Part::Test)]
        .into_iter()
        .filter_map(|(there, part)| there.is_none().then_some(part))
        .collect();
    let whole = if train.groups.is_empty() { "" } else { ", every group in one part" };
    let drawn = match open[..] {
        [] => "as given by the files".to_owned(),
        [Part::Validation] => format!("validation drawn from the training examples with seed {seed}{whole}"),
        [Part::Test] => format!("test drawn from the training examples with seed {seed}{whole}"),
        _ => format!("validation and test drawn with seed {seed}{whole}"),
    };
    let (validation, test) = match (validation, test) {
        (Some(validation), Some(test)) => return Ok(([train, validation, test], drawn)),
        open => open,
    };
    let parts = if train.groups.is_empty() {
        check(path, &train, notes, &open)?;
        draw(&train.labels.classes(), &open, seed)
    } else {
        let parts = draw_groups(&train.groups, &open, seed);
        for part in open.iter().chain(&[Part::Train]) {
            if !parts.contains(part) {
                let groups = train.groups.iter().max().map_or(0, |last| *last as usize + 1);
                let expected = format!("at least {} groups, so that each part gets one", open.len() + 1);
                return Err(layout(path, expected, groups.to_string(), GROUPS));
            }
        }
        parts
    };
    let validation = validation.unwrap_or_else(|| train.select(&rows(&parts, Part::Validation)));
    let test = test.unwrap_or_else(|| train.select(&rows(&parts, Part::Test)));
    train.keep(|row| parts[row] == Part::Train);
    Ok(([train, validation, test], drawn))
}

/// Checks that [`draw`] finds at least one example for each part in `open`.
fn check(path: &Path, train: &Table, notes: &[String], open: &[Part]) -> Result<(), Error> {
    let Some(place) = open.iter().map(|part| place_of(*part)).max() else { return Ok(()) };
    let mut counts = [0; 256];
    train.labels.classes().iter().for_each(|label| counts[usize::from(*label)] += 1);
    let most = counts.into_iter().max().unwrap_or(0);
    if most > place {
        return Ok(());
    }
    let count = train.labels.len();
    if matches!(train.labels, Labels::Numbers(_)) {
        return Err(layout(path, format!("at least {} examples", place + 1), count.to_string(), MORE));
    }
    let expected = format!("a class of at least {} examples, so that each part gets one", place + 1);
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    let classes = train.classes.len();
    let found = format!("{count} examples in {classes} classes, at most {most} in each class{notes}");
    Err(layout(path, expected, found, CHECK_LABELS))
}

/// The place, among every ten examples of a class, of the example drawn for `part`. Because the places are 0, 1 and 2,
/// a class of three examples has one example in each part if validation and test are both drawn.
fn place_of(part: Part) -> usize {
    match part {
        Part::Train => 0,
        Part::Validation => 1,
        Part::Test => 2,
    }
}

/// The part of each row: each part in `open` gets one in ten examples of every class, drawn from `seed`; `Train` gets
/// the rest.
fn draw(labels: &[u8], open: &[Part], seed: u64) -> Vec<Part> {
    let mut parts = vec![Part::Train; labels.len()];
    let mut places = [0; 256];
    for row in random::permutation(labels.len(), seed, "parts", &[]) {
        let place = &mut places[usize::from(labels[row as usize])];
        if let Some(part) = open.iter().find(|part| place_of(**part) == *place % TENTH) {
            parts[row as usize] = *part;
        }
        *place += 1;
    }
    parts
}

/// The part of each row, with every group in one part. A part in `open` has a share of one in ten rows, and `Train` has
/// the rest. The groups, in random order, each go to the part with the smallest filled fraction of its share.
fn draw_groups(groups: &[u32], open: &[Part], seed: u64) -> Vec<Part> {
    let count = groups.iter().max().map_or(0, |last| *last as usize + 1);
    let mut sizes = vec![0usize; count];
    for group in groups {
        sizes[*group as usize] += 1;
    }
    let share = |part: Part| if part == Part::Train { TENTH - open.len() } else { 1 };
    let all: Vec<Part> = open.iter().copied().chain([Part::Train]).collect();
    let mut filled = vec![0usize; all.len()];
    let mut of_group = vec![Part::Train; count];
    for group in random::permutation(count, seed, "groups", &[]) {
        // Of parts that are filled to the same fraction, the first is taken.
        let least = (0..all.len()).min_by_key(|k| filled[*k] * TENTH / share(all[*k])).unwrap_or(0);
        filled[least] += sizes[group as usize];
        of_group[group as usize] = all[least];
    }
    groups.iter().map(|group| of_group[*group as usize]).collect()
}

/// The indices of the rows whose entry in `parts` is `part`.
fn rows(parts: &[Part], part: Part) -> Vec<u32> {
    (0..).zip(parts).filter(|(_, of)| **of == part).map(|(row, _)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_group_is_in_one_part(groups in prop::collection::vec(0u32..25, 60..200), seed in any::<u64>()) {
            let parts = draw_groups(&groups, &[Part::Validation, Part::Test], seed);
            for (a, of_a) in groups.iter().zip(&parts) {
                prop_assert!(groups.iter().zip(&parts).all(|(b, of_b)| a != b || of_a == of_b));
            }
            let count = |part: Part| parts.iter().filter(|of| **of == part).count();
            prop_assert!(count(Part::Validation) > 0 && count(Part::Test) > 0);
            prop_assert!(count(Part::Train) * 2 > groups.len(), "{}", count(Part::Train));
        }
    }
}
