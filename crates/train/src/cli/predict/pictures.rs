//! Predictions for pictures and for idx files of images.

use super::Predictor;
use crate::failure::Failure;
use crate::terminal;
use data::{Picture, Shape};
use preprocessing::Pixels;
use std::io::Read;
use std::path::Path;

/// Whether strokes are lighter or darker than their background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Light strokes on a dark background, as in the training data.
    Light,
    /// Dark strokes on a light background: images are inverted before they are classified.
    Dark,
}

/// Writes the prediction for each image in `file`, which `pixels` turns into inputs.
///
/// # Errors
/// [`Failure`] when the file is not an image, and those of [`Predictor::answer`].
pub(super) fn predict(to: &mut Predictor<'_>, file: &Path, pixels: &Pixels, ink: Ink) -> Result<(), Failure> {
    let (name, bytes) = read(file)?;
    let mut images = decode(&name, &bytes, pixels)?;
    let plane = pixels.height * pixels.width;
    for (k, value) in images.iter_mut().enumerate() {
        let fraction = if ink == Ink::Dark { 1.0 - *value } else { *value };
        *value = pixels.input(k / plane % pixels.channels, fraction);
    }
    to.answer(&name, 0, &images)
}

fn read(file: &Path) -> Result<(String, Vec<u8>), Failure> {
    if file != Path::new("-") {
        return Ok((file.display().to_string(), files::read(file)?));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(files::Error::new("read", Path::new("standard input")))?;
    Ok(("standard input".to_owned(), bytes))
}

/// The images in `bytes` as rows of values in [0, 1]; the format is recognised by the first bytes.
fn decode(name: &str, bytes: &[u8], input: &Pixels) -> Result<Vec<f32>, Failure> {
    if !is_picture(bytes) {
        return idx(name, bytes, input);
    }
    if input.channels == 2 {
        let problem = "the network was trained on stereo pairs, which a picture cannot hold".to_owned();
        return Err(Failure::Image { path: name.to_owned(), problem });
    }
    let picture = data::picture(Path::new(name), bytes)?.planes(input.channels);
    let Shape { height, width, .. } = picture.shape;
    if (height, width) == (input.height, input.width) {
        return Ok(picture.pixels);
    }
    terminal::notice(&format!(
        "warning: {name} is {width}x{height}, resized to the network's {}x{}",
        input.width, input.height
    ));
    Ok(picture.resized(input.height, input.width).pixels)
}

/// Whether `bytes` begin like a PNG, JPEG, BMP or PNM file.
fn is_picture(bytes: &[u8]) -> bool {
    let pnm = matches!(bytes, [b'P', b'1'..=b'7', next, ..] if next.is_ascii_whitespace());
    pnm || [&b"\x89PNG"[..], b"\xff\xd8\xff", b"BM"].iter().any(|start| bytes.starts_with(start))
}

fn idx(name: &str, bytes: &[u8], input: &Pixels) -> Result<Vec<f32>, Failure> {
    let wrong = |problem: String| Failure::Image { path: name.to_owned(), problem };
    let images = data::idx::parse(Path::new(name), bytes)?;
    let (height, width) = match (&images.sizes[..], input.channels) {
        ([_, height, width], 1) => (*height, *width),
        ([_, planes, height, width], channels) if *planes == channels => (*height, *width),
        (sizes, 1) => return Err(wrong(format!("images need 3 dimensions, but it has {}", sizes.len()))),
        (_, channels) => return Err(wrong(format!("the network was trained on images of {channels} planes"))),
    };
    if let Some(value) = images.values.iter().find(|value| **value > input.maximum) {
        return Err(wrong(format!(
            "it holds the value {value}, but the network was trained on values from 0 to {}",
            input.maximum
        )));
    }
    let scaled: Vec<f32> = images.values.iter().map(|v| f32::from(*v) / f32::from(input.maximum)).collect();
    if (height, width) == (input.height, input.width) {
        return Ok(scaled);
    }
    terminal::notice(&format!(
        "warning: the images of {name} are {width}x{height}, resized to the network's {}x{}",
        input.width, input.height
    ));
    // Every plane of every image is resized separately.
    let shape = Shape { channels: scaled.len() / (height * width), height, width };
    Ok(Picture { shape, pixels: scaled }.resized(input.height, input.width).pixels)
}
