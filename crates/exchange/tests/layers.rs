//! Tests of reading layers with the names and in the layouts of other programs.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use exchange::{Affine, Error, Format, Found, Hidden, Notes, Parts, Portable, from_npz, from_safetensors};
use proptest::prelude::*;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::HashMap;
use std::io::{Cursor, Write as _};
use units::Activation;

/// The name, the shape and the values of a tensor.
type Tensor = (String, Vec<usize>, Vec<f32>);

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn safetensors(tensors: &[Tensor]) -> Vec<u8> {
    let data: Vec<_> = tensors.iter().map(|(_, _, values)| bytes(values)).collect();
    let views = tensors
        .iter()
        .zip(&data)
        .map(|((name, shape, _), data)| (name, TensorView::new(Dtype::F32, shape.clone(), data).unwrap()));
    safetensors::serialize(views, None::<HashMap<String, String>>).unwrap()
}

fn npz(tensors: &[Tensor]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, shape, values) in tensors {
        let dims: Vec<_> = shape.iter().map(usize::to_string).collect();
        let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}\n", dims.join(","));
        archive.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(b"\x93NUMPY\x01\x00").unwrap();
        archive.write_all(&(header.len() as u16).to_le_bytes()).unwrap();
        archive.write_all(&[header.as_bytes(), &bytes(values)].concat()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Layers of the given widths; all weights and biases differ.
fn chain(widths: &[usize]) -> Vec<Affine> {
    let mut next = 0.0;
    let mut numbers = |count: usize| -> Vec<f32> {
        (0..count)
            .map(|_| {
                next += 0.25;
                next
            })
            .collect()
    };
    let pairs = widths.windows(2);
    pairs.map(|w| Affine { inputs: w[0], weight: numbers(w[0] * w[1]), bias: numbers(w[1]) }).collect()
}

fn network(mut layers: Vec<Affine>) -> Portable {
    let output = layers.pop().unwrap();
    let hidden = layers.into_iter().map(|affine| Hidden { affine, signs: None }).collect();
    Portable::new(Parts { hidden, output, activation: Activation::Tanh, notes: Notes::default() }).unwrap()
}

fn transposed(affine: &Affine) -> Vec<f32> {
    let units = affine.units();
    (0..units).flat_map(|unit| (0..affine.inputs).map(move |input| affine.weight[input * units + unit])).collect()
}

/// The tensors of `layers` as PyTorch stores them.
fn torch<'a>(layers: &[Affine], names: impl IntoIterator<Item = &'a str>) -> Vec<Tensor> {
    let both = layers.iter().zip(names).map(|(affine, name)| {
        let weight = (format!("{name}.weight"), vec![affine.units(), affine.inputs], transposed(affine));
        [weight, (format!("{name}.bias"), vec![affine.units()], affine.bias.clone())]
    });
    both.flatten().collect()
}

/// Reads `tensors` from a safetensors file and from an npz file, and asserts that the results are equal.
fn read(tensors: &[Tensor]) -> Result<Portable, Error> {
    let [a, b] = [from_safetensors(&safetensors(tensors), TANH), from_npz(&npz(tensors), TANH)];
    assert_eq!(a, b);
    a
}

const TANH: Option<Activation> = Some(Activation::Tanh);

#[test]
fn what_was_assumed_is_said() {
    let tensors = torch(&chain(&[3, 3, 2]), ["out", "a\u{1b}"]);
    let found = Found::read(&safetensors(&tensors), Format::Safetensors, TANH).unwrap();
    let note =
        r"the weights are [units, inputs], as in PyTorch; from the input to the output: out.weight, a\u{1b}.weight";
    assert_eq!(found.notes, [note]);
    assert_eq!(Found::read(&npz(&tensors), Format::Npz, TANH).unwrap(), found);
    let written = found.network.to_onnx().unwrap();
    assert!(Found::read(&written, Format::Onnx, TANH).unwrap().notes.is_empty());
    let given = Activation::Rectifier;
    let error = Found::read(&written, Format::Onnx, Some(given)).unwrap_err();
    assert_eq!(error, Error::Contradicted { stated: Activation::Tanh, given });
}

