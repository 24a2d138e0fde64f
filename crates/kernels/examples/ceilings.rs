//! The performance limits of the machine: peak arithmetic and read bandwidth, with the instruction set that the
//! kernels use.
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

fn main() {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let all = std::env::args().nth(1).and_then(|threads| threads.parse().ok()).unwrap_or(all);
    let arch = InstructionSet::in_use().arch().unwrap_or(Arch::Scalar);
    for threads in if all == 1 { vec![1] } else { vec![1, all] } {
        let flops = best(threads, || arch.dispatch(MultiplyAdd));
        // A buffer as large as one thread's share of the weights; every thread reads all of it.
        let floats = vec![1f32; WEIGHT_BYTES / size_of::<f32>() / threads];
        let bytes = best(threads, || arch.dispatch(Read(&floats)));
        println!(r#"{{"threads":{threads},"gflops":{:.1},"read_gb_per_s":{:.1}}}"#, flops / 1e9, bytes / 1e9);
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

struct Read<'a>(&'a [f32]);

impl WithSimd for Read<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        const ROUNDS: usize = 30;
        let mut sums = [simd.splat_f32s(0.0); SUMS];
        for _ in 0..ROUNDS {
            let vectors = S::as_simd_f32s(black_box(self.0)).0;
            for group in vectors.chunks_exact(SUMS) {
                for (sum, vector) in sums.iter_mut().zip(group) {
                    *sum = simd.add_f32s(*sum, *vector);
                }
            }
        }
        let all = sums.into_iter().fold(simd.splat_f32s(0.0), |all, sum| simd.add_f32s(all, sum));
        black_box(simd.reduce_sum_f32s(all));
        (ROUNDS * size_of_val(self.0)) as f64
    }
}
