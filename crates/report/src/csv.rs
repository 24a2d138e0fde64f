//! Tables as CSV, quoted as RFC 4180 says; lines end with a line feed.

use csv_core::{WriteResult, Writer};

/// A table in the making.
pub(crate) struct Csv {
    writer: Writer,
    text: Vec<u8>,
}

impl Csv {
    /// An empty table.
    pub(crate) fn new() -> Self {
        Self { writer: Writer::new(), text: Vec::new() }
    }

    /// Appends a row.
    pub(crate) fn row(&mut self, fields: impl IntoIterator<Item = impl AsRef<str>>) {
        for (k, field) in fields.into_iter().enumerate() {
            if k > 0 {
                self.append(|writer, room| {
                    let (result, written) = writer.delimiter(room);
                    (result, 0, written)
                });
            }
            let mut rest = field.as_ref().as_bytes();
            self.append(|writer, room| {
                let (result, read, written) = writer.field(rest, room);
                rest = &rest[read..];
                (result, read, written)
            });
        }
        self.append(|writer, room| {
            let (result, written) = writer.terminator(room);
            (result, 0, written)
        });
    }

    /// The table.
    pub(crate) fn text(self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    /// Calls `write` with room until it is done.
    fn append(&mut self, mut write: impl FnMut(&mut Writer, &mut [u8]) -> (WriteResult, usize, usize)) {
        let mut room = [0; 256];
        loop {
            let (result, _, written) = write(&mut self.writer, &mut room);
            self.text.extend_from_slice(&room[..written]);
            if result == WriteResult::InputEmpty {
                return;
            }
        }
    }
}

/// A number with all its digits; nothing when there is none or it is not finite.
pub(crate) fn number(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let mut csv = Csv::new();
        csv.row(["a", "b c", ""]);
        csv.row(["1,5", "say \"no\"", "two\nlines"]);
        csv.row([""]);
        assert_eq!(csv.text(), "a,b c,\n\"1,5\",\"say \"\"no\"\"\",\"two\nlines\"\n\"\"\n");
    }

    #[test]
    fn a_long_field_is_whole() {
        let long = "x,\"".repeat(1000);
        let mut csv = Csv::new();
        csv.row([&long]);
        assert_eq!(csv.text(), format!("\"{}\"\n", "x,\"\"".repeat(1000)));
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(number(Some(0.1 + 0.2)), "0.30000000000000004");
        assert_eq!([number(None), number(Some(f64::NAN))], ["", ""]);
    }
}
