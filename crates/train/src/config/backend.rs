//! `training.backend`: the backends and their devices.

use burn::prelude::Device;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The backend that a run computes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// Burn's maintained CPU backend.
    Flex,
    /// Burn's old CPU backend; deprecated upstream.
    Ndarray,
    /// Burn's backend for any GPU with Vulkan, Metal, DirectX 12 or OpenGL.
    Wgpu,
    /// Burn's backend for NVIDIA GPUs; it needs a build with `--features cuda`.
    Cuda,
}

/// The reason why a backend cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The backend is not part of this build.
    #[error("this build has no {0} backend; build again with --features {0}, or choose another --backend")]
    NotBuilt(Backend),
    /// The wgpu backend finds no GPU adapter, or cannot set one up.
    #[error(
        "the wgpu backend finds no GPU adapter ({0}); install a graphics driver (on Debian, mesa-vulkan-drivers provides \
         a software adapter) or use --backend flex"
    )]
    NoAdapter(String),
}

impl Backend {
    /// All backends, in the order in which `train doctor` lists them.
    pub const ALL: [Self; 4] = [Self::Flex, Self::Ndarray, Self::Wgpu, Self::Cuda];

    /// Whether the backend computes on the CPU.
    #[must_use]
    pub fn is_cpu(self) -> bool {
        matches!(self, Self::Flex | Self::Ndarray)
    }

    /// The default device of this backend, without autodiff. The first call for wgpu sets up the GPU, which may take a
    /// while.
    ///
    /// # Errors
    /// [`Error`] when the backend is not in this build, or when wgpu finds no GPU adapter or cannot set one up.
    pub fn device(self) -> Result<Device, Error> {
        match self {
            Self::Flex => Ok(Device::flex()),
            #[cfg(feature = "ndarray")]
            #[expect(deprecated, reason = "builds with the feature ndarray still offer this backend")]
            Self::Ndarray => Ok(Device::ndarray()),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => wgpu(),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0)),
            #[cfg(not(all(feature = "ndarray", feature = "wgpu", feature = "cuda")))]
            backend => Err(Error::NotBuilt(backend)),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flex => "flex",
            Self::Ndarray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Cuda => "cuda",
        })
    }
}

/// The default device of wgpu. Burn panics on two threads when the first operation finds no adapter, so this function
/// looks for an adapter beforehand.
#[cfg(feature = "wgpu")]
fn wgpu() -> Result<Device, Error> {
    use burn::prelude::DeviceKind;
    use burn::tensor::DeviceType;
    // An adapter may be set up only once in a process, so later calls return the result of the first call.
    static FIRST: std::sync::OnceLock<Result<Device, String>> = std::sync::OnceLock::new();
    if Device::enumerate(DeviceType::Wgpu).into_vec().is_empty() {
        return Err(Error::NoAdapter("the list of adapters is empty".to_owned()));
    }
    FIRST
        .get_or_init(|| Device::wgpu_options().device_kind(DeviceKind::DefaultDevice).init().map_err(|e| e.to_string()))
        .clone()
        .map_err(Error::NoAdapter)
}

/// The device in words, for records of runs: a GPU's name, or the CPU's architecture and the number of cores that the
/// process may use.
#[must_use]
pub fn describe(device: &Device) -> String {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    if let Some(identity) = device.identity() {
        return identity.name;
    }
    #[cfg(not(any(feature = "wgpu", feature = "cuda")))]
    let _ = device;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("CPU {}, {cores} cores", std::env::consts::ARCH)
}
