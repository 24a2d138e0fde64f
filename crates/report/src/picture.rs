//! Pictures inside the page: PNG files as data addresses.

use base64::{Engine, prelude::BASE64_STANDARD};

/// A grey picture, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `[height, width]` values; the user of the picture says in which range.
    pub pixels: Vec<f32>,
}

/// The image, 0 black and 1 white, as a data address.
pub(crate) fn grey(image: &Image) -> String {
    let pixels: Vec<u8> = image.pixels.iter().map(|v| byte(*v)).collect();
    address(image.width, image.height, png::ColorType::Grayscale, &pixels)
}

/// All images in one sheet of `columns`, each scaled by its own largest |value|: positive values orange, negative ones
/// blue, 0 a neutral grey; with the sheet's width in pixels.
pub(crate) fn signed_sheet(images: &[Image], columns: usize) -> (String, usize) {
    const GAP: usize = 1;
    const NEUTRAL: [u8; 3] = [128, 128, 128];
    let (width, height) = images.first().map_or((1, 1), |image| (image.width, image.height));
    let columns = columns.min(images.len()).max(1);
    let rows = images.len().div_ceil(columns).max(1);
    let (sheet_width, sheet_height) = (columns * (width + GAP), rows * (height + GAP));
    let mut sheet: Vec<u8> = NEUTRAL.repeat(sheet_width * sheet_height);
    for (k, image) in images.iter().enumerate() {
        let (left, top) = ((k % columns) * (width + GAP), (k / columns) * (height + GAP));
        let scale = image.pixels.iter().fold(f32::MIN_POSITIVE, |m, v| m.max(v.abs()));
        for (i, value) in image.pixels.iter().take(width * height).enumerate() {
            let at = 3 * ((top + i / width) * sheet_width + left + i % width);
            sheet[at..at + 3].copy_from_slice(&diverging(value / scale));
        }
    }
    (address(sheet_width, sheet_height, png::ColorType::Rgb, &sheet), sheet_width)
}

/// -1 blue, 0 grey, 1 orange; the two ends differ in lightness, too.
fn diverging(value: f32) -> [u8; 3] {
    const ENDS: [[f32; 3]; 2] = [[0.05, 0.15, 0.55], [1.0, 0.80, 0.35]];
    let end = ENDS[usize::from(value > 0.0)];
    end.map(|e| byte(0.5 + (e - 0.5) * value.abs()))
}

fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn address(width: usize, height: usize, color: png::ColorType, pixels: &[u8]) -> String {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    // Writing to memory fails only for sizes that disagree, which leaves the picture out.
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    let file = if written.is_ok() { file } else { Vec::new() };
    format!("data:image/png;base64,{}", BASE64_STANDARD.encode(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(address: &str) -> (png::OutputInfo, Vec<u8>) {
        let bytes = BASE64_STANDARD.decode(address.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        (info, pixels)
    }

    #[test]
    fn a_grey_picture_decodes_to_its_pixels() {
        let (info, pixels) = decoded(&grey(&Image { width: 3, height: 1, pixels: vec![0.0, 1.0, 2.0] }));
        assert_eq!((info.width, info.height, pixels), (3, 1, vec![0, 255, 255]));
    }

    #[test]
    fn a_sheet_puts_each_image_in_its_cell() {
        let one = Image { width: 1, height: 1, pixels: vec![5.0] };
        let minus = Image { width: 1, height: 1, pixels: vec![-0.1] };
        let (address, width) = signed_sheet(&[one.clone(), minus, one], 2);
        let (info, pixels) = decoded(&address);
        assert_eq!((info.width as usize, info.height, width), (4, 4, 4));
        let at = |x: usize, y: usize| [pixels[3 * (y * 4 + x)], pixels[3 * (y * 4 + x) + 2]];
        let ([red, blue], [red_minus, blue_minus]) = (at(0, 0), at(2, 0));
        assert!(red > blue && red_minus < blue_minus, "positive is orange, negative blue");
        assert_eq!(at(0, 0), at(0, 2), "the third image opens the second row");
        assert_eq!(at(1, 1), [128, 128], "the gap is neutral");
    }

    #[test]
    fn no_image_and_no_number_break_nothing() {
        signed_sheet(&[], 10);
        grey(&Image { width: 1, height: 1, pixels: vec![f32::NAN] });
        signed_sheet(&[Image { width: 1, height: 1, pixels: vec![f32::NAN] }], 10);
    }
}
