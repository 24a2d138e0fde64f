//! The answers of a plan's runs to the questions of the plan.

mod comparisons;
mod decomposition;
mod gaps;
mod seeds;
mod shares;
mod trends;

pub use comparisons::{Compared, Difference, Further};
pub use decomposition::{Contribution, Decomposed};
pub use gaps::Closed;
pub use shares::{Attributed, Share};
pub use trends::Trended;

pub(crate) use comparisons::answers as comparisons;
pub(crate) use decomposition::answers as decompositions;
pub(crate) use gaps::answers as gaps;
pub(crate) use shares::answers as shares;
pub(crate) use trends::answers as trends;
