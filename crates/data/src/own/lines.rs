//! The lines of a text file, plain or gzip, within limits: a small file that unpacks without end fills no memory.

use crate::{Error, idx};
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// Of a file less text is read than this, unpacked: 4 GiB.
const MOST_TEXT: u64 = 1 << 32;

/// A line is shorter than this: 16 MiB.
const MOST_LINE: u64 = 1 << 24;

const DAMAGED: &str = "get the file again";

/// A text file and where it is read.
pub(crate) struct Lines {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    /// How many bytes may still be read.
    left: u64,
    /// The number of the line in `text`, from 1.
    number: usize,
    text: Vec<u8>,
}

impl Lines {
    /// The file at `path`, before its first line.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be opened or read.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(files::Error::new("read", path))?;
        let reader = Box::new(BufReader::new(idx::unpacked(path, BufReader::new(file))?));
        Ok(Self { path: path.to_owned(), reader, left: MOST_TEXT, number: 0, text: Vec::new() })
    }

    /// Goes to the next line; false after the last.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read, [`Error::Line`] when the gzip stream is damaged, or the line or all of
    /// the text is too long.
    pub(crate) fn advance(&mut self) -> Result<bool, Error> {
        self.text.clear();
        self.number += 1;
        let mut within = self.reader.by_ref().take(MOST_LINE.min(self.left));
        if let Err(e) = within.read_until(b'\n', &mut self.text) {
            return Err(match idx::damage(&e) {
                Some(found) => self.wrong("a whole gzip stream", found, DAMAGED),
                None => files::Error::new("read", &self.path)(e).into(),
            });
        }
        let length = self.text.len() as u64;
        self.left -= length;
        if self.left == 0 {
            let expected = format!("less than {MOST_TEXT} bytes of text");
            return Err(self.wrong(expected, "more", "give fewer examples"));
        }
        if length == MOST_LINE {
            let expected = format!("a line of less than {MOST_LINE} bytes");
            return Err(self.wrong(expected, "a longer one", "give a text file with one example on each line"));
        }
        if self.number == 1 && self.text.starts_with(b"\xef\xbb\xbf") {
            self.text.drain(..3); // the byte order mark that spreadsheets write
        }
        for end in [b'\n', b'\r'] {
            if self.text.last() == Some(&end) {
                self.text.pop();
            }
        }
        Ok(length > 0)
    }

    /// The line without its end.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// What is wrong with this line, as an [`Error::Line`].
    pub(crate) fn wrong(&self, expected: impl Into<String>, found: impl Into<String>, remedy: &'static str) -> Error {
        Error::Line {
            path: self.path.clone(),
            line: self.number,
            expected: expected.into(),
            found: found.into(),
            remedy,
        }
    }
}

/// The beginning of `bytes`, in quotes, as an error shows it.
pub(crate) fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 40;
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]);
    if bytes.len() > MOST { format!("{start:?}...") } else { format!("{start:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::gzip;

    fn lines(bytes: &[u8]) -> (tempfile::TempDir, Lines) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.txt");
        files::write(&path, bytes).unwrap();
        let lines = Lines::open(&path).unwrap();
        (folder, lines)
    }

    fn all(bytes: &[u8]) -> Result<Vec<String>, Error> {
        let (_folder, mut lines) = lines(bytes);
        let mut all = Vec::new();
        while lines.advance()? {
            all.push(String::from_utf8_lossy(lines.text()).into_owned());
        }
        Ok(all)
    }

    #[test]
    fn lines_end_in_either_way_and_the_last_needs_no_end() {
        let text = b"\xef\xbb\xbfa\r\nb\n\n\xef\xbb\xbfc";
        assert_eq!(all(text).unwrap(), ["a", "b", "", "\u{feff}c"]);
        assert_eq!(all(&gzip(text)).unwrap(), all(text).unwrap());
        assert!(all(b"").unwrap().is_empty());
    }

    #[test]
    fn a_cut_gzip_stream_is_told_with_the_line() {
        let whole = gzip("one line\n".repeat(5000).as_bytes());
        let error = all(&whole[..whole.len() - 9]).unwrap_err().to_string();
        assert!(error.contains("some.txt, line "), "{error}");
        assert!(
            error.ends_with(": expected a whole gzip stream, found the end of the gzip stream; get the file again"),
            "{error}"
        );
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let bomb = gzip(&vec![b'1'; 20 << 20]);
        assert!(bomb.len() < 100_000);
        let error = all(&bomb).unwrap_err().to_string();
        assert!(error.contains("line 1: expected a line of less than 16777216 bytes, found a longer one;"), "{error}");
    }

    #[test]
    fn text_without_end_is_given_up() {
        let (_folder, mut lines) = lines(b"12\n45\n78\n");
        lines.left = 6;
        assert!(lines.advance().unwrap());
        let error = lines.advance().unwrap_err().to_string();
        assert!(
            error.contains("line 2: expected less than 4294967296 bytes of text, found more; give fewer"),
            "{error}"
        );
    }

    #[test]
    fn what_is_found_is_shown_in_short() {
        assert_eq!(shown(b"a\"\xff\n"), "\"a\\\"\u{fffd}\\n\"");
        assert_eq!(shown(&[b'x'; 100]), format!("\"{}\"...", "x".repeat(40)));
    }
}
