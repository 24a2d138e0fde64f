//! Ctrl-C, SIGTERM and a closed terminal request a stop: the run finishes the current steps, saves its state and stops.

use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Installs the signal handler: from now on, Ctrl-C, SIGTERM and a closed terminal request a stop instead of ending the
/// process.
pub fn listen() {
    // A process that trains twice calls this function twice. In the second call, `set_handler` fails, because the
    // handler is already installed.
    let _ = ctrlc::set_handler(|| REQUESTED.store(true, Ordering::Relaxed));
}

/// Whether a stop was requested.
#[must_use]
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
