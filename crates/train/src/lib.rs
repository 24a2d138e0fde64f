//! The program: data -> batch -> model -> loss -> learner -> record -> report.
//!
//! A library only so that its tests and examples reach the parts; [`cli::main`] is the whole program.
//! Read [`run::supervised`] first: it is one run, top to bottom.

pub mod cli;
pub mod config;
pub mod learning;
pub mod measures;
pub mod run;
pub mod sweep;

pub mod failure;
pub mod interrupt;
pub mod terminal;
