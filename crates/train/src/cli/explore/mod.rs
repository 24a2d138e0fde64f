//! `train explore`: a web page on which to draw an input and see how trained networks respond to it.

mod autoencoder;
mod classifier;

use crate::cli::portable;
use crate::cli::source::SourceArgs;
use crate::cli::trained::Trained;
use crate::config::{self, Config, Override};
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::load;
use crate::run::manifest::{manifest, same_data};
use crate::terminal;
use burn::prelude::Device;
use data::Examples;
use exchange::Portable;
use preprocessing::Pixels;
use report::explore::{Effect, Explored, Explorer, Sample};
use std::path::PathBuf;
use std::sync::Arc;

/// Options of `train explore`.
#[derive(clap::Args, Debug)]
pub struct ExploreArgs {
    /// The folders of one to three runs on the same images, or .safetensors files with such networks.
    #[arg(required = true, num_args = 1..=3, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// The data set with the images to show, if all networks are in files; default: digits.
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
    /// The part of each run to show.
    #[arg(long, value_enum, default_value = "network")]
    pub part: Part,
    /// The file of the page; default: explore.html in the folder of the first run or file.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Number of test images to choose from on the page.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub images: usize,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened options have their own documentation")]
    pub source: SourceArgs,
}

/// The part of a run that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// The best network.
    Network,
    /// The auto-encoder with which the first layer was pre-trained.
    AutoEncoder,
}

/// A network of the page, and the function that computes the network's output for a row of inputs.
struct Shown {
    explored: Explored,
    answer: Answering,
}

/// A function that computes class probabilities, or a reconstruction, for a row of inputs.
type Answering = Box<dyn FnMut(&[f32]) -> Result<Vec<f32>, Failure>>;

/// Writes the page that `args` describe.
///
/// # Errors
/// [`Failure`] when a run has no usable record or lacks the part to show, the runs do not read the same images, the
/// data cannot be loaded, differ from the data of the first run or do not fit a network, or the page cannot be written.
pub fn explore(args: &ExploreArgs) -> Result<(), Failure> {
    let trained = args.runs.iter().map(|run| Trained::open(run)).collect::<Result<Vec<_>, _>>()?;
    let networks = trained.iter().map(|trained| portable::of_record(&trained.record)).collect::<Result<Vec<_>, _>>()?;
    let image = image(&trained, &networks)?;
    let run = trained.iter().find_map(|trained| trained.run.as_ref());
    let config = config(args, run, &image)?;
    let data = load::load(&config, &args.source.source(config.data.dir.clone()))?;
    if let Some(run) = run {
        let now = manifest(&config, run, &data, &Device::flex(), config.training.engine);
        same_data(run, &report::read_manifest(&run.manifest())?, &now)?;
    }
    for (trained, network) in trained.iter().zip(&networks) {
        if let Some(difference) = portable::difference(network.parts(), &data) {
            let run = trained.path.display();
            return Err(Failure::Usage(format!("the network of {run} {difference}; choose runs on the same data")));
        }
    }
    let test = Arc::new(data.splits.test.clone());
    let mut shown = Vec::new();
    for (trained, network) in trained.iter().zip(&networks) {
        shown.push(match args.part {
            Part::Network => classifier::shown(&trained.name(), network, &test)?,
            Part::AutoEncoder => autoencoder::shown(trained, network, &test)?,
        });
    }
    let samples = samples(&test, args.images, &mut shown)?;
    let (command, classes) = (command(args), portable::classes(&data));
    let networks: Vec<Explored> = shown.into_iter().map(|shown| shown.explored).collect();
    let explorer = Explorer { command: &command, classes: &classes, image, networks: &networks, samples: &samples };
    let out = args.out.clone().unwrap_or_else(|| trained[0].folder().join("explore.html"));
    report::explore::write_explorer(&out, &explorer)?;
    networks.iter().filter_map(|network| effect(network, args.part)).for_each(|line| terminal::line(&line));
    terminal::line(&format!("page     {}", out.display()));
    Ok(())
}

