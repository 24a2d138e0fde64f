//! The plans that are compiled into the program, and the search for a plan by name or path.

use crate::failure::Failure;
use plan::{Plan, ScaleName};
use std::path::{Path, PathBuf};

/// The plans in `configs/paper/` by name. These plans are compiled into the program, so that they can be run without a
/// copy of the repository.
const COMPILED: [(&str, &str); 31] = [
    ("figure1", include_str!("../../../../configs/paper/figure1.toml")),
    ("figure2", include_str!("../../../../configs/paper/figure2.toml")),
    ("table1-mnist", include_str!("../../../../configs/paper/table1-mnist.toml")),
    ("table1-mnist-literal", include_str!("../../../../configs/paper/table1-mnist-literal.toml")),
    ("table1-mnist-first", include_str!("../../../../configs/paper/table1-mnist-first.toml")),
    ("table1-mnist-rectifier", include_str!("../../../../configs/paper/table1-mnist-rectifier.toml")),
    ("long-training-mnist", include_str!("../../../../configs/paper/long-training-mnist.toml")),
    ("long-training-cifar10", include_str!("../../../../configs/paper/long-training-cifar10.toml")),
    ("table1-diagnosis", include_str!("../../../../configs/paper/table1-diagnosis.toml")),
    ("table1-cifar10", include_str!("../../../../configs/paper/table1-cifar10.toml")),
    ("table1-cifar10-first", include_str!("../../../../configs/paper/table1-cifar10-first.toml")),
    ("table1-nistp", include_str!("../../../../configs/paper/table1-nistp.toml")),
    ("table1-norb", include_str!("../../../../configs/paper/table1-norb.toml")),
    ("alpha", include_str!("../../../../configs/paper/alpha.toml")),
    ("alpha-fresh", include_str!("../../../../configs/paper/alpha-fresh.toml")),
    ("figure3", include_str!("../../../../configs/paper/figure3.toml")),
    ("figure3-wide", include_str!("../../../../configs/paper/figure3-wide.toml")),
    ("figure4", include_str!("../../../../configs/paper/figure4.toml")),
    ("figure4-fresh", include_str!("../../../../configs/paper/figure4-fresh.toml")),
    ("table2", include_str!("../../../../configs/paper/table2.toml")),
    ("amazon", include_str!("../../../../configs/paper/amazon.toml")),
    ("strategies", include_str!("../../../../configs/paper/strategies.toml")),
    ("strategies-fresh", include_str!("../../../../configs/paper/strategies-fresh.toml")),
    ("ablations", include_str!("../../../../configs/paper/ablations.toml")),
    ("question-a", include_str!("../../../../configs/paper/question-a.toml")),
    ("question-a-fresh", include_str!("../../../../configs/paper/question-a-fresh.toml")),
    ("question-b", include_str!("../../../../configs/paper/question-b.toml")),
    ("question-b-fresh", include_str!("../../../../configs/paper/question-b-fresh.toml")),
    ("question-b-long", include_str!("../../../../configs/paper/question-b-long.toml")),
    ("question-b-long-fresh", include_str!("../../../../configs/paper/question-b-long-fresh.toml")),
    ("question-c", include_str!("../../../../configs/paper/question-c.toml")),
];

/// The plan in the file `what` if that file exists or `what` ends in `.toml`; otherwise the compiled plan called
/// `what`.
///
/// # Errors
/// [`Failure::Plan`] when the file cannot be read or is not a valid plan, [`Failure::Usage`] when there is neither a
/// file nor a compiled plan called `what`.
pub fn find(what: &str) -> Result<Plan, Failure> {
    let path = Path::new(what);
    if path.is_file() || path.extension().is_some_and(|end| end == "toml") {
        return Ok(Plan::read(path)?);
    }
    match COMPILED.iter().find(|(name, _)| *name == what) {
        Some(compiled) => parse(compiled),
        None => Err(Failure::Usage(format!("there is no plan '{what}'; give the path of a plan's file{}", known()))),
    }
}

/// The plan called `what`, or, if `what` is `all`, every compiled plan that has this `scale`.
///
/// # Errors
/// The errors of [`find`].
pub fn named(what: &str, scale: ScaleName) -> Result<Vec<Plan>, Failure> {
    if what != "all" {
        return find(what).map(|plan| vec![plan]);
    }
    let mut plans: Vec<Plan> = COMPILED.iter().map(parse).collect::<Result<_, _>>()?;
    plans.retain(|plan| plan.scale.contains_key(&scale));
    Ok(plans)
}

fn parse((name, text): &(&str, &str)) -> Result<Plan, Failure> {
    Ok(Plan::parse(&file(name), text)?)
}

/// The path, for messages, of the compiled plan called `name`.
#[must_use]
pub fn file(name: &str) -> PathBuf {
    Path::new("configs/paper").join(format!("{name}.toml"))
}

/// The last part of an error message, which lists the compiled plans.
fn known() -> String {
    format!(", or one of {}", COMPILED.map(|(name, _)| name).join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::agenda::Agenda;
    use super::*;

    #[test]
    fn every_compiled_plan_can_be_read() {
        for (name, _) in COMPILED {
            assert_eq!(find(name).unwrap().name, *name);
        }
        assert_eq!(named("all", ScaleName::Smoke).unwrap().len(), COMPILED.len());
        let desk = named("all", ScaleName::Desk).unwrap();
        assert!(
            desk.iter().all(|plan| plan.name != "table1-norb"),
            "table1-norb should have no desk scale, because NORB has 6 GB"
        );
    }

    #[test]
    fn every_run_of_the_paper_can_be_configured() {
        for scale in [ScaleName::Smoke, ScaleName::Desk, ScaleName::Paper] {
            for plan in named("all", scale).unwrap() {
                let runs = Agenda::new(plan.clone(), scale, None, Some(Path::new("data"))).unwrap().runs().count();
                assert!(runs > 0 || plan.cell.is_empty(), "{} at {}", plan.name, scale.name());
            }
        }
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let sentence = find("figure-9").unwrap_err().to_string();
        assert!(sentence.starts_with("there is no plan 'figure-9'; give the path"), "{sentence}");
    }
}
