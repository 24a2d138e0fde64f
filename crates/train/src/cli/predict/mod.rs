//! `train predict`: writes a trained network's predictions for new files.

mod answers;
mod blocks;
mod pictures;
mod tables;
mod texts;

use crate::cli::sheet;
use crate::cli::trained::Trained;
use crate::config::DataConfig;
use crate::failure::Failure;
use crate::terminal;
use answers::{AnswerFormat, Answers};
use data::Ink;
use model::Classifier;
use pictures::Reading;
use preprocessing::{Pixels, Preprocessing, Target, Tokeniser};
use std::io::{BufReader, Stdin};
use std::path::{Path, PathBuf};

/// Options of `train predict`.
#[derive(clap::Args, Debug)]
pub struct PredictArgs {
    /// The run's folder, or a .safetensors file that `train export` or the Python package wrote.
    pub run: PathBuf,
    /// Files of the kind that the network was trained on: tables, libsvm tables, texts or pictures; `-` reads standard
    /// input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Take the negatives of images, for dark ink on white paper.
    #[arg(long)]
    pub invert: bool,
    /// Leave the background, ink and position of pictures as they are, instead of matching them to the training images.
    #[arg(long)]
    pub as_it_is: bool,
    /// Write a PNG file that shows the first 100 pictures as the network reads them.
    #[arg(long, value_name = "FILE")]
    pub show: Option<PathBuf>,
    /// How to write the predictions.
    #[arg(long, value_enum, default_value = "text")]
    pub format: AnswerFormat,
    /// The file for the predictions; default: standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A trained network, the folder of its run or its file, and the writer of its predictions.
struct Predictor<'a> {
    run: &'a Path,
    classifier: Classifier,
    answers: Answers,
}

/// Writes the predictions of the best network of a run, or of the network in a file, for each example in `args.files`.
///
/// # Errors
/// [`Failure`] when the run has no usable record, the network was not trained on files, an option does not fit the
/// network, a file is not of the kind that the network was trained on, an output of the network is not finite, or the
/// predictions cannot be written. If one of several files cannot be read or has unusable contents, the predictions for
/// the other files are still written.
pub fn predict(args: &PredictArgs) -> Result<(), Failure> {
    let Trained { record, run, .. } = Trained::open(&args.run)?;
    let preprocessing: Option<Preprocessing> = record.parsed("preprocessing")?;
    let preprocessing = preprocessing.ok_or_else(|| {
        let run = args.run.display();
        Failure::Usage(format!(
            "the network of {run} cannot read files, because its run does not record how a file becomes inputs; choose \
             a run that was trained on files"
        ))
    })?;
    let target: Target = record.parsed("target")?;
    check_options(args, &preprocessing)?;
    let preprocessing = match preprocessing {
        Preprocessing::Pixels(pixels) if args.as_it_is => Preprocessing::Pixels(Pixels { form: None, ..pixels }),
        other => other,
    };
    let choices = run.map_or_else(|| Ok(DataConfig::default()), |run| Ok::<_, Failure>(run.read_config()?.data))?;
    let ink = if args.invert { Ink::Dark } else { Ink::Light };
    let mut shown = Vec::new();
    let classifier = Classifier::from_record(&record)?;
    let answers = Answers::new(args.format, args.output.as_deref(), target)?;
    let mut predictor = Predictor { run: &args.run, classifier, answers };
    let mut refused = 0;
    for file in &args.files {
        let answered = match &preprocessing {
            Preprocessing::Pixels(pixels) => {
                let reading = Reading { pixels, order: choices.pictures.order, ink };
                pictures::predict(&mut predictor, file, &reading, &mut shown)
            }
            Preprocessing::Columns(columns) => tables::predict(&mut predictor, file, columns),
            Preprocessing::Sparse(sparse) => tables::predict_sparse(&mut predictor, file, *sparse),
            Preprocessing::Terms(vocabulary) => texts::predict(&mut predictor, file, vocabulary, &choices.table),
        };
        match answered {
            // If there is only one file, the error of this file is the error of the command.
            Err(Failure::Data(error)) if args.files.len() > 1 => {
                terminal::failure(&error.to_string());
                refused += 1;
            }
            other => other?,
        }
    }
    predictor.answers.finish()?;
    if let Some(path) = &args.show
        && let Some(png) = sheet::png(&sheet::in_rows(&shown))?
    {
        files::write(path, &png)?;
        terminal::notice(&format!("{}: the pictures as the network reads them", path.display()));
    }
    if refused > 0 {
        return Err(Failure::Disagreement(format!(
            "{refused} of {} files were refused for the reasons given above; all other files have predictions",
            args.files.len()
        )));
    }
    Ok(())
}

/// Refuses options that have no effect on a network whose inputs `preprocessing` makes, and a network of counted terms.
fn check_options(args: &PredictArgs, preprocessing: &Preprocessing) -> Result<(), Failure> {
    let run = args.run.display();
    let of_pictures = [("--invert", args.invert), ("--as-it-is", args.as_it_is), ("--show", args.show.is_some())];
    let given = of_pictures.into_iter().find(|(_, is_given)| *is_given);
    Err(Failure::Usage(match (preprocessing, given) {
        (Preprocessing::Pixels(_), _) => return Ok(()),
        (_, Some((option, _))) => format!("{option} is for pictures, but {run} reads a table or texts"),
        (Preprocessing::Terms(vocabulary), None) if vocabulary.tokeniser() == Tokeniser::Counted => {
            format!("the network of {run} was trained on counted terms, not on texts; train it on texts")
        }
        (_, None) => return Ok(()),
    }))
}

/// The largest number of input values in all examples of a minibatch together, unless a single example has more.
const MOST_INPUTS: usize = 1 << 20;

/// The number of examples in a minibatch if each example has `width` inputs: from 1 to 1,024.
fn together(width: usize) -> usize {
    (MOST_INPUTS / width.max(1)).clamp(1, 1024)
}

/// The name of `file` in predictions and messages: its path, or "standard input" for `-`.
fn name(file: &Path) -> String {
    standard_input(file).map_or(file, |(name, _)| name).display().to_string()
}

/// The name and a reader of standard input if `file` is `-`; otherwise `None`.
fn standard_input(file: &Path) -> Option<(&'static Path, BufReader<Stdin>)> {
    (file == Path::new("-")).then(|| (Path::new("standard input"), BufReader::new(std::io::stdin())))
}

impl Predictor<'_> {
    /// Writes the predictions for `inputs`, `[rows, inputs]`. For each row, `places` yields the name of the file and
    /// the index of the row in this file.
    ///
    /// # Errors
    /// [`Failure`] when an output of the network is not finite, or the predictions cannot be written.
    fn answer<'p>(
        &mut self,
        mut places: impl Iterator<Item = (&'p str, usize)>,
        inputs: &[f32],
    ) -> Result<(), Failure> {
        let Self { run, classifier, answers } = self;
        let mut failed = None;
        classifier.outputs(inputs, |outputs| {
            if failed.is_none()
                && let Some((name, index)) = places.next()
            {
                failed = answers.write(name, index, outputs, run).err();
            }
        })?;
        failed.map_or(Ok(()), Err)
    }
}
