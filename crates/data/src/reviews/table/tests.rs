//! Tests of tables: columns, dialects, and what is left out or refused.

use super::*;
use crate::reviews::read::parsed;
use crate::reviews::{Labels, Numbers};

fn text(label: &str, text: &str) -> Review {
    Review::new(Content::Text(text.to_owned()), Some(label.to_owned()))
}

fn named(name: &str, bytes: &str) -> Vec<Review> {
    parsed(name, Part::Train, bytes.as_bytes()).unwrap().train
}

fn train(bytes: &str) -> Vec<Review> {
    named("some/file", bytes)
}

fn refused(bytes: &str) -> String {
    parsed("some/file", Part::Train, bytes.as_bytes()).unwrap_err()
}

#[test]
fn columns_are_found_by_name() {
    let expected = [text("4.5", "a & b \"c\""), text("1", "d")];
    assert_eq!(train("title\tStars\tlabel\ttext\nT\t4.5\t0\ta & b \"c\"\nT\t1\t1\td\n"), expected);
    assert_eq!(train("review\tpolarity\toverall\r\na & b \"c\"\tx\t4.5\r\n\r\nd\tx\t1"), expected);
    assert_eq!(train("label\ttext\nPositive\tn\n0\tz"), [text("Positive", "n"), text("0", "z")]);
    for name in ["text", "reviewText", "Content", "body", "comment", "SENTENCE", "message", "description"] {
        for label in ["label", "class", "category", "Topic", "sentiment", "target", "stars", "overall", "rating"] {
            let bytes = format!("id,{name},{label}\n1,one,2\n2,two,4\n");
            assert_eq!(named("a.csv", &bytes), [text("2", "one"), text("4", "two")], "{bytes}");
        }
    }
}

#[test]
fn csv_has_quotes_delimiters_and_line_ends_of_every_kind() {
    let expected = [text("pos", "good, really;\n\"yes\""), text("neg", "bad")];
    for delimiter in [",", ";", "|"] {
        for end in ["\n", "\r\n"] {
            let rows = [
                format!("text{delimiter}label"),
                format!("\"good, really;\n\"\"yes\"\"\"{delimiter}pos"),
                format!("bad{delimiter}neg"),
            ];
            assert_eq!(named("a.csv", &rows.join(end)), expected);
        }
    }
    assert_eq!(named("a.csv", "\u{feff}text,label\rgood,pos\rbad,neg\r"), [text("pos", "good"), text("neg", "bad")]);
}

#[test]
fn stars_may_have_a_comma_before_decimals() {
    for table in [
        "review;rating\ngood one;4,5\nbad one;1\nmissing;NA\n",
        "review,rating\ngood one,\"4,5\"\nbad one,1\nmissing,\n",
    ] {
        let corpus = parsed("a.csv", Part::Train, table.as_bytes()).unwrap();
        assert_eq!((corpus.left_out, corpus.train.len()), (1, 2));
        assert_eq!(Labels::of(&corpus.train, corpus.numbers).unwrap().levels.as_deref(), Some(&[1.0, 4.5][..]));
        let expected = "texts in \"review\", labels in \"rating\" with a comma before decimals";
        assert_eq!(corpus.notes, [expected]);
    }
    let thousands = parsed("a.csv", Part::Train, b"review;label\na b c;1,000\nd e f;2,000\n").unwrap();
    assert_eq!(Labels::of(&thousands.train, thousands.numbers).unwrap().classes, ["1,000", "2,000"]);
    let several = parsed("a.csv", Part::Train, b"text;label\na b c;2\nd e f;3\ng h i;2,3\n").unwrap();
    assert_eq!(Labels::of(&several.train, several.numbers).unwrap().classes, ["2", "3", "2,3"]);
    let refused = refused("review;rating\na b;1,5\nc d;2\ne f;good\n");
    assert!(refused.contains("a number, like the other labels"), "{refused}");
}

