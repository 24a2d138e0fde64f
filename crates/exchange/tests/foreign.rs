//! Tests of reading files that other programs wrote.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod graphs;

use exchange::{Error, Portable, from_onnx, from_safetensors};
use graphs::{field, float, graph, int, integer, lists, model, node, refused, tensor, two_layers, weights};
use units::Activation;

const RELU: fn() -> Vec<u8> = || node("Relu", &["a"], "h", &[]);

fn read(model: &[u8]) -> Portable {
    from_onnx(model).unwrap()
}

/// Asserts that `network` has the weights and biases of [`two_layers`], and the given activation.
fn expect(network: &Portable, activation: Activation) {
    let parts = network.parts();
    assert_eq!((parts.hidden.len(), parts.activation), (1, activation));
    assert_eq!(parts.hidden[0].affine.weight, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(parts.hidden[0].affine.bias, [0.5, -0.5]);
    assert_eq!(parts.output.weight, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    assert_eq!(parts.output.bias, [0.1, 0.2, 0.3, 0.4]);
}

#[test]
fn products_with_sums_are_layers_in_either_order() {
    let nodes = [
        node("MatMul", &["x", "w"], "xw", &[]),
        node("Add", &["b", "xw"], "a", &[]),
        RELU(),
        node("MatMul", &["h", "v"], "hv", &[]),
        node("Add", &["hv", "c"], "y", &[]),
    ];
    expect(&read(&model(&nodes, &weights())), Activation::Rectifier);
}

#[test]
fn a_transposed_weight_is_transposed_back_and_factors_are_multiplied_in() {
    let mut tensors = weights();
    tensors[0] = tensor("w", &[2, 3], &[0.5, 1.5, 2.5, 1.0, 2.0, 3.0]);
    tensors[1] = tensor("b", &[1, 2], &[-0.25, 0.25]);
    let attributes = [integer("transB", 1), float("alpha", 2.0), float("beta", -2.0), integer("transA", 0)];
    let first = node("Gemm", &["x", "w", "b"], "a", &attributes);
    let nodes = [first, RELU(), node("Gemm", &["h", "v", "c"], "y", &[])];
    expect(&read(&model(&nodes, &tensors)), Activation::Rectifier);
}

#[test]
fn a_missing_bias_is_zero() {
    for operator in ["Gemm", "MatMul"] {
        let network = read(&model(&[node(operator, &["x", "w"], "y", &[])], &weights()));
        assert_eq!(network.parts().output.bias, [0.0, 0.0]);
    }
}

#[test]
fn operators_without_effect_are_ignored() {
    let nodes = [
        node("Flatten", &["x"], "rows", &[integer("axis", 1)]),
        node("Gemm", &["rows", "w", "b"], "a", &[]),
        RELU(),
        node("Identity", &["h"], "same", &[]),
        node("Gemm", &["same", "v", "c"], "z", &[]),
        node("LogSoftmax", &["z"], "y", &[integer("axis", -1)]),
    ];
    expect(&read(&model(&nodes, &weights())), Activation::Rectifier);
}

#[test]
fn the_formulas_of_other_programs_are_recognised() {
    let cases = [
        ("Tanh", Activation::Tanh),
        ("Sigmoid", Activation::Logistic),
        ("Softplus", Activation::Softplus { alpha: 1.0 }),
        ("Abs", Activation::Absolute),
        ("Identity", Activation::Linear),
    ];
    for (operator, activation) in cases {
        expect(&read(&two_layers(&[node(operator, &["a"], "h", &[])], &[])), activation);
    }
    let numbers = [tensor("low", &[], &[-1.0]), tensor("high", &[1], &[1.0]), tensor("two", &[], &[2.0])];
    expect(&read(&two_layers(&[node("Clip", &["a", "low", "high"], "h", &[])], &numbers)), Activation::HardTanh);
    let softplus = [
        node("Mul", &["two", "a"], "twice", &[]), // The constant comes first.
        node("Softplus", &["twice"], "s", &[]),
        node("Div", &["s", "two"], "h", &[]),
    ];
    expect(&read(&two_layers(&softplus, &numbers)), Activation::Softplus { alpha: 2.0 });
}

#[test]
fn a_softplus_that_pytorch_replaces_by_its_asymptote_is_recognised() {
    let cut = |limit| {
        let nodes = [
            node("Mul", &["a", "two"], "twice", &[]),
            node("Greater", &["twice", "limit"], "straight", &[]),
            node("Softplus", &["twice"], "s", &[]),
            node("Div", &["s", "two"], "curve", &[]),
            node("Where", &["straight", "a", "curve"], "h", &[]),
        ];
        two_layers(&nodes, &[tensor("two", &[], &[2.0]), tensor("limit", &[], &[limit])])
    };
    expect(&read(&cut(20.0)), Activation::Softplus { alpha: 2.0 });
    refused(&cut(10.0), &["Where(Greater(Mul(z, 2), 10), z, Div(Softplus(Mul(z, 2)), 2))"]);
}

#[test]
fn an_image_may_be_reshaped_into_a_row() {
    let shape = |dims: [i64; 2]| {
        let raw: Vec<u8> = dims.iter().flat_map(|dim| dim.to_le_bytes()).collect();
        [int(1, 2), int(2, 7), field(8, "shape"), field(9, raw)].concat()
    };
    let dims: Vec<u8> = [field(2, "batch"), int(1, 1), int(1, 3)].iter().flat_map(|dim| field(1, dim)).collect();
    let kind = field(2, field(1, [int(1, 1), field(2, dims)].concat()));
    let reshaped = |dims| {
        let nodes = [
            node("Reshape", &["x", "shape"], "rows", &[integer("allowzero", 1)]),
            node("Gemm", &["rows", "w", "b"], "y", &[]),
        ];
        let tensors = [weights(), vec![shape(dims)]].concat();
        let input = field(11, [field(1, "x"), kind.clone()].concat());
        graph(&[lists(1, &nodes), lists(5, &tensors), input, field(12, field(1, "y"))].concat())
    };
    assert_eq!(read(&reshaped([-1, 3])).parts().output.weight, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(read(&reshaped([5, 3])).parts().output.weight, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    refused(&reshaped([3, -1]), &["'rows' (Reshape) does not flatten"]);
}

#[test]
fn signs_are_read_from_either_side_of_a_product() {
    for inputs in [["r", "s"], ["s", "r"]] {
        let nodes = [node("Relu", &["a"], "r", &[]), node("Mul", &inputs, "h", &[])];
        let network = read(&two_layers(&nodes, &[tensor("s", &[1, 2], &[1.0, -1.0])]));
        assert_eq!(network.parts().hidden[0].signs, Some(vec![1.0, -1.0]));
        expect(&network, Activation::Rectifier);
    }
}

#[test]
fn constants_may_be_nodes_and_numbers_may_be_listed() {
    let listed = [int(1, 2), int(2, 1), field(4, [0.5f32.to_le_bytes(), (-0.5f32).to_le_bytes()].concat())].concat();
    let value = [field(1, "value"), field(5, listed), int(20, 4)].concat();
    let nodes = [
        node("Constant", &[], "b", &[value]),
        node("Gemm", &["x", "w", "b"], "a", &[]),
        RELU(),
        node("Gemm", &["h", "v", "c"], "y", &[]),
    ];
    let mut tensors = weights();
    tensors.remove(1);
    expect(&read(&model(&nodes, &tensors)), Activation::Rectifier);
}

/// A safetensors file of `tensors`, each a name and a shape. The values count up from 0 through all tensors.
fn safetensors(tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let mut count = 0.0f32;
    let data = tensors.iter().map(|(_, shape)| {
        (0..shape.iter().product())
            .flat_map(|_| {
                count += 1.0;
                (count - 1.0).to_le_bytes()
            })
            .collect::<Vec<u8>>()
    });
    let data: Vec<_> = data.collect();
    let views = tensors.iter().zip(&data).map(|((name, shape), data)| {
        (*name, safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.to_vec(), data).unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

#[test]
fn a_pytorch_sequential_is_read_in_the_order_of_its_numbers_and_transposed() {
    let tensors: [(&str, &[usize]); 3] = [("10.weight", &[4, 2]), ("2.bias", &[2]), ("2.weight", &[2, 3])];
    let network = from_safetensors(&safetensors(&tensors), Some(Activation::Tanh)).unwrap();
    let parts = network.parts();
    assert_eq!((parts.hidden.len(), parts.activation), (1, Activation::Tanh));
    assert_eq!(parts.hidden[0].affine.weight, [10.0, 13.0, 11.0, 14.0, 12.0, 15.0]);
    assert_eq!(parts.hidden[0].affine.bias, [8.0, 9.0]);
    assert_eq!(parts.output.weight, [0.0, 2.0, 4.0, 6.0, 1.0, 3.0, 5.0, 7.0]);
    assert_eq!(parts.output.bias, [0.0; 4]);
}

#[test]
fn linear_layers_of_pytorch_may_have_names_around_their_numbers() {
    for [first, last] in [["fc1.", "fc2."], ["net.0.", "net.2."], ["layers.0.linear.", "layers.1.linear."]] {
        let (first, last) = (format!("{first}weight"), format!("{last}weight"));
        let tensors: [(&str, &[usize]); 2] = [(&first, &[2, 3]), (&last, &[4, 2])];
        let network = from_safetensors(&safetensors(&tensors), Some(Activation::Rectifier)).unwrap();
        assert_eq!(network.parts().hidden.len(), 1, "{first}");
    }
    let single: [(&str, &[usize]); 2] = [("weight", &[4, 3]), ("bias", &[4])];
    assert!(from_safetensors(&safetensors(&single), None).unwrap().parts().hidden.is_empty());
}

#[test]
fn a_file_without_an_activation_needs_one_and_a_file_with_one_accepts_no_other() {
    let tensors: [(&str, &[usize]); 2] = [("0.weight", &[2, 3]), ("2.weight", &[4, 2])];
    assert_eq!(from_safetensors(&safetensors(&tensors), None).unwrap_err(), Error::Unstated);
    let affine = |inputs, units| exchange::Affine { inputs, weight: vec![1.0; inputs * units], bias: vec![0.0; units] };
    let parts = exchange::Parts {
        hidden: vec![exchange::Hidden { affine: affine(3, 2), signs: None }],
        output: affine(2, 4),
        activation: Activation::Tanh,
        notes: exchange::Notes::default(),
    };
    let stated = Portable::new(parts).unwrap().to_safetensors().unwrap();
    assert!(from_safetensors(&stated, Some(Activation::Tanh)).is_ok());
    let given = Activation::Rectifier;
    let contradicted = Error::Contradicted { stated: Activation::Tanh, given };
    assert_eq!(from_safetensors(&stated, Some(given)).unwrap_err(), contradicted);
}

#[test]
fn tensors_outside_a_chain_of_layers_are_named() {
    type Shapes<'a> = &'a [(&'a str, &'a [usize])];
    let cases: [(Shapes<'_>, &str); 7] = [
        (&[("0.weight", &[2, 3]), ("1.running_mean", &[2])], "'1.running_mean'"),
        (
            &[("0.weight", &[2, 3]), ("1.weight", &[2])],
            "'1.weight' is a vector, as in a normalisation layer such as LayerNorm",
        ),
        (&[("0.weight", &[2, 3, 1, 1])], "'0.weight' has shape [2, 3, 1, 1]"),
        (&[("0.bias", &[2])], "no tensor '0.weight'"),
        (&[("0.weight", &[2, 3]), ("0.signs", &[2])], "'0.signs' does not belong to a chain of affine layers"),
        (&[], "no tensor '0.weight'"),
        (&[("0.weight", &[2, 3]), ("2.weight", &[4, 5])], "'2.weight' has shape [4, 5], expected 2 inputs"),
    ];
    for (tensors, expected) in cases {
        let error = from_safetensors(&safetensors(tensors), Some(Activation::Tanh)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn layers_with_different_activations_are_rejected() {
    let nodes = [
        node("Gemm", &["x", "w", "b"], "a", &[]),
        node("Relu", &["a"], "h", &[]),
        node("Gemm", &["h", "u", ""], "a2", &[]),
        node("Tanh", &["a2"], "h2", &[]),
        node("Gemm", &["h2", "v", "c"], "y", &[]),
    ];
    let tensors = [weights(), vec![tensor("u", &[2, 2], &[1.0; 4])]].concat();
    refused(&model(&nodes, &tensors), &["'y' (Gemm)", "Tanh(z) of layer 2, after rectifier units"]);
}
