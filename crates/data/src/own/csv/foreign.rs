//! Recognises files that are given as tables but are in another format.

/// The first bytes of binary files in other formats, the name of each format, and the remedy for the user.
const BINARY: [(&[u8], &str, &str); 14] = [
    (b"PAR1", "a Parquet file", "write the table as CSV, for example with pandas.read_parquet(FILE).to_csv(CSV)"),
    (b"ARROW1", "an Arrow file", "write the table as CSV"),
    (b"FEA1", "a Feather file", "write the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office spreadsheet or document (.xls)", SPREADSHEET),
    (b"SQLite format 3", "an SQLite database", "write the table as CSV, for example with sqlite3 -csv -header"),
    (b"\x89HDF", "an HDF5 file", "write the table as CSV"),
    (
        b"\x93NUMPY",
        "a NumPy array (.npy)",
        "write the table as CSV, for example with numpy.savetxt(CSV, numpy.load(FILE), delimiter=',')",
    ),
    (b"RDX", "a file written by R's save", "write the table as CSV with R's write.csv"),
    (b"$FL", "an SPSS file", "write the table as CSV"),
    (b"BZh", "a file packed with bzip2", "unpack it with bunzip2"),
    (b"\xfd7zXZ", "a file packed with xz", "unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "a file packed with zstd", "unpack it with unzstd"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it"),
    (b"\x89PNG", "a picture (PNG)", "pass --format images for a folder of pictures"),
];

/// The beginnings of files in other formats of text, in upper or lower case, the name of each format, and the remedy
/// for the user.
const TEXT: [(&[u8], &str, &str); 7] = [
    (b"%PDF-", "a PDF document", "get the table as CSV from its source"),
    (b"<stata_dta>", "a Stata file", "write the table as CSV"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the table itself", "fetch the table with git lfs pull"),
    (b"<!doctype html", "a web page (HTML)", WEB_PAGE),
    (b"<html", "a web page (HTML)", WEB_PAGE),
    (b"<?xml", "an XML document", "write the table as CSV"),
    (b"@relation", "a Weka table (ARFF)", "write it as CSV: the names of its attributes, then the lines below @data"),
];

const SPREADSHEET: &str = "save the sheet as CSV (UTF-8) in the spreadsheet program";
const WEB_PAGE: &str = "download the table itself, which may need a login, and not the page that shows it";
const JSON: &str = "write the table as CSV, for example with pandas.read_json(FILE).to_csv(CSV); texts in JSON are read with --format reviews";

const DRAWN: &str = "write the table as CSV or tab-separated text, for example with psql --csv, mysql --batch or pandas.DataFrame.to_csv";

/// Whether `line` is a rule between the rows of a drawn table, such as `|---|:--|` or `+---+---+`.
fn is_ruled(line: &[u8]) -> bool {
    let is_drawn = line.iter().all(|byte| b"-+|:= ".contains(byte));
    is_drawn
        && line.windows(2).any(|pair| matches!(pair, b"--" | b"=="))
        && line.iter().any(|byte| b"+|".contains(byte))
}

/// Whether `head`, the beginning of a file, has a byte that no text in UTF-8 has.
fn is_binary(head: &[u8]) -> bool {
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    head.iter().any(is_control) || str::from_utf8(head).is_err_and(|e| e.error_len().is_some())
}

/// The format of the file that begins with `head`, and the remedy for the user, if the file is not a table; `None` if
/// the file may be a table.
pub(super) fn foreign(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(b"PK\x03\x04") {
        let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
        return Some(match () {
            () if has(b"xl/") || has(b"[Content_Types].xml") => ("an Excel spreadsheet (.xlsx)", SPREADSHEET),
            () if has(b"opendocument") => ("a LibreOffice spreadsheet (.ods)", SPREADSHEET),
            () => ("a zip archive", "unpack it"),
        });
    }
    let text = head.trim_ascii_start();
    // In ARFF, comments begin with %.
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.clone().find(|line| !line.is_empty() && !line.starts_with(b"%")).unwrap_or_default();
    let begins = |line: &[u8], mark: &[u8]| line.len() >= mark.len() && line[..mark.len()].eq_ignore_ascii_case(mark);
    if lines.clone().take(3).any(is_ruled) {
        return Some(("a table drawn with lines for people to read", DRAWN));
    }
    let binary = BINARY.iter().find(|(mark, ..)| head.starts_with(mark) && is_binary(head));
    let is_text = |mark: &[u8]| begins(text, mark) || (mark.starts_with(b"@") && begins(first, mark));
    let found = binary.or_else(|| TEXT.iter().find(|(mark, ..)| is_text(mark)));
    let bare: Vec<u8> = text.iter().take(64).copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let json = [&b"{\""[..], b"[{", b"[["].iter().any(|mark| bare.starts_with(mark));
    found.map(|(_, what, remedy)| (*what, *remedy)).or_else(|| json.then_some(("JSON", JSON)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_named_and_tables_are_not() {
        for (head, expected) in [
            (&b"PK\x03\x04....[Content_Types].xml"[..], ".xlsx"),
            (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument", ".ods"),
            (b"PK\x03\x04a.csv", "zip"),
            (b"PAR1\x15\x04", "Parquet"),
            (b"\n <!DOCTYPE html><html>", "HTML"),
            (b"[\n  {\"a\": 1}", "JSON"),
            (b"{\"a\": 1}\n", "JSON"),
            (b"| a | b |\n|---|---|\n", "drawn with lines"),
            (b" a | b\n---+---\n", "drawn with lines"),
            (b"+---+---+\n| a | b |\n", "drawn with lines"),
            (b"% Iris\n%\n@RELATION iris\n", "ARFF"),
        ] {
            let found = foreign(head);
            assert!(found.is_some_and(|(what, _)| what.contains(expected)), "{expected}: {found:?}");
        }
        for table in [
            &b"a,b\n1,2"[..],
            b"% by me\na,b\n",
            b"{a},b\n",
            b"",
            b"#a\tb\n",
            b"\"a\";\"b\"\n",
            b"a|b\n-|-\n",
            b"par1,par2,y\n1,2,3\n",
            b"PAR1\tPAR2\ty\n1\t2\t3\n",
            b"fea1,fea2,y\n1,2,3\n",
            b"arrow1,arrow2,y\n",
            b"rdx,y\n",
            b"bzh,caf\xc3\xa9\n",
            b"$flow,y\n",
        ] {
            assert_eq!(foreign(table), None, "{}", table.escape_ascii());
        }
    }
}