#[test]
fn a_backslash_may_stand_before_the_quotation_marks_in_a_field() {
    // A backslash is recognised even after the bytes at the beginning from which the delimiter is chosen.
    let plain = rows(9000, |_, label, text| format!("\"{text}\",{label}"));
    let late = format!("text,label\n{plain}\"he said \\\"x\\\", ok\",spam\n");
    let corpus = parsed("a.csv", Part::Train, late.as_bytes()).unwrap();
    assert_eq!(corpus.train[9000], text("spam", "he said \"x\", ok"));
    assert!(corpus.notes.contains(&format!("a.csv: {ESCAPED}")), "{:?}", corpus.notes);
    let doubled = parsed("a.csv", Part::Train, b"text,label\n\"in C:\\dir\\\",a\n\"he \"\"x\"\", ok\",b\n").unwrap();
    assert_eq!(doubled.train, [text("a", "in C:\\dir\\"), text("b", "he \"x\", ok")]);
    assert!(doubled.notes.iter().all(|note| !note.contains("backslash")), "{:?}", doubled.notes);
}

#[test]
fn quotes_in_tables_of_tabs_are_letters_unless_rows_need_them() {
    let spam = "ham\t\"Hello, he said\nspam\tWIN \"now\"\nham\tok \"\n";
    assert_eq!(train(spam), [text("ham", "\"Hello, he said"), text("spam", "WIN \"now\""), text("ham", "ok \"")]);
    let quoted = "\"text\"\t\"label\"\n\"one\ntwo\"\t\"a\"\n\"x\ty\"\t\"b\"\n";
    assert_eq!(named("a.tsv", quoted), [text("a", "one\ntwo"), text("b", "x\ty")]);
    let needless = "\"text\"\t\"label\"\n\"one\"\t\"a\"\n\"two\"\tb\n";
    assert_eq!(named("a.tsv", needless), [text("a", "one"), text("b", "two")]);
}

/// A table of `count` rows. The function `row` writes a row from its number, its label and its text of three words.
fn rows(count: usize, row: impl Fn(usize, &str, &str) -> String) -> String {
    (0..count).map(|k| row(k, ["ham", "spam"][k % 2], &format!("word{k} is here")) + "\n").collect()
}

#[test]
fn without_names_the_label_is_the_column_of_few_values_beside_the_texts() {
    let expected: Vec<Review> = (0..20).map(|k| text(["ham", "spam"][k % 2], &format!("word{k} is here"))).collect();
    assert_eq!(train(&rows(20, |_, label, text| format!("{label}\t{text}"))), expected);
    assert_eq!(train(&rows(20, |_, label, text| format!("{text}\t{label}"))), expected);
    assert_eq!(train(&rows(20, |k, label, text| format!("{k}\t{label}\t{text}"))), expected);
    assert_eq!(train(&rows(20, |k, label, text| format!("{text}\t{k}\t{label}"))), expected);
    assert_eq!(named("a.csv", &rows(20, |k, label, text| format!("\"{label}\",\"u{k}\",\"{text}\""))), expected);
    let header = |rows: String| format!("v1,v2\n{rows}");
    assert_eq!(named("a.csv", &header(rows(20, |_, label, text| format!("{label},{text}")))), expected);
}

#[test]
fn what_is_unclear_is_asked() {
    let two = refused(&rows(20, |k, label, text| format!("{label}\t{}\t{text}", k % 3)));
    assert!(two.contains("expected one column that can be the label, found \"column 1\", \"column 2\""), "{two}");
    assert!(two.ends_with("; name the column of labels with --label COLUMN"), "{two}");
    let texts = refused(&rows(20, |_, label, text| format!("{label}\t{text}\tand {text}")));
    assert!(texts.contains("expected one column of texts, found") && texts.contains("--only COLUMN"), "{texts}");
    let none = refused(&rows(20, |k, _, text| format!("{k}\t{}\t{text}", 2 * k)));
    assert!(
        none.contains(
            "expected a column of texts and a column that can be the label, found no label among \"column 1\""
        ),
        "{none}"
    );
}

