//! Contact sheets: rows of images in one picture.

use crate::failure::Failure;
use data::{Examples, Nistp, Picture, Shape};
use perturb::{Module, PinchVariant, Pipeline};

/// Largest number of images in a row.
const COLUMNS: usize = 10;
/// Number of pixels between images.
const GAP: usize = 1;

/// A description of the rows that [`of_modules`] returns.
pub const MODULES: &str = "the characters of ten images; then each perturbation alone, in the order slant, thickness, \
                           affine, elastic, pinch and the noise of P07, with one row each for the complexities 0, 0.35 \
                           and 0.7; last, all the perturbations of NISTP together";

/// The first ten images of each class, one row per class; the rows are empty if the inputs are not images.
#[must_use]
pub fn of_classes(examples: &Examples) -> Vec<Vec<Picture>> {
    let mut rows = vec![Vec::new(); examples.classes()];
    for (i, label) in examples.labels().iter().enumerate() {
        let row: &mut Vec<Picture> = &mut rows[usize::from(*label)];
        if row.len() < COLUMNS {
            row.extend(examples.picture(i));
        }
    }
    rows
}

/// `pictures` in rows of ten images.
#[must_use]
pub fn in_rows(pictures: &[Picture]) -> Vec<Vec<Picture>> {
    pictures.chunks(COLUMNS).map(<[Picture]>::to_vec).collect()
}

/// Rows of the same ten characters. The first row is not perturbed. Three rows at the complexities 0, 0.35 and 0.7
/// follow for each perturbation alone, and then three rows for all perturbations of NISTP together.
#[must_use]
pub fn of_modules(nistp: &Nistp) -> Vec<Vec<Picture>> {
    let row = |pipeline: &Pipeline, complexity: f64| -> Vec<Picture> {
        (0..COLUMNS as u32).map(|index| nistp.with(pipeline, complexity, index)).collect()
    };
    let alone = Module::ALL.map(|module| Pipeline::of(vec![module])).into_iter();
    let pipelines = alone.chain([Pipeline::nistp(PinchVariant::Report)]);
    let perturbed = pipelines.flat_map(|pipeline| [0.0, 0.35, 0.7].map(|complexity| row(&pipeline, complexity)));
    std::iter::once(row(&Pipeline::of(Vec::new()), 0.0)).chain(perturbed).collect()
}

/// The contents of a PNG file that shows `rows` of at most ten images each, all of the same shape, with middle-grey
/// gaps; 0 is black and 1 is white. `None` if there is no image.
///
/// # Errors
/// [`Failure`] when the sheet cannot be encoded as PNG, for example because the sheet is too large.
pub fn png(rows: &[Vec<Picture>]) -> Result<Option<Vec<u8>>, Failure> {
    let Some(shape) = rows.iter().flatten().map(|picture| picture.shape).next() else { return Ok(None) };
    let Shape { channels, height, width } = shape;
    let (step_x, step_y) = (width + GAP, height + GAP);
    let (full_width, full_height) = (COLUMNS * step_x + GAP, rows.len() * step_y + GAP);
    let mut bytes = vec![128; full_width * full_height * channels];
    for (class, row) in rows.iter().enumerate() {
        for (k, picture) in row.iter().enumerate() {
            let (left, top) = (GAP + k * step_x, GAP + class * step_y);
            for (i, value) in picture.pixels.iter().enumerate() {
                let (c, y, x) = (i / (height * width), i / width % height, i % width);
                bytes[((top + y) * full_width + left + x) * channels + c] = (value * 255.0).round() as u8;
            }
        }
    }
    encode(full_width, full_height, channels, &bytes).map(Some).map_err(|e| {
        Failure::Disagreement(format!("a sheet of {full_width} x {full_height} pixels cannot be drawn: {e}"))
    })
}

fn encode(width: usize, height: usize, channels: usize, bytes: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let side = |pixels| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut file, side(width), side(height));
    encoder.set_color(if channels == 3 { png::ColorType::Rgb } else { png::ColorType::Grayscale });
    let mut writer = encoder.write_header()?;
    writer.write_image_data(bytes)?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use data::Scale;

    fn pixels(examples: &Examples) -> (u32, u32, Vec<u8>) {
        decoded(&of_classes(examples))
    }

    fn decoded(rows: &[Vec<Picture>]) -> (u32, u32, Vec<u8>) {
        let file = png(rows).unwrap().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        (info.width, info.height, bytes)
    }

    #[test]
    fn images_are_upright_and_in_the_row_of_their_class() {
        let inputs = vec![1, 0, 0, 0, 0, 16]; // 1 x 2 pixels, three examples
        let examples = Examples::images(inputs, vec![1, 0, 1], Shape::grey(1, 2), 2, Scale::unit(16)).unwrap();
        let (width, height, bytes) = pixels(&examples);
        assert_eq!((width, height), (31, 5));
        assert_eq!(bytes[31 + 1..][..3], [0, 0, 128], "class 0 has one image");
        assert_eq!(bytes[3 * 31 + 1..][..6], [16, 0, 128, 0, 255, 128], "class 1 has two images");
    }

    #[test]
    fn planes_become_colours() {
        let shape = Shape { channels: 3, height: 1, width: 1 };
        let examples = Examples::images(vec![255, 10, 0], vec![0], shape, 1, Scale::unit(255)).unwrap();
        let (width, _, bytes) = pixels(&examples);
        assert_eq!(bytes[3 * (width as usize + 1)..][..3], [255, 10, 0]);
    }

    #[test]
    fn more_than_ten_pictures_continue_in_the_next_row() {
        let pictures: Vec<Picture> = (0..23u8).map(|k| Shape::grey(1, 1).picture(vec![f32::from(k) / 255.0])).collect();
        let (width, height, bytes) = decoded(&in_rows(&pictures));
        assert_eq!((width, height), (21, 7));
        let at = |row: usize, k: usize| bytes[(1 + 2 * row) * 21 + 1 + 2 * k];
        assert_eq!([at(0, 9), at(1, 0), at(2, 2), at(2, 3)], [9, 10, 22, 128]);
    }
}
