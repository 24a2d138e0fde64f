//! stub
#![allow(missing_docs)]
use crate::run::*;
use std::path::Path;
pub struct Image {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<f32>,
}
pub struct Confused {
    pub image: Image,
    pub label: usize,
    pub predicted: usize,
    pub probability: f64,
}
pub struct Page<'a> {
    pub manifest: &'a Manifest,
    pub config: &'a str,
    pub epochs: &'a [Epoch],
    pub result: &'a RunResult,
    pub confusion: &'a [Vec<usize>],
    pub filters: Vec<Image>,
    pub confused: Vec<Confused>,
}
pub fn write_page(path: &Path, _page: &Page) -> Result<(), Error> {
    Ok(files::write(path, b"stub")?)
}
