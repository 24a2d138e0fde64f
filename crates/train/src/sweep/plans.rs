//! Which plans there are, and what a plan's name on the command line means.

use crate::failure::Failure;
use plan::Plan;
use std::path::{Path, PathBuf};

/// The files of `configs/paper/` by name, compiled in: the program reproduces the paper wherever it is copied to.
const COMPILED: &[(&str, &str)] = &[];

/// The plan in the file `what`, or the compiled one of that name.
///
/// # Errors
/// [`Failure::Plan`] when it is no plan, [`Failure::Usage`] when there is none.
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

/// All compiled plans for `all`, else the one that is called `what`.
///
/// # Errors
/// Those of [`find`].
pub fn named(what: &str) -> Result<Vec<Plan>, Failure> {
    if what == "all" { COMPILED.iter().map(parse).collect() } else { find(what).map(|plan| vec![plan]) }
}

fn parse((name, text): &(&str, &str)) -> Result<Plan, Failure> {
    Ok(Plan::parse(&file(name), text)?)
}

/// Where the plan called `name` is written, for messages.
#[must_use]
pub fn file(name: &str) -> PathBuf {
    Path::new("configs/paper").join(format!("{name}.toml"))
}

/// The ending of a sentence that offers the compiled plans.
fn known() -> String {
    let names: Vec<&str> = COMPILED.iter().map(|(name, _)| *name).collect();
    if names.is_empty() { String::new() } else { format!(", or one of {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_compiled_plan_is_one() {
        for (name, _) in COMPILED {
            assert_eq!(find(name).unwrap().name, *name);
        }
        assert_eq!(named("all").unwrap().len(), COMPILED.len());
    }

    #[test]
    fn what_is_no_plan_is_said() {
        let sentence = find("figure-9").unwrap_err().to_string();
        assert!(sentence.starts_with("there is no plan 'figure-9'; give the path"), "{sentence}");
    }
}
