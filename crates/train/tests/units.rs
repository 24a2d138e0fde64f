//! Every activation and every reconstruction can be chosen by name in the settings and is listed in the commented
//! configurations; networks of every activation can be exported and read back.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use burn::prelude::Device;
use exchange::Notes;
use model::{Activation, Reconstruction, SignMask};
use train::cli::portable;
use train::config::{Override, resolve};
use units::ActivationName;

/// The text of the file at `path` in the repository.
fn text(path: &str) -> String {
    files::read_text(&std::path::Path::new("../..").join(path)).unwrap()
}

/// The words of `text`, split at all characters except ASCII letters, digits and hyphens.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect()
}

#[test]
fn settings_name_every_activation_and_its_numbers() {
    for activation in Activation::ALL {
        let named = format!("model.activation={}", activation.name());
        let numbers =
            activation.numbers().into_iter().map(|(number, value)| format!("model.softplus_{number}={value}"));
        let typed: Vec<Override> =
            std::iter::once(named).chain(numbers).map(|text| Override::parse(&text).unwrap()).collect();
        let config = resolve(None, &typed).unwrap();
        assert_eq!(config.network(4, 2).activation, activation);
        let written = toml::to_string(&config).unwrap();
        assert!(written.contains(&format!("activation = \"{}\"\n", activation.name())), "{written}");
    }
}

#[test]
fn settings_name_every_reconstruction() {
    for reconstruction in Reconstruction::ALL {
        let typed = ["model.hidden=[10]".to_owned(), format!("pretraining.reconstruction={reconstruction}")];
        let typed = typed.map(|text| Override::parse(&text).unwrap());
        assert_eq!(resolve(None, &typed).unwrap().pretraining.unwrap().reconstruction, reconstruction);
    }
}

#[test]
fn the_commented_settings_list_every_activation_and_reconstruction() {
    let digits = text("configs/digits.toml");
    for name in ActivationName::ALL {
        assert!(words(&digits).contains(&name), "configs/digits.toml must list {name} beside model.activation");
    }
    let pretraining = text("configs/mnist-pretrained.toml");
    for reconstruction in Reconstruction::ALL {
        let found = words(&pretraining).contains(&reconstruction.name());
        assert!(found, "configs/mnist-pretrained.toml must list {reconstruction} beside pretraining.reconstruction");
    }
}

#[test]
fn a_network_of_every_activation_is_exported_and_read_back() {
    for activation in Activation::ALL {
        let (hidden, sign_mask) = (vec![5, 3], SignMask::FairCoin);
        let config = model::NetworkConfig { inputs: 4, hidden, outputs: 2, activation, sign_mask };
        let parts = portable::parts(&config.init(1, &Device::flex()), activation, Notes::default());
        let network = exchange::Portable::new(parts).unwrap();
        let again = exchange::from_onnx(&network.to_onnx().unwrap()).unwrap();
        assert_eq!((again.parts(), portable::config(again.parts())), (network.parts(), config));
    }
}
