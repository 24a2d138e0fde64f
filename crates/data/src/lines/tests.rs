//! Tests of lines: ends, limits, encodings, damage.

use super::*;
use crate::synthetic::gzip;

fn lines(bytes: &[u8]) -> Lines {
    Lines::of(Path::new("some/file"), Cursor::new(bytes.to_vec())).unwrap()
}

/// The numbers and texts of the lines that `advance` reaches.
fn all(mut lines: Lines, advance: fn(&mut Lines) -> Result<bool, Error>) -> Result<Vec<(usize, String)>, String> {
    let mut all = Vec::new();
    while advance(&mut lines).map_err(|e| e.to_string())? {
        all.push((lines.number, lines.utf8().map_err(|e| e.to_string())?.to_owned()));
    }
    Ok(all)
}

fn refused(lines: Lines) -> String {
    all(lines, Lines::advance).unwrap_err()
}

fn numbered(lines: &[(usize, &str)]) -> Vec<(usize, String)> {
    lines.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
}

#[test]
fn lines_end_in_either_way_and_the_last_needs_no_end() {
    let text = b"\xef\xbb\xbfa\r\nb\n\n\xef\xbb\xbfc";
    let expected = numbered(&[(1, "a"), (2, "b"), (3, ""), (4, "\u{feff}c")]);
    assert_eq!(all(lines(text), Lines::advance).unwrap(), expected);
    assert_eq!(all(lines(&gzip(text)), Lines::advance).unwrap(), expected);
    assert_eq!(all(lines(b""), Lines::advance).unwrap(), []);
}

#[test]
fn lines_may_end_in_a_carriage_return_alone() {
    assert_eq!(all(lines(b"a\rb\r\rc"), Lines::advance).unwrap(), numbered(&[(1, "a"), (2, "b"), (3, ""), (4, "c")]));
    assert_eq!(all(lines(b"a\rb\nc\n"), Lines::advance).unwrap(), numbered(&[(1, "a\rb"), (2, "c")]));
}

