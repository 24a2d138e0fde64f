//! The HTML document: markup, style sheet and scripts from the files in this folder, and the data as JSON.

use super::network::{Answer, Effect, Error, Explored, Explorer};
use super::quantise::quantise;
use crate::document::{Head, document, style};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use exchange::{Affine, Expression};
use maud::{PreEscaped, html};
use preprocessing::Pixels;
use serde::Serialize;
use std::path::Path;
use units::Activation;

/// The tolerance for rounding errors: if an output that the page computes differs from the 32-bit output of the program
/// by more than this, the page warns the user.
const TOLERANCE: f64 = 1e-4;

/// The script of the page: all script files, one after the other.
const SCRIPT: &str = concat!(
    "\"use strict\";\n",
    include_str!("formulas.js"),
    include_str!("network.js"),
    include_str!("paths.js"),
    include_str!("picture.js"),
    include_str!("pad.js"),
    include_str!("grid.js"),
    include_str!("answer.js"),
    include_str!("column.js"),
    include_str!("main.js"),
);

/// Writes the page to the file `path`.
///
/// # Errors
/// [`Error`] when the parts of the page do not fit together, or when the file cannot be written.
pub fn write_explorer(path: &Path, explorer: &Explorer) -> Result<(), Error> {
    Ok(files::write(path, explorer_html(explorer)?.as_bytes())?)
}

/// The page as an HTML document that runs only its own script and loads no other file.
///
/// # Errors
/// [`Error`] when the parts of the page do not fit together.
pub fn explorer_html(explorer: &Explorer) -> Result<String, Error> {
    explorer.check()?;
    let names: Vec<&str> = explorer.networks.iter().map(|network| network.name.as_str()).collect();
    let title = format!("{} · explore", names.join(", "));
    let style = style(include_str!("explore.css"));
    let body = html! {
        (PreEscaped(include_str!("page.html")))
        script type="application/json" id="page" { (escaped(&PageData::of(explorer))) }
        @for network in explorer.networks {
            script type="application/json" class="weights" { (escaped(&NetworkData::of(network))) }
        }
        script { (PreEscaped(SCRIPT)) }
    };
    Ok(document(&Head { title: &title, style: &style, policy: Some(policy(&style)) }, &body))
}

/// The content security policy, which allows only the style sheet `style`, [`SCRIPT`], and pictures embedded in the
/// page.
fn policy(style: &str) -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        digest(SCRIPT),
        digest(style)
    )
}

/// The hash of `text` as a source in a content security policy: `sha256-` followed by the SHA-256 checksum in base64.
fn digest(text: &str) -> String {
    let hex = files::sha256(text.as_bytes());
    let bytes: Vec<u8> =
        (0..hex.len()).step_by(2).filter_map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect();
    format!("sha256-{}", STANDARD.encode(bytes))
}

/// `value` as JSON for a script element. The JSON contains no `<`, so that no name in `value` can close the element.
fn escaped(value: &impl Serialize) -> PreEscaped<String> {
    let text = serde_json::to_string(value).unwrap_or_default(); // plain structs always serialise
    PreEscaped(text.replace('<', "\\u003c"))
}

/// The data of the page other than the networks, as JSON for the script. Arrays of numbers are encoded as the base64 of
/// their little-endian bytes.
#[derive(Serialize)]
struct PageData<'a> {
    command: &'a str,
    classes: &'a [String],
    image: Pixels,
    tolerance: f64,
    samples: Vec<SampleData>,
}

#[derive(Serialize)]
struct SampleData {
    pixels: String,
    label: usize,
    answers: Vec<String>,
}

#[derive(Serialize)]
struct NetworkData<'a> {
    name: &'a str,
    hidden: Vec<LayerData>,
    output: AffineData,
    /// The kind of the network's output: "classes" or "reconstruction".
    kind: &'static str,
    /// The function that maps a pre-activation of the decoder to a value of the reconstruction; `None` for a
    /// classifier.
    output_function: Option<Expression>,
    effect: Option<Effect>,
}

#[derive(Serialize)]
struct LayerData {
    #[serde(flatten)]
    affine: AffineData,
    signs: Option<String>,
    activation: ActivationData,
}

/// The activation function of a layer: its name in words, a formula for each output of a unit, and whether
/// f(c z) = c f(z) for every c > 0.
#[derive(Serialize)]
struct ActivationData {
    text: String,
    outputs: Vec<Expression>,
    homogeneous: bool,
}

#[derive(Serialize)]
struct AffineData {
    codes: String,
    scale: String,
    bias: String,
}

impl<'a> PageData<'a> {
    fn of(explorer: &Explorer<'a>) -> Self {
        let samples = explorer.samples.iter().map(|sample| SampleData {
            pixels: STANDARD.encode(&sample.pixels),
            label: sample.label,
            answers: sample.answers.iter().map(|answer| floats(answer)).collect(),
        });
        let Explorer { command, classes, .. } = *explorer;
        let image = explorer.image.clone();
        Self { command, classes, image, tolerance: TOLERANCE, samples: samples.collect() }
    }
}

impl<'a> NetworkData<'a> {
    fn of(network: &'a Explored) -> Self {
        let hidden = network.hidden.iter().map(|layer| LayerData {
            affine: AffineData::of(&layer.affine),
            signs: layer.signs.as_deref().map(floats),
            activation: ActivationData::of(layer.activation),
        });
        let Explored { name, output, answer, effect, .. } = network;
        let (kind, output_function) = match answer {
            Answer::Classes => ("classes", None),
            Answer::Reconstruction(reconstruction) => ("reconstruction", Some(exchange::of_output(*reconstruction))),
        };
        let output = AffineData::of(output);
        Self { name, hidden: hidden.collect(), output, kind, output_function, effect: *effect }
    }
}

impl ActivationData {
    fn of(activation: Activation) -> Self {
        Self {
            text: activation.to_string().replace('-', " "),
            outputs: exchange::of_unit(activation),
            homogeneous: activation.is_positively_homogeneous(),
        }
    }
}

impl AffineData {
    fn of(affine: &Affine) -> Self {
        let rounded = quantise(&affine.weight, affine.bias.len());
        let codes: Vec<u8> = rounded.codes.iter().map(|code| code.cast_unsigned()).collect();
        Self { codes: STANDARD.encode(codes), scale: floats(&rounded.scale), bias: floats(&affine.bias) }
    }
}

/// The little-endian bytes of `numbers`, in base64.
fn floats(numbers: &[f32]) -> String {
    STANDARD.encode(numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
}
