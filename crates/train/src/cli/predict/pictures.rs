//! Predictions for pictures and for idx files of images.

use super::Predictor;
use crate::cli::sheet;
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
/// [`Failure`] when the file is not an image or shows no ink, the picture of the inputs cannot be written, and those of
/// [`Predictor::answer`].
pub(super) fn predict(
    to: &mut Predictor<'_>,
    file: &Path,
    pixels: &Pixels,
    ink: Ink,
    show: Option<&Path>,
) -> Result<(), Failure> {
    let (name, bytes) = read(file)?;
    let may_be_idx = bytes.starts_with(&[0, 0]) || bytes.starts_with(b"\x1f\x8b");
    if !data::is_picture(&bytes) && !may_be_idx {
        let problem =
            "it is no picture; give a PNG, JPEG, BMP, PNM, GIF, WebP or TIFF, or an idx file of images".to_owned();
        return Err(Failure::Image { path: name, problem });
    }
    let mut images =
        if data::is_picture(&bytes) { picture(&name, &bytes, pixels)? } else { idx(&name, &bytes, pixels)? };
    if ink == Ink::Dark {
        for value in &mut images {
            *value = 1.0 - *value;
        }
    }
    let each = images.chunks_exact(pixels.inputs());
    if let Some(path) = show {
        let shape = Shape { channels: pixels.channels, height: pixels.height, width: pixels.width };
        let row: Vec<Picture> = each.clone().take(100).map(|image| shape.picture(image.to_vec())).collect();
        if let Some(png) = sheet::png(&[row])? {
            files::write(path, &png)?;
            terminal::notice(&format!("{}: what the network sees of {name}", path.display()));
        }
    }
    let inputs: Vec<f32> = each.flat_map(|image| pixels.scaled(image)).collect();
    to.answer(&name, 0, &inputs)
}

/// The picture in `bytes` as pixels from 0 for black to 1 for white, in the form and the size of the training pictures.
fn picture(name: &str, bytes: &[u8], pixels: &Pixels) -> Result<Vec<f32>, Failure> {
    let refused = |problem: &str| Err(Failure::Image { path: name.to_owned(), problem: problem.to_owned() });
    if pixels.channels == 2 {
        return refused(
            "the network was trained on stereo pairs, which a picture cannot hold; give an idx file of pairs",
        );
    }
    let picture = data::picture(Path::new(name), bytes, pixels.stored)?;
    let Some(prepared) = picture.prepared(pixels) else {
        return refused(
            "it shows no ink that stands out from its ground; give a picture of a character, or classify this one \
                        unchanged with --as-it-is",
        );
    };
    let (height, width) = (picture.height, picture.width);
    if (height, width) != (pixels.height, pixels.width) {
        let how = if pixels.form.is_some() {
            "its ink was cut out, made light on dark, and centred as in the training images, at"
        } else {
            "it was resized to"
        };
        let (to_width, to_height) = (pixels.width, pixels.height);
        terminal::notice(&format!("{name} has {width}x{height} pixels: {how} {to_width}x{to_height}"));
    }
    Ok(prepared.pixels)
}

fn read(file: &Path) -> Result<(String, Vec<u8>), Failure> {
    if file != Path::new("-") {
        return Ok((file.display().to_string(), files::read(file)?));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(files::Error::new("read", Path::new("standard input")))?;
    Ok(("standard input".to_owned(), bytes))
}

fn idx(name: &str, bytes: &[u8], input: &Pixels) -> Result<Vec<f32>, Failure> {
    let wrong = |problem: String| {
        let problem = format!("{problem}; give pictures, or an idx file of images like those of the training data");
        Failure::Image { path: name.to_owned(), problem }
    };
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
    // Every plane of every image is fitted separately, as pictures are for training.
    let shape = Shape { channels: scaled.len() / (height * width), height, width };
    let ground = f32::from(input.ground) / 255.0;
    let fitted = Picture { shape, pixels: scaled }.fitted(input.height, input.width, ground);
    Ok(fitted.pixels.into_iter().map(|value| (255.0 * value).round() / 255.0).collect())
}
