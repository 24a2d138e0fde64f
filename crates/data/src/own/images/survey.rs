//! Surveys pictures before they are read, and chooses their size, the ground under them, and the 16-bit values that
//! become black and white.

use super::{Listed, Pictures, layout};
use crate::fit::{inner, shrunk};
use crate::own::parts::Parts;
use crate::picture::{self, Stated};
use crate::pixels::Brightness;
use crate::{Colour, Error, Ground, PictureChoices, Size};
use std::path::{Path, PathBuf};

/// The largest number of pixel values, three per pixel, in the pictures of a part: 2^33, which occupy 8 GiB.
const MAX_VALUES: u64 = 1 << 33;

/// The largest number of pictures without an alpha channel whose borders are examined to guess the ground.
const BORDERS: usize = 64;

const RESIZE: &str = "choose one size for all, such as --resize 32x32, which keeps the aspect ratio of each picture, \
                      or give pictures of the same size";

/// The size, ground and planes that all pictures are given, and counts of pictures for notes to the user.
#[derive(Debug)]
pub(super) struct Survey {
    height: usize,
    width: usize,
    /// The brightness, 0 or 255, under transparent pixels and around pictures of another aspect ratio.
    pub(super) ground: u8,
    /// The 16-bit values that become black and white; `None` stands for 0 and 65,535.
    stored: Option<[u16; 2]>,
    colour: Option<Colour>,
    /// The height and the width of all pictures before shrinking; `None` if the pictures were not shrunk, as when a
    /// size was chosen.
    larger: Option<(usize, usize)>,
    /// Whether the ground was guessed.
    is_guessed: bool,
    /// The number of pictures.
    count: usize,
    /// The number of pictures that are brought to another size.
    resized: usize,
    /// The number of pictures that are surrounded with ground because their aspect ratio differs from that of the common
    /// size.
    padded: usize,
    /// The number of pictures that are turned upright.
    turned: usize,
    /// The number of pictures with 16-bit values.
    deep: usize,
    /// The number of pictures whose files hold further frames, pages or pictures.
    framed: usize,
}

impl Survey {
    /// Surveys the pictures of all parts.
    ///
    /// # Errors
    /// [`Error::File`] when a file cannot be read; [`Error::Layout`] when a picture cannot be decoded, differs in size
    /// from the first while no size was chosen, or the pictures of a part have too many pixels.
    pub(super) fn of(listed: &Parts<Listed>, choices: &PictureChoices) -> Result<Self, Error> {
        let files: Vec<&PathBuf> = listed.iter().flat_map(|part| &part.files).collect();
        let said =
            files.iter().map(|file| picture::stated(file, &picture::read(file)?)).collect::<Result<Vec<_>, _>>()?;
        let stated = size(&files, &said, choices.resize)?;
        let smaller = if choices.resize.is_none() { shrunk(stated, PictureChoices::MOST_PIXELS) } else { None };
        let (height, width) = smaller.unwrap_or(stated);
        for part in listed.iter() {
            let values = [3, height, width, part.files.len()].iter().map(|n| *n as u64).product::<u64>();
            if values > MAX_VALUES {
                let expected = format!("at most {MAX_VALUES} pixel values in the pictures of a part");
                let remedy = "give fewer pictures, or choose a smaller size for all with --resize WIDTHxHEIGHT";
                return Err(layout(
                    &part.files[0],
                    expected,
                    format!("{values} in {} pictures", part.files.len()),
                    remedy,
                ));
            }
        }
        let stored = stored(&files, &said)?;
        let ground = match choices.ground {
            Some(ground) => ground,
            None => ground(&files, &said, stored)?,
        };
        let count = |is: &dyn Fn(&Stated) -> bool| said.iter().filter(|stated| is(stated)).count();
        Ok(Self {
            height,
            width,
            ground: ground.brightness(),
            stored,
            colour: choices.colour,
            larger: smaller.map(|_| stated),
            is_guessed: choices.ground.is_none(),
            count: said.len(),
            resized: count(&|stated| (stated.height, stated.width) != (height, width)),
            padded: count(&|stated| inner((stated.height, stated.width), (height, width)) != (height, width)),
            turned: count(&|stated| stated.is_turned()),
            deep: count(&|stated| stated.is_deep()),
            framed: count(&|stated| stated.has_more),
        })
    }

    /// Reads the pictures in `files`, and brings them to the size, the ground and the planes of the survey.
    ///
    /// # Errors
    /// [`Error::File`] when a file cannot be read; [`Error::Layout`] when a picture cannot be decoded.
    pub(super) fn pictures(&self, files: &[PathBuf]) -> Result<Pictures, Error> {
        let mut pictures = Pictures { height: self.height, width: self.width, ..Pictures::default() };
        for file in files {
            pictures.add(open(file, self.stored)?, self.ground, self.colour);
        }
        Ok(pictures)
    }

    /// The 16-bit values that become black and white in new pictures; `None` if no picture has 16-bit values.
    pub(super) fn deep_range(&self) -> Option<[u16; 2]> {
        (self.deep > 0).then(|| self.stored.unwrap_or([0, u16::MAX]))
    }

    /// The `found` part of the error for pictures that are all transparent and show nothing on the ground.
    pub(super) fn blank(&self) -> String {
        format!("only transparent pictures, each of one colour on the {} ground", self.ground_name())
    }

