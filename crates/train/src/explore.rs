//! `train explore`: a page on which one draws an input and sees what trained networks make of it.

use crate::command::SourceArgs;
use crate::engine::Engine;
use crate::evaluate::{self, Examiner};
use crate::failure::Failure;
use crate::folder::RunFolder;
use crate::portable;
use crate::terminal;
use crate::training;
use burn::prelude::Device;
use data::{DataSet, Examples};
use exchange::{Notes, Parts, Pixels, Portable};
use model::{Classifier, Record};
use report::explore::{Answer, Effect, Explored, ExploredLayer, Explorer, Sample};
use std::path::PathBuf;

/// Options of `train explore`.
#[derive(clap::Args, Debug)]
pub struct ExploreArgs {
    /// The folders of one to three runs that read the same images.
    #[arg(required = true, num_args = 1..=3, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// The page; default: explore.html in the first run's folder.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Test images to choose from on the page.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub images: usize,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its own options say what they are")]
    pub source: SourceArgs,
}

/// Writes the page.
///
/// # Errors
/// [`Failure`] when a run has no record, the runs do not read the same images, or their data cannot be loaded.
pub fn explore(args: &ExploreArgs) -> Result<(), Failure> {
    let folders = args.runs.iter().map(|run| RunFolder::open(run)).collect::<Result<Vec<_>, _>>()?;
    let config = folders[0].read_config()?;
    let networks = folders.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let image = image(&folders, &networks)?;
    let data = training::load(&config, &args.source)?;
    let test = std::sync::Arc::new(data.splits.test.clone());
    let mut shown = Vec::new();
    let mut classifiers = Vec::new();
    for (folder, network) in folders.iter().zip(&networks) {
        let exact = explored(folder, network);
        let rounded = exact.rounded();
        let effect = Effect {
            exact: error(network.parts(), &test)?,
            rounded: error(&parts(&rounded), &test)?,
            examples: test.len(),
        };
        classifiers.push(classifier(&parts(&rounded))?);
        shown.push(Explored { effect: Some(effect), ..exact });
    }
    let samples = samples(&test, args.images, &mut classifiers)?;
    let command = command(&args.runs);
    let classes = classes(&data);
    let explorer = Explorer { command: &command, classes: &classes, image, networks: &shown, samples: &samples };
    let out = args.out.clone().unwrap_or_else(|| folders[0].path().join("explore.html"));
    report::explore::write_explorer(&out, &explorer)?;
    for Explored { name, effect, .. } in &shown {
        if let Some(Effect { exact, rounded, examples }) = effect {
            let [exact, rounded] = [exact, rounded].map(|error| 100.0 * error);
            terminal::line(&format!(
                "{name}: {exact:.2} % test error, {rounded:.2} % with the page's 8-bit weights ({examples} examples)"
            ));
        }
    }
    terminal::line(&format!("page     {}", out.display()));
    Ok(())
}

fn read(folder: &RunFolder) -> Result<Portable, Failure> {
    portable::of_record(&Record::load(&folder.record("best"))?)
}

/// What all `networks` read.
fn image(folders: &[RunFolder], networks: &[Portable]) -> Result<Pixels, Failure> {
    let mut images = networks.iter().map(|network| network.parts().notes.input).zip(folders);
    let refused = |folder: &RunFolder, reason: &str| {
        Failure::Usage(format!("{} {reason}; choose runs on the same images", folder.path().display()))
    };
    let Some((Some(first), _)) = images.next() else {
        return Err(refused(&folders[0], "does not read images"));
    };
    match images.find(|(image, _)| *image != Some(first)) {
        Some((_, folder)) => Err(refused(folder, "does not read the images of the first run")),
        None => Ok(first),
    }
}

fn explored(folder: &RunFolder, network: &Portable) -> Explored {
    let parts = network.parts();
    let layer = |layer: &exchange::Hidden| ExploredLayer {
        affine: layer.affine.clone(),
        signs: layer.signs.clone(),
        formula: parts.formula,
    };
    Explored {
        name: folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned(),
        hidden: parts.hidden.iter().map(layer).collect(),
        output: parts.output.clone(),
        answer: Answer::Classes,
        effect: None,
    }
}

/// `explored`, whose layers are all of one kind, as a network that runs.
fn parts(explored: &Explored) -> Parts {
    let hidden = |layer: &ExploredLayer| exchange::Hidden { affine: layer.affine.clone(), signs: layer.signs.clone() };
    Parts {
        hidden: explored.hidden.iter().map(hidden).collect(),
        output: explored.output.clone(),
        formula: explored.hidden.first().map_or(exchange::Formula::Linear, |layer| layer.formula),
        notes: Notes::default(),
    }
}

/// Fraction of wrong answers.
fn error(parts: &Parts, test: &std::sync::Arc<Examples>) -> Result<f64, Failure> {
    let device = Device::flex();
    let mut examiner = Examiner::new(portable::network(parts, &device), Engine::Zeros, &device)?;
    Ok(evaluate::evaluate(&mut examiner, test, None).error)
}

fn classifier(parts: &Parts) -> Result<Classifier, Failure> {
    let network = portable::network(parts, &Device::flex());
    Ok(Classifier::from_record(&Record::of(&network, &portable::config(parts))?)?)
}

/// The first `count` test images, as many of each class as there are, in turn.
fn samples(test: &Examples, count: usize, classifiers: &mut [Classifier]) -> Result<Vec<Sample>, Failure> {
    let mut of_class = vec![Vec::new(); test.classes()];
    for row in 0..test.len() {
        of_class[usize::from(test.label(row))].push(row);
    }
    let most = of_class.iter().map(Vec::len).max().unwrap_or(0);
    let rows = (0..most).flat_map(|k| of_class.iter().filter_map(move |rows| rows.get(k)));
    rows.take(count).map(|&row| sample(test, row, classifiers)).collect()
}

fn sample(test: &Examples, row: usize, classifiers: &mut [Classifier]) -> Result<Sample, Failure> {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    test.gather(&[row as u32], &mut inputs, &mut labels);
    let mut answers = Vec::new();
    for classifier in classifiers {
        answers.extend(classifier.predict(&inputs)?.into_iter().map(|prediction| prediction.probabilities));
    }
    let pixels = test.inputs().as_bytes().map(|bytes| bytes.row(row).to_vec()).unwrap_or_default();
    Ok(Sample { pixels, label: usize::from(test.label(row)), answers })
}

/// Names of all classes: their numbers where they have none.
fn classes(data: &DataSet) -> Vec<String> {
    let names = (0..data.splits.test.classes()).map(|class| class.to_string());
    if data.classes.is_empty() { names.collect() } else { data.classes.clone() }
}

fn command(runs: &[PathBuf]) -> String {
    let runs: Vec<String> = runs.iter().map(|run| run.display().to_string()).collect();
    format!("train explore {}", runs.join(" "))
}
