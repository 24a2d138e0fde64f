//! The page holds what it shows, and nothing of anybody else's.

use report::{Confused, Counts, Epoch, Image, Manifest, Page, RunResult, html};

fn manifest() -> Manifest {
    Manifest {
        name: "a<b>&\"c\"".to_owned(),
        command: "train --config a.toml".to_owned(),
        version: "0.1.0".to_owned(),
        burn: "0.22.1".to_owned(),
        dataset: "digits".to_owned(),
        credit: "somebody".to_owned(),
        checksums: [("file".to_owned(), "abc".to_owned())].into(),
        examples: Counts { train: 10, validation: 5, test: 4 },
        seed: 1,
        backend: "flex".to_owned(),
        device: "CPU".to_owned(),
        parameters: 12,
        layers: vec![4, 3, 2, 2],
        activation: "rectifier".to_owned(),
    }
}

fn epoch(epoch: usize) -> Epoch {
    Epoch {
        epoch,
        train_loss: 0.7,
        train_nll: 0.6,
        train_error: 0.5,
        train_sparsity: vec![0.4, 0.5],
        validation_nll: 0.65,
        validation_error: 0.25,
        validation_sparsity: vec![0.4, 0.5],
        best: epoch == 1,
    }
}

fn result() -> RunResult {
    RunResult {
        dataset: "digits".to_owned(),
        seed: 1,
        backend: "flex".to_owned(),
        epochs: 2,
        selected_epoch: 1,
        validation_error: 0.25,
        test_error: 0.5,
        test_nll: 0.8,
        sparsity: vec![0.4, 0.6],
        dead_units: vec![1, 0],
        examples_per_second: 1234.0,
        training_seconds: 300.0,
        stopped: "epochs".to_owned(),
        examples: Counts { train: 10, validation: 5, test: 4 },
    }
}

fn page(epochs: &[Epoch]) -> String {
    let image = || Image { width: 2, height: 1, pixels: vec![0.0, 1.0] };
    html(&Page {
        manifest: &manifest(),
        config: "[training]\nseed = 1 # <",
        epochs,
        result: &result(),
        confusion: &[vec![1, 2], vec![0, 1]],
        filters: vec![image(); 3],
        confused: vec![Confused { image: image(), label: 0, predicted: 1, probability: 0.9 }],
    })
}

#[test]
fn names_are_escaped() {
    let page = page(&[epoch(1)]);
    assert!(page.contains("a&lt;b&gt;&amp;&quot;c&quot;") && !page.contains("a<b>"));
    assert!(page.contains("seed = 1 # &lt;"));
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let page = page(&[epoch(1), epoch(2)]);
    for outside in ["http:", "https:", "<script", "<link", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("src=\"data:image/png;base64,").count(), page.matches("src=").count());
}

#[test]
fn the_numbers_of_the_run_are_there() {
    let page = page(&[epoch(1), epoch(2)]);
    // 2 of the 4 test examples are wrong, zeros are (40 + 60) / 2 %.
    for shown in ["50.00 %", "25.00 %", "2 of 4 test examples", "1234", "5 min", "train --config a.toml", "abc"] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn the_same_run_gives_the_same_page() {
    assert_eq!(page(&[epoch(1)]), page(&[epoch(1)]));
}

#[test]
fn no_epoch_and_values_that_are_no_numbers_break_nothing() {
    page(&[]);
    page(&[Epoch { validation_nll: f64::NAN, train_nll: f64::INFINITY, validation_sparsity: vec![], ..epoch(1) }]);
}

#[test]
fn epochs_and_results_read_back_as_written_and_a_bad_line_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (metrics, path) = (folder.path().join("metrics.jsonl"), folder.path().join("result.json"));
    let epochs = [epoch(1), Epoch { train_nll: 0.1 + 0.2, ..epoch(2) }];
    report::write_epochs(&metrics, &epochs).unwrap();
    assert_eq!(report::read_epochs(&metrics).unwrap(), epochs);
    assert_eq!(std::fs::read_to_string(&metrics).unwrap().lines().count(), 2);
    report::write_result(&path, &result()).unwrap();
    assert_eq!(report::read_result(&path).unwrap(), result());

    let whole = std::fs::read_to_string(&metrics).unwrap();
    files::write(&metrics, &whole.as_bytes()[..whole.len() - 10]).unwrap();
    let sentence = report::read_epochs(&metrics).unwrap_err().to_string();
    assert!(sentence.contains("metrics.jsonl, line 2"), "{sentence}");
}
