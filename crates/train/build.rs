//! Tells the program which commit its sources are from, by the environment variable `RECTIFIER_COMMIT`.
//!
//! The script runs again when sources have changed, and this package is then compiled again in any case. After a build
//! of sources that were not committed it also runs again at the next commit, because that commit may hold them.

use std::path::Path;
use std::process::Command;

/// The root of the repository, relative to this package.
const ROOT: &str = "../..";

/// The files outside the folders of crates that decide what the program does, relative to [`ROOT`].
const SHARED: [&str; 3] = ["Cargo.toml", "Cargo.lock", "configs/paper"];

fn main() {
    let mut sources: Vec<String> = SHARED.map(|path| format!("{ROOT}/{path}")).to_vec();
    let crates = std::fs::read_dir(format!("{ROOT}/crates")).into_iter().flatten().flatten();
    sources.extend(crates.map(|one| format!("{}/src", one.path().display())));
    sources.retain(|path| Path::new(path).exists()); // Cargo would run the script at every build for a missing file
    for path in &sources {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=RECTIFIER_COMMIT={}", commit(&sources).unwrap_or_else(|| "unknown".to_owned()));
}

/// The commit of `sources`, followed by `, modified` if they have changes that are not committed; `None` without Git or
/// outside a repository.
fn commit(sources: &[String]) -> Option<String> {
    git(&["ls-files", "--error-unmatch", "build.rs"])?; // the repository around may be another one
    let hash = git(&["rev-parse", "HEAD"])?;
    let mut status = vec!["status", "--porcelain", "--"];
    status.extend(sources.iter().map(String::as_str));
    if git(&status)?.is_empty() {
        return Some(hash);
    }
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if Path::new(&log).exists() {
        println!("cargo::rerun-if-changed={log}");
    }
    Some(format!("{hash}, modified"))
}

/// What `git` prints when it is called with `arguments`, without the line feed at the end; `None` if it fails.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim_end().to_owned())
}
