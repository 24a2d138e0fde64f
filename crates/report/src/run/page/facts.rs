//! The section of the page with everything needed to repeat the run.

use crate::run::files::Manifest;
use crate::text::number::count;
use maud::{Markup, html};

/// The section with the command that repeats the run, the facts in the manifest `run`, and the configuration.
pub(crate) fn section(run: &Manifest, config: &str) -> Markup {
    let examples = run.examples;
    let layers: Vec<String> = run.layers.iter().map(|&units| count(units)).collect();
    let rows = [
        ("data set", run.dataset.clone()),
        ("source and licence", run.credit.clone()),
        (
            "examples",
            format!(
                "{} train, {} validation, {} test",
                count(examples.train),
                count(examples.validation),
                count(examples.test)
            ),
        ),
        ("layers", layers.join(" → ")),
        ("activation", run.activation.clone()),
        ("parameters", count(run.parameters)),
        ("seed", run.seed.to_string()),
        ("backend", run.backend.clone()),
        ("device", run.device.clone()),
        ("version", format!("{} on Burn {}", run.version, run.burn)),
    ];
    html! {
        section {
            h2 { "How to repeat the run" }
            pre tabindex="0" { code { (run.command) } }
            table.facts {
                caption { "The run" }
                tbody {
                    @for (name, value) in rows { tr { th scope="row" { (name) } td { (value) } } }
                    @for (name, value) in &run.facts { tr { th scope="row" { (name) } td { (value) } } }
                    @for (file, checksum) in &run.checksums {
                        tr { th scope="row" { "SHA-256 of " (file) } td { code { (checksum) } } }
                    }
                }
            }
            h3 { "Configuration" }
            pre tabindex="0" { code { (config) } }
        }
    }
}
