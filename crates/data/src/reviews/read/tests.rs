//! Tests of files and folders of texts.

use super::*;
use crate::reviews::{Content, Review};
use crate::synthetic::{gzip, tree};
use proptest::prelude::*;

fn texts(reviews: &[Review]) -> Vec<(&str, Option<f64>)> {
    fn text(review: &Review) -> (&str, Option<f64>) {
        let text = if let Content::Text(text) = &review.content { text } else { "no text" };
        (text, review.label.as_deref().map(|label| label.parse().unwrap()))
    }
    reviews.iter().map(text).collect()
}

fn refused(files: &[(&str, &[u8])]) -> String {
    read(tree(files).path(), &TableChoices::default()).unwrap_err().to_string()
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
    let corpus = read(folder.path(), &TableChoices::default()).unwrap();
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
    assert_eq!(
        texts(&read(&folder.path().join("my-test.tsv"), &TableChoices::default()).unwrap().train),
        [("one", Some(5.0))]
    );
    assert_eq!(
        texts(&read(&folder.path().join("unlabeled.tsv"), &TableChoices::default()).unwrap().unlabelled),
        [("two", None)]
    );
    let missing = read(&folder.path().join("missing.tsv"), &TableChoices::default()).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read ") && missing.ends_with("; check the path"), "{missing}");
}

#[test]
fn the_folder_of_a_table_may_be_its_part() {
    let folder = tree(&[
        ("train/data.csv", b"text,label\na,x\nb,y\n"),
        ("validation/data.csv", b"text,label\nc,x\n"),
        ("test/data.csv", b"label,text\ny,d\n"),
        ("readme.md", b"not read"),
    ]);
    let corpus = read(folder.path(), &TableChoices::default()).unwrap();
    let counts = [&corpus.train, &corpus.validation, &corpus.test].map(Vec::len);
    assert_eq!((counts, corpus.test[0].label.as_deref()), ([2, 1, 1], Some("y")));
    assert_eq!(corpus.notes.last().unwrap(), "passed over: readme.md");
}

#[test]
fn json_that_describes_a_data_set_is_passed_over_beside_its_texts() {
    let infos = b"{\"default\": {\"description\": \"\", \"features\": {\"text\": \"string\"}}}";
    let folder = tree(&[
        ("a.csv", b"text,label\na,1\nb,2\n"),
        ("dataset_infos.json", infos),
        ("names.json", b"[\"x\", \"y\"]"),
        ("state.json", b"{\"files\": [{\"name\": \"a.arrow\"}]}"),
    ]);
    let corpus = read(folder.path(), &TableChoices::default()).unwrap();
    assert_eq!((texts(&corpus.train), corpus.checksums.len()), (vec![("a", Some(1.0)), ("b", Some(2.0))], 1));
    assert_eq!(corpus.notes.last().unwrap(), "passed over: dataset_infos.json, names.json, state.json");
    assert!(refused(&[("dataset_infos.json", infos)]).contains("expected objects with texts, found no texts"));
    let comment = refused(&[("a.jsonl", b"// mine\n{\"text\": \"a, b\", \"label\": 1}\n")]);
    assert!(comment.contains("a.jsonl, line 1: expected a JSON object, found \"// mine\""), "{comment}");
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
    let books = read(&folder.path().join("books"), &TableChoices::default()).unwrap();
    assert_eq!(books.train.iter().map(|review| review.label.as_deref()).collect::<Vec<_>>(), [Some("1"), Some("0")]);
    assert_eq!((books.unlabelled.len(), books.unlabelled[0].label.clone()), (1, None));
    let both = read(folder.path(), &TableChoices::default()).unwrap();
    assert_eq!(both.train[..2], books.train);
    assert_eq!(texts(&both.train[2..]), [("soup\n", Some(2.0)), ("soup\n", Some(2.0))]);
    std::fs::remove_file(folder.path().join("dvd/negative.review")).unwrap();
    let half = read(folder.path(), &TableChoices::default()).unwrap_err().to_string();
    assert!(half.contains("dvd/negative.review") && half.ends_with("; check the path"), "{half}");
}

#[test]
fn a_folder_without_reviews_is_answered_with_the_known_formats() {
    let error = refused(&[("a.xz", b""), ("b.xz", b""), ("c/d.tsv", b""), ("d/d.tsv", b"")]);
    assert!(
        error.contains(": expected texts, found only a.xz, b.xz, c and 1 more; give a file, a folder of .csv"),
        "{error}"
    );
    assert!(error.contains("train/pos") && error.contains("positive.review"), "{error}");
    assert!(refused(&[]).contains("expected texts, found nothing; give"));
}

#[test]
fn an_archive_of_reviews_is_rejected() {
    for bytes in [&b"books/positive.review\0\0a:1 #label#:positive\n"[..], b"aclImdb/\0\0"] {
        let error = parsed("some.tar", Part::Train, bytes).unwrap_err();
        let is_said = error.contains("expected UTF-8 text") && error.contains("unpack any other archive");
        assert!(is_said || error.contains("found a file packed with xz; unpack it"), "{error}");
    }
    let error = parsed("some.tar", Part::Train, b"\xfd7zXZ\0").unwrap_err();
    assert!(error.ends_with("found a file packed with xz; unpack it with unxz"), "{error}");
}

#[test]
fn an_empty_file_is_rejected() {
    for name in ["a.tsv", "a.jsonl", "a.tsv.gz", "positive.review"] {
        let error = refused(&[(name, b"")]);
        assert!(error.contains(&format!("{name}, line 1: expected a text, found the end")), "{error}");
    }
    assert!(refused(&[("a.tsv", b"stars\ttext\n")]).contains("a.tsv: expected a text, found no text"));
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

#[test]
fn what_macos_adds_to_an_archive_is_no_folder_of_texts() {
    let folder = tree(&[
        ("texts/1/a.txt", b"one"),
        ("texts/2/b.txt", b"two"),
        ("__MACOSX/texts/1/._a.txt", b"\0\x05\x16\x07"),
        ("notes.md", b"x"),
    ]);
    let found = read(folder.path(), &TableChoices::default()).unwrap();
    assert_eq!((found.train.len(), found.notes), (2, vec!["passed over: notes.md".to_owned()]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_class_whose_name_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tree(&[("1/a.txt", b"one"), ("2/b.txt", b"two")]);
    let class = folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    files::create_folder(&class).unwrap();
    files::write(&class.join("c.txt"), b"three").unwrap();
    let error = read(folder.path(), &TableChoices::default()).unwrap_err().to_string();
    assert!(
        error.contains("expected a name of UTF-8 text without control characters, found \"caf\u{fffd}\";"),
        "{error}"
    );
}
