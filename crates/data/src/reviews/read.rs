//! Reads the corpus in a file or folder.

use super::{Corpus, Part, bags, films, json, soup, table};
use crate::Error;
use crate::lines::Lines;
use crate::names::{self, name, unpacked_first, visible, words};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The endings of file names that are read in a folder, optionally followed by `.gz`.
const TABLES: [&str; 3] = [".tsv", ".jsonl", ".json"];

const DOMAIN: [(Part, &str); 3] =
    [(Part::Train, "positive.review"), (Part::Train, "negative.review"), (Part::Unlabelled, "unlabeled.review")];

const ACCEPTED: &str = "give a file, a folder of .tsv, .jsonl or .json files, plain or .gz (unpack others, such as .xz), \
                        an aclImdb folder with train/pos and train/neg, or a processed_acl or sorted_data_acl folder \
                        with positive.review and negative.review";

/// Reads the reviews of the file or folder at `path`, whichever [format](super) it has.
///
/// The format of a file is recognised by its first line and, for counted terms, by the ending `.review`. A single file
/// is the training part, or the unlabelled part if a word of its name begins with `unlabel` or `unsup`. In a folder,
/// files are read in the order of their names, and the name determines the part: the unlabelled part if it has such a
/// word; otherwise the part of the first word that is `val` or `t10k`, or begins with `valid`, `train` or `test`;
/// without any of these, the training part. If a file is present both packed and unpacked, the unpacked file is read. A
/// folder of several domains is read as one corpus.
///
/// # Errors
/// [`Error::File`] when a file or folder cannot be read. [`Error::Layout`] when a folder has no file of a known format,
/// or an `aclImdb` tree has a file with a wrong name or too many reviews. [`Error::Line`] when a file is damaged, too
/// long or empty, does not follow its format, or has too many reviews. [`Error::Malformed`] when a review of an
/// `aclImdb` tree is too long or not UTF-8.
pub fn read(path: &Path) -> Result<Corpus, Error> {
    let mut corpus = Corpus::default();
    if !path.is_dir() {
        let part = if part_of(path) == Part::Unlabelled { Part::Unlabelled } else { Part::Train };
        file(path, part, &mut corpus)?;
        corpus.checksums.insert(name(path), sha256(path)?);
    } else if films::are_in(path) {
        films::read(path, &mut corpus)?;
    } else {
        for (part, listed) in listed(path)? {
            file(&listed, part, &mut corpus)?;
            let below = listed.strip_prefix(path).unwrap_or(&listed).display().to_string();
            corpus.checksums.insert(below, sha256(&listed)?);
        }
    }
    Ok(corpus)
}

fn sha256(path: &Path) -> Result<String, Error> {
    let found = File::open(path).and_then(|mut stored| files::sha256_of(&mut stored));
    Ok(found.map_err(files::Error::new("read", path))?.0)
}

/// The files of the folder `path` with their parts, in the order in which they are read.
fn listed(path: &Path) -> Result<Vec<(Part, PathBuf)>, Error> {
    let names = visible(path)?;
    let folders = std::iter::once(path.to_owned()).chain(names.iter().map(|name| path.join(name)));
    let domains: Vec<(Part, PathBuf)> =
        folders.filter(|folder| is_domain(folder)).flat_map(|folder| domain(&folder)).collect();
    if !domains.is_empty() {
        return Ok(domains);
    }
    let is_table = |name: &&String| {
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        TABLES.into_iter().any(|end| plain.ends_with(end))
    };
    let tables: Vec<PathBuf> = names.iter().filter(is_table).map(|name| path.join(name)).collect();
    if tables.is_empty() {
        let found = if names.is_empty() { "nothing".to_owned() } else { format!("only {}", beginning(&names)) };
        return Err(Error::Layout { path: path.to_owned(), expected: "reviews".to_owned(), found, remedy: ACCEPTED });
    }
    Ok(unpacked_first(&tables).into_iter().map(|path| (part_of(&path), path)).collect())
}

fn beginning(names: &[String]) -> String {
    let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
    names[..names.len().min(3)].join(", ") + &more
}

fn is_domain(folder: &Path) -> bool {
    DOMAIN[..2].iter().any(|(_, name)| folder.join(name).is_file())
}

/// The files of a domain: both polarities, and unlabelled reviews if present.
fn domain(folder: &Path) -> Vec<(Part, PathBuf)> {
    let path = |(part, name)| (part, folder.join(name));
    DOMAIN.into_iter().map(path).filter(|(part, path)| *part == Part::Train || path.is_file()).collect()
}

