//! Decodes and resizes pictures: PNG, JPEG, BMP and PNM.
//!
//! Pictures are used as they are stored: a rotation in the EXIF data of a JPEG is not applied.

use crate::Error;
use crate::shape::{Picture, Shape};
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::Path;

/// The largest width and height of a picture, in pixels.
const MAX_SIDE: u32 = 4096;

/// The most memory that a decoder may allocate: 512 MiB, enough for four of the largest pictures in 16-bit RGBA.
const MAX_MEMORY: u64 = 1 << 29;

/// The largest size of a picture's file: 512 MiB.
const MAX_FILE: u64 = 1 << 29;

const CONVERT: &str = "convert it to PNG, or remove it";

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// The number of rows of pixels.
    pub height: usize,
    /// The number of columns of pixels.
    pub width: usize,
    /// Red, green, blue and opacity of each pixel, `[height, width, 4]`. 16-bit values are rounded to 8 bits.
    pub rgba: Vec<u8>,
}

/// Decodes the picture in `bytes`: PNG, JPEG, BMP or PNM. `file` names it in error messages.
///
/// # Errors
/// [`Error::Layout`] when `bytes` is not such a picture, or when the picture is incomplete or has more than 4096 pixels
/// on a side.
pub fn picture(file: &Path, bytes: &[u8]) -> Result<Pixels, Error> {
    let picture = decode(file, bytes)?.into_rgba8();
    Ok(Pixels { height: picture.height() as usize, width: picture.width() as usize, rgba: picture.into_raw() })
}

/// Decodes the picture in `file`.
///
/// # Errors
/// As for [`picture`]; [`Error::File`] when the file cannot be read.
pub(crate) fn open(file: &Path) -> Result<Pixels, Error> {
    let mut bytes = Vec::new();
    let failed = files::Error::new("read", file);
    File::open(file).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes)).map_err(failed)?;
    picture(file, &bytes)
}