#[test]
fn text_in_latin_1_is_refused_with_its_byte() {
    let error = refused(lines(b"fine\nun caf\xe9 noir\n"));
    let expected = "some/file, line 2: expected UTF-8 text, found the byte e9 after \"un caf\" (perhaps windows-1252); save \
         the text as UTF-8, or";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_file_is_read_like_its_bytes() {
    let folder = crate::synthetic::tree(&[("some.txt.gz", &gzip(b"one\ntwo"))]);
    let file = Lines::open(&folder.path().join("some.txt.gz")).unwrap();
    assert_eq!(all(file, Lines::advance).unwrap(), numbered(&[(1, "one"), (2, "two")]));
}

#[test]
fn lines_past_blank_ones_keep_their_numbers() {
    let expected = numbered(&[(1, "one"), (4, "\ttwo "), (5, "three")]);
    let bytes = b"\xef\xbb\xbfone\r\n\n   \n\ttwo \nthree";
    assert_eq!(all(lines(bytes), Lines::advance_past_blank).unwrap(), expected);
    assert_eq!(all(lines(&gzip(bytes)), Lines::advance_past_blank).unwrap(), expected);
    assert_eq!(all(lines(b""), Lines::advance_past_blank).unwrap(), []);
    assert_eq!(all(lines(b"\n\n"), Lines::advance_past_blank).unwrap(), []);
}

#[test]
fn a_line_that_is_kept_is_returned_once_more() {
    let mut lines = lines(b"\none\ntwo\n");
    assert!(lines.advance_past_blank().unwrap());
    lines.keep();
    lines.keep();
    assert_eq!((lines.bytes(), lines.number), (&b"one"[..], 2));
    assert!(lines.advance_past_blank().unwrap());
    assert_eq!((lines.bytes(), lines.number), (&b"one"[..], 2));
    assert!(lines.advance_past_blank().unwrap());
    assert_eq!((lines.bytes(), lines.number), (&b"two"[..], 3));
    assert!(!lines.advance_past_blank().unwrap() && !lines.advance_past_blank().unwrap());
}

#[test]
fn a_line_without_end_is_rejected() {
    let bomb = gzip(&vec![b'1'; MAX_LENGTH + 2]);
    assert!(bomb.len() < 100_000);
    let error = refused(lines(&bomb));
    let expected = "some/file, line 1: expected a line of no more than 16777216 bytes, found a longer line; shorten";
    assert!(error.starts_with(expected), "{error}");
    assert_eq!(all(lines(&vec![b'a'; MAX_LENGTH]), Lines::advance).unwrap()[0].1.len(), MAX_LENGTH);
}

#[test]
fn text_without_end_is_rejected() {
    let limited = |bytes| lines(&gzip(&vec![b'\n'; 5000])).within(Limits { bytes, ..Limits::WHOLE });
    let error = refused(limited(1000));
    let expected = "some/file, line 1001: expected no more than 1000 bytes and 67108864 lines, found more; give";
    assert!(error.starts_with(expected), "{error}");
    assert_eq!(all(limited(1000), Lines::advance_past_blank).unwrap_err(), error);
    assert_eq!(all(limited(5000), Lines::advance).unwrap().len(), 5000);
    let counted = |number| Lines { number, ..lines(b"one\ntwo\n") };
    assert!(refused(counted(MAX_LINES - 1)).starts_with("some/file, line 67108865: expected no more than 42949"));
    assert_eq!(all(counted(MAX_LINES - 2), Lines::advance).unwrap().len(), 2);
    assert_eq!(all(counted(MAX_LINES - 1).within(Limits::STREAM), Lines::advance).unwrap().len(), 2);
}

#[test]
fn a_gzip_stream_cut_anywhere_is_rejected() {
    let packed = gzip(b"one\ntwo\n");
    for end in 2..packed.len() {
        let error = refused(lines(&packed[..end]));
        let expected = ": expected a whole gzip stream, found the end of the gzip stream; get the file again";
        assert!(error.starts_with("some/file, line ") && error.ends_with(expected), "{end}: {error}");
    }
}

#[test]
fn other_bytes_are_reported_as_not_text() {
    let xz = refused(lines(b"\xfd7zXZ\0\0\x04"));
    let expected = "line 1: expected UTF-8 text, found the bytes \\xfd7zXZ\\x00\\x00\\x04; give UTF-8";
    assert!(xz.contains(expected), "{xz}");
    let tar = refused(lines(b"fine\nname\0\0\0"));
    assert!(tar.contains("line 2: expected UTF-8 text") && tar.contains("unpack any other archive first"), "{tar}");
}

#[test]
fn zero_bytes_and_encodings_are_named() {
    let nul = refused(lines("café one\nand a long text of two\0words\n".as_bytes()));
    assert!(
        nul.contains("line 2: expected UTF-8 text, found a NUL byte after \"d a long text of two\"; remove the NUL"),
        "{nul}"
    );
    let of = |text: &str, width: usize, big: bool| {
        let bytes = |unit: u32| {
            if big { unit.to_be_bytes()[4 - width..].to_vec() } else { unit.to_le_bytes()[..width].to_vec() }
        };
        let bytes: Vec<u8> = text.chars().map(u32::from).flat_map(bytes).collect();
        Lines::of(Path::new("some/file"), Cursor::new(bytes)).err().map(|e| e.to_string()).unwrap_or_default()
    };
    for big in [false, true] {
        let expected = "some/file: byte 0: expected UTF-8 text, found UTF-16 text without a byte order mark; save";
        assert!(of("text,label\n", 2, big).starts_with(expected), "{}", of("text,label\n", 2, big));
        assert!(of("text,label\n", 4, big).contains("found UTF-32 text; save"));
    }
    let marked =
        Lines::of(Path::new("some/file"), Cursor::new(b"\xff\xfe\0\0a\0\0\0".to_vec())).err().unwrap().to_string();
    assert!(marked.contains("found UTF-32 text; save"), "{marked}");
    let half = refused(lines(b"half \xed\xa0\xbd"));
    assert!(half.contains("found the byte ed after \"half \"; save"), "{half}");
    // A Russian sentence in KOI8-R and a Japanese one in Shift_JIS.
    let koi8: &[u8] = b"\xfc\xd4\xcf \xcf\xde\xc5\xce\xd8 \xc8\xcf\xd2\xcf\xdb\xc9\xca \xc6\xc9\xcc\xd8\xcd";
    assert!(refused(lines(koi8)).contains("\"\" (perhaps KOI8-"), "{}", refused(lines(koi8)));
    let sjis: &[u8] = b"\x82\xb1\x82\xcc\x89f\x89\xe6\x82\xcd\x96\xca\x94\x92\x82\xa2\x82\xc5\x82\xb7";
    assert!(refused(lines(sjis)).contains(" (perhaps Shift_JIS);"), "{}", refused(lines(sjis)));
    let mixed = refused(lines(b"caf\xc3\xa9 caf\xe9"));
    assert!(mixed.contains("found the byte e9 after \"caf\u{e9} caf\"; save"), "{mixed}");
}

#[test]
fn long_text_is_shortened_in_errors() {
    assert_eq!(shown(b"a\"\xff\n"), "\"a\\\"\u{fffd}\\n\"");
    assert_eq!(shown([b'x'; 100]), format!("\"{}\"...", "x".repeat(40)));
    assert_eq!(shown("é".repeat(41)), format!("\"{}\"...", "é".repeat(40)));
    assert_eq!(shown("é".repeat(40)), format!("\"{}\"", "é".repeat(40)));
}

#[test]
fn ctrl_z_is_left_out_at_the_end_and_nowhere_else() {
    let read = |bytes: &[u8], capacity: usize| {
        let mut whole = WithoutEndMarks { reader: BufReader::with_capacity(capacity, bytes), held: 0 };
        let mut read = Vec::new();
        whole.read_to_end(&mut read).unwrap();
        read
    };
    for capacity in 1..6 {
        for (bytes, expected) in [
            (&b"a\nb\r\n\x1a"[..], &b"a\nb\r\n"[..]),
            (b"a\x1a\x1a\x1a", b"a"),
            (b"\x1a\x1aa\x1a\x1ab\x1a\x1a", b"\x1a\x1aa\x1a\x1ab"),
            (b"\x1a", b""),
            (b"", b""),
        ] {
            assert_eq!(read(bytes, capacity), expected, "{bytes:?}");
        }
    }
}
