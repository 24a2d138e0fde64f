//! Reads pictures from one folder per class, or from such folders inside folders `train`, `validation` and `test`.
//!
//! * The name of a folder is the class of the pictures in it. Pictures are PNG, JPEG, GIF, WebP, TIFF, BMP or PNM (PBM,
//!   PGM, PPM, PAM) according to their content. A file is taken as a picture according to its extension or, if the file
//!   has no extension, according to its content. Hidden files are ignored, and a note counts the other files that are
//!   not pictures.
//! * All pictures have the same size, or are brought to a chosen [`Size`](crate::Size). Unless the number of planes is
//!   chosen, an example is one grey plane if red, green and blue are equal in every visible pixel of all pictures, and
//!   otherwise three planes of red, green and blue.
//! * Transparent pixels show a ground, black or white, and 16-bit values become 8-bit values ([`Survey`]).

mod survey;

use super::classes::{Class, Growing, LabelError, TEXT, UNKNOWN};
use super::parts::{Part, Parts, assign, ends_with, entries, folders, name};
use super::table::{Found, Labels, Listing, Table, Values, layout};
use crate::lines::shown;
use crate::names::composed;
use crate::{Colour, Error, PictureChoices, Shape, picture};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use survey::Survey;

/// The extensions of pictures. The last line lists formats that are not supported, so that such files are rejected
/// rather than passed over.
const EXTENSIONS: [&str; 27] = [
    "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "tif", "tiff", "bmp", "dib", //
    "pnm", "pbm", "pgm", "ppm", "pam", //
    "avif", "heic", "heif", "hif", "jxl", "jp2", "j2k", "jpf", "jpx", "jpc",
];

const MANY: &str = "merge classes or leave some out: give at most 256 folders";
const NAME: &str = "rename the folder: its name is the class of the pictures in it";
const GROUND: &str = "choose the other ground with --ground, or give pictures in which something is drawn";
const SORT: &str =
    "put the pictures of each class into a folder with the name of the class, inside the folder of the part";
const CLASSES: &str = "give a folder for each class, or folders train and test, each with a folder for each class";

/// Reads the pictures in the folders of `path`, which are the folders of classes or of parts.
///
/// # Errors
/// [`Error::File`] when a file or folder cannot be read or a link is broken; [`Error::Layout`] when a picture cannot be
/// decoded or differs in size from the first while no size was chosen, the pictures of a part have too many pixels, no
/// training picture shows anything on its ground, a folder of a class has no picture or contains a folder, there are
/// not 2 to 256 classes, a folder cannot be assigned to a part, or a class of the validation or test part does not
/// occur in training.
pub(crate) fn read(path: &Path, choices: &PictureChoices) -> Result<Found, Error> {
    let folders = &folders(path)?;
    classless(path, folders)?;
    let parts = if are_parts(folders)? {
        assign(path, folders, "folders of pictures")?
    } else {
        Parts { train: path.to_owned(), validation: None, test: None }
    };
    let mut growing = Growing::default();
    let mut train = part(&parts.train, |class| growing.label(class).map_err(|expected| (expected, MANY)))?;
    let mut classes = growing
        .close(&mut train.labels)
        .map_err(|found| layout(&parts.train, "folders for at least 2 classes", found, CLASSES))?;
    let listed = parts.with(train, |folder| {
        let listed = part(folder, |class| classes.label(&class).map_err(|expected| (expected, UNKNOWN)))?;
        let none = || layout(folder, "a folder for each class", "none", CLASSES);
        if listed.labels.is_empty() { Err(none()) } else { Ok(listed) }
    })?;
    let survey = Survey::of(&listed, choices)?;
    let mut read = listed.with(survey.pictures(&listed.train.files)?, |listed| survey.pictures(&listed.files))?;
    if read.train.blank == read.train.count {
        return Err(layout(&parts.train, "pictures that show on their ground", survey.blank(), GROUND));
    }
    if read.iter().any(|pictures| pictures.planes == Planes::Colour) {
        read = read.map(Pictures::in_colour);
    }
    let others = listed.validation.iter().chain(&listed.test);
    let renamed = others.flat_map(|part| renamed(part, &classes.names())).collect::<Vec<_>>();
    let notes = passed_over(&listed).into_iter().chain(renamed).chain(survey.notes(&read)).collect();
    let shape = read.train.shape();
    let files = listed.iter().flat_map(|listed| listed.files.clone()).collect();
    let tables = read.beside(listed.map(|listed| listed.labels), |pictures, labels| Table {
        width: shape.channels * shape.height * shape.width,
        values: Values::Images(pictures.pixels, shape),
        labels: Labels::Classes(labels),
        classes: classes.names(),
        groups: Vec::new(),
    });
    Ok(Found {
        tables,
        files,
        notes,
        label: None,
        unnamed: None,
        sparse: None,
        pixels: Some(choices.pixels(shape, survey.ground, survey.deep_range())),
        listing: Listing::Together("pictures"),
    })
}

