//! Work shared among the threads of a rayon pool.

use rayon::prelude::*;

/// Runs `f` on each item with its index: on all threads of the pool that the caller is in, or else right here.
///
/// Each item is computed whole by one thread, so results do not depend on how many there are.
pub(crate) fn each<T: Send>(items: &mut [T], f: impl Fn(usize, &mut T) + Sync) {
    if threads() > 1 {
        items.par_iter_mut().enumerate().for_each(|(k, item)| f(k, item));
    } else {
        items.iter_mut().enumerate().for_each(|(k, item)| f(k, item));
    }
}

/// As [`each`], with a chunk of `size` values beside each item.
pub(crate) fn each_with<T: Send>(
    chunks: &mut [f32],
    size: usize,
    items: &mut [T],
    f: impl Fn(usize, &mut [f32], &mut T) + Sync,
) {
    if threads() > 1 {
        let pairs = chunks.par_chunks_mut(size).zip(items);
        pairs.enumerate().for_each(|(k, (chunk, item))| f(k, chunk, item));
    } else {
        let pairs = chunks.chunks_mut(size).zip(items);
        pairs.enumerate().for_each(|(k, (chunk, item))| f(k, chunk, item));
    }
}

fn threads() -> usize {
    rayon::current_thread_index().map_or(1, |_| rayon::current_num_threads())
}
