//! Reads the lines of a text file, plain or gzip. Limits keep a small file that unpacks to a huge one from filling the
//! memory.

use crate::{Error, idx};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read as _};
use std::path::{Path, PathBuf};

/// The largest number of bytes in a file, after unpacking: 4 GiB.
const MAX_BYTES: u64 = 1 << 32;

/// The largest number of lines in a file: 2^26, about 67 million.
const MAX_LINES: usize = 1 << 26;

/// Limits on the size of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The largest number of bytes, after unpacking.
    pub(crate) bytes: u64,
    /// The largest number of lines.
    pub(crate) lines: usize,
}

impl Limits {
    /// The limits for a file whose examples are all held in memory.
    pub(crate) const WHOLE: Self = Self { bytes: MAX_BYTES, lines: MAX_LINES };
    /// No limits, for a file of which only a few examples are in memory at a time.
    pub(crate) const STREAM: Self = Self { bytes: u64::MAX, lines: usize::MAX };

    /// The limits as the `expected` part of an error if `bytes` or `lines` exceeds its limit; otherwise `None`.
    pub(crate) fn exceeded(self, bytes: u64, lines: usize) -> Option<String> {
        let Self { bytes: most_bytes, lines: most_lines } = self;
        (bytes > most_bytes || lines > most_lines)
            .then(|| format!("no more than {most_bytes} bytes and {most_lines} lines"))
    }
}

/// The largest number of bytes in a line, its end included, or in a review, a record of a table or a JSON object that
/// spans several lines: 16 MiB.
pub(crate) const MAX_LENGTH: usize = 1 << 24;

/// The number of bytes at the beginning of a file from which its line ending is recognised.
const HEAD: usize = 1 << 16;

/// The number of bytes at the beginning of a file from which UTF-16 and UTF-32 are recognised.
const WIDE: usize = 16;

const DAMAGED: &str = "get the file again";
/// The advice for text in an encoding other than UTF-8.
pub(crate) const RECODE: &str =
    "save the text as UTF-8, or convert it to UTF-8 from the encoding of the program that wrote it";
/// The advice for text with zero bytes.
pub(crate) const NULS: &str = "remove the NUL bytes, or get the file again if it was damaged";
const NOT_TEXT: &str = "give UTF-8 text, plain or gzip, and unpack any other archive first";

/// A reader of the lines of a text file; the reader holds the current line.
pub(crate) struct Lines {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    limits: Limits,
    /// The last byte of a line: a line feed, or a carriage return if the first lines end in carriage returns without
    /// line feeds.
    end: u8,
    /// An error that occurred when the beginning of the text was read; the first call of [`advance`](Self::advance)
    /// returns it.
    failed: Option<std::io::Error>,
    /// The number of bytes that have been read, after unpacking.
    offset: u64,
    /// The number of the line in `bytes`, from 1; 0 before the first line.
    number: usize,
    bytes: Vec<u8>,
    /// Whether the next call of [`advance`](Self::advance) stays at the line in `bytes`.
    kept: bool,
}

/// A reader of the text in `reader` as UTF-8. The input may be plain or gzip. The text is taken as UTF-16 if it begins
/// with the byte order mark of UTF-16, and as UTF-8 otherwise; bytes that are not valid UTF-8 are left as they are.
/// Ctrl-Z characters at the end are left out. `path` names the file in errors.
///
/// # Errors
/// [`Error::File`] when the first two bytes of the input cannot be read; [`Error::Malformed`] when the input is UTF-16
/// without a byte order mark, or UTF-32.
pub(crate) fn text(path: &Path, reader: impl BufRead + Send + 'static) -> Result<Box<dyn BufRead + Send>, Error> {
    let mut unpacked = idx::unpacked(path, reader)?;
    let mut head = Vec::new();
    let failed = Failed(unpacked.by_ref().take(WIDE as u64).read_to_end(&mut head).err());
    if let Some(found) = wide(&head) {
        let (path, expected, found) = (path.to_owned(), "UTF-8 text".to_owned(), found.to_owned());
        return Err(Error::Malformed { path, offset: 0, expected, found, remedy: RECODE });
    }
    let unpacked = Cursor::new(head).chain(failed).chain(unpacked);
    let decoded = DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(unpacked);
    let whole = WithoutEndMarks { reader: BufReader::new(decoded), held: 0 };
    Ok(Box::new(BufReader::new(whole)))
}

/// Ctrl-Z, with which DOS programs mark the end of a text.
const END_MARK: u8 = 0x1a;

/// The bytes of `reader` without the [`END_MARK`]s at the end.
struct WithoutEndMarks<R> {
    reader: R,
    /// The number of marks that were read and are left out unless another byte follows.
    held: usize,
}

