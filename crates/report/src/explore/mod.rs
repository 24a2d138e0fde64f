//! The page of `train explore`: Figure 2 of the paper, computed as one draws.
//!
//! It is one HTML file in which one draws an input and sees which units become active, along which paths, and what the
//! network answers. Unlike the other pages it runs a script; like them it loads nothing: the weights are inside it, as 8-bit
//! integers ([`quantise`]).
//!
//! The caller of [`write_explorer`] measures the effect of that rounding with [`Explored::rounded`], the network that the page
//! computes. The page recomputes the answers of each [`Sample`] and states how far its own are from them.

mod network;
mod page;
mod quantise;

pub use network::{Answer, Effect, Error, Explored, ExploredLayer, Explorer, Sample};
pub use page::{explorer_html, write_explorer};
pub use quantise::{Quantised, quantise};