/// The settings of `run`, a run among the networks to show; without one, those of the data set with `image`.
fn config(args: &ExploreArgs, run: Option<&RunFolder>, image: &Pixels) -> Result<Config, Failure> {
    match (run, &args.dataset) {
        (Some(run), None) => run.read_config(),
        (Some(run), Some(_)) => {
            let run = run.path().display();
            Err(Failure::Usage(format!("the run {run} has a data set of its own; leave out --dataset")))
        }
        (None, dataset) => {
            let name = dataset.as_deref().unwrap_or("digits");
            let range = if image.lowest < 0.0 { "symmetric" } else { "unit" };
            let mut all = vec![
                Override::option("data.dataset", name, format!("--dataset {name}")),
                Override::option("data.range", range, format!("the pixels of {}", args.runs[0].display())),
            ];
            all.extend(args.source.setting()?);
            Ok(config::resolve_new(None, &all)?)
        }
    }
}

/// The shape and the scale of the images that all `networks` read.
fn image(trained: &[Trained], networks: &[Portable]) -> Result<Pixels, Failure> {
    let mut images = networks.iter().map(|network| network.parts().notes.pixels()).zip(trained);
    let refused = |trained: &Trained, reason: &str| {
        Failure::Usage(format!("{} {reason}; choose runs on the same images", trained.path.display()))
    };
    let Some((Some(first), _)) = images.next() else {
        return Err(refused(&trained[0], "does not read images"));
    };
    match images.find(|(image, _)| !image.is_some_and(|image| image.reads_as(first))) {
        Some((_, trained)) => Err(refused(trained, "does not read the images of the first run")),
        None => Ok(first.clone()),
    }
}

/// The first `count` test images, taken from each class in turn.
fn samples(test: &Examples, count: usize, shown: &mut [Shown]) -> Result<Vec<Sample>, Failure> {
    let mut of_class = vec![Vec::new(); test.classes()];
    for row in 0..test.len() {
        of_class[usize::from(test.label(row))].push(row);
    }
    let most = of_class.iter().map(Vec::len).max().unwrap_or(0);
    let rows = (0..most).flat_map(|k| of_class.iter().filter_map(move |rows| rows.get(k)));
    rows.take(count).map(|&row| sample(test, row, shown)).collect()
}

fn sample(test: &Examples, row: usize, shown: &mut [Shown]) -> Result<Sample, Failure> {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    test.gather(&[row as u32], &mut inputs, &mut labels);
    let answers = shown.iter_mut().map(|shown| (shown.answer)(&inputs)).collect::<Result<_, _>>()?;
    let pixels = test.inputs().as_bytes().map(|bytes| bytes.row(row).to_vec()).unwrap_or_default();
    Ok(Sample { pixels, label: usize::from(test.label(row)), answers })
}

fn command(args: &ExploreArgs) -> String {
    let part = if args.part == Part::AutoEncoder { " --part auto-encoder" } else { "" };
    let runs: Vec<String> = args.runs.iter().map(|run| run.display().to_string()).collect();
    format!("train explore {}{part}", runs.join(" "))
}

/// One line on the effect of rounding the network's weights; `None` if the effect was not measured.
fn effect(Explored { name, effect, .. }: &Explored, part: Part) -> Option<String> {
    let Effect { exact, rounded, examples } = (*effect)?;
    let numbers = match part {
        Part::Network => {
            let [exact, rounded] = [exact, rounded].map(|error| 100.0 * error);
            format!("{exact:.2} % test error, {rounded:.2} %")
        }
        Part::AutoEncoder => format!("{exact:.4} mean cost, {rounded:.4}"),
    };
    Some(format!("{name}: {numbers} with the page's 8-bit weights ({examples} examples)"))
}
