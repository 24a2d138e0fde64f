//! Pictures in one folder per class, or in such folders inside `train`, `validation` and `test`.
//!
//! * The name of a folder is the class of the pictures in it. Pictures are PNG, JPEG, BMP or PNM (PBM, PGM, PPM, PAM)
//!   according to their content. Hidden files and files without the extension of a picture are ignored.
//! * All pictures have the same size. If red, green and blue are equal in every pixel of all pictures, an example is
//!   one grey plane; otherwise it is three planes of red, green and blue. Transparent pixels are drawn over black.
//!   Values of 16 bits are scaled to 8 bits and rounded.

use super::classes::{Class, Growing, LabelError, TEXT, UNKNOWN};
use super::parts::{Part, Parts, assign, ends_with, entries, folders, name};
use super::table::{Found, Labels, Listing, Table, Values, layout};
use crate::lines::shown;
use crate::{Error, Shape, picture};
use std::path::{Path, PathBuf};

/// The largest number of pixel values, three per pixel, of all pictures of a part: 8 GiB.
const MAX_VALUES: u64 = 1 << 33;

/// The extensions of pictures. The second line lists formats that are not supported, so that such files are rejected
/// rather than ignored.
const EXTENSIONS: [&str; 19] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib", "pnm", "pbm", "pgm", "ppm", "pam", //
    "gif", "webp", "tif", "tiff", "avif", "heic", "jxl",
];

const RESIZE: &str = "give pictures of the same size";
const MANY: &str = "merge classes or leave some out: give at most 256 folders";
const NAME: &str = "rename the folder: its name is the class of the pictures in it";
const CLASSES: &str = "give a folder for each class, or folders train and test, each with a folder for each class";

/// Reads the pictures in the folders of `path`, which are the folders of classes or of parts.
///
/// # Errors
/// [`Error::File`] when a file or folder cannot be read or a link is broken; [`Error::Layout`] when a picture cannot be
/// decoded or differs in size from the first, the pictures of a part have too many pixels, a folder of a class has no
/// picture, there are not 2 to 256 classes, a folder cannot be assigned to a part, or a class of the validation or test
/// part does not occur in training.
pub(crate) fn read(path: &Path) -> Result<Found, Error> {
    let folders = &folders(path)?;
    let parts = if are_parts(folders)? {
        assign(path, folders, "folders of pictures")?
    } else {
        Parts { train: path.to_owned(), validation: None, test: None }
    };
    let mut growing = Growing::default();
    let (pictures, mut labels) =
        part(&parts.train, Pictures::default(), |class| growing.label(class).map_err(|expected| (expected, MANY)))?;
    let classes = growing
        .close(&mut labels)
        .map_err(|found| layout(&parts.train, "folders for at least 2 classes", found, CLASSES))?;
    let like_train = Pictures { first: pictures.first.clone(), ..Pictures::default() };
    let read = parts.with((pictures, labels), |folder| {
        let (pictures, labels) =
            part(folder, like_train.clone(), |class| classes.label(&class).map_err(|expected| (expected, UNKNOWN)))?;
        let none = || layout(folder, "a folder for each class", "none", CLASSES);
        if labels.is_empty() { Err(none()) } else { Ok((pictures, labels)) }
    })?;
    let colour = read.iter().any(|(pictures, _)| pictures.planes == Planes::Colour);
    let files = read.iter().flat_map(|(pictures, _)| pictures.files.clone()).collect();
    let tables = read.map(|(mut pictures, labels)| {
        if colour {
            pictures.colour();
        }
        let shape = pictures.shape();
        let width = shape.channels * shape.height * shape.width;
        Table {
            values: Values::Images(pictures.pixels, shape),
            width,
            labels: Labels::Classes(labels),
            classes: classes.names(),
            groups: Vec::new(),
        }
    });
    Ok(Found {
        tables,
        files,
        notes: Vec::new(),
        label: None,
        unnamed: None,
        sparse: None,
        listing: Listing::Together("pictures"),
    })
}