#[test]
fn the_user_names_label_text_and_group() {
    let bytes = rows(20, |k, label, text| format!("{label},{},x{k},{text},by {}", k % 3, k / 4));
    let folder = crate::synthetic::tree(&[("a.csv", format!("a,b,c,d,e\n{bytes}").as_bytes())]);
    let choices = TableChoices {
        label: Some("B".to_owned()),
        only: vec!["d".to_owned(), "c".to_owned()],
        group: Some("e".to_owned()),
        ..TableChoices::default()
    };
    let corpus = crate::reviews::read(folder.path(), &choices).unwrap();
    let expected = Review { group: Some("by 1".to_owned()), ..text("1", "word4 is here x4") };
    assert_eq!((&corpus.train[4], corpus.column.as_deref()), (&expected, Some("b")));
    let regression = TableChoices { task: Some(crate::Task::Regression), ..choices };
    let error = crate::reviews::read(folder.path(), &regression).unwrap_err().to_string();
    assert!(error.contains("expected classes or stars as labels, found data.table.task=regression"), "{error}");
}

#[test]
fn a_further_file_has_the_columns_of_training() {
    let read = |train: &str, test: &str| {
        let folder = crate::synthetic::tree(&[("train.csv", train.as_bytes()), ("test.csv", test.as_bytes())]);
        crate::reviews::read(folder.path(), &TableChoices::default()).map_err(|e| e.to_string())
    };
    let training = format!("v1,v2\n{}", rows(20, |_, label, text| format!("{label},{text}")));
    assert_eq!(read(&training, "v2,n,v1\nx,9,spam\n").unwrap().test, [text("spam", "x")]);
    let unlabelled = read(&training, "n,v2\n1,x\n2,y\n").unwrap_err();
    assert!(unlabelled.contains("test.csv, line 1: expected a column called \"v1\", as in training"), "{unlabelled}");
    let unnamed = rows(20, |k, label, text| format!("{k},{label},{text}"));
    assert_eq!(read(&unnamed, "0,spam,x\n").unwrap().test, [text("spam", "x")]);
}

#[test]
fn unlabelled_reviews_need_no_stars_and_lose_theirs() {
    let unlabelled = |bytes: &str| parsed("u.tsv", Part::Unlabelled, bytes.as_bytes()).unwrap().unlabelled;
    let text = |text: &str| Review::new(Content::Text(text.to_owned()), None);
    assert_eq!(unlabelled("text\none\n"), [text("one")]);
    assert_eq!(unlabelled("one, two\ntwo"), [text("one, two"), text("two")]);
    assert_eq!(unlabelled("stars\ttext\n5\tone\n\ttwo"), [text("one"), text("two")]);
}

#[test]
fn rows_without_a_text_or_a_label_and_repeated_headers_are_left_out() {
    let bytes = b"text,label\none,a\n,b\ntwo,\nthree,b\ntext,label\nNaN,nan\nNA,a\n";
    let corpus = parsed("some/file", Part::Train, bytes).unwrap();
    assert_eq!(corpus.train, [text("a", "one"), text("b", "three")]);
    assert_eq!((corpus.without_text, corpus.left_out), (2, 2));
    assert_eq!(corpus.notes[1], "file, line 6: left out a header repeated within the table");
}

