//! Reads golden cases from files.

use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Why golden vectors cannot be read.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(
        "{path} cannot be read ({source}); write it with `python3 golden/make.py`, or set GOLDEN_DIR to another folder"
    )]
    Missing { path: PathBuf, source: std::io::Error },
    #[error("{path} is not a file of golden vectors ({source}); write it with `python3 golden/make.py`")]
    Malformed { path: PathBuf, source: serde_json::Error },
    #[error("{path} has no cases; write it again with `python3 golden/make.py`")]
    Empty { path: PathBuf },
}

/// The single case that the file `name` consists of.
///
/// # Panics
/// If the file is missing or malformed.
pub(crate) fn case<T: DeserializeOwned>(name: &str) -> T {
    read(&folder().join(name)).unwrap_or_else(|error| panic!("{error}"))
}

/// The cases in the file `name`.
///
/// # Panics
/// If the file is missing or malformed, or has no cases.
pub(crate) fn cases<T: DeserializeOwned>(name: &str) -> Vec<T> {
    read_all(&folder().join(name)).unwrap_or_else(|error| panic!("{error}"))
}

/// `GOLDEN_DIR`, or the workspace's folder as seen from the package whose tests run, where cargo starts them. A path that
/// was known to the compiler could be that of another checkout, which shares the target folder.
fn folder() -> PathBuf {
    std::env::var_os("GOLDEN_DIR").map_or_else(|| PathBuf::from("../../golden"), PathBuf::from)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Unreadable> {
    let text = std::fs::read_to_string(path).map_err(|source| Unreadable::Missing { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| Unreadable::Malformed { path: path.to_owned(), source })
}

fn read_all<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Unreadable> {
    let cases: Vec<T> = read(path)?;
    if cases.is_empty() { Err(Unreadable::Empty { path: path.to_owned() }) } else { Ok(cases) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AutoEncoder, Supervised};

    #[test]
    fn every_file_of_the_repository_is_read() {
        let layers =
            |case: &Supervised| case.weights.len() == case.layers.len() - 1 && case.biases.len() == case.weights.len();
        assert!(crate::supervised().iter().all(layers));
        let decoders = |case: &AutoEncoder| case.tied == case.parameters.decoder_weight.is_none();
        assert!(crate::autoencoders().iter().all(decoders));
        let product: f64 = crate::identity().scales.iter().product();
        assert!((product - 1.0).abs() < 1e-12, "the product of the scales must be 1, but it is {product}");
    }

    #[test]
    fn a_file_that_is_missing_malformed_or_empty_is_named_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("supervised.json");
        let sentence = || read_all::<Supervised>(&path).unwrap_err().to_string();
        let says = |parts: &[&str]| {
            let sentence = sentence();
            assert!(parts.iter().all(|part| sentence.contains(part)), "{sentence}");
        };
        says(&["supervised.json cannot be read", "golden/make.py", "GOLDEN_DIR"]);
        for (text, parts) in [
            ("[", ["supervised.json is not a file of golden vectors", "EOF"]),
            (
                r#"[{"name": "a", "other": 1}]"#,
                ["supervised.json is not a file of golden vectors", "unknown field `other`"],
            ),
            ("[]", ["supervised.json has no cases", "golden/make.py"]),
        ] {
            files::write(&path, text.as_bytes()).unwrap();
            says(&parts);
        }
    }
}