/// Whether `folders` are folders of parts: then the folder for training contains folders. If it contains only files,
/// train is the name of a class.
fn are_parts(folders: &[PathBuf]) -> Result<bool, Error> {
    for folder in folders.iter().filter(|folder| Part::of(&name(folder)) == Some(Part::Train)) {
        if !self::folders(folder)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Adds the pictures in the class folders of `folder` to `pictures`; returns `pictures` and the label of each added
/// picture. `label` maps a class to its label.
fn part(
    folder: &Path,
    mut pictures: Pictures,
    mut label: impl FnMut(Class) -> Result<u8, LabelError>,
) -> Result<(Pictures, Vec<u8>), Error> {
    let mut labels = Vec::new();
    for folder in folders(folder)? {
        let name = folder.file_name().unwrap_or_default();
        let class = name.to_str().and_then(|name| Class::parse(name.as_bytes()));
        let class = class.ok_or_else(|| (format!("a name of {TEXT}"), NAME));
        let label = class.and_then(&mut label).map_err(|(expected, remedy)| {
            layout(&folder, expected, shown(name.to_string_lossy().as_bytes()), remedy)
        })?;
        let before = pictures.files.len();
        for file in entries(&folder)? {
            if file.is_dir() {
                return Err(layout(&file, "a picture of the class", "a folder", CLASSES));
            }
            if is_picture(&file) {
                pictures.add(&file)?;
                labels.push(label);
            }
        }
        if pictures.files.len() == before {
            return Err(layout(&folder, "a picture of the class", "none", "add one, or remove the folder"));
        }
    }
    Ok((pictures, labels))
}

fn is_picture(file: &Path) -> bool {
    ends_with(file, &EXTENSIONS)
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Planes {
    #[default]
    Grey,
    Colour,
}

/// Pictures of the same size, one after another, plane by plane.
#[derive(Clone, Default)]
struct Pictures {
    /// The file of the first picture, with its width and height.
    first: Option<(PathBuf, usize, usize)>,
    planes: Planes,
    pixels: Vec<u8>,
    files: Vec<PathBuf>,
}

impl Pictures {
    fn shape(&self) -> Shape {
        let (width, height) = self.first.as_ref().map_or((0, 0), |(_, width, height)| (*width, *height));
        let channels = if self.planes == Planes::Colour { 3 } else { 1 };
        Shape { channels, height, width }
    }

    /// Adds the picture in `file`.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read; [`Error::Layout`] when it cannot be decoded, differs in size from the
    /// first picture, or exceeds the limit for all pictures.
    fn add(&mut self, file: &Path) -> Result<(), Error> {
        let picture = picture::open(file)?;
        let (width, height) = (picture.width, picture.height);
        let (first, first_width, first_height) = self.first.get_or_insert_with(|| (file.to_owned(), width, height));
        if (width, height) != (*first_width, *first_height) {
            let expected = format!("{first_width}x{first_height} pixels as in {}", first.display());
            return Err(layout(file, expected, format!("{width}x{height} pixels"), RESIZE));
        }
        // The number of values if every picture is in colour; a single picture has at most 3 * 4096^2, so no overflow.
        if (3 * width * height) as u64 * (self.files.len() as u64 + 1) > MAX_VALUES {
            let expected = format!("at most {MAX_VALUES} pixel values in all pictures together");
            return Err(layout(file, expected, "more", "give fewer or smaller pictures"));
        }
        if !picture.is_grey() {
            self.colour();
        }
        for channel in 0..self.shape().channels {
            self.pixels.extend(picture.plane(channel));
        }
        self.files.push(file.to_owned());
        Ok(())
    }

    /// Turns grey pictures into pictures of three equal planes.
    fn colour(&mut self) {
        if self.planes == Planes::Grey {
            let Shape { height, width, .. } = self.shape();
            let grey = std::mem::take(&mut self.pixels);
            self.pixels = grey.chunks(height * width).flat_map(|plane| [plane; 3].concat()).collect();
            self.planes = Planes::Colour;
        }
    }
}

#[cfg(test)]
mod tests;
