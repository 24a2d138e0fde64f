//! Predictions for texts.

use super::Predictor;
use crate::failure::Failure;
use data::TableChoices;
use data::reviews::Texts;
use preprocessing::{Tokeniser, Vocabulary};
use std::io::BufReader;
use std::path::Path;

/// Writes the prediction for each text in `file`, which `vocabulary` turns into inputs: a text per line, a column of a
/// table or of JSON lines, or the files of a folder. The column is that of `choices`, with which the network was trained.
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
    let texts = if file == Path::new("-") {
        Texts::of(Path::new("standard input"), Box::new(BufReader::new(std::io::stdin())))?
    } else {
        // Columns of labels may be absent, and so may those that training dropped.
        let TableChoices { only, label, .. } = choices.clone();
        Texts::open(file, &TableChoices { only, label, ..TableChoices::default() })?
    };
    let name = super::name(file);
    let width = vocabulary.terms().len();
    let together = super::together(width);
    let mut inputs: Vec<f32> = Vec::with_capacity(together * width);
    let mut first = 0;
    for text in texts {
        let (_, text) = text?;
        let start = inputs.len();
        inputs.resize(start + width, 0.0);
        vocabulary.encode(&text).into_iter().for_each(|column| inputs[start + column as usize] = 1.0);
        if inputs.len() == together * width {
            to.answer(&name, first, &inputs)?;
            inputs.clear();
            first += together;
        }
    }
    to.answer(&name, first, &inputs)
}
