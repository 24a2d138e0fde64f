//! What limits a cell's result: a chosen point at an edge of its grid, and runs that were still improving when their
//! epochs ended.

use super::runs::{CellRuns, PlannedRun};
use crate::run::End;

/// What limits the result of `cell` at its point with the index `chosen`, each as a clause without a full stop.
pub(crate) fn of(cell: &CellRuns<'_>, chosen: usize) -> Vec<String> {
    let points = &cell.expanded.points;
    let edges = plan::edges(points, chosen).into_iter().map(|(key, value)| {
        let name = key.rsplit('.').next().unwrap_or(key);
        format!("edge of the grid: a better {name} may lie beyond {value}")
    });
    edges.chain(improving(&cell.points[chosen].reported)).collect()
}

/// A clause that counts the finished `runs` whose best epoch was the last epoch of their budget; `None` if there is no
/// such run.
fn improving(runs: &[PlannedRun<'_>]) -> Option<String> {
    let finished = runs.iter().filter_map(|run| match &run.finished()?.end {
        End::Finished { result, .. } => Some(result),
        End::Diverged { .. } => None,
    });
    let (mut all, mut last) = (0, 0);
    for result in finished {
        all += 1;
        last += usize::from(result.stopped == "epochs" && result.selected_epoch == result.epochs);
    }
    (last > 0)
        .then(|| format!("still improving: the last epoch of the budget was the best one in {last} of {all} runs"))
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use plan::ScaleName;

    #[test]
    fn a_point_at_an_edge_of_its_grid_is_said_to_be_there() {
        let study = Sample::new().study();
        assert_eq!(study.cells[0].limits, ["edge of the grid: a better learning_rate may lie beyond 0.1"]);
        let remarks = study.tables[0].remarks(&study.cells);
        assert!(
            remarks.iter().any(|(clause, cells)| clause.starts_with("edge of the grid") && cells == &["rectifier"])
        );
        let mut sample = Sample::new();
        let rates = sample.plan.cell[0].grid.get_mut("training.learning_rate").unwrap();
        rates.insert(0, 1.0.into());
        rates.swap(0, 1); // the best point of the sample is the first one
        assert_eq!(sample.study().cells[0].limits, [] as [&str; 0]);
        assert_eq!(Sample::new().at(ScaleName::Smoke).study().cells[0].limits, [] as [&str; 0]);
    }

    #[test]
    fn runs_whose_last_epoch_is_the_best_are_said_to_be_still_improving() {
        let improving = Sample::new().improving(|cell, seed| cell == "tanh" && seed < 5).study();
        let limits = |name: &str| &improving.cells.iter().find(|cell| cell.name == name).unwrap().limits;
        let clause = "still improving: the last epoch of the budget was the best one in 3 of 5 runs";
        assert_eq!(*limits("tanh"), [clause]);
        assert!(limits("mask").is_empty());
    }
}
