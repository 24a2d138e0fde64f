//! A decoded picture, and its conversion to the pixels of a network's input.

use crate::shape::{Picture, Shape};

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// The number of rows of pixels.
    pub height: usize,
    /// The number of columns of pixels.
    pub width: usize,
    /// Red, green, blue and opacity of each pixel, `[height, width, 4]`.
    pub rgba: Vec<u8>,
}

impl Pixels {
    /// The bytes of the picture, laid on `ground` and fitted into `shape`, plane by plane.
    ///
    /// # Panics
    /// When `shape` has neither one plane nor three.
    pub(crate) fn bytes(self, shape: Shape, ground: u8) -> Vec<u8> {
        let picture = self.on(ground).planes(shape.channels);
        let fits = (picture.shape.height, picture.shape.width) == (shape.height, shape.width);
        let picture = if fits { picture } else { picture.fitted(shape.height, shape.width, fraction(ground)) };
        picture.bytes()
    }

    /// The picture with all its pixels opaque, laid on `ground`.
    pub(crate) fn on(mut self, ground: u8) -> Self {
        if self.is_opaque() {
            return self;
        }
        for [values @ .., opacity] in self.rgba.as_chunks_mut::<4>().0 {
            for value in values {
                *value = mixed(*value, ground, *opacity);
            }
            *opacity = u8::MAX;
        }
        self
    }

    /// Whether no pixel is transparent.
    pub(crate) fn is_opaque(&self) -> bool {
        self.pixels().all(|pixel| pixel[3] == u8::MAX)
    }

    /// The lowest and the highest red, green or blue value; `None` if there is no pixel.
    pub(crate) fn range(&self) -> Option<[u8; 2]> {
        let values = || self.pixels().flat_map(|[red, green, blue, _]| [red, green, blue]);
        Some([values().min()?, values().max()?])
    }

    /// The picture with every red, green and blue value `v` replaced by `255 - v`.
    pub(crate) fn negative(mut self) -> Self {
        for [values @ .., _] in self.rgba.as_chunks_mut::<4>().0 {
            for value in values {
                *value = u8::MAX - *value;
            }
        }
        self
    }

    /// Whether all pixels are equal.
    pub(crate) fn is_blank(&self) -> bool {
        self.pixels().is_sorted_by(|one, other| one == other)
    }

    /// Whether red, green and blue are equal in every pixel that is not fully transparent.
    pub(crate) fn is_grey(&self) -> bool {
        self.pixels().all(|[red, green, blue, opacity]| opacity == 0 || (red == green && red == blue))
    }

    /// The mean brightness of the pixels, weighted by their opacity.
    pub(crate) fn drawn(&self) -> Brightness {
        self.pixels().map(|pixel| (brightness(pixel), fraction(pixel[3]))).collect()
    }

    /// The mean brightness of the outermost pixels, weighted by their opacity.
    pub(crate) fn border(&self) -> Brightness {
        let (height, width) = (self.height, self.width);
        let outermost = |k: usize| {
            let (y, x) = (k / width, k % width);
            y == 0 || x == 0 || y + 1 == height || x + 1 == width
        };
        let border = self.pixels().enumerate().filter(|(k, _)| outermost(*k));
        border.map(|(_, pixel)| (brightness(pixel), fraction(pixel[3]))).collect()
    }

    /// The picture with values in [0, 1], transparent pixels over black: one plane of brightness (Rec. 601 luma; a grey
    /// pixel keeps its value), or three planes of red, green and blue.
    ///
    /// # Panics
    /// When `channels` is neither 1 nor 3.
    #[must_use]
    pub fn planes(&self, channels: usize) -> Picture {
        assert!(matches!(channels, 1 | 3), "a picture must have one plane or three");
        let pixels = if channels == 1 {
            self.pixels().map(|pixel| brightness(pixel) * fraction(pixel[3])).collect()
        } else {
            let plane = |channel: usize| self.pixels().map(move |pixel| fraction(pixel[channel]) * fraction(pixel[3]));
            (0..channels).flat_map(plane).collect()
        };
        Picture { shape: Shape { channels, height: self.height, width: self.width }, pixels }
    }

    fn pixels(&self) -> impl Iterator<Item = [u8; 4]> {
        self.rgba.as_chunks().0.iter().copied()
    }
}

