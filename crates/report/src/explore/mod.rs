//! The page that `train explore` writes: Figure 2 of the paper for any input that the user draws.
//!
//! The page is a single HTML file. While the user draws an input, the page shows which units become active, along which
//! paths these units act on the output, and what the network outputs. Unlike the other pages of this crate, this page
//! runs a script. Like the other pages, it loads no other file: it contains the weights, rounded to 8-bit integers
//! ([`quantise`]).
//!
//! The page runs the rounded network, [`Explored::rounded`]. The caller of [`write_explorer`] measures how rounding
//! affects the error or cost on the test set ([`Effect`]). The page runs the network on each [`Sample`] again, and
//! states the largest difference of an output from [`Sample::answers`].

mod network;
mod page;
mod quantise;

pub use network::{Answer, Effect, Error, Explored, ExploredLayer, Explorer, Sample};
pub use page::{explorer_html, write_explorer};
pub use quantise::{Quantised, quantise};
