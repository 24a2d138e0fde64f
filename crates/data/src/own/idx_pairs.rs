//! Pairs of idx files: images of any size and their labels, named like the files of MNIST and EMNIST.
//!
//! One word of a file name is `images` or `labels`, and another word names the part: `train-images-idx3-ubyte`,
//! `emnist-letters-test-labels-idx1-ubyte.gz`. Labels may start at any number; EMNIST's letters start at 1. The files may
//! lie in the sub-folder `raw` of the folder or of one of its folders, where torchvision puts them.

use super::classes::{Class, Growing};
use super::parts::{Parts, assign, ends_with, entries, folders, name, words};
use super::table::{Found, Labels, Listing, Table, Values, layout};
use crate::choices::Order;
use crate::fit::transpose;
use crate::idx::{self, Idx};
use crate::{Error, PictureChoices, Shape};
use std::path::{Path, PathBuf};

/// The files of images and the files of labels among `files`.
fn find(files: &[PathBuf]) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let of = |kinds: [&str; 2]| -> Vec<PathBuf> {
        let is = |file: &&PathBuf| is_idx(file) && words(&name(file)).iter().any(|word| kinds.contains(&word.as_str()));
        files.iter().filter(is).cloned().collect()
    };
    (of(["images", "image"]), of(["labels", "label"]))
}

/// Whether `file`, ignoring `.gz`, has the extension of an idx file or no extension.
fn is_idx(file: &Path) -> bool {
    let file = if ends_with(file, &["gz"]) { file.with_extension("") } else { file.to_owned() };
    let is_known = |word: &String| word.starts_with("idx") || word == "ubyte";
    file.extension().is_none_or(|ending| words(&ending.to_string_lossy()).iter().any(is_known))
}

/// The folder of the idx files: `folder`, or the only one with idx files among the folders in which torchvision puts
/// them.
///
/// # Errors
/// [`Error::Layout`] when there are several such folders; [`Error::File`] when a folder cannot be read.
fn place(folder: &Path) -> Result<PathBuf, Error> {
    let holds_idx = |folder: &Path| -> Result<bool, Error> {
        let (images, labels) = find(&entries(folder)?);
        Ok(!images.is_empty() || !labels.is_empty())
    };
    if holds_idx(folder)? {
        return Ok(folder.to_owned());
    }
    let mut places = Vec::new();
    for raw in folders(folder)?.into_iter().map(|inner| inner.join(RAW)).chain([folder.join(RAW)]) {
        if raw.is_dir() && holds_idx(&raw)? {
            places.push(raw);
        }
    }
    match &places[..] {
        [] => Ok(folder.to_owned()),
        [only] => Ok(only.clone()),
        [one, other, ..] => {
            let found = format!("some in {} and in {}", one.display(), other.display());
            Err(layout(folder, "the idx files of one data set", found, "give the folder of one of them"))
        }
    }
}

/// The sub-folder in which torchvision puts the files of a data set.
const RAW: &str = "raw";