    fn ground_name(&self) -> &'static str {
        if self.ground == 0 { "black" } else { "white" }
    }

    /// A note for the user on the conversion of 16-bit values; `None` if no picture has such values.
    fn depth(&self) -> Option<String> {
        let (count, deep) = (self.count, self.deep);
        match self.stored {
            Some([lowest, highest]) => Some(format!(
                "{deep} of {count} pictures have 16-bit values, from {lowest} to {highest} only: these two become black and white"
            )),
            None if deep > 0 => Some(format!("{deep} of {count} pictures have 16-bit values, rounded to 8 bits")),
            None => None,
        }
    }

    /// Notes for the user on what was guessed about the pictures and what was changed in them; `read` holds the
    /// pictures of each part.
    pub(super) fn notes(&self, read: &Parts<Pictures>) -> Vec<String> {
        let count = self.count;
        let of = |of: fn(&Pictures) -> usize| read.iter().map(of).sum::<usize>();
        let (transparent, coloured) = (of(|part| part.transparent), of(|part| part.coloured));
        let (blank, name) = (of(|part| part.blank), self.ground_name());
        let guessed =
            |why: &str| if self.is_guessed { format!(" ({why}; --ground chooses another)") } else { String::new() };
        let mut notes = Vec::new();
        if transparent > 0 {
            let why = guessed("a guess: drawings stand out more from this ground");
            notes.push(format!(
                "{transparent} of {count} pictures have transparent pixels, under which the ground is {name}{why}"
            ));
        }
        if blank > 0 {
            notes.push(format!(
                "{blank} of the transparent pictures are of one colour on this ground: they show nothing"
            ));
        }
        if let Some(larger) = self.larger {
            notes.push(picture::shrinking(larger, (self.height, self.width)));
        } else if self.resized > 0 {
            let why = if transparent > 0 { String::new() } else { guessed("a guess from the borders of pictures") };
            let around = if self.padded > 0 {
                format!(", {} of them on a {name} ground{why}", self.padded)
            } else {
                String::new()
            };
            notes.push(format!(
                "{} of {count} pictures brought to {}x{} pixels{around}",
                self.resized, self.width, self.height
            ));
        }
        notes.extend(self.depth());
        if self.turned > 0 {
            notes.push(format!("{} of {count} pictures turned upright as their EXIF data says", self.turned));
        }
        match self.colour {
            None if coloured > 0 && coloured < count => {
                notes.push(format!("{coloured} of {count} pictures have colour, so all have three planes"));
            }
            Some(Colour::Grey) if coloured > 0 => {
                notes.push(format!("{coloured} of {count} pictures lose their colour"));
            }
            _ => {}
        }
        if self.framed > 0 {
            notes.push(format!(
                "only the first frame, page or picture of a file is used: {} of {count} files hold more",
                self.framed
            ));
        }
        notes
    }
}

fn open(file: &Path, stored: Option<[u16; 2]>) -> Result<crate::Pixels, Error> {
    picture::picture(file, &picture::read(file)?, stored)
}

/// The height and width of the `chosen` size or, if no size is chosen, the height and width that all pictures in
/// `files` share.
///
/// # Errors
/// [`Error::Layout`] when no size was chosen and a picture differs in size from the first.
fn size(files: &[&PathBuf], said: &[Stated], chosen: Option<Size>) -> Result<(usize, usize), Error> {
    if let Some(size) = chosen {
        return Ok((size.height(), size.width()));
    }
    let (height, width) = said.first().map_or((0, 0), |first| (first.height, first.width));
    let other = files.iter().zip(said).find(|(_, stated)| (stated.height, stated.width) != (height, width));
    other.map_or(Ok((height, width)), |(file, stated)| {
        let expected = format!("{width}x{height} pixels as in {}", files[0].display());
        Err(layout(file, expected, format!("{}x{} pixels", stated.width, stated.height), RESIZE))
    })
}

/// The lowest and the highest value in all pictures with 16-bit values, if the range between them
/// [is narrow](picture::is_narrow); otherwise `None`.
fn stored(files: &[&PathBuf], said: &[Stated]) -> Result<Option<[u16; 2]>, Error> {
    let mut all: Option<[u16; 2]> = None;
    for (file, _) in files.iter().zip(said).filter(|(_, stated)| stated.is_deep()) {
        let range = picture::range(file, &picture::read(file)?)?;
        all = match (all, range) {
            (Some([low, high]), Some([lower, higher])) => Some([low.min(lower), high.max(higher)]),
            (one, other) => one.or(other),
        };
    }
    Ok(all.filter(|range| picture::is_narrow(*range)))
}

/// Guesses the ground, black or white: the ground from which the opaque parts of transparent pictures stand out more
/// or, if no picture has transparent pixels, the ground that is closer to the mean brightness of the pictures' borders.
fn ground(files: &[&PathBuf], said: &[Stated], stored: Option<[u16; 2]>) -> Result<Ground, Error> {
    let (mut drawn, mut borders) = (Brightness::default(), Brightness::default());
    let step = files.len().div_ceil(BORDERS).max(1);
    for (k, (file, stated)) in files.iter().zip(said).enumerate() {
        if stated.has_opacity() || k % step == 0 {
            let picture = open(file, stored)?;
            if picture.is_opaque() {
                borders = borders.and(picture.border());
            } else {
                drawn = drawn.and(picture.drawn());
            }
        }
    }
    let is_white = drawn.is_dark() || (drawn == Brightness::default() && borders.is_bright());
    Ok(if is_white { Ground::White } else { Ground::Black })
}
