//! Training steps for sparse networks with small minibatches, on the CPU.
//!
//! A deep-learning framework computes a layer as a dense product and stores the gradient of its weight. With the
//! paper's minibatches of 10 examples and layers of 1,000 rectifiers, one in ten of which is nonzero, nearly all of the
//! resulting memory traffic is wasted. This crate reads a row of a weight only for the examples in which the input of
//! the row is nonzero, if nonzero inputs are few. The gradient of the row is applied while the row is in the nearest
//! cache, and is never stored. Steps do not allocate memory.
//!
//! | section of the paper | items of this crate |
//! |---|---|
//! | 3.1: hidden layers under a softmax output | [`Stack`], [`Stack::learn`] |
//! | 3.1: pairs of rectifiers with shared parameters | [`Activation::Pair`], [`Activation::HardTanh`], [`Activation::Absolute`] |
//! | 3.2: auto-encoders, four reconstruction costs and the tanh cross-entropy | [`Stack::learn_reconstruction`], [`AutoEncoder`] |
//! | 4.1: L1 penalty on activations, fixed signs | [`SgdStep::l1`], [`Layer::new`] |
//! | 4.2: bags of words | [`Batch::push_sparse`] |
//!
//! A layer is cut into panels of up to 512 columns. A panel holds the weights of its units and all their values for one
//! minibatch, and the same thread computes it in the forward and the backward pass. The modules are named in
//! parentheses:
//!
//! ```text
//! forward    z = x W + b      over lists of the nonzero x, or over all x                  (forward)
//!            h = sign f(z)    zeros counted, nonzero values listed                        (collect, activate)
//! output     cost, delta                                                                  (cost)
//! backward   delta W^T        over this panel's columns, only where h below is nonzero    (backward)
//!            W -= rate x^T d  in the same visit to the row                                (backward)
//!            delta            summed over the panels, + L1, times slope                   (collect)
//! ```
//!
//! With [momentum or an L2 penalty](Stack::with_momentum), every weight changes at each step, and a row is brought up to
//! date when it is next read (momentum).
//!
//! The nonzero values of the inputs, and of each layer whose activation has exact zeros, are counted for every
//! minibatch. If they are few, the layer above reads lists of these values; otherwise it reads all values, and each tile
//! of weights once for several examples. The share that decides depends on the [`InstructionSet`] and the size of the
//! minibatch (crossover). Results depend on these, too, but not on the number of threads. The crate is independent of
//! Burn, data sets and files.
//!
//! ```
//! use kernels::{Activation, Affine, Layer, SgdStep, Stack};
//! let hidden = Layer::new(Affine::new(2, &[0.5, -0.5, 0.25, 1.0], &[0.0, 0.0]), None, Activation::Rectifier);
//! let mut stack = Stack::new(vec![hidden], Affine::new(2, &[1.0, -1.0, -1.0, 1.0], &[0.0, 0.0]), 10, 1);
//! let mut nll = Vec::new();
//! for _ in 0..20 {
//!     stack.inputs().clear();
//!     stack.inputs().push_values(&[1.0, 0.0]);
//!     stack.inputs().push_values(&[0.0, 1.0]);
//!     nll.push(stack.learn(&[0, 1], SgdStep { rate: 0.5, l1: &[0.0] }).cost);
//! }
//! assert!(nll[19] < nll[0]);
//! ```

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled for the instruction set of its caller only if inlined"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "vector code uses loops: closures are not compiled for their caller's instruction set"
)]

mod autoencoder;
mod stack;

mod affine;
mod batch;

mod activate;
mod backward;
mod collect;
mod cost;
mod crossover;
mod forward;
mod pairs;

mod floats;
mod instruction_set;
mod momentum;
mod panel;
mod team;
mod velocity;

pub use affine::Affine;
pub use autoencoder::AutoEncoder;
pub use batch::Batch;
pub use forward::Path;
pub use instruction_set::{InstructionSet, InstructionSetError};
pub use stack::{Layer, SgdStep, Stack, Sums};
pub use team::threads;
pub use units::{Activation, Reconstruction};
