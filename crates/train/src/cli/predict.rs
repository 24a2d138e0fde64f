//! `train predict`: class and probabilities for images.

use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::input::Input;
use crate::terminal::{self, Format};
use data::Scale;
use model::{Classifier, Prediction, Record};
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Whether strokes are lighter or darker than what they are drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Light strokes on dark, as in the training data.
    Light,
    /// Dark strokes on light: values are turned around.
    Dark,
}

/// Largest PNG that is decoded, in bytes of memory.
const MOST_PNG_BYTES: usize = 1 << 28;

/// Prints what the best network of `run` sees in each image of `files`.
///
/// # Errors
/// [`Failure`] when the run has no record, or a file is no image.
pub fn predict(run: &Path, files: &[PathBuf], ink: Ink, format: Format) -> Result<(), Failure> {
    let folder = RunFolder::open_trained(run)?;
    let record = Record::load(&folder.record("best"))?;
    let input: Input = record.parsed::<Option<_>>("input")?.ok_or_else(|| {
        Failure::Usage(format!("the network of {} does not read images; train one on images", run.display()))
    })?;
    let scale = Scale { maximum: input.maximum, lowest: input.lowest };
    let names: Vec<String> = record.parsed("classes")?;
    let mut classifier = Classifier::from_record(&record)?;
    for file in files {
        let (name, bytes) = read(file)?;
        let mut images = decode(&name, &bytes, &input)?;
        for value in &mut images {
            *value = scale.value(if ink == Ink::Dark { 1.0 - *value } else { *value });
        }
        for (index, prediction) in classifier.predict(&images)?.iter().enumerate() {
            if !prediction.probabilities.iter().all(|p| p.is_finite()) {
                return Err(Failure::Disagreement(format!(
                    "the network of {} makes no finite numbers of {name} [{index}]; train it again at a lower rate",
                    run.display()
                )));
            }
            terminal::line(&match format {
                Format::Text => text(&name, index, prediction, &names),
                Format::Json => {
                    let called = names.get(prediction.class).map(String::as_str);
                    terminal::json(&Answer { file: &name, index, name: called, prediction: prediction.into() })
                }
            });
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    index: usize,
    /// What the class is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(flatten)]
    prediction: Classes<'a>,
}

#[derive(Serialize)]
struct Classes<'a> {
    class: usize,
    probabilities: &'a [f32],
}

impl<'a> From<&'a Prediction> for Classes<'a> {
    fn from(prediction: &'a Prediction) -> Self {
        Self { class: prediction.class, probabilities: &prediction.probabilities }
    }
}

fn text(name: &str, index: usize, prediction: &Prediction, names: &[String]) -> String {
    let called = |class: usize| names.get(class).cloned().unwrap_or_else(|| class.to_string());
    let all = prediction.probabilities.iter().enumerate();
    let all: Vec<String> = all.map(|(class, p)| format!("{}: {p:.4}", called(class))).collect();
    format!("{name} [{index}]  class {}  ({})", called(prediction.class), all.join(", "))
}

fn read(file: &Path) -> Result<(String, Vec<u8>), Failure> {
    if file != Path::new("-") {
        return Ok((file.display().to_string(), files::read(file)?));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(files::Error::new("read", Path::new("standard input")))?;
    Ok(("standard input".to_owned(), bytes))
}

/// The images in `bytes` as rows of [0, 1], told apart by their first bytes.
fn decode(name: &str, bytes: &[u8], input: &Input) -> Result<Vec<f32>, Failure> {
    let png_bytes = bytes.starts_with(b"\x89PNG");
    if input.channels == 2 && (png_bytes || is_other_picture(bytes)) {
        let problem = "the network was trained on what two eyes see, which no picture holds".to_owned();
        return Err(Failure::Image { path: name.to_owned(), problem });
    }
    if png_bytes {
        let image = png(bytes, input.channels).map_err(|problem| Failure::Image { path: name.to_owned(), problem })?;
        return Ok(fit(name, image, input));
    }
    if is_other_picture(bytes) {
        let data::Pixels { height, width, rgba } = data::picture(Path::new(name), bytes)?;
        return Ok(fit(name, Picture { height, width, values: planes(&rgba, 4, input.channels) }, input));
    }
    idx(name, bytes, input)
}

/// Whether `bytes` begin as those of a JPEG, a BMP or one of the PNM family, which data of one's own may be.
fn is_other_picture(bytes: &[u8]) -> bool {
    let pnm = matches!(bytes, [b'P', b'1'..=b'7', next, ..] if next.is_ascii_whitespace());
    pnm || bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"BM")
}

/// `channels` planes of pixels of so many samples.
fn planes(bytes: &[u8], samples: usize, channels: usize) -> Vec<f32> {
    let pixels = || bytes.chunks(samples);
    match channels {
        1 => pixels().map(brightness).collect(),
        _ => (0..channels).flat_map(|channel| pixels().map(move |pixel| colour(pixel, channel))).collect(),
    }
}

/// A picture with values in [0, 1], plane by plane, row by row.
struct Picture {
    height: usize,
    width: usize,
    values: Vec<f32>,
}

fn png(bytes: &[u8], channels: usize) -> Result<Picture, String> {
    let limits = png::Limits { bytes: MOST_PNG_BYTES };
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|e| e.to_string())?;
    let size = reader.output_buffer_size().filter(|size| *size <= MOST_PNG_BYTES);
    let mut buffer = vec![0; size.ok_or("the image is too large")?];
    let info = reader.next_frame(&mut buffer).map_err(|e| e.to_string())?;
    let samples = info.color_type.samples();
    let values = planes(&buffer[..info.buffer_size()], samples, channels);
    Ok(Picture { height: info.height as usize, width: info.width as usize, values })
}

