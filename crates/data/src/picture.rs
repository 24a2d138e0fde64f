//! Decodes pictures: PNG, JPEG, GIF, WebP, TIFF, BMP and PNM. If a file holds several frames or pages, the first is
//! decoded.
//!
//! A picture is turned upright according to its EXIF data. The size that a file states is checked before the picture is
//! decoded.

use crate::pixels::Pixels;
use crate::{Error, Size};
use image::error::ImageFormatHint;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::fs::File;
use std::io::{Cursor, ErrorKind, Read as _};
use std::path::Path;

mod frames;
mod pnm;

/// The largest number of pixels of a picture: 2^26, 8,192 x 8,192.
const MAX_PIXELS: u64 = 1 << 26;

/// The most memory that a decoder may allocate: 512 MiB, enough for the largest picture in 16-bit RGBA.
const MAX_MEMORY: u64 = 1 << 29;

/// The largest size of a picture's file: 512 MiB.
const MAX_FILE: u64 = 1 << 29;

const WHOLE: &str = "a whole picture: PNG, JPEG, GIF, WebP, TIFF, BMP or PNM";
const CONVERT: &str = "convert the file to PNG, or remove it";
const SMALLER: &str = "make the picture smaller, or remove it";

/// The properties of a picture that its file states, which are known before the picture is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    /// The width of the upright picture in pixels.
    pub(crate) width: usize,
    /// The height of the upright picture in pixels.
    pub(crate) height: usize,
    colours: ColorType,
    orientation: Orientation,
    /// Whether the file holds further frames, pages or pictures.
    pub(crate) has_more: bool,
}

impl Stated {
    /// Whether pixels may be transparent.
    pub(crate) fn has_opacity(&self) -> bool {
        self.colours.has_alpha()
    }

    /// Whether the values of a pixel have 16 bits each.
    pub(crate) fn is_deep(&self) -> bool {
        is_deep(self.colours)
    }

    /// Whether the picture is not stored upright.
    pub(crate) fn is_turned(&self) -> bool {
        self.orientation != Orientation::NoTransforms
    }
}

/// Decodes the picture in `bytes`: PNG, JPEG, GIF, WebP, TIFF, BMP or PNM. Values of 16 bits are scaled linearly and
/// rounded to 8 bits so that, for red, green and blue, the two values in `stored` become 0 and 255; `None` stands for 0
/// and 65,535, which always become 0 and 255 for opacity. `file` names the picture in error messages.
///
/// # Errors
/// [`Error::Layout`] when `bytes` is not such a picture, or when the picture is incomplete, has more than 2^26 pixels,
/// needs more than 512 MiB to be decoded, or has values that are not whole numbers.
pub fn picture(file: &Path, bytes: &[u8], stored: Option<[u16; 2]>) -> Result<Pixels, Error> {
    let picture = decode(file, bytes)?;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let rgba = if is_deep(picture.color()) {
        let [lowest, highest] = stored.unwrap_or([0, u16::MAX]);
        let pixels = picture.into_rgba16();
        let byte = |value: u16| between(value, lowest, highest);
        let eight = |&[red, green, blue, opacity]: &[u16; 4]| {
            [byte(red), byte(green), byte(blue), between(opacity, 0, u16::MAX)]
        };
        pixels.as_raw().as_chunks().0.iter().flat_map(eight).collect()
    } else {
        picture.into_rgba8().into_raw()
    };
    Ok(Pixels { height, width, rgba })
}

/// `value` scaled linearly to a byte and rounded, so that `lowest` becomes 0 and `highest` becomes 255; values outside
/// this range become 0 or 255.
fn between(value: u16, lowest: u16, highest: u16) -> u8 {
    let range = u32::from(highest.saturating_sub(lowest)).max(1);
    let above = u32::from(value.saturating_sub(lowest)).min(range);
    ((255 * above + range / 2) / range) as u8
}

/// The lowest and the highest red, green or blue value, in 16 bits, of the pixels in the picture `bytes` that are not
/// fully transparent; `None` if every pixel is fully transparent.
///
/// # Errors
/// As for [`picture`].
pub(crate) fn range(file: &Path, bytes: &[u8]) -> Result<Option<[u16; 2]>, Error> {
    let pixels = decode(file, bytes)?.into_rgba16();
    let visible = pixels.as_raw().as_chunks::<4>().0.iter().filter(|pixel| pixel[3] > 0);
    Ok(visible.flat_map(|[red, green, blue, _]| [*red, *green, *blue]).fold(None, |range, value| {
        let [lowest, highest] = range.unwrap_or([value; 2]);
        Some([lowest.min(value), highest.max(value)])
    }))
}

