//! Tests of data sets of texts: splits, classes, notes and errors.

use super::*;

/// A corpus in which each review has a word of its own, a word for its stars and the word "common". Stars are 1, 2
/// and 4 in turn. Every tenth review repeats the review before it.
fn corpus(labelled: usize, test: usize) -> Corpus {
    let review = |k: usize| {
        let k = if k % 10 == 9 { k - 1 } else { k };
        let stars = [1.0, 2.0, 4.0][k % 3];
        Review::starred(Content::Text(format!("word{k} stars{stars} common")), Some(stars))
    };
    Corpus {
        train: (0..labelled).map(review).collect(),
        test: (10_000..10_000 + test).map(review).collect(),
        ..Corpus::default()
    }
}

fn made(corpus: Corpus, choices: &ReviewChoices) -> DataSet {
    data_set("some", Path::new("d"), String::new(), corpus, choices, 3).unwrap()
}

fn refused(corpus: Corpus, choices: &ReviewChoices) -> String {
    data_set("some", Path::new("d"), String::new(), corpus, choices, 3).unwrap_err().to_string()
}

fn sizes(data: &DataSet) -> [usize; 3] {
    [data.splits.train.len(), data.splits.validation.len(), data.splits.test.len()]
}

#[test]
fn a_corpus_without_a_test_part_is_split_by_tenths() {
    let data = made(corpus(200, 0), &ReviewChoices::default());
    let [train, validation, test] = sizes(&data);
    assert_eq!((train + validation + test, test), (200, 20));
    assert!((17..=19).contains(&validation), "{validation}");
    assert_eq!((data.levels, data.unlabelled), (Some(vec![1.0, 2.0, 4.0]), None));
    assert_eq!(data.facts["reviews that repeat another"], "20");
    assert_eq!(data.facts["test reviews with a text of the training part"], "0");
}

#[test]
fn the_other_reviews_are_used_without_their_stars() {
    let choices = ReviewChoices { labelled: Some(50), ..ReviewChoices::default() };
    let data = made(corpus(200, 30), &choices);
    assert_eq!((sizes(&data)[0] + sizes(&data)[1], sizes(&data)[2]), (50, 30));
    assert_eq!(data.unlabelled.unwrap().len(), 150);
    let fewer = ReviewChoices { test: Some(12), ..choices };
    assert_eq!(sizes(&made(corpus(200, 30), &fewer))[2], 12);
}

#[test]
fn texts_with_different_labels_are_said() {
    let mut corpus = corpus(100, 0);
    let said = |corpus: Corpus| {
        let found = made(corpus, &ReviewChoices::default()).found;
        found.into_iter().find(|line| line.contains("different labels"))
    };
    assert_eq!(said(corpus.clone()), None);
    for k in [9, 19] {
        corpus.train[k].label = Some("2".to_owned());
    }
    let expected = "2 texts occur with different labels, which no network can tell apart";
    assert_eq!(said(corpus).as_deref(), Some(expected));
}

#[test]
fn texts_on_both_sides_of_a_published_split_are_counted() {
    let mut corpus = corpus(100, 10);
    corpus.test[3] = corpus.train[8].clone();
    let leaked = |fold| {
        let choices = ReviewChoices { fold: Some(fold), ..ReviewChoices::default() };
        let data = made(corpus.clone(), &choices);
        let told = data.found.iter().any(|line| line.starts_with("1 of 10 test reviews have the text of"));
        let count = &data.facts["test reviews with a text of the training part"];
        assert_eq!(count == "1", told, "{:?}", data.found);
        count.clone()
    };
    // In one of the ten folds, the repeated review is for validation, not for training.
    assert_eq!((0..10).filter(|fold| leaked(*fold) == "1").count(), 9);
}

#[test]
fn the_folds_share_no_review_and_cover_all() {
    let of = |fold| made(corpus(100, 10), &ReviewChoices { fold: Some(fold), ..ReviewChoices::default() });
    let validated: usize = (0..10).map(|fold| of(fold).splits.validation.len()).sum();
    assert_eq!(validated, 100);
}

