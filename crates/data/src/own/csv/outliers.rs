//! Finds numbers of a table that lie far from all others of their column, to report them by file and line.

use crate::Error;
use crate::lines::shown;
use crate::own::table::{Cells, Source};
use preprocessing::Columns;

/// The user is told of a number that is more than this many times as far from the median as the numbers that are not
/// outliers.
const FAR: f64 = 100.0;
/// The user is told of a number that occurs at least twice, such as -999 for a missing value, and is more than this
/// many times as far from the median as the numbers that are not outliers.
const FAR_ALIKE: f64 = 10.0;
/// A table is refused if one number is more than this many times as far from the median as the numbers that are not
/// outliers, because a network that computes with 32-bit floats could hardly tell these other numbers apart.
const TOO_FAR: f64 = 1e6;
/// In a column with fewer numbers than this, no outliers are sought.
const FEW: usize = 10;
/// The user is told of a number in the validation or test examples that is more than this many standard deviations from
/// the training mean, and more than ten times as far from that mean as any training number.
const FAR_IN_DEVIATIONS: f64 = 100.0;

const CORRECT: &str =
    "correct the number, write NA if it stands for a missing value, or leave the column out with --drop";
const CORRECT_TARGET: &str = "correct the number, or write NA so that the row is left out";

/// The numbers of a column that lie far from all others.
struct Outliers {
    /// The distance of the nearest outlier from the median, divided by the distance of the farthest other number.
    ratio: f64,
    count: usize,
    /// The first outlier: the index of its row, from 0, and its value.
    first: (usize, f64),
}

/// The numbers of `column` that lie far from the majority; `None` if there are no such numbers. NaN is a missing value.
fn outliers(column: &[f64]) -> Option<Outliers> {
    let mut sorted: Vec<f64> = column.iter().copied().filter(|x| !x.is_nan()).collect();
    if sorted.len() < FEW {
        return None;
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    let distance = |x: f64| (x - median).abs();
    let mut distances: Vec<f64> = sorted.into_iter().map(distance).collect();
    distances.sort_unstable_by(f64::total_cmp);
    let upper = &distances[distances.len() / 2..];
    let gap_of = |factor: f64| upper.windows(2).position(|pair| pair[0] > 0.0 && pair[1] > factor * pair[0]);
    let beyond = |gap: usize| column.iter().filter(move |x| distance(**x) > upper[gap]);
    let is_alike = |gap: usize| {
        let first = beyond(gap).next();
        beyond(gap).count() > 1 && beyond(gap).all(|x| Some(x) == first)
    };
    // A few different numbers are codes, such as postcodes, rather than amounts, unless at most a fifth of all numbers
    // is far away.
    let is_varied = |gap: usize| {
        let mut near: Vec<f64> = column.iter().copied().filter(|x| distance(*x) <= upper[gap]).collect();
        near.sort_unstable_by(f64::total_cmp);
        near.dedup();
        near.len() >= FEW
    };
    let is_rare = |gap: usize| 5 * beyond(gap).count() <= distances.len();
    let far = gap_of(FAR).filter(|gap| is_varied(*gap) || is_rare(*gap));
    let gap = far.or_else(|| gap_of(FAR_ALIKE).filter(|gap| is_varied(*gap) && is_alike(*gap)))?;
    let is_far = |x: &f64| distance(*x) > upper[gap];
    let first = column.iter().position(is_far)?;
    let ratio = upper[gap + 1] / upper[gap];
    Some(Outliers { ratio, count: upper.len() - gap - 1, first: (first, column[first]) })
}

/// Notes for the user on training numbers that lie far from all others of their column, in `cells` and, if numbers are
/// predicted, in `target`, which has the name and the numbers of the label column.
///
/// # Errors
/// [`Error::Line`] when a number is so far from all others that a network could not tell the others apart.
pub(crate) fn outlying(cells: &Cells, target: Option<(&str, &[f64])>) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for (k, column) in cells.columns.iter().enumerate().filter(|(_, column)| column.categories.is_none()) {
        let numbers: Vec<f64> = cells.rows.iter().copied().skip(k).step_by(cells.columns.len()).collect();
        notes.extend(said(&cells.source, &column.name, &numbers, CORRECT)?);
    }
    if let Some((name, numbers)) = target {
        notes.extend(said(&cells.source, name, numbers, CORRECT_TARGET)?);
    }
    Ok(notes)
}

