//! Predictions for texts.

use super::Predictor;
use crate::failure::Failure;
use crate::terminal;
use data::TableChoices;
use data::reviews::Texts;
use preprocessing::{TextUnit, Tokeniser, Vocabulary};
use std::io::BufReader;
use std::path::Path;

/// Writes the prediction for each text in `file`, which `vocabulary` turns into inputs: a text per line or per file as
/// in training, a column of a table or of JSON, or the files of a folder. The column has the name or, without names, the
/// place that it had in training; if texts were no columns, it is that of `choices`, with which the network was trained.
///
/// # Errors
/// [`Failure`] when the file cannot be read, the network was trained on counted terms, and those of
/// [`Predictor::answer`].
pub(super) fn predict(
    to: &mut Predictor<'_>,
    file: &Path,
    vocabulary: &Vocabulary,
    choices: &TableChoices,
) -> Result<(), Failure> {
    if vocabulary.tokeniser() == Tokeniser::Counted {
        let run = to.run.display();
        return Err(Failure::Usage(format!(
            "the network of {run} was trained on counted terms, not on texts; train it on texts"
        )));
    }
    // Columns of labels may be absent, and so may those that training dropped.
    let TableChoices { only, label, .. } = choices.clone();
    let unit = vocabulary.unit();
    // The columns of training decide where there are any.
    let only = if matches!(unit, TextUnit::Lines | TextUnit::Files) { only } else { Vec::new() };
    let choices = TableChoices { only, label, ..TableChoices::default() };
    let texts = if file == Path::new("-") {
        Texts::of(Path::new("standard input"), Box::new(BufReader::new(std::io::stdin())), &choices, unit)?
    } else {
        Texts::open(file, &choices, unit)?
    };
    let name = super::name(file);
    terminal::notice(&format!("{name}: {}", texts.described()));
    let are_files = texts.are_files();
    let width = vocabulary.terms().len();
    let together = super::together(width);
    let mut inputs: Vec<f32> = Vec::with_capacity(together * width);
    let mut places: Vec<(String, usize)> = Vec::new();
    let mut empty: (usize, Option<String>) = (0, None);
    let mut count = 0;
    for text in texts {
        let (place, text) = text?;
        places.push(if are_files { (place.clone(), 0) } else { (name.clone(), count) });
        count += 1;
        if text.trim().is_empty() {
            empty = (empty.0 + 1, empty.1.or(Some(place)));
        }
        let start = inputs.len();
        inputs.resize(start + width, 0.0);
        vocabulary.encode(&text).into_iter().for_each(|column| inputs[start + column as usize] = 1.0);
        if inputs.len() == together * width {
            to.answer_each(places.iter().map(|(name, index)| (name.as_str(), *index)), &inputs)?;
            inputs.clear();
            places.clear();
        }
    }
    to.answer_each(places.iter().map(|(name, index)| (name.as_str(), *index)), &inputs)?;
    if let (missing, Some(first)) = empty {
        terminal::notice(&format!(
            "warning: {name}: {missing} of {count} have no text, the first of them {first}; what is predicted for them \
             follows from no words"
        ));
    }
    Ok(())
}
