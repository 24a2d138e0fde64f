//! How one looks on while a network is trained.

use crate::terminal::Renderer;
use std::path::PathBuf;

/// How one looks on.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What shows progress.
    pub renderer: Renderer,
    /// The event file that TensorBoard reads, written after each epoch.
    pub events: Option<PathBuf>,
}

impl Watch {
    /// `renderer` alone.
    #[must_use]
    pub fn through(renderer: Renderer) -> Self {
        Self { renderer, events: None }
    }
}
