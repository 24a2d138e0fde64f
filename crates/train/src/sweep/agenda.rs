//! Agendas: the runs of a plan at a scale, with their configurations and ids. Making an agenda loads no data.

use crate::config::backend::Backend;
use crate::config::{self, Config, Override};
use crate::failure::Failure;
use crate::run::id;
use plan::{Expanded, Plan, RunSettings, ScaleName};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::path::{Path, PathBuf};

/// A planned run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The run's id, which is also the name of the run's folder in every store.
    pub id: String,
    /// The value of the setting that [`Plan::repeat`] names, such as the seed.
    pub repeat: i64,
    /// The run's configuration, without the data folder.
    pub config: Config,
    /// The folder with the run's data; `None` if the data are in the cache or embedded in the program.
    pub data_dir: Option<PathBuf>,
}

/// A grid point of a cell, with its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedPoint {
    /// The runs whose validation results decide which point is chosen.
    pub choosing: Vec<Run>,
    /// The runs that are reported if this point is chosen.
    pub reported: Vec<Run>,
}

/// A cell of a plan, with its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedCell {
    /// The cell.
    pub cell: Expanded,
    /// The points of the cell with their runs, in the order of the grid.
    pub points: Vec<PlannedPoint>,
}

/// A plan at a scale, with all its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Agenda {
    /// The plan.
    pub plan: Plan,
    /// The scale.
    pub scale: ScaleName,
    /// The cells that the plan has at this scale.
    pub cells: Vec<PlannedCell>,
}

impl Agenda {
    /// The agenda of `plan` at `scale`. If `data_dir` is given, data are read from this folder or its sub-folders. If
    /// `backend` is given, it replaces the backend of the plan.
    ///
    /// # Errors
    /// [`Failure::Config`] when a setting cannot be used. [`Failure::Usage`] when the data set does not exist, the
    /// engine cannot use the backend, user data are needed but no folder is given, or the plan has no cells at this
    /// scale. The messages name the plan and, except for the last error, the cell.
    pub fn new(
        plan: Plan,
        scale: ScaleName,
        backend: Option<Backend>,
        data_dir: Option<&Path>,
    ) -> Result<Self, Failure> {
        let cells = plan.cells(scale);
        // A plan may have no cells at all, if it consists of figures that need no runs.
        if cells.is_empty() && !plan.cell.is_empty() {
            let (name, scale) = (&plan.name, scale.name());
            let runnable = plan.scale.keys().filter(|other| !plan.cells(**other).is_empty()).map(|other| other.name());
            let others: Vec<&str> = runnable.collect();
            return Err(Failure::Usage(format!(
                "{name}.toml has no cells at scale {scale}; choose --scale {}",
                others.join(" or ")
            )));
        }
        let runs = |cell: &Expanded, all: &[RunSettings]| -> Result<Vec<Run>, Failure> {
            all.iter().map(|settings| run(&plan.name, &cell.name, settings, (backend, data_dir))).collect()
        };
        let planned = |cell: &Expanded| -> Result<PlannedCell, Failure> {
            let point = |point: &plan::Point| {
                Ok(PlannedPoint { choosing: runs(cell, &point.choosing)?, reported: runs(cell, &point.reported)? })
            };
            let points = cell.points.iter().map(point).collect::<Result<_, Failure>>()?;
            Ok(PlannedCell { cell: cell.clone(), points })
        };
        // The plans of some figures have thousands of runs, so the cells are planned in parallel.
        let cells: Vec<Result<PlannedCell, Failure>> = cells.par_iter().map(planned).collect();
        // If several cells have errors, the error of the first of these cells is returned, in whatever order the
        // threads finish.
        Ok(Self { cells: cells.into_iter().collect::<Result<_, _>>()?, scale, plan })
    }

    /// The runs of all cells, in order. A run that several cells or points share occurs once for each of them.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        self.cells.iter().flat_map(|cell| &cell.points).flat_map(|point| point.choosing.iter().chain(&point.reported))
    }
}

