//! The program: data -> batch -> model -> loss -> learner -> record -> report.
//!
//! A library only so that its tests and examples reach the parts; [`command::main`] is the whole program.
//! Read [`supervised`] first: it is one run, top to bottom.

pub mod command;

pub mod config;
pub mod place;
pub mod source;

pub mod backend;
pub mod denoiser;
pub mod denoising;
pub mod engine;
pub mod minibatches;
pub mod objective;
pub mod tally;
pub mod task;
pub mod zeros;

pub mod learn;
pub mod state;

mod codes;
pub mod ending;
pub mod evaluate;
mod events;
mod exhibits;
pub mod folder;
mod input;
mod manifest;
pub mod measures;
pub mod pretrain;
pub mod supervised;
pub mod training;
pub mod watch;

pub mod side_by_side;

pub mod reproduce;
pub mod runs;
pub mod sweep;

pub mod datasets;
pub mod doctor;
pub mod documents;
pub mod explore;
pub mod export;
pub mod import;
pub mod manual;
pub mod portable;
pub mod predict;
pub mod samples;
pub mod sheet;

pub mod dashboard;
pub mod failure;
pub mod interrupt;
pub mod terminal;
