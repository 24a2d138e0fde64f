//! Brings the picture of a single character, such as a photographed or scanned digit, into the form of a data set's
//! images.
//!
//! The ground may be lit unevenly, so its brightness at each pixel is estimated as the median of the brightness around
//! that pixel. Ink is taken to be darker or lighter than the ground, depending on which differences from the ground are
//! larger. The character is a connected region of ink, together with the regions close to it: the largest region that
//! does not reach the border or, if that region is far smaller than the largest of all, the largest of all.

use crate::pixels::{Pixels, fraction};
use crate::shape::{Picture, Shape};
use preprocessing::Form;
use regions::Region;

mod regions;

/// The largest height or width, in pixels, of the picture in which ink is looked for.
const SIDE: usize = 512;

/// The largest height or width, in pixels, of the picture from which the ground is estimated.
const GROUND_SIDE: usize = 64;

/// The least radius, in pixels, of the square window whose median is the ground.
const LEAST_RADIUS: usize = 12;

/// The least difference between the mean values of ink and ground, where black and white differ by 1.
pub(crate) const LEAST_CONTRAST: f32 = 0.1;

/// The quantile of the pixels' ink that counts as the strongest ink; the threshold is at least half of this quantile. A
/// character rarely covers less than 1/200 of a picture.
const PEAK: f64 = 0.995;

/// The number of levels of ink among which the threshold is chosen.
const LEVELS: usize = 256;

/// The least width, in pixels, of the strokes of a character that is fitted into 20 x 20 pixels; MNIST's strokes are
/// two to three pixels wide.
const LEAST_STROKE: f32 = 2.0;

/// A picture of a single character that was brought into the form of a data set's images.
#[derive(Clone, Debug, PartialEq)]
pub struct Formed {
    /// One plane of pixels, from 0 for the ground to 1 for ink.
    pub picture: Picture,
    /// Whether ink of the character reaches the border of the picture that it was cut out of, as a line or a shadow
    /// does.
    pub reaches_border: bool,
    /// The number of other regions of ink of similar size, which may be further characters. Regions that reach the
    /// border count only if the character reaches the border, too.
    pub others: usize,
}

/// The character in `picture`, brought into `form` with `height` x `width` pixels; `None` if no ink is found.
///
/// # Panics
/// When `height` or `width` is 0.
#[must_use]
pub fn in_form(picture: &Pixels, form: Form, height: usize, width: usize) -> Option<Formed> {
    let ground = if picture.drawn().is_dark() { u8::MAX } else { 0 };
    let opaque = if picture.is_opaque() { picture.clone() } else { picture.clone().on(ground) };
    let ink = ink(&shrunk(&opaque.planes(1), SIDE));
    let threshold = threshold(&ink.pixels)?;
    let character = regions::character(&ink, threshold)?;
    let cropped = cropped(&ink, &character, threshold);
    let picture = match form {
        Form::CentreOfMass => centred(&fitted(&cropped, height * 20 / 28, width * 20 / 28), height, width),
        Form::Filling => fitted(&cropped, height, width).fitted(height, width, 0.0),
    };
    Some(Formed { picture, reaches_border: character.reaches_border, others: character.others })
}

/// The picture, shrunk if its height or width exceeds `side` pixels.
fn shrunk(picture: &Picture, side: usize) -> Picture {
    let Shape { height, width, .. } = picture.shape;
    let longest = height.max(width);
    let of = |length: usize| (length * side / longest).max(1);
    if longest <= side { picture.clone() } else { picture.resized(of(height), of(width)) }
}

/// The ink of each pixel of `picture` (one plane): the amount by which the pixel is darker than the ground or, if ink
/// is light, lighter than the ground; at least 0.
fn ink(picture: &Picture) -> Picture {
    let Shape { height, width, .. } = picture.shape;
    let ground = enlarged(&median(&shrunk(picture, GROUND_SIDE)), height, width);
    let above: Vec<f32> = picture.pixels.iter().zip(&ground.pixels).map(|(value, ground)| value - ground).collect();
    let is_light = above.iter().map(|x| x.powi(3)).sum::<f32>() > 0.0;
    let towards = |x: f32| if is_light { x.max(0.0) } else { (-x).max(0.0) };
    Picture { shape: picture.shape, pixels: above.into_iter().map(towards).collect() }
}

