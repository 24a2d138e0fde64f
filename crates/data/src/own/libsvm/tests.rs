use super::*;
use crate::synthetic::{gzip, tree};
use proptest::prelude::*;

fn written(texts: &[&[u8]]) -> Result<Parts<Table>, Error> {
    let files: Vec<_> = ["train.svm", "test.svm"].into_iter().zip(texts.iter().copied()).collect();
    Ok(read(tree(&files).path())?.tables)
}

fn dense(table: &Table) -> Vec<Vec<f32>> {
    let Values::Sparse(csr) = &table.values else { panic!("the rows of a libsvm table must be sparse") };
    let row = |i| {
        let mut dense = vec![0.0; table.width];
        let (columns, values) = csr.row(i);
        columns.iter().zip(values).for_each(|(column, value)| dense[*column as usize] = *value);
        dense
    };
    (0..csr.len()).map(row).collect()
}

fn refused(texts: &[&str]) -> String {
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    written(&texts).unwrap_err().to_string()
}

#[test]
fn indices_count_from_1_and_labels_become_places() {
    let text = b"# two rows\n+1 1:0.5 3:-2e0 # here\n\n-1\n1.0\t2:1 \r\n";
    let parts = written(&[text]).unwrap();
    assert_eq!(dense(&parts.train), [[0.5, 0.0, -2.0], [0.0; 3], [0.0, 1.0, 0.0]]);
    assert_eq!(
        (&parts.train.labels.classes()[..], &parts.train.classes[..]),
        (&[1, 0, 1][..], &["-1".into(), "1".into()][..])
    );
    assert_eq!(written(&[&gzip(text)]).unwrap(), parts);
}