fn decode(file: &Path, bytes: &[u8]) -> Result<DynamicImage, Error> {
    let wrong = |found: String| Error::Layout {
        path: file.to_owned(),
        expected: "a whole picture: PNG, JPEG, BMP or PNM".to_owned(),
        found,
        remedy: CONVERT,
    };
    if bytes.len() as u64 > MAX_FILE {
        return Err(wrong(format!("a file of more than {MAX_FILE} bytes")));
    }
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader = reader.with_guessed_format().map_err(files::Error::new("read", file))?;
    if reader.format() == Some(ImageFormat::Jpeg) && !is_complete(bytes) {
        return Err(wrong("the end of the file within a JPEG".to_owned()));
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let picture = reader.decode().map_err(|e| wrong(e.to_string()))?;
    if picture.width() == 0 || picture.height() == 0 { Err(wrong("no pixels".to_owned())) } else { Ok(picture) }
}

/// Whether an end-of-image marker follows the last start-of-scan marker of a JPEG. Without this check, the decoder
/// would fill the missing part of an incomplete scan with grey. Neither marker occurs within the data of a scan (ITU-T
/// T.81, B.1.1.5).
fn is_complete(jpeg: &[u8]) -> bool {
    let last = |marker: [u8; 2]| jpeg.windows(2).rposition(|pair| pair == marker);
    last([0xff, 0xd9]) > last([0xff, 0xda]) // end of image, start of scan
}

impl Pixels {
    /// Whether red, green and blue are equal in every pixel.
    pub(crate) fn is_grey(&self) -> bool {
        self.rgba.chunks_exact(4).all(|pixel| pixel[0] == pixel[1] && pixel[0] == pixel[2])
    }

    /// The red (0), green (1) or blue (2) byte of each pixel, composited over black.
    pub(crate) fn plane(&self, channel: usize) -> impl Iterator<Item = u8> {
        self.rgba.chunks_exact(4).map(move |pixel| over_black(pixel[channel], pixel[3]))
    }

    /// The picture, composited over black, with values in [0, 1]: one plane of brightness (Rec. 601 luma; a grey pixel
    /// keeps its value), or three planes of red, green and blue.
    ///
    /// # Panics
    /// When `channels` is neither 1 nor 3.
    #[must_use]
    pub fn planes(&self, channels: usize) -> Picture {
        assert!(matches!(channels, 1 | 3), "a picture must have one plane or three");
        let pixels = || self.rgba.as_chunks().0.iter().copied();
        let pixels = if channels == 1 {
            pixels().map(brightness).collect()
        } else {
            (0..channels).flat_map(|channel| pixels().map(move |pixel| colour(pixel, channel))).collect()
        };
        Picture { shape: Shape { channels, height: self.height, width: self.width }, pixels }
    }
}

fn over_black(value: u8, opacity: u8) -> u8 {
    ((u16::from(value) * u16::from(opacity) + 127) / 255) as u8
}

fn colour(pixel: [u8; 4], channel: usize) -> f32 {
    fraction(pixel[channel]) * fraction(pixel[3])
}

fn brightness(pixel: [u8; 4]) -> f32 {
    let [red, green, blue, opacity] = pixel.map(fraction);
    let luma = if red == green && red == blue { red } else { 0.299 * red + 0.587 * green + 0.114 * blue };
    luma * opacity
}

fn fraction(value: u8) -> f32 {
    f32::from(value) / 255.0
}

impl Picture {
    /// The picture resized by exact area averaging: each new pixel is the mean of the part of the picture that it
    /// covers.
    #[must_use]
    pub fn resized(&self, height: usize, width: usize) -> Self {
        let Shape { channels, height: from_height, width: from_width } = self.shape;
        let plane = |values: &[f32]| {
            let columns = resize_rows(values, from_height, from_width, height);
            let transposed = transpose(&columns, height, from_width);
            transpose(&resize_rows(&transposed, from_width, height, width), width, height)
        };
        let pixels = self.pixels.chunks(from_height * from_width).flat_map(plane).collect();
        Self { shape: Shape { channels, height, width }, pixels }
    }
}

/// Transposes `values` from `[height, width]` to `[width, height]`.
fn transpose(values: &[f32], height: usize, width: usize) -> Vec<f32> {
    (0..width * height).map(|k| values[(k % height) * width + k / height]).collect()
}

/// Resizes `height` rows of `width` values to `target` rows by area averaging.
fn resize_rows(values: &[f32], height: usize, width: usize, target: usize) -> Vec<f32> {
    let scale = height as f64 / target as f64;
    let mut out = vec![0f32; target * width];
    for (t, row) in out.chunks_mut(width).enumerate() {
        let (start, end) = (t as f64 * scale, (t + 1) as f64 * scale);
        for s in start as usize..(end.ceil() as usize).min(height) {
            let covered = (end.min((s + 1) as f64) - start.max(s as f64)) / scale;
            for (sum, value) in row.iter_mut().zip(&values[s * width..]) {
                *sum += (covered * f64::from(*value)) as f32;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(height: usize, width: usize, values: &[f32]) -> Picture {
        Picture { shape: Shape::grey(height, width), pixels: values.to_vec() }
    }

    #[test]
    fn resizing_averages_what_each_pixel_covers() {
        let image = grey(2, 4, &[0.0, 1.0, 0.5, 0.5, 1.0, 0.0, 0.5, 0.5]);
        assert_eq!(image.resized(1, 2), grey(1, 2, &[0.5, 0.5]));
        // When 3 pixels become 2, half of the middle one belongs to each.
        let shared = grey(1, 3, &[0.0, 0.6, 0.9]).resized(1, 2).pixels;
        assert!((shared[0] - 0.2).abs() < 1e-6 && (shared[1] - 0.8).abs() < 1e-6, "{shared:?}");
        assert_eq!(grey(1, 1, &[0.25]).resized(2, 3), grey(2, 3, &[0.25; 6]));
    }

    #[test]
    fn resizing_to_the_same_size_changes_nothing() {
        let image = grey(2, 3, &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
        assert_eq!(image.resized(2, 3), image);
    }

    #[test]
    fn planes_are_resized_separately() {
        let shape = Shape { channels: 3, height: 1, width: 2 };
        let resized = Picture { shape, pixels: vec![0.0, 1.0, 0.2, 0.4, 1.0, 1.0] }.resized(1, 1).pixels;
        assert!(
            resized.iter().zip([0.5, 0.3, 1.0]).all(|(found, wanted)| (found - wanted).abs() < 1e-6),
            "{resized:?}"
        );
    }

    #[test]
    fn a_colour_becomes_its_luma_or_three_planes_and_transparency_black() {
        let pixels = |rgba: [u8; 4]| Pixels { height: 1, width: 1, rgba: rgba.to_vec() };
        assert_eq!(pixels([255, 0, 51, 255]).planes(3).pixels, [1.0, 0.0, 0.2]);
        assert_eq!(pixels([255, 255, 51, 0]).planes(3).pixels, [0.0, 0.0, 0.0]);
        assert!((pixels([255, 0, 0, 255]).planes(1).pixels[0] - 0.299).abs() < 1e-6);
        assert_eq!(pixels([255, 255, 255, 0]).planes(1).pixels, [0.0]);
        assert!((0..=255).all(|v| pixels([v, v, v, 255]).planes(1).pixels == [f32::from(v) / 255.0]));
    }
}
