//! Data sets: where they come from, how they are checked, and how they become inputs with labels.
//!
//! | name     | what                               | inputs         | classes | train  | validation | test   | files            |
//! |----------|------------------------------------|----------------|---------|--------|------------|--------|------------------|
//! | `digits` | UCI optdigits, handwritten digits  | 8x8, 0..=16    | 10      | 1,297  | 200        | 300    | embedded, 53 kB  |
//! | `mnist`  | MNIST, handwritten digits          | 28x28, 0..=255 | 10      | 50,000 | 10,000     | 10,000 | four, 11.6 MB    |
//! | `cifar10` | CIFAR-10, the paper's split       | 3x32x32, 0..=255 | 10    | 50,000 | 5,000      | 5,000  | archive, 170 MB  |
//! | `cifar10-usual` | the usual split             | 3x32x32, 0..=255 | 10    | 45,000 | 5,000      | 10,000 | the same         |
//! | `cifar10-batch5` | without the test batch     | 3x32x32, 0..=255 | 10    | 40,000 | 5,000      | 5,000  | the same         |
//! | `emnist-letters` | EMNIST, letters             | 28x28, 0..=255 | 26      | 104,000 | 20,800    | 20,800 | archive          |
//! | `emnist-byclass` | EMNIST, digits and letters  | 28x28, 0..=255 | 62      | 617,932 | 80,000    | 116,323 | the same        |
//! | `norb`   | NORB, jittered-cluttered           | 2x32x32, -1 to 1 | 6     | 233,172 | 58,428    | 58,320 | 36               |
//! | `small-norb` | NORB, small                    | 2x32x32, -1 to 1 | 5     | 19,440 | 4,860      | 24,300 | six              |
//! | `nistp`  | NISTP, made from EMNIST            | 32x32, 0..=255 | 62      | endless | 80,000    | 20,000 | those of `emnist-byclass` |
//! | `nistp36` | the same, from MNIST and letters  | 32x32, 0..=255 | 36      | endless | 80,000    | 20,000 | those of both    |
//! | `imdb`   | Large Movie Review Dataset, stars  | words          | 8       | 22,500 | 2,500      | 25,000 | archive, 84 MB   |
//!
//! [`load()`] is the usual entry point: it finds the files, downloads them if allowed, verifies them and returns a
//! [`DataSet`]. Files as published must have the checksum in the catalogue: SHA-256, or MD5, or gzip's own where no
//! other was published; for an archive of EMNIST, the checksums are those of its members. Files of NORB are checked
//! when they are reduced, and the result each time it is read. Unpacked files must have the structure and the sizes in
//! the catalogue; batches of CIFAR-10 and letters of EMNIST also their SHA-256.
//!
//! Each kind of content is one file that implements [`catalogue::Kind`]; a new data set is an entry of the
//! [`catalogue`], and of a new kind one more such file.
//!
//! [`Inputs`] are kept in the smallest form (MNIST's bytes occupy 55 MB); [`Examples::gather`] turns a minibatch into
//! floating-point numbers.
//!
//! ```
//! use data::{Access, Choices, Source, load};
//! let source = Source { data_dir: None, access: Access::Offline };
//! let digits = load("digits", &source, &Choices::default(), 1, &mut |_| {})?;
//! let (mut inputs, mut labels) = (Vec::new(), Vec::new());
//! digits.splits.train.gather(&[0, 1, 2], &mut inputs, &mut labels);
//! assert_eq!((inputs.len(), labels.len()), (3 * 64, 3));
//! # Ok::<(), data::Error>(())
//! ```
//!
//! This crate does not print; downloads report through a callback.

mod appearance;
mod cache;
pub mod catalogue;
mod choices;
mod cifar;
mod computed;
mod csr;
pub mod digits;
mod download;
mod emnist;
mod entry;
mod error;
mod examples;
mod file;
pub mod fuzz;
pub mod idx;
mod inputs;
mod join;
mod lines;
mod load;
mod mnist;
mod names;
mod nistp;
mod norb;
mod own;
mod picture;
mod place;
mod progress;
pub mod reviews;
mod shape;
mod subset;
#[cfg(test)]
mod synthetic;
mod unpack;

pub use appearance::Range;
pub use cache::Locations;
pub use choices::{Choices, Format, Header, NistpChoices, Perturbations, ReviewChoices, TableChoices, Task};
pub use computed::{Computed, Function};
pub use csr::Csr;
pub use download::fetch;
pub use entry::Access;
pub use error::{Attempt, Error};
pub use examples::{DataSet, Examples, Splits};
pub use inputs::{Bytes, Endless, Inputs, Numbers, Row, Scale};
pub use load::{FileState, Source, State, load, locate, verify};
pub use nistp::Nistp;
pub use own::load_own;
pub use picture::{Pixels, picture};
pub use progress::Progress;
pub use shape::{Picture, Shape};
pub use subset::Subset;
