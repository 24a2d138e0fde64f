//! `train predict`: the predicted classes of images, with probabilities.

use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::input::Input;
use crate::terminal::{self, Format};
use data::{Picture, Scale, Shape};
use model::{Classifier, Prediction, Record};
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Whether strokes are lighter or darker than their background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Light strokes on a dark background, as in MNIST and the embedded digits.
    Light,
    /// Dark strokes on a light background: images are inverted before they are classified.
    Dark,
}

/// Prints the prediction of the best network of `run` for each image in `files`; the file `-` is standard input.
///
/// # Errors
/// [`Failure`] when the run has no usable record, its network does not read images, a file does not hold images that
/// the network accepts, or a probability is not finite.
pub fn predict(run: &Path, files: &[PathBuf], ink: Ink, format: Format) -> Result<(), Failure> {
    let folder = RunFolder::open_trained(run)?;
    let record = Record::load(&folder.record("best"))?;
    let input: Input = record.parsed::<Option<_>>("input")?.ok_or_else(|| {
        Failure::Usage(format!("the network of {} does not read images; train a network on images", run.display()))
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
                    "the network of {} gives probabilities that are not finite for {name} [{index}]; train it again at \
                     a lower learning rate",
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
    /// The name of the class; `None` if the record has no names.
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

/// The images in `bytes`, resized if necessary, as rows of values in [0, 1]; the format is recognised by the first
/// bytes.
fn decode(name: &str, bytes: &[u8], input: &Input) -> Result<Vec<f32>, Failure> {
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
        "warning: {name} is {width}x{height} and was resized to {}x{} for the network",
        input.width, input.height
    ));
    Ok(picture.resized(input.height, input.width).pixels)
}

/// Whether `bytes` begin like a PNG, JPEG, BMP or PNM file.
fn is_picture(bytes: &[u8]) -> bool {
    let pnm = matches!(bytes, [b'P', b'1'..=b'7', next, ..] if next.is_ascii_whitespace());
    pnm || [&b"\x89PNG"[..], b"\xff\xd8\xff", b"BM"].iter().any(|start| bytes.starts_with(start))
}

fn idx(name: &str, bytes: &[u8], input: &Input) -> Result<Vec<f32>, Failure> {
    let wrong = |problem: String| Failure::Image { path: name.to_owned(), problem };
    let images = data::idx::parse(Path::new(name), bytes)?;
    let (height, width) = match (&images.sizes[..], input.channels) {
        ([_, height, width], 1) => (*height, *width),
        ([_, planes, height, width], channels) if *planes == channels => (*height, *width),
        (sizes, 1) => return Err(wrong(format!("images need 3 dimensions, but the file has {}", sizes.len()))),
        (_, channels) => return Err(wrong(format!("the images lack the {channels} planes of the training images"))),
    };
    if let Some(value) = images.values.iter().find(|value| **value > input.maximum) {
        return Err(wrong(format!(
            "the file contains the value {value}, but the network was trained on values from 0 to {}",
            input.maximum
        )));
    }
    let scaled: Vec<f32> = images.values.iter().map(|v| f32::from(*v) / f32::from(input.maximum)).collect();
    if (height, width) == (input.height, input.width) {
        return Ok(scaled);
    }
    terminal::notice(&format!(
        "warning: the images of {name} are {width}x{height} and were resized to {}x{} for the network",
        input.width, input.height
    ));
    // Every plane of every image is resized separately.
    let shape = Shape { channels: scaled.len() / (height * width), height, width };
    Ok(Picture { shape, pixels: scaled }.resized(input.height, input.width).pixels)
}
