//! An estimate of how many networks fit on a device.

#[cfg(any(feature = "wgpu", feature = "cuda"))]
use crate::gpu;
use burn::prelude::Device;
use model::NetworkConfig;

/// An estimate of how many networks of `shape` fit on `device` when each network processes minibatches of up to `rows`
/// examples. The estimate is at least 1, or `None` if the device is not a GPU or this crate was built without a GPU
/// backend.
///
/// The examples take `shared` bytes in total, and another `own` bytes for each network. Memory that other programs use
/// on the device is not taken into account. If the driver does not report the size of the memory, the memory is assumed
/// to have the size of the largest possible tensor.
#[must_use]
pub fn capacity(shape: &NetworkConfig, rows: usize, device: &Device, [shared, own]: [u64; 2]) -> Option<usize> {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    return gpu::memory(device)
        .map(|memory| fitting(shape, rows, [memory.all.unwrap_or(memory.tensor), memory.tensor], [shared, own]));
    #[cfg(not(any(feature = "wgpu", feature = "cuda")))]
    {
        let _ = (shape, rows, device, shared, own);
        None
    }
}

/// The [`capacity`] of a device with `all` bytes of memory, on which a tensor may take up to `tensor` bytes.
#[cfg(any(feature = "wgpu", feature = "cuda", test))]
fn fitting(shape: &NetworkConfig, rows: usize, [all, tensor]: [u64; 2], [shared, own]: [u64; 2]) -> usize {
    let widths = shape.widths();
    let bytes = |numbers: usize| 4 * numbers as u64;
    let largest = widths.windows(2).map(|pair| pair[0] * pair[1]).max().unwrap_or(1);
    let widest = widths.iter().max().copied().unwrap_or(1);
    // Besides the parameters, a network needs 3 times its largest map, for the temporaries of a step in plain
    // operations and the copy made by a regrouping, and 4 times the values of each layer: inputs, pre-activations,
    // outputs, and the temporaries of the sums over the outputs.
    let network = bytes(shape.parameters() + 3 * largest + 4 * rows * widths.iter().sum::<usize>());
    // A fifth of the memory is left to the driver and to fragmentation.
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
    fn the_capacity_is_limited_by_memory_and_by_the_largest_tensor() {
        let activation = Activation::Rectifier;
        let shape =
            NetworkConfig { inputs: 784, hidden: vec![1000; 3], outputs: 10, activation, sign_mask: SignMask::None };
        let fitting = |all, tensor, examples| fitting(&shape, 100, [all, tensor], examples);
        // The largest map has 4 MB of weights; a network takes about 29 MB in total.
        assert_eq!(fitting(1 << 40, GIB, [0, 0]), 268);
        let by_memory = fitting(80 * GIB, 1 << 40, [0, 0]);
        assert!((2000..2800).contains(&by_memory), "{by_memory} networks fit");
        assert_eq!(fitting(80 * GIB, 1 << 40, [32 * GIB, 0]), by_memory / 2);
        assert_eq!(fitting(GIB, GIB, [2 * GIB, 0]), 1);
        // Each network has its own examples.
        assert_eq!(fitting(80 * GIB, 1 << 40, [0, GIB]), 62);
        assert_eq!(fitting(1 << 40, 2 * GIB, [0, GIB]), 2);
    }

    #[test]
    fn the_capacity_of_a_cpu_is_none() {
        let shape = NetworkConfig {
            inputs: 2,
            hidden: vec![],
            outputs: 2,
            activation: Activation::Tanh,
            sign_mask: SignMask::None,
        };
        assert_eq!(capacity(&shape, 10, &Device::flex(), [0, 0]), None);
    }
}