/// For each pixel of `picture` (one plane), the median of the square window around it. The window's radius is a quarter
/// of the longer side of the picture, but at least [`LEAST_RADIUS`].
fn median(picture: &Picture) -> Picture {
    let Shape { height, width, .. } = picture.shape;
    let radius = (height.max(width) / 4).max(LEAST_RADIUS);
    let mut near = Vec::new();
    let mut at = |y: usize, x: usize| {
        near.clear();
        for row in picture.pixels.chunks(width).take(y + radius + 1).skip(y.saturating_sub(radius)) {
            near.extend_from_slice(&row[x.saturating_sub(radius)..(x + radius + 1).min(width)]);
        }
        let middle = near.len() / 2;
        *near.select_nth_unstable_by(middle, f32::total_cmp).1
    };
    let pixels = (0..height * width).map(|k| at(k / width, k % width)).collect();
    Picture { shape: picture.shape, pixels }
}

/// The picture of one plane enlarged to `height` x `width` pixels by bilinear interpolation.
fn enlarged(picture: &Picture, height: usize, width: usize) -> Picture {
    let Shape { height: from_height, width: from_width, .. } = picture.shape;
    // The two source pixels around the centre of target pixel `k`, and the position of this centre between them, from 0
    // to 1.
    let place = |k: usize, from: usize, to: usize| {
        let at = ((k as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
        let first = (at as usize).min(from.saturating_sub(2));
        (first, (first + 1).min(from - 1), at - first as f32)
    };
    let value = |k: usize| {
        let (top, bottom, down) = place(k / width, from_height, height);
        let (left, right, along) = place(k % width, from_width, width);
        let row = |y: usize| {
            let row = &picture.pixels[y * from_width..];
            row[left] + along * (row[right] - row[left])
        };
        row(top) + down * (row(bottom) - row(top))
    };
    Picture { shape: Shape::grey(height, width), pixels: (0..height * width).map(value).collect() }
}

/// The least ink of a character's pixels: the threshold that separates ink from ground best (Otsu, 1979), but at least
/// half of the [`PEAK`] quantile; `None` if the mean values of ink and ground differ by less than [`LEAST_CONTRAST`].
fn threshold(ink: &[f32]) -> Option<f32> {
    let most = ink.iter().copied().fold(0.0, f32::max);
    let level = |value: f32| ((value / most * (LEVELS - 1) as f32) as usize).min(LEVELS - 1);
    let mut counts = [0f64; LEVELS];
    if most > 0.0 {
        for value in ink {
            counts[level(*value)] += 1.0;
        }
    }
    let all = ink.len() as f64;
    let total: f64 = counts.iter().zip(0u32..).map(|(count, k)| count * f64::from(k)).sum();
    let (mut below, mut sum) = (0.0, 0.0);
    let (mut best, mut widest, mut peak) = (0, 0.0, 0);
    for (k, count) in counts.iter().enumerate() {
        if below < PEAK * all {
            peak = k;
        }
        below += count;
        sum += count * k as f64;
        let above = all - below;
        if below > 0.0 && above > 0.0 {
            let between = below * above * (sum / below - (total - sum) / above).powi(2);
            if between > widest {
                (best, widest) = (k + 1, between);
            }
        }
    }
    let threshold = best.max(peak / 2).max(1) as f32 / (LEVELS - 1) as f32 * most;
    let mean = |is_ink: bool| {
        let (sum, count) =
            ink.iter().filter(|x| (**x >= threshold) == is_ink).fold((0.0, 0.0), |(s, n), x| (s + x, n + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    };
    (mean(true) - mean(false) >= LEAST_CONTRAST).then_some(threshold)
}

/// The ink of `character` alone, cropped and scaled to values from 0 to 1. Strokes that would be thinner than
/// [`LEAST_STROKE`] after fitting are thickened.
fn cropped(ink: &Picture, character: &Region, threshold: f32) -> Picture {
    let shape = Shape::grey(character.bottom - character.top, character.right - character.left);
    let inside = |k: usize| (character.top + k / shape.width) * ink.shape.width + character.left + k % shape.width;
    let is_ink = |k: usize| ink.pixels[inside(k)] >= threshold && character.holds[inside(k)];
    let count = (0..shape.height * shape.width).filter(|k| is_ink(*k)).count() as f32;
    let sum: f32 = (0..shape.height * shape.width).filter(|k| is_ink(*k)).map(|k| ink.pixels[inside(k)]).sum();
    let full = sum / count.max(1.0);
    let value = |k: usize| if character.holds[inside(k)] { (ink.pixels[inside(k)] / full).min(1.0) } else { 0.0 };
    let cropped = Picture { shape, pixels: (0..shape.height * shape.width).map(value).collect() };
    // The width of a stroke is about twice its area divided by the length of its edge.
    let edge =
        (0..shape.height * shape.width).filter(|k| is_ink(*k) && !character.is_inner(inside(*k), ink.shape.width));
    let stroke = 2.0 * count / edge.count().max(1) as f32;
    let wanted = LEAST_STROKE * shape.height.max(shape.width) as f32 / 20.0;
    let radius = ((wanted - stroke) / 2.0).round().max(0.0) as usize;
    if radius == 0 { cropped } else { thickened(&cropped, radius) }
}

/// The picture with `radius` more pixels at each side, each pixel as bright as the brightest within a disc of `radius`
/// pixels.
fn thickened(picture: &Picture, radius: usize) -> Picture {
    let Shape { height, width, .. } = picture.shape;
    let shape = Shape::grey(height + 2 * radius, width + 2 * radius);
    let mut pixels = vec![0f32; shape.height * shape.width];
    for dy in 0..=2 * radius {
        let half = ((radius * radius - dy.abs_diff(radius).pow(2)) as f64).sqrt() as usize;
        for (y, row) in picture.pixels.chunks(width).enumerate() {
            let out = &mut pixels[(y + dy) * shape.width..][..shape.width];
            for (x, value) in row.iter().enumerate().filter(|(_, value)| **value > 0.0) {
                out[x + radius - half..=x + radius + half].iter_mut().for_each(|pixel| *pixel = pixel.max(*value));
            }
        }
    }
    Picture { shape, pixels }
}

/// The picture scaled to the largest size that fits into `height` x `width` pixels with the same aspect ratio, and with
/// its values scaled so that the largest is 1.
fn fitted(picture: &Picture, height: usize, width: usize) -> Picture {
    let scale = (height as f64 / picture.shape.height as f64).min(width as f64 / picture.shape.width as f64);
    let side = |from: usize, most: usize| ((from as f64 * scale).round() as usize).clamp(1, most.max(1));
    let mut fitted = picture.resized(side(picture.shape.height, height), side(picture.shape.width, width));
    let most = fitted.pixels.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    fitted.pixels.iter_mut().for_each(|value| *value /= most);
    fitted
}

/// The picture on a ground of `height` x `width` pixels. Its centre of mass lies in the pixel of row `height / 2` and
/// column `width / 2`, as in MNIST's images, or as close to that pixel as the border allows.
fn centred(picture: &Picture, height: usize, width: usize) -> Picture {
    let of = |coordinate: &dyn Fn(usize) -> usize| {
        let (sum, mass) = picture
            .pixels
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(sum, mass), (k, value)| (sum + value * (coordinate(k) as f32 + 0.5), mass + value));
        sum / mass.max(f32::MIN_POSITIVE)
    };
    let (y, x) = (of(&|k| k / picture.shape.width), of(&|k| k % picture.shape.width));
    let first = |centre: f32, side: usize, inner: usize| {
        let wanted = (side / 2) as f32 + 0.5 - centre;
        (wanted.round().max(0.0) as usize).min(side - inner)
    };
    let place = (first(y, height, picture.shape.height), first(x, width, picture.shape.width));
    picture.placed(height, width, place, 0.0)
}

impl Pixels {
    /// This picture, converted to resemble the pictures of a data set with the preprocessing `of`. If the data set has
    /// a form and this picture does not have this form yet, the picture is brought into the form, and the [`Formed`]
    /// character is returned beside the picture. Otherwise, the picture is given the ground, the size and the number of
    /// planes of the data set's pictures. Values range from 0 for black to 1 for white;
    /// [`preprocessing::Pixels::scaled`] turns them into inputs. `None` when the picture must be brought into a form
    /// but shows no ink.
    ///
    /// # Panics
    /// When the pictures of the data set have neither one plane nor three.
    #[must_use]
    pub fn prepared(&self, of: &preprocessing::Pixels) -> Option<(Picture, Option<Formed>)> {
        let shape = Shape { channels: of.channels, height: of.height, width: of.width };
        match of.form {
            Some(form) if !self.is_in_form(shape) => {
                let formed = in_form(self, form, of.height, of.width)?;
                Some((formed.picture.clone(), Some(formed)))
            }
            _ => {
                let bytes = self.clone().bytes(shape, of.ground);
                Some((Picture { shape, pixels: bytes.into_iter().map(fraction).collect() }, None))
            }
        }
    }

    /// Whether the picture may already have the form of a data set's images, which have the given shape: it is opaque,
    /// has the height and width of the images, and is dark at its border.
    fn is_in_form(&self, Shape { height, width, .. }: Shape) -> bool {
        (self.height, self.width) == (height, width) && self.is_opaque() && !self.border().is_bright()
    }
}

#[cfg(test)]
mod tests;
