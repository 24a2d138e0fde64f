//! `train sweep`: the options, which `train reproduce` shares, and the sweep that the options describe.

use crate::cli::settings;
use crate::cli::source::SourceArgs;
use crate::config::backend::Backend;
use crate::failure::Failure;
use crate::sweep::agenda::Agenda;
use crate::sweep::fleet_size::FleetSize;
use crate::sweep::shard::Shard;
use crate::sweep::store::Keep;
use crate::sweep::{self, SweepOptions};
use crate::terminal::RendererChoice;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use plan::{Plan, ScaleName};
use std::path::{Path, PathBuf};

/// The default store of runs.
pub const RUNS: &str = "artifacts/runs";

/// The options `--scale` and `--backend`.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct ScaleArgs {
    /// The scale of the plan. The scale determines how many runs are trained, and how large the runs are.
    #[arg(long, default_value = "desk", value_parser = scale_parser())]
    pub scale: ScaleName,
    /// The backend to compute on, instead of the backend of the plan; runs on another backend have different ids.
    #[arg(long, value_parser = settings::choice::<Backend>("training.backend"))]
    pub backend: Option<Backend>,
}

fn scale_parser() -> impl TypedValueParser<Value = ScaleName> {
    let all = [ScaleName::Smoke, ScaleName::Desk, ScaleName::Paper];
    let names = PossibleValuesParser::new(all.map(ScaleName::name));
    names.map(move |name| all.into_iter().find(|scale| scale.name() == name).unwrap_or(ScaleName::Desk))
}

impl ScaleArgs {
    /// The agendas of `plans` at this scale and on this backend. If `data_dir` is given, data are read from this folder
    /// or its sub-folders.
    ///
    /// # Errors
    /// The errors of [`Agenda::new`].
    pub fn agendas(self, plans: Vec<Plan>, data_dir: Option<&Path>) -> Result<Vec<Agenda>, Failure> {
        sweep::agendas(plans, self.scale, self.backend, data_dir)
    }
}

/// Options of `train sweep` and `train reproduce`.
#[derive(clap::Args, Debug)]
pub struct SweepArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened options have their own documentation")]
    pub scale: ScaleArgs,
    /// The store: a folder of runs, which any number of sweeps may share.
    #[arg(long, value_name = "DIR", default_value = RUNS)]
    pub runs: PathBuf,
    /// Number of worker processes, each of which trains one run on one thread, or a fleet; default: the number of
    /// cores.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Train runs of the same shape side by side in one process: N runs at a time, or with `auto` as many runs as fit
    /// into the memory of the device. Small networks keep a GPU busy only in this way.
    #[arg(long, value_name = "N|auto")]
    pub fleet: Option<FleetSize>,
    /// The part of the runs to start with, when several sweeps share a store; default: the part of this task in a Slurm
    /// job array, or all runs (1/1) outside a job array.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Which networks of finished runs to keep.
    #[arg(long, value_enum, default_value = "nothing")]
    pub keep: Keep,
    /// How to show progress.
    #[arg(long, value_enum, default_value = "auto")]
    pub renderer: RendererChoice,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened options have their own documentation")]
    pub source: SourceArgs,
}

/// Carries out the sweep of `plans` that `args` describes, and returns the agendas of the plans.
///
/// # Errors
/// [`Failure`] when the options or a plan cannot be used; also the errors of [`sweep::sweep`].
pub fn sweep(plans: Vec<Plan>, args: &SweepArgs) -> Result<Vec<Agenda>, Failure> {
    let source = args.source.source(None);
    let options = SweepOptions {
        runs: args.runs.clone(),
        jobs: args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from),
        fleet: args.fleet,
        shard: args.shard.unwrap_or_else(|| Shard::of_slurm(|name| std::env::var(name).ok())),
        keep: args.keep,
        access: source.access,
        renderer: args.renderer.resolve().map_err(Failure::Usage)?,
    };
    let data_dir = source.data_dir.as_deref().map(absolute).transpose()?;
    let agendas = args.scale.agendas(plans, data_dir.as_deref())?;
    sweep::sweep(&agendas, &options)?;
    Ok(agendas)
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    Ok(std::path::absolute(path).map_err(files::Error::new("find", path))?)
}