/// Checks that the `folders` in `path` are not folders of parts that lack folders of classes.
///
/// # Errors
/// [`Error::Layout`] when each of `folders` is named like a part and none contains a folder; [`Error::File`] when one
/// of them cannot be read.
fn classless(path: &Path, folders: &[PathBuf]) -> Result<(), Error> {
    let names: Vec<String> = folders.iter().map(|folder| name(folder)).collect();
    if names.is_empty() || names.iter().any(|name| Part::of(name).is_none()) || are_parts(folders)? {
        return Ok(());
    }
    let found = format!("no folders in {}", names.join(", "));
    Err(layout(path, "a folder for each class in the folder of each part", found, SORT))
}

/// Whether `folders` are folders of parts rather than of classes: true if at least one folder that is named like a
/// part contains folders. Otherwise, a folder that is named like a part is taken as the folder of a class.
fn are_parts(folders: &[PathBuf]) -> Result<bool, Error> {
    for folder in folders.iter().filter(|folder| Part::of(&name(folder)).is_some()) {
        if !self::folders(folder)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The pictures in the folders of classes of a part.
#[derive(Default)]
struct Listed {
    files: Vec<PathBuf>,
    /// The label of each picture.
    labels: Vec<u8>,
    /// The folder of each class, and its label.
    folders: Vec<(PathBuf, u8)>,
    /// The number of files that are not pictures, for each extension with its dot; "" stands for no extension.
    passed: BTreeMap<String, usize>,
    /// The number of pictures that are in no folder of a class.
    loose: usize,
}

/// The pictures in the class folders of `folder`. `label` maps a class to its label.
fn part(folder: &Path, mut label: impl FnMut(Class) -> Result<u8, LabelError>) -> Result<Listed, Error> {
    let mut listed = Listed { loose: loose(folder)?, ..Listed::default() };
    for folder in folders(folder)? {
        let name = folder.file_name().unwrap_or_default();
        let class = name.to_str().and_then(|name| Class::parse(name.as_bytes()));
        let class = class.ok_or_else(|| (format!("a name of {TEXT}"), NAME));
        let label = class.and_then(&mut label).map_err(|(expected, remedy)| {
            layout(&folder, expected, shown(name.to_string_lossy().as_bytes()), remedy)
        })?;
        let (before, mut others) = (listed.files.len(), BTreeMap::new());
        for file in entries(&folder)? {
            if file.is_dir() {
                return Err(layout(&file, "a picture of the class", "a folder", CLASSES));
            }
            if is_picture(&file)? {
                listed.files.push(file);
                listed.labels.push(label);
            } else {
                *others.entry(ending(&file)).or_default() += 1;
            }
        }
        if listed.files.len() == before {
            let (found, remedy) = if others.is_empty() {
                ("none".to_owned(), "add a picture, or remove the folder")
            } else {
                (format!("only {}", counted(&others)), "convert the files to PNG, or remove the folder")
            };
            return Err(layout(&folder, "a picture of the class", found, remedy));
        }
        for (ending, count) in others {
            *listed.passed.entry(ending).or_default() += count;
        }
        listed.folders.push((folder, label));
    }
    Ok(listed)
}

/// Notes for the user on the folders of `part`, the validation or test part, whose names differ from the names of their
/// classes in `classes`.
fn renamed(part: &Listed, classes: &[String]) -> Vec<String> {
    let is_other = |(folder, class): &(&PathBuf, &String)| composed(&name(folder)) != **class;
    let read_as = part.folders.iter().map(|(folder, label)| (folder, &classes[usize::from(*label)])).filter(is_other);
    read_as.map(|(folder, class)| format!("{} read as class {class}", folder.display())).collect()
}

/// The number of pictures directly in `folder`.
fn loose(folder: &Path) -> Result<usize, Error> {
    Ok(entries(folder)?.iter().filter(|file| ends_with(file, &EXTENSIONS) && !file.is_dir()).count())
}

/// Whether `file` is a picture, according to its extension or, if the file has no extension, according to its first
/// bytes.
fn is_picture(file: &Path) -> Result<bool, Error> {
    if !ending(file).is_empty() {
        return Ok(ends_with(file, &EXTENSIONS));
    }
    let mut start = Vec::new();
    let failed = files::Error::new("read", file);
    std::fs::File::open(file).and_then(|file| file.take(16).read_to_end(&mut start)).map_err(failed)?;
    Ok(picture::is_picture(&start))
}

/// The extension of `file` in lower case, with its dot; "" if `file` has no extension, or if the extension consists of
/// digits, as in `scan.2021`.
fn ending(file: &Path) -> String {
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if ending.chars().all(|letter| letter.is_ascii_digit()) { String::new() } else { format!(".{ending}") }
}

/// The numbers of files in `endings` as text for the user, such as "1 without an ending, 2 .txt".
fn counted(endings: &BTreeMap<String, usize>) -> String {
    let shown = |(ending, count): (&String, &usize)| match (&ending[..], count) {
        ("", count) => format!("{count} without an ending"),
        (ending, count) => format!("{count} {ending}"),
    };
    endings.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// Notes for the user on the files that were passed over.
fn passed_over(listed: &Parts<Listed>) -> Vec<String> {
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    for (ending, count) in listed.iter().flat_map(|part| &part.passed) {
        *endings.entry(ending.clone()).or_default() += count;
    }
    let by_ending = counted(&endings);
    let loose: usize = listed.iter().map(|part| part.loose).sum();
    let mut notes = Vec::new();
    if !by_ending.is_empty() {
        notes.push(format!("passed over files that are not pictures: {by_ending}"));
    }
    if loose > 0 {
        notes.push(format!("passed over pictures outside the folders of classes: {loose}"));
    }
    notes
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Planes {
    #[default]
    Grey,
    Colour,
}

/// Pictures of the same size, one after another, plane by plane.
#[derive(Debug, Default)]
struct Pictures {
    height: usize,
    width: usize,
    planes: Planes,
    pixels: Vec<u8>,
    /// The number of pictures.
    count: usize,
    /// The number of pictures in which red, green and blue differ.
    coloured: usize,
    /// The number of pictures with transparent pixels.
    transparent: usize,
    /// The number of pictures that have transparent pixels, and a single colour once laid on the ground.
    blank: usize,
}

impl Pictures {
    fn shape(&self) -> Shape {
        let channels = if self.planes == Planes::Colour { 3 } else { 1 };
        Shape { channels, height: self.height, width: self.width }
    }

    /// Adds `picture`, laid on `ground`. If `colour` is `None`, the first picture with colour gives all pictures three
    /// planes.
    fn add(&mut self, picture: crate::Pixels, ground: u8, colour: Option<Colour>) {
        let is_coloured = !picture.is_grey();
        self.coloured += usize::from(is_coloured);
        let is_opaque = picture.is_opaque();
        let picture = picture.on(ground);
        self.transparent += usize::from(!is_opaque);
        self.blank += usize::from(!is_opaque && picture.is_blank());
        if colour == Some(Colour::Colour) || (colour.is_none() && is_coloured) {
            *self = std::mem::take(self).in_colour();
        }
        self.pixels.extend(picture.bytes(self.shape(), ground));
        self.count += 1;
    }

    /// The same pictures with three planes each; the three planes of a grey picture are equal.
    fn in_colour(self) -> Self {
        if self.planes == Planes::Colour {
            return self;
        }
        let plane = self.height * self.width;
        let pixels = self.pixels.chunks(plane).flat_map(|plane| [plane; 3].concat()).collect();
        Self { pixels, planes: Planes::Colour, ..self }
    }
}

#[cfg(test)]
mod tests;