#[test]
fn words_of_validation_and_test_reviews_alone_are_not_counted() {
    let data = made(corpus(100, 50), &ReviewChoices { vocabulary: 1000, ..ReviewChoices::default() });
    let (Inputs::Sparse(validation), Inputs::Sparse(test)) =
        (data.splits.validation.inputs(), data.splits.test.inputs())
    else {
        panic!("the inputs of reviews must be sparse")
    };
    // Each validation review has its own word, "common" and the word of its stars. Its own word is unknown, because
    // its text is not in the training part.
    assert!(!validation.is_empty() && (0..validation.len()).all(|i| validation.row(i).0.len() == 2));
    // The same holds for test reviews.
    assert!((0..test.len()).all(|i| test.row(i).0.len() == 2));
}

#[test]
fn more_reviews_than_there_are_is_an_error() {
    let choices = ReviewChoices { labelled: Some(500), ..ReviewChoices::default() };
    let error = refused(corpus(100, 0), &choices);
    assert!(
        error.contains("500 reviews for training")
            && error.ends_with("; lower data.reviews.labelled or data.reviews.test"),
        "{error}"
    );
}

#[test]
fn a_validation_part_of_the_files_is_used_as_it_is() {
    let own = || Corpus { validation: corpus(120, 0).train.split_off(101), ..corpus(100, 30) };
    let data = made(own(), &ReviewChoices::default());
    assert_eq!(sizes(&data), [100, 19, 30]);
    assert!(data.found[1].ends_with("; validation on the files' own part"), "{:?}", data.found);
    assert_eq!(
        refused(own(), &ReviewChoices { fold: Some(3), ..ReviewChoices::default() }),
        "d: expected no data.reviews.fold, because the files have a validation part, found fold 3; leave out \
         data.reviews.fold"
    );
}

/// Sixty different texts with the given labels in turn.
fn labelled(labels: &[&str]) -> Corpus {
    let text = |k: usize| Content::Text(format!("word{k} common{}", k % 3));
    let review = |k: usize| Review::new(text(k), Some(labels[k % labels.len()].to_owned()));
    Corpus { train: (0..60).map(review).collect(), column: Some("topic".to_owned()), ..Corpus::default() }
}

#[test]
fn labels_that_are_texts_are_classes_and_no_levels() {
    let data = made(labelled(&["Sport", "9", "10", "Ärzte"]), &ReviewChoices::default());
    assert_eq!(data.classes, ["9", "10", "Sport", "Ärzte"]);
    assert_eq!(data.levels, None);
    let classes = data.classes.clone();
    assert_eq!(data.target(), Target::Classes { name: Some("topic".to_owned()), classes });
    assert!(
        data.found[0].starts_with("reviews: 60 labelled with 4 classes (9, 10, Sport, Ärzte),"),
        "{:?}",
        data.found
    );
    let always = data.found.iter().filter(|line| line.contains("always predicting"));
    assert_eq!(always.count(), 1, "{:?}", data.found);
}

#[test]
fn the_vocabulary_encodes_a_text_as_in_training() {
    let corpus = labelled(&["a", "b"]);
    let texts: Vec<String> = corpus.train.iter().map(|review| format!("{:?}", review.content)).collect();
    let data = made(corpus, &ReviewChoices::default());
    let (Some(Preprocessing::Terms(vocabulary)), Inputs::Sparse(rows)) =
        (&data.preprocessing, data.splits.train.inputs())
    else {
        panic!("the texts must be encoded by a vocabulary")
    };
    let known: Vec<Vec<u32>> = texts.iter().map(|text| vocabulary.encode(text.trim_start_matches("Text"))).collect();
    assert!((0..rows.len()).all(|i| known.iter().any(|columns| columns == rows.row(i).0)));
}

