//! Threads that wait for the next piece of a step by spinning.
//!
//! A step has a dozen parallel phases of some tens of microseconds each. A pool that puts its threads to sleep between
//! them spends more time waking them up than computing; these spin for a while first.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, Thread};

/// Looks at the job number before a waiting thread offers its core to others.
const SPINS: u32 = 2_000;
/// Such offers before it goes to sleep.
const OFFERS: u32 = 200;

/// Threads of a team at most.
const MOST_THREADS: usize = 64;

/// Called with the number of the thread, 0 for the team's owner.
type Job = &'static (dyn Fn(usize) + Sync);

/// The calling thread and its helpers.
#[derive(Debug)]
pub(crate) struct Team {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    job: Mutex<Option<Job>>,
    /// How many jobs there have been.
    number: AtomicUsize,
    /// Helpers that have not finished the current one.
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
    /// A team of `threads`, the caller included; as many as can be had.
    pub(crate) fn new(threads: usize) -> Self {
        let shared = Arc::new(Shared::default());
        let helper = |k: usize| {
            let shared = shared.clone();
            std::thread::Builder::new().name(format!("kernels {k}")).spawn(move || help(&shared, k)).ok()
        };
        let helpers = (1..threads.min(MOST_THREADS)).map_while(helper).collect();
        Self { shared, helpers }
    }

    /// Runs `f` on each item with its index, the same items always on the same thread, whose cache knows them. Each item
    /// is computed whole by one thread, so results do not depend on how many there are.
    ///
    /// # Panics
    /// When `f` does.
    pub(crate) fn each<T: Send>(&self, items: &mut [T], f: impl Fn(usize, &mut T) + Sync) {
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

    /// Runs `job` on every thread, and returns when all are done.
    fn together(&self, job: &(dyn Fn(usize) + Sync)) {
        let shared = &*self.shared;
        // SAFETY: helpers call the job only between here and the end of `Finish`, which waits for all of them, also
        // when the caller's own part panics; so it never outlives what it borrows.
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
        self.shared.closing.store(true, Ordering::SeqCst);
        self.shared.number.fetch_add(1, Ordering::SeqCst);
        for helper in self.helpers.drain(..) {
            helper.thread().unpark();
            let _ = helper.join();
        }
    }
}

/// Waits for the helpers when it is dropped.
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
            if waited < SPINS + OFFERS {
                pause(&mut waited);
                continue;
            }
            shared.asleep.fetch_add(1, Ordering::SeqCst);
            // Looked at once more: a job that came before the line above has woken nobody.
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
            let team = Team::new(threads);
            let mut items = vec![0usize; 100];
            for _ in 0..200 {
                team.each(&mut items, |k, item| *item += k);
            }
            assert!(items.iter().enumerate().all(|(k, item)| *item == 200 * k));
        }
    }

    #[test]
    fn helpers_that_fell_asleep_are_woken() {
        let team = Team::new(3);
        let mut items = [0; 64];
        for _ in 0..3 {
            std::thread::sleep(std::time::Duration::from_millis(50));
            team.each(&mut items, |_, item| *item += 1);
        }
        assert_eq!(items, [3; 64]);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_team_goes_on() {
        let team = Team::new(2);
        let each = |bad: usize| {
            let call = || team.each(&mut [(); 50], |k, ()| assert_ne!(k, bad));
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_ok()
        };
        assert!(!each(17));
        assert!(each(99));
    }
}
