//! What every long call needs: one caller at a time, Ctrl-C, and panics as exceptions.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

/// The time between two looks at the signals of the process.
const BETWEEN_SIGNALS: Duration = Duration::from_millis(100);
/// The pause of a thread that waits for another one to finish.
const PAUSE: Duration = Duration::from_millis(1);

/// A value that one thread uses at a time; others wait for it with the GIL released.
pub(crate) struct Shared<T> {
    value: Mutex<T>,
    /// The process that last locked the value.
    process: AtomicU32,
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Mutex::new(value), process: AtomicU32::new(std::process::id()) }
    }

    /// Waits for the value. Must be called with the GIL released.
    ///
    /// # Errors
    /// When a signal handler of Python raises an exception, and in a process that was forked while another thread used
    /// the value.
    pub(crate) fn lock(&self) -> PyResult<MutexGuard<'_, T>> {
        let mut signals = Signals::new();
        loop {
            match self.value.try_lock() {
                Ok(value) => {
                    self.process.store(std::process::id(), Ordering::SeqCst);
                    return Ok(value);
                }
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if self.process.load(Ordering::SeqCst) != std::process::id() => {
                    return Err(PyRuntimeError::new_err(
                        "this process was forked while another thread used the estimator; fit it again or load it \
                         from a pickle",
                    ));
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(PAUSE);
                    signals.check()?;
                }
            }
        }
    }
}

/// Looks for signals such as Ctrl-C from time to time.
pub(crate) struct Signals {
    last: Instant,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self { last: Instant::now() }
    }

    /// Lets Python handle signals if a tenth of a second has passed since it last did.
    ///
    /// # Errors
    /// When a handler raises an exception: `KeyboardInterrupt` after Ctrl-C.
    pub(crate) fn check(&mut self) -> PyResult<()> {
        if self.last.elapsed() < BETWEEN_SIGNALS { Ok(()) } else { self.check_now() }
    }

    /// Lets Python handle signals. At the end of an epoch, before its weights are kept: a signal that came since the last
    /// look would otherwise be handled after the call, when the epoch has not been counted.
    ///
    /// # Errors
    /// When a handler raises an exception.
    pub(crate) fn check_now(&mut self) -> PyResult<()> {
        self.last = Instant::now();
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method is not general enough in its lifetime"
        )]
        Python::attach(|py| py.check_signals())
    }
}

/// Runs `work`, and turns a panic into an exception.
///
/// # Errors
/// Those of `work`, and `RuntimeError` when it panics.
pub(crate) fn guarded<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason was given");
        Err(PyRuntimeError::new_err(format!("the computation stopped: {text}")))
    })
}
