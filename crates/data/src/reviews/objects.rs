//! Reads the objects of a JSON file one by one, whether they are on lines of their own, in an array, simply one after
//! the other, or [folded](super::folded) into a single object.
//!
//! NaN, which Python writes, is read as null, and half of a surrogate pair in a string as an unknown character
//! (U+FFFD).

use super::folded::{Object, Unfolded, unfold};
use super::mended::{Mended, mended};
use super::source::Source;
use crate::Error;
use crate::idx::damage;
use crate::lines::{self, Limits, MAX_LENGTH, last, not_text, shown};
use std::collections::VecDeque;
use std::io::BufRead;
use std::path::PathBuf;

pub(super) const PER_LINE: &str = "write one object per line, with a text and a label";
/// The largest number of bytes in an object that holds all others: 256 MiB.
const MAX_FOLDED: usize = 1 << 28;
const DAMAGED: &str = "get the file again";
const PYTHON: &str = "write JSON, for example with json.dumps(ast.literal_eval(LINE)) for each line";
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
    /// The first objects of the file, each with its line; `None` until these objects have been read.
    first: Option<VecDeque<(usize, Object)>>,
    /// A description for the user of where the objects are, if the file is a single object.
    place: Option<String>,
    /// The number of surrogates without a partner in the objects that have been read.
    surrogates: usize,
}

/// Where the next byte of a JSON file is: between objects, or in an object or string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Outside,
    Object,
    String,
    Escape,
}

impl Objects {
    /// The objects in `source`.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be opened; and as for [`lines::text`].
    pub(super) fn of(source: &Source<'_>) -> Result<Self, Error> {
        let reader = lines::text(source.path, source.reader()?)?;
        let (path, limits) = (source.path.to_owned(), source.limits);
        let bytes = Vec::new();
        Ok(Self { path, reader, limits, bytes, line: 1, ends: 0, offset: 0, first: None, place: None, surrogates: 0 })
    }

    /// The next object; `None` after the last object.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be read; [`Error::Line`] when the file holds anything but objects, brackets
    /// and commas, an object is too long, the gzip stream is damaged, the file has too many bytes or lines, or its
    /// single object has several lists of objects.
    pub(super) fn next(&mut self) -> Result<Option<Object>, Error> {
        if self.first.is_none() {
            self.first = Some(self.beginning()?);
        }
        match self.first.as_mut().and_then(VecDeque::pop_front) {
            Some((line, object)) => {
                self.line = line;
                Ok(Some(object))
            }
            None => self.read(),
        }
    }

    /// The first two objects of the file, each with its line; or, if the file has a single object, the objects that are
    /// folded into that object.
    fn beginning(&mut self) -> Result<VecDeque<(usize, Object)>, Error> {
        let Some(first) = self.read()? else { return Ok(VecDeque::new()) };
        let line = self.line;
        if let Some(second) = self.read()? {
            return Ok([(line, first), (self.line, second)].into());
        }
        self.line = line;
        let unfolded = unfold(first).map_err(|(expected, found, remedy)| self.wrong(expected, found, remedy))?;
        let Unfolded { objects, place } = unfolded;
        self.place = place;
        Ok(objects.into_iter().map(|object| (line, object)).collect())
    }

    /// A description for the user of where the objects are in a file that is a single object; `None` for any other
    /// file.
    pub(super) fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The number of surrogates without a partner in the objects that have been read; each became an unknown character.
    pub(super) fn surrogates(&self) -> usize {
        self.surrogates
    }

    /// Reads the next object; returns `None` after the last object.
    fn read(&mut self) -> Result<Option<Object>, Error> {
        self.bytes.clear();
        if !self.fill()? {
            return Ok(None);
        }
        let text = str::from_utf8(&self.bytes).map_err(|_| {
            let (found, remedy) = not_text(&self.bytes, NOT_TEXT);
            self.wrong("UTF-8 text", found, remedy)
        })?;
        let object = match serde_json::from_str(text) {
            Ok(object) => object,
            Err(e) => {
                let Mended { text: mended, surrogates } = mended(text);
                let object = serde_json::from_str(&mended).map_err(|_| self.fault(text, &e))?;
                self.surrogates += surrogates;
                object
            }
        };
        Ok(Some(object))
    }

    /// The error for the fault `e` in `text`, the current object, at the line of the fault.
    fn fault(&self, text: &str, e: &serde_json::Error) -> Error {
        if text[1..].trim_start().starts_with('\'') {
            return self.wrong("a JSON object", "a Python dictionary with single quotes", PYTHON);
        }
        let line = self.line + e.line().saturating_sub(1);
        let read = if e.is_eof() { e.column() } else { e.column().saturating_sub(1) };
        let before = text.split('\n').nth(e.line().saturating_sub(1)).unwrap_or_default().as_bytes();
        let before = String::from_utf8_lossy(&before[..before.len().min(read)]).into_owned();
        let what = e.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        let (path, expected) = (self.path.clone(), "a JSON object".to_owned());
        let (found, remedy) = if e.is_eof() {
            (format!("the end of the file after {:?}", last(&before)), "close the object, or get the file again")
        } else {
            (format!("a fault after {:?}: {what}", last(&before)), PER_LINE)
        };
        Error::Line { path, line, expected, found, remedy }
    }

