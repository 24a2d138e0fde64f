//! The limits of a GPU, compared with the requirements of the kernels.

use super::layer::{CHUNK, GROUPS, LANES};
use super::rest::THREADS;
use burn::backend::DispatchDevice;
use burn::prelude::Device;
use burn_cubecl::cubecl::ir::DeviceProperties;

/// The largest minibatch that the kernels support: each thread keeps a sum for each example.
pub(crate) const MOST_EXAMPLES: usize = 16;
// `cross_entropy_kernel` has `LANES` threads, one for each example of a minibatch.
const _: () = assert!(MOST_EXAMPLES <= LANES);
/// The number of buffers that the kernel with the most tensors needs, including a buffer for the kernel's other
/// arguments.
const BINDINGS: u32 = 10;

/// The memory of a GPU, in bytes.
pub(crate) struct Memory {
    /// The size of the whole memory; `None` if the driver does not report it.
    pub(crate) all: Option<u64>,
    /// The size of the largest possible tensor.
    pub(crate) tensor: u64,
}

/// The memory of `device`; `None` if the device is not a GPU.
pub(crate) fn memory(device: &Device) -> Option<Memory> {
    let memory = properties(device)?.memory;
    Some(Memory { all: memory.max_memory(), tensor: memory.max_page_size })
}

/// Whether `device` can run the kernels for `members` networks of `inputs` inputs and minibatches of `batch` examples.
pub(crate) fn allow(device: &Device, members: usize, batch: usize, inputs: usize) -> bool {
    let Some(DeviceProperties { hardware, .. }) = properties(device) else { return false };
    let (x, y, z) = hardware.max_cube_count;
    let each = size_of::<f32>();
    let forward = each * (batch * CHUNK + 4 * LANES * GROUPS);
    let backward = each * batch * (4 * LANES + GROUPS * (LANES + 1));
    // At worst, each vector holds one value.
    let gathered = (batch * inputs).div_ceil(THREADS);
    batch <= MOST_EXAMPLES
        && hardware.max_bindings >= BINDINGS
        && hardware.max_shared_memory_size >= forward.max(backward)
        && hardware.max_units_per_cube as usize >= THREADS
        && [(x, gathered), (x, members), (y, members), (z, members)].iter().all(|(most, need)| *most as usize >= *need)
}

fn properties(device: &Device) -> Option<DeviceProperties> {
    match device.as_dispatch() {
        DispatchDevice::Cube(device) => Some((*device.client().properties()).clone()),
        _ => None,
    }
}
