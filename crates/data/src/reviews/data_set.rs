//! Makes a data set from a corpus: splits the reviews, counts their terms, and encodes each review as a row of terms.

use super::groups::whole_groups;
use super::{Content, Corpus, Labels, Review, Sizes, Vocabulary, folds, groups, partition, tokens, words};
use crate::{DataSet, Error, Examples, Inputs, Look, ReviewChoices, Splits};
use preprocessing::{Preprocessing, Target};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// The number of folds for cross-validation (section 4.2). One fold is for validation; if the corpus has no test part,
/// a tenth of the labelled reviews is for testing unless the user asks for another number.
const FOLDS: usize = 10;

/// The largest number of classes that are listed for the user.
const MOST_SHOWN: usize = 10;

const MORE_GROUPS: &str = "give texts of more groups, or leave --group out";
const MORE: &str = "give more texts with labels";
const ALIKE: &str = "check the texts, or name another column of texts with --only COLUMN";
const WORDLESS: &str = "give texts of letters or digits (emoji are not words), or name another column of texts with \
                        --only COLUMN";
const OTHERS: &str = "add reviews with other labels, or name the column of labels with --label COLUMN";

/// The parts into which a corpus was split.
struct Split {
    train: Vec<Review>,
    validation: Vec<Review>,
    test: Vec<Review>,
    unlabelled: Vec<Review>,
    /// A description of the validation part, for the user.
    validated_by: String,
    /// The number of reviews in the files' training part that repeat the text of an earlier review of that part.
    repeated: usize,
    /// The number of different texts in the files' training part that occur with different labels.
    disputed: usize,
    /// The numbers of validation and of test reviews whose text is also in the training part.
    leaked: [usize; 2],
}

/// The data set `name` from `corpus`, read at `path`, with the sizes and the fold in `choices`. Parts that the files do
/// not have are drawn from `seed`.
///
/// A validation part of the files is used as it is; so is a test part, unless `choices` ask for fewer reviews. No text
/// is in two of the drawn parts. The vocabulary is made from the training and unlabelled parts.
///
/// # Errors
/// [`Error::Examples`] when there are fewer reviews than `choices` ask for, or more than 256 classes. [`Error::Layout`]
/// when most reviews lack a text, a part would be empty, there are too few texts for the folds, a fold is chosen
/// although the files have a validation part, all training reviews have the same label, or all have the same terms.
pub(crate) fn data_set(
    name: &str,
    path: &Path,
    credit: String,
    corpus: Corpus,
    choices: &ReviewChoices,
    seed: u64,
) -> Result<DataSet, Error> {
    let Corpus { left_out, without_text, numbers, .. } = corpus;
    if without_text > corpus.len() {
        let found = format!("{without_text} of {} without a text", corpus.len() + without_text);
        return Err(layout(path, "a text in most reviews", found, ALIKE));
    }
    let (checksums, column, notes) = (corpus.checksums.clone(), corpus.column.clone(), corpus.notes.clone());
    let unit = corpus.unit.clone();
    let Split { train, validation, test, unlabelled, validated_by, repeated, disputed, leaked } =
        split(path, corpus, choices, seed)?;
    let trained = Labels::of(&train, numbers)?;
    if let [only] = &trained.classes[..] {
        let what = if trained.levels.is_some() { ["ratings", "rating"] } else { ["classes", "class"] };
        let expected = format!("training reviews with at least 2 different {}", what[0]);
        return Err(layout(path, &expected, format!("only the {} {only}", what[1]), OTHERS));
    }
    let apart = words::notice(&train);
    let vocabulary = Vocabulary::most_frequent(train.iter().chain(&unlabelled), choices.vocabulary);
    let labels = Labels::of(train.iter().chain(&validation).chain(&test), numbers)?;
    let examples = |reviews: &[Review]| {
        // `labels` was made from these reviews, so it contains every label.
        let indices = reviews.iter().map(|review| labels.of_review(review).unwrap_or(0)).collect();
        Examples::sparse(vocabulary.csr(reviews), indices, labels.classes.len())
    };
    let splits = Splits { train: examples(&train)?, validation: examples(&validation)?, test: examples(&test)? };
    let Inputs::Sparse(rows) = splits.train.inputs() else { unreachable!("reviews are sparse") };
    let density = rows.density();
    let unlabelled_rows = (!unlabelled.is_empty()).then(|| Inputs::Sparse(vocabulary.csr(&unlabelled)));
    let Labels { classes, levels, .. } = labels;
    let counts = Counts {
        labelled: train.len() + validation.len() + test.len(),
        parts: [validation.len(), test.len()],
        unlabelled: unlabelled.len(),
        repeated,
        disputed,
        leaked,
        left_out,
        without_text,
        density,
    };
    let found = [counts.found(&classes, levels.as_deref(), vocabulary.terms().len(), &validated_by), notes].concat();
    let facts = counts.facts(&vocabulary);
    let data = DataSet {
        name: name.to_owned(),
        credit,
        splits,
        unlabelled: unlabelled_rows,
        target: Some(Target::Classes { name: column, classes: classes.clone() }),
        classes,
        form: None,
        preprocessing: Some(Preprocessing::Terms(vocabulary.into_preprocessing().of(unit))),
        levels,
        found,
        look: None,
        facts,
        checksums,
    };
    let look = Look::at(&data);
    look.check(path)?;
    let found = [data.found.clone(), counts.warnings(), apart.into_iter().collect(), look.class_lines()].concat();
    Ok(DataSet { found, look: Some(look), ..data })
}