#[test]
fn what_was_left_out_and_repeated_is_said_once() {
    let all = labelled(&["a", "b"]);
    let corpus = Corpus { without_text: 3, left_out: 1, validation: all.train[..4].to_vec(), ..all };
    let data = made(corpus, &ReviewChoices::default());
    let said = |what: &str| data.found.iter().filter(|line| line.contains(what)).count();
    assert_eq!(said("reviews left out: 1 without a label, 3 without a text"), 1, "{:?}", data.found);
    assert_eq!(said("validation reviews have the text of a training review"), 1, "{:?}", data.found);
}

#[test]
fn texts_that_are_mostly_missing_are_refused() {
    let corpus = Corpus { without_text: 61, ..labelled(&["a", "b"]) };
    let error = refused(corpus, &ReviewChoices::default());
    assert!(
        error.starts_with("d: expected a text in most reviews, found 61 of 121 without a text; check the texts"),
        "{error}"
    );
}

#[test]
fn texts_that_are_all_alike_are_refused() {
    let mut corpus = labelled(&["a", "b"]);
    for review in &mut corpus.train {
        review.content = Content::Text("The same.".to_owned());
    }
    let error = refused(corpus, &ReviewChoices::default());
    let expected = "d: expected reviews that differ, found 60 reviews with the same terms; check";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_group_of_the_users_is_in_one_part() {
    let mut corpus = labelled(&["a", "b"]);
    for (k, review) in corpus.train.iter_mut().enumerate() {
        review.group = Some((k / 4).to_string());
    }
    let split = split(Path::new("d"), corpus, &ReviewChoices::default(), 3).unwrap();
    let groups = [&split.train, &split.validation, &split.test]
        .map(|part| part.iter().filter_map(|review| review.group.clone()).collect::<HashSet<String>>());
    assert!(groups.iter().all(|part| !part.is_empty()));
    assert!(
        groups[0].is_disjoint(&groups[1]) && groups[0].is_disjoint(&groups[2]) && groups[1].is_disjoint(&groups[2])
    );
}

#[test]
fn too_few_reviews_are_rejected_with_the_folder() {
    let refused = |corpus| refused(corpus, &ReviewChoices::default());
    let few = "d: expected at least 10 different texts with labels for training and validation, found ";
    assert_eq!(refused(corpus(0, 0)), format!("{few}0; give more texts with labels"));
    assert_eq!(refused(corpus(10, 5)), format!("{few}9; give more texts with labels"));
    let validation = corpus(3, 0).train;
    let no_test = refused(Corpus { validation: validation.clone(), ..corpus(9, 0) });
    let found = "found no such review; give more texts with labels";
    assert_eq!(no_test, format!("d: expected a labelled review for testing, {found}"));
    let no_train = refused(Corpus { validation, ..corpus(0, 9) });
    assert_eq!(no_train, format!("d: expected a labelled review for training, {found}"));
    let mut alike = corpus(50, 10);
    alike.train.iter_mut().for_each(|review| review.label = Some("4".to_owned()));
    assert_eq!(
        refused(alike),
        "d: expected training reviews with at least 2 different ratings, found only the rating 4; add reviews with \
         other labels, or name the column of labels with --label COLUMN"
    );
}

#[test]
fn what_no_part_can_take_keeps_its_labels() {
    let mut corpus = labelled(&["a", "b"]);
    corpus.train.extend(labelled(&["a", "b"]).train);
    corpus.train.truncate(100);
    for (k, review) in corpus.train.iter_mut().enumerate() {
        review.content = Content::Text(format!("word{k} common"));
        review.group = Some((k / 4).to_string());
    }
    let data = made(corpus.clone(), &ReviewChoices::default());
    assert_eq!((sizes(&data).iter().sum::<usize>(), data.unlabelled), (100, None));
    let few = Corpus { train: corpus.train[..32].to_vec(), ..corpus };
    assert_eq!(
        refused(few, &ReviewChoices::default()),
        "d: expected at least 10 groups of texts with labels for training and validation, found 8; give texts of more \
         groups, or leave --group out"
    );
}
