//! The errors of networks and of the files that are read as networks.

use units::Activation;

/// An invalid network, or a file that cannot be read as a network. The text says what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Error {
    /// The file is not of the expected format, or is incomplete.
    #[error("this is not a complete {format} file ({reason}); copy or export it again")]
    Malformed {
        /// The format that was expected.
        format: &'static str,
        /// What its reader found.
        reason: String,
    },
    /// The file exceeds what the reader accepts, or the network exceeds what the format can hold.
    #[error("{what} exceeds the limit of {limit} for {format} files; use a smaller network or safetensors")]
    TooLarge {
        /// The format.
        format: &'static str,
        /// What is too large, with its size.
        what: String,
        /// The limit, with its unit.
        limit: String,
    },
    /// Two tensors, or two values of an ONNX graph, have the same name.
    #[error("the name '{name}' occurs twice; give each tensor and each node's output a unique name")]
    Duplicate {
        /// The name that occurs twice.
        name: String,
    },
    /// A required tensor is missing.
    #[error("the file has no tensor '{name}' ({needed}); export the whole network")]
    Missing {
        /// The name of the missing tensor.
        name: String,
        /// Why the tensor is needed.
        needed: String,
    },
    /// A tensor that does not belong to a network of affine layers.
    #[error(
        "'{name}' does not belong to a chain of affine layers ({reason}); export only the hidden and output layers, \
         named as here (hidden.0.affine.weight) or as in PyTorch's nn.Sequential (0.weight)"
    )]
    Unexpected {
        /// The tensor's name.
        name: String,
        /// Why the tensor does not fit.
        reason: String,
    },
    /// A tensor whose values are stored in another file.
    #[error("the values of '{name}' are in another file; save the model as one file, without external data")]
    Elsewhere {
        /// The tensor's name.
        name: String,
    },
    /// A tensor of an unsupported number type.
    #[error("'{name}' holds {found} numbers, not {expected} numbers; convert the tensor before exporting")]
    Type {
        /// The tensor's name.
        name: String,
        /// The tensor's number type.
        found: String,
        /// The supported number type.
        expected: &'static str,
    },
    /// A tensor with the wrong shape.
    #[error("'{name}' has shape {found:?}, expected {expected}; correct the network and export it again")]
    Shape {
        /// The tensor's name.
        name: String,
        /// The tensor's shape.
        found: Vec<usize>,
        /// The shape that fits.
        expected: String,
    },
    /// A tensor with an infinite value or NaN.
    #[error("'{name}' holds {value} at position {position}; export a network whose training did not diverge")]
    NotFinite {
        /// The tensor's name.
        name: String,
        /// The index of the value in the tensor, counted from 0 in row-major order.
        position: usize,
        /// The infinite value or NaN, as text.
        value: String,
    },
    /// A sign other than 1 or -1.
    #[error("'{name}' holds {value} at position {position}; signs must be 1 or -1")]
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
    #[error("the file states the activation {stated}, not {given}; name the stated activation, or leave it out")]
    Contradicted {
        /// The activation that the file states.
        stated: Activation,
        /// The activation that the caller gave.
        given: Activation,
    },
    /// The file's description of its network is malformed, or describes another network.
    #[error("the entry 'network' does not describe the network in the file ({reason}); remove it, or export again")]
    Statement {
        /// What is wrong with the description.
        reason: String,
    },
    /// A note that does not fit the network.
    #[error("the note '{note}' does not fit the network ({reason}); correct it or leave it out")]
    Note {
        /// The name of the note.
        note: &'static str,
        /// Why the note does not fit.
        reason: String,
    },
    /// A part of an ONNX graph that does not belong to a chain of layers.
    #[error("{place} {reason}; supported: {supported}")]
    Graph {
        /// The node with its operator, or the part of the model.
        place: String,
        /// What is not supported.
        reason: String,
        /// What is supported instead.
        supported: String,
    },
}

impl Error {
    pub(crate) fn malformed(format: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Malformed { format, reason: reason.to_string() }
    }
}