#[test]
fn square_layers_of_any_name_are_those_of_pytorch() {
    for name in ["fc", "output", "hidden.0.affine", "0", "net.output"] {
        let layers = chain(&[3, 3]);
        assert_eq!(read(&torch(&layers, [name])).unwrap().parts().output, layers[0], "{name}");
    }
}

#[test]
fn square_layers_of_this_program_are_read_as_written() {
    let written = network(chain(&[3, 3, 3]));
    assert_eq!(from_safetensors(&written.to_safetensors().unwrap(), None).unwrap(), written);
    assert_eq!(from_npz(&written.to_npz().unwrap(), None).unwrap(), written);
}

#[test]
fn names_in_use_give_the_order_of_layers_that_fit_in_any_order() {
    let names: [&[&str]; 14] = [
        &["fc1", "fc2", "out"],
        &["fc1", "fc2", "fc"],
        &["hidden1", "hidden2", "output"],
        &["input", "hidden", "output"],
        &["net.0", "net.2", "net.10"],
        &["layers.0.linear", "layers.1.linear", "head"],
        &["features.0", "features.3", "classifier"],
        &["classifier.0", "classifier.3", "classifier.6"],
        &["linear", "linear_1", "linear_2"],
        &["input_layer", "hidden_layer", "output_layer"],
        &["_orig_mod.l1", "_orig_mod.l2", "_orig_mod.l3"],
        &["0", "99999999999999999999", "100000000000000000000"],
        &["Linear1", "Linear2", "Out"],
        &["blocks.0.fc1", "blocks.0.fc2", "blocks.1.fc1"],
    ];
    for names in names {
        let layers = chain(&[4, 4, 4, 4]);
        assert_eq!(read(&torch(&layers, names.iter().copied())).unwrap(), network(layers), "{names:?}");
    }
}

#[test]
fn shapes_give_the_order_of_layers_whose_names_give_none() {
    for names in [["encoder", "middle", "top"], ["z", "y", "x"], ["l3", "l2", "l1"], ["output", "input", "fc1"]] {
        let layers = chain(&[6, 5, 3, 4]);
        assert_eq!(read(&torch(&layers, names)).unwrap(), network(layers), "{names:?}");
    }
}

