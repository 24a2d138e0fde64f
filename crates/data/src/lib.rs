//! Data sets: finding, downloading and verifying their files, and turning them into labelled examples.
//!
//! | name | content | inputs | classes | train | validation | test | files |
//! |---|---|---|---|---|---|---|---|
//! | `digits` | UCI optdigits | 8x8, 0..=16 | 10 | 1,297 | 200 | 300 | embedded, 53 kB |
//! | `mnist` | MNIST, handwritten digits | 28x28, 0..=255 | 10 | 50,000 | 10,000 | 10,000 | 4 files, 11.6 MB |
//! | `cifar10` | CIFAR-10, paper's split | 3x32x32, 0..=255 | 10 | 50,000 | 5,000 | 5,000 | archive, 170 MB |
//! | `cifar10-usual` | CIFAR-10, usual split | 3x32x32, 0..=255 | 10 | 45,000 | 5,000 | 10,000 | as `cifar10` |
//! | `cifar10-batch5` | CIFAR-10, no test batch | 3x32x32, 0..=255 | 10 | 40,000 | 5,000 | 5,000 | as `cifar10` |
//! | `emnist-letters` | EMNIST, letters | 28x28, 0..=255 | 26 | 104,000 | 20,800 | 20,800 | archive |
//! | `emnist-byclass` | EMNIST, digits and letters | 28x28, 0..=255 | 62 | 617,932 | 80,000 | 116,323 | same archive |
//! | `norb` | NORB, jittered-cluttered | 2x32x32, -1 to 1 | 6 | 233,172 | 58,428 | 58,320 | 36 files |
//! | `small-norb` | NORB, small version | 2x32x32, -1 to 1 | 5 | 19,440 | 4,860 | 24,300 | 6 files |
//! | `nistp` | NISTP, made from EMNIST | 32x32, 0..=255 | 62 | endless | 80,000 | 20,000 | as `emnist-byclass` |
//! | `nistp36` | NISTP, 36 classes | 32x32, 0..=255 | 36 | endless | 80,000 | 20,000 | as `mnist`, `emnist-letters` |
//! | `imdb` | movie reviews with stars | bags of words | 8 | 22,500 | 2,500 | 25,000 | archive, 84 MB |
//!
//! [`load()`] is the usual entry point: it finds the files, downloads them if allowed, verifies them and returns a
//! [`DataSet`]. Files as published must have the checksum in the catalogue: SHA-256, MD5 or, where neither was
//! published, the checksums inside the gzip stream. When EMNIST is loaded from its archive, the members that are read
//! are checked instead of the archive: by SHA-256 for EMNIST Letters, and by their sizes for EMNIST `ByClass`. NORB's
//! files are checked when the images are reduced, and the cache of reduced images each time it is read. Unpacked files
//! must have the structure and the sizes in the catalogue; the batches of CIFAR-10 and the files of EMNIST Letters must
//! also have their SHA-256.
//!
//! The entry of a data set, with its files and their checksums, is in the module of the data set, beside the
//! implementation of [`catalogue::Kind`] that reads it. To add a data set, write such a module, and add its entry to
//! the [`catalogue`].
//!
//! [`Inputs`] are stored in their most compact form (MNIST's bytes occupy 55 MB); [`Examples::gather`] turns a
//! minibatch into floating-point numbers.
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
//! This crate prints nothing; downloads report their progress to a callback.

mod appearance;
mod cache;
pub mod catalogue;
mod characters;
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
mod fit;
mod form;
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
mod pixels;
mod place;
mod prepared;
mod progress;
pub mod reviews;
mod shape;
mod subset;
#[cfg(test)]
mod synthetic;
mod unpack;

pub use appearance::Range;
pub use cache::Locations;
pub use choices::{
    Choices, Colour, Format, Ground, Header, NistpChoices, Order, Perturbations, PictureChoices, ReviewChoices,
    Scaling, Size, TableChoices, Task,
};
pub use computed::{Computed, Function};
pub use csr::Csr;
pub use download::fetch;
pub use entry::Access;
pub use error::{Attempt, Error};
pub use examples::{DataSet, Examples, Splits};
pub use form::{Formed, in_form};
pub use inputs::{Bytes, Endless, Inputs, Numbers, Row, Scale, Table};
pub use load::{FileState, Source, State, load, locate, verify};
pub use nistp::Nistp;
pub use own::{Beyond, Look, SparseStream, TableStream, Unseen, load_own};
pub use picture::{is_picture, picture, refuse_picture};
pub use pixels::Pixels;
pub use prepared::{Ink, Prepared, prepared};
pub use progress::Progress;
pub use shape::{Picture, Shape};
pub use subset::Subset;
