//! The pixels of a picture.

use crate::Standard;
use serde::{Deserialize, Serialize};

/// How a picture becomes inputs: plane by plane, row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pixels {
    /// Planes, stored one after the other: 1 for grey, 2 for a stereo pair of grey images, or 3 for red, green and blue.
    pub channels: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
    /// The stored value that represents 1, at least 1.
    pub maximum: u8,
    /// The value that a stored 0 represents: 0 or -1.
    #[serde(default)]
    pub lowest: f32,
    /// Mean and standard deviation of each plane of the training pictures, in values between `lowest` and 1, by which
    /// pixels are scaled; empty if they are not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standard: Vec<Standard>,
    /// The brightness under transparent pixels, 0 to 255.
    #[serde(default)]
    pub ground: u8,
    /// The form of all pictures of the data set, into which another picture is brought; `None` if they have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
}

/// The form of pictures of single characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// MNIST's: light ink on a dark ground, fitted into a box of 20 of 28 pixels, with its centre of mass in the centre.
    CentreOfMass,
    /// Light ink on a dark ground that fills the picture.
    Filling,
}

impl Pixels {
    /// Pixels of which a stored value s becomes `lowest + (1 - lowest) s / maximum`, and nothing more is done.
    #[must_use]
    pub const fn scaled([channels, height, width]: [usize; 3], maximum: u8, lowest: f32) -> Self {
        Self { channels, height, width, maximum, lowest, standard: Vec::new(), ground: 0, form: None }
    }

    /// The number of inputs.
    #[must_use]
    pub const fn inputs(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// The input of a pixel of plane `channel` at `fraction` of the way from black to white.
    #[must_use]
    pub fn input(&self, channel: usize, fraction: f32) -> f32 {
        let value = self.lowest + (1.0 - self.lowest) * fraction;
        self.standard.get(channel).map_or(value, |standard| standard.scaled(f64::from(value)) as f32)
    }
}
