//! The networks of Glorot, Bordes and Bengio, *Deep Sparse Rectifier Neural Networks* (AISTATS 2011), as Burn modules.
//!
//! | section and subject in the paper | item |
//! |---|---|
//! | 2.1, 3.1: rectifier, softplus, tanh, logistic, leaky integrate-and-fire | [`Activation`] |
//! | 4.1: fixed signs, which multiply about half of the outputs by -1 | [`SignMask`] |
//! | 3.1, 4.1: deep network with a softmax output | [`NetworkConfig`], [`Network`] |
//! | 4.2: bags of words, where a layer reads only the words that occur | [`Rows`] |
//! | 4.1: negative log-likelihood, L1 penalty on activations | [`loss`] |
//! | 3.2: denoising auto-encoders, as a network of one hidden layer | [`autoencoder`], [`Reconstruction`], [`Target`], [`Corruption`] |
//! | 3.1, 4.1: fraction of exact zeros, dead units | [`sparsity`] |
//! | 2.2, 3.1: the distribution of gradients, class information and activity over units | [`statistics`] |
//! | 3.1: the ill-conditioned parametrisation | [`rescaled`] |
//!
//! [`Record`] saves networks in Burn's format with a checksum, which the format lacks; [`Classifier`] loads a network
//! and predicts classes. [`to_kernels`] turns a network into the CPU kernels that skip exact zeros. Modules run on any
//! Burn device. This crate does not depend on data sets, training or the terminal.

mod activation;
mod autoencoder;
mod init;
mod layer;
pub mod loss;
mod network;
mod reconstruction;
mod rows;
pub mod sparsity;
pub mod statistics;
mod target;

mod rescale;

mod fast;

mod classifier;
mod record;

pub use activation::Activate;
pub use autoencoder::{autoencoder, reconstruct, rescaled_code, tied};
pub use classifier::{Classifier, Prediction, most_probable, softmax};
pub use denoising::{Corruption, Decoder, Target};
pub use fast::{Unsupported, from_autoencoder_kernel, from_kernels, to_autoencoder_kernel, to_kernels};
pub use layer::{Layer, SignMask};
pub use network::{Forward, Network, NetworkConfig};
pub use reconstruction::Reconstruct;
pub use record::{Error, Record};
pub use rescale::{RescaleError, rescaled};
pub use rows::Rows;
pub use target::Targets;
pub use units::{Activation, Reconstruction};
