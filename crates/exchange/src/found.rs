//! A network read from a file, with notes on what the reader assumed and changed.

use crate::error::Error;
use crate::portable::{Parts, Portable};
use crate::scale::Scale;

/// A network read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The network. Its first layer reads inputs that are already scaled by `scale`.
    pub network: Portable,
    /// The scaling that the file applies to its inputs before the first layer; `None` if the file has none.
    pub scale: Option<Scale>,
    /// Phrases for the user, without full stops: what the reader assumed because the file does not state it, and what
    /// the reader changed.
    pub notes: Vec<String>,
}

impl Found {
    /// The network of the whole file: the scaling of its inputs is part of the first layer.
    ///
    /// # Errors
    /// [`Error::Scale`] if the absolute value of an offset exceeds 10,000 for an input whose factor is not 0, or a
    /// weight or bias would not be finite in 32 bits.
    pub fn whole(self) -> Result<Portable, Error> {
        match self.scale {
            Some(scale) => Portable::new(self.network.into_parts().scaled(&scale)?),
            None => Ok(self.network),
        }
    }

    /// The network of the whole file, preceded by the scaling `given`, which turns inputs that vary by about 1 into the
    /// inputs that the file expects. `given` and the file's own scaling are combined in 64 bits before they become part
    /// of the first layer.
    ///
    /// # Errors
    /// The errors of [`Parts::reading`].
    pub fn reading(self, given: &Scale) -> Result<Parts, Error> {
        let parts = self.network.into_parts();
        match self.scale {
            Some(scale) => parts.reading(&given.then(&scale)),
            None => parts.reading(given),
        }
    }
}
