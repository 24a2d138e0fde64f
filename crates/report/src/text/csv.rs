//! Tables as CSV with the quoting of RFC 4180; each line ends with a line feed.

use csv::{Writer, WriterBuilder};

/// A CSV table under construction.
pub(crate) struct Csv(Writer<Vec<u8>>);

impl Csv {
    /// An empty table.
    pub(crate) fn new() -> Self {
        // A flexible writer accepts rows of different lengths, so that writing to memory cannot fail.
        Self(WriterBuilder::new().flexible(true).from_writer(Vec::new()))
    }

    /// Appends a row.
    pub(crate) fn row(&mut self, fields: impl IntoIterator<Item = impl AsRef<[u8]>>) {
        let _ = self.0.write_record(fields);
    }

    /// The finished table as text.
    pub(crate) fn text(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// A number without rounding; the empty string for `None`, NaN and infinities.
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
    fn numbers_keep_their_digits() {
        assert_eq!(number(Some(0.1 + 0.2)), "0.30000000000000004");
        assert_eq!([number(None), number(Some(f64::NAN))], ["", ""]);
    }
}