/// The part that the name of the file at `path` indicates.
fn part_of(path: &Path) -> Part {
    let name = name(path);
    if words(&name).iter().any(|word| word.starts_with("unlabel") || word.starts_with("unsup")) {
        return Part::Unlabelled;
    }
    match names::Part::of(&name) {
        Some(names::Part::Validation) => Part::Validation,
        Some(names::Part::Test) => Part::Test,
        Some(names::Part::Train) | None => Part::Train,
    }
}

/// Adds the reviews in the file at `path` to `part`.
fn file(path: &Path, part: Part, corpus: &mut Corpus) -> Result<(), Error> {
    add(Lines::open(path)?, path, part, corpus)
}

/// Adds the reviews in `lines`, the content of the file at `path`, to `part`.
fn add(mut lines: Lines, path: &Path, part: Part, corpus: &mut Corpus) -> Result<(), Error> {
    let before = corpus.part(part).len() + corpus.left_out;
    if lines.advance_past_blank()? {
        lines.keep();
        format(path, &lines)(&mut lines, part, corpus)?;
    }
    if corpus.part(part).len() + corpus.left_out == before { Err(lines.ended("a review")) } else { Ok(()) }
}

/// A reader that adds the reviews of a file to a part.
type Format = fn(&mut Lines, Part, &mut Corpus) -> Result<(), Error>;

/// The reader for the file at `path`; the current line of `first` is the first line of the file.
fn format(path: &Path, first: &Lines) -> Format {
    let line = first.bytes().trim_ascii();
    if line.starts_with(b"{") || line.starts_with(b"[{") || line == b"[" {
        json::read
    } else if line == soup::BEGIN {
        soup::read
    } else if path.extension() == Some(OsStr::new("review")) || is_bag(&first.latin1()) {
        bags::read
    } else {
        table::read
    }
}

/// Whether a line is a review of counted terms. A line with a zero byte is part of an archive instead.
fn is_bag(line: &str) -> bool {
    line.contains(bags::LABEL) && !line.contains('\0')
}

/// The reviews in `bytes`, the content of a file; `path` names the file in error messages.
///
/// # Errors
/// As for [`read`].
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Corpus, Error> {
    let mut corpus = Corpus::default();
    add(Lines::of(path, Cursor::new(bytes.to_vec()))?, path, Part::Train, &mut corpus)?;
    Ok(corpus)
}

