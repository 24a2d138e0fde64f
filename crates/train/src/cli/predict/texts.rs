//! Predictions for texts.

use super::{Predictor, blocks};
use crate::failure::Failure;
use crate::terminal;
use data::TableChoices;
use data::reviews::Texts;
use preprocessing::{TextUnit, Vocabulary};
use std::path::Path;

/// Writes the prediction for each text in `file`; `vocabulary` turns a text into inputs. In a folder, each file is a
/// text. In a plain file, each line is a text, or the whole file is one text, as in training. In a table or in JSON,
/// the texts are in the column with the same name as in training or, without names, at the same position; if the
/// training texts were not in a column, `choices`, the settings of training, select the column.
///
/// # Errors
/// [`Failure`] when the file cannot be read or does not contain texts; also the errors of [`Predictor::answer`].
pub(super) fn predict(
    to: &mut Predictor<'_>,
    file: &Path,
    vocabulary: &Vocabulary,
    choices: &TableChoices,
) -> Result<(), Failure> {
    data::refuse_picture(file, "texts, as in training")?;
    // The columns that training dropped need not be in the file, and neither does a column of labels.
    let TableChoices { only, label, .. } = choices.clone();
    let unit = vocabulary.unit();
    // Columns of texts that training names or numbers take precedence over the settings.
    let only = if matches!(unit, TextUnit::Lines | TextUnit::Files) { only } else { Vec::new() };
    let choices = TableChoices { only, label, ..TableChoices::default() };
    let mut texts = match super::standard_input(file) {
        Some((name, reader)) => Texts::of(name, Box::new(reader), &choices, unit)?,
        None => Texts::open(file, &choices, unit)?,
    };
    let name = super::name(file);
    terminal::notice(&format!("{name}: {}", texts.described()));
    let are_files = texts.are_files();
    let width = vocabulary.terms().len();
    let mut empty: (usize, Option<String>) = (0, None);
    let mut count = 0;
    blocks::each(to, file, width, |block| {
        let Some(text) = texts.next() else { return Ok(false) };
        let (place, text) = text?;
        count += 1;
        let start = block.inputs.len();
        block.inputs.resize(start + width, 0.0);
        vocabulary.encode(&text).into_iter().for_each(|column| block.inputs[start + column as usize] = 1.0);
        if text.trim().is_empty() {
            empty.0 += 1;
            empty.1.get_or_insert_with(|| place.clone());
        }
        if are_files {
            block.files.push(place);
        }
        Ok(true)
    })?;
    if let (missing, Some(first)) = empty {
        terminal::notice(&format!(
            "warning: {name}: {missing} of {count} texts are empty, the first being {first}; the network reads an \
             empty text as a text without words of the vocabulary"
        ));
    }
    Ok(())
}
