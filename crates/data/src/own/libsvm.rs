//! The text format of LIBSVM and SVM-light, plain or gzip: each line has a label and the nonzero inputs.
//!
//! ```text
//! +1 3:0.5 17:1   # the third input is 0.5
//! ```
//!
//! * A label is a whole number that names the class.
//! * The indices of a line ascend and are at most 2^20. They count from 1, unless index 0 occurs in one of the files
//!   that are read together; then they count from 0 in all of these files.
//! * `#` begins a comment, and lines without a label are skipped. Query groups (`qid`) are not supported.
//!
//! # Source
//! The README of LIBSVM, <https://www.csie.ntu.edu.tw/~cjlin/libsvm/>.

use super::classes::{Class, Growing, LabelError, UNKNOWN};
use super::parts::{Parts, assign, ends_with, entries, name, named, others};
use super::table::{Found, Labels, Listing, Table, Values, layout, limit};
use crate::lines::{Lines, listed, shown};
use crate::{Csr, Error};
use preprocessing::Sparse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The largest index that is accepted: 2^20.
const MAX_COLUMNS: u32 = 1 << 20;

/// A note for the user says that labels are taken as classes if there are more than this number of different labels.
const FEW: usize = 10;

const ASCEND: &str = "sort the pairs of each line by index and give each index once";
const NUMBER_INPUTS: &str = "renumber the inputs that occur, starting at 1, or leave out rare inputs";
const ONE_BASE: &str = "number the columns of all files from the same index";
const PAIRS: &str = "write each line as label index:value index:value ...";
const CLASSES: &str = "give whole numbers as class labels; a table of numbers to predict is read as CSV";
const TABLES: &str = "libsvm tables (.libsvm, .svm, .svmlight)";
const ENDING: &str = "give the path of the file itself as --data-dir, or rename the file to end in .libsvm";
const UNPACK: &str = "unpack this file, and give the unpacked file a name that ends in .libsvm";
const INDICES: &str = "number the columns from 0 or 1 up";

/// Reads the libsvm tables at `path`, which is a file or a folder. A note for the user lists the other files of the
/// folder.
///
/// # Errors
/// [`Error::File`] when a file or the folder cannot be read; [`Error::Layout`] when there is no table or the names do
/// not say which part each table belongs to; [`Error::Line`] when a line does not follow the [format](self), a file has
/// more than 2^28 values or no examples, no line has an input, there are not 2 to 256 classes, or a class of the
/// validation or test part does not occur in training; [`Error::Malformed`] when the encoding of a file is not
/// supported.
pub(crate) fn read(path: &Path) -> Result<Found, Error> {
    let endings = ["libsvm", "svm", "svmlight"];
    let files = named(path, &endings)?;
    if files.is_empty()
        && let Some(other) = unnamed(path)?
    {
        return Err(other);
    }
    let files = assign(path, &files, TABLES)?;
    let (tables, sparse, respelt) = read_files(&files)?;
    let count = format!("columns are counted from {}", sparse.base);
    let notes = std::iter::once(count).chain(as_classes(tables.train.classes.len()));
    let notes = notes.chain(respelt).chain(others(path, &endings)?).collect();
    Ok(Found {
        tables,
        files: files.iter().cloned().collect(),
        notes,
        label: None,
        unnamed: None,
        sparse: Some(sparse),
        pixels: None,
        listing: Listing::Each,
    })
}

/// The error for the folder at `path`, in which no file has the extension of a libsvm table. Files that LIBSVM
/// publishes, such as `a1a` and `a1a.bz2`, have no such extension. `None` if the folder has no files.
fn unnamed(path: &Path) -> Result<Option<Error>, Error> {
    let others: Vec<PathBuf> = entries(path)?.into_iter().filter(|file| file.is_file()).collect();
    let Some(first) = others.first() else { return Ok(None) };
    let found = match others.len() {
        1 => format!("only {:?}", name(first)),
        count => format!("{:?} and {} more", name(first), count - 1),
    };
    let remedy = if ends_with(first, &["bz2", "xz", "zst", "zip", "tar", "7z"]) { UNPACK } else { ENDING };
    Ok(Some(layout(path, TABLES, found, remedy)))
}

