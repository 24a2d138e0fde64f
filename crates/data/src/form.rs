//! Brings a picture of a single character.
use crate::pixels::Pixels;
use crate::shape::Picture;
use preprocessing::Form;
/// todo
#[must_use]
pub fn in_form(_picture: &Pixels, _form: Form, _height: usize, _width: usize) -> Option<Picture> { None }
