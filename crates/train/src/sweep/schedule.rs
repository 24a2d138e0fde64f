//! The schedule: all runs of a sweep and the status of each run. The statuses determine which runs are started next.

use super::agenda::{Agenda, PlannedCell, PlannedPoint, Run};
use super::shard::Shard;
use super::status::RunStatus;
use plan::{Measured, Plan};
use report::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// A run in the schedule. A run that several cells or plans share is one item.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// The run.
    pub run: &'a Run,
    /// The index of the first cell that needs the run.
    pub cell: usize,
    /// The index of the run's point in the first cell that needs the run.
    pub point: usize,
    /// The run's status.
    pub status: RunStatus,
}

/// The choice of a cell's grid point by validation results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Some of the runs on which the choice depends have not ended yet.
    Pending,
    /// The index of the chosen point, counted from 0.
    Point(usize),
    /// No point can be chosen, because each point has a run that diverged or lacks the metric by which points are
    /// chosen.
    Impossible,
    /// No point can be chosen, because a run on which the choice depends failed.
    Failed,
}

/// A cell in the schedule, whose runs are given by their indices in [`Schedule::items`].
#[derive(Clone, Debug)]
struct Entry<'a> {
    cell: &'a PlannedCell,
    plan: &'a Plan,
    /// For each point, the runs on which the choice depends, and the runs that are reported if the point is chosen.
    points: Vec<[Vec<usize>; 2]>,
}

/// All runs of a sweep and their status.
#[derive(Clone, Debug)]
pub struct Schedule<'a> {
    items: Vec<Item<'a>>,
    cells: Vec<Entry<'a>>,
}

