//! Pairs of idx files: images of any size and their labels, named like the files of MNIST and EMNIST.
//!
//! One word of a file name is `images` or `labels`, and another word names the part: `train-images-idx3-ubyte`,
//! `emnist-letters-test-labels-idx1-ubyte.gz`. Labels may start at any number; EMNIST's letters start at 1. The files
//! may lie in the sub-folder `raw` of the given folder or of one of its sub-folders, where torchvision puts them.

use super::classes::{Class, Growing};
use super::parts::{Parts, assign, entries, folders, name, words};
use super::table::{Found, Labels, Listing, Table, Values, layout};
use crate::choices::{Ground, Order};
use crate::fit::{shrunk, transpose};
use crate::idx::{self, Idx};
use crate::names::unpacked;
use crate::pixels::fraction;
use crate::{Colour, Error, Picture, PictureChoices, Shape, picture};
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
    let is_known = |word: &String| word.starts_with("idx") || word == "ubyte";
    unpacked(file).extension().is_none_or(|ending| words(&ending.to_string_lossy()).iter().any(is_known))
}

/// The folder that holds the idx files: `folder` itself or, if `folder` holds no idx files, the folder named `raw` in
/// `folder` or in one of its sub-folders, where torchvision puts them. If none of these folders holds idx files,
/// `folder` is returned.
///
/// # Errors
/// [`Error::Layout`] when several folders named `raw` hold idx files; [`Error::File`] when a folder cannot be read.
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
            Err(layout(folder, "the idx files of one data set", found, "give the folder of one data set"))
        }
    }
}

/// The sub-folder in which torchvision puts the files of a data set.
const RAW: &str = "raw";

/// Reads the pairs of idx files in `folder`; other files in the folder are ignored.
///
/// # Errors
/// [`Error::Layout`] when colour is chosen, the files do not form pairs, one for each part, or lie in several folders,
/// or the images of a part differ in size from the training images; [`Error::File`] when a file or the folder cannot be
/// read; [`Error::Malformed`] when a file is not an idx file of images or labels, a file has more than 2^26 labels,
/// there are fewer than 2 classes, or a class of the validation or test part does not occur in training;
/// [`Error::Counts`] when the numbers of images and labels in a pair differ.
pub(crate) fn read(folder: &Path, choices: &PictureChoices) -> Result<Found, Error> {
    let folder = &place(folder)?;
    if choices.colour == Some(Colour::Colour) {
        return Err(layout(folder, "pictures in colour", "idx files, whose images are grey", "leave out --colour"));
    }
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
        // This cannot fail: a label is a byte, so there are at most 256 classes.
        *label = growing.label(class(*label)).map_err(|expected| malformed(label_path, 4, expected, "more"))?;
    }
    let mut classes = growing
        .close(&mut numbers.values)
        .map_err(|found| malformed(label_path, LABELS_START, "labels of at least 2 classes", found))?;
    let names = classes.names();
    let ground = choices.ground.unwrap_or(Ground::Black).brightness();
    let read_as = size(shape, choices);
    let table = |pixels: Vec<u8>, labels| Table {
        values: Values::Images(fitted(pixels, [shape, read_as], ground), read_as),
        width: read_as.height * read_as.width,
        labels: Labels::Classes(labels),
        classes: names.clone(),
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
        notes: notes(&files, choices, [shape, read_as]),
        files,
        label: None,
        unnamed: None,
        sparse: None,
        pixels: Some(choices.pixels(read_as, ground, None)),
        listing: Listing::Each,
    })
}

/// The shape to which images of `shape` are brought: the chosen size or, if no size is chosen, `shape` itself, or a
/// smaller shape if the images are large.
fn size(shape: Shape, choices: &PictureChoices) -> Shape {
    let smaller = || shrunk((shape.height, shape.width), PictureChoices::MOST_PIXELS);
    let chosen = choices.resize.map(|size| (size.height(), size.width())).or_else(smaller);
    chosen.map_or(shape, |(height, width)| Shape::grey(height, width))
}

