//! What a GPU offers, and what the kernels need.

use super::layer::{CHUNK, GROUPS, LANES};
use super::rest::THREADS;
use burn::backend::DispatchDevice;
use burn::prelude::Device;
use burn_cubecl::cubecl::ir::DeviceProperties;

/// The most examples of a minibatch: each thread keeps a sum for each.
pub(crate) const MOST_EXAMPLES: usize = 16;
// The kernels give each example of a minibatch a thread.
const _: () = assert!(MOST_EXAMPLES <= LANES);
/// Buffers of the kernel that has most tensors, and one for its other arguments.
const BINDINGS: u32 = 10;

/// The memory of a GPU, in bytes.
pub(crate) struct Memory {
    /// All of it; `None` where the driver does not report it.
    pub(crate) all: Option<u64>,
    /// The largest tensor.
    pub(crate) tensor: u64,
}

/// The memory of `device`; `None` where it is not a GPU.
pub(crate) fn memory(device: &Device) -> Option<Memory> {
    let memory = properties(device)?.memory;
    Some(Memory { all: memory.max_memory(), tensor: memory.max_page_size })
}

/// Whether the kernels run on `device`, for `members` networks of `inputs` inputs and minibatches of `batch`.
pub(crate) fn allow(device: &Device, members: usize, batch: usize, inputs: usize) -> bool {
    let Some(DeviceProperties { hardware, .. }) = properties(device) else { return false };
    let (x, y, z) = hardware.max_cube_count;
    let each = size_of::<f32>();
    let forward = each * (batch * CHUNK + 4 * LANES * GROUPS);
    let backward = each * batch * (4 * LANES + GROUPS * (LANES + 1));
    // Vectors of one value, at worst.
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
