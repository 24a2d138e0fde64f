//! Tests of records: delimiters, quotes, encodings, line ends.

use super::*;
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut records = Records::of(Path::new("t.csv"), Cursor::new(bytes.to_vec())).map_err(|e| e.to_string())?;
    let mut all = Vec::new();
    while records.advance().map_err(|e| e.to_string())? {
        all.push((records.line(), records.fields().map(str::to_owned).collect()));
    }
    Ok(all)
}

fn fields(bytes: &[u8]) -> Vec<Vec<String>> {
    read(bytes).unwrap().into_iter().map(|(_, fields)| fields).collect()
}

#[test]
fn every_delimiter_and_line_end_is_understood() {
    let expected = [["a", "b"], ["1", "2"], ["3", "4"]];
    for delimiter in ["\t", ";", ",", "|", " ", "  "] {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a{delimiter}b{end}1{delimiter}2{end}{end}3{delimiter}4");
            assert_eq!(fields(text.as_bytes()), expected, "{text:?}");
            assert_eq!(read(text.as_bytes()).unwrap().iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 4]);
        }
    }
}

#[test]
fn delimiters_in_quotes_are_text() {
    assert_eq!(fields(b"\"w; cm\",\"h\t; cm\",l\n1,2,a\n3,4,b")[0], ["w; cm", "h\t; cm", "l"]);
    assert_eq!(fields(b"a;b\n\"1,5\";x, y\n\"2,5\";z, w\n"), [["a", "b"], ["1,5", "x, y"], ["2,5", "z, w"]]);
    assert_eq!(fields(b"a,b\n\"two\nlines\",1\n"), [["a", "b"], ["two\nlines", "1"]]);
    assert_eq!(read(b"a,b\n\"two\nlines\",1\n2,3\n").unwrap()[2].0, 4);
}

#[test]
fn a_line_may_name_the_delimiter() {
    assert_eq!(read(b"sep=;\na,0;b\n1;2\n").unwrap()[0], (2, vec!["a,0".to_owned(), "b".to_owned()]));
    assert_eq!(fields(b"SEP=|\r\na|b\r\n"), [["a", "b"]]);
}

#[test]
fn utf_16_is_read_and_other_bytes_are_refused() {
    let text = "a,b\n1,é\n";
    let little: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for bytes in [text.as_bytes(), b"\xef\xbb\xbfa,b\n1,\xc3\xa9\n", &little, &big] {
        assert_eq!(fields(bytes), [["a", "b"], ["1", "é"]]);
    }
    let error = read(b"a,b\n1,caf\xe9\n").unwrap_err();
    assert!(
        error.contains(
            "t.csv, line 2: expected UTF-8 text, found the byte e9 after \"1caf\" (perhaps windows-1252); save"
        ),
        "{error}"
    );
    assert!(read(b"a,b\n1,\xc3,\xa9\n").is_err());
}

#[test]
fn a_backslash_before_quotation_marks_is_known_from_the_beginning_and_refused_later() {
    let escaped = "\"he said \\\"x\\\", ok\",1\n";
    assert_eq!(fields(format!("a,b\n{escaped}").as_bytes())[1], ["he said \"x\", ok", "1"]);
    let error = read(format!("a,b\n{}{escaped}", "1,2\n".repeat(1 << 15)).as_bytes()).unwrap_err();
    let expected = "t.csv, line 32770: expected doubled quotation marks inside a quoted field, found a backslash";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_quote_without_end_in_the_last_field_is_refused() {
    let error = read(b"a,b\n1,2\n3,\"x\n5,6\n").unwrap_err();
    let expected = "t.csv, line 3: expected an end of each quoted field, found none in the last record; close every";
    assert!(error.contains(expected), "{error}");
    for whole in [&b"a,b\n1,\"x\ny\""[..], b"a,b\n1,\"x\ny\"\n", b"a,b\n1,5'10\"", b"a,b\n1,\"x\"\"\"\n"] {
        assert_eq!(read(whole).unwrap().len(), 2);
    }
}

#[test]
fn a_quote_that_ends_too_late_is_said() {
    let text = &b"a,b\n1,\"2\n3,4\n5,6\",7\n"[..];
    let mut records = Records::of(Path::new("t.csv"), Cursor::new(text)).unwrap();
    assert!(records.advance().unwrap() && records.advance().unwrap());
    let error = records.uneven(2).to_string();
    let expected = "line 2: expected 2 fields as in the first line, found 3 in a record of 3 lines; close";
    assert!(error.contains(expected), "{error}");
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(prop::collection::vec("[a-z\",;\n é]{0,5}[a-z]", 2), 2..20)) {
        let field = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
        let line = |row: &Vec<String>| row.iter().map(field).collect::<Vec<_>>().join(",");
        // The plain lines determine the delimiter, so the quoted fields may contain the other delimiters.
        let text: Vec<String> = rows.iter().map(line).collect();
        let read = fields(format!("{}{}", "p,q\n".repeat(60), text.join("\n")).as_bytes())[60..].to_vec();
        let trimmed: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|field| field.trim().to_owned()).collect()).collect();
        prop_assert_eq!(read, trimmed);
    }

    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }
}