fn said(source: &Source, name: &str, numbers: &[f64], remedy: &'static str) -> Result<Option<String>, Error> {
    let Some(Outliers { ratio, count, first: (row, number) }) = outliers(numbers) else { return Ok(None) };
    let name = shown(name);
    let Some(line) = source.lines.get(row).copied() else { return Ok(None) };
    if ratio > TOO_FAR {
        let expected = format!("numbers in column {name} that 32 bits can tell apart");
        let found = format!("{number:e}, which is far from all others");
        return Err(Error::Line { path: source.file.to_path_buf(), line: line as usize, expected, found, remedy });
    }
    let which = match count {
        1 => format!("{number} in line {line} is far from all other numbers in {name}"),
        _ => format!("{count} numbers in {name} are far from all others, the first being {number} in line {line}"),
    };
    Ok(Some(format!("{which}: {remedy}")))
}

/// A note for the user on the number of `part` that is the most standard deviations from the mean of `train`. `None`
/// unless that number is more than 100 deviations away, and more than ten times as far as any training number of the
/// same column.
pub(crate) fn beyond(train: &Cells, part: &Cells, columns: &Columns) -> Option<String> {
    let mut peaks = vec![0.0f64; columns.columns.len()];
    for (_, k, distance) in distances(train, columns) {
        peaks[k] = peaks[k].max(distance);
    }
    let far = distances(part, columns).filter(|(_, k, z)| *z > FAR_IN_DEVIATIONS && *z > 10.0 * peaks[*k]);
    let (row, k, distance) = far.max_by(|a, b| a.2.total_cmp(&b.2))?;
    let (name, number) = (&columns.columns[k].name, part.rows[row * part.columns.len() + k]);
    Some(format!(
        "{number} in column {} of {}, line {}, is {distance:.0} standard deviations from the mean of training: correct \
         the number, or leave the column out with --drop {name:?}",
        shown(name),
        part.source.file.display(),
        part.source.lines.get(row).copied().unwrap_or_default()
    ))
}

/// The row, the column and the distance from the training mean, in standard deviations, of each number of `cells`.
fn distances<'a>(cells: &'a Cells, columns: &'a Columns) -> impl Iterator<Item = (usize, usize, f64)> + 'a {
    let width = cells.columns.len();
    let numbers = cells.rows.iter().enumerate().filter(|(_, x)| !x.is_nan());
    numbers
        .filter_map(move |(i, x)| Some((i / width, i % width, columns.columns[i % width].standard()?.scaled(*x).abs())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn far(column: &[f64]) -> Option<(usize, usize)> {
        outliers(column).map(|found| (found.count, found.first.0))
    }

    #[test]
    fn numbers_far_from_all_others_are_found_and_long_tails_are_not() {
        let usual: Vec<f64> = (0..40).map(|k| f64::from(k * 7 % 11)).collect();
        assert_eq!(far(&usual), None);
        for wrong in [1e300, -1e30, 99_999.0, -9999.0, f64::MAX, f64::MIN] {
            let with = [&usual[..20], &[wrong], &usual[20..], &[f64::NAN, wrong]].concat();
            assert_eq!(far(&with), Some((2, 20)), "{wrong}");
        }
        let two = [&usual[..], &[1e300, 1e200]].concat();
        assert!(outliers(&two).is_some_and(|found| found.count == 2 && found.ratio > TOO_FAR));
        let often = [&usual[..], &[-99.0, -99.0]].concat();
        let once = [&usual[..], &[-99.0]].concat();
        let codes: Vec<f64> = (0..40).map(|k| [1000.0, 1001.0, 90210.0][k % 3]).collect();
        assert_eq!((far(&often), far(&once), far(&codes)), (Some((2, 40)), None, None));
        let tail: Vec<f64> = (0..40).map(|k| 2f64.powi(k)).collect();
        let rare: Vec<f64> = (0..40).map(|k| f64::from(u8::from(k == 7))).collect();
        assert_eq!((far(&tail), far(&rare), far(&[1.0, 2.0, 1e9]), far(&[])), (None, None, None, None));
    }

    proptest! {
        #[test]
        fn whole_numbers_below_ten_have_no_outliers(column in prop::collection::vec(0u32..10, 0..60)) {
            prop_assert_eq!(far(&column.into_iter().map(f64::from).collect::<Vec<_>>()), None);
        }
    }
}
