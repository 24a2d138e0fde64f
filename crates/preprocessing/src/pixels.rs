//! The pixels of a picture.

use crate::Standard;
use serde::{Deserialize, Serialize};

/// How a picture becomes a row of inputs, plane by plane and row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pixels {
    /// Number of planes: 1 for grey, 2 for a stereo pair of grey images, or 3 for red, green and blue.
    pub channels: usize,
    /// Number of rows of pixels.
    pub height: usize,
    /// Number of columns of pixels.
    pub width: usize,
    /// The stored value that represents 1, at least 1.
    pub maximum: u8,
    /// The value that a stored 0 represents: 0 or -1.
    #[serde(default)]
    pub lowest: f32,
    /// The mean and standard deviation of each plane of the training pictures, by which values between `lowest` and 1
    /// are standardised; empty if values are not standardised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standard: Vec<Standard>,
    /// The brightness, 0 to 255, behind transparent pixels and around a picture of another aspect ratio.
    #[serde(default)]
    pub ground: u8,
    /// The values of 16-bit pictures that become black and white; `None` stands for 0 and 65,535.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<[u16; 2]>,
    /// The common form of the data set's pictures, to which new pictures are converted; `None` if there is no such
    /// form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
}

/// The form of pictures of single characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The form of MNIST: light ink on a dark ground, fitted into 20/28 of the picture's height and width, with the
    /// centre of mass in the centre of the picture.
    CentreOfMass,
    /// Light ink on a dark ground, with the ink filling the picture.
    Filling,
}

impl Pixels {
    /// Pixels whose stored value s becomes the input `lowest + (1 - lowest) s / maximum`, without standardisation.
    #[must_use]
    pub const fn plain([channels, height, width]: [usize; 3], maximum: u8, lowest: f32) -> Self {
        Self { channels, height, width, maximum, lowest, standard: Vec::new(), ground: 0, stored: None, form: None }
    }

    /// The number of inputs.
    #[must_use]
    pub const fn inputs(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// Whether the stored pixels of a data set become the same inputs as with `other`, whatever becomes of new pictures.
    #[must_use]
    pub fn reads_as(&self, other: &Self) -> bool {
        let Self { ground, stored, form, .. } = other.clone();
        Self { ground, stored, form, ..self.clone() } == *other
    }

    /// The input for a pixel of plane `channel` with the brightness `fraction`, from 0 (black) to 1 (white).
    #[must_use]
    pub fn input(&self, channel: usize, fraction: f32) -> f32 {
        let value = self.lowest + (1.0 - self.lowest) * fraction;
        self.standard.get(channel).map_or(value, |standard| standard.scaled(f64::from(value)) as f32)
    }

    /// The inputs, `[inputs]`, for a picture whose pixels, `[channels, height, width]`, have the brightnesses
    /// `fractions`, each from 0 (black) to 1 (white).
    ///
    /// # Panics
    /// If `fractions` does not have one brightness for each input.
    #[must_use]
    pub fn scaled(&self, fractions: &[f32]) -> Vec<f32> {
        assert_eq!(fractions.len(), self.inputs(), "there must be one brightness for each input");
        let plane = self.height * self.width;
        fractions.iter().enumerate().map(|(i, fraction)| self.input(i / plane, *fraction)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREY: Pixels = Pixels {
        channels: 1,
        height: 1,
        width: 3,
        maximum: 255,
        lowest: 0.0,
        standard: Vec::new(),
        ground: 0,
        stored: None,
        form: None,
    };

    #[test]
    fn black_is_the_lowest_value_and_white_is_1() {
        assert_eq!(GREY.scaled(&[0.0, 0.5, 1.0]), [0.0, 0.5, 1.0]);
        assert_eq!(Pixels { lowest: -1.0, ..GREY }.scaled(&[0.0, 0.5, 1.0]), [-1.0, 0.0, 1.0]);
    }

    #[test]
    fn what_becomes_of_new_pictures_does_not_change_stored_pixels() {
        assert!(Pixels { ground: 255, form: Some(Form::Filling), stored: Some([1, 2]), ..GREY }.reads_as(&GREY));
        assert!(!Pixels { maximum: 16, ..GREY }.reads_as(&GREY) && !Pixels { lowest: -1.0, ..GREY }.reads_as(&GREY));
    }

    #[test]
    fn each_plane_has_its_mean_and_deviation() {
        let standard = [(0.5, 0.25), (0.0, 0.0)].map(|(mean, deviation)| Standard { mean, deviation }).to_vec();
        let two = Pixels { channels: 2, width: 2, standard, ..GREY };
        assert_eq!(two.scaled(&[1.0, 0.0, 1.0, 0.0]), [2.0, -2.0, 0.0, 0.0]);
    }

    #[test]
    fn records_without_later_fields_are_read() {
        let old = r#"{"channels": 1, "height": 1, "width": 3, "maximum": 255}"#;
        assert_eq!(serde_json::from_str::<Pixels>(old).ok(), Some(GREY));
        let deep = Pixels { stored: Some([3, 4095]), ground: 255, ..GREY };
        let text = serde_json::to_string(&deep).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Pixels>(&text).ok(), Some(deep), "{text}");
    }
}