/// The images of the shape `from`, each fitted into the shape `to` on `ground`.
fn fitted(pixels: Vec<u8>, [from, to]: [Shape; 2], ground: u8) -> Vec<u8> {
    if from == to {
        return pixels;
    }
    let fit = |image: &[u8]| {
        let picture = Picture { shape: from, pixels: image.iter().map(|value| fraction(*value)).collect() };
        picture.fitted(to.height, to.width, fraction(ground)).bytes()
    };
    pixels.chunks(from.height * from.width).flat_map(fit).collect()
}

/// Notes for the user on the order of the pixels in `files`, and on the size of the images if `to`, their size in the
/// data set, differs from `from`, their size in the files.
fn notes(files: &[PathBuf], choices: &PictureChoices, [from, to]: [Shape; 2]) -> Vec<String> {
    let sizes = [from, to].map(|shape| (shape.height, shape.width));
    let mut notes = order(files, choices);
    if choices.resize.is_none() && from != to {
        notes.push(picture::shrinking(sizes[0], sizes[1]));
    } else if from != to {
        notes.push(format!("all images brought to {}x{} pixels", to.width, to.height));
    }
    notes
}

/// A note for the user that rows and columns were exchanged or, if one of the names of `files` contains "emnist", that
/// an exchange may be necessary; empty in all other cases.
fn order(files: &[PathBuf], choices: &PictureChoices) -> Vec<String> {
    let is_emnist = files.iter().any(|file| name(file).to_lowercase().contains("emnist"));
    match (choices.order == Order::Columns, is_emnist) {
        (true, _) => vec!["rows and columns of the images exchanged".to_owned()],
        (false, true) => vec![
            "the files are named like those of EMNIST, whose images have rows and columns exchanged: add --transpose if these \
             images lie on their side"
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

/// The largest number of examples of a part, whatever the size of the images.
const MAX_EXAMPLES: usize = 1 << 26;

/// The offset of the first label in bytes: the labels follow the 4-byte magic number and one 4-byte size.
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

/// The images and labels in a pair of idx files.
fn open(image_path: &Path, label_path: &Path) -> Result<Images, Error> {
    let (images, labels) = (idx::open(image_path)?, idx::open(label_path)?);
    let (image_count, height, width) = grey(image_path, &images)?;
    let [label_count] = labels.sizes[..] else {
        let found = format!("the sizes {}", labels.shown());
        let remedy = "write the number of the class of each image as one byte, not one-hot";
        return Err(header(label_path, "1 dimension for labels (their number)", found, remedy));
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

/// The number, the height and the width of grey `images`, which may have a further dimension, of size 1, for the plane.
///
/// # Errors
/// [`Error::Malformed`] when `images`, read from the file `path`, have other dimensions.
pub(crate) fn grey(path: &Path, images: &Idx) -> Result<(usize, usize, usize), Error> {
    let remedy = match images.sizes[..] {
        [count, height, width] | [count, height, width, 1] | [count, 1, height, width] => {
            return Ok((count, height, width));
        }
        [_, _, _, 3] | [_, 3, _, _] => "write images in colour as PNG, in a folder for each class, for --format images",
        [_, _] => "write the height and the width of the images as dimensions of their own, or give a table",
        _ => "give the file of images, not another file of the data set",
    };
    let found = format!("the sizes {}", images.shown());
    Err(header(path, "3 dimensions for grey images (number, height, width)", found, remedy))
}

/// An error about the dimensions of an idx file.
fn header(path: &Path, expected: &str, found: String, remedy: &'static str) -> Error {
    Error::Malformed { path: path.to_owned(), offset: 3, expected: expected.to_owned(), found, remedy }
}

fn malformed(path: &Path, offset: u64, expected: impl Into<String>, found: impl Into<String>) -> Error {
    let remedy = "give the image and label files of one data set under their original names";
    Error::Malformed { path: path.to_owned(), offset, expected: expected.into(), found: found.into(), remedy }
}

#[cfg(test)]
mod tests;
