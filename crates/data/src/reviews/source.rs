//! A file of texts, and whether its name marks the texts as unlabelled.

use crate::Error;
use crate::lines::Limits;
use crate::names::words;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::Path;
use std::sync::Arc;

/// A file of texts.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    /// The content of the file, if it is in memory; otherwise the file at `path` is read.
    pub(super) bytes: Option<Arc<[u8]>>,
    /// The limits on the size of the file.
    pub(super) limits: Limits,
}

impl<'a> Source<'a> {
    /// The file at `path`, within `limits`.
    pub(super) fn file(path: &'a Path, limits: Limits) -> Self {
        Self { path, bytes: None, limits }
    }

    /// A reader of the file, from its beginning.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be opened.
    pub(super) fn reader(&self) -> Result<Box<dyn BufRead + Send>, Error> {
        if let Some(bytes) = &self.bytes {
            return Ok(Box::new(Cursor::new(bytes.clone())));
        }
        let file = File::open(self.path).map_err(files::Error::new("read", self.path))?;
        Ok(Box::new(BufReader::new(file)))
    }
}

/// Whether `name` marks texts without labels: one of its words begins with `unlabel` or `unsup`.
pub(super) fn is_unlabelled(name: &str) -> bool {
    words(name).iter().any(|word| word.starts_with("unlabel") || word.starts_with("unsup"))
}
