//! The training step of thin, sparse networks on the CPU.
//!
//! A framework computes a layer as a dense product and keeps its gradient. At the paper's setting, minibatches of 10
//! through layers of 1,000 rectifiers of which one in ten is not zero, nearly all of that is memory traffic for nothing.
//! Here a weight row is read only for the examples whose unit is not zero, its gradient is applied while the row is in
//! the nearest cache and never stored, and no step allocates.
//!
//! | paper | here |
//! |---|---|
//! | 3.1: hidden layers under a softmax output | [`Stack`], [`Stack::learn`] |
//! | 3.1: pairs of rectifiers with shared parameters | [`Activation::Pair`], [`Activation::HardTanh`], [`Activation::Absolute`] |
//! | 3.2: auto-encoders, four reconstruction costs and the tanh cross-entropy | [`Stack::learn_to_reconstruct`], [`AutoEncoder`] |
//! | 4.1: L1 penalty on activations, fixed signs | [`Descent::l1`], [`Layer::new`] |
//! | 4.2: bags of words | [`Batch::push_sparse`] |
//!
//! A layer is cut into panels of up to 512 columns. A panel holds its weights and everything about its units for one
//! minibatch, and belongs to one thread, forward and backward:
//!
//! ```text
//! forward    z = x W + b      over lists of the x that are not zero, or over all x        (forward)
//!            h = sign f(z)    counted, and listed where it may be zero                    (collect, activate)
//! output     cost, delta                                                                  (cost)
//! backward   delta W^T        this panel's share, only where h below is not zero          (backward)
//!            W -= rate x^T d  in the same visit to the row                                (backward)
//!            delta            shares added up, + L1, times slope                          (collect)
//! ```
//!
//! Lists pay below half density, measured for each layer and minibatch; above, tiles of weights serve several examples
//! at once. Results do not depend on the number of threads. Nothing here knows Burn, data sets or files.
//!
//! ```
//! use kernels::{Activation, Affine, Descent, Layer, Stack};
//! let hidden = Layer::new(Affine::new(2, &[0.5, -0.5, 0.25, 1.0], &[0.0, 0.0]), None, Activation::Rectifier);
//! let mut stack = Stack::new(vec![hidden], Affine::new(2, &[1.0, -1.0, -1.0, 1.0], &[0.0, 0.0]), 10, 1);
//! let mut nll = Vec::new();
//! for _ in 0..20 {
//!     stack.inputs().clear();
//!     stack.inputs().push_values(&[1.0, 0.0]);
//!     stack.inputs().push_values(&[0.0, 1.0]);
//!     nll.push(stack.learn(&[0, 1], Descent { rate: 0.5, l1: &[0.0] }).cost);
//! }
//! assert!(nll[19] < nll[0]);
//! ```

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled for the instruction set of its caller only if inlined"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "vector code is loops: closures are not compiled for that instruction set"
)]

mod autoencoder;
mod stack;

mod affine;
mod batch;

mod activate;
mod backward;
mod collect;
mod cost;
mod forward;
mod pairs;

mod floats;
mod panel;
mod team;

pub use affine::Affine;
pub use autoencoder::AutoEncoder;
pub use batch::Batch;
pub use forward::Path;
pub use stack::{Descent, Layer, Stack, Sums};
pub use units::{Activation, Reconstruction};