/// Reads a table from each of `files`. All tables are as wide as the largest index in any of the files requires.
///
/// The third result has notes for the user on labels that are one number in several notations, such as 1 and 1.0.
fn read_files(files: &Parts<PathBuf>) -> Result<(Parts<Table>, Sparse, Vec<String>), Error> {
    let mut growing = Growing::default();
    let mut train = Rows::read(&files.train, |class| growing.label(class).map_err(|expected| (expected, CLASSES)))?;
    let mut classes = growing
        .close(&mut train.labels)
        .map_err(|found| train.end.wrong("at least 2 classes among the first numbers of the lines", found, CLASSES))?;
    let rows = files.with(train, |path| {
        let rows = Rows::read(path, |class| classes.label(&class).map_err(|expected| (expected, UNKNOWN)))?;
        let none = || rows.end.wrong("an example", "none", "add examples or leave the file out");
        if rows.labels.is_empty() { Err(none()) } else { Ok(rows) }
    })?;
    let lowest = rows.iter().filter_map(|rows| rows.lowest).min();
    let largest = rows.iter().filter_map(|rows| rows.largest).max();
    let (Some(lowest), Some(largest)) = (lowest, largest) else {
        return Err(rows.train.end.wrong("a pair index:value on at least one line", "none", PAIRS));
    };
    one_base(&rows)?;
    let respelt = respelt(rows.iter().flat_map(|rows| &rows.spellings));
    let base = lowest.min(1);
    let columns = base..largest + 1;
    let sparse = Sparse { base, width: columns.len() };
    let tables = rows.map(|rows| {
        let (values, width) = (Values::Sparse(rows.inputs.within(columns.clone())), sparse.width);
        let labels = Labels::Classes(rows.labels);
        Table { values, width, labels, classes: classes.names(), groups: Vec::new() }
    });
    Ok((tables, sparse, respelt))
}

/// A note for the user that the labels, whole numbers, are taken as `classes` classes; `None` if there are too few to be
/// taken for amounts.
fn as_classes(classes: usize) -> Option<String> {
    (classes > FEW).then(|| {
        format!(
            "the {classes} different labels are taken as classes; to predict the labels as numbers, write the table as CSV"
        )
    })
}

/// Notes for the user on labels that are taken as one class, because they are different spellings of the same number:
/// one note for each such class. `spellings` has each spelling with its number.
fn respelt<'a>(spellings: impl Iterator<Item = &'a (String, i64)>) -> Vec<String> {
    let mut texts: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for (text, number) in spellings {
        texts.entry(*number).or_default().insert(text);
    }
    let several = texts.into_values().filter(|texts| texts.len() > 1);
    several.map(|texts| format!("the labels {} are taken as one class", listed(&Vec::from_iter(texts)))).collect()
}

/// Checks that the validation and test parts appear to count columns from the same index, 0 or 1, as the training part.
///
/// # Errors
/// [`Error::Line`] when a part has an index 0 and training has none, or when training has an index 0, the part has
/// none, and the largest index of the part is one above the largest index of training.
fn one_base(parts: &Parts<Rows>) -> Result<(), Error> {
    let from_0 = |rows: &Rows| rows.lowest == Some(0);
    let train = &parts.train;
    for part in parts.validation.iter().chain(&parts.test) {
        let shifted = match (from_0(train), from_0(part)) {
            (true, true) | (false, false) => false,
            (false, true) => true,
            (true, false) => part.largest == train.largest.map(|largest| largest + 1),
        };
        if shifted {
            let (zero, one) = if from_0(train) { ("training", "this file") } else { ("this file", "training") };
            let found = format!("an index 0 in {zero}, but not in {one}");
            return Err(part.end.wrong("columns counted from the same index, 0 or 1, in all files", found, ONE_BASE));
        }
    }
    Ok(())
}