#[test]
fn an_index_0_makes_all_files_count_from_0() {
    let parts = written(&[b"1 0:0 1:1\n2 2:2", b"2 1:0"]).unwrap();
    assert_eq!(dense(&parts.train), [[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]);
    assert_eq!((parts.train.width, dense(&parts.test.unwrap())), (3, vec![vec![0.0; 3]]));
}

#[test]
fn files_that_seem_to_count_from_0_and_from_1_are_refused() {
    for texts in [[&b"1 1:1\n2 2:2"[..], b"2 0:1 1:2"], [b"1 0:1\n2 1:2", b"2 1:1 2:2"]] {
        let error = written(&texts).unwrap_err().to_string();
        assert!(error.contains("expected columns counted from the same index, 0 or 1, in all files"), "{error}");
    }
    assert!(written(&[b"1 0:1\n2 2:2", b"2 1:1"]).is_ok());
}

#[test]
fn a_label_is_a_number_however_it_is_written() {
    assert_eq!(written(&[b"+1 1:1\n1.0 1:2\n0e0 1:3"]).unwrap().train.classes, ["0", "1"]);
}

#[test]
fn files_share_width_and_classes() {
    let parts = written(&[b"7 1:1\n3 2:2\n5 1:1", b"5 4:1"]).unwrap();
    let test = parts.test.unwrap();
    assert_eq!(
        (parts.train.width, dense(&test), &test.labels.classes()[..]),
        (4, vec![vec![0.0, 0.0, 0.0, 1.0]], &[1][..])
    );
    assert_eq!((&test.classes, test.classes.len()), (&parts.train.classes, 3));
}

#[test]
fn malformed_lines_are_reported_with_what_is_wrong() {
    for (text, expected) in [
        ("1 1:1\nx 1:1", "line 2: expected a whole number as the label, found \"x\"; give whole numbers as class"),
        ("1.5 1:1", "line 1: expected a whole number as the label, found \"1.5\";"),
        ("1,2 1:1", "line 1: expected a whole number as the label, found \"1,2\";"),
        ("1 2:1 2:1", "line 1: expected an index above 2, found \"2:1\"; sort the pairs of each line"),
        ("1 3:1 2:1", "line 1: expected an index above 3, found \"2:1\";"),
        ("1 qid:3 2:1", "expected a pair index:value, not a query group, found \"qid:3\"; leave out qid"),
        ("1 2", "expected a pair index:value, found \"2\"; write each line as label index:value"),
        ("1 -2:1", "expected a whole number from 0 up as the index, found \"-2:1\"; number the columns from 0 or 1 up"),
        ("1 age:1", "expected a whole number from 0 up as the index, found \"age:1\";"),
        ("1 :1", "expected a whole number from 0 up as the index, found \":1\";"),
        ("1 4000000000:1", "expected an index of at most 1048576, found \"4000000000:1\"; renumber the"),
        ("1 1048577:1", "expected an index of at most 1048576"),
        ("1 1:nan", "expected a finite number as the value of index 1, found \"1:nan\";"),
        ("1 1:", "expected a finite number as the value of index 1, found \"1:\";"),
        ("1 1:1:1", "expected a finite number as the value of index 1, found \"1:1:1\";"),
        ("", "line 1: expected at least 2 classes among the first numbers of the lines, found no class;"),
        ("3 1:1", "line 2: expected at least 2 classes among the first numbers of the lines, found only class 3;"),
        ("1\n2\n", "line 3: expected a pair index:value on at least one line, found none;"),
    ] {
        let error = refused(&[text]);
        assert!(error.contains("train.svm, line ") && error.contains(expected), "{text}: {error}");
    }
    assert!(written(&[b"1 1:1\n2 1048576:1"]).is_ok_and(|parts| parts.train.width == 1 << 20));
}

#[test]
fn a_test_file_needs_examples_of_known_classes() {
    let unknown = refused(&["1 1:1\n2 1:1", "1 1:1\n3 1:1"]);
    assert!(
        unknown
            .contains("test.svm, line 2: expected a class of the training examples (1, 2), found \"3\"; add training")
    );
    assert!(refused(&["1 1:1\n2 1:1", "# nothing"]).contains("test.svm, line 2: expected an example, found none;"));
    let many: Vec<String> = (0..257).map(|k| format!("{k} 1:1")).collect();
    assert!(refused(&[&many.join("\n")]).contains("line 257: expected at most 256 classes, found \"256\";"));
}

#[test]
fn files_without_the_ending_of_a_table_are_named_with_what_to_do() {
    for (file, expected) in [
        (
            "a1a",
            "found only \"a1a\"; give the path of the file itself as --data-dir, or rename the file to end in .libsvm",
        ),
        ("a1a.bz2", "found only \"a1a.bz2\"; unpack this file, and give the unpacked file a name that ends in .libsvm"),
    ] {
        let folder = tree(&[(file, &b"1 1:1\n2 1:2"[..])]);
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let folder = tree(&[("a1a", &b"1 1:1\n2 1:2"[..])]);
    assert!(read(&folder.path().join("a1a")).is_ok());
}

#[test]
fn a_cut_gzip_file_is_rejected() {
    let whole = gzip(b"1 1:1\n2 1:1\n");
    let error = written(&[&whole[..whole.len() - 4]]).unwrap_err().to_string();
    assert!(error.contains("expected a whole gzip stream"), "{error}");
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = written(&[&bytes]);
    }

    #[test]
    fn lines_of_its_letters_are_read_or_rejected(text in "([+-]?[0-9.]{0,2}( [0-3]{0,2}:[0-9.e-]{0,3}){0,3}[ #]?\n){0,8}") {
        if let Ok(parts) = written(&[text.as_bytes()]) {
            prop_assert_eq!(dense(&parts.train).len(), parts.train.labels.len());
        }
    }
}

#[test]
fn many_whole_numbers_are_said_to_be_taken_as_classes() {
    let notes = |classes: usize| {
        let lines: Vec<String> = (0..60).map(|k| format!("{} 1:{}", k % classes, k + 1)).collect();
        read(tree(&[("train.svm", lines.join("\n").as_bytes())]).path()).unwrap().notes
    };
    let said = "the 12 different labels are taken as classes; to predict the labels as numbers, write the table as CSV";
    assert_eq!(notes(12)[1], said);
    assert_eq!(notes(10), ["columns are counted from 1"]);
}