#[test]
fn layers_that_fit_in_several_orders_are_refused_with_the_remedy() {
    for names in [["first", "second", "third"], ["alpha", "beta", "output"], ["left.0", "right.1", "output"]] {
        let error = read(&torch(&chain(&[4, 4, 4, 4]), names)).unwrap_err();
        assert!(matches!(error, Error::Ambiguous { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("rename the layers"), "{text}");
    }
}

#[test]
fn many_layers_of_one_width_are_ordered_or_refused_in_time() {
    let layers = chain(&[2; 120]);
    let numbered: Vec<String> = (0..layers.len()).map(|k| format!("net.{k}")).collect();
    assert_eq!(read(&torch(&layers, numbered.iter().map(String::as_str))).unwrap(), network(layers.clone()));
    let words: Vec<String> = (0..layers.len()).map(|k| "w".repeat(k + 1)).collect();
    let error = read(&torch(&layers, words.iter().map(String::as_str))).unwrap_err();
    assert!(matches!(error, Error::Ambiguous { .. }), "{error}");
    let tensors: Vec<Tensor> =
        (0..150).map(|k| (format!("{k}.weight"), vec![1 + k % 2, 2 - k % 2], vec![1.0; 2])).collect();
    assert!(read(&tensors).is_ok());
}

#[test]
fn a_layout_that_only_fits_the_other_way_round_is_inputs_first() {
    let layers = chain(&[6, 5, 3]);
    let tensors: Vec<Tensor> = layers
        .iter()
        .zip(["hidden.0.affine", "output"])
        .flat_map(|(affine, name)| {
            let weight = (format!("{name}.weight"), vec![affine.inputs, affine.units()], affine.weight.clone());
            [weight, (format!("{name}.bias"), vec![affine.units()], affine.bias.clone())]
        })
        .collect();
    assert_eq!(read(&tensors).unwrap(), network(layers));
    let without_bias: Vec<_> = tensors.into_iter().filter(|(name, ..)| name.ends_with("weight")).collect();
    assert_eq!(read(&without_bias).unwrap().parts().hidden[0].affine.inputs, 6);
}

/// `layers` with weights `[inputs, units]`, under the names that `name` gives to the weight and the bias of layer k.
fn inputs_first(layers: &[Affine], name: impl Fn(usize) -> [String; 2]) -> Vec<Tensor> {
    let both = layers.iter().enumerate().map(|(k, affine)| {
        let [weight, bias] = name(k);
        let dims = vec![affine.inputs, affine.units()];
        [(weight, dims, affine.weight.clone()), (bias, vec![affine.units()], affine.bias.clone())]
    });
    both.flatten().collect()
}

#[test]
fn names_of_other_programs_say_that_weights_are_inputs_first() {
    for widths in [[3, 3, 3, 3], [6, 5, 4, 3]] {
        let layers = chain(&widths);
        for (weight, bias) in [
            ("params/Dense_#/kernel", "params/Dense_#/bias"),
            ("params.Dense_#.kernel", "params.Dense_#.bias"),
            ("dense_#/kernel:0", "dense_#/bias:0"),
            ("mlp/~/linear_#/w", "mlp/~/linear_#/b"),
            ("coefs_#", "intercepts_#"),
        ] {
            let named = |k: usize| [weight, bias].map(|name| name.replace('#', &k.to_string()));
            assert_eq!(read(&inputs_first(&layers, named)).unwrap(), network(layers.clone()), "{weight}");
        }
    }
    let first = |k: usize| if k == 0 { "dense".to_owned() } else { format!("dense_{k}") };
    let layers = chain(&[3, 3, 3]);
    let keras = inputs_first(&layers, |k| [format!("{}/kernel", first(k)), format!("{}/bias", first(k))]);
    assert_eq!(read(&keras).unwrap(), network(layers));
}

#[test]
fn weights_whose_names_do_not_say_their_layout_are_read_where_the_shapes_do() {
    let named = |k: usize| [format!("W{}", k + 1), format!("b{}", k + 1)];
    let layers = chain(&[6, 5, 4]);
    assert_eq!(read(&inputs_first(&layers, named)).unwrap(), network(layers));
    let error = read(&inputs_first(&chain(&[4, 4, 4]), named)).unwrap_err();
    assert!(matches!(error, Error::Layout { .. }), "{error}");
    says(&error, "neither the shapes nor the name tell whether 'W1' is [units, inputs] or [inputs, units]; rename");
}

#[track_caller]
fn says(error: &Error, sentence: &str) {
    assert!(error.to_string().contains(sentence), "{error}");
}

#[test]
fn tensors_of_normalisations_and_values_that_are_not_finite_are_named_as_in_the_file() {
    let layers = torch(&chain(&[6, 5, 3]), ["net.0", "net.3"]);
    let with = |tensor: (&str, usize, f32)| {
        let more = (tensor.0.to_owned(), vec![tensor.1], vec![tensor.2; tensor.1]);
        read(&[&layers[..], &[more]].concat()).unwrap_err()
    };
    says(&with(("net.1.running_mean", 5, 0.5)), "'net.1.running_mean' belongs to a batch normalisation");
    says(&with(("net.1.weight", 5, 0.5)), "'net.1.weight' is a vector, as in a normalisation layer such as LayerNorm");
    let mut diverged = layers.clone();
    diverged[2].2[1] = f32::NAN;
    says(&read(&diverged).unwrap_err(), "'net.3.weight' holds NaN at position 1");
}

#[test]
fn two_weights_of_a_layer_are_refused() {
    let mut twice = torch(&chain(&[3, 3]), ["fc1"]);
    twice.push(("fc1.kernel".to_owned(), vec![3, 3], vec![0.5; 9]));
    assert!(matches!(read(&twice).unwrap_err(), Error::Duplicate { .. }));
}

#[test]
fn empty_files_are_called_empty() {
    for (format, name) in [(Format::Onnx, "ONNX"), (Format::Npz, "npz"), (Format::Safetensors, "safetensors")] {
        says(
            &Found::read(&[], format, TANH).unwrap_err(),
            &format!("this {name} file is empty; copy or export it again"),
        );
    }
}

#[test]
fn biases_that_contradict_each_other_are_refused() {
    let mut tensors = torch(&chain(&[6, 5, 3]), ["0", "2"]);
    tensors[3] = ("2.bias".to_owned(), vec![5], vec![0.0; 5]);
    let text = read(&tensors).unwrap_err().to_string();
    assert!(text.contains("'2.bias' has shape [5], expected [3], as many numbers as '2.weight' has rows"), "{text}");
}

#[test]
fn control_characters_in_names_are_escaped() {
    let evil = "\u{1b}[31mEvil\u{7}\u{202e}\n.running_mean";
    let text = read(&[(evil.to_owned(), vec![1], vec![0.0])]).unwrap_err().to_string();
    assert!(text.contains(r"\u{1b}[31mEvil\u{7}\u{202e}\n.running_mean"), "{text}");
    let long = read(&[("x".repeat(10_000), vec![1], vec![0.0])]).unwrap_err().to_string();
    assert!(long.len() < 1000 && long.contains("xxx..."), "{long}");
}

#[test]
fn a_header_of_many_tensors_is_refused_when_the_limit_is_passed() {
    let entries: Vec<String> =
        (0..400_000).map(|k| format!(r#""{k}.weight":{{"dtype":"F32","shape":[0,0],"data_offsets":[0,0]}}"#)).collect();
    let header = format!("{{{}}}", entries.join(","));
    let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
    let start = std::time::Instant::now();
    let text = from_safetensors(&file, TANH).unwrap_err().to_string();
    assert!(text.contains("the file holds more than 300 tensors"), "{text}");
    assert!(start.elapsed().as_millis() < 200, "{:?}", start.elapsed());
}

proptest! {
    /// Layers with numbered names are restored whatever the order of the tensors, whether or not some layers are
    /// square.
    #[test]
    fn numbered_layers_are_restored(
        widths in prop::collection::vec(1usize..4, 2..8),
        word in "[a-zA-Z_.]{0,6}",
        seed in any::<prop::sample::Index>(),
    ) {
        let layers = chain(&widths);
        let names: Vec<String> = (0..layers.len()).map(|k| format!("{word}{}", 3 * k + 8)).collect();
        let mut tensors = torch(&layers, names.iter().map(String::as_str));
        let count = tensors.len();
        tensors.rotate_left(seed.index(count));
        prop_assert_eq!(read(&tensors).unwrap(), network(layers));
    }

    /// Any names and shapes are read or refused, without a panic and without an endless search.
    #[test]
    fn any_names_and_shapes_are_read_or_refused(
        layers in prop::collection::vec(("[a-c1-3._]{0,4}", 1usize..3, 1usize..3, any::<bool>()), 0..12),
    ) {
        let tensors: HashMap<String, Tensor> = layers.into_iter().flat_map(|(name, rows, columns, bias)| {
            let weight = (format!("{name}.weight"), vec![rows, columns], vec![0.5; rows * columns]);
            let bias = bias.then(|| (format!("{name}.bias"), vec![rows], vec![0.5; rows]));
            std::iter::once(weight).chain(bias).map(|tensor| (tensor.0.clone(), tensor)).collect::<Vec<_>>()
        }).collect();
        drop(read(&tensors.into_values().collect::<Vec<_>>()));
    }
}