/// Reads the pairs of idx files in `folder`; other files there are ignored.
///
/// # Errors
/// [`Error::Layout`] when the files do not form pairs, one for each part, lie in several folders, or the images of a part
/// differ in size from the training images; [`Error::File`] when a file or the folder cannot be read;
/// [`Error::Malformed`] when a file is not an idx file of images or labels, there are fewer than 2 classes, or a class of
/// the validation or test part does not occur in training; [`Error::Counts`].
pub(crate) fn read(folder: &Path, choices: &PictureChoices) -> Result<Found, Error> {
    let folder = &place(folder)?;
    let (images, labels) = find(&entries(folder)?);
    let images = assign(folder, &images, "idx files of images")?;
    let labels = assign(folder, &labels, "idx files of labels")?;
    let pairs = Parts {
        train: (images.train, labels.train),
        validation: pair(folder, images.validation, labels.validation)?,
        test: pair(folder, images.test, labels.test)?,
    };
    let (image_path, label_path) = &pairs.train;
    let open = |images: &Path, labels: &Path| {
        open(images, labels).map(|pair| if choices.order == Order::Columns { transposed(pair) } else { pair })
    };
    let (pixels, shape, mut numbers) = open(image_path, label_path)?;
    let mut growing = Growing::default();
    for label in &mut numbers.values {
        // A byte has at most 256 values.
        *label = growing.label(class(*label)).map_err(|expected| malformed(label_path, 4, expected, "more"))?;
    }
    let classes = growing
        .close(&mut numbers.values)
        .map_err(|found| malformed(label_path, LABELS_START, "labels of at least 2 classes", found))?;
    let table = |pixels, labels| Table {
        values: Values::Images(pixels, shape),
        width: shape.height * shape.width,
        labels: Labels::Classes(labels),
        classes: classes.names(),
        groups: Vec::new(),
    };
    let tables = pairs.with(table(pixels, numbers.values), |(image_path, label_path)| {
        let (pixels, other, mut numbers) = open(image_path, label_path)?;
        if other != shape {
            let shown = |Shape { height, width, .. }| format!("{width}x{height} pixels");
            let expected = format!("images of {} as for training", shown(shape));
            return Err(layout(image_path, expected, shown(other), "give images of the same size"));
        }
        for (offset, label) in (LABELS_START..).zip(&mut numbers.values) {
            let found = label.to_string();
            *label =
                classes.label(&class(*label)).map_err(|expected| malformed(label_path, offset, expected, found))?;
        }
        Ok(table(pixels, numbers.values))
    })?;
    let files: Vec<PathBuf> = pairs.iter().flat_map(|(images, labels)| [images.clone(), labels.clone()]).collect();
    Ok(Found {
        tables,
        notes: notes(&files, choices),
        files,
        label: None,
        unnamed: None,
        sparse: None,
        pixels: Some(choices.pixels(shape, 0, None)),
        listing: Listing::Each,
    })
}

/// What was chosen, or should be, for the user.
fn notes(files: &[PathBuf], choices: &PictureChoices) -> Vec<String> {
    let is_emnist = files.iter().any(|file| name(file).to_lowercase().contains("emnist"));
    match (choices.order == Order::Columns, is_emnist) {
        (true, _) => vec!["rows and columns of the images exchanged".to_owned()],
        (false, true) => vec![
            "the files are named like EMNIST's, whose rows are the columns of upright images: if these lie on their side, add \
             --transpose"
                .to_owned(),
        ],
        (false, false) => Vec::new(),
    }
}

/// The images with rows and columns exchanged.
fn transposed((pixels, Shape { height, width, .. }, labels): Images) -> Images {
    let pixels = pixels.chunks(height * width).flat_map(|image| transpose(image, height, width)).collect();
    (pixels, Shape::grey(width, height), labels)
}

/// The largest number of examples of a part, whatever their size.
const MAX_EXAMPLES: usize = 1 << 26;

/// The offset of the labels, which follow the magic number and one dimension.
const LABELS_START: u64 = 8;

fn class(label: u8) -> Class {
    Class::of_number(label.into())
}

type Pair = (PathBuf, PathBuf);

fn pair(folder: &Path, images: Option<PathBuf>, labels: Option<PathBuf>) -> Result<Option<Pair>, Error> {
    let alone = match (images, labels) {
        (Some(images), Some(labels)) => return Ok(Some((images, labels))),
        (None, None) => return Ok(None),
        (Some(alone), None) | (None, Some(alone)) => format!("{:?} alone", name(&alone)),
    };
    Err(layout(folder, "idx files in pairs of images and labels", alone, "add its counterpart under the matching name"))
}

/// The pixels, `[len, height, width]`, the shape of an image, and the labels, `[len]`.
type Images = (Vec<u8>, Shape, Idx);