/// Red (0), green (1) or blue (2) of a pixel as [`brightness`] takes it; grey has all three alike.
fn colour(pixel: &[u8], channel: usize) -> f32 {
    let value = |k: usize| f32::from(pixel[k]) / 255.0;
    match pixel.len() {
        1 => value(0),
        2 => value(0) * value(1),
        3 => value(channel),
        _ => value(channel) * value(3),
    }
}

/// Of a pixel of 1 (grey), 2 (grey, alpha), 3 (colour) or 4 (colour, alpha) bytes; transparent is black.
fn brightness(pixel: &[u8]) -> f32 {
    let value = |k: usize| f32::from(pixel[k]) / 255.0;
    // Rec. 601 luma.
    let luma = || 0.299 * value(0) + 0.587 * value(1) + 0.114 * value(2);
    match pixel.len() {
        1 => value(0),
        2 => value(0) * value(1),
        3 => luma(),
        _ => luma() * value(3),
    }
}

fn fit(name: &str, image: Picture, input: &Input) -> Vec<f32> {
    if (image.height, image.width) == (input.height, input.width) {
        return image.values;
    }
    terminal::notice(&format!(
        "warning: {name} is {}x{}, resized to the network's {}x{}",
        image.width, image.height, input.width, input.height
    ));
    resize(&image, input.height, input.width)
}

/// Each plane by exact area average: each target pixel is the mean of the part of the picture that it covers.
fn resize(image: &Picture, height: usize, width: usize) -> Vec<f32> {
    let plane = |values: &[f32]| {
        let columns = resize_rows(values, image.height, image.width, height);
        let turned = transpose(&columns, height, image.width);
        transpose(&resize_rows(&turned, image.width, height, width), width, height)
    };
    image.values.chunks(image.height * image.width).flat_map(plane).collect()
}

fn transpose(values: &[f32], height: usize, width: usize) -> Vec<f32> {
    (0..width * height).map(|k| values[(k % height) * width + k / height]).collect()
}

/// `height` rows of `width` values averaged into `target` rows.
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

fn idx(name: &str, bytes: &[u8], input: &Input) -> Result<Vec<f32>, Failure> {
    let wrong = |problem: String| Failure::Image { path: name.to_owned(), problem };
    let images = data::idx::parse(Path::new(name), bytes)?;
    let (height, width) = match (&images.sizes[..], input.channels) {
        ([_, height, width], 1) => (*height, *width),
        ([_, planes, height, width], channels) if *planes == channels => (*height, *width),
        (sizes, 1) => return Err(wrong(format!("it holds {} dimensions, images need 3", sizes.len()))),
        (_, channels) => return Err(wrong(format!("the network was trained on images of {channels} planes"))),
    };
    if let Some(value) = images.values.iter().find(|value| **value > input.maximum) {
        return Err(wrong(format!("it holds the value {value}, the network was trained on 0 to {}", input.maximum)));
    }
    let scaled: Vec<f32> = images.values.iter().map(|v| f32::from(*v) / f32::from(input.maximum)).collect();
    if (height, width) == (input.height, input.width) {
        return Ok(scaled);
    }
    terminal::notice(&format!(
        "warning: the images of {name} are {width}x{height}, resized to the network's {}x{}",
        input.width, input.height
    ));
    let resized = scaled
        .chunks(height * width)
        .flat_map(|values| resize(&Picture { height, width, values: values.to_vec() }, input.height, input.width));
    Ok(resized.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(height: usize, width: usize, values: &[f32]) -> Picture {
        Picture { height, width, values: values.to_vec() }
    }

    #[test]
    fn resizing_averages_what_each_pixel_covers() {
        let image = grey(2, 4, &[0.0, 1.0, 0.5, 0.5, 1.0, 0.0, 0.5, 0.5]);
        assert_eq!(resize(&image, 1, 2), [0.5, 0.5]);
        // A third pixel of 3 -> 2 is shared half and half.
        let shared = resize(&grey(1, 3, &[0.0, 0.6, 0.9]), 1, 2);
        assert!((shared[0] - 0.2).abs() < 1e-6 && (shared[1] - 0.8).abs() < 1e-6, "{shared:?}");
        assert_eq!(resize(&grey(1, 1, &[0.25]), 2, 3), [0.25; 6]);
    }

    #[test]
    fn resizing_to_the_same_size_changes_nothing() {
        let values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
        assert_eq!(resize(&grey(2, 3, &values), 2, 3), values);
    }

    #[test]
    fn planes_are_resized_each_on_its_own() {
        let image = grey(1, 2, &[0.0, 1.0, 0.2, 0.4, 1.0, 1.0]);
        let resized = resize(&image, 1, 1);
        assert!(
            resized.iter().zip([0.5, 0.3, 1.0]).all(|(found, wanted)| (found - wanted).abs() < 1e-6),
            "{resized:?}"
        );
    }

    #[test]
    fn a_colour_is_one_sample_times_opacity_and_grey_has_all_three() {
        assert_eq!([0, 1, 2].map(|c| colour(&[255, 0, 51], c)), [1.0, 0.0, 0.2]);
        assert_eq!([0, 1].map(|c| colour(&[255, 255, 0, 0], c)), [0.0, 0.0]);
        assert_eq!([0, 2].map(|c| colour(&[51], c)), [0.2, 0.2]);
    }

    #[test]
    fn colours_become_their_luma_and_transparency_black() {
        assert!((brightness(&[255, 255, 255]) - 1.0).abs() < 1e-6);
        assert!((brightness(&[255, 0, 0, 255]) - 0.299).abs() < 1e-6);
        assert_eq!(brightness(&[255, 255, 255, 0]), 0.0);
        assert_eq!(brightness(&[255, 0]), 0.0);
    }
}
