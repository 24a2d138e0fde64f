use super::*;
use crate::config::{Config, Override, resolve};
use data::Scale;
use model::{Activation, Reconstruction};

/// The settings of a run that pre-trains `layers` layers, or the message if these settings are refused.
fn settings(unit: &str, reconstruction: &str, rescaling: &str, layers: usize) -> Result<Config, String> {
    let hidden = format!("model.hidden={:?}", vec![5; layers]);
    let all = [
        &hidden,
        &format!("model.activation={unit}"),
        &format!("pretraining.reconstruction={reconstruction}"),
        &format!("pretraining.rescaling={rescaling}"),
    ];
    let overrides: Vec<Override> = all.iter().map(|text| Override::parse(text).unwrap()).collect();
    resolve(None, &overrides).map_err(|error| error.to_string())
}

/// Whether a reconstruction layer can output all `targets`.
fn reaches(reconstruction: Reconstruction, targets: impl Iterator<Item = f32>) -> bool {
    let (lowest, highest) = reconstruction.reachable();
    targets.into_iter().all(|target| (lowest..=highest).contains(&target))
}

/// Codes of `unit` and their negatives, divided by the largest magnitude of a code if `rescaled` is true.
fn codes(unit: Activation, rescaled: bool) -> Vec<f32> {
    let plain: Vec<f32> = (-400..=400).map(|k| unit.at(k as f32 / 20.0).0).collect();
    let largest = if rescaled { plain.iter().fold(0f32, |largest, h| largest.max(h.abs())) } else { 1.0 };
    plain.iter().flat_map(|h| [h / largest, -h / largest]).collect()
}

#[test]
fn settings_are_refused_exactly_if_the_codes_of_a_layer_cannot_be_reached_or_rescaled() {
    for unit in Activation::ALL {
        for reconstruction in Reconstruction::ALL {
            for rescaling in ["none", "global", "per-unit"] {
                let settings = |layers| settings(unit.name(), reconstruction.name(), rescaling, layers);
                let config = settings(1).unwrap(); // a single layer has no codes to reconstruct
                let (unit, rescaled) = (config.model.function(), rescaling != "none");
                let target = Target::for_code(unit, reconstruction);
                let fits = reaches(reconstruction, codes(unit, rescaled).into_iter().map(|h| target.of(h)));
                let possible = fits && (!rescaled || unit.is_positively_homogeneous());
                let refused = settings(2).err();
                assert_eq!(refused.is_none(), possible, "{unit} {reconstruction} {rescaling}: {refused:?}");
                if let Some(text) = refused.filter(|_| !rescaled) {
                    assert!(
                        text.contains("layer 2 must reconstruct") && text.contains("reaches only values from 0 to 1"),
                        "{text}"
                    );
                }
            }
        }
    }
}

#[test]
fn inputs_are_refused_exactly_if_the_reconstruction_layer_cannot_reach_one() {
    let range = |lowest: f32| {
        let bytes = (0..=255).collect();
        Examples::images(bytes, vec![0], data::Shape::grey(16, 16), 2, Scale { maximum: 255, lowest }).unwrap()
    };
    let standardised = Examples::numbers(vec![-1.5, 0.0, 0.25, 1.25], 4, vec![0], 2).unwrap();
    for (lowest, examples) in [(0.0, range(0.0)), (-1.0, range(-1.0)), (0.0, standardised)] {
        let mut inputs = Vec::new();
        examples.row(0).write(&mut inputs);
        for reconstruction in Reconstruction::ALL {
            let target = Target::for_inputs(lowest, reconstruction);
            let denoising = Denoising {
                decoder: model::Decoder::Untied,
                reconstruction,
                corruption: model::Corruption::Masking(0.0),
                target,
                sampling: None,
                layer: 0,
            };
            let checked = check_inputs(denoising, &examples);
            let possible = reaches(reconstruction, inputs.iter().map(|x| target.of(*x)));
            assert_eq!(checked.is_ok(), possible, "{reconstruction}: {checked:?}");
            if let Err(failure) = checked {
                assert_eq!(failure.exit_code(), 2);
                assert!(failure.to_string().contains("linear-quadratic, which reaches all numbers"), "{failure}");
            }
        }
    }
}
