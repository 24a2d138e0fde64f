//! The records of a table as text: fields between delimiters, in quotes or not.

use super::beginning::{Quotes, above, core, delimiter, named_delimiter};
use super::foreign::foreign;
use super::quoting::Quoting;
use crate::Error;
use crate::lines::{self, Limits, MAX_LENGTH};
use csv_core::{ReadRecordResult, Reader};
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read as _};
use std::path::{Path, PathBuf};

/// The number of bytes at the beginning of a file from which the delimiter is chosen.
const HEAD: u64 = 1 << 16;

const ARCHIVE: &str = "give a table in UTF-8, plain or gzip, and unpack any other archive first";
const DAMAGED: &str = "get the file again";
const DOUBLE: &str = "write the table anew with doubled quotation marks, for example with \
                      pandas.read_csv(FILE, escapechar=chr(92)).to_csv(CSV, index=False)";

/// The possible delimiters of a table, the preferred one first.
const DELIMITERS: &[u8] = b"\t;,| ";

/// The records of a file, read one after the other.
pub(crate) struct Records {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    core: Reader,
    limits: Limits,
    quotes: Quotes,
    /// Counts of the quotation marks that have been read.
    quoting: Quoting,
    delimiter: u8,
    /// The text of the fields of the current record, one after the other, without quotes.
    text: Vec<u8>,
    /// The end of each field in `text`.
    ends: Vec<usize>,
    /// The range in `text` of each field of the current record.
    fields: Vec<(usize, usize)>,
    /// The number of bytes that have been read, after unpacking.
    offset: u64,
    /// The number of line ends that have been read.
    lines: usize,
    /// Whether the last byte read was a carriage return.
    after_return: bool,
    /// The first and the last line of the current record, from 1.
    span: (usize, usize),
    /// Whether the next call of [`advance`](Self::advance) stays at the current record.
    kept: bool,
    /// The lines of titles and comments so far, from 1.
    passed_over: Vec<usize>,
    /// The first lines, from 1, of records that are left out.
    without: Vec<usize>,
    /// The number of fields in the first record; 0 until that record is read.
    width: usize,
}

