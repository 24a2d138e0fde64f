//! Finds out whether a file holds further frames, pages or pictures after the one that is decoded.

use super::pnm;
use image::ImageFormat;

/// Whether the file `bytes` of the given format holds further frames, pages or pictures.
pub(super) fn has_more(bytes: &[u8], format: Option<ImageFormat>) -> bool {
    let more = match format {
        Some(ImageFormat::Gif) => gif(bytes),
        Some(ImageFormat::WebP) => Some(webp(bytes)),
        Some(ImageFormat::Tiff) => tiff(bytes),
        Some(ImageFormat::Png) => png(bytes),
        Some(ImageFormat::Jpeg) => jpeg(bytes),
        Some(ImageFormat::Pnm) => Some(pnm::has_more(bytes)),
        _ => None,
    };
    more.unwrap_or(false)
}

/// Whether a GIF has a second image; `None` if the file ends before this is known.
fn gif(bytes: &[u8]) -> Option<bool> {
    // The size in bytes of the colour table that the byte `flags` describes.
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) };
    let mut at = 13 + table(*bytes.get(10)?);
    let mut images = 0;
    loop {
        at += match *bytes.get(at)? {
            0x21 => 2, // an extension
            0x2c if images == 1 => return Some(true),
            0x2c => {
                images += 1;
                11 + table(*bytes.get(at + 9)?)
            }
            _ => return Some(false),
        };
        while *bytes.get(at)? > 0 {
            at += 1 + usize::from(bytes[at]);
        }
        at += 1;
    }
}

/// Whether a WebP has several frames.
fn webp(bytes: &[u8]) -> bool {
    let (mut at, mut frames) = (12, 0);
    while let (Some(name), Some(size)) = (bytes.get(at..at + 4), four(bytes, at + 4, u32::from_le_bytes)) {
        frames += usize::from(name == b"ANMF");
        at = at.saturating_add(8).saturating_add(size as usize).saturating_add(size as usize % 2);
    }
    frames > 1
}

/// Whether a TIFF has a second page; `None` if the file ends before this is known.
fn tiff(bytes: &[u8]) -> Option<bool> {
    let is_little = bytes.first() == Some(&b'I');
    let long = |at: usize| four(bytes, at, if is_little { u32::from_le_bytes } else { u32::from_be_bytes });
    let page = long(4)? as usize;
    let entries = <[u8; 2]>::try_from(bytes.get(page..page.checked_add(2)?)?).ok()?;
    let entries = if is_little { u16::from_le_bytes(entries) } else { u16::from_be_bytes(entries) };
    Some(long(page + 2 + 12 * usize::from(entries))? != 0)
}

/// Whether a PNG is an animation of several frames; `None` if the file ends before this is known.
fn png(bytes: &[u8]) -> Option<bool> {
    let mut at = 8;
    loop {
        let size = four(bytes, at, u32::from_be_bytes)? as usize;
        match bytes.get(at + 4..at + 8)? {
            b"acTL" => return Some(four(bytes, at + 8, u32::from_be_bytes)? > 1),
            b"IDAT" => return Some(false),
            _ => at = at.checked_add(size)?.checked_add(12)?,
        }
    }
}

/// Whether a JPEG file states that it holds several pictures (the Multi-Picture Format, CIPA DC-007); `None` if the
/// file ends before this is known.
fn jpeg(bytes: &[u8]) -> Option<bool> {
    let mut at = 2;
    loop {
        match bytes.get(at..at + 2)? {
            [0xff, 0xe2] if bytes.get(at + 4..at + 8)? == b"MPF\0" => return Some(true),
            [0xff, 0xc0..=0xcf | 0xda | 0xd9] => return Some(false),
            [0xff, 0xff] => at += 1,
            [0xff, _] => {
                at += 2 + usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
            }
            _ => return Some(false),
        }
    }
}

/// The four bytes of `bytes` from `at` on, converted by `number`; `None` if fewer than four bytes are left.
fn four(bytes: &[u8], at: usize, number: fn([u8; 4]) -> u32) -> Option<u32> {
    <[u8; 4]>::try_from(bytes.get(at..at.checked_add(4)?)?).ok().map(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::gif::GifEncoder;
    use image::{DynamicImage, Frame, RgbaImage};
    use proptest::prelude::*;
    use std::io::Cursor;

    fn one(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(3, 2).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn animation(frames: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        encoder.encode_frames((0..frames).map(|_| Frame::new(RgbaImage::new(3, 2)))).unwrap();
        drop(encoder);
        bytes
    }

    const ALL: [ImageFormat; 6] =
        [ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Pnm];

    #[test]
    fn a_file_of_one_picture_has_no_more() {
        for format in ALL {
            assert!(!has_more(&one(format), Some(format)), "{format:?}");
        }
        assert!(!has_more(&animation(1), Some(ImageFormat::Gif)));
    }

    #[test]
    fn further_pictures_are_found() {
        assert!(has_more(&animation(2), Some(ImageFormat::Gif)));
        let mut png = one(ImageFormat::Png);
        png.splice(33..33, *b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0crc ");
        assert!(has_more(&png, Some(ImageFormat::Png)));
        let mut jpeg = one(ImageFormat::Jpeg);
        jpeg.splice(2..2, *b"\xff\xe2\0\x06MPF\0");
        assert!(has_more(&jpeg, Some(ImageFormat::Jpeg)));
        let webp = b"RIFF\x1c\0\0\0WEBPANMF\x01\0\0\0a\0ANMF\x02\0\0\0ab";
        assert!(has_more(webp, Some(ImageFormat::WebP)));
        let tiff = [&b"II*\0\x08\0\0\0\x01\0"[..], &[0; 12], b"\x20\0\0\0"].concat();
        assert!(has_more(&tiff, Some(ImageFormat::Tiff)));
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_looked_at(k in 0..ALL.len(), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let start = one(ALL[k]);
            for at in [0, 8, 14, start.len()] {
                let _ = has_more(&[&start[..at.min(start.len())], &bytes].concat(), Some(ALL[k]));
            }
        }
    }
}
