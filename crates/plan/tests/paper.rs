//! Tests of the plans in `configs/paper/` and of the plan in `docs/plans.md`.

use plan::{Plan, ScaleName};
use std::path::Path;

#[test]
fn the_plans_of_the_paper_can_be_read_and_have_runs_at_each_of_their_scales() {
    let folder = Path::new("../../configs/paper");
    let mut plans = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let plan = Plan::read(&path).unwrap();
        plans += 1;
        if plan.cell.is_empty() {
            continue; // The plan draws a figure without training.
        }
        assert!(plan.scale.contains_key(&ScaleName::Smoke), "the plan {} has no smoke scale", plan.name);
        for &scale in plan.scale.keys() {
            assert!(!plan.cells(scale).is_empty(), "the plan {} has no cells at the scale {}", plan.name, scale.name());
        }
    }
    assert!(plans > 0);
}

#[test]
fn the_plan_in_the_documents_is_one() {
    let text = include_str!("../../../docs/plans.md");
    let (_, text) = text.split_once("```toml\n").unwrap();
    let plan = Plan::parse(Path::new("docs/plans.md"), text.split_once("```").unwrap().0).unwrap();
    let names: Vec<String> = plan.cells(ScaleName::Desk).into_iter().map(|cell| cell.name).collect();
    assert_eq!(names, ["mask", "penalty/0.0", "penalty/0.0001"]);
}
