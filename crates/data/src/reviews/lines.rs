//! The lines of a text file, plain or gzip, as far as they are sensible.

use crate::Error;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read as _};
use std::path::Path;

/// The most bytes of a file, after unpacking: 4 GiB.
const MOST_BYTES: u64 = 1 << 32;
/// The most lines of a file; one of Amazon books, the largest folder known, has 40 million.
const MOST_LINES: usize = 1 << 26;
/// The most bytes of a line, or of a review that is a file: 16 MiB.
pub(super) const LONGEST: usize = 1 << 24;

const DAMAGED: &str = "get the file again";
const NOT_TEXT: &str = "give UTF-8 text, plain or gzip, and unpack any other archive first";

/// Reads a file line by line, and passes over blank ones.
pub(super) struct Lines<'a> {
    path: &'a Path,
    reader: Box<dyn BufRead + 'a>,
    most_bytes: u64,
    /// How many bytes have been read, after unpacking.
    offset: u64,
    number: usize,
    bytes: Vec<u8>,
    /// Whether the line in `bytes` is still to be given.
    peeked: bool,
}

/// A line that is not blank, and where it is.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    path: &'a Path,
    /// From 1.
    number: usize,
    /// Without its end.
    pub(super) bytes: &'a [u8],
}

impl<'a> Lines<'a> {
    /// The lines of the file at `path`.
    pub(super) fn open(path: &'a Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(files::Error::new("read", path))?;
        Self::of(path, BufReader::new(file), MOST_BYTES)
    }

    /// The lines that `reader` gives, of `most_bytes` after unpacking; `path` is what error messages call it.
    pub(super) fn of(path: &'a Path, mut reader: impl BufRead + 'a, most_bytes: u64) -> Result<Self, Error> {
        let start = reader.fill_buf().map_err(files::Error::new("read", path))?;
        let packed = start.starts_with(&[0x1f, 0x8b]); // the magic number of gzip, RFC 1952
        let reader: Box<dyn BufRead + 'a> =
            if packed { Box::new(BufReader::new(MultiGzDecoder::new(reader))) } else { Box::new(reader) };
        Ok(Self { path, reader, most_bytes, offset: 0, number: 0, bytes: Vec::new(), peeked: false })
    }

    /// The next line; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Error> {
        self.peek()?;
        self.peeked = false;
        Ok(self.current())
    }

    /// The line that [`next`](Self::next) will give.
    pub(super) fn peek(&mut self) -> Result<Option<Line<'_>>, Error> {
        while !self.peeked {
            self.advance()?;
            let end = self.bytes.is_empty();
            while self.bytes.pop_if(|byte| matches!(byte, b'\n' | b'\r')).is_some() {}
            self.peeked = end || self.bytes.iter().any(|byte| *byte != b' ');
        }
        Ok(self.current())
    }

    /// Reads a line with its end; nothing at the end of the file.
    fn advance(&mut self) -> Result<(), Error> {
        self.bytes.clear();
        let outcome = self.reader.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut self.bytes);
        self.number += 1;
        self.offset += self.bytes.len() as u64;
        outcome.map_err(|e| self.failure(e))?;
        if self.bytes.len() > LONGEST {
            let expected = format!("a line of no more than {LONGEST} bytes");
            return Err(self.line().wrong(expected, "a longer one".to_owned(), "shorten it or leave it out"));
        }
        if self.offset > self.most_bytes || self.number > MOST_LINES {
            let expected = format!("no more than {} bytes and {MOST_LINES} lines", self.most_bytes);
            return Err(self.malformed(expected, "more".to_owned(), "split the file"));
        }
        if self.number == 1 && self.bytes.starts_with(b"\xef\xbb\xbf") {
            self.bytes.drain(..3); // the byte order mark that some editors write
        }
        Ok(())
    }

    fn current(&self) -> Option<Line<'_>> {
        (!self.bytes.is_empty()).then(|| self.line())
    }

    fn line(&self) -> Line<'_> {
        Line { path: self.path, number: self.number, bytes: &self.bytes }
    }

    /// The file ends where more of a `review` was expected.
    pub(super) fn ended(&self, expected: &str) -> Error {
        self.malformed(expected.to_owned(), "the end of the file".to_owned(), DAMAGED)
    }

    /// What went wrong: the gzip stream, as flate2 tells it by these kinds, or the reader below it.
    fn failure(&self, error: io::Error) -> Error {
        let found = match error.kind() {
            ErrorKind::UnexpectedEof => "its end".to_owned(),
            ErrorKind::InvalidInput | ErrorKind::InvalidData => error.to_string(),
            _ => return files::Error::new("read", self.path)(error).into(),
        };
        self.malformed("a whole gzip stream".to_owned(), found, DAMAGED)
    }

    fn malformed(&self, expected: String, found: String, remedy: &'static str) -> Error {
        Error::Malformed { path: self.path.to_owned(), offset: self.offset, expected, found, remedy }
    }
}