/// The rows of a libsvm file.
struct Rows {
    /// The inputs; the columns are the indices as written in the file, up to [`MAX_COLUMNS`].
    inputs: Csr,
    labels: Vec<u8>,
    /// The smallest index, including indices of zeros; `None` when no row has an input.
    lowest: Option<u32>,
    /// The largest index, including indices of zeros; `None` when no row has an input.
    largest: Option<u32>,
    /// The labels as they are written, without a plus sign, each with its number.
    spellings: BTreeSet<(String, i64)>,
    /// The file, read to its end, for error messages.
    end: Lines,
}

impl Rows {
    /// Reads the file at `path`. `class` maps a class to its label.
    fn read(path: &Path, mut class: impl FnMut(Class) -> Result<u8, LabelError>) -> Result<Self, Error> {
        let mut lines = Lines::open(path)?;
        let mut inputs = Csr::new(MAX_COLUMNS as usize + 1);
        let (mut labels, mut lowest, mut largest) = (Vec::new(), None::<u32>, None::<u32>);
        let (mut row, mut entries, mut spellings) = (Vec::new(), 0, BTreeSet::new());
        while lines.advance()? {
            let line = lines.bytes().split(|byte| *byte == b'#').next().unwrap_or_default();
            let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            let Some(label) = words.next() else { continue };
            labels.push(
                label_of(label, &mut class, &mut spellings)
                    .map_err(|(expected, remedy)| lines.wrong(expected, shown(label), remedy))?,
            );
            for word in words {
                let last = row.last().map(|(index, _)| *index);
                row.push(pair(word, last).map_err(|(expected, remedy)| lines.wrong(expected, shown(word), remedy))?);
            }
            lowest = row.first().map(|(index, _)| *index).into_iter().chain(lowest).min();
            largest = row.last().map(|(index, _)| *index).max(largest);
            entries += row.len();
            limit(entries, &lines)?;
            inputs.push(row.drain(..));
        }
        Ok(Self { inputs, labels, lowest, largest, spellings, end: lines })
    }
}

fn label_of(
    label: &[u8],
    class: &mut impl FnMut(Class) -> Result<u8, LabelError>,
    spellings: &mut BTreeSet<(String, i64)>,
) -> Result<u8, LabelError> {
    // The labels +1, 1.0 and 1e0 name the same class.
    let number = std::str::from_utf8(label).ok().and_then(|label| label.parse::<f64>().ok());
    match number.filter(|number| number.fract() == 0.0 && number.abs() < 2f64.powi(53)) {
        Some(number) => {
            let text = String::from_utf8_lossy(label.strip_prefix(b"+").unwrap_or(label)).into_owned();
            spellings.insert((text, number as i64));
            class(Class::of_number(number as i64))
        }
        None => Err(("a whole number as the label".to_owned(), CLASSES)),
    }
}

/// The index and value in `word`; `last` is the preceding index on the same line, if any.
///
/// # Errors
/// A description of what was expected, and the advice.
pub(super) fn pair(word: &[u8], last: Option<u32>) -> Result<(u32, f32), LabelError> {
    let (index, value) = std::str::from_utf8(word)
        .ok()
        .and_then(|word| word.split_once(':'))
        .ok_or_else(|| ("a pair index:value".to_owned(), PAIRS))?;
    if index == "qid" {
        return Err(("a pair index:value, not a query group".to_owned(), "leave out qid, which is for ranking"));
    }
    if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(("a whole number from 0 up as the index".to_owned(), INDICES));
    }
    let index = index
        .parse()
        .ok()
        .filter(|index| *index <= MAX_COLUMNS)
        .ok_or_else(|| (format!("an index of at most {MAX_COLUMNS}"), NUMBER_INPUTS))?;
    if let Some(last) = last.filter(|last| *last >= index) {
        return Err((format!("an index above {last}"), ASCEND));
    }
    let value = value
        .parse()
        .ok()
        .filter(|value: &f32| value.is_finite())
        .ok_or_else(|| (format!("a finite number as the value of index {index}"), PAIRS))?;
    Ok((index, value))
}

#[cfg(test)]
mod tests;
