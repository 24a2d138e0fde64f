//! The page of `train explore`: Figure 2 of the paper, alive.
//!
//! One HTML file in which one draws an input and sees which units fire, along which paths, and what the network makes of
//! it. Unlike the other pages it runs a script, its own, and like them it asks the network for nothing: the weights are
//! inside it, as whole numbers of 8 bits ([`quantise`]).
//!
//! Whoever calls [`write_explorer`] measures what that rounding does: [`Explored::rounded`] is the network that the page
//! computes. The page repeats the answers of [`Sample`] and says how far its own are from them.

mod network;
mod page;
mod quantise;

pub use network::{Answer, Effect, Error, Explored, ExploredLayer, Explorer, Sample};
pub use page::{explorer_html, write_explorer};
pub use quantise::{Quantised, quantise};