fn run(
    plan: &str,
    cell: &str,
    run: &RunSettings,
    (backend, base): (Option<Backend>, Option<&Path>),
) -> Result<Run, Failure> {
    let place = format!("{plan}.toml, cell '{cell}'");
    let set = |(key, value): (&String, &toml::Value)| {
        Override::option(key, value.clone(), format!("{place}, {key} = {value}"))
    };
    let overrides: Vec<Override> = run.settings.iter().map(set).collect();
    let mut config = config::resolve(None, &overrides)?;
    config.training.backend = backend.unwrap_or(config.training.backend);
    let below = config.data.dir.take();
    let own = config.data.format.is_some();
    if !own {
        data::catalogue::find(&config.data.dataset).map_err(|e| Failure::Usage(format!("{place}: {e}")))?;
    } else if below.is_none() && base.is_none() {
        return Err(Failure::Usage(format!(
            "{place}: the runs read your own data; pass the folder of the data with --data-dir"
        )));
    }
    let training = &config.training;
    training.engine.on(training.backend).map_err(|e| Failure::Usage(format!("{place}: {e}")))?;
    let data_dir = match (base, &below) {
        (Some(base), Some(below)) => Some(base.join(below)),
        (base, below) => base.map(Path::to_owned).or_else(|| below.clone()),
    };
    let id = id::of(&config, below.as_deref().filter(|_| own));
    Ok(Run { id, repeat: run.repeat, config, data_dir })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agenda(settings: &str, data_dir: Option<&str>) -> Result<Agenda, Failure> {
        let text = format!(
            "title = 't'\nabout = 'a'\nsettings = {{ {settings} }}\nscale.smoke = {{ seeds = [1, 2] }}\n[[cell]]\nname = 'c'\n"
        );
        let plan = Plan::parse(Path::new("p.toml"), &text).unwrap();
        Agenda::new(plan, ScaleName::Smoke, None, data_dir.map(Path::new))
    }

    fn refused(settings: &str) -> String {
        let failure = agenda(settings, None).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        failure.to_string()
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named_with_its_plan_and_cell() {
        let text = refused("'training.epoch' = 3");
        assert!(text.starts_with("p.toml, cell 'c', training.epoch = 3: there is no key 'training.epoch'"), "{text}");
        let text = refused("'training.l1' = -1");
        assert!(text.starts_with("p.toml, cell 'c', training.l1 = -1: training.l1 is out of range"), "{text}");
        let text = refused("'data.dataset' = 'mnits'");
        assert!(text.starts_with("p.toml, cell 'c': ") && text.contains("mnits"), "{text}");
        let text = refused("'data.format' = 'csv'");
        assert!(text.contains("cell 'c'") && text.contains("--data-dir"), "{text}");
    }

    #[test]
    fn a_scale_without_cells_is_refused() {
        let plan = agenda("", None).unwrap().plan;
        let text = Agenda::new(plan, ScaleName::Paper, None, None).unwrap_err().to_string();
        assert!(text.contains("no cells at scale paper"), "{text}");
    }

    #[test]
    fn an_id_depends_on_which_data_but_not_on_where_they_are() {
        let ids = |settings: &str, dir: &str| -> Vec<String> {
            agenda(settings, Some(dir)).unwrap().runs().map(|run| run.id.clone()).collect()
        };
        let own = "'data.format' = 'csv', 'data.dir' = 'iris'";
        assert_eq!(ids(own, "/a"), ids(own, "/b"));
        assert_ne!(ids(own, "/a"), ids("'data.format' = 'csv', 'data.dir' = 'wine'", "/a"));
        assert_eq!(agenda(own, Some("/a")).unwrap().runs().next().unwrap().data_dir, Some("/a/iris".into()));
        assert_eq!(ids("'data.dir' = 'x'", "/a"), ids("", "/a"));
    }
}
