//! `--fleet`: how many runs share a worker.

use std::fmt;
use std::str::FromStr;

/// The largest number of runs that share a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetSize {
    /// As many runs as are estimated to fit into the memory of the GPU, at most [`FleetSize::MAX`];
    /// [`FleetSize::DEFAULT`] on a CPU.
    Auto,
    /// This many runs, from 1 to [`FleetSize::MAX`].
    Fixed(usize),
}

impl FleetSize {
    /// The size that [`FleetSize::Auto`] stands for on a device that is not a GPU.
    pub const DEFAULT: usize = 8;

    /// The largest number of runs that share a worker. The sweep and the worker each keep one locked file open for
    /// every run, and many systems limit a process to 1,024 open files.
    pub const MAX: usize = 500;
}

impl FromStr for FleetSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(number) if (1..=Self::MAX).contains(&number) => Ok(Self::Fixed(number)),
            _ if text == "auto" => Ok(Self::Auto),
            _ => Err(format!("give a number from 1 to {}, or auto", Self::MAX)),
        }
    }
}

impl fmt::Display for FleetSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Fixed(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_auto() {
        for (text, size) in [("auto", FleetSize::Auto), ("1", FleetSize::Fixed(1)), ("256", FleetSize::Fixed(256))] {
            assert_eq!(text.parse(), Ok(size));
            assert_eq!(size.to_string(), text);
        }
        for text in ["", "0", "501", "-1", "all", "1.5", "Auto"] {
            assert!(text.parse::<FleetSize>().unwrap_err().contains("or auto"), "{text}");
        }
    }
}