    /// The number of the first line of the current object, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// An [`Error::Line`] at the current object.
    pub(super) fn wrong(&self, expected: impl Into<String>, found: impl Into<String>, remedy: &'static str) -> Error {
        Error::Line { path: self.path.clone(), line: self.line, expected: expected.into(), found: found.into(), remedy }
    }

    /// Reads the bytes of the next object; returns false if there is none. An object that the end of the file cuts off
    /// is read as far as it goes, and true is returned.
    fn fill(&mut self) -> Result<bool, Error> {
        let mut scan = Scan { within: Within::Outside, depth: 0, after_return: false };
        let longest = self.longest();
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
            let (mut used, mut last) = (0, 0);
            let mut next = Next::More;
            while used < chunk.len() && next == Next::More && self.bytes.len() <= longest {
                let byte = chunk[used];
                last = byte;
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
            self.reader.consume(used);
            self.offset += used as u64;
            if next == Next::Foreign {
                let found = shown(self.rest(last));
                return Err(self.wrong("a JSON object", found, PER_LINE));
            }
            self.check()?;
            if next == Next::End {
                return Ok(true);
            }
        }
    }

    /// The largest number of bytes in the next object. The limit is higher until the first two objects have been read,
    /// because a file's single object may contain all others.
    fn longest(&self) -> usize {
        if self.first.is_none() { MAX_FOLDED } else { MAX_LENGTH }
    }

    /// `byte` and the beginning of what follows `byte` on its line.
    fn rest(&mut self, byte: u8) -> Vec<u8> {
        const SOME: usize = 64;
        let mut rest = vec![byte];
        while let Ok(more) = self.reader.fill_buf()
            && !more.is_empty()
            && rest.len() < SOME
        {
            let end = more.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            rest.extend(&more[..end.unwrap_or(more.len())]);
            let count = more.len();
            self.reader.consume(count);
            if end.is_some() {
                break;
            }
        }
        rest
    }

    /// Returns an error if a limit is exceeded.
    fn check(&self) -> Result<(), Error> {
        if self.bytes.len() > self.longest() {
            let expected = format!("an object of no more than {} bytes", self.longest());
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

/// Whether a scan for the end of an object goes on after a byte.
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
    use std::path::Path;

    fn objects(bytes: &[u8]) -> Result<Vec<(usize, String)>, String> {
        let source = Source { path: Path::new("f.json"), bytes: Some(bytes.into()), limits: Limits::WHOLE };
        let mut objects = Objects::of(&source).map_err(|e| e.to_string())?;
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
        let mended = objects(b"{\"a\": NaN, \"b\": \"NaN\"}\n{\"a\": \"x\\ud83d\"}").unwrap();
        let expected = [(1, r#"{"a":null,"b":"NaN"}"#.to_owned()), (2, "{\"a\":\"x\u{fffd}\"}".to_owned())];
        assert_eq!(mended, expected);
    }

    #[test]
    fn anything_else_is_refused_with_its_line() {
        for (text, expected) in [
            ("{\"a\":1}\n5\tx\n", "f.json, line 2: expected a JSON object, found \"5\\tx\"; write one object per line"),
            (
                "{\"a\":1}\n{\"a\":",
                "f.json, line 2: expected a JSON object, found the end of the file after \"{\\\"a\\\"",
            ),
            (
                "{\"a\":1}\n\n{\"a\" 1}",
                "f.json, line 3: expected a JSON object, found a fault after \"{\\\"a\\\" \": expected `:`;",
            ),
            (
                "{\"a\":1}\n{\"b\":2,\n\"a\": five}",
                "f.json, line 3: expected a JSON object, found a fault after \"\\\"a\\\": f\": expected",
            ),
            (
                "{'a': 'x'}\n",
                "f.json, line 1: expected a JSON object, found a Python dictionary with single quotes; write",
            ),
            ("[\"a\"]", "f.json, line 1: expected a JSON object, found \"\\\"a"),
        ] {
            let error = objects(text.as_bytes()).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        let latin = objects(b"{\"a\":\"caf\xe9\"}").unwrap_err();
        assert!(latin.contains("expected UTF-8 text, found the byte e9 after \"{\\\"a\\\":\\\"caf\""), "{latin}");
        let long = [&b"{}{}{\"a\":\""[..], &vec![b'x'; MAX_LENGTH]].concat();
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
