//! The beginning of a table: what separates its fields, and what stands above its first record.

use super::evidence::number;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// The meaning of a quotation mark at the beginning of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// The mark begins a quoted field, inside which quotation marks are doubled, as in RFC 4180.
    Marks,
    /// The mark begins a quoted field, inside which a backslash stands before each quotation mark.
    Escaped,
    /// The mark is an ordinary character, as in many tables separated by tabs. Only a field that is quoted as a whole
    /// loses its quotation marks.
    Letters,
}

/// The largest number of title lines that are skipped above a table.
const MAX_TITLES: usize = 8;

/// The delimiter that a first line such as `sep=;` names, as spreadsheets write it, and the length of that line in
/// bytes; `None` and 0 if there is no such line.
pub(super) fn named_delimiter(head: &[u8]) -> (Option<u8>, usize) {
    match head {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, b'\r', b'\n', ..] => (Some(*delimiter), 7),
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, b'\r' | b'\n', ..] => (Some(*delimiter), 6),
        _ => (None, 0),
    }
}

/// The delimiter of the table that begins with `head`: the candidate in `delimiters` that splits the largest share of
/// records into as many fields as the first record, at least two. Of equally good candidates, the first is taken; if no
/// candidate splits the first record, the comma is taken or, if the comma is not a candidate, the first candidate.
pub(super) fn delimiter(head: &[u8], delimiters: &[u8]) -> u8 {
    let best = delimiters.iter().copied().map(|delimiter| (score(head, delimiter), delimiter));
    // Where rows are named, the header has one field fewer than the rows, so even the right delimiter scores low.
    let best = best.fold((0, if delimiters.contains(&b',') { b',' } else { delimiters[0] }), |best, next| {
        if next.0 > best.0 { next } else { best }
    });
    best.1
}

/// The share of the records in `head`, in thousandths, that have as many fields as the first record; 0 if the first
/// record has fewer than two fields.
fn score(head: &[u8], delimiter: u8) -> usize {
    let counts = counts(head, delimiter);
    let first = counts.first().copied().unwrap_or(0);
    let same = counts.iter().filter(|count| **count == first).count();
    if first < 2 { 0 } else { 1000 * same / counts.len() }
}

/// The number of bytes and of lines of comments and titles above the first record of the table that begins with `head`.
///
/// Comments begin with # or %. The last comment is taken as the first record if it has as many fields, at least two, as
/// the record below. A title has a text in at most one field, while most records below have at least three fields.
pub(super) fn above(head: &[u8], delimiters: &[u8]) -> (usize, usize) {
    let lines: Vec<&[u8]> = head.split_inclusive(|byte| *byte == b'\n').take(1 << 10).collect();
    let length = |count: usize| lines[..count].iter().map(|line| line.len()).sum::<usize>();
    let is_comment = |line: &&&[u8]| line.starts_with(b"#") || line.starts_with(b"%");
    let comments = lines.iter().take_while(is_comment).count();
    if comments > 0 && comments < lines.len() {
        let table = &head[length(comments)..];
        let by = delimiter(table, delimiters);
        let below = counts(table, by);
        let names = counts(lines[comments - 1], by).first().copied();
        let are_names = below.len() > 1 && names == below.first().copied() && names > Some(1);
        // A last comment with as many fields as the table probably holds the names of the columns, so it is not skipped.
        let skipped = comments - usize::from(are_names);
        return (length(skipped), skipped);
    }
    let best =
        |from: usize| delimiters.iter().map(|by| (score(&head[length(from)..], *by), *by)).max_by_key(|best| best.0);
    let clear = |from: usize| best(from).filter(|(score, _)| *score > 500).map(|(_, by)| by);
    // Spreadsheets write a title with as many delimiters as any other row.
    let full = clear(0).map_or(0, |by| lines.iter().take_while(|line| is_title(line, by)).count());
    let most = MAX_TITLES.min(lines.len().saturating_sub(2));
    let short = || (1..=most).find(|from| clear(*from).is_some()).unwrap_or(0);
    let titles = if clear(0).is_some() { full } else { short() };
    let Some(by) = clear(titles).filter(|_| titles > 0 && titles <= most) else { return (0, 0) };
    let width = counts(&head[length(titles)..], by).first().copied().unwrap_or(0);
    let are_titles = width > 2 && lines[..titles].iter().all(|line| is_title(line, by));
    if are_titles { (length(titles), titles) } else { (0, 0) }
}

/// Whether `line` can be a title: at most one of its fields, which `delimiter` separates, is filled, and not with a
/// number.
fn is_title(line: &[u8], delimiter: u8) -> bool {
    let mut texts = line.split(|byte| *byte == delimiter).map(<[u8]>::trim_ascii).filter(|field| !field.is_empty());
    let text = texts.next().map(|field| String::from_utf8_lossy(field).into_owned());
    // After an odd number of quotation marks, a quoted name continues on the next line.
    let is_whole = !line.split(|byte| *byte == b'"').count().is_multiple_of(2);
    is_whole && texts.next().is_none() && text.is_none_or(|text| number(&text).is_none())
}

/// The number of fields in each of the first hundred records of `head`. An incomplete record at the end of `head`
/// counts only if it is the first.
fn counts(head: &[u8], delimiter: u8) -> Vec<usize> {
    let mut core = core(delimiter, Quotes::Marks);
    let (mut text, mut ends) = (vec![0; head.len() + 1], vec![0; head.len() + 2]);
    let (mut rest, mut counts) = (head, Vec::new());
    while counts.len() < 100 {
        let (state, read, _, fields) = core.read_record(rest, &mut text, &mut ends);
        rest = &rest[read..];
        if state != ReadRecordResult::Record {
            // The head may end within a record.
            if counts.is_empty() {
                counts.push(fields + 1);
            }
            break;
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let full = starts.zip(&ends[..fields]).filter(|(start, end)| delimiter != b' ' || start < end);
        counts.push(full.count());
    }
    counts
}

/// A reader of records whose fields are separated by `delimiter`.
pub(super) fn core(delimiter: u8, quotes: Quotes) -> Reader {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quotes != Quotes::Letters)
        .escape((quotes == Quotes::Escaped).then_some(b'\\'))
        .build()
}
