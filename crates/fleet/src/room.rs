//! How many networks a device holds.

#[cfg(any(feature = "wgpu", feature = "cuda"))]
use crate::gpu;
use burn::prelude::Device;
use model::NetworkConfig;

/// How many networks of `shape` fit on `device` that up to `rows` examples each go through at once, at least 1; nothing where the
/// device is no GPU. Of examples there are `shared` bytes for all of them, and `own` bytes for each. An estimate: what else is
/// on the device is not known. Where its driver does not say how much memory there is, that is taken for all which one
/// tensor may have.
#[must_use]
pub fn room(shape: &NetworkConfig, rows: usize, device: &Device, [shared, own]: [u64; 2]) -> Option<usize> {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    return gpu::memory(device)
        .map(|memory| fitting(shape, rows, [memory.all.unwrap_or(memory.tensor), memory.tensor], [shared, own]));
    #[cfg(not(any(feature = "wgpu", feature = "cuda")))]
    {
        let _ = (shape, rows, device, shared, own);
        None
    }
}

/// The same for a device of `all` bytes, of which a tensor may have `tensor`.
#[cfg(any(feature = "wgpu", feature = "cuda", test))]
fn fitting(shape: &NetworkConfig, rows: usize, [all, tensor]: [u64; 2], [shared, own]: [u64; 2]) -> usize {
    let widths = shape.widths();
    let bytes = |numbers: usize| 4 * numbers as u64;
    let largest = widths.windows(2).map(|pair| pair[0] * pair[1]).max().unwrap_or(1);
    let widest = widths.iter().max().copied().unwrap_or(1);
    // Of the largest map: what a step of plain operations adds, and what a regrouping has twice. Of each layer: inputs,
    // sums, outputs and what is counted of them.
    let network = bytes(shape.parameters() + 3 * largest + 4 * rows * widths.iter().sum::<usize>());
    // A fifth is left to the driver and to holes.
    let free = (all / 5 * 4).saturating_sub(shared);
    let in_a_tensor = bytes(largest.max(rows * widest)).max(own);
    let fitting = (free / (network + own)).min(tensor / in_a_tensor);
    usize::try_from(fitting).unwrap_or(usize::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Activation, SignMask};

    const GIB: u64 = 1 << 30;

    #[test]
    fn the_room_is_what_memory_and_the_largest_tensor_leave() {
        let activation = Activation::Rectifier;
        let shape =
            NetworkConfig { inputs: 784, hidden: vec![1000; 3], outputs: 10, activation, sign_mask: SignMask::None };
        let fitting = |all, tensor, examples| fitting(&shape, 100, [all, tensor], examples);
        // 4 MB of weights in the largest map, some 20 MB with all else.
        assert_eq!(fitting(1 << 40, GIB, [0, 0]), 268);
        let by_memory = fitting(80 * GIB, 1 << 40, [0, 0]);
        assert!((2000..2800).contains(&by_memory), "{by_memory}");
        assert_eq!(fitting(80 * GIB, 1 << 40, [32 * GIB, 0]), by_memory / 2);
        assert_eq!(fitting(GIB, GIB, [2 * GIB, 0]), 1);
        // Examples of their own: so many networks as sets of them.
        assert_eq!(fitting(80 * GIB, 1 << 40, [0, GIB]), 62);
        assert_eq!(fitting(1 << 40, 2 * GIB, [0, GIB]), 2);
    }

    #[test]
    fn a_cpu_says_nothing() {
        let shape = NetworkConfig {
            inputs: 2,
            hidden: vec![],
            outputs: 2,
            activation: Activation::Tanh,
            sign_mask: SignMask::None,
        };
        assert_eq!(room(&shape, 10, &Device::flex(), [0, 0]), None);
    }
}
