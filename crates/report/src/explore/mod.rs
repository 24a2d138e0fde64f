//! The page that `train explore` writes: Figure 2 of the paper for any input that the user draws.
//!
//! The page is a single HTML file. As the user draws an input, it shows which units become active, along which paths
//! they act on the output, and what the network outputs. Unlike the other pages, it runs a script; like them, it loads
//! no other file, because it contains the weights as 8-bit integers ([`quantise`]).
//!
//! The caller of [`write_explorer`] measures the effect of rounding the weights with [`Explored::rounded`], the network
//! that the page runs. The page computes the outputs for each [`Sample`] again and states how far they are from the
//! outputs in [`Sample::answers`].

mod network;
mod page;
mod quantise;

pub use network::{Answer, Effect, Error, Explored, ExploredLayer, Explorer, Sample};
pub use page::{explorer_html, write_explorer};
pub use quantise::{Quantised, quantise};
