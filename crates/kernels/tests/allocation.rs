//! Steps after the first do not allocate memory, neither on the calling thread nor on its helper threads.
#![expect(unsafe_code, reason = "only a global allocator sees every allocation")]
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{BATCH, CLASSES, INPUTS, bytes, labels, numbers, push, sparse, stack};
use kernels::{Activation, Reconstruction, SgdStep, Stack};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// An allocator that counts the allocations of the test and of the threads that the test starts.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
/// Whether the test has started. Threads that allocated before its start belong to the test harness, which may allocate
/// at any time.
static STARTED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static COUNTED: Cell<Option<bool>> = const { Cell::new(None) };
}

// SAFETY: every call goes to the system's allocator, and counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let counted = COUNTED.get().unwrap_or_else(|| STARTED.load(Ordering::SeqCst));
        COUNTED.set(Some(counted));
        ALLOCATIONS.fetch_add(usize::from(counted), Ordering::SeqCst);
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const STEP: SgdStep<'_> = SgdStep { rate: 0.01, l1: &[0.001; 2] };

/// Asserts that `step` does not allocate from its second call on.
fn allocates_nothing(what: &str, mut step: impl FnMut()) {
    step();
    let before = ALLOCATIONS.load(Ordering::SeqCst);
    (0..5).for_each(|_| step());
    let found = ALLOCATIONS.load(Ordering::SeqCst) - before;
    assert_eq!(found, 0, "{what}: the number of allocations in five steps must be 0");
}

fn load(stack: &mut Stack, rows: &[Vec<f32>]) {
    stack.inputs().clear();
    for row in rows {
        stack.inputs().push_values(row);
    }
}

fn check_classifier(activation: Activation, threads: usize) {
    let what = |kind: &str| format!("{kind}, {activation:?}, threads: {threads}");
    let (full, thin, labels) = (bytes(BATCH, 0.9, 1), bytes(BATCH, 0.1, 2), labels());
    let (dense, few, csr) = (numbers(&full), numbers(&thin), sparse(&thin));
    let mut stack = stack(activation, CLASSES, threads);
    allocates_nothing(&what("learn on dense rows"), || {
        load(&mut stack, &dense);
        stack.learn(&labels, STEP);
    });
    allocates_nothing(&what("learn on sparse rows"), || {
        load(&mut stack, &few);
        stack.learn(&labels, STEP);
    });
    allocates_nothing(&what("learn on CSR rows"), || {
        stack.inputs().clear();
        for (columns, row) in &csr {
            stack.inputs().push_sparse(columns, row);
        }
        stack.learn(&labels, STEP);
    });
    allocates_nothing(&what("learn on bytes"), || {
        stack.inputs().clear();
        push(stack.inputs(), &thin);
        stack.learn(&labels, STEP);
    });
    allocates_nothing(&what("classify"), || {
        for rows in [&dense, &few] {
            load(&mut stack, rows);
            stack.classify(&labels);
        }
    });
}

fn check_momentum(threads: usize) {
    let rows = [0.9, 0.1].map(|density| numbers(&bytes(BATCH, density, 1)));
    let (factors, labels) = ([0.5; BATCH], labels());
    let mut stack = stack(Activation::Rectifier, CLASSES, threads).with_momentum(0.9, 0.1);
    allocates_nothing(&format!("learn with momentum and factors, threads: {threads}"), || {
        for rows in &rows {
            load(&mut stack, rows);
            stack.inputs().weigh(&factors);
            stack.learn(&labels, STEP);
        }
    });
}

fn check_autoencoder(activation: Activation, threads: usize) {
    let rows = [0.9, 0.1].map(|density| numbers(&bytes(BATCH, density, 1)));
    let mut stack = stack(activation, INPUTS, threads).with_targets();
    allocates_nothing(&format!("learn_reconstruction, {activation:?}, threads: {threads}"), || {
        for rows in &rows {
            load(&mut stack, rows);
            let targets = stack.targets().unwrap();
            targets.clear();
            for row in rows {
                targets.push_values(row);
            }
            stack.learn_reconstruction(Reconstruction::SoftplusQuadratic, STEP);
        }
    });
}

// The file has a single test, because the allocations of tests that run at the same time would also be counted.
#[test]
fn no_step_allocates_after_the_first() {
    STARTED.store(true, Ordering::SeqCst);
    COUNTED.set(Some(true));
    let before = ALLOCATIONS.load(Ordering::SeqCst);
    drop(std::hint::black_box(vec![0u8; 100]));
    assert_eq!(ALLOCATIONS.load(Ordering::SeqCst) - before, 1, "the allocator must count one allocation");
    for threads in [1, 2] {
        check_momentum(threads);
        for activation in [Activation::Rectifier, Activation::Tanh, Activation::Pair] {
            check_classifier(activation, threads);
            check_autoencoder(activation, threads);
        }
    }
}