impl<R: BufRead> std::io::Read for WithoutEndMarks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let available = self.reader.fill_buf()?;
            let inner = available.iter().rposition(|byte| *byte != END_MARK).map_or(0, |last| last + 1);
            if inner > 0 && self.held > 0 {
                let count = self.held.min(buffer.len());
                buffer[..count].fill(END_MARK);
                self.held -= count;
                return Ok(count);
            }
            if inner > 0 || available.is_empty() {
                let count = inner.min(buffer.len());
                buffer[..count].copy_from_slice(&available[..count]);
                self.reader.consume(count);
                return Ok(count);
            }
            let marks = available.len();
            self.held += marks;
            self.reader.consume(marks);
        }
    }
}

/// A reader that returns an error once, if there was one, and no bytes.
struct Failed(Option<std::io::Error>);

impl std::io::Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl Lines {
    /// Opens the file at `path` and stops before its first line.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be opened; the errors of [`text`].
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(files::Error::new("read", path))?;
        Self::of(path, BufReader::new(file))
    }

    /// A reader of the text in `reader`, before its first line; `path` names the text in error messages.
    ///
    /// # Errors
    /// As for [`text`].
    pub(crate) fn of(path: &Path, reader: impl BufRead + Send + 'static) -> Result<Self, Error> {
        let mut reader = text(path, reader)?;
        let mut head = Vec::new();
        let failed = first_line(&mut reader, &mut head).err();
        let end = line_end(&head);
        let reader = Box::new(Cursor::new(head).chain(reader));
        let (path, limits) = (path.to_owned(), Limits::WHOLE);
        Ok(Self { path, reader, limits, end, failed, offset: 0, number: 0, bytes: Vec::new(), kept: false })
    }

    /// The same lines within other `limits`.
    pub(crate) fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Advances to the next line; returns false after the last line.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be read; [`Error::Line`] when the gzip stream is damaged, the line is too
    /// long, or the file has too many bytes or lines.
    pub(crate) fn advance(&mut self) -> Result<bool, Error> {
        if std::mem::take(&mut self.kept) {
            return Ok(true);
        }
        self.bytes.clear();
        self.number += 1;
        let mut within = self.reader.by_ref().take(MAX_LENGTH as u64 + 1);
        let read = self.failed.take().map_or_else(|| within.read_until(self.end, &mut self.bytes), Err);
        if let Err(e) = read {
            return Err(match idx::damage(&e) {
                Some(found) => self.wrong("a whole gzip stream", found, DAMAGED),
                None => files::Error::new("read", &self.path)(e).into(),
            });
        }
        if self.bytes.is_empty() {
            return Ok(false);
        }
        self.offset += self.bytes.len() as u64;
        if self.bytes.len() > MAX_LENGTH {
            let expected = format!("a line of no more than {MAX_LENGTH} bytes");
            return Err(self.wrong(
                expected,
                "a longer line",
                "shorten the line, or give a text file with one example per line",
            ));
        }
        if let Some(expected) = self.limits.exceeded(self.offset, self.number) {
            return Err(self.wrong(expected, "more", "give fewer examples"));
        }
        if self.number == 1 && self.bytes.starts_with(b"\xef\xbb\xbf") {
            self.bytes.drain(..3); // the byte order mark that spreadsheets and some editors write
        }
        while self.bytes.pop_if(|byte| matches!(byte, b'\n' | b'\r')).is_some() {}
        Ok(true)
    }

    /// Advances to the next line that has anything but spaces; returns false after the last such line.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance).
    pub(crate) fn advance_past_blank(&mut self) -> Result<bool, Error> {
        while self.advance()? {
            if self.bytes.iter().any(|byte| *byte != b' ') {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes the next call of [`advance`](Self::advance) stay at the current line.
    pub(crate) fn keep(&mut self) {
        self.kept = true;
    }

    /// The current line without its line ending.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The current line as text. A line with a zero byte is refused, because it may come from an archive or a damaged
    /// file.
    ///
    /// # Errors
    /// [`Error::Line`] when the line is not UTF-8 or contains a zero byte.
    pub(crate) fn utf8(&self) -> Result<&str, Error> {
        str::from_utf8(&self.bytes).ok().filter(|text| !text.contains('\0')).ok_or_else(|| {
            let (found, remedy) = not_text(&self.bytes, NOT_TEXT);
            self.wrong("UTF-8 text", found, remedy)
        })
    }

    /// The current line as Latin-1 text, in which every byte is a character.
    pub(crate) fn latin1(&self) -> String {
        self.bytes.iter().copied().map(char::from).collect()
    }

    /// An [`Error::Line`] for the current line.
    pub(crate) fn wrong(&self, expected: impl Into<String>, found: impl Into<String>, remedy: &'static str) -> Error {
        let (path, line) = (self.path.clone(), self.number);
        Error::Line { path, line, expected: expected.into(), found: found.into(), remedy }
    }

    /// An [`Error::Line`] for a file that ends where `expected` should follow.
    pub(crate) fn ended(&self, expected: &str) -> Error {
        self.wrong(expected, "the end of the file", DAMAGED)
    }
}

/// Reads the beginning of a text into `head`, one buffer of `reader` at a time, until `head` contains a line feed or at
/// least [`HEAD`] bytes, or the text ends.
pub(crate) fn first_line(reader: &mut impl BufRead, head: &mut Vec<u8>) -> std::io::Result<()> {
    while head.len() < HEAD && !head.contains(&b'\n') {
        let chunk = reader.fill_buf()?;
        let count = chunk.len();
        if count == 0 {
            break;
        }
        head.extend(chunk);
        reader.consume(count);
    }
    Ok(())
}

/// The byte that ends each line of a text that begins with `head`: a line feed or a carriage return.
fn line_end(head: &[u8]) -> u8 {
    let alone = head.iter().position(|byte| *byte == b'\r').is_some_and(|at| at + 1 < head.len());
    if alone && !head.contains(&b'\n') { b'\r' } else { b'\n' }
}

/// A description of what was found in `bytes`, which are not UTF-8 or contain a zero byte, and the advice: [`NULS`] for
/// text with zero bytes, `archive` if the bytes do not look like text at all, otherwise [`RECODE`].
pub(crate) fn not_text(bytes: &[u8], archive: &'static str) -> (String, &'static str) {
    let is_control = |byte: &u8| *byte > 0 && *byte < 8;
    if bytes.iter().any(is_control) || bytes.windows(2).any(|pair| pair == [0, 0]) {
        return (bytes_shown(bytes), archive);
    }
    match str::from_utf8(bytes) {
        Ok(text) => {
            let before = text.split('\0').next().unwrap_or_default();
            (format!("a NUL byte after {:?}", last(before)), NULS)
        }
        Err(_) if bytes.contains(&0) => (bytes_shown(bytes), archive),
        Err(e) => {
            let (before, rest) = bytes.split_at(e.valid_up_to());
            let before = String::from_utf8_lossy(before);
            (format!("the byte {:02x} after {:?}{}", rest[0], last(&before), encoding(bytes)), RECODE)
        }
    }
}

/// The last 20 characters of `text`.
pub(crate) fn last(text: &str) -> &str {
    text.char_indices().rev().nth(19).map_or(text, |(at, _)| &text[at..])
}

/// The likely encoding of `bytes`, which are not UTF-8, in brackets for an error message; empty if at least half of the
/// characters that are not ASCII are valid, or if `bytes` contain half of a surrogate pair and little else that is not
/// UTF-8.
pub(crate) fn encoding(bytes: &[u8]) -> String {
    // Bytes that are mostly UTF-8, or that contain half of a surrogate pair, are damaged or mix several encodings, so
    // no encoding is suggested.
    let text = String::from_utf8_lossy(bytes);
    let (wrong, right): (Vec<char>, Vec<char>) =
        text.chars().filter(|c| !c.is_ascii()).partition(|c| *c == char::REPLACEMENT_CHARACTER);
    let is_surrogate = |pair: &[u8]| matches!(pair, [0xed, 0xa0..=0xbf]);
    if right.len() >= wrong.len() || bytes.windows(2).any(is_surrogate) && wrong.len() <= 6 {
        return String::new();
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    format!(" (perhaps {})", detector.guess(None, Utf8Detection::Deny).name())
}

/// The encoding of a text that begins with `head`, if that encoding is not supported: UTF-32 if `head` begins with the
/// byte order mark of UTF-32 or consists of ASCII characters in UTF-32, and UTF-16 without a byte order mark if `head`
/// consists of ASCII characters in UTF-16; otherwise `None`.
fn wide(head: &[u8]) -> Option<&'static str> {
    let is = |width: usize, place: usize| {
        let is_ascii = |unit: &[u8]| unit.iter().enumerate().all(|(i, byte)| (*byte != 0) == (i == place));
        head.len() >= 2 * width && head.chunks_exact(width).all(is_ascii)
    };
    match () {
        () if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") => Some("UTF-32 text"),
        () if is(2, 0) || is(2, 1) => Some("UTF-16 text without a byte order mark"),
        () if is(4, 0) || is(4, 3) => Some("UTF-32 text"),
        () => None,
    }
}

fn bytes_shown(bytes: &[u8]) -> String {
    let beginning: String = bytes.escape_ascii().map(char::from).take(40).collect();
    format!("the bytes {beginning}")
}

/// The first five of `names`, each [`shown`], separated by commas; `...` follows if there are more.
pub(crate) fn listed(names: &[impl AsRef<[u8]>]) -> String {
    let some: Vec<String> = names.iter().take(5).map(shown).collect();
    some.join(", ") + if names.len() > 5 { ", ..." } else { "" }
}

/// The beginning of `text`, in quotes, for error messages.
pub(crate) fn shown(text: impl AsRef<[u8]>) -> String {
    let text = String::from_utf8_lossy(text.as_ref());
    let beginning: String = text.chars().take(40).collect();
    if beginning.len() < text.len() { format!("{beginning:?}...") } else { format!("{beginning:?}") }
}

#[cfg(test)]
mod tests;
