//! Reads the objects of a JSON file one by one, whether they are on lines of their own, in an array, or simply one
//! after the other.

use crate::Error;
use crate::idx::damage;
use crate::lines::{self, Limits, MAX_LENGTH, not_text, shown};
use serde_json::{Map, Value};
use std::io::BufRead;
use std::path::{Path, PathBuf};

pub(super) const PER_LINE: &str = "write one object per line, with a text and a label";
const DAMAGED: &str = "get the file again";
const NOT_TEXT: &str = "give JSON in UTF-8, plain or gzip, and unpack any other archive first";

/// A reader of the objects of a file.
pub(super) struct Objects {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    limits: Limits,
    /// The bytes of the current object.
    bytes: Vec<u8>,
    /// The number of the first line of the current object, from 1.
    line: usize,
    /// The number of line ends that have been read.
    ends: usize,
    offset: u64,
}

/// Where in an object the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Outside,
    Object,
    String,
    Escape,
}

impl Objects {
    /// The objects in `reader`; `path` names it in errors.
    ///
    /// # Errors
    /// [`Error::File`] when `reader` fails.
    pub(super) fn of(path: &Path, reader: impl BufRead + Send + 'static) -> Result<Self, Error> {
        let reader = lines::text(path, reader)?;
        let (path, limits) = (path.to_owned(), Limits::WHOLE);
        Ok(Self { path, reader, limits, bytes: Vec::new(), line: 1, ends: 0, offset: 0 })
    }

    /// The same objects within other `limits`.
    pub(super) fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The next object; `None` after the last.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be read; [`Error::Line`] when it holds anything but objects, brackets and
    /// commas, an object is too long, or the file has too many bytes or lines.
    pub(super) fn next(&mut self) -> Result<Option<Map<String, Value>>, Error> {
        self.bytes.clear();
        if !self.fill()? {
            return Ok(None);
        }
        let text = str::from_utf8(&self.bytes).map_err(|_| {
            let (found, remedy) = not_text(&self.bytes, NOT_TEXT);
            self.wrong("UTF-8 text", found, remedy)
        })?;
        let object = serde_json::from_str(text);
        object.map(Some).map_err(|e| self.wrong("a JSON object", e.to_string(), PER_LINE))
    }

    /// The number of the first line of the current object, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// An [`Error::Line`] at the current object.
    pub(super) fn wrong(&self, expected: impl Into<String>, found: impl Into<String>, remedy: &'static str) -> Error {
        Error::Line { path: self.path.clone(), line: self.line, expected: expected.into(), found: found.into(), remedy }
    }

    /// Reads the bytes of the next object; returns false after the last. If the file ends within an object, its
    /// beginning is read.
    fn fill(&mut self) -> Result<bool, Error> {
        let mut scan = Scan { within: Within::Outside, depth: 0, after_return: false };
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok([]) => return Ok(scan.within != Within::Outside),
                Ok(chunk) => chunk,
                Err(e) => {
                    return Err(match damage(&e) {
                        Some(found) => self.wrong("a whole gzip stream", found, DAMAGED),
                        None => files::Error::new("read", &self.path)(e).into(),
                    });
                }
            };
            let mut used = 0;
            let mut next = Next::More;
            while used < chunk.len() && next == Next::More && self.bytes.len() <= MAX_LENGTH {
                let byte = chunk[used];
                self.ends += usize::from(byte == b'\r' || (byte == b'\n' && !scan.after_return));
                if scan.within == Within::Outside {
                    self.line = self.ends + 1;
                }
                next = scan.step(byte);
                if scan.within != Within::Outside {
                    self.bytes.push(byte);
                }
                used += 1;
            }
            let found = (next == Next::Foreign).then(|| {
                let rest = chunk[used - 1..].split(|byte| matches!(byte, b'\n' | b'\r')).next();
                shown(rest.unwrap_or_default())
            });
            self.reader.consume(used);
            self.offset += used as u64;
            self.check(found)?;
            if next == Next::End {
                return Ok(true);
            }
        }
    }

    /// Returns an error if something other than an object was `found`, or if a limit is exceeded.
    fn check(&self, found: Option<String>) -> Result<(), Error> {
        if let Some(found) = found {
            return Err(self.wrong("a JSON object", found, PER_LINE));
        }
        if self.bytes.len() > MAX_LENGTH {
            let expected = format!("an object of no more than {MAX_LENGTH} bytes");
            return Err(self.wrong(expected, "a longer one", PER_LINE));
        }
        if let Some(expected) = self.limits.exceeded(self.offset, self.ends) {
            return Err(self.wrong(expected, "more", "give fewer examples"));
        }
        Ok(())
    }
}

