//! `train data reviews`: the number of reviews with each star rating or of each class, with an example review for each
//! rating or class, as in Figure 5 of the paper.

use crate::failure::Failure;
use crate::terminal;
use data::TableChoices;
use data::reviews::{self, Content, Labels, Review};
use std::path::Path;

/// The preferred length of an example, in words.
const WORDS: std::ops::RangeInclusive<usize> = 15..=60;

/// Prints how many reviews of the file or folder at `path` have each star rating or are of each class, and an example
/// review for each rating or class (Figure 5).
///
/// # Errors
/// [`Failure::Data`] when the file or folder cannot be read as reviews.
pub fn show(path: &Path) -> Result<(), Failure> {
    let corpus = reviews::read(path, &TableChoices::default())?;
    let labelled = || corpus.train.iter().chain(&corpus.validation).chain(&corpus.test);
    terminal::line(&format!(
        "{} reviews with labels and {} without labels",
        labelled().count(),
        corpus.unlabelled.len()
    ));
    let labels = Labels::of(labelled(), corpus.numbers)?;
    let what = if labels.levels.is_some() { "stars" } else { "class" };
    for (k, class) in (0..=u8::MAX).zip(&labels.classes) {
        let of: Vec<&Review> = labelled().filter(|review| labels.of_review(review) == Some(k)).collect();
        terminal::line(&format!("\n{what} {class}: {} reviews, such as", of.len()));
        terminal::line(&format!("  {}", sample(&of)));
    }
    Ok(())
}

/// The first of `reviews` whose length is in [`WORDS`]; if no review has such a length, the first review, cut off after
/// the largest of these lengths.
fn sample(reviews: &[&Review]) -> String {
    let mut texts = reviews.iter().map(|review| words(&review.content));
    let first = texts.next().unwrap_or_default();
    let whole = std::iter::once(first.clone()).chain(texts).find(|words| WORDS.contains(&words.len()));
    whole.unwrap_or_else(|| first.into_iter().take(*WORDS.end()).collect()).join(" ")
}

/// The words of a review as they are written, or the terms if the review is stored as terms. Control characters are
/// removed, so that a review cannot send commands to the terminal.
fn words(content: &Content) -> Vec<String> {
    let plain = |word: &str| word.chars().filter(|c| !c.is_control()).collect::<String>();
    match content {
        Content::Text(text) => text.split_whitespace().map(plain).collect(),
        Content::Terms(terms) => terms.iter().map(|(term, _)| plain(term)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(text: &str) -> Review {
        Review::new(Content::Text(text.to_owned()), Some("5".to_owned()))
    }

    #[test]
    fn a_review_that_can_be_shown_whole_is_preferred() {
        let (short, fit, long) = (review("fine"), review(&"good ".repeat(20)), review(&"long ".repeat(200)));
        assert_eq!(sample(&[&short, &long, &fit]).matches("good").count(), 20);
        assert_eq!(sample(&[&long]).matches("long").count(), 60);
        assert_eq!(sample(&[&short]), "fine");
    }

    #[test]
    fn a_review_cannot_control_the_terminal() {
        assert_eq!(sample(&[&review("a\u{1b}[2J\nb")]), "a[2J b");
    }
}