/// The span below which 16-bit values are stretched to the range from black to white: half of the possible range.
/// Values with a wider span keep at least 128 of the 256 levels of 8 bits without stretching.
const NARROW: u16 = u16::MAX / 2;

/// Whether the 16-bit values `lowest` and `highest` differ, but by less than [`NARROW`].
pub(crate) fn is_narrow([lowest, highest]: [u16; 2]) -> bool {
    lowest < highest && highest - lowest < NARROW
}

/// The properties of the picture in `bytes` that are known before it is decoded.
///
/// # Errors
/// As for [`picture`].
pub(crate) fn stated(file: &Path, bytes: &[u8]) -> Result<Stated, Error> {
    let (decoder, orientation) = opened(file, bytes)?;
    let (width, height) = decoder.dimensions();
    let is_sideways = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (width, height) = if is_sideways { (height, width) } else { (width, height) };
    let has_more = frames::has_more(bytes, image::guess_format(bytes).ok());
    let colours = decoder.color_type();
    Ok(Stated { width: width as usize, height: height as usize, colours, orientation, has_more })
}

/// The bytes of `file`.
///
/// # Errors
/// [`Error::File`] when the file cannot be read; [`Error::Layout`] when it is larger than [`MAX_FILE`] bytes.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let failed = files::Error::new("read", file);
    File::open(file).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE {
        Err(refused(file, format!("a file of more than {MAX_FILE} bytes")))
    } else {
        Ok(bytes)
    }
}

/// Whether a file that begins with `bytes` is a picture, even in a format that cannot be decoded.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    let pnm = matches!(bytes, [b'P', b'1'..=b'7', next, ..] if next.is_ascii_whitespace());
    let bmp = matches!(bytes, [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..]);
    let starts = [&b"\x89PNG"[..], b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"];
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    pnm || bmp || webp || starts.iter().any(|start| bytes.starts_with(start)) || foreign(bytes).is_some()
}

/// Fails if the file at `path` is a picture. `expected` describes the files that are read. A file that begins with
/// UTF-8 text passes, even if it is a picture in text form, such as a plain PGM; so does a file that cannot be read,
/// whose reader will report the error.
///
/// # Errors
/// [`Error::Layout`] if the file is a picture that does not begin with UTF-8 text.
pub fn refuse_picture(path: &Path, expected: &str) -> Result<(), Error> {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut head));
    if read.is_err() || is_text(&head) || !is_picture(&head) {
        return Ok(());
    }
    let remedy = "give files of the kind that the network was trained on";
    let (path, expected, found) = (path.to_owned(), expected.to_owned(), "a picture".to_owned());
    Err(Error::Layout { path, expected, found, remedy })
}

/// Whether `head`, the beginning of a file, is UTF-8 text without NUL bytes. Its last character may be incomplete.
pub(crate) fn is_text(head: &[u8]) -> bool {
    !head.contains(&0) && str::from_utf8(head).err().is_none_or(|e| e.error_len().is_none())
}

/// The name of the format of `bytes` if it is a known format of pictures that cannot be decoded.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let brand = if bytes.get(4..8) == Some(b"ftyp") { bytes.get(8..12) } else { None };
    match brand {
        Some(b"avif" | b"avis") => Some("AVIF"),
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => Some("HEIC"),
        _ if bytes.starts_with(b"\xff\x0a") || bytes.starts_with(b"\0\0\0\x0cJXL ") => Some("JPEG XL"),
        _ if bytes.starts_with(b"\xff\x4f\xff\x51") || bytes.starts_with(b"\0\0\0\x0cjP  ") => Some("JPEG 2000"),
        _ => None,
    }
}

