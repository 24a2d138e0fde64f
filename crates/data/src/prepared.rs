//! Prepares pictures and idx files of images for a network in the same way as the network's training pictures.

use crate::fit::transpose;
use crate::form::LEAST_CONTRAST;
use crate::own::idx_pairs::grey;
use crate::own::table::layout;
use crate::picture::{self, is_narrow, is_picture, is_text};
use crate::pixels::fraction;
use crate::{Error, Formed, Order, Picture, Pixels, Shape, idx};
use std::path::Path;

/// Whether strokes are lighter or darker than their background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Light strokes on a dark background, as in the training data.
    Light,
    /// Dark strokes on a light background: an image is replaced by its negative.
    Dark,
}

/// Images that are prepared for a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The brightness of each pixel, from 0 (black) to 1 (white): `[images, channels, height, width]`, row-major.
    pub pixels: Vec<f32>,
    /// Notes for the user on what was guessed or changed, as predicates of the file, such as "has 9x9 pixels: it was
    /// resized to 8x8".
    pub notes: Vec<String>,
}

const IMAGES: &str = "give pictures, or an idx file of images like those of the training data";

/// The images in `bytes`, a picture or an idx file, for a network with the preprocessing `of`. The pixels of an idx
/// file have the given `order`. If the `ink` is dark, each image is replaced by its negative. `file` names the images
/// in error messages.
///
/// # Errors
/// [`Error::Layout`] when `bytes` is neither an idx file nor a picture that can be decoded, a picture shows nothing
/// that stands out from its ground, a picture is given to a network that reads stereo pairs, or the images in an idx
/// file have values above the maximum of training or another number of planes than the network reads;
/// [`Error::Malformed`] when an idx file is damaged, has elements other than bytes, or does not hold grey images
/// although the network reads grey images.
pub fn prepared(
    file: &Path,
    bytes: &[u8],
    of: &preprocessing::Pixels,
    order: Order,
    ink: Ink,
) -> Result<Prepared, Error> {
    // The magic number of an idx file begins with two zeros, and the magic number of gzip is 1f 8b.
    if matches!(bytes, [0, 0, 8..=14, ..] | [0x1f, 0x8b, ..]) {
        return images(file, bytes, of, order, ink);
    }
    if of.channels == 2 {
        return Err(layout(file, "stereo pairs, as for training", "a single picture", "give an idx file of pairs"));
    }
    one(file, bytes, of, ink)
}

/// The picture in `bytes`, prepared for a network with the preprocessing `of`.
fn one(file: &Path, bytes: &[u8], of: &preprocessing::Pixels, ink: Ink) -> Result<Prepared, Error> {
    if !bytes.is_empty() && is_text(bytes) && !is_picture(bytes) {
        return Err(layout(file, "a picture or an idx file of images, as in training", "text", IMAGES));
    }
    let mut notes = Vec::new();
    let stated = picture::stated(file, bytes)?;
    if stated.has_more {
        notes.push("holds several pictures: only the first is used".to_owned());
    }
    let stored = if stated.is_deep() { stored(file, bytes, of.stored, &mut notes)? } else { of.stored };
    let picture = picture::picture(file, bytes, stored)?;
    let (height, width) = (picture.height, picture.width);
    let mut ground = of.ground;
    let picture = match of.form {
        Some(_) => picture,
        None => on_ground(file, picture, &mut ground, &mut notes)?,
    };
    let range = picture.range();
    let picture = if ink == Ink::Dark { picture.negative() } else { picture };
    let Some((prepared, formed)) = picture.prepared(&preprocessing::Pixels { ground, ..of.clone() }) else {
        let remedy = "give a picture of a character, or classify this one unchanged with --as-it-is";
        return Err(layout(file, "ink that stands out from its ground", "none", remedy));
    };
    let size = format!("has {width}x{height} pixels: ");
    let to = format!("{}x{}", of.width, of.height);
    if let Some(Formed { reaches_border, others, .. }) = formed {
        notes.push(format!(
            "{size}its ink was cut out, made light on dark, and centred as in the training images, at {to}"
        ));
        if reaches_border {
            notes.push(
                "has ink that reaches its border: a line, a frame or a shadow may be read as a stroke".to_owned(),
            );
        }
        if others > 0 {
            notes.push("has several parts of similar size: only one character is read".to_owned());
        }
    } else {
        if (height, width) != (of.height, of.width) {
            notes.push(format!("{size}it was resized to {to}"));
        }
        if let Some([lowest, highest @ 0..DIM]) = range {
            notes.push(format!(
                "has only values from {lowest} to {highest}, on a scale of 0 to 255: it is nearly black"
            ));
        }
    }
    Ok(Prepared { pixels: prepared.pixels, notes })
}

