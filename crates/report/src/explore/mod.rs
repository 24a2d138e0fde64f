//! The page that `train explore` writes: Figure 2 of the paper for any input that the user draws.
//!
//! The page is a single HTML file. As the user draws an input, it shows which units become active, along which paths
//! they act on the output, and what the network outputs. Unlike the other pages, it runs a script. Like them, it loads
//! no other file: it contains the weights, rounded to 8-bit integers ([`quantise`]).
//!
//! The page runs the rounded network, [`Explored::rounded`]. The caller of [`write_explorer`] measures how rounding
//! affects the error or cost on the test set ([`Effect`]). The page computes the outputs for each [`Sample`] again and
//! states the largest difference from [`Sample::answers`].

mod network;
mod page;
mod quantise;

pub use network::{Answer, Effect, Error, Explored, ExploredLayer, Explorer, Sample};
pub use page::{explorer_html, write_explorer};
pub use quantise::{Quantised, quantise};
