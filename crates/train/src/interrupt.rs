//! Ctrl-C, SIGTERM and a closed terminal: the run stops at its next step and saves.

use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From here on signals only ask for a stop; before, they end the process as usual.
pub fn listen() {
    // A second call, in a process that trains twice, finds the handler in place.
    let _ = ctrlc::set_handler(|| REQUESTED.store(true, Ordering::Relaxed));
}

/// Whether a stop was asked for.
#[must_use]
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