impl<'a> Line<'a> {
    /// The line as text; a zero byte belongs to no text, but to an archive.
    pub(super) fn utf8(self) -> Result<&'a str, Error> {
        match str::from_utf8(self.bytes) {
            Ok(text) if !text.contains('\0') => Ok(text),
            _ => {
                let found =
                    format!("the bytes {}", self.bytes.escape_ascii().to_string().chars().take(40).collect::<String>());
                Err(self.wrong("UTF-8 text".to_owned(), found, NOT_TEXT))
            }
        }
    }

    /// The line as text in Latin-1, where every byte is a character.
    pub(super) fn latin1(self) -> String {
        self.bytes.iter().copied().map(char::from).collect()
    }

    /// The error of a line that is not what it should be.
    pub(super) fn wrong(self, expected: String, found: String, remedy: &'static str) -> Error {
        Error::Line { path: self.path.to_owned(), line: self.number, expected, found, remedy }
    }
}

/// The beginning of `text` as an error shows it.
pub(super) fn shown(text: &str) -> String {
    let beginning: String = text.chars().take(40).collect();
    if beginning.len() < text.len() { format!("{beginning:?} ...") } else { format!("{beginning:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::gzip;

    fn all(bytes: &[u8], most_bytes: u64) -> Result<Vec<(usize, String)>, String> {
        let mut lines = Lines::of(Path::new("some/file"), bytes, most_bytes).map_err(|e| e.to_string())?;
        let mut all = Vec::new();
        while let Some(line) = lines.next().map_err(|e| e.to_string())? {
            all.push((line.number, line.utf8().map_err(|e| e.to_string())?.to_owned()));
        }
        Ok(all)
    }

    #[test]
    fn lines_keep_their_numbers_and_lose_their_ends() {
        let expected = vec![(1, "one".to_owned()), (4, "\ttwo ".to_owned()), (5, "three".to_owned())];
        let bytes = b"\xef\xbb\xbfone\r\n\n   \n\ttwo \nthree";
        assert_eq!(all(bytes, 100).unwrap(), expected);
        assert_eq!(all(&gzip(bytes), 100).unwrap(), expected);
        assert_eq!(all(b"", 100).unwrap(), []);
        assert_eq!(all(b"\n\n", 100).unwrap(), []);
    }

    #[test]
    fn a_line_looked_at_is_given_once() {
        let mut lines = Lines::of(Path::new("x"), &b"\none\ntwo\n"[..], 100).unwrap();
        assert_eq!(lines.peek().unwrap().unwrap().bytes, b"one");
        assert_eq!(lines.peek().unwrap().unwrap().number, 2);
        assert_eq!(lines.next().unwrap().unwrap().bytes, b"one");
        assert_eq!(lines.next().unwrap().unwrap().bytes, b"two");
        assert!(lines.peek().unwrap().is_none() && lines.next().unwrap().is_none() && lines.next().unwrap().is_none());
    }

    #[test]
    fn bombs_are_refused_before_they_fill_the_memory() {
        let line = all(&gzip(&vec![b'a'; LONGEST + 2]), MOST_BYTES).unwrap_err();
        assert!(
            line.contains("some/file, line 1: expected a line of no more than 16777216 bytes, found a longer"),
            "{line}"
        );
        let blank = all(&gzip(&vec![b'\n'; 5000]), 1000).unwrap_err();
        assert!(blank.contains("some/file: byte 1001: expected no more than 1000 bytes and"), "{blank}");
        assert_eq!(all(&vec![b'a'; LONGEST], MOST_BYTES).unwrap()[0].1.len(), LONGEST);
    }

    #[test]
    fn a_gzip_stream_cut_anywhere_is_refused() {
        let packed = gzip(b"one\ntwo\n");
        for end in 2..packed.len() {
            let error = all(&packed[..end], 100).unwrap_err();
            assert!(error.starts_with("some/file: byte "), "{end}: {error}");
            assert!(
                error.ends_with("expected a whole gzip stream, found its end; get the file again"),
                "{end}: {error}"
            );
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        let xz = all(b"\xfd7zXZ\0\0\x04", 100).unwrap_err();
        assert!(
            xz.contains("line 1: expected UTF-8 text, found the bytes \\xfd7zXZ\\x00\\x00\\x04; give UTF-8"),
            "{xz}"
        );
        let tar = all(b"fine\nname\0\0\0", 100).unwrap_err();
        assert!(tar.contains("line 2: expected UTF-8 text") && tar.contains("unpack any other archive first"), "{tar}");
    }
}