#[test]
fn counted_terms_without_a_rating_are_left_out() {
    let bytes = b"overall\tfood\tbigram_counts\n5\t1\tb_c:2,a:b:1,b_c:1\n0\t1\ta_b:1\n3\t0\t\n";
    let corpus = parsed("some/file", Part::Train, bytes).unwrap();
    let terms = Content::Terms(vec![("a:b".to_owned(), 1), ("b_c".to_owned(), 3)]);
    assert_eq!(corpus.train[0], Review::starred(terms, Some(5.0)));
    assert_eq!(corpus.train[1], Review::starred(Content::Terms(Vec::new()), Some(3.0)));
    assert_eq!((corpus.train.len(), corpus.left_out), (2, 1));
    for term in ["a_b", "a_b:", "a_b:x", "a_b:0", "a_b:-1", "a_b:99999999999"] {
        let error = refused(&format!("stars\tbigram_counts\n5\t{term}"));
        let expected = format!("line 2: expected a term, a colon and a count above 0, found {term:?}; correct");
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn labels_in_classes_are_names_and_other_numbers_are_stars() {
    let numbers = |name: &str| {
        let bytes = format!("{name},text\n1,one\n2,two\n");
        parsed("some/file", Part::Train, bytes.as_bytes()).unwrap().numbers
    };
    assert_eq!(["stars", "rating", "label", "target"].map(numbers), [Numbers::Stars; 4]);
    assert_eq!(["class", "Category", "topic", "Class Index"].map(numbers), [Numbers::Classes; 4]);
}

#[test]
fn each_error_names_its_line() {
    let cases = [
        ("text\nok", "line 1: expected a text and a label, found one column; name one column \"text\""),
        (
            "stars\tid\n5\t1",
            "line 1: expected a column of texts, found no such column among 2; name one column \"text\"",
        ),
        (
            "stars\ttext\n4\tok\n\n5\tok\nfive\tok",
            "line 5: expected a number, like the other labels in \"stars\", found \"five\"",
        ),
        ("stars\ttext\n1000000\tok\n-1000001\tok", "line 3: expected a number of stars, no more than a million, found"),
        ("stars\ttext\n5\tok\n5", "line 3: expected 2 fields as in the first line, found 1; give every example"),
        ("5\tok\n4\tok\n5\tok\ttoo much", "line 3: expected 2 fields as in the first line, found 3"),
        (
            "text,label\n'one is here, and more',1\n'two is here, and more',2\n",
            "line 2: expected 2 fields as in the first line, found 3; give every example the same columns, and put",
        ),
        ("no tab at all", "line 1: expected a text and a label, found one column; name one column \"text\""),
        ("text,label\nx,a\u{1b}[31m", "line 2: expected a label of UTF-8 text without control characters, found"),
    ];
    for (bytes, expected) in cases {
        let error = refused(bytes);
        assert!(error.starts_with("some/file, ") && error.contains(expected), "{error}");
    }
}

#[test]
fn every_review_has_a_group_as_every_row_of_a_table() {
    let choices = TableChoices { group: Some("who".to_owned()), ..TableChoices::default() };
    let read = |name: &str, bytes: &str| {
        let folder = crate::synthetic::tree(&[(name, bytes.as_bytes())]);
        crate::reviews::read(&folder.path().join(name), &choices).map_err(|e| e.to_string())
    };
    let groups = |corpus: Corpus| corpus.train.into_iter().filter_map(|review| review.group).collect::<Vec<_>>();
    let table = read("t.csv", "text,label,who\none word,a,cafe\u{301}\ntwo words,b,caf\u{e9}\n").unwrap();
    assert_eq!(groups(table), ["caf\u{e9}", "caf\u{e9}"]);
    let line = |who: &str| format!("{{\"text\": \"one word\", \"label\": \"a\"{who}}}\n");
    let json = [line(", \"who\": 1"), line(", \"who\": \"1\""), line(", \"who\": [\"1\"]")].concat();
    assert_eq!(groups(read("t.jsonl", &json).unwrap()), ["1", "1", "1"]);
    for (name, bytes, line) in [
        ("t.csv", "text,label,who\none word,a,x\ntwo words,b,\nthree words,b,y\n".to_owned(), 3),
        ("t.csv", "text,label,who\none word,a,NA\ntwo words,b,x\nthree words,b,y\n".to_owned(), 2),
        ("t.jsonl", line(", \"who\": 1") + &line(", \"who\": null"), 2),
        ("t.jsonl", line(", \"who\": 1") + &line(""), 2),
        ("t.jsonl", line(", \"who\": 1") + &line(", \"who\": {\"id\": 1}"), 2),
    ] {
        let error = read(name, &bytes).unwrap_err();
        assert!(error.contains(&format!("{name}, line {line}: expected a group in column \"who\", found ")), "{error}");
        assert!(error.ends_with("; give every row a group, or leave --group out"), "{error}");
    }
    assert!(read("unlabelled.csv", "text,who\none word,\ntwo words,x\n").is_ok());
}
