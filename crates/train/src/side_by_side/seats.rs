//! `--fleet`: how many runs side by side.

use std::fmt;
use std::str::FromStr;

/// How many runs side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seats {
    /// As many as the device's memory holds.
    Auto,
    /// So many, from 1 to [`Seats::MOST`].
    Number(usize),
}

impl Seats {
    /// What [`Seats::Auto`] means where a device does not say what it holds, such as a CPU.
    pub(super) const WITHOUT_A_WORD: usize = 8;

    /// Each run has a locked file in two processes, which may have 1,024 open files in most places. A GPU is full before.
    pub const MOST: usize = 500;
}

impl FromStr for Seats {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(number) if (1..=Self::MOST).contains(&number) => Ok(Self::Number(number)),
            _ if text == "auto" => Ok(Self::Auto),
            _ => Err(format!("give a number from 1 to {}, or auto", Self::MOST)),
        }
    }
}

impl fmt::Display for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Number(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_auto() {
        for (text, seats) in [("auto", Seats::Auto), ("1", Seats::Number(1)), ("256", Seats::Number(256))] {
            assert_eq!(text.parse(), Ok(seats));
            assert_eq!(seats.to_string(), text);
        }
        for text in ["", "0", "501", "-1", "all", "1.5", "Auto"] {
            assert!(text.parse::<Seats>().unwrap_err().contains("or auto"), "{text}");
        }
    }
}
