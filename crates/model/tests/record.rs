//! Tests that records restore their networks, and that a record that is incomplete, altered or of another network is
//! rejected with a clear error.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use burn::module::Module;
use burn::prelude::Device;
use burn::store::ModuleRecord;
use burn::tensor::Tensor;
use model::{Activation, Classifier, Error, Network, NetworkConfig, Record, SignMask};
use std::path::Path;

fn config() -> NetworkConfig {
    NetworkConfig {
        inputs: 4,
        hidden: vec![6, 5],
        outputs: 3,
        activation: Activation::Softplus { alpha: 2.0 },
        sign_mask: SignMask::FairCoin,
    }
}

fn network(seed: u64) -> Network {
    config().init(seed, &Device::flex())
}

fn bytes(seed: u64) -> Vec<u8> {
    Record::of(&network(seed), &config()).unwrap().note("input", "4x1".to_owned()).into_bytes().unwrap()
}

fn logits(network: &Network) -> Vec<f32> {
    let x = Tensor::<2>::from_data([[0.1, 0.9, -0.4, 0.0]], &Device::flex());
    network.forward(x).logits.into_data().try_into_vec_as().unwrap()
}

fn read(bytes: Vec<u8>) -> Result<Record, Error> {
    Record::from_bytes(Path::new("some.bpk"), bytes)
}

#[test]
fn a_network_is_restored_with_its_signs_shape_and_notes() {
    let record = read(bytes(1)).unwrap();
    assert_eq!(record.config().unwrap(), config());
    assert_eq!(record.noted("input").unwrap(), "4x1");
    let again = record.network("", &config(), &Device::flex()).unwrap();
    assert_eq!(logits(&again), logits(&network(1)));
    assert_ne!(logits(&again), logits(&network(2)));
}

#[test]
fn every_activation_is_restored_from_its_record() {
    for activation in Activation::ALL {
        let config = NetworkConfig { activation, ..config() };
        let network = config.init(1, &Device::flex());
        let record = read(Record::of(&network, &config).unwrap().into_bytes().unwrap()).unwrap();
        assert_eq!(record.config().unwrap(), config);
        let again = record.network("", &config, &Device::flex()).unwrap();
        assert_eq!(logits(&again), logits(&network), "{activation}");
        let predicted = &Classifier::from_record(&record).unwrap().predict(&[0.1, 0.9, -0.4, 0.0]).unwrap()[0];
        let expected = model::softmax(logits(&network).into_iter());
        let close =
            predicted.probabilities.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-5);
        assert!(close, "{activation}");
    }
}

#[test]
fn descriptions_from_before_pairs_existed_are_read_unchanged() {
    let json =
        r#"{"inputs":4,"hidden":[6,5],"outputs":3,"activation":{"softplus":{"alpha":2.0}},"sign_mask":"fair-coin"}"#;
    assert_eq!(serde_json::from_str::<NetworkConfig>(json).unwrap(), config());
    assert_eq!(serde_json::to_string(&config()).unwrap(), json);
}

#[test]
fn equal_networks_give_equal_bytes() {
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn plain_burn_loads_the_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("best.bpk");
    files::write(&path, &bytes(1)).unwrap();
    let again = network(2).try_load_record(ModuleRecord::load(&path).unwrap()).unwrap();
    assert_eq!(logits(&again), logits(&network(1)));
}

#[test]
fn a_truncated_record_is_rejected_with_its_path() {
    let whole = bytes(1);
    for length in (0..whole.len()).step_by(37).chain([whole.len() - 1]) {
        let sentence = read(whole[..length].to_vec()).unwrap_err().to_string();
        assert!(sentence.starts_with("some.bpk"), "{length}: {sentence}");
    }
}

fn position(whole: &[u8], part: &[u8]) -> usize {
    whole.windows(part.len()).position(|window| window == part).unwrap()
}

#[test]
fn a_changed_byte_in_data_or_metadata_is_detected() {
    let whole = bytes(1);
    let weight = network(1).output.weight.val().into_data();
    let data = position(&whole, weight.as_bytes());
    let metadata = position(&whole, b"softplus");
    for at in [data, metadata] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert!(matches!(read(changed).unwrap_err(), Error::Altered { .. }), "a change of byte {at} must be detected");
    }
}

#[test]
fn no_changed_byte_is_accepted_as_another_network() {
    let whole = bytes(1);
    for at in (0..whole.len()).step_by(11) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        // A changed byte may lie in the padding between tensors, which the checksum does not cover.
        if let Ok(record) = read(changed) {
            let again = record.network("", &config(), &Device::flex()).unwrap();
            assert_eq!(logits(&again), logits(&network(1)), "a change of byte {at} must not change the network");
        }
    }
}

#[test]
fn another_shape_is_rejected_naming_the_tensor_and_both_shapes() {
    let record = read(bytes(1)).unwrap();
    let wider = NetworkConfig { hidden: vec![7, 5], ..config() };
    let sentence = record.network("", &wider, &Device::flex()).unwrap_err().to_string();
    for part in ["some.bpk", "hidden.0.affine.weight", "[4, 6]", "[4, 7]"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    let deeper = NetworkConfig { hidden: vec![6, 5, 4], ..config() };
    assert!(record.network("", &deeper, &Device::flex()).is_err());
    let shallower = NetworkConfig { hidden: vec![6], ..config() };
    assert!(record.network("", &shallower, &Device::flex()).is_err());
    let unsigned = NetworkConfig { sign_mask: SignMask::None, ..config() };
    assert!(record.network("", &unsigned, &Device::flex()).is_err());
}

#[test]
fn several_networks_share_a_file_by_prefix() {
    let record = Record::empty().with("last.", &network(1)).unwrap().with("best.", &network(2)).unwrap();
    let record = read(record.into_bytes().unwrap()).unwrap();
    let logits_of = |prefix| logits(&record.network(prefix, &config(), &Device::flex()).unwrap());
    assert_eq!(logits_of("last."), logits(&network(1)));
    assert_eq!(logits_of("best."), logits(&network(2)));
}

#[test]
fn safetensors_hold_the_same_values_under_the_same_names() {
    let record = read(bytes(1)).unwrap();
    let file = record.to_safetensors().unwrap();
    assert_eq!(file, read(bytes(1)).unwrap().to_safetensors().unwrap());
    let tensors = safetensors::SafeTensors::deserialize(&file).unwrap();
    let weight = tensors.tensor("hidden.0.affine.weight").unwrap();
    assert_eq!(weight.shape(), [4, 6]);
    let values: Vec<f32> = weight.data().chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    let expected: Vec<f32> = network(1).hidden[0].affine.weight.val().into_data().try_into_vec_as().unwrap();
    assert_eq!(values, expected);
    assert!(tensors.names().contains(&"hidden.1.signs"));
}

#[test]
fn a_classifier_predicts_probabilities_and_rejects_incomplete_rows() {
    let mut classifier = Classifier::from_record(&read(bytes(1)).unwrap()).unwrap();
    let two = classifier.predict(&[0.1, 0.9, -0.4, 0.0, 1.0, 1.0, 1.0, 1.0]).unwrap();
    assert_eq!(two.len(), 2);
    for prediction in &two {
        assert!((prediction.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(prediction.probabilities.iter().all(|p| *p <= prediction.probabilities[prediction.class]));
    }
    let first = logits(&network(1));
    assert_eq!(two[0].class, model::most_probable(&first));
    let sentence = classifier.predict(&[0.0; 5]).unwrap_err().to_string();
    assert!(sentence.contains('4') && sentence.contains('1'), "{sentence}");
    assert!(classifier.predict(&[]).unwrap().is_empty());
}
