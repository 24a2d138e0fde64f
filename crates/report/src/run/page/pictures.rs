//! The pictures of the page: first-layer weights and misclassified images, each a PNG in a `data:` URL.

use super::confusion::name;
use crate::text::number;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

/// A picture with one value per pixel, or with three: red, green and blue.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The number of colour channels: 1 or 3.
    pub channels: usize,
    /// The width in pixels.
    pub width: usize,
    /// The height in pixels.
    pub height: usize,
    /// The `channels * width * height` values, channel by channel, row by row from the top left; missing values count
    /// as 0.
    pub pixels: Vec<f32>,
}

/// A test image that the network misclassifies.
#[derive(Clone, Debug, PartialEq)]
pub struct Confused {
    /// The image, from 0 (black) to 1 (white).
    pub image: Image,
    /// The actual class of the image.
    pub label: usize,
    /// The class that the network predicts.
    pub predicted: usize,
    /// The probability that the network gives to `predicted`, from 0 to 1.
    pub probability: f64,
}

/// The number of filters in a row of the sheet.
const COLUMNS: usize = 10;

/// The fraction of the weights that the colour scale covers; larger weights are clipped. A scale that covered all
/// weights would leave most of them close to the middle grey.
const SHOWN: f64 = 0.99;

/// The colour at the negative end of the scale, dark blue. The scale goes on to middle grey ([`ZERO`]) and light sand
/// ([`POSITIVE`]). Brightness alone shows the sign, so the scale works in black and white and without colour vision.
const NEGATIVE: [f32; 3] = [16.0, 36.0, 92.0];
const ZERO: [f32; 3] = [140.0, 140.0, 140.0];
const POSITIVE: [f32; 3] = [255.0, 240.0, 205.0];

/// The section of the first layer's weights `filters` and, if the layer was pre-trained, the weights of the same units
/// after pre-training; empty without filters.
pub(crate) fn filters(filters: &[Image], pretrained: &[Image]) -> Markup {
    let limit = limit(filters);
    let columns = filters.len().min(COLUMNS);
    html! {
        @if let Some(sheet) = sheet(filters, columns, limit) {
            section {
                h2 { "First-layer weights" }
                p {
                    "The weights of " (filters.len()) " units of the first hidden layer, each in the shape of the input. \
                     Light is positive, dark is negative, the middle grey is 0. All units share one scale, from "
                    (format!("\u{2212}{limit:.3} to {limit:.3}")) "; the largest 1\u{a0}% of the weights lie beyond it."
                    @if filters.iter().any(|filter| filter.channels == 3) {
                        " Red, green and blue are the weights of the red, green and blue inputs."
                    }
                }
                img.sheet src=(sheet) style=(format!("width: min(100%, {}rem)", 4 * columns))
                    alt=(format!("Weights of {} first-layer units, one small picture each", filters.len()));
                @if let Some(before) = self::sheet(pretrained, columns, limit) {
                    p { "The same units after pre-training, before fine-tuning, on the same scale:" }
                    img.sheet src=(before) style=(format!("width: min(100%, {}rem)", 4 * columns))
                        alt=(format!("Weights of {} first-layer units after pre-training", pretrained.len()));
                }
            }
        }
    }
}

/// The section of the most confident mistakes on the test set; empty without mistakes.
pub(crate) fn confused(confused: &[Confused], names: &[String]) -> Markup {
    html! {
        @if !confused.is_empty() {
            section {
                h2 { "Most confident mistakes" }
                p { "Misclassified test images with the highest probability of the predicted class." }
                ul.mistakes {
                    @for mistake in confused {
                        li {
                            @if let Some(address) = picture(&mistake.image) {
                                img src=(address) alt=(format!("test image of class {}", name(names, mistake.label)));
                            }
                            span {
                                b { (name(names, mistake.label)) } ", classified as "
                                b { (name(names, mistake.predicted)) }
                            }
                            span.muted { (number::percent(mistake.probability)) }
                        }
                    }
                }
            }
        }
    }
}

/// The absolute weight at the ends of the colour scale: the [`SHOWN`] quantile of the absolute values of the finite
/// weights, or 1 if that quantile is 0 or no weight is finite.
fn limit(filters: &[Image]) -> f32 {
    let all = filters.iter().flat_map(|filter| &filter.pixels);
    let mut sizes: Vec<f32> = all.map(|weight| weight.abs()).filter(|size| size.is_finite()).collect();
    sizes.sort_by(f32::total_cmp);
    let within = (SHOWN * sizes.len() as f64) as usize;
    let limit = sizes.get(within.min(sizes.len().saturating_sub(1))).copied().unwrap_or(1.0);
    if limit > 0.0 { limit } else { 1.0 }
}

/// The filters as one PNG, `columns` filters to a row, one transparent pixel apart; `None` without filters or pixels.
fn sheet(filters: &[Image], columns: usize, limit: f32) -> Option<String> {
    let width = filters.iter().map(|filter| filter.width).max()?;
    let height = filters.iter().map(|filter| filter.height).max()?;
    let (step_x, step_y) = (width + 1, height + 1);
    let (full_width, full_height) = (columns * step_x - 1, filters.len().div_ceil(columns) * step_y - 1);
    let mut bytes = vec![0; 4 * full_width * full_height];
    for (k, filter) in filters.iter().enumerate() {
        let (left, top) = (k % columns * step_x, k / columns * step_y);
        for y in 0..filter.height {
            for x in 0..filter.width {
                let [r, g, b] = match filter.channels {
                    3 => std::array::from_fn(|c| coloured(filter.at(c, x, y) / limit)),
                    _ => signed(filter.at(0, x, y) / limit),
                };
                let at = 4 * ((top + y) * full_width + left + x);
                bytes[at..at + 4].copy_from_slice(&[r, g, b, u8::MAX]);
            }
        }
    }
    data_address(full_width, full_height, png::ColorType::Rgba, &bytes)
}

