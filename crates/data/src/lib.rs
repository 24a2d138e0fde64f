//! Data sets: where they come from, how they are checked, and how they become rows of bytes with labels.
//!
//! | name     | what                               | inputs         | classes | train  | validation | test   | files            |
//! |----------|------------------------------------|----------------|---------|--------|------------|--------|------------------|
//! | `digits` | UCI optdigits, handwritten digits  | 8x8, 0..=16    | 10      | 1,297  | 200        | 300    | embedded, 53 kB  |
//! | `mnist`  | MNIST, handwritten digits          | 28x28, 0..=255 | 10      | 50,000 | 10,000     | 10,000 | four, 11.6 MB    |
//! | `cifar10` | CIFAR-10, the paper's cut         | 3x32x32, 0..=255 | 10    | 50,000 | 5,000      | 5,000  | archive, 170 MB  |
//! | `cifar10-usual` | the usual cut               | 3x32x32, 0..=255 | 10    | 45,000 | 5,000      | 10,000 | the same         |
//! | `cifar10-batch5` | without the test batch     | 3x32x32, 0..=255 | 10    | 40,000 | 5,000      | 5,000  | the same         |
//!
//! [`load()`] is the usual entry: it finds the files, fetches them when it may, verifies every checksum and returns a
//! [`DataSet`]. Inputs stay bytes (MNIST takes 55 MB); [`Examples::gather`] scales a batch to \[0, 1\].
//!
//! ```
//! use data::{Network, Source, load};
//! let source = Source { data_dir: None, network: Network::Offline };
//! let digits = load("digits", &source, 1, &mut |_| {})?;
//! let (mut inputs, mut labels) = (Vec::new(), Vec::new());
//! digits.splits.train.gather(&[0, 1, 2], &mut inputs, &mut labels);
//! assert_eq!((inputs.len(), labels.len()), (3 * 64, 3));
//! # Ok::<(), data::Error>(())
//! ```
//!
//! Nothing here prints; a download reports through a callback.

mod cache;
pub mod catalogue;
mod cifar;
mod csr;
pub mod digits;
mod download;
mod error;
mod examples;
pub mod idx;
mod load;
mod mnist;
mod own;
mod subset;
#[cfg(test)]
mod synthetic;

pub use cache::Locations;
pub use csr::Csr;
pub use download::{Progress, fetch};
pub use error::{Attempt, Error};
pub use examples::{DataSet, Examples, Shape, Splits};
pub use load::{FileState, Network, Source, State, load, locate, verify};
pub use subset::Subset;
