//! The page of a run, with sections from the result in words to the configuration.

mod activations;
mod confusion;
mod data;
mod facts;
mod headline;
mod histograms;
mod learning;
mod pictures;
mod predictions;
mod pretraining;
mod sparsity;

pub use activations::{Activations, Stage};
pub use pictures::{Confused, Image};
pub use pretraining::Reconstructed;

use super::files::{Epoch, Manifest, PretrainingEpoch, RunResult};
use super::json::Error;
use crate::document::{Head, document, style};
use std::path::Path;

/// The contents of the page of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<'a> {
    /// The run's manifest: what was run, with which versions, on which data and device.
    pub manifest: &'a Manifest,
    /// The resolved configuration, as text.
    pub config: &'a str,
    /// The finished epochs, in ascending order; may be empty.
    pub epochs: &'a [Epoch],
    /// The run's result.
    pub result: &'a RunResult,
    /// The confusion matrix: how many test examples of each class (row) were classified as each class (column); may be
    /// empty.
    pub confusion: &'a [Vec<usize>],
    /// If numbers are predicted, the true and the predicted number of each test example, in the target's units;
    /// otherwise empty.
    pub predictions: &'a [[f64; 2]],
    /// The signed weights of units of the first hidden layer, in the shape of the input; the page shows every unit in
    /// this list.
    pub filters: Vec<Image>,
    /// The weights of the same units after pre-training, before fine-tuning; may be empty.
    pub pretrained_filters: Vec<Image>,
    /// Misclassified test images, in descending order of the predicted probability.
    pub confused: Vec<Confused>,
    /// The epochs of pre-training for all layers and learning rates; may be empty.
    pub pretraining: &'a [PretrainingEpoch],
    /// Inputs of the first layer and their reconstructions; may be empty.
    pub reconstructed: Vec<Reconstructed>,
    /// The hidden activations at stages of the run, in the order of the stages; may be empty.
    pub stages: Vec<Stage>,
}

/// Writes the page to `path`.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_page(path: &Path, page: &Page) -> Result<(), Error> {
    Ok(files::write(path, html(page).as_bytes())?)
}