/// The colour of a value from -1 to 1; NaN has the colour of 0.
fn signed(value: f32) -> [u8; 3] {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-1.0, 1.0) };
    let end = if value < 0.0 { NEGATIVE } else { POSITIVE };
    std::array::from_fn(|c| (ZERO[c] + (end[c] - ZERO[c]) * value.abs()).round() as u8)
}

/// The brightness of one colour channel for a value from -1 to 1; NaN has the brightness of 0.
fn coloured(value: f32) -> u8 {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-1.0, 1.0) };
    (127.5 + 127.5 * value).round() as u8
}

/// An image with values from 0 to 1 as a PNG; `None` without pixels.
pub(crate) fn picture(image: &Image) -> Option<String> {
    let (channels, color) = if image.channels == 3 { (3, png::ColorType::Rgb) } else { (1, png::ColorType::Grayscale) };
    let places = (0..image.height).flat_map(|y| (0..image.width).map(move |x| (x, y)));
    let values = places.flat_map(|(x, y)| (0..channels).map(move |c| image.at(c, x, y)));
    let bytes: Vec<u8> = values.map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
    data_address(image.width, image.height, color, &bytes)
}

impl Image {
    fn at(&self, channel: usize, x: usize, y: usize) -> f32 {
        self.pixels.get((channel * self.height + y) * self.width + x).copied().unwrap_or(0.0)
    }
}

/// A PNG in a `data:` URL; `None` if the picture cannot be a PNG, for example because it has no pixels.
fn data_address(width: usize, height: usize, color: png::ColorType, bytes: &[u8]) -> Option<String> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    encoder.set_color(color);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(bytes).ok()?;
    writer.finish().ok()?;
    Some(format!("data:image/png;base64,{}", STANDARD.encode(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(address: &str) -> (u32, u32, Vec<u8>) {
        let file = STANDARD.decode(address.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        (info.width, info.height, bytes)
    }

    #[test]
    fn a_grey_image_is_read_back_pixel_for_pixel() {
        let image = Image { channels: 1, width: 3, height: 2, pixels: vec![0.0, 0.2, 0.4, 1.0, 1.5, f32::NAN] };
        assert_eq!(decode(&picture(&image).unwrap()), (3, 2, vec![0, 51, 102, 255, 255, 0]));
    }

    #[test]
    fn a_sheet_holds_each_filter_at_its_place_with_zero_in_middle_grey() {
        let filter = |left, right| Image { channels: 1, width: 2, height: 1, pixels: vec![left, right] };
        let filters = [filter(0.0, 2.0), filter(-2.0, f32::NAN), filter(4.0, -4.0)];
        let (width, height, bytes) = decode(&sheet(&filters, 2, 2.0).unwrap());
        assert_eq!((width, height), (5, 3));
        let at = |x: usize, y: usize| &bytes[4 * (5 * y + x)..][..4];
        let (negative, zero, positive) = ([16, 36, 92, 255], [140, 140, 140, 255], [255, 240, 205, 255]);
        assert_eq!([at(0, 0), at(1, 0), at(3, 0), at(4, 0)], [&zero, &positive, &negative, &zero]);
        assert_eq!(
            [at(0, 2), at(1, 2)],
            [&positive, &negative],
            "a weight beyond the scale must have the colour of the nearer end"
        );
        assert_eq!([at(2, 0)[3], at(0, 1)[3], at(4, 2)[3]], [0, 0, 0], "the gaps between filters must be transparent");
    }

    #[test]
    fn each_colour_is_a_plane() {
        let pixels = vec![0.0, 1.0, 0.2, 0.4, 1.0, 0.0];
        let image = Image { channels: 3, width: 2, height: 1, pixels };
        assert_eq!(decode(&picture(&image).unwrap()), (2, 1, vec![0, 51, 255, 255, 102, 0]));
        let (_, _, filter) = decode(&sheet(&[image], 1, 0.5).unwrap());
        assert_eq!(
            filter[..8],
            [128, 179, 255, 255, 255, 230, 128, 255],
            "a weight of 0 must have the middle brightness in each colour channel"
        );
    }

    #[test]
    fn the_scale_clips_only_the_largest_weights() {
        let mut pixels = vec![0.5; 199];
        pixels.push(-90.0);
        let limit_of = |pixels| limit(&[Image { channels: 1, width: 200, height: 1, pixels }]);
        assert!((limit_of(pixels) - 0.5).abs() < f32::EPSILON);
        assert!((limit_of(vec![0.0, f32::NAN]) - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn pictures_without_pixels_are_left_out() {
        let none = Image { channels: 1, width: 0, height: 0, pixels: Vec::new() };
        assert_eq!(picture(&none), None);
        assert_eq!(sheet(std::slice::from_ref(&none), 1, 1.0), None);
        assert_eq!(filters(&[], &[]).into_string(), "");
        assert_eq!(confused(&[], &[]).into_string(), "");
    }
}