/// The counts that describe a corpus to the user and in the record of a run.
struct Counts {
    /// The number of labelled reviews in all parts.
    labelled: usize,
    /// The numbers of reviews for validation and for testing.
    parts: [usize; 2],
    unlabelled: usize,
    /// The number of training reviews in the files that repeat the text of another.
    repeated: usize,
    /// The number of different texts in the training files that occur with different labels.
    disputed: usize,
    /// The numbers of validation and test reviews whose text is also in the training part.
    leaked: [usize; 2],
    /// The number of reviews that were left out because the label is missing.
    left_out: usize,
    /// The number of reviews that were left out because the text is missing.
    without_text: usize,
    /// The mean fraction of the vocabulary's terms that occur in a training review, 0 to 1.
    density: f64,
}

impl Counts {
    /// Notes for the user on what was found: one on the reviews, and one on the `terms` most frequent terms.
    fn found(&self, classes: &[String], levels: Option<&[f64]>, terms: usize, validated_by: &str) -> Vec<String> {
        let kind = match levels {
            Some([_, _]) => "two levels".to_owned(),
            Some(_) => "stars".to_owned(),
            None => format!("{} classes", classes.len()),
        };
        let more = if classes.len() > MOST_SHOWN { ", ..." } else { "" };
        let classes = classes[..classes.len().min(MOST_SHOWN)].join(", ");
        let Self { labelled, unlabelled, repeated, density, .. } = self;
        vec![
            format!(
                "reviews: {labelled} labelled with {kind} ({classes}{more}), {unlabelled} unlabelled; {repeated} repeat \
                 the text of another"
            ),
            format!(
                "the {terms} most frequent terms of the training and unlabelled reviews, {:.2} % of them in a training \
                 review; validation on {validated_by}",
                100.0 * density
            ),
        ]
    }

    /// Notes for the user on what was left out and on what may make the result misleading.
    fn warnings(&self) -> Vec<String> {
        let missing = [(self.left_out, "label"), (self.without_text, "text")];
        let missing = missing.into_iter().filter(|(count, _)| *count > 0);
        let missing: Vec<String> = missing.map(|(count, what)| format!("{count} without a {what}")).collect();
        let missing = (!missing.is_empty()).then(|| format!("reviews left out: {}", missing.join(", ")));
        let leaked = self.leaked.into_iter().zip(self.parts).zip(["validation", "test"]);
        let leaked = leaked.filter(|((leaked, _), _)| *leaked > 0).map(|((leaked, count), what)| {
            format!(
                "{leaked} of {count} {what} reviews have the text of a training review: the {what} error may look too good"
            )
        });
        let disputed = (self.disputed > 0).then(|| {
            let texts = if self.disputed == 1 { "text occurs" } else { "texts occur" };
            format!("{} {texts} with different labels, which no network can tell apart", self.disputed)
        });
        missing.into_iter().chain(disputed).chain(leaked).collect()
    }

    /// Facts for the record of a run.
    fn facts(&self, vocabulary: &Vocabulary) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::from([
            ("vocabulary".to_owned(), format!("{} terms, SHA-256 {}", vocabulary.terms().len(), vocabulary.sha256())),
            ("input density".to_owned(), format!("{:.4} %", 100.0 * self.density)),
            ("unlabelled reviews".to_owned(), self.unlabelled.to_string()),
            ("reviews that repeat another".to_owned(), self.repeated.to_string()),
            ("test reviews with a text of the training part".to_owned(), self.leaked[1].to_string()),
            ("rows without a mark, left out".to_owned(), self.left_out.to_string()),
        ]);
        if self.without_text > 0 {
            facts.insert("rows without a text, left out".to_owned(), self.without_text.to_string());
        }
        facts
    }
}

