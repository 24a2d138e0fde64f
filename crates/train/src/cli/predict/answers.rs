//! Predictions as lines of text, JSON or CSV, on standard output or in a file.

use crate::failure::Failure;
use crate::terminal;
use files::Writer;
use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use preprocessing::Target;
use serde::Serialize;
use std::io::{BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

/// How predictions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AnswerFormat {
    /// A line of text for each prediction, for people to read.
    Text,
    /// A JSON object on a line for each prediction.
    Json,
    /// A row of CSV for each prediction, below a header.
    Csv,
}

/// Where predictions are written.
enum Destination {
    Stdout(BufWriter<Stdout>),
    File(Box<Writer>, PathBuf),
}

/// A writer of predictions, in the order in which they are made.
pub(super) struct Answers {
    format: AnswerFormat,
    to: Destination,
    target: Target,
    written: usize,
    /// A display of the number of predictions so far, on stderr; hidden if the predictions themselves appear on a
    /// terminal.
    progress: ProgressBar,
}

#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    index: usize,
    /// The name of the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    class: usize,
    probabilities: &'a [f32],
}

#[derive(Serialize)]
struct Number<'a> {
    file: &'a str,
    index: usize,
    /// The name of the target.
    name: &'a str,
    value: f64,
}

/// `fields` as a line of CSV.
fn csv_line(fields: impl IntoIterator<Item = String>) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |e: &dyn std::fmt::Display| Failure::Usage(format!("cannot write CSV: {e}; choose another --format"));
    writer.write_record(fields).map_err(|e| failed(&e))?;
    let bytes = writer.into_inner().map_err(|e| failed(&e))?;
    String::from_utf8(bytes).map_err(|e| failed(&e))
}

impl Answers {
    /// A writer of predictions of `target` in `format`, to the file `output`, or to standard output if `output` is
    /// `None`. In CSV, the output begins with a header.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be created or written.
    pub(super) fn new(format: AnswerFormat, output: Option<&Path>, target: Target) -> Result<Self, Failure> {
        let to = match output {
            Some(path) => Destination::File(Box::new(Writer::create(path)?), path.to_owned()),
            None => Destination::Stdout(BufWriter::with_capacity(1 << 16, std::io::stdout())),
        };
        let shown = matches!(to, Destination::Stdout(_)) && std::io::stdout().is_terminal();
        let progress = if shown { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let style = ProgressStyle::with_template("{spinner} {human_pos} predictions, {rate} per second");
        let rate = |state: &ProgressState, to: &mut dyn std::fmt::Write| {
            let _ = write!(to, "{}", HumanCount(state.per_sec() as u64)); // if this fails, only the rate is not shown
        };
        progress.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()).with_key("rate", rate));
        let mut answers = Self { format, to, target, written: 0, progress };
        if format == AnswerFormat::Csv {
            let header = ["file".to_owned(), "index".to_owned()].into_iter().chain(answers.columns());
            answers.put(&csv_line(header)?)?;
        }
        Ok(answers)
    }

    /// The names of the CSV columns that hold a prediction; these columns follow the columns `file` and `index`.
    fn columns(&self) -> Vec<String> {
        match &self.target {
            Target::Number { name, .. } => vec![name.clone()],
            Target::Classes { classes, .. } => {
                let each = classes.iter().map(|class| format!("probability of {class}"));
                std::iter::once("class".to_owned()).chain(each).collect()
            }
        }
    }

    /// Writes the prediction for the example with the index `index`, counted from 0, in the file `name`. `outputs` are
    /// the outputs of the network of `run` for this example.
    ///
    /// # Errors
    /// [`Failure`] when an output is not finite, or the prediction cannot be written.
    pub(super) fn write(&mut self, name: &str, index: usize, outputs: &[f32], run: &Path) -> Result<(), Failure> {
        if !outputs.iter().all(|output| output.is_finite()) {
            return Err(Failure::Disagreement(format!(
                "the network of {} has outputs that are not finite for {name} [{index}]; train it again at a lower \
                 learning rate",
                run.display()
            )));
        }
        let line = match &self.target {
            Target::Classes { classes, .. } => self.class(classes, name, index, outputs)?,
            Target::Number { name: target, standard } => {
                let value = standard.unscaled(f64::from(outputs[0]));
                match self.format {
                    AnswerFormat::Text => format!("{} [{index}]  {target} {value}\n", terminal::escaped(name)),
                    AnswerFormat::Json => terminal::json(&Number { file: name, index, name: target, value }) + "\n",
                    AnswerFormat::Csv => csv_line([name.to_owned(), index.to_string(), value.to_string()])?,
                }
            }
        };
        self.put(&line)?;
        self.written += 1;
        if self.written.is_multiple_of(1024) {
            self.progress.set_position(self.written as u64);
        }
        Ok(())
    }

    fn class(&self, classes: &[String], name: &str, index: usize, logits: &[f32]) -> Result<String, Failure> {
        let probabilities = model::softmax(logits.iter().copied());
        let class = model::most_probable(&probabilities);
        let called = |class: usize| classes.get(class).cloned().unwrap_or_else(|| class.to_string());
        Ok(match self.format {
            AnswerFormat::Text => {
                let all = probabilities.iter().enumerate();
                let all: Vec<String> = all.map(|(class, p)| format!("{}: {p:.4}", called(class))).collect();
                let name = terminal::escaped(name);
                format!("{name} [{index}]  class {}  ({})\n", called(class), all.join(", "))
            }
            AnswerFormat::Json => {
                let called = classes.get(class).map(String::as_str);
                let answer = Answer { file: name, index, name: called, class, probabilities: &probabilities };
                terminal::json(&answer) + "\n"
            }
            AnswerFormat::Csv => {
                let row = [name.to_owned(), index.to_string(), called(class)].into_iter();
                csv_line(row.chain(probabilities.iter().map(f32::to_string)))?
            }
        })
    }

    fn put(&mut self, line: &str) -> Result<(), Failure> {
        match &mut self.to {
            Destination::Stdout(stdout) => terminal::note_loss(stdout.write_all(line.as_bytes())),
            Destination::File(file, path) => {
                let failed = files::Error::new("write", path);
                file.write_all(line.as_bytes()).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Flushes standard output, or moves the finished file to the path of the output.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be written.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.progress.finish_and_clear();
        match self.to {
            Destination::Stdout(mut stdout) => terminal::note_loss(stdout.flush()),
            Destination::File(file, path) => {
                file.finish()?;
                terminal::line(&format!("{}: {} predictions", path.display(), self.written));
            }
        }
        Ok(())
    }
}
