//! Finished runs as studies, from which reports are made.

use crate::failure::Failure;
use crate::sweep::agenda::{Agenda, PlannedCell, PlannedPoint, Run};
use crate::sweep::store;
use plan::{Expanded, Plan, ScaleName};
use report::{Outcome, PlannedRun, Study};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// A study for each agenda, of the runs stored in `folders`. Links to the pages of runs are relative to the folder
/// `out`.
///
/// # Errors
/// [`Failure::Report`] when an outcome cannot be read.
pub fn of_plans(agendas: &[Agenda], folders: &[PathBuf], out: &Path) -> Result<Vec<Study>, Failure> {
    let mut outcomes: BTreeMap<&str, Outcome> = BTreeMap::new();
    for run in agendas.iter().flat_map(Agenda::runs) {
        if let Some(outcome) = store::kept(folders, &run.id)? {
            outcomes.insert(&run.id, outcome);
        }
    }
    let page = |id: &str| folders.iter().map(|folder| folder.join(id).join("report.html")).find(|page| page.is_file());
    let planned = |run: &Run| PlannedRun {
        id: run.id.clone(),
        outcome: outcomes.get(&*run.id),
        page: page(&run.id).and_then(|page| seen_from(out, &page)),
    };
    let point = |point: &PlannedPoint| report::PointRuns {
        choosing: point.choosing.iter().map(planned).collect(),
        reported: point.reported.iter().map(planned).collect(),
    };
    let cell = |cell: &PlannedCell| cell.points.iter().map(point).collect();
    let study = |agenda: &Agenda| {
        let cells = agenda.cells.iter().map(|one| report::CellRuns { expanded: &one.cell, points: cell(one) });
        report::study(&agenda.plan, agenda.scale, &cells.collect::<Vec<_>>())
    };
    Ok(agendas.iter().map(study).collect())
}

/// The finished runs in `folders` as one study, with a cell for each run. Links to the pages of runs are relative to
/// the folder `out`.
pub(crate) fn of_runs(folders: &[PathBuf], out: &Path) -> Result<Study, Failure> {
    let name = |folder: &PathBuf| folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let read = |folder: &PathBuf| Outcome::of(folder, &name(folder));
    let outcomes: Vec<Outcome> = folders.iter().map(read).collect::<Result<_, _>>()?;
    let cells: Vec<Expanded> = outcomes.iter().map(|outcome| Expanded::single(&outcome.id)).collect();
    let mut runs = Vec::new();
    for ((expanded, outcome), folder) in cells.iter().zip(&outcomes).zip(folders) {
        let page = seen_from(out, &folder.join("report.html"));
        let run = PlannedRun { id: expanded.name.clone(), outcome: Some(outcome), page };
        let point = report::PointRuns { choosing: Vec::new(), reported: vec![run] };
        runs.push(report::CellRuns { expanded, points: vec![point] });
    }
    let mut plan = Plan::of_runs();
    // A column is shown only if at least one run has a value for it.
    let has = |name: &String| outcomes.iter().any(|outcome| outcome.listed(name).is_some());
    plan.table.iter_mut().for_each(|table| table.columns.retain(has));
    Ok(report::study(&plan, ScaleName::Desk, &runs))
}

/// The path of `file` relative to the folder `from`, as a link; `None` when either path cannot be made absolute.
fn seen_from(from: &Path, file: &Path) -> Option<String> {
    let [from, file] = [std::path::absolute(from).ok()?, std::path::absolute(file).ok()?];
    let [from, file]: [Vec<Component<'_>>; 2] = [from.components().collect(), file.components().collect()];
    let common = from.iter().zip(&file).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| "..".to_owned());
    let down = file[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_linked_relative_to_the_report() {
        let link = |from, file| seen_from(Path::new(from), Path::new(file)).unwrap();
        assert_eq!(link("artifacts/report", "artifacts/runs/ab/report.html"), "../runs/ab/report.html");
        assert_eq!(link("/a/b", "/a/b/c.html"), "c.html");
        assert_eq!(link("/a", "/b/c.html"), "../b/c.html");
    }
}
