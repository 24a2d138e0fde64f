//! The error for networks that are invalid or that a format cannot hold, and for files that cannot be read as networks.

use units::Activation;

/// A network that is invalid or that a format cannot hold, or a file that cannot be read as a network. The message says
/// what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Error {
    /// The file is not of the expected format, or is incomplete.
    #[error("this is not a complete {format} file ({}); copy or export it again", shown(.reason))]
    Malformed {
        /// The format that was expected.
        format: &'static str,
        /// What is wrong with the file.
        reason: String,
    },
    /// The file has no bytes.
    #[error("this {format} file is empty; copy or export it again")]
    Empty {
        /// The format that was expected.
        format: &'static str,
    },
    /// The file exceeds what the reader accepts, or the network exceeds what the format can hold.
    #[error("{} exceeds the limit of {limit} for {format} files; use a smaller network or safetensors", shown(.what))]
    TooLarge {
        /// The file format.
        format: &'static str,
        /// What is too large, such as an exported model with its size.
        what: String,
        /// The limit: a size with its unit, or a count.
        limit: String,
    },
    /// The file has more tensors than a reader accepts.
    #[error(
        "the file holds more than {limit} tensors; export only the weights and biases of the hidden and output layers"
    )]
    TooMany {
        /// The limit on the number of tensors.
        limit: usize,
    },
    /// Two tensors, or two values of an ONNX graph, have the same name, or a layer has two weights or two biases.
    #[error("the name '{}' occurs twice; give each tensor and each node's output a unique name", shown(.name))]
    Duplicate {
        /// The name that occurs twice, or the name of the second weight or bias of the layer.
        name: String,
    },
    /// A required tensor is missing.
    #[error("the file has no tensor '{}' ({}); export the whole network", shown(.name), shown(.needed))]
    Missing {
        /// The name of the missing tensor.
        name: String,
        /// Why the tensor is needed.
        needed: String,
    },
    /// A tensor that does not belong to a network of affine layers.
    #[error(
        "'{}' does not belong to a chain of affine layers ({}); export only the weights and biases of the hidden and \
         output layers, named and laid out as in PyTorch (fc1.weight [units, inputs], fc1.bias [units]) or as in Keras \
         (dense_1/kernel [inputs, units], dense_1/bias [units])",
        shown(.name),
        shown(.reason)
    )]
    Unexpected {
        /// The tensor's name.
        name: String,
        /// Why the tensor does not fit.
        reason: String,
    },
    /// A tensor of a normalisation layer, such as a batch normalisation.
    #[error("'{}' {reason}; {remedy}", shown(.name))]
    Normalisation {
        /// The tensor's name.
        name: String,
        /// What shows that the tensor belongs to a normalisation layer: a predicate whose subject is the tensor.
        reason: &'static str,
        /// What the user has to do, in the imperative.
        remedy: &'static str,
    },
    /// A weight whose layout follows neither from the shapes nor from the names.
    #[error(
        "neither the shapes nor the name tell whether '{}' is [units, inputs] or [inputs, units]; rename the weights to \
         1.weight, 2.weight, .. if they are [units, inputs], or to 1.kernel, 2.kernel, .. if they are [inputs, units], \
         and the biases to 1.bias, 2.bias, ..",
        shown(.name)
    )]
    Layout {
        /// The name of the weight.
        name: String,
    },
    /// Layers whose order follows neither from their shapes nor from their names.
    #[error(
        "neither the shapes nor the names of the layers tell whether '{}' or '{}' comes first; rename the layers with \
         numbers in their order from the input, such as 0.weight, 1.weight",
        shown(.first),
        shown(.second)
    )]
    Ambiguous {
        /// The name of the weight of one layer.
        first: String,
        /// The name of the weight of another layer; either of the two layers may come first.
        second: String,
    },
    /// A mean, deviation, factor or offset of the inputs that cannot become part of the first layer.
    #[error("the {what} of the inputs {reason}; {remedy}")]
    Scale {
        /// The quantity at fault: `mean`, `deviation`, `factor` or `offset`.
        what: &'static str,
        /// Why the quantity cannot be used.
        reason: String,
        /// What the user has to do, in the imperative.
        remedy: &'static str,
    },
    /// A tensor whose values are stored in another file.
    #[error("the values of '{}' are in another file; save the model as one file, without external data", shown(.name))]
    Elsewhere {
        /// The tensor's name.
        name: String,
    },
    /// A tensor of an unsupported number type.
    #[error(
        "'{}' holds {} numbers, not {expected} numbers; convert the tensor before exporting", shown(.name), shown(.found)
    )]
    Type {
        /// The tensor's name.
        name: String,
        /// The tensor's number type.
        found: String,
        /// The supported number type.
        expected: &'static str,
    },
    /// A tensor with the wrong shape.
    #[error(
        "'{}' has shape {found:?}, expected {}; correct the network and export it again", shown(.name), shown(.expected)
    )]
    Shape {
        /// The tensor's name.
        name: String,
        /// The tensor's shape.
        found: Vec<usize>,
        /// The shape that fits, or a condition that the shape must satisfy.
        expected: String,
    },
    /// A tensor with an infinite value or NaN.
    #[error(
        "'{}' holds {value} at position {position}; export a network whose training did not diverge", shown(.name)
    )]
    NotFinite {
        /// The tensor's name.
        name: String,
        /// The index of the value in the tensor, counted from 0 in row-major order.
        position: usize,
        /// The infinite value or NaN, as text.
        value: String,
    },
    /// A sign other than 1 or -1.
    #[error("'{}' holds {value} at position {position}; signs must be 1 or -1", shown(.name))]
    Sign {
        /// The tensor's name.
        name: String,
        /// The index of the value in the tensor, counted from 0.
        position: usize,
        /// The value found.
        value: f32,
    },
    /// A parameter of an activation that is out of range.
    #[error("the {parameter} of {activation} is {value}, but must be {range}; correct it")]
    Parameter {
        /// The activation.
        activation: Activation,
        /// The name of the parameter.
        parameter: &'static str,
        /// The value of the parameter.
        value: f64,
        /// The valid range of the parameter.
        range: &'static str,
    },
    /// The file does not state the activation of its hidden units.
    #[error(
        "the file does not name the activation of its hidden units; name it, for example \"rectifier\" or \"tanh\""
    )]
    Unstated,
    /// The file states an activation other than the one that the caller gave.
    #[error("the file states the activation {stated}, not {given}; give the stated activation, or no activation")]
    Contradicted {
        /// The activation that the file states.
        stated: Activation,
        /// The activation that the caller gave.
        given: Activation,
    },
    /// The file's description of its network is malformed, or describes another network.
    #[error(
        "the entry 'network' does not describe the network in the file ({}); remove the entry, or export the network \
         again",
        shown(.reason)
    )]
    Statement {
        /// What is wrong with the description.
        reason: String,
    },
    /// A note that does not fit the network.
    #[error("the note '{note}' does not fit the network ({}); correct the note or leave it out", shown(.reason))]
    Note {
        /// The name of the note.
        note: &'static str,
        /// Why the note does not fit.
        reason: String,
    },
    /// A part of an ONNX model that is not supported.
    #[error("{} {}; supported: {supported}", shown(.place), shown(.reason))]
    Graph {
        /// The node and its operator, or another part of the model, or the model itself.
        place: String,
        /// Why `place` is not supported: a predicate whose subject is `place`.
        reason: String,
        /// What is supported instead.
        supported: String,
    },
}

/// The largest number of characters that a message quotes from a text in a file.
const LONGEST: usize = 400;

/// The first [`LONGEST`] characters of `text`, which may come from a file, for a message. Control characters, invisible
/// characters and characters that change the direction of writing are escaped, as in `\u{1b}`; `...` marks text that is
/// cut off.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(LONGEST) {
        match c {
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                shown.extend(c.escape_unicode());
            }
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    shown
}

impl Error {
    /// Returns [`Error::Empty`] if `bytes`, the content of a file in `format`, is empty.
    pub(crate) fn unless_empty(format: &'static str, bytes: &[u8]) -> Result<(), Self> {
        if bytes.is_empty() { Err(Self::Empty { format }) } else { Ok(()) }
    }

    pub(crate) fn malformed(format: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Malformed { format, reason: reason.to_string() }
    }
}
