//! Everything that can be wrong with a network or with a file that should hold one.

use units::Activation;

/// A network that cannot be, or a file that cannot be read as one. It says what and where, and what to do.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Error {
    /// The file is not what it should be, or only a part of it.
    #[error("this is no whole {format} file ({reason}); copy or export it again")]
    Malformed {
        /// The format that was expected.
        format: &'static str,
        /// What its reader met.
        reason: String,
    },
    /// The file is more than the reader takes, or than the format can hold.
    #[error("{what} is more than the {limit} that {format} files may have here; use a smaller network or safetensors")]
    TooLarge {
        /// The format.
        format: &'static str,
        /// What is too large, with its size.
        what: String,
        /// The most that is possible, with its unit.
        limit: String,
    },
    /// Two things have the same name.
    #[error("the name '{name}' occurs twice; give each tensor and each node's output a name of its own")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A tensor that a network needs is not there.
    #[error("there is no tensor '{name}' ({needed}); export the whole network")]
    Missing {
        /// Its name.
        name: String,
        /// What it would be for.
        needed: String,
    },
    /// A tensor that no network of affine layers has.
    #[error(
        "'{name}' is no part of a chain of affine layers ({reason}); export hidden layers and an output layer alone, \
         named as here (hidden.0.affine.weight) or as in PyTorch's nn.Sequential (0.weight)"
    )]
    Unexpected {
        /// Its name.
        name: String,
        /// Why it does not fit.
        reason: String,
    },
    /// A tensor whose numbers are in another file.
    #[error("the numbers of '{name}' are in another file; save the model as one file, without external data")]
    Elsewhere {
        /// The tensor's name.
        name: String,
    },
    /// A tensor of numbers that are not read.
    #[error("'{name}' holds {found} numbers, where {expected} are read; convert it before exporting")]
    Type {
        /// The tensor's name.
        name: String,
        /// What it is made of.
        found: String,
        /// What it must be made of.
        expected: &'static str,
    },
    /// A tensor whose shape is not the one that its place asks for.
    #[error("'{name}' is {found:?}, its place asks for {expected}; correct the network and export it again")]
    Shape {
        /// The tensor's name.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// What would fit.
        expected: String,
    },
    /// A tensor with a number that is none.
    #[error("'{name}' holds {value} at position {position}; export a network whose training did not diverge")]
    NotFinite {
        /// The tensor's name.
        name: String,
        /// Where, counted from 0 over the tensor in row-major order.
        position: usize,
        /// The infinity or NaN as text.
        value: String,
    },
    /// A sign that is none.
    #[error("'{name}' holds {value} at position {position}; signs are 1 or -1")]
    Sign {
        /// The tensor's name.
        name: String,
        /// Where, counted from 0.
        position: usize,
        /// What is there.
        value: f32,
    },
    /// A number of an activation that is out of its range.
    #[error("the {parameter} of {activation} is {value}, it must be {range}; correct it")]
    Parameter {
        /// The activation.
        activation: Activation,
        /// Which number.
        parameter: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// The file does not say what its hidden units compute.
    #[error(
        "the file does not name the function of its hidden units; name it yourself, as in \"rectifier\" or \"tanh\""
    )]
    Unstated,
    /// The file says something else than its reader was told.
    #[error("the file says that its hidden units are {stated}, not {given}; leave the function out")]
    Contradicted {
        /// What the file says.
        stated: Activation,
        /// What the caller said.
        given: Activation,
    },
    /// The file's description of its network is no description, or one of another network.
    #[error("the entry 'network' does not describe what is in the file ({reason}); remove the entry, or export again")]
    Statement {
        /// What is wrong.
        reason: String,
    },
    /// A note that does not fit the network.
    #[error("the note '{note}' does not fit the network ({reason}); correct it or leave it out")]
    Note {
        /// Which note.
        note: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A part of an ONNX graph that is not one of a chain of layers.
    #[error("{place} {reason}; supported is {supported}")]
    Graph {
        /// The node with its operator, or the part of the model.
        place: String,
        /// What is not understood.
        reason: String,
        /// What would be.
        supported: String,
    },
}

impl Error {
    pub(crate) fn malformed(format: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Malformed { format, reason: reason.to_string() }
    }
}
