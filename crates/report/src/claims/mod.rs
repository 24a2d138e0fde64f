//! The claims of the paper, each with the paper's number, ours, and the verdict.
//!
//! | file | contents |
//! |---|---|
//! | `mod.rs` | the claims as they are written in a file |
//! | `answer.rs` | what the studies say about a claim |
//! | `markdown.rs` | the claims with their answers, for documents |

mod answer;
mod markdown;

pub use markdown::{claims_markdown, claims_short};

use plan::ScaleName;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The claims of the paper.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The claims; those with the same theme are neighbours.
    pub claim: Vec<Claim>,
}

/// A claim of the paper.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What the claim is about, such as sparsity.
    pub theme: String,
    /// The claim in a sentence.
    pub claim: String,
    /// The section of the paper, and the table or figure.
    pub section: String,
    /// The paper's result in a few words, where no plan has it as a number; empty if a plan has it.
    #[serde(default)]
    pub paper: String,
    /// Where the answer is; `None` if no plan asks for it.
    #[serde(default)]
    pub answer: Option<Source>,
}

/// Where the answer to a claim is.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Source {
    /// A number of a cell, with the paper's number and the verdict on it.
    Number {
        /// The name of the plan.
        plan: String,
        /// The scale of the runs.
        #[serde(default = "desk")]
        scale: ScaleName,
        /// The name of the cell.
        cell: String,
        /// The name of the number.
        metric: String,
    },
    /// A comparison of a plan.
    Comparison {
        /// The name of the plan.
        plan: String,
        /// The scale of the runs.
        #[serde(default = "desk")]
        scale: ScaleName,
        /// The question of the comparison.
        question: String,
        /// What the claim says about the difference; `None` if it says the size, which the plan has.
        #[serde(default)]
        expected: Option<Expected>,
    },
    /// A trend of a plan, in the direction that the plan states.
    Trend {
        /// The name of the plan.
        plan: String,
        /// The scale of the runs.
        #[serde(default = "desk")]
        scale: ScaleName,
        /// The question of the trend.
        question: String,
    },
    /// A figure of a plan, which the reader has to judge.
    Figure {
        /// The name of the plan.
        plan: String,
        /// The scale of the runs.
        #[serde(default = "desk")]
        scale: ScaleName,
        /// The number of the figure in the plan, counted from 1.
        number: usize,
    },
    /// A test of the program, for a claim that holds for every network.
    Test {
        /// The crate with the test.
        package: String,
        /// The name of the test.
        name: String,
    },
}

/// What a claim says about a difference: the number of the first cell minus that of the second or, with
/// [`Compared::minus`](crate::Compared::minus), the first difference minus the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// The difference is negative.
    Lower,
    /// The difference is positive.
    Higher,
    /// The difference is at most the tolerance of the plan.
    Equal,
}

fn desk() -> ScaleName {
    ScaleName::Desk
}

/// Why claims cannot be read or answered.
#[derive(Debug, thiserror::Error)]
pub enum ClaimsError {
    /// The text is not TOML, or has an unknown key or a value of the wrong type.
    #[error("{}, line {line}: {problem}; see the other claims of the file for examples", path.display())]
    Malformed {
        /// The path of the file.
        path: PathBuf,
        /// The number of the line, counted from 1.
        line: usize,
        /// What is wrong in that line.
        problem: String,
    },
    /// The answer of a claim does not exist.
    #[error("the claim '{claim}' asks for {what}; correct its answer")]
    NoAnswer {
        /// The claim.
        claim: String,
        /// What the claim asks for, and why it is not there.
        what: String,
    },
}

impl Claims {
    /// Parses `text`, the contents of the file `path`.
    ///
    /// # Errors
    /// [`ClaimsError::Malformed`] when `text` is not a list of claims.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ClaimsError> {
        toml::from_str(text).map_err(|e| ClaimsError::Malformed {
            path: path.to_owned(),
            line: text[..e.span().map_or(0, |span| span.start).min(text.len())].matches('\n').count() + 1,
            problem: e.message().lines().next().unwrap_or_default().replace('`', "'"),
        })
    }

    /// The names of the plans that answer the claims, each with the scale of the runs.
    #[must_use]
    pub fn plans(&self) -> BTreeSet<(&str, ScaleName)> {
        self.claim.iter().filter_map(|claim| claim.answer.as_ref()?.plan()).collect()
    }
}

impl Source {
    /// The name of the plan with the answer, and the scale of its runs; `None` for a test of the program.
    fn plan(&self) -> Option<(&str, ScaleName)> {
        match self {
            Self::Number { plan, scale, .. }
            | Self::Comparison { plan, scale, .. }
            | Self::Trend { plan, scale, .. }
            | Self::Figure { plan, scale, .. } => Some((plan, *scale)),
            Self::Test { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_names_the_plan_that_answers_it() {
        let text = "[[claim]]\ntheme = 't'\nclaim = 'c'\nsection = '4.1'\n\
                    answer = { number = { plan = 'alpha', scale = 'paper', cell = 'x', metric = 'test_error' } }\n\
                    [[claim]]\ntheme = 't'\nclaim = 'd'\nsection = '3'\n";
        let claims = Claims::parse(Path::new("claims.toml"), text).unwrap();
        assert_eq!(claims.plans(), BTreeSet::from([("alpha", ScaleName::Paper)]));
        assert_eq!(claims.claim[1].answer, None);
    }

    #[test]
    fn a_malformed_claim_is_named_by_its_line() {
        for (text, expected) in [
            ("[[claim]]\ntheme = 't'\nclaims = 'c'\n", "claims.toml, line 3: unknown field 'claims'"),
            (
                "[[claim]]\ntheme = 't'\nclaim = 'c'\nsection = '4'\nanswer = { nummer = {} }\n",
                "line 5: unknown variant",
            ),
        ] {
            let found = Claims::parse(Path::new("claims.toml"), text).unwrap_err().to_string();
            assert!(found.contains(expected), "{found}");
        }
    }

    /// The claims in `docs/claims.toml` name tests that exist.
    #[test]
    fn every_test_that_answers_a_claim_is_there() {
        let text = include_str!("../../../../docs/claims.toml");
        let claims = Claims::parse(Path::new("docs/claims.toml"), text).unwrap();
        let tests = claims.claim.iter().filter_map(|claim| match &claim.answer {
            Some(Source::Test { package, name }) => Some((package, name)),
            _ => None,
        });
        let mut found = 0;
        for (package, name) in tests {
            let folder = Path::new("../").join(package).join("src");
            let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
            let mut texts = files.filter(|file| file.is_file()).map(|file| std::fs::read_to_string(file).unwrap());
            assert!(texts.any(|text| text.contains(&format!("fn {name}()"))), "{package} has no test {name}");
            found += 1;
        }
        assert!(found > 0);
    }
}
