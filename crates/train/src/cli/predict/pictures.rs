//! Predictions for pictures and for idx files of images.

use super::Predictor;
use crate::failure::Failure;
use crate::terminal;
use data::{Ink, Order, Picture, Prepared, Shape};
use preprocessing::Pixels;
use std::io::Read;
use std::path::Path;

/// The largest number of pictures that `--show` shows.
const MOST_SHOWN: usize = 100;

/// How pictures are read.
pub(super) struct Reading<'a> {
    /// How a picture becomes inputs.
    pub(super) pixels: &'a Pixels,
    /// The order of the pixels in idx files.
    pub(super) order: Order,
    /// Whether strokes are lighter or darker than the background.
    pub(super) ink: Ink,
}

/// Writes the prediction for each image in `file`, and adds the images as the network reads them to `shown`, up to
/// [`MOST_SHOWN`] in all.
///
/// # Errors
/// [`Failure`] when the file cannot be read, is not an image or shows no ink; also the errors of [`Predictor::answer`].
pub(super) fn predict(
    to: &mut Predictor<'_>,
    file: &Path,
    reading: &Reading<'_>,
    shown: &mut Vec<Picture>,
) -> Result<(), Failure> {
    let Reading { pixels, order, ink } = *reading;
    let (name, bytes) = read(file)?;
    let Prepared { pixels: images, notes } = data::prepared(Path::new(&name), &bytes, pixels, order, ink)?;
    for note in notes {
        terminal::notice(&format!("{name} {note}"));
    }
    let shape = Shape { channels: pixels.channels, height: pixels.height, width: pixels.width };
    let each = |images| <[f32]>::chunks_exact(images, pixels.inputs());
    let room = MOST_SHOWN - shown.len();
    shown.extend(each(&images).take(room).map(|image| shape.picture(image.to_vec())));
    let rows = super::together(pixels.inputs());
    for (block, images) in images.chunks(rows * pixels.inputs()).enumerate() {
        let inputs: Vec<f32> = each(images).flat_map(|image| pixels.scaled(image)).collect();
        to.answer((block * rows..).map(|index| (&name[..], index)), &inputs)?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<(String, Vec<u8>), Failure> {
    let bytes = match super::standard_input(file) {
        Some((name, mut reader)) => {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map_err(files::Error::new("read", name))?;
            bytes
        }
        None => files::read(file).map_err(data::Error::from)?,
    };
    Ok((super::name(file), bytes))
}
