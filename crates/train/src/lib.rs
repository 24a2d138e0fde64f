//! The program `train`. A run consists of data -> batch -> model -> loss -> learner -> record -> report.
//!
//! The program is a library so that tests and examples can use its parts; [`cli::main`] is the whole program. Read
//! [`run::supervised`] first: this module carries out one run, from beginning to end.

pub mod cli;
pub mod config;
pub mod learning;
pub mod measures;
pub mod run;
pub mod sweep;

pub mod failure;
pub mod interrupt;
pub mod terminal;
