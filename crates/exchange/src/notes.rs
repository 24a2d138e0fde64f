//! Notes on a network for its users: the names of the classes and the format of the input.

use crate::error::Error;
use serde::{Deserialize, Serialize};

/// What a user of a network needs to know besides its parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Notes {
    /// The names of the classes, in the order of the logits; empty if the classes have no names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How an image becomes an input row; `None` if inputs are not images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Pixels>,
}

/// How an image becomes an input row: plane by plane, row by row, each stored value s as
/// `lowest + (1 - lowest) s / maximum`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pixels {
    /// The number of planes: 1 for grey, 2 for a stereo pair in grey, or 3 for red, green and blue.
    #[serde(default = "grey")]
    pub channels: usize,
    /// The number of rows of pixels.
    pub height: usize,
    /// The number of columns of pixels.
    pub width: usize,
    /// The stored value that maps to 1, at least 1.
    pub maximum: u8,
    /// The input that the stored value 0 maps to: 0 or -1.
    #[serde(default)]
    pub lowest: f32,
}

fn grey() -> usize {
    1
}

impl Notes {
    pub(crate) fn check(&self, inputs: usize, outputs: usize) -> Result<(), Error> {
        let wrong = |note, reason| Err(Error::Note { note, reason });
        if !self.classes.is_empty() && self.classes.len() != outputs {
            return wrong("classes", format!("{} names for {outputs} logits", self.classes.len()));
        }
        let Some(pixels) = self.input else { return Ok(()) };
        let size = [pixels.height, pixels.width].into_iter().try_fold(pixels.channels, usize::checked_mul);
        if size != Some(inputs) {
            let Pixels { channels, height, width, .. } = pixels;
            return wrong("input", format!("{channels} x {height} x {width} pixels for {inputs} inputs"));
        }
        if pixels.maximum == 0 {
            return wrong("input", "the stored value that maps to 1 is 0, but must be at least 1".to_owned());
        }
        if ![0.0, -1.0].contains(&pixels.lowest) {
            return wrong("input", format!("the stored value 0 maps to {}, but must map to 0 or -1", pixels.lowest));
        }
        Ok(())
    }
}