/// The state of a scan for the end of an object.
struct Scan {
    within: Within,
    /// The number of braces that are open.
    depth: usize,
    /// Whether the last byte was a carriage return.
    after_return: bool,
}

/// The state of the scan after a byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    More,
    /// The object has ended.
    End,
    /// The byte cannot stand between objects.
    Foreign,
}

impl Scan {
    /// Advances the scan past `byte`.
    fn step(&mut self, byte: u8) -> Next {
        const RECORD_SEPARATOR: u8 = 0x1e; // RFC 7464
        const MARK: [u8; 3] = [0xef, 0xbb, 0xbf]; // a byte order mark
        self.after_return = byte == b'\r';
        self.within = match (self.within, byte) {
            (Within::Outside, b'{') => Within::Object,
            (Within::Outside, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | RECORD_SEPARATOR) => Within::Outside,
            (Within::Outside, byte) if MARK.contains(&byte) => Within::Outside,
            (Within::Outside, _) => return Next::Foreign,
            (Within::Object, b'"') => Within::String,
            (Within::String, b'"') | (Within::Object, _) => Within::Object,
            (Within::String, b'\\') => Within::Escape,
            (Within::String | Within::Escape, _) => Within::String,
        };
        match byte {
            b'{' if self.within == Within::Object => self.depth += 1,
            b'}' if self.within == Within::Object => self.depth -= 1,
            _ => {}
        }
        if self.within == Within::Object && self.depth == 0 { Next::End } else { Next::More }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn objects(bytes: &[u8]) -> Result<Vec<(usize, String)>, String> {
        let mut objects = Objects::of(Path::new("f.json"), Cursor::new(bytes.to_vec())).map_err(|e| e.to_string())?;
        let mut all = Vec::new();
        while let Some(object) = objects.next().map_err(|e| e.to_string())? {
            all.push((objects.line(), serde_json::to_string(&object).unwrap()));
        }
        Ok(all)
    }

    #[test]
    fn lines_arrays_and_sequences_hold_the_same_objects() {
        let (a, b) = (r#"{"a":"}\"{","b":{"c":[1]}}"#, r#"{"a":"x"}"#);
        let expected = |lines: [usize; 2]| vec![(lines[0], a.to_owned()), (lines[1], b.to_owned())];
        for (text, lines) in [
            (format!("{a}\n{b}"), [1, 2]),
            (format!("\u{feff}{a}\r\n\r\n{b}\r\n"), [1, 3]),
            (format!("{a}\r{b}\r"), [1, 2]),
            (format!("[{a}, {b}]"), [1, 1]),
            (format!("[\n {a},\n {b}\n]\n"), [2, 3]),
            (format!("{a}{b}"), [1, 1]),
        ] {
            assert_eq!(objects(text.as_bytes()).unwrap(), expected(lines), "{text}");
        }
        assert_eq!(objects(b"[\n\n]").unwrap(), []);
    }

    #[test]
    fn anything_else_is_refused_with_its_line() {
        for (text, expected) in [
            ("{\"a\":1}\n5\tx\n", "f.json, line 2: expected a JSON object, found \"5\\tx\"; write one object per line"),
            ("{\"a\":1}\n{\"a\":", "f.json, line 2: expected a JSON object, found EOF while parsing"),
            ("{\"a\":1}\n\n{\"a\" 1}", "f.json, line 3: expected a JSON object, found expected `:`"),
            ("[\"a\"]", "f.json, line 1: expected a JSON object, found \"\\\"a"),
        ] {
            let error = objects(text.as_bytes()).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        let latin = objects(b"{\"a\":\"caf\xe9\"}").unwrap_err();
        assert!(latin.contains("expected UTF-8 text, found the byte e9 after \"{\\\"a\\\":\\\"caf\""), "{latin}");
        let long = [&b"{\"a\":\""[..], &vec![b'x'; MAX_LENGTH]].concat();
        assert!(objects(&long).unwrap_err().contains("an object of no more than 16777216 bytes"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_object_is_found(texts in prop::collection::vec(".{0,20}", 0..8), separator in "[\r\n ,]{1,3}") {
            let lines: Vec<String> =
                texts.iter().map(|text| serde_json::json!({ "t": { "u": text } }).to_string()).collect();
            let found: Vec<String> = objects(lines.join(&separator).as_bytes()).unwrap().into_iter().map(|(_, o)| o).collect();
            prop_assert_eq!(found, lines);
        }
    }
}
