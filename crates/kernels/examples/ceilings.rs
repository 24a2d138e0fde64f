//! The performance limits of the machine: peak arithmetic, and the bandwidth of the patterns in which a step reads
//! memory, with the instruction set that the kernels use.
//!
//!     cargo run -p kernels --example ceilings -- THREADS
//!
//! The program prints one line of JSON for 1 thread and one for THREADS threads (default: one per core). It is an
//! example of this package, so that it is optimised in every profile, as the kernels are.
#![expect(clippy::print_stdout, reason = "an example prints its results")]

use kernels::InstructionSet;
use pulp::{Arch, Simd, WithSimd};
use std::hint::black_box;
use std::time::Instant;

/// The size of the weights of a 784-1000-1000-1000-10 network in bytes, rounded up to whole MiB.
const WEIGHT_BYTES: usize = 11 << 20;
/// The size of a panel of 1,000 rows, the weights that a thread reads in one phase of a step.
const PANEL_BYTES: usize = 1000 * ROW_BYTES;
/// The size of a row of a panel, the weights from one unit to 512 units.
const ROW_BYTES: usize = 512 * size_of::<f32>();
/// A size that fits into the second-level cache of most processors, and one that fits into the first-level cache.
const LEVEL_2_BYTES: usize = 192 << 10;
const LEVEL_1_BYTES: usize = 16 << 10;

fn main() {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let all = std::env::args().nth(1).and_then(|threads| threads.parse().ok()).unwrap_or(all);
    let set = InstructionSet::in_use();
    let arch = set.arch().unwrap_or(Arch::Scalar);
    for threads in if all == 1 { vec![1] } else { vec![1, all] } {
        let flops = best(threads, || arch.dispatch(MultiplyAdd));
        print!(r#"{{"instruction_set":"{set}","threads":{threads},"gflops":{:.1}"#, flops / 1e9, set = set.name());
        for (name, bytes, order) in [
            // One thread's share of the weights; every thread reads all of it.
            ("read", WEIGHT_BYTES / threads, Order::Ascending),
            // The same bytes as a sparse step reads them: rows of a panel that are far apart.
            ("rows", WEIGHT_BYTES / threads, Order::Scattered),
            ("panel", PANEL_BYTES, Order::Ascending),
            ("level_2", LEVEL_2_BYTES, Order::Ascending),
            ("level_1", LEVEL_1_BYTES, Order::Ascending),
        ] {
            let floats = vec![1f32; bytes.next_multiple_of(ROW_BYTES) / size_of::<f32>()];
            let rate = best(threads, || arch.dispatch(Read { floats: &floats, order }));
            print!(r#","{name}_gb_per_s":{:.1}"#, rate / 1e9);
        }
        println!("}}");
    }
}

/// The highest rate of seven runs: the count that `work` returns, summed over all threads, per second.
fn best(threads: usize, work: impl Fn() -> f64 + Sync) -> f64 {
    let go = || {
        let began = Instant::now();
        let done: f64 = std::thread::scope(|scope| {
            let all: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
            all.into_iter().filter_map(|one| one.join().ok()).sum()
        });
        done / began.elapsed().as_secs_f64()
    };
    (0..7).map(|_| go()).fold(0.0, f64::max)
}

/// Number of independent sums: enough to keep the arithmetic units busy, although each addition to a sum has to wait
/// for the previous one.
const SUMS: usize = 12;

struct MultiplyAdd;

impl WithSimd for MultiplyAdd {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        const ROUNDS: usize = 3_000_000;
        let (a, b) = (simd.splat_f32s(black_box(0.999)), simd.splat_f32s(black_box(0.001)));
        let mut sums = [b; SUMS];
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = simd.mul_add_e_f32s(*sum, a, b);
            }
        }
        let all = sums.into_iter().fold(simd.splat_f32s(0.0), |all, sum| simd.add_f32s(all, sum));
        black_box(simd.reduce_sum_f32s(all));
        (2 * S::F32_LANES * SUMS * ROUNDS) as f64
    }
}

/// The order in which rows are read.
#[derive(Clone, Copy)]
enum Order {
    Ascending,
    /// Each row is far from the one before, so that no processor expects it.
    Scattered,
}

struct Read<'a> {
    floats: &'a [f32],
    order: Order,
}

impl WithSimd for Read<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        const BYTES: usize = 300 << 20;
        // A row consists of whole groups of so many vectors in every instruction set.
        const SUMS: usize = 8;
        let rows = size_of_val(self.floats) / ROW_BYTES;
        let floats = ROW_BYTES / size_of::<f32>();
        let mut sums = [simd.splat_f32s(0.0); SUMS];
        for k in 0..BYTES / ROW_BYTES {
            let row = match self.order {
                Order::Ascending => k % rows,
                // Multiplication by an odd number spreads consecutive numbers over all rows.
                Order::Scattered => (k as u32).wrapping_mul(0x9e37_79b9) as usize % rows,
            };
            let vectors = S::as_simd_f32s(black_box(&self.floats[row * floats..][..floats])).0;
            for group in vectors.chunks_exact(SUMS) {
                for (sum, vector) in sums.iter_mut().zip(group) {
                    *sum = simd.add_f32s(*sum, *vector);
                }
            }
        }
        let all = sums.into_iter().fold(simd.splat_f32s(0.0), |all, sum| simd.add_f32s(all, sum));
        black_box(simd.reduce_sum_f32s(all));
        (BYTES / ROW_BYTES * ROW_BYTES) as f64
    }
}
