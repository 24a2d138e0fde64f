//! The place at which a setting was given, as stated in error messages.

use std::path::PathBuf;

/// The source of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a file: the file's path, the line's number, counted from 1, and the line's text without surrounding
    /// spaces.
    Line(PathBuf, usize, String),
    /// An option as it was typed, such as `--set training.epochs=5`.
    Option(String),
    /// The defaults: no file or option gives the setting.
    Default,
}

impl Place {
    /// The line of `text` that contains the byte at the index `offset`; `text` was read from `path`.
    #[must_use]
    pub fn at(path: &std::path::Path, text: &str, offset: usize) -> Self {
        let before = &text[..offset.min(text.len())];
        let number = before.matches('\n').count() + 1;
        let line = text.lines().nth(number - 1).unwrap_or_default().trim().to_owned();
        Self::Line(path.to_owned(), number, line)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(path, number, line) => write!(f, "{}, line {number} ('{line}')", path.display()),
            Self::Option(text) => f.write_str(text),
            Self::Default => f.write_str("the defaults"),
        }
    }
}
