//! Threads that wait for the next phase of a step by spinning.
//!
//! A step has a dozen parallel phases of some tens of microseconds each. A pool that puts its threads to sleep between
//! phases spends more time waking them up than computing; the threads of a team spin for a while first.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, Thread};

/// How many times a waiting thread checks the number of the job before it starts to yield its core.
const SPINS: u32 = 2_000;
/// How many times a waiting thread yields its core, after [`SPINS`] checks, before it goes to sleep.
const YIELDS: u32 = 200;

/// The maximum number of threads in a team, and the maximum that [`threads`] returns: more threads do not speed up
/// layers of a few panels.
const MOST_THREADS: usize = 64;

/// The number of threads that a computation should use, from 1 to 64: the value of `RAYON_NUM_THREADS`, or the number
/// of cores if the variable does not hold a number above 0. The function does not start threads.
#[must_use]
pub fn threads() -> usize {
    let asked = std::env::var("RAYON_NUM_THREADS").ok();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    capped(asked.as_deref(), cores)
}

/// The result of [`threads`] for a value of the environment variable and a number of cores.
fn capped(asked: Option<&str>, cores: usize) -> usize {
    let asked = asked.and_then(|value| value.parse().ok()).filter(|threads| *threads > 0);
    asked.unwrap_or(cores).clamp(1, MOST_THREADS)
}

/// A job, called with the index of the thread that runs it: 0 for the caller of [`Team::together`].
type Job = &'static (dyn Fn(usize) + Sync);

/// The calling thread and its helpers.
#[derive(Debug)]
pub(crate) struct Team {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
    /// Number of the process in which the helpers run.
    process: u32,
}

#[derive(Default)]
struct Shared {
    job: Mutex<Option<Job>>,
    /// Number of the current job, counted from 1.
    number: AtomicUsize,
    /// Number of helpers that have not finished the current job.
    busy: AtomicUsize,
    asleep: AtomicUsize,
    panicked: AtomicBool,
    closing: AtomicBool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} jobs", self.number.load(Ordering::Relaxed))
    }
}

impl Team {
    /// Makes a team of `threads` threads, including the caller: at most [`MOST_THREADS`], and fewer if the system
    /// cannot start that many.
    pub(crate) fn new(threads: usize) -> Self {
        Self::with(threads, |k, shared| {
            std::thread::Builder::new().name(format!("kernels {k}")).spawn(move || help(&shared, k))
        })
    }

    /// Makes a team whose helpers are started by `start` one after another, until a start fails.
    fn with(threads: usize, start: impl Fn(usize, Arc<Shared>) -> io::Result<JoinHandle<()>>) -> Self {
        let shared = Arc::new(Shared::default());
        let helpers = (1..threads.min(MOST_THREADS)).map_while(|k| start(k, shared.clone()).ok()).collect();
        Self { shared, helpers, process: std::process::id() }
    }

    /// Starts the helpers again if this process was forked from the one in which they run: of the threads of a process,
    /// a fork copies only the one that calls it.
    pub(crate) fn restart_after_fork(&mut self) {
        if !self.helpers.is_empty() && self.process != std::process::id() {
            *self = Self::new(self.helpers.len() + 1);
        }
    }

    /// Runs `f` on each item with its index. The same items always go to the same thread, whose cache may still hold
    /// them. A single thread computes each item, so results do not depend on the number of threads.
    ///
    /// # Panics
    /// When `f` panics.
    pub(crate) fn each<T: Send>(&mut self, items: &mut [T], f: impl Fn(usize, &mut T) + Sync) {
        let share = items.len().div_ceil(self.helpers.len() + 1);
        if share == items.len() {
            items.iter_mut().enumerate().for_each(|(k, item)| f(k, item));
            return;
        }
        let mut shares = items.chunks_mut(share);
        let shares: [Mutex<&mut [T]>; MOST_THREADS] =
            std::array::from_fn(|_| Mutex::new(shares.next().unwrap_or_default()));
        self.together(&|thread| {
            let mut items = shares[thread].lock().unwrap_or_else(PoisonError::into_inner);
            items.iter_mut().enumerate().for_each(|(k, item)| f(thread * share + k, item));
        });
    }

    /// Runs `job` on every thread, and returns when all threads are done.
    fn together(&mut self, job: &(dyn Fn(usize) + Sync)) {
        let shared = &*self.shared;
        // SAFETY: helpers call the job only between here and the drop of `Finish`, which waits for all helpers, even
        // when the caller's own part panics; so the job never outlives what it borrows. There is only one job at a
        // time, because the team is borrowed mutably until then.
        #[expect(unsafe_code, reason = "the one place where a borrow is handed to threads that outlive it")]
        let erased = unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), Job>(job) };
        *shared.job.lock().unwrap_or_else(PoisonError::into_inner) = Some(erased);
        shared.busy.store(self.helpers.len(), Ordering::SeqCst);
        let _finish = Finish(shared);
        shared.number.fetch_add(1, Ordering::SeqCst);
        if shared.asleep.load(Ordering::SeqCst) > 0 {
            self.helpers.iter().map(JoinHandle::thread).for_each(Thread::unpark);
        }
        job(0);
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            // In a forked process, there are no helpers to wait for.
            std::mem::take(&mut self.helpers).into_iter().for_each(std::mem::forget);
            return;
        }
        self.shared.closing.store(true, Ordering::SeqCst);
        self.shared.number.fetch_add(1, Ordering::SeqCst);
        for helper in self.helpers.drain(..) {
            helper.thread().unpark();
            let _ = helper.join();
        }
    }
}