impl<'a> Schedule<'a> {
    /// A schedule with all runs of `agendas`. A run whose id is a key of `outcomes` is done.
    #[must_use]
    pub fn new(agendas: &'a [Agenda], mut outcomes: BTreeMap<String, Outcome>) -> Self {
        let mut schedule = Self { items: Vec::new(), cells: Vec::new() };
        let mut places: BTreeMap<&'a str, usize> = BTreeMap::new();
        for (agenda, cell) in agendas.iter().flat_map(|agenda| agenda.cells.iter().map(move |cell| (agenda, cell))) {
            let number = schedule.cells.len();
            let mut place = |run: &'a Run, point: usize| {
                *places.entry(&run.id).or_insert_with(|| {
                    let done = outcomes.remove(&run.id).map(|outcome| RunStatus::Done(Box::new(outcome)));
                    schedule.items.push(Item { run, cell: number, point, status: done.unwrap_or(RunStatus::Open) });
                    schedule.items.len() - 1
                })
            };
            let mut indices = |(point, runs): (usize, &'a PlannedPoint)| {
                [&runs.choosing, &runs.reported].map(|runs| runs.iter().map(|run| place(run, point)).collect())
            };
            let points = cell.points.iter().enumerate().map(&mut indices).collect();
            schedule.cells.push(Entry { cell, plan: &agenda.plan, points });
        }
        schedule
    }

    /// All runs, including the reported runs of points that may never be chosen.
    #[must_use]
    pub fn items(&self) -> &[Item<'a>] {
        &self.items
    }

    /// The number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// The cell with the index `cell`.
    #[must_use]
    pub fn cell(&self, cell: usize) -> &'a PlannedCell {
        self.cells[cell].cell
    }

    /// Sets the status of the run with the index `k`.
    pub fn set(&mut self, k: usize, status: RunStatus) {
        self.items[k].status = status;
    }

    /// The choice of a point in the cell `cell`.
    #[must_use]
    pub fn choice(&self, cell: usize) -> Choice {
        let Entry { points, plan, .. } = &self.cells[cell];
        if points.len() == 1 {
            return Choice::Point(0);
        }
        let mut pending = false;
        let mut measured = Vec::new();
        for [choosing, _] in points {
            let mut values = Vec::new();
            for &k in choosing {
                match &self.items[k].status {
                    RunStatus::Done(outcome) => values.push(outcome.number(&plan.choose_by)),
                    RunStatus::Failed(_) => return Choice::Failed,
                    RunStatus::Open | RunStatus::Running => pending = true,
                }
            }
            measured.push(Measured { values });
        }
        if pending {
            return Choice::Pending;
        }
        plan::choose(&measured).map_or(Choice::Impossible, |chosen| Choice::Point(chosen.point))
    }

    /// The open runs that may be started now. Runs on which the choice of a point depends come before runs that are
    /// reported. Within each of these two kinds, the runs that `shard` prefers come first.
    #[must_use]
    pub fn wanted(&self, shard: Shard) -> Vec<usize> {
        let mut wanted = Vec::new();
        let mut seen = BTreeSet::new();
        for phase in [self.deciding(), self.reported()] {
            let open = phase.into_iter().filter(|&k| self.items[k].status == RunStatus::Open && seen.insert(k));
            let (own, others): (Vec<usize>, Vec<usize>) = open.partition(|&k| shard.prefers(k));
            wanted.extend(own.into_iter().chain(others));
        }
        wanted
    }

    fn deciding(&self) -> Vec<usize> {
        self.cells.iter().flat_map(|entry| &entry.points).flat_map(|[choosing, _]| choosing).copied().collect()
    }

    /// The reported runs of the cells in which a point has been chosen.
    fn reported(&self) -> Vec<usize> {
        let of = |cell: usize| match self.choice(cell) {
            Choice::Point(k) => self.cells[cell].points[k][1].clone(),
            Choice::Pending | Choice::Impossible | Choice::Failed => Vec::new(),
        };
        (0..self.cells.len()).flat_map(of).collect()
    }

    /// The runs that the cell `cell` needs; while the choice of a point is pending, the reported runs of the first
    /// point are counted in place of the reported runs of the chosen point.
    fn needed(&self, cell: usize) -> Vec<usize> {
        let points = &self.cells[cell].points;
        let reported = match self.choice(cell) {
            Choice::Point(k) => points[k][1].clone(),
            Choice::Pending => points[0][1].clone(),
            Choice::Impossible | Choice::Failed => Vec::new(),
        };
        points.iter().flat_map(|[choosing, _]| choosing).copied().chain(reported).collect()
    }

    /// The number of needed runs of the cell `cell` that are done, and the number of all needed runs of this cell.
    #[must_use]
    pub fn progress_of(&self, cell: usize) -> (usize, usize) {
        let needed = self.needed(cell);
        (needed.iter().filter(|&&k| matches!(self.items[k].status, RunStatus::Done(_))).count(), needed.len())
    }

    /// The number of needed runs of the sweep that are done, and the number of all needed runs of the sweep.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let needed: BTreeSet<usize> = (0..self.cells.len()).flat_map(|cell| self.needed(cell)).collect();
        (needed.iter().filter(|&&k| matches!(self.items[k].status, RunStatus::Done(_))).count(), needed.len())
    }

    /// The runs that failed, with their reasons.
    pub fn failed(&self) -> impl Iterator<Item = (&Item<'a>, &str)> {
        self.items.iter().filter_map(|item| match &item.status {
            RunStatus::Failed(reason) => Some((item, reason.as_str())),
            _ => None,
        })
    }

    /// The lowest value, among the finished runs of the cell `cell`, of the metric by which points are chosen; `None`
    /// if no finished run has the metric.
    #[must_use]
    pub fn best(&self, cell: usize) -> Option<f64> {
        let entry = &self.cells[cell];
        let runs = entry.points.iter().flatten().flatten();
        runs.filter_map(|&k| self.number(k, &entry.plan.choose_by)).min_by(f64::total_cmp)
    }

    /// The mean of the metric `name` over those reported runs of the cell `cell` that are finished; `None` if no point
    /// has been chosen or no run has the metric.
    #[must_use]
    pub fn mean(&self, cell: usize, name: &str) -> Option<f64> {
        let Choice::Point(point) = self.choice(cell) else { return None };
        let reported = &self.cells[cell].points[point][1];
        let values: Vec<f64> = reported.iter().filter_map(|&k| self.number(k, name)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// The plan of the cell `cell`.
    #[must_use]
    pub fn plan(&self, cell: usize) -> &'a Plan {
        self.cells[cell].plan
    }

    fn number(&self, k: usize, name: &str) -> Option<f64> {
        match &self.items[k].status {
            RunStatus::Done(outcome) => outcome.number(name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plan::ScaleName;
    use std::path::Path;

    const PLAN: &str = r#"
        title = "t"
        about = "a"
        scale.smoke = { choose_on = [1], seeds = [2, 3] }
        [[cell]]
        name = "chosen"
        grid = { "training.learning_rate" = [0.1, 0.01] }
        [[cell]]
        name = "same"
        settings = { "training.learning_rate" = 0.1 }
    "#;

    fn agendas() -> Vec<Agenda> {
        let plan = Plan::parse(Path::new("p.toml"), PLAN).unwrap();
        vec![Agenda::new(plan, ScaleName::Smoke, None, None).unwrap()]
    }

    fn done(validation_error: f64) -> RunStatus {
        let end = if validation_error.is_nan() {
            serde_json::json!({"diverged": {"reason": "so"}})
        } else {
            let numbers = "\"train_error\":0,\"train_nll\":0,\"train_loss\":0,\"validation_nll\":0,\"epoch\":1";
            let epoch = format!(
                "{{{numbers},\"validation_error\":0,\"train_sparsity\":[],\"validation_sparsity\":[],\"best\":true}}"
            );
            let result = serde_json::json!({
                "dataset": "d", "seed": 1, "backend": "b", "epochs": 1, "selected_epoch": 1, "test_error": 0.5,
                "validation_error": validation_error, "test_nll": 0, "sparsity": [], "dead_units": [],
                "examples_per_second": 1, "training_seconds": 1, "stopped": "epochs",
                "examples": {"train": 1, "validation": 1, "test": 1},
            });
            let selected: serde_json::Value = serde_json::from_str(&epoch).unwrap();
            serde_json::json!({"finished": {"result": result, "selected": selected, "mistakes": [], "measures": {}}})
        };
        let run = serde_json::json!({
            "name": "n", "command": "c", "version": "v", "burn": "b", "dataset": "d", "credit": "c", "checksums": {},
            "examples": {"train": 1, "validation": 1, "test": 1}, "seed": 1, "backend": "b", "engine": "e", "instruction_set": "i", "classes": [], "facts": {},
            "device": "d", "parameters": 1, "layers": [1, 2], "activation": "a",
        });
        let outcome = serde_json::json!({"id": "i", "config": {}, "run": run, "end": end});
        RunStatus::Done(Box::new(serde_json::from_value(outcome).unwrap()))
    }

    #[test]
    fn runs_that_decide_come_first_and_equal_runs_are_one_item() {
        let agendas = agendas();
        let schedule = Schedule::new(&agendas, BTreeMap::new());
        // At each of two learning rates, the choice depends on one run, and two runs are reported. The runs of the
        // second cell are among these six runs.
        assert_eq!(schedule.items().len(), 6);
        let wanted = schedule.wanted(Shard::WHOLE);
        let repeats: Vec<i64> = wanted.iter().map(|&k| schedule.items()[k].run.repeat).collect();
        assert_eq!(repeats, [1, 1, 2, 3]);
        assert_eq!(schedule.progress(), (0, 4));
    }

    #[test]
    fn reported_runs_are_those_of_the_chosen_point() {
        let agendas = agendas();
        let mut schedule = Schedule::new(&agendas, BTreeMap::new());
        let deciding = schedule.wanted(Shard::WHOLE)[..2].to_vec();
        schedule.set(deciding[0], done(0.3));
        assert_eq!(schedule.choice(0), Choice::Pending);
        schedule.set(deciding[1], done(0.2));
        assert_eq!(schedule.choice(0), Choice::Point(1));
        assert_eq!((schedule.best(0), schedule.mean(0, "test_error")), (Some(20.0), None));
        assert_eq!(schedule.progress(), (2, 6));
        schedule.set(deciding[1], done(f64::NAN));
        assert_eq!(schedule.choice(0), Choice::Point(0));
        schedule.set(deciding[0], done(f64::NAN));
        assert_eq!(schedule.choice(0), Choice::Impossible);
        assert_eq!(schedule.progress(), (2, 4));
        schedule.set(deciding[0], RunStatus::Failed("so".to_owned()));
        assert_eq!(schedule.choice(0), Choice::Failed);
        assert_eq!(schedule.failed().count(), 1);
    }

    #[test]
    fn a_shard_starts_with_its_own_runs_and_helps_with_the_others() {
        let agendas = agendas();
        let schedule = Schedule::new(&agendas, BTreeMap::new());
        let [first, second] = ["1/2", "2/2"].map(|shard| schedule.wanted(shard.parse().unwrap()));
        assert_ne!(first[0], second[0]);
        let sorted = |mut all: Vec<usize>| {
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(first), sorted(second));
    }
}