/// The corpus in a file called `name` with the content `bytes`, or the text of the error.
#[cfg(test)]
pub(super) fn parsed(name: &str, part: Part, bytes: &[u8]) -> Result<Corpus, String> {
    let (path, mut corpus) = (Path::new(name), Corpus::default());
    let lines = Lines::of(path, Cursor::new(bytes.to_vec()));
    let outcome = lines.and_then(|lines| add(lines, path, part, &mut corpus));
    outcome.map(|()| corpus).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::{Content, Review};
    use crate::synthetic::{gzip, tree};
    use proptest::prelude::*;

    fn texts(reviews: &[Review]) -> Vec<(&str, Option<f64>)> {
        fn text(review: &Review) -> (&str, Option<f64>) {
            let text = if let Content::Text(text) = &review.content { text } else { "no text" };
            (text, review.stars)
        }
        reviews.iter().map(text).collect()
    }

    fn refused(files: &[(&str, &[u8])]) -> String {
        read(tree(files).path()).unwrap_err().to_string()
    }

    #[test]
    fn names_contain_the_part_of_a_file_in_a_folder() {
        let folder = tree(&[
            ("b-train.tsv", b"5\tb"),
            ("a.jsonl.gz", &gzip(b"{\"stars\": 1, \"text\": \"a\"}")),
            ("my_test.tsv", b"2\tt"),
            ("latest.tsv", b"3\tl"),
            ("b-train.tsv.gz", &gzip(b"5\tb")),
            ("my_val.tsv", b"4\tw"),
            ("Validation.jsonl", b"{\"stars\": 2, \"text\": \"x\"}"),
            ("train-unlabelled.tsv", b"text\nu"),
            ("Unsup.json", b"{\"text\": \"v\"}"),
            ("notes.txt", b"not read"),
            (".hidden.tsv", b"not read"),
        ]);
        let corpus = read(folder.path()).unwrap();
        assert_eq!(texts(&corpus.train), [("a", Some(1.0)), ("b", Some(5.0)), ("l", Some(3.0))]);
        assert_eq!(texts(&corpus.validation), [("x", Some(2.0)), ("w", Some(4.0))]);
        assert_eq!(texts(&corpus.test), [("t", Some(2.0))]);
        assert_eq!(corpus.checksums.len(), 8);
        assert_eq!(corpus.checksums["b-train.tsv"], files::sha256(b"5\tb"));
        assert_eq!(texts(&corpus.unlabelled), [("v", None), ("u", None)]);
    }

    #[test]
    fn a_file_alone_is_the_training_part_or_the_unlabelled_one() {
        let folder = tree(&[("my-test.tsv", b"5\tone"), ("unlabeled.tsv", b"5\ttwo")]);
        assert_eq!(texts(&read(&folder.path().join("my-test.tsv")).unwrap().train), [("one", Some(5.0))]);
        assert_eq!(texts(&read(&folder.path().join("unlabeled.tsv")).unwrap().unlabelled), [("two", None)]);
        let missing = read(&folder.path().join("missing.tsv")).unwrap_err().to_string();
        assert!(missing.starts_with("cannot read ") && missing.ends_with("; check the path"), "{missing}");
    }

    #[test]
    fn domains_are_read_one_by_one_or_together() {
        let soup = b"<review>\n<rating>\n2.0\n</rating>\n<review_text>\nsoup\n</review_text>\n</review>";
        let folder = tree(&[
            ("books/positive.review", b"good:1 #label#:positive\n"),
            ("books/negative.review", b"bad:1 #label#:negative\n"),
            ("books/unlabeled.review", b"odd:1 #label#:positive\n"),
            ("books/all.review", b"not read"),
            ("dvd/positive.review", soup),
            ("dvd/negative.review", soup),
            ("summary.json", b"not read"),
        ]);
        let books = read(&folder.path().join("books")).unwrap();
        assert_eq!(books.train.iter().map(|review| review.stars).collect::<Vec<_>>(), [Some(1.0), Some(0.0)]);
        assert_eq!((books.unlabelled.len(), books.unlabelled[0].stars), (1, None));
        let both = read(folder.path()).unwrap();
        assert_eq!(both.train[..2], books.train);
        assert_eq!(texts(&both.train[2..]), [("soup\n", Some(2.0)), ("soup\n", Some(2.0))]);
        std::fs::remove_file(folder.path().join("dvd/negative.review")).unwrap();
        let half = read(folder.path()).unwrap_err().to_string();
        assert!(half.contains("dvd/negative.review") && half.ends_with("; check the path"), "{half}");
    }

    #[test]
    fn a_folder_without_reviews_is_answered_with_the_known_formats() {
        let error = refused(&[("a.xz", b""), ("b.xz", b""), ("c/d.tsv", b"")]);
        assert!(
            error.contains(": expected reviews, found only a.xz, b.xz, c; give a file, a folder of .tsv"),
            "{error}"
        );
        assert!(error.contains("train/pos") && error.contains("positive.review"), "{error}");
        assert!(refused(&[]).contains("expected reviews, found nothing; give"));
    }

    #[test]
    fn an_archive_of_reviews_is_rejected() {
        for bytes in [&b"books/positive.review\0\0a:1 #label#:positive\n"[..], b"aclImdb/\0\0", b"\xfd7zXZ\0"] {
            let error = parsed("some.tar", Part::Train, bytes).unwrap_err();
            assert!(error.contains("expected UTF-8 text") && error.contains("unpack any other archive"), "{error}");
        }
    }

    #[test]
    fn an_empty_file_is_rejected() {
        for name in ["a.tsv", "a.jsonl", "a.tsv.gz", "positive.review"] {
            let error = refused(&[(name, b"")]);
            assert!(error.contains(&format!("{name}, line 1: expected a review, found the end")), "{error}");
        }
        assert!(refused(&[("a.tsv", b"stars\ttext\n")]).contains("a.tsv, line 2: expected a review, found the end"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn arbitrary_bytes_never_panic(
            bytes in prop::collection::vec(prop::sample::select(&b"5\t\n :<>{}[]\",#\0\xff\x1f\x8bab"[..]), 0..60),
            start in prop::sample::select(vec![
                &b""[..], b"stars\ttext\n", b"{\"text\": \"", b"a:1 #label#:positive\n", b"\x1f\x8b\x08\0",
                b"<review>\n<rating>\n5\n<review_text>\n", b"overall\tbigram_counts\n5\ta_b:1\n",
            ]),
        ) {
            for name in ["a.tsv", "a.review"] {
                for part in [Part::Train, Part::Unlabelled] {
                    let _ = parsed(name, part, &[start, &bytes[..]].concat());
                }
            }
        }
    }
}