impl Picture {
    /// The values, from 0 to 1, as rounded bytes from 0 to 255.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.pixels.into_iter().map(|value| (255.0 * value).round() as u8).collect()
    }
}

/// The mean brightness of pixels, from 0 to 1, weighted by their opacity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Brightness {
    sum: f64,
    weight: f64,
}

impl Brightness {
    /// Whether the mean is above 0.5; false if every pixel is fully transparent.
    pub(crate) fn is_bright(self) -> bool {
        self.sum > 0.5 * self.weight
    }

    /// Whether the mean is below 0.5; false if every pixel is fully transparent.
    pub(crate) fn is_dark(self) -> bool {
        self.sum < 0.5 * self.weight
    }

    /// The mean over the pixels of `self` and `other`.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, weight: self.weight + other.weight }
    }
}

impl FromIterator<(f32, f32)> for Brightness {
    /// The mean of pairs of a brightness and its weight.
    fn from_iter<I: IntoIterator<Item = (f32, f32)>>(pairs: I) -> Self {
        pairs.into_iter().fold(Self::default(), |mean, (brightness, weight)| {
            let (brightness, weight) = (f64::from(brightness), f64::from(weight));
            mean.and(Self { sum: brightness * weight, weight })
        })
    }
}

/// `value` laid over `ground` with an opacity of `opacity / 255`, rounded.
fn mixed(value: u8, ground: u8, opacity: u8) -> u8 {
    let [value, ground, opacity] = [value, ground, opacity].map(u32::from);
    ((value * opacity + ground * (255 - opacity) + 127) / 255) as u8
}

/// The brightness of an opaque pixel.
fn brightness([red, green, blue, _]: [u8; 4]) -> f32 {
    let [red, green, blue] = [red, green, blue].map(fraction);
    if red == green && red == blue { red } else { 0.299 * red + 0.587 * green + 0.114 * blue }
}

pub(crate) fn fraction(value: u8) -> f32 {
    f32::from(value) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pixel(rgba: [u8; 4]) -> Pixels {
        Pixels { height: 1, width: 1, rgba: rgba.to_vec() }
    }

    #[test]
    fn a_colour_becomes_its_luma_or_three_planes_and_transparency_black() {
        assert_eq!(pixel([255, 0, 51, 255]).planes(3).pixels, [1.0, 0.0, 0.2]);
        assert_eq!(pixel([255, 255, 51, 0]).planes(3).pixels, [0.0, 0.0, 0.0]);
        assert!((pixel([255, 0, 0, 255]).planes(1).pixels[0] - 0.299).abs() < 1e-6);
        assert_eq!(pixel([255, 255, 255, 0]).planes(1).pixels, [0.0]);
        assert!((0..=255).all(|v| pixel([v, v, v, 255]).planes(1).pixels == [f32::from(v) / 255.0]));
    }

    #[test]
    fn the_colour_of_a_fully_transparent_pixel_does_not_count() {
        assert!(pixel([255, 0, 0, 0]).is_grey() && !pixel([255, 0, 0, 1]).is_grey());
        assert!(pixel([0, 0, 0, 0]).drawn() == Brightness::default());
    }

    proptest! {
        #[test]
        fn a_ground_shows_as_far_as_a_pixel_is_transparent(value in any::<u8>(), ground in any::<u8>(), opacity in any::<u8>()) {
            let seen = pixel([value, value, value, opacity]).on(ground).rgba;
            let wanted = f32::from(value) * fraction(opacity) + f32::from(ground) * (1.0 - fraction(opacity));
            prop_assert!((f32::from(seen[0]) - wanted).abs() <= 0.51, "{} {wanted}", seen[0]);
            prop_assert_eq!(seen[3], 255);
            let ends = [(0, ground), (255, value)];
            prop_assert!(ends.iter().all(|(opacity, seen)| mixed(value, ground, *opacity) == *seen));
        }

        #[test]
        fn a_grey_picture_of_the_right_size_keeps_its_bytes(bytes in prop::collection::vec(any::<u8>(), 6), ground in any::<u8>()) {
            let rgba = bytes.iter().flat_map(|byte| [*byte, *byte, *byte, 255]).collect();
            let kept = Pixels { height: 2, width: 3, rgba }.bytes(Shape::grey(2, 3), ground);
            prop_assert_eq!(kept, bytes);
        }
    }
}
