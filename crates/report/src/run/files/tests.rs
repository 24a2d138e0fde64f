use super::*;

fn epoch(number: usize) -> Epoch {
    Epoch {
        epoch: number,
        train_loss: 0.1 + 0.2,
        train_nll: 1.0 / 3.0,
        train_error: 0.5,
        train_sparsity: vec![0.25, 0.75],
        validation_nll: 2.5e-17,
        validation_error: 0.125,
        validation_sparsity: vec![0.5, 1.0],
        best: number == 1,
    }
}

#[test]
fn epochs_are_read_back_bit_for_bit_and_take_one_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metrics.jsonl");
    let epochs = [epoch(1), epoch(2)];
    write_epochs(&path, &epochs).unwrap();
    assert_eq!(files::read_text(&path).unwrap().lines().count(), 2);
    assert_eq!(read_epochs(&path).unwrap(), epochs);
}

#[test]
fn no_epochs_are_an_empty_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metrics.jsonl");
    write_epochs(&path, &[]).unwrap();
    assert_eq!(read_epochs(&path).unwrap(), []);
}

#[test]
fn a_bad_line_is_named_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metrics.jsonl");
    write_epochs(&path, &[epoch(1), epoch(2), epoch(3)]).unwrap();
    let text = files::read_text(&path).unwrap().replace("\"epoch\":2", "\"epoch\":\"two\"");
    files::write(&path, text.as_bytes()).unwrap();
    let message = read_epochs(&path).unwrap_err().to_string();
    assert!(message.contains("metrics.jsonl, line 2, column "), "{message}");
    assert!(message.contains("invalid type: string"), "{message}");
    assert!(!message.contains("at line 1"), "{message}");
}

#[test]
fn numbers_that_are_not_finite_are_read_back_as_nan() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metrics.jsonl");
    let diverged = Epoch { train_nll: f64::INFINITY, validation_sparsity: vec![f64::NAN, 0.5], ..epoch(1) };
    write_epochs(&path, &[diverged]).unwrap();
    let read = read_epochs(&path).unwrap().remove(0);
    assert!(read.train_nll.is_nan() && read.validation_sparsity[0].is_nan());
    assert_eq!(read.validation_sparsity[1].to_bits(), 0.5_f64.to_bits());
}

#[test]
fn a_missing_number_is_an_error_and_not_nan() {
    let text = serde_json::to_string(&epoch(1)).unwrap().replace("\"train_nll\":", "\"other\":");
    let error = serde_json::from_str::<Epoch>(&text).unwrap_err().to_string();
    assert!(error.contains("missing field `train_nll`"), "{error}");
}
