//! Splits a corpus so that no text is in two parts or two folds.

use super::{Content, Review, tokens};
use crate::Error;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};

/// The group of each review, `[reviews]`. Texts with the same terms in the same order are in the same group, and so are
/// reviews of counted terms with the same terms and counts. Groups are numbered from 0 in the order of their first
/// appearance.
#[must_use]
pub fn groups<'a>(reviews: impl IntoIterator<Item = &'a Review>) -> Vec<u32> {
    // The random state does not affect the groups, because reviews with equal fingerprints are compared in full.
    let state = RandomState::new();
    let mut known: HashMap<u64, Vec<(&Review, u32)>> = HashMap::new();
    let mut count = 0;
    let mut group_of = |review: &'a Review| {
        let alike = known.entry(fingerprint(&state, review)).or_default();
        if let Some((_, group)) = alike.iter().find(|(other, _)| same(other, review)) {
            return *group;
        }
        alike.push((review, count));
        count += 1;
        count - 1
    };
    reviews.into_iter().map(&mut group_of).collect()
}

fn fingerprint(state: &RandomState, review: &Review) -> u64 {
    let mut hasher = state.build_hasher();
    match &review.content {
        Content::Text(text) => tokens(text).for_each(|token| token.hash(&mut hasher)),
        Content::Terms(terms) => terms.hash(&mut hasher),
    }
    hasher.finish()
}

fn same(a: &Review, b: &Review) -> bool {
    match (&a.content, &b.content) {
        (Content::Text(a), Content::Text(b)) => tokens(a).eq(tokens(b)),
        (a, b) => a == b,
    }
}

/// The group of each review that a split keeps whole, `[reviews]`. Two reviews are in the same group if they have the
/// same text or the same group of the user's, or if other reviews link them in this way. Groups are numbered from 0 in
/// the order of their first appearance.
#[must_use]
pub(super) fn whole_groups(reviews: &[Review]) -> Vec<u32> {
    let texts = groups(reviews);
    // A forest of texts: each text begins as a tree of its own, and the trees of texts that share a user's group are
    // joined.
    let mut parents: Vec<u32> = (0..texts.iter().max().map_or(0, |last| last + 1)).collect();
    let mut named: HashMap<&str, u32> = HashMap::new();
    for (review, text) in reviews.iter().zip(&texts) {
        if let Some(name) = &review.group {
            let other = *named.entry(name).or_insert(*text);
            let (a, b) = (root(&mut parents, other), root(&mut parents, *text));
            parents[a.max(b) as usize] = a.min(b);
        }
    }
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    let mut number = |text: &u32| {
        let (root, next) = (root(&mut parents, *text), numbers.len() as u32);
        *numbers.entry(root).or_insert(next)
    };
    texts.iter().map(&mut number).collect()
}

/// The root of the tree that contains `node`; shortens the path from `node` to the root.
fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        parents[node as usize] = parents[parents[node as usize] as usize];
        node = parents[node as usize];
    }
    node
}

/// The indices of the reviews of each group, ascending; the groups are in ascending order of their numbers.
fn members(groups: &[u32]) -> Vec<Vec<u32>> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (row, group) in (0..).zip(groups) {
        members.entry(*group).or_default().push(row);
    }
    members.into_values().collect()
}

/// The fold of each review, `[reviews]`, in `0..count`, drawn from `seed`. Each group is in one fold, and the sizes of
/// two folds differ by at most the size of the largest group.
///
/// Large groups are assigned first, each to the smallest fold so far, so that unique reviews even out the sizes.
///
/// # Errors
/// [`Error::Examples`] when `count` is not from 2 to 256, or there are fewer groups than folds.
pub fn folds(groups: &[u32], count: usize, seed: u64) -> Result<Vec<u8>, Error> {
    let members = members(groups);
    if !(2..=256).contains(&count) || members.len() < count {
        let expected = format!("2 to 256 folds, each with at least one of {} different texts", members.len());
        return Err(Error::Examples { expected, found: format!("a count of {count}"), remedy: "give more reviews" });
    }
    let mut order = random::permutation(members.len(), seed, "folds", &[]);
    order.sort_by_key(|group| Reverse(members[*group as usize].len()));
    let mut sizes = vec![0; count];
    let mut folds = vec![0; groups.len()];
    for rows in order.into_iter().map(|group| &members[group as usize]) {
        let smallest = (1..count).fold(0, |best, fold| if sizes[fold] < sizes[best] { fold } else { best });
        sizes[smallest] += rows.len();
        for row in rows {
            folds[*row as usize] = smallest as u8;
        }
    }
    Ok(folds)
}

