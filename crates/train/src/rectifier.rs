//! `rectifier`: the program `train` under the name that its wheel installs.

#[path = "main.rs"]
mod train;

use std::process::ExitCode;

fn main() -> ExitCode {
    train::main()
}