/// The page as one HTML document that loads no other file and runs no script.
#[must_use]
pub fn html(page: &Page) -> String {
    let (run, result) = (page.manifest, page.result);
    let body = maud::html! {
        main {
            (headline::section(run, result))
            (data::section(run))
            (predictions::section(page.predictions, run, result))
            (learning::section(page.epochs, run, result))
            (pretraining::section(&result.pretraining, page.pretraining, &page.reconstructed))
            (sparsity::section(page.epochs, run, result))
            (histograms::section(&page.stages))
            (confusion::section(page.confusion, &run.classes))
            (pictures::filters(&page.filters, &page.pretrained_filters))
            (pictures::confused(&page.confused, &run.classes))
            (facts::section(run, page.config))
        }
    };
    document(&Head { title: &headline::title(run, result), style: &style(""), policy: None }, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Counts;
    use std::collections::BTreeMap;

    const EXAMPLES: Counts = Counts { train: 50_000, validation: 10_000, test: 10_000 };

    fn manifest() -> Manifest {
        Manifest {
            name: "digits-seed1".to_owned(),
            command: "train --config digits.toml".to_owned(),
            version: "0.1.0".to_owned(),
            commit: None,
            burn: "0.22.1".to_owned(),
            dataset: "digits".to_owned(),
            credit: "public domain, https://example.org/digits".to_owned(),
            checksums: BTreeMap::from([("train.gz".to_owned(), "ab12".to_owned())]),
            classes: vec![],
            facts: BTreeMap::new(),
            look: None,
            predicted: None,
            examples: EXAMPLES,
            seed: 1,
            backend: "flex".to_owned(),
            engine: "sparse".to_owned(),
            instruction_set: "avx2".to_owned(),
            processor: None,
            device: "CPU".to_owned(),
            parameters: 95_010,
            layers: vec![64, 200, 200, 10],
            activation: "rectifier".to_owned(),
        }
    }

    fn result() -> RunResult {
        RunResult {
            dataset: "digits".to_owned(),
            seed: 1,
            backend: "flex".to_owned(),
            epochs: 3,
            selected_epoch: 2,
            validation_error: 0.0162,
            test_error: 0.0143,
            test_nll: 0.05,
            validation_rmse: None,
            test_rmse: None,
            test_mae: None,
            test_r2: None,
            baseline_error: None,
            constant_rmse: None,
            pretraining: vec![],
            pretraining_seconds: None,
            last: None,
            sparsity: vec![0.9, 0.7],
            dead_units: vec![4, 0],
            examples_per_second: 8412.0,
            training_seconds: 125.0,
            stopped: "patience".to_owned(),
            examples: EXAMPLES,
        }
    }

    fn epoch(number: usize, error: f64) -> Epoch {
        Epoch {
            epoch: number,
            train_loss: error,
            train_nll: error,
            train_error: error,
            train_sparsity: vec![0.5, 0.5],
            validation_nll: error,
            validation_error: error,
            validation_sparsity: vec![error, 0.5],
            best: true,
        }
    }

    fn image(value: f32) -> Image {
        Image { channels: 1, width: 2, height: 2, pixels: vec![value; 4] }
    }

    fn page<'a>(
        manifest: &'a Manifest,
        result: &'a RunResult,
        epochs: &'a [Epoch],
        classes: &'a [Vec<usize>],
    ) -> Page<'a> {
        let confused = vec![Confused { image: image(0.5), label: 4, predicted: 9, probability: 0.998 }];
        let filters = vec![image(0.1), image(-0.1)];
        Page {
            manifest,
            config: "seed = 1\n",
            epochs,
            result,
            confusion: classes,
            predictions: &[],
            filters,
            pretrained_filters: vec![],
            confused,
            pretraining: &[],
            reconstructed: vec![],
            stages: vec![Stage { name: "initialisation".to_owned(), layers: vec![Activations::of(&[0.0, 1.0])] }],
        }
    }

    #[test]
    fn text_from_outside_is_escaped() {
        let hostile = "</title><script>alert(\"1\")</script>&";
        let mut run = manifest();
        for text in [&mut run.name, &mut run.command, &mut run.credit, &mut run.device, &mut run.dataset] {
            hostile.clone_into(text);
        }
        run.checksums = BTreeMap::from([(hostile.to_owned(), hostile.to_owned())]);
        let text = html(&Page { config: hostile, ..page(&run, &result(), &[], &[]) });
        assert!(!text.contains("<script"), "a name became markup");
        assert!(text.contains("&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;"));
    }

    #[test]
    fn a_page_loads_nothing() {
        let (run, result) = (manifest(), result());
        let text = html(&page(&run, &result, &[epoch(1, 0.5), epoch(2, 0.1)], &[vec![5, 1], vec![0, 5]]));
        for reference in ["src=", "href=", "url(", "@import"] {
            for (at, _) in text.match_indices(reference) {
                let address = text[at + reference.len()..].trim_start_matches(['"', '\'']);
                assert!(address.starts_with("data:"), "{reference}{}", &address[..40]);
            }
        }
        assert!(!text.contains("<script"));
    }

    #[test]
    fn the_same_run_gives_the_same_bytes() {
        let (run, result, epochs) = (manifest(), result(), [epoch(1, 0.5), epoch(2, 0.1)]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        write_page(&path, &page(&run, &result, &epochs, &[])).unwrap();
        assert_eq!(files::read_text(&path).unwrap(), html(&page(&run, &result, &epochs, &[])));
    }

    #[test]
    fn activations_are_shown_only_with_stages() {
        let (run, result) = (manifest(), result());
        let section = "<h2>Activations</h2>";
        assert!(html(&page(&run, &result, &[], &[])).contains(section));
        assert!(!html(&Page { stages: vec![], ..page(&run, &result, &[], &[]) }).contains(section));
    }

    #[test]
    fn every_shape_of_run_gets_a_page() {
        let run = manifest();
        let many = vec![vec![1; 62]; 62];
        let diverged = [epoch(1, f64::NAN), epoch(2, f64::INFINITY)];
        let bare = RunResult { sparsity: vec![], dead_units: vec![], test_error: f64::NAN, ..result() };
        for epochs in [&[][..], &[epoch(1, 0.0)], &diverged] {
            for result in [&result(), &bare] {
                assert!(html(&page(&run, result, epochs, &many)).ends_with("</html>"));
            }
        }
        let text = html(&Page { filters: vec![], confused: vec![], ..page(&run, &bare, &[], &[]) });
        assert!(text.contains("No epoch was finished."));
    }
}