/// The numbers of labelled reviews in the parts of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The number of labelled reviews for training.
    pub train: usize,
    /// The number of labelled reviews for validation.
    pub validation: usize,
    /// The number of labelled reviews for testing.
    pub test: usize,
}

/// The indices of the reviews in the parts of a split, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The labelled reviews for training.
    pub train: Vec<u32>,
    /// The labelled reviews for validation.
    pub validation: Vec<u32>,
    /// The labelled reviews for testing.
    pub test: Vec<u32>,
    /// The remaining reviews, for the unlabelled part.
    pub rest: Vec<u32>,
}

/// Splits reviews into disjoint parts, drawn from `seed`; `groups`, `[reviews]`, has the group of each review, and no
/// group is in two parts.
///
/// Groups are assigned in random order to the test part, then to the validation part, and then to the training part, so
/// that the test and validation parts do not depend on the number of training labels. A part receives every group that
/// still fits: it has the requested size unless every remaining group has more reviews than the part still lacks.
///
/// # Errors
/// [`Error::Examples`] when the sum of the sizes exceeds the number of reviews.
pub fn partition(groups: &[u32], sizes: Sizes, seed: u64) -> Result<Parts, Error> {
    let Sizes { train, validation, test } = sizes;
    if train.saturating_add(validation).saturating_add(test) > groups.len() {
        let expected =
            format!("at least {train} reviews for training, {validation} for validation and {test} for testing");
        let remedy = "lower data.reviews.labelled or data.reviews.test";
        return Err(Error::Examples { expected, found: groups.len().to_string(), remedy });
    }
    let members = members(groups);
    let mut left = random::permutation(members.len(), seed, "partition", &[]);
    let mut assign = |size: usize| {
        let mut rows: Vec<u32> = Vec::new();
        left.retain(|group| {
            let group = &members[*group as usize];
            let fits = rows.len() + group.len() <= size;
            if fits {
                rows.extend(group);
            }
            !fits
        });
        rows.sort_unstable();
        rows
    };
    let (test, validation, train) = (assign(test), assign(validation), assign(train));
    Ok(Parts { train, validation, test, rest: assign(groups.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn text(text: &str) -> Review {
        Review::starred(Content::Text(text.to_owned()), None)
    }

    fn terms(terms: &[(&str, u32)]) -> Review {
        let terms = terms.iter().map(|(term, count)| ((*term).to_owned(), *count)).collect();
        Review::starred(Content::counted(terms), Some(1.0))
    }

    #[test]
    fn texts_of_the_same_terms_form_one_group_whatever_their_stars() {
        let mut reviews = vec![text("Good food!"), text("good, good food"), text("good<br />FOOD"), text("food good")];
        reviews[2].label = Some("5".to_owned());
        reviews.extend([terms(&[("food", 1), ("good", 1)]), terms(&[("good", 1), ("food", 1)]), terms(&[("food", 2)])]);
        reviews.extend([text("?"), text("")]);
        assert_eq!(groups(&reviews), [0, 1, 0, 2, 3, 3, 4, 5, 5]);
        // A word is not the same as its parts.
        assert_eq!(groups(&[text("goodfood"), text("good food")]), [0, 1]);
    }

    #[test]
    fn a_group_of_the_users_joins_texts() {
        let grouped = |words: &str, group: Option<&str>| Review {
            group: group.map(str::to_owned),
            ..Review::new(Content::Text(words.to_owned()), None)
        };
        let reviews = [
            grouped("a", Some("ann")),
            grouped("b", Some("bob")),
            grouped("c", None),
            grouped("b", Some("ann")),
            grouped("d", Some("bob")),
            grouped("e", Some("eve")),
        ];
        assert_eq!(whole_groups(&reviews), [0, 0, 1, 0, 0, 2]);
        assert!(whole_groups(&[]).is_empty());
    }

    #[test]
    fn impossible_splits_are_rejected() {
        let refused = |count| folds(&[0, 0, 1, 2], count, 1).unwrap_err().to_string();
        assert!(refused(4).contains("each with at least one of 3 different texts, found a count of 4;"));
        assert!(refused(1).contains("found a count of 1;") && refused(0).contains("found a count of 0;"));
        let sizes = Sizes { train: 2, validation: 2, test: usize::MAX };
        let error = partition(&[0, 1, 2], sizes, 1).unwrap_err().to_string();
        assert!(error.contains("expected at least 2 reviews for training, 2 for validation and 1844"), "{error}");
    }

    #[test]
    fn unique_reviews_even_out_the_repeated_ones() {
        let groups = [vec![0; 5], vec![1; 3], (10..22).collect()].concat();
        for seed in 0..20 {
            let folds = folds(&groups, 4, seed).unwrap();
            assert!((0..4).all(|fold| folds.iter().filter(|of| usize::from(**of) == fold).count() == 5), "{folds:?}");
        }
    }

    #[test]
    fn the_seed_draws_and_the_number_of_labels_does_not_change_the_test_part() {
        let groups: Vec<u32> = (0..100).collect();
        assert_eq!(folds(&groups, 10, 1).unwrap(), folds(&groups, 10, 1).unwrap());
        assert_ne!(folds(&groups, 10, 1).unwrap(), folds(&groups, 10, 2).unwrap());
        let cut = |train, seed| partition(&groups, Sizes { train, validation: 10, test: 20 }, seed).unwrap();
        assert_eq!(cut(30, 1), cut(30, 1));
        assert_ne!(cut(30, 1).test, cut(30, 2).test);
        assert_eq!((cut(30, 1).test, cut(30, 1).validation), (cut(60, 1).test, cut(60, 1).validation));
    }

    #[test]
    fn a_part_is_short_only_when_no_remaining_group_fits() {
        let parts = partition(&[7, 7, 7, 9, 9], Sizes { train: 1, validation: 0, test: 4 }, 3).unwrap();
        assert_eq!((parts.train.len(), parts.validation.len()), (0, 0));
        assert!(matches!(parts.test.len(), 2 | 3) && parts.rest.len() == 5 - parts.test.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn folds_keep_groups_together_and_are_even(
            groups in prop::collection::vec(0u32..40, 40..200), count in 2usize..10, seed in any::<u64>(),
        ) {
            let groups = [groups, (100..110).collect()].concat();
            let folds = folds(&groups, count, seed).unwrap();
            let pairs: BTreeSet<(u32, u8)> = groups.iter().copied().zip(folds.iter().copied()).collect();
            let distinct: BTreeSet<u32> = groups.iter().copied().collect();
            prop_assert_eq!(pairs.len(), distinct.len());
            let sizes: Vec<usize> =
                (0..count).map(|fold| folds.iter().filter(|of| usize::from(**of) == fold).count()).collect();
            let largest = members(&groups).iter().map(Vec::len).max().unwrap();
            let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
            prop_assert!(most - least <= largest && *least > 0, "{:?}", sizes);
        }

        #[test]
        fn singles_alone_give_folds_of_one_size(count in 2usize..10, len in 10u32..99, seed in any::<u64>()) {
            let folds = folds(&(0..len).collect::<Vec<_>>(), count, seed).unwrap();
            let size = |fold: usize| folds.iter().filter(|of| usize::from(**of) == fold).count();
            prop_assert!(size(0) - size(count - 1) <= 1);
        }

        #[test]
        fn parts_are_disjoint_and_never_share_a_text(
            groups in prop::collection::vec(0u32..60, 60..200), sizes in [0usize..20, 0usize..20, 0usize..20],
            seed in any::<u64>(),
        ) {
            let sizes = Sizes { train: sizes[0], validation: sizes[1], test: sizes[2] };
            let Parts { train, validation, test, rest } = partition(&groups, sizes, seed).unwrap();
            prop_assert!(train.len() <= sizes.train && validation.len() <= sizes.validation);
            prop_assert!(test.len() <= sizes.test);
            let parts = [train, validation, test, rest];
            let mut rows = parts.concat();
            rows.sort_unstable();
            prop_assert!(rows.into_iter().eq(0..groups.len() as u32));
            let mut seen = BTreeSet::new();
            for part in &parts {
                let here: BTreeSet<u32> = part.iter().map(|row| groups[*row as usize]).collect();
                prop_assert!(here.is_disjoint(&seen));
                seen.extend(here);
            }
        }

        #[test]
        fn with_enough_singles_the_sizes_are_exact(
            repeated in prop::collection::vec(0u32..9, 0..30), sizes in [0usize..20, 0usize..20, 0usize..20],
            seed in any::<u64>(),
        ) {
            let groups = [repeated, (100..160).collect()].concat();
            let sizes = Sizes { train: sizes[0], validation: sizes[1], test: sizes[2] };
            let parts = partition(&groups, sizes, seed).unwrap();
            prop_assert_eq!([parts.train.len(), parts.validation.len()], [sizes.train, sizes.validation]);
            prop_assert_eq!(parts.test.len(), sizes.test);
        }
    }
}