/// A guard that waits for the helpers when it is dropped.
struct Finish<'a>(&'a Shared);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        let mut waited = 0;
        while self.0.busy.load(Ordering::SeqCst) > 0 {
            pause(&mut waited);
        }
        *self.0.job.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let panicked = self.0.panicked.swap(false, Ordering::SeqCst);
        assert!(!panicked || std::thread::panicking(), "a helper thread panicked");
    }
}

fn help(shared: &Shared, thread: usize) {
    let mut seen = 0;
    loop {
        let mut waited = 0;
        while shared.number.load(Ordering::SeqCst) == seen {
            if waited < SPINS + YIELDS {
                pause(&mut waited);
                continue;
            }
            shared.asleep.fetch_add(1, Ordering::SeqCst);
            // Check once more: a job that came before the line above has not woken this thread.
            if shared.number.load(Ordering::SeqCst) == seen {
                std::thread::park();
            }
            shared.asleep.fetch_sub(1, Ordering::SeqCst);
        }
        seen += 1;
        if shared.closing.load(Ordering::SeqCst) {
            return;
        }
        let job = *shared.job.lock().unwrap_or_else(PoisonError::into_inner);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.map(|job| job(thread))));
        if done.is_err() {
            shared.panicked.store(true, Ordering::SeqCst);
        }
        shared.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

fn pause(waited: &mut u32) {
    if *waited < SPINS {
        std::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
    *waited = waited.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_by_any_number_of_threads() {
        for threads in [1, 2, 5] {
            let mut team = Team::new(threads);
            let mut items = vec![0usize; 100];
            for _ in 0..200 {
                team.each(&mut items, |k, item| *item += k);
            }
            assert!(items.iter().enumerate().all(|(k, item)| *item == 200 * k));
        }
    }

    #[test]
    fn helpers_that_fell_asleep_are_woken() {
        let mut team = Team::new(3);
        let mut items = [0; 64];
        for _ in 0..3 {
            std::thread::sleep(std::time::Duration::from_millis(50));
            team.each(&mut items, |_, item| *item += 1);
        }
        assert_eq!(items, [3; 64]);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_team_still_works() {
        let mut team = Team::new(2);
        let mut each = |bad: usize| {
            let call = || team.each(&mut [(); 50], |k, ()| assert_ne!(k, bad));
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_ok()
        };
        assert!(!each(17));
        assert!(each(99));
    }

    /// A second caller at the same time would replace the job of the first. The test compiles only while both methods
    /// borrow the team mutably.
    #[test]
    fn only_one_caller_at_a_time_can_give_a_team_a_job() {
        type Work = fn(usize, &mut u8);
        let _: fn(&mut Team, &mut [u8], Work) = Team::each;
        let _: fn(&mut Team, &(dyn Fn(usize) + Sync)) = Team::together;
    }

    /// The test gives the team the number of another process, as a fork does; `crates/python` tests real forks.
    #[test]
    fn a_team_of_another_process_starts_its_helpers_again() {
        let mut team = Team::new(3);
        team.process = team.process.wrapping_add(1);
        team.restart_after_fork();
        assert_eq!((team.process, team.helpers.len()), (std::process::id(), 2));
        let mut items = [0; 9];
        team.each(&mut items, |_, item| *item += 1);
        assert_eq!(items, [1; 9]);
    }

    #[test]
    fn a_team_works_with_the_threads_that_could_be_started() {
        let mut team = Team::with(5, |k, shared| match k {
            3 => Err(io::Error::from(io::ErrorKind::WouldBlock)),
            _ => std::thread::Builder::new().spawn(move || help(&shared, k)),
        });
        assert_eq!(team.helpers.len(), 2);
        let mut items = [0; 7];
        team.each(&mut items, |k, item| *item = k);
        assert_eq!(items, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_team_and_the_number_of_threads_have_a_limit() {
        assert_eq!(Team::new(1000).helpers.len() + 1, MOST_THREADS);
        for (asked, expected) in [
            (None, 8),
            (Some("3"), 3),
            (Some("0"), 8),
            (Some("-1"), 8),
            (Some("many"), 8),
            (Some("100000"), MOST_THREADS),
            (Some("99999999999999999999999"), 8),
        ] {
            assert_eq!(capped(asked, 8), expected, "{asked:?}");
        }
        assert_eq!((capped(None, 500), capped(None, 0)), (MOST_THREADS, 1));
    }
}
