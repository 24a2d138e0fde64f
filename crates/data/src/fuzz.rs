//! The readers as functions of bytes, for the fuzz targets in `fuzz/`. No input may make a reader panic or hang.

use crate::cifar::{self, Batch};
use crate::picture as pictures;
use crate::reviews::{self, Texts};
use crate::{Choices, Format, Header, SparseStream, TableChoices, TableStream, idx, load_own, norb};
use preprocessing::{Column, Columns, Form, Kind, Notation, Pixels, Preprocessing, Sparse, Standard, TextUnit};
use std::io::Write as _;
use std::path::Path;

/// Reads `bytes` as an idx file.
pub fn idx(bytes: &[u8]) {
    let _ = idx::parse(Path::new("file"), bytes);
}

/// Reads `bytes` as an archive of two batches of CIFAR-10 with two records each.
pub fn cifar(bytes: &[u8]) {
    let batch = |name| Batch { name, sha256: "" };
    let batches = [batch("data_batch_1.bin"), batch("test_batch.bin")];
    let _ = cifar::archive(Path::new("file"), bytes, &batches, 2);
}

/// Reads `bytes` as reviews that are stored as counts of terms, the format of `processed_acl`.
pub fn processed_acl(bytes: &[u8]) {
    let _ = reviews::parse(Path::new("positive.review"), bytes);
}

/// Reads `bytes` as reviews between tags, the format of `sorted_data_acl`.
pub fn tag_soup(bytes: &[u8]) {
    let _ = reviews::parse(Path::new("positive.review"), &[b"<review>\n", bytes].concat());
}

/// Reads `bytes` as a matrix of NORB, once row by row and once as integers.
pub fn norb(bytes: &[u8]) {
    with_file(bytes, "a.mat", |path| drop((norb::read_through(path), norb::integers(path))));
}

/// Reads `bytes` as a libsvm table to train on, and as a table of examples to predict. The examples have the columns of
/// the table to train on or, if that table is refused, columns 1 to 7.
pub fn libsvm(bytes: &[u8]) {
    with_file(bytes, "a.libsvm", |path| {
        let data = load_own(path, Format::Libsvm, &Choices::default(), 1);
        let preprocessing = data.ok().and_then(|data| data.preprocessing);
        let sparse = match preprocessing {
            Some(Preprocessing::Sparse(sparse)) => sparse,
            _ => Sparse { base: 1, width: 7 },
        };
        if let Ok(mut rows) = SparseStream::open(path, sparse) {
            while rows.next(&mut Vec::new()).is_ok_and(|more| more) {}
        }
    });
}

/// Reads `bytes` as a CSV table to train on: with the header guessed, with a header and without a header. After each
/// success, `bytes` are also read as a table of examples to predict.
pub fn csv(bytes: &[u8]) {
    with_file(bytes, "a.csv", |path| {
        for header in [None, Some(Header::Yes), Some(Header::No)] {
            let table = TableChoices { header, ..TableChoices::default() };
            let data = load_own(path, Format::Csv, &Choices { table, ..Choices::default() }, 1);
            if let Some(Preprocessing::Columns(columns)) = data.ok().and_then(|data| data.preprocessing) {
                predict(path, &columns);
            }
        }
    });
}

/// Reads `bytes` as a CSV table of examples to predict, for a network whose inputs come from a column x of numbers and
/// a column c of categories.
pub fn csv_to_predict(bytes: &[u8]) {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind };
    let standard = Standard { mean: 1.0, deviation: 2.0 };
    let number =
        column("x", Kind::Number { standard, fill: Some(3.0), indicator: true, notation: Notation::default() });
    let category = column("c", Kind::Category { categories: vec!["a".to_owned(), "\u{e9}".to_owned()], other: true });
    with_file(bytes, "a.csv", |path| {
        predict(path, &Columns { columns: vec![number, category], unnamed: None });
    });
}

/// Reads the rows of the table at `path` as inputs of a network with the given `columns`.
fn predict(path: &Path, columns: &Columns) {
    if let Ok(mut rows) = TableStream::open(path, columns) {
        let mut inputs = Vec::new();
        while rows.next(&mut inputs).is_ok_and(|line| line.is_some()) {
            assert_eq!(inputs.len(), columns.inputs(), "each row must provide every input");
            inputs.clear();
        }
    }
}

/// Reads `bytes` as a table of texts, both to train on and to predict, once as CSV and once as TSV.
pub fn texts_of_table(bytes: &[u8]) {
    with_file(bytes, "a.csv", texts);
    with_file(bytes, "a.tsv", texts);
}

/// Reads `bytes` as JSON objects with texts, both to train on and to predict.
pub fn texts_of_json(bytes: &[u8]) {
    with_file(bytes, "a.jsonl", texts);
}

/// Reads `bytes` as lines of text to predict, and as the first of four text files in class folders to train on.
pub fn texts_of_folders(bytes: &[u8]) {
    with_file(bytes, "a.txt", |path| {
        drop(Texts::open(path, &TableChoices::default(), &TextUnit::Lines).map(Iterator::count));
    });
    let write = |folder: &Path| {
        let others = [("one/b.txt", &b"two words"[..]), ("two/a.txt", b"words"), ("two/b.txt", b"others")];
        for (name, content) in [("one/a.txt", bytes)].into_iter().chain(others) {
            let file = folder.join(name);
            file.parent().map(files::create_folder).transpose()?;
            files::write(&file, content)?;
        }
        Ok::<(), files::Error>(())
    };
    if let Ok(folder) = tempfile::tempdir()
        && write(folder.path()).is_ok()
    {
        drop(load_own(folder.path(), Format::Reviews, &Choices::default(), 1));
    }
}

fn texts(path: &Path) {
    drop(load_own(path, Format::Reviews, &Choices::default(), 1));
    drop(Texts::open(path, &TableChoices::default(), &TextUnit::Lines).map(Iterator::count));
}

/// Decodes `bytes` as a picture, and prepares the picture as the input of a network, without a form and in each form.
///
/// # Panics
/// If the decoded picture differs in size from what its header states, or a prepared pixel is outside [0, 1]; either is
/// a fault of the reader.
pub fn picture(bytes: &[u8]) {
    let path = Path::new("picture");
    let stated = pictures::stated(path, bytes);
    let range = pictures::range(path, bytes).ok().flatten();
    if let (Ok(stated), Ok(pixels)) = (stated, pictures::picture(path, bytes, range)) {
        assert_eq!(
            (pixels.width, pixels.height),
            (stated.width, stated.height),
            "the picture must have the size that its header states"
        );
        for form in [None, Some(Form::CentreOfMass), Some(Form::Filling)] {
            let prepared = pixels.prepared(&Pixels { form, ..Pixels::plain([3, 8, 9], 255, 0.0) });
            assert!(prepared.is_none_or(|(picture, _)| picture.pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel))));
        }
    }
}

/// Calls `read` with the path of a temporary file that holds `bytes` and whose name ends in `ending`, for readers that
/// open a path.
fn with_file(bytes: &[u8], ending: &str, read: impl FnOnce(&Path)) {
    let file = tempfile::Builder::new().suffix(ending).tempfile();
    if let Ok(mut file) = file
        && file.write_all(bytes).is_ok()
    {
        read(file.path());
    }
}
