//! How the quotation marks inside quoted fields of a table are written: doubled, or after a backslash.

/// Counts the quotation marks that end a quoted field in the middle of its text: once as if quotation marks inside
/// fields were doubled, and once as if they were escaped.
#[derive(Clone, Debug)]
pub(crate) struct Quoting {
    doubled: Scan,
    escaped: Scan,
    delimiter: u8,
    /// The last two bytes that were read.
    last: [u8; 2],
}

/// The state of reading a table under the assumption that quotation marks inside fields are doubled, or that they are
/// escaped.
#[derive(Clone, Copy, Debug, Default)]
struct Scan {
    within: Within,
    /// The number of quotation marks that end a quoted field and are not followed by the end of the field.
    amid: usize,
}

/// Where the next byte of a table is, relative to the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Within {
    /// At the beginning of a field.
    #[default]
    Start,
    /// In a field without quotes.
    Bare,
    /// In a quoted field.
    Quoted,
    /// After a backslash that escapes the next byte.
    Escape,
    /// After a quotation mark in a quoted field.
    Mark,
}

impl Scan {
    fn step(&mut self, byte: u8, delimiter: u8, backslash: Option<u8>) {
        let is_end = matches!(byte, b'\n' | b'\r') || byte == delimiter;
        self.within = match (self.within, byte) {
            (Within::Quoted, b'"') => Within::Mark,
            (Within::Quoted, byte) if Some(byte) == backslash => Within::Escape,
            (Within::Start | Within::Mark, b'"') | (Within::Quoted | Within::Escape, _) => Within::Quoted,
            (Within::Start | Within::Bare | Within::Mark, _) if is_end => Within::Start,
            (Within::Mark, b' ') => Within::Mark,
            (Within::Mark, _) => {
                self.amid += 1;
                Within::Bare
            }
            (Within::Start | Within::Bare, _) => Within::Bare,
        };
    }
}

impl Quoting {
    /// The counts before the first byte of a table whose fields are separated by `delimiter`.
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { doubled: Scan::default(), escaped: Scan::default(), delimiter, last: [0; 2] }
    }

    /// Advances past `bytes`. Returns whether they contain a quotation mark that stands after a backslash and that, if
    /// the backslash is not an escape, ends a field in the middle of its text.
    pub(crate) fn advance(&mut self, bytes: &[u8]) -> bool {
        let mut found = false;
        for byte in bytes.iter().copied() {
            let before = self.doubled.amid;
            self.doubled.step(byte, self.delimiter, None);
            self.escaped.step(byte, self.delimiter, Some(b'\\'));
            found |= self.doubled.amid > before && self.last == *b"\\\"";
            self.last = [self.last[1], byte];
        }
        found
    }

    /// Whether fewer quotation marks end a field in the middle of its text if a backslash is an escape than if it is
    /// not.
    pub(crate) fn is_escaped(&self) -> bool {
        self.escaped.amid < self.doubled.amid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_escaped(text: &str) -> bool {
        let mut quoting = Quoting::new(b',');
        let found = quoting.advance(text.as_bytes());
        assert!(found || !quoting.is_escaped(), "{text}");
        quoting.is_escaped()
    }

    #[test]
    fn a_backslash_belongs_to_a_quotation_mark_only_where_fields_then_end_as_they_should() {
        for text in ["\"she said \\\"hi\\\", and left\",1\n", "a,\"\\\"b\\\"\"\n", "\"a \\\\ \\\"b\\\"\",1\n"] {
            assert!(is_escaped(text), "{text}");
        }
        let doubled =
            ["\"she said \"\"hi\"\", and left\",1\n", "\"C:\\dir\\\",\"x\"\n", "\"{\"\"a\"\": \"\"\\\"\"\"\"}\",1\n"];
        for text in doubled.into_iter().chain(["she said \\\"hi\\\",1\n", "\"a\" ,1\n", "\"\",\"\"\n"]) {
            assert!(!is_escaped(text), "{text}");
        }
    }
}