/// The picture in `bytes`, upright.
fn decode(file: &Path, bytes: &[u8]) -> Result<DynamicImage, Error> {
    let (decoder, orientation) = opened(file, bytes)?;
    if let Some((sample, maximum)) = pnm::excess(bytes) {
        return Err(refused(
            file,
            format!("the sample {sample} above {maximum}, which the file states as the maximum"),
        ));
    }
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| refused(file, described(&e)))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The decoder of the picture in `bytes`, after it has read the header; and the orientation that turns the picture
/// upright.
fn opened<'a>(file: &Path, bytes: &'a [u8]) -> Result<(impl ImageDecoder + 'a, Orientation), Error> {
    let wrong = |found: String| refused(file, found);
    if bytes.is_empty() {
        return Err(wrong("an empty file".to_owned()));
    }
    if let Some(format) = foreign(bytes) {
        return Err(wrong(format!("a picture in the format {format}")));
    }
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader = reader.with_guessed_format().map_err(files::Error::new("read", file))?;
    if reader.format() == Some(ImageFormat::Jpeg) && !is_complete(bytes) {
        return Err(wrong("the end of the file within a JPEG".to_owned()));
    }
    if reader.format() == Some(ImageFormat::WebP) && !holds_its_chunks(bytes) {
        return Err(wrong("the end of the file within a WebP".to_owned()));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| wrong(described(&e)))?;
    let (width, height) = decoder.dimensions();
    let count = u64::from(width) * u64::from(height);
    if count == 0 {
        return Err(wrong("no pixels".to_owned()));
    }
    if count > MAX_PIXELS {
        let expected = format!("a picture of at most {MAX_PIXELS} pixels");
        let found = format!("{width}x{height} pixels");
        return Err(Error::Layout { path: file.to_owned(), expected, found, remedy: SMALLER });
    }
    if matches!(decoder.color_type(), ColorType::Rgb32F | ColorType::Rgba32F) {
        return Err(wrong("pixels that are floating-point numbers".to_owned()));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((decoder, orientation))
}

/// The `found` part of an error for a picture that cannot be decoded, according to the decoder's `error`.
fn described(error: &ImageError) -> String {
    match error {
        ImageError::Unsupported(e) if e.format_hint() == ImageFormatHint::Unknown => "an unknown format".to_owned(),
        ImageError::Unsupported(_) => format!("a kind of picture that cannot be decoded ({error})"),
        ImageError::IoError(e) if e.kind() == ErrorKind::UnexpectedEof => {
            "the end of the file within the picture".to_owned()
        }
        ImageError::Limits(_) => format!("a picture that needs more than {MAX_MEMORY} bytes of memory"),
        _ => format!("a damaged picture ({error})"),
    }
}

/// A note for the user that pictures of the height and width `from` were shrunk to the height and width `to`.
pub(crate) fn shrinking(from: (usize, usize), to: (usize, usize)) -> String {
    let keeps = match Size::new(from.1, from.0) {
        Some(size) => format!("--resize {size} keeps their size"),
        None => "--resize WIDTHxHEIGHT chooses another size".to_owned(),
    };
    format!("pictures of {}x{} pixels shrunk to {}x{}, enough for dense layers; {keeps}", from.1, from.0, to.1, to.0)
}

fn refused(file: &Path, found: String) -> Error {
    Error::Layout { path: file.to_owned(), expected: WHOLE.to_owned(), found, remedy: CONVERT }
}

fn is_deep(colours: ColorType) -> bool {
    matches!(colours, ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16)
}

/// Whether all chunks of a WebP end within the file (RFC 9649, section 2.3); the decoder would allocate the stated
/// length of a chunk before it reads the chunk.
fn holds_its_chunks(webp: &[u8]) -> bool {
    // Whatever follows the stated length belongs to no chunk.
    let stated =
        webp.get(4..8).map_or(0, |length| length.iter().rev().fold(0, |all, byte| all << 8 | usize::from(*byte)));
    let webp = &webp[..webp.len().min(stated.saturating_add(8))];
    let mut at = 12; // after "RIFF", the stated length and "WEBP"
    while let Some(&[a, b, c, d]) = webp.get(at + 4..at + 8) {
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        if length > webp.len() - (at + 8) {
            return false;
        }
        at += 8 + length.next_multiple_of(2);
    }
    true
}

/// Whether a JPEG has its end-of-image marker; the decoder would fill the missing part of an incomplete scan with grey.
/// Segments are skipped, because a thumbnail in one of them has such a marker, too. Data after the picture, such as a
/// video, is ignored (ITU-T T.81, B.1.1).
fn is_complete(jpeg: &[u8]) -> bool {
    let mut at = 2; // after the start-of-image marker
    while let Some(&[byte, marker]) = jpeg.get(at..at + 2) {
        at += match (byte, marker) {
            (0xff, 0xd9) => return true,            // end of image
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => 2, // within a scan, or without a length
            (0xff, 0xff) => 1,                      // fill byte
            (0xff, _) => match jpeg.get(at + 2..at + 4) {
                Some(&[high, low]) => 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
            _ => 1,
        };
    }
    false
}

#[cfg(test)]
mod tests;
