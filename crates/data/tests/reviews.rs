//! Tests on published review data, in the folders `reviews` and `imdb` of `$RECTIFIER_TEST_DATA`.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use data::TableChoices;
use data::reviews::{
    Content, Corpus, Labels, Numbers, Review, Sizes, Vocabulary, constant_rmse, folds, groups, partition,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The checksum of the 5,000 most frequent terms of the Zomato reviews, computed by a Python program that selects the
/// terms by the same rule as this crate.
const ZOMATO_TERMS: &str = "fa1b8b68a53b6ff4698fbfd47667bab17724f1de3a160fe892d626170928d3c6";
/// The checksum of the 5,000 most frequent terms of the IMDB training reviews, computed by the same Python program as
/// [`ZOMATO_TERMS`].
const IMDB_TERMS: &str = "792fbe240e42470085e7345d8b3bd0b35e1c996ea6ff53853c65a2b225a48120";

/// The path of the file or folder `name` in the folder of test data.
fn published(name: &str) -> PathBuf {
    let Some(root) = std::env::var_os("RECTIFIER_TEST_DATA").map(PathBuf::from) else {
        panic!("set RECTIFIER_TEST_DATA to a folder that holds {name}");
    };
    let path = root.join(name);
    assert!(path.exists(), "{} is missing; put the published file there, unpacked from .xz if need be", path.display());
    path
}

fn read(path: &Path) -> Result<Corpus, data::Error> {
    data::reviews::read(path, &TableChoices::default())
}

fn star(review: &Review) -> f64 {
    review.label.as_ref().unwrap().parse().unwrap()
}

fn stars(reviews: &[Review]) -> Vec<f64> {
    reviews.iter().map(star).collect()
}

fn levels(reviews: &[Review]) -> Vec<f64> {
    Labels::of(reviews, Numbers::Stars).unwrap().levels.unwrap()
}

/// Each number of stars, and the number of reviews with that number of stars.
fn histogram(reviews: &[Review]) -> Vec<(f64, usize)> {
    let count = |level: &f64| reviews.iter().filter(|review| star(review) == *level).count();
    levels(reviews).into_iter().map(|level| (level, count(&level))).collect()
}

/// The number of reviews that repeat an earlier review.
fn repeated(reviews: &[Review]) -> usize {
    let groups = groups(reviews);
    groups.len() - groups.iter().collect::<BTreeSet<_>>().len()
}

/// Reads a published data set that has only a labelled training part, and checks the folds and parts drawn from it.
fn checked(path: &Path) -> Corpus {
    let corpus = read(path).unwrap();
    assert!(corpus.test.is_empty() && corpus.unlabelled.is_empty());
    let groups = groups(&corpus.train);
    let folds = folds(&groups, 10, 1).unwrap();
    let mut counts = [0; 10];
    for fold in folds {
        counts[usize::from(fold)] += 1;
    }
    assert!(counts.iter().all(|count| corpus.train.len().abs_diff(count * 10) <= 10), "{counts:?}");
    let sizes = Sizes { train: 1000, validation: 500, test: 1000 };
    let parts = partition(&groups, sizes, 1).unwrap();
    assert_eq!([parts.train.len(), parts.validation.len(), parts.test.len()], [1000, 500, 1000]);
    corpus
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn zomato_has_half_stars_and_repeated_texts() {
    let path = published("reviews/zomato-restaurants.tsv.gz");
    let Corpus { train, left_out, .. } = checked(&path);
    assert_eq!((train.len(), left_out), (9953, 0)); // one of 9,954 texts is "na"
    let expected =
        [(1.0, 1735), (1.5, 9), (2.0, 684), (2.5, 19), (3.0, 1192), (3.5, 47), (4.0, 2373), (4.5, 69), (5.0, 3825)];
    assert_eq!(histogram(&train), expected);
    let stars = stars(&train);
    assert!((constant_rmse(&stars, &stars) - 1.4835).abs() < 5e-5);
    assert_eq!(repeated(&train), 692); // 591 if texts are compared byte by byte
    assert_eq!(Vocabulary::most_frequent(&train, 5000).sha256(), ZOMATO_TERMS);
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn yelp_has_a_header_and_whole_stars() {
    let path = published("reviews/yelp-10000.tsv.gz");
    let train = checked(&path).train;
    assert_eq!(histogram(&train), [(1.0, 749), (2.0, 927), (3.0, 1461), (4.0, 3526), (5.0, 3337)]);
    let stars = stars(&train);
    assert!((constant_rmse(&stars, &stars) - 1.2146).abs() < 5e-5);
    assert_eq!(repeated(&train), 3);
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn blitzer_has_no_three_stars() {
    let path = published("reviews/blitzer-amazon-8000.tsv.gz");
    let train = checked(&path).train;
    assert_eq!(histogram(&train), [(1.0, 2421), (2.0, 1579), (4.0, 1121), (5.0, 2879)]);
    let stars = stars(&train);
    assert!((constant_rmse(&stars, &stars) - 1.7275).abs() < 5e-5);
    assert_eq!(repeated(&train), 148);
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn we8there_has_counted_bigrams() {
    let path = published("reviews/we8there-6166-bigrams.tsv.gz");
    let Corpus { train, left_out, .. } = checked(&path);
    assert_eq!(left_out, 0);
    assert_eq!(histogram(&train), [(1.0, 615), (2.0, 493), (3.0, 638), (4.0, 1293), (5.0, 3127)]);
    let count = |review: &Review| if let Content::Terms(terms) = &review.content { terms.len() } else { 0 };
    assert_eq!(train.iter().map(count).sum::<usize>(), 66_459);
    let vocabulary = Vocabulary::most_frequent(&train, 5000);
    assert_eq!(vocabulary.terms().len(), 2640);
    assert_eq!(vocabulary.csr(&train).density(), 66_459.0 / (6166.0 * 2640.0));
}

#[test]
#[ignore = "needs the published files in RECTIFIER_TEST_DATA"]
fn imdb_has_eight_levels_and_no_header() {
    let (train, test) = (published("imdb/imdb-train.tsv"), published("imdb/imdb-test.tsv"));
    let counts = |path: &Path| histogram(&read(path).unwrap().train).into_iter().unzip();
    let levels = vec![1.0, 2.0, 3.0, 4.0, 7.0, 8.0, 9.0, 10.0];
    assert_eq!(counts(&train), (levels.clone(), vec![5100, 2284, 2420, 2696, 2496, 3009, 2263, 4732]));
    assert_eq!(counts(&test), (levels, vec![5022, 2302, 2541, 2635, 2307, 2850, 2344, 4999]));
    let folder = read(train.parent().unwrap()).unwrap();
    assert_eq!((folder.train.len(), folder.test.len()), (25_000, 25_000));
    let Content::Text(first) = &folder.train[0].content else { unreachable!("IMDB reviews are texts") };
    assert!(first.starts_with("Bromwell High is a cartoon comedy."));
    assert_eq!((repeated(&folder.train), repeated(&folder.test)), (99, 201));
    assert_eq!(repeated(&[folder.train.clone(), folder.test].concat()), 423); // 123 texts occur in both parts
    let vocabulary = Vocabulary::most_frequent(&folder.train, 5000);
    assert_eq!(vocabulary.sha256(), IMDB_TERMS);
    assert!((vocabulary.csr(&folder.train).density() - 0.024_099_024).abs() < 1e-9);
}