impl Records {
    /// Opens the table at `path`, before its first record.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be read; [`Error::Line`] when its gzip stream is damaged, or the file is
    /// not a table; [`Error::Malformed`] when its encoding is not supported.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(files::Error::new("read", path))?;
        Self::of(path, BufReader::new(file))
    }

    /// The table in `reader`, before its first record; `path` names the table in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn of(path: &Path, reader: impl BufRead + Send + 'static) -> Result<Self, Error> {
        Self::begin(path, reader, DELIMITERS, Quotes::Marks, above)
    }

    /// The table in `reader`, whose fields are separated by one of `delimiters`; lines above the first record are not
    /// skipped.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn with(
        path: &Path,
        reader: impl BufRead + Send + 'static,
        delimiters: &[u8],
        quotes: Quotes,
    ) -> Result<Self, Error> {
        Self::begin(path, reader, delimiters, quotes, |_, _| (0, 0))
    }

    /// As [`with`](Self::with), but skips the lines above the first record. The number of bytes and of lines to skip is
    /// what `above` returns for the beginning of the file and `delimiters`.
    fn begin(
        path: &Path,
        reader: impl BufRead + Send + 'static,
        delimiters: &[u8],
        quotes: Quotes,
        above: impl Fn(&[u8], &[u8]) -> (usize, usize),
    ) -> Result<Self, Error> {
        let mut reader = lines::text(path, reader)?;
        let mut head = Vec::new();
        reader.by_ref().take(HEAD).read_to_end(&mut head).map_err(|e| failed(path, 1, &e))?;
        if let Some((found, remedy)) = foreign(&head) {
            let (path, expected, found) = (path.to_owned(), "a table of fields and lines".to_owned(), found.to_owned());
            return Err(Error::Line { path, line: 1, expected, found, remedy });
        }
        let (named, skipped) = named_delimiter(&head);
        head.drain(..skipped);
        let (bytes, above) = above(&head, delimiters);
        head.drain(..bytes);
        let delimiter = named.unwrap_or_else(|| delimiter(&head, delimiters));
        let mut beginning = Quoting::new(delimiter);
        beginning.advance(&head);
        let quotes = if quotes == Quotes::Marks && beginning.is_escaped() { Quotes::Escaped } else { quotes };
        Ok(Self {
            path: path.to_owned(),
            reader: Box::new(Cursor::new(head).chain(reader)),
            core: core(delimiter, quotes),
            limits: Limits::WHOLE,
            quotes,
            quoting: Quoting::new(delimiter),
            delimiter,
            text: vec![0; 1 << 10],
            ends: vec![0; 1 << 5],
            fields: Vec::new(),
            offset: 0,
            lines: usize::from(skipped > 0) + above,
            without: Vec::new(),
            passed_over: (1..=above).map(|line| line + usize::from(skipped > 0)).collect(),
            width: 0,
            after_return: false,
            span: (1, 1),
            kept: false,
        })
    }

    /// The same records within other `limits`.
    pub(crate) fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same records, except the records that begin on `lines`, from 1.
    pub(crate) fn without(self, lines: &[usize]) -> Self {
        Self { without: lines.to_vec(), ..self }
    }

    /// Advances to the next record that is neither blank, nor a comment, nor left out by [`without`](Self::without);
    /// returns false after the last record.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be read; [`Error::Line`] when the gzip stream is damaged, the record is not
    /// UTF-8 or is too long, a quoted field does not end, a backslash stands before a quotation mark in a table that
    /// doubles such marks, or there are too many bytes or lines.
    pub(crate) fn advance(&mut self) -> Result<bool, Error> {
        if std::mem::take(&mut self.kept) {
            return Ok(true);
        }
        loop {
            if !self.read()? {
                return Ok(false);
            }
            if self.without.contains(&self.span.0) {
                continue;
            }
            if self.fields.iter().any(|(start, end)| !self.text[*start..*end].trim_ascii().is_empty())
                || self.fields.len() > 1
            {
                let is_comment = self.fields.len() == 1 && self.width > 2 && self.field(0).starts_with(['#', '%']);
                if !is_comment {
                    self.width = if self.width == 0 { self.fields.len() } else { self.width };
                    return Ok(true);
                }
                self.passed_over.push(self.span.0);
            }
        }
    }

    /// The lines of titles and comments so far, from 1.
    pub(crate) fn passed_over(&self) -> &[usize] {
        &self.passed_over
    }

    /// Makes the next call of [`advance`](Self::advance) stay at the current record.
    pub(crate) fn keep(&mut self) {
        self.kept = true;
    }

    /// Reads one record, which may be blank; returns false after the last record.
    fn read(&mut self) -> Result<bool, Error> {
        let (mut written, mut fields) = (0, 0);
        let (mut begun, mut marks) = (false, 0usize);
        loop {
            let input = match self.reader.fill_buf() {
                Ok(input) => input,
                Err(e) => return Err(failed(&self.path, self.lines + 1, &e)),
            };
            let (state, read, text, ends) =
                self.core.read_record(input, &mut self.text[written..], &mut self.ends[fields..]);
            for byte in &input[..read] {
                let end = *byte == b'\r' || (*byte == b'\n' && !self.after_return);
                if !begun && !matches!(byte, b'\r' | b'\n') {
                    (begun, self.span.0) = (true, self.lines + 1);
                }
                self.span.1 = self.lines + 1;
                self.lines += usize::from(end);
                self.after_return = *byte == b'\r';
                marks += usize::from(*byte == b'"');
            }
            let is_escaped = self.quotes == Quotes::Marks && self.quoting.advance(&input[..read]);
            self.reader.consume(read);
            self.offset += read as u64;
            if is_escaped {
                let found = "a backslash before a quotation mark";
                return Err(self.wrong("doubled quotation marks inside a quoted field", found, DOUBLE));
            }
            (written, fields) = (written + text, fields + ends);
            if written > MAX_LENGTH {
                let expected = format!("a record of no more than {MAX_LENGTH} bytes");
                return Err(self.wrong(
                    expected,
                    "a longer one",
                    "close the quoted field that makes the record so long",
                ));
            }
            if let Some(expected) = self.limits.exceeded(self.offset, self.lines) {
                return Err(self.wrong(expected, "more", "give fewer examples"));
            }
            match state {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(2 * self.text.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::Record => {
                    self.split(fields)?;
                    if read == 0 && self.quotes == Quotes::Marks && self.span.1 > self.span.0 && marks % 2 == 1 {
                        return Err(self.wrong(
                            "an end of each quoted field",
                            "none in the last record",
                            "close every quote",
                        ));
                    }
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// Finds the `count` fields of the record that has been read.
    fn split(&mut self, count: usize) -> Result<(), Error> {
        let ends = self.ends[..count].iter().copied();
        let starts = std::iter::once(0).chain(ends.clone());
        self.fields.clear();
        self.fields.extend(starts.zip(ends));
        if self.delimiter == b' ' {
            self.fields.retain(|(start, end)| start < end); // several spaces count as one delimiter
        }
        let text = &self.text[..self.ends[..count].last().copied().unwrap_or(0)];
        if text.is_ascii() && !text.contains(&b'\0') {
            return Ok(());
        }
        let whole = str::from_utf8(text).is_ok_and(|text| !text.contains('\0'));
        if whole && self.fields.iter().all(|(start, end)| str::from_utf8(&self.text[*start..*end]).is_ok()) {
            return Ok(());
        }
        let (found, remedy) = lines::not_text(text, ARCHIVE);
        Err(self.wrong("UTF-8 text", found, remedy))
    }

    /// The meaning of quotation marks in the table.
    pub(crate) fn quotes(&self) -> Quotes {
        self.quotes
    }

    /// The byte between fields.
    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The number of fields of the current record.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Field `i` of the current record, without spaces around it; empty if there is no such field.
    pub(crate) fn field(&self, i: usize) -> &str {
        let (start, end) = self.fields.get(i).copied().unwrap_or_default();
        str::from_utf8(&self.text[start..end]).unwrap_or_default().trim() // checked in `split`
    }

    /// The fields of the current record, without spaces around them and, for [`Quotes::Letters`], without quotation
    /// marks around them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(start, end)| {
            let field = str::from_utf8(&self.text[*start..*end]).unwrap_or_default().trim(); // checked in `split`
            match self.quotes {
                Quotes::Marks | Quotes::Escaped => field,
                Quotes::Letters => without_quotes(field),
            }
        })
    }

    /// The first line of the current record, from 1.
    pub(crate) fn line(&self) -> usize {
        self.span.0
    }

    /// An [`Error::Line`] at the current record.
    pub(crate) fn wrong(&self, expected: impl Into<String>, found: impl Into<String>, remedy: &'static str) -> Error {
        let (path, line) = (self.path.clone(), self.span.0);
        Error::Line { path, line, expected: expected.into(), found: found.into(), remedy }
    }

    /// The error for the current record, whose number of fields is not `width`.
    pub(crate) fn uneven(&self, width: usize) -> Error {
        let (found, lines) = (self.len(), 1 + self.span.1.saturating_sub(self.span.0));
        if lines > 1 {
            let found = format!("{found} in a record of {lines} lines");
            return self.wrong(format!("{width} fields as in the first line"), found, "close every quote");
        }
        self.wrong(
            format!("{width} fields as in the first line"),
            found.to_string(),
            "give every example the same columns, and put a field that holds the delimiter in quotes",
        )
    }
}

/// `field` without the quotation marks around it, if there are no further quotation marks inside; otherwise `field`
/// itself.
fn without_quotes(field: &str) -> &str {
    let inner = field.strip_prefix('"').and_then(|field| field.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(field)
}

fn failed(path: &Path, line: usize, e: &std::io::Error) -> Error {
    match crate::idx::damage(e) {
        Some(found) => Error::Line {
            path: path.to_owned(),
            line,
            expected: "a whole gzip stream".to_owned(),
            found,
            remedy: DAMAGED,
        },
        None => files::Error::new("read", path)(std::io::Error::new(e.kind(), e.to_string())).into(),
    }
}

#[cfg(test)]
mod tests;