fn split(path: &Path, corpus: Corpus, choices: &ReviewChoices, seed: u64) -> Result<Split, Error> {
    let Corpus { train: mut labelled, validation, mut test, mut unlabelled, .. } = corpus;
    let texts = groups(&labelled);
    let repeated = texts.len() - texts.iter().max().map_or(0, |last| *last as usize + 1);
    if repeated > 0 && repeated + 1 == texts.len() {
        let has_word = |review: &Review| match &review.content {
            Content::Text(text) => tokens(text).next().is_some(),
            Content::Terms(terms) => !terms.is_empty(),
        };
        let (what, remedy) =
            if labelled.iter().any(has_word) { ("with the same terms", ALIKE) } else { ("without a word", WORDLESS) };
        return Err(layout(path, "reviews that differ", format!("{} reviews {what}", texts.len()), remedy));
    }
    let disputed = disputed(&labelled, &texts);
    let own = whole_groups(&labelled);
    // The test part comes from the files, or is drawn from the labelled reviews.
    let (test, of_labelled) = match (choices.test, test.is_empty()) {
        (None, false) => (test, 0),
        (Some(count), false) => {
            let parts = partition(&whole_groups(&test), Sizes { train: 0, validation: 0, test: count }, seed)?;
            (select(&mut test, &parts.test), 0)
        }
        (count, true) => (Vec::new(), count.unwrap_or(labelled.len() / FOLDS)),
    };
    let train = choices.labelled.unwrap_or(labelled.len().saturating_sub(of_labelled));
    let parts = partition(&own, Sizes { train, validation: 0, test: of_labelled }, seed)?;
    let test = if of_labelled > 0 { select(&mut labelled, &parts.test) } else { test };
    let (mut train, mut rest) = (parts.train, parts.rest);
    if choices.labelled.is_none() {
        // The training part also takes the groups that fitted neither part.
        train.append(&mut rest);
        train.sort_unstable();
    }
    let without_label = |review: Review| Review { label: None, ..review };
    unlabelled.extend(select(&mut labelled, &rest).into_iter().map(without_label));
    let learned = select(&mut labelled, &train);
    let (train, validation, validated_by) = match (validation.is_empty(), choices.fold) {
        (true, fold) => {
            let (train, validation) = hold_out(path, learned, fold.unwrap_or(0), seed)?;
            (train, validation, format!("fold {} of {FOLDS}", fold.unwrap_or(0)))
        }
        (false, None) => (learned, validation, "the files' own part".to_owned()),
        (false, Some(fold)) => {
            let expected = "no data.reviews.fold, because the files have a validation part";
            return Err(layout(path, expected, format!("fold {fold}"), "leave out data.reviews.fold"));
        }
    };
    for (part, what) in [(&train, "training"), (&validation, "validation"), (&test, "testing")] {
        if part.is_empty() {
            return Err(layout(path, &format!("a labelled review for {what}"), "no such review".to_owned(), MORE));
        }
    }
    let leaked = [leaked(&train, &validation), leaked(&train, &test)];
    Ok(Split { train, validation, test, unlabelled, validated_by, repeated, disputed, leaked })
}

/// The number of different texts that occur with different labels; `texts[i]` is the number of the text of
/// `reviews[i]`, the same for equal texts.
fn disputed(reviews: &[Review], texts: &[u32]) -> usize {
    let (mut first, mut disputed) = (HashMap::new(), HashSet::new());
    for (review, text) in reviews.iter().zip(texts) {
        if *first.entry(text).or_insert(&review.label) != &review.label {
            disputed.insert(text);
        }
    }
    disputed.len()
}

/// The number of reviews of `part` that have the text of a review of `train`.
fn leaked(train: &[Review], part: &[Review]) -> usize {
    let both = groups(train.iter().chain(part));
    let (of_train, of_part) = both.split_at(train.len());
    let learned: HashSet<&u32> = of_train.iter().collect();
    of_part.iter().filter(|group| learned.contains(group)).count()
}

/// The reviews of `learned` outside the fold `held_out`, and the reviews of that fold.
fn hold_out(
    path: &Path,
    learned: Vec<Review>,
    held_out: usize,
    seed: u64,
) -> Result<(Vec<Review>, Vec<Review>), Error> {
    let groups = whole_groups(&learned);
    let texts = groups.iter().max().map_or(0, |last| *last as usize + 1);
    if texts < FOLDS {
        let is_grouped = learned.iter().any(|review| review.group.is_some());
        let (what, remedy) = if is_grouped { ("groups of texts", MORE_GROUPS) } else { ("different texts", MORE) };
        let expected = format!("at least {FOLDS} {what} with labels for training and validation");
        return Err(layout(path, &expected, texts.to_string(), remedy));
    }
    let folds = folds(&groups, FOLDS, seed)?;
    let (validation, train) =
        learned.into_iter().zip(folds).partition::<Vec<_>, _>(|(_, fold)| usize::from(*fold) == held_out);
    let reviews = |part: Vec<(Review, u8)>| part.into_iter().map(|(review, _)| review).collect();
    Ok((reviews(train), reviews(validation)))
}

/// An [`Error::Layout`] for the reviews at `path`.
fn layout(path: &Path, expected: &str, found: String, remedy: &'static str) -> Error {
    Error::Layout { path: path.to_owned(), expected: expected.to_owned(), found, remedy }
}

/// Moves the reviews with the indices `rows`, which are all different, out of `reviews`.
fn select(reviews: &mut [Review], rows: &[u32]) -> Vec<Review> {
    let empty = || Review::new(Content::Terms(Vec::new()), None);
    rows.iter().map(|row| std::mem::replace(&mut reviews[*row as usize], empty())).collect()
}

#[cfg(test)]
mod tests;