/// The images of a pair of files.
fn open(image_path: &Path, label_path: &Path) -> Result<Images, Error> {
    let (images, labels) = (idx::open(image_path)?, idx::open(label_path)?);
    let sizes = |n| format!("{n} in the header");
    let [image_count, height, width] = images.sizes[..] else {
        let expected = "3 dimensions for images (number, height, width)";
        return Err(malformed(image_path, 3, expected, sizes(images.sizes.len())));
    };
    let [label_count] = labels.sizes[..] else {
        return Err(malformed(label_path, 3, "1 dimension for labels (their number)", sizes(labels.sizes.len())));
    };
    if label_count > MAX_EXAMPLES {
        return Err(malformed(label_path, 4, format!("at most {MAX_EXAMPLES} labels"), label_count.to_string()));
    }
    if image_count != label_count {
        let (images, labels) = (image_path.to_owned(), label_path.to_owned());
        return Err(Error::Counts { images, image_count, labels, label_count });
    }
    Ok((images.values, Shape::grey(height, width), labels))
}

fn malformed(path: &Path, offset: u64, expected: impl Into<String>, found: impl Into<String>) -> Error {
    let remedy = "give the image and label files of one data set under their original names";
    Error::Malformed { path: path.to_owned(), offset, expected: expected.into(), found: found.into(), remedy }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{gzip, idx};

    /// A training pair of three images, 2 pixels wide and 1 high, of classes 26, 1 and 1, and a test pair of two images
    /// of classes 1 and 26.
    fn letters() -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("emnist-letters-train-images-idx3-ubyte.gz", gzip(&idx(&[3, 1, 2], &[1, 2, 3, 4, 5, 6]))),
            ("emnist-letters-train-labels-idx1-ubyte.gz", gzip(&idx(&[3], &[26, 1, 1]))),
            ("emnist-letters-test-images-idx3-ubyte", idx(&[2, 1, 2], &[7, 8, 9, 10])),
            ("emnist-letters-test-labels-idx1-ubyte", idx(&[2], &[1, 26])),
        ]
    }

    fn read_folder(files: &[(&str, Vec<u8>)]) -> Result<Found, Error> {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            files::write(&folder.path().join(name), bytes).unwrap();
        }
        read(folder.path(), &PictureChoices::default())
    }

    fn refused(change: impl FnOnce(&mut Vec<(&'static str, Vec<u8>)>)) -> String {
        let mut files = letters();
        change(&mut files);
        read_folder(&files).unwrap_err().to_string()
    }

    #[test]
    fn labels_may_start_at_1_and_have_gaps() {
        let found = read_folder(&letters()).unwrap();
        let Table { values, width, labels, classes, .. } = found.tables.train;
        assert_eq!((values, width), (Values::Images(vec![1, 2, 3, 4, 5, 6], Shape::grey(1, 2)), 2));
        assert_eq!((labels.classes(), &classes[..]), (vec![1, 0, 0], &["1".to_owned(), "26".to_owned()][..]));
        assert_eq!((found.tables.validation, found.tables.test.unwrap().labels.classes()), (None, vec![0, 1]));
        let names: Vec<String> = found.files.iter().map(|file| name(file)).collect();
        assert!(names.iter().zip(letters()).all(|(name, (expected, _))| name == expected) && names.len() == 4);
    }

    #[test]
    fn names_like_those_of_mnist_may_have_any_ending_and_a_validation_pair() {
        let mut files = Vec::new();
        for part in ["train", "t10k", "val"] {
            files.push((format!("{part}-images.idx3-ubyte"), idx(&[2, 1, 1], &[3, 4])));
            files.push((format!("{part}-labels.idx1-ubyte"), idx(&[2], &[0, 1])));
        }
        files.push(("image-labels.txt".to_owned(), b"no idx file".to_vec()));
        let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        let tables = read_folder(&files).unwrap().tables;
        assert!(tables.validation.is_some() && tables.test.is_some());
    }

    #[test]
    fn files_that_do_not_form_pairs_are_rejected() {
        let alone = refused(|files| drop(files.remove(3)));
        let expected =
            "expected idx files in pairs of images and labels, found \"emnist-letters-test-images-idx3-ubyte\" alone;";
        assert!(alone.contains(expected), "{alone}");
        let none = refused(|files| files.retain(|(name, _)| !name.contains("labels")));
        assert!(none.contains("expected idx files of labels, found none;"), "{none}");
        let two = refused(|files| files.push(("emnist-digits-test-images-idx3-ubyte", Vec::new())));
        assert!(
            two.contains(
                "expected at most one for each part among the idx files of images, found \"emnist-digits-test-"
            ),
            "{two}"
        );
    }

    /// A folder of letters, each file below the folder `below`.
    fn folder_of_letters(below: &[&str]) -> tempfile::TempDir {
        let files: Vec<(String, Vec<u8>)> = below
            .iter()
            .flat_map(|below| letters().into_iter().map(move |(name, bytes)| (format!("{below}{name}"), bytes)))
            .collect();
        crate::synthetic::tree(&files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>())
    }

    #[test]
    fn the_folders_of_torchvision_are_found() {
        for below in ["EMNIST/raw/", "raw/", ""] {
            let folder = folder_of_letters(&[below]);
            let found = read(folder.path(), &PictureChoices::default()).unwrap();
            assert_eq!(found.files.len(), 4, "{below}");
        }
        let two = folder_of_letters(&["EMNIST/raw/", "MNIST/raw/"]);
        let error = read(two.path(), &PictureChoices::default()).unwrap_err().to_string();
        assert!(
            error.contains("expected the idx files of one data set, found some in ") && error.contains("MNIST/raw;")
        );
    }

    #[test]
    fn a_name_may_end_in_ubyte_alone() {
        let pair =
            [("train-images.ubyte", idx(&[2, 1, 1], &[3, 4])), ("train-labels.UBYTE.gz", gzip(&idx(&[2], &[0, 1])))];
        assert_eq!(read_folder(&pair).unwrap().files.len(), 2);
    }

    #[test]
    fn emnist_is_turned_upright_if_chosen() {
        let folder = folder_of_letters(&[""]);
        let lying = read(folder.path(), &PictureChoices::default()).unwrap();
        assert!(lying.notes[0].ends_with("add --transpose"), "{:?}", lying.notes);
        let upright =
            read(folder.path(), &PictureChoices { order: Order::Columns, ..PictureChoices::default() }).unwrap();
        assert_eq!(upright.notes, ["rows and columns of the images exchanged"]);
        assert_eq!(upright.tables.train.values, Values::Images(vec![1, 2, 3, 4, 5, 6], Shape::grey(2, 1)));
        assert_eq!(transpose(&[1, 2, 3, 4, 5, 6], 2, 3), [1, 4, 2, 5, 3, 6]);
    }

    #[test]
    fn the_contents_of_the_files_are_checked() {
        let put = |k: usize, bytes: Vec<u8>| refused(|files| files[k].1 = bytes);
        assert!(
            put(0, idx(&[3], &[1, 2, 3])).contains("byte 3: expected 3 dimensions for images (number, height, width)")
        );
        assert!(
            put(1, idx(&[3, 1], &[1, 2, 3]))
                .contains("byte 3: expected 1 dimension for labels (their number), found 2 in the")
        );
        assert!(put(1, idx(&[2], &[1, 2])).contains("idx3-ubyte.gz holds 3 images but "));
        assert!(
            put(1, idx(&[3], &[7; 3])).contains("byte 8: expected labels of at least 2 classes, found only class 7;")
        );
        let class = put(3, idx(&[2], &[1, 2]));
        assert!(
            class.contains("idx1-ubyte: byte 9: expected a class of the training examples (1, 26), found 2;"),
            "{class}"
        );
        let size = put(2, idx(&[2, 2, 1], &[1, 2, 3, 4]));
        assert!(size.contains("expected images of 2x1 pixels as for training, found 1x2 pixels;"), "{size}");
        let cut = put(0, letters()[0].1[..20].to_vec());
        assert!(cut.contains("expected a whole gzip stream, found the end of the gzip stream;"), "{cut}");
    }
}