/// A picture is nearly black if its largest value is below this number.
pub(crate) const DIM: u8 = 64;

/// The 16-bit values that become black and white in the picture in `bytes`: the values `recorded` in training. If
/// `recorded` is `None`, because no training picture had 16-bit values, and the range of this picture is narrow
/// ([`is_narrow`]), the lowest and the highest value of this picture are returned.
fn stored(
    file: &Path,
    bytes: &[u8],
    recorded: Option<[u16; 2]>,
    notes: &mut Vec<String>,
) -> Result<Option<[u16; 2]>, Error> {
    let Some(range @ [low, high]) = picture::range(file, bytes)? else { return Ok(recorded) };
    match recorded {
        Some([lowest, highest]) if low < lowest || high > highest => {
            notes.push(format!(
                "has 16-bit values from {low} to {high}: those outside {lowest} to {highest}, the range of training, \
                 become black or white"
            ));
        }
        None if is_narrow(range) => {
            notes.push(format!("has 16-bit values from {low} to {high} only: these two become black and white"));
            return Ok(Some(range));
        }
        _ => {}
    }
    Ok(recorded)
}

/// `picture` laid on `ground`. If nothing shows on this ground, the picture is laid on the opposite ground, white or
/// black, and `ground` is set to the brightness of this opposite ground.
fn on_ground(file: &Path, picture: Pixels, ground: &mut u8, notes: &mut Vec<String>) -> Result<Pixels, Error> {
    if picture.is_opaque() {
        return Ok(picture);
    }
    let shows = |laid: &Pixels| laid.range().is_some_and(|[low, high]| fraction(high - low) >= LEAST_CONTRAST);
    let laid = picture.clone().on(*ground);
    if shows(&laid) {
        return Ok(laid);
    }
    let laid = picture.on(u8::MAX - *ground);
    if !shows(&laid) {
        let remedy = "give a picture in which something is drawn";
        return Err(layout(
            file,
            "a picture that is visible on a black or a white ground",
            "a transparent picture in which nothing is visible",
            remedy,
        ));
    }
    let [training, chosen] = if *ground == 0 { ["black", "white"] } else { ["white", "black"] };
    notes.push(format!(
        "has transparent pixels and does not show on the {training} ground of training: it was laid on {chosen}; --invert takes \
         the negative"
    ));
    *ground = u8::MAX - *ground;
    Ok(laid)
}

/// The images in `bytes`, an idx file, prepared for a network with the preprocessing `of`.
fn images(file: &Path, bytes: &[u8], of: &preprocessing::Pixels, order: Order, ink: Ink) -> Result<Prepared, Error> {
    let mut images = idx::parse(file, bytes)?;
    let (mut height, mut width) = match images.sizes[..] {
        _ if of.channels == 1 => {
            let (_, height, width) = grey(file, &images)?;
            (height, width)
        }
        [_, planes, height, width] if planes == of.channels => (height, width),
        _ => {
            let expected = format!("images with {} planes, as in training", of.channels);
            return Err(layout(file, expected, format!("the sizes {}", images.shown()), IMAGES));
        }
    };
    if let Some(value) = images.values.iter().find(|value| **value > of.maximum) {
        let expected = format!("values from 0 to {}, as for training", of.maximum);
        return Err(layout(file, expected, format!("the value {value}"), IMAGES));
    }
    let mut notes = Vec::new();
    if order == Order::Columns && of.channels == 1 {
        notes.push(
            "holds images whose rows and columns are exchanged: they were transposed, as for training".to_owned(),
        );
        images.values =
            images.values.chunks(height * width).flat_map(|image| transpose(image, height, width)).collect();
        (height, width) = (width, height);
    }
    let brightness = |value: &u8| {
        let value = f32::from(*value) / f32::from(of.maximum);
        if ink == Ink::Dark { 1.0 - value } else { value }
    };
    let pixels: Vec<f32> = images.values.iter().map(brightness).collect();
    if (height, width) == (of.height, of.width) {
        return Ok(Prepared { pixels, notes });
    }
    notes.push(format!("holds images of {width}x{height} pixels: they were resized to {}x{}", of.width, of.height));
    // Each plane of each image is fitted separately, as in training.
    let shape = Shape { channels: pixels.len() / (height * width), height, width };
    let fitted = Picture { shape, pixels }.fitted(of.height, of.width, fraction(of.ground));
    let pixels = fitted.pixels.into_iter().map(|value| (255.0 * value).round() / 255.0).collect();
    Ok(Prepared { pixels, notes })
}

#[cfg(test)]
mod tests;
