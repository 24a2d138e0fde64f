//! Reads the name of a tensor that another program wrote: the layer to which the tensor belongs, and whether the tensor
//! is a weight or a bias.
//!
//! | names of weights               | names of biases    | weights are            | used by                      |
//! |--------------------------------|--------------------|------------------------|------------------------------|
//! | `fc1.weight`                   | `fc1.bias`         | mostly `[units, inputs]` | PyTorch                    |
//! | `Dense_0/kernel`, `kernel:0`   | `bias`, `bias:0`   | `[inputs, units]`      | Flax, Keras                  |
//! | `linear_0/w`                   | `linear_0/b`       | `[inputs, units]`      | Haiku                        |
//! | `coefs_0`                      | `intercepts_0`     | `[inputs, units]`      | scikit-learn                 |
//! | `W1`                           | `b1`               | either                 | networks written in NumPy    |

use crate::error::Error;

/// Whether a tensor is a weight or a bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Weight(Says),
    Bias,
}

/// The layout of a weight, as far as the name of the weight indicates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// `[units, inputs]`, unless the shapes or the names of other weights rule that out.
    UnitsFirst,
    /// `[inputs, units]`.
    InputsFirst,
    /// No layout: programs that use this name differ in their layouts.
    Nothing,
}

const NUMBERED: [(&str, Part); 6] = [
    ("w", Part::Weight(Says::Nothing)),
    ("b", Part::Bias),
    ("coefs", Part::Weight(Says::InputsFirst)),
    ("coef", Part::Weight(Says::InputsFirst)),
    ("intercepts", Part::Bias),
    ("intercept", Part::Bias),
];

const NAMED: [(&str, Part); 5] = [
    ("weight", Part::Weight(Says::UnitsFirst)),
    ("bias", Part::Bias),
    ("kernel", Part::Weight(Says::InputsFirst)),
    ("w", Part::Weight(Says::InputsFirst)),
    ("b", Part::Bias),
];

const STATISTICS: [&str; 5] = ["running_mean", "running_var", "num_batches_tracked", "moving_mean", "moving_variance"];

/// The layer to which the tensor `name` belongs, and whether the tensor is a weight or a bias.
///
/// # Errors
/// [`Error::Normalisation`] for a statistic of a batch normalisation, such as its running mean, and
/// [`Error::Unexpected`] for any other tensor that is neither a weight nor a bias.
pub(crate) fn of(name: &str) -> Result<(String, Part), Error> {
    let plain = name.strip_suffix(":0").unwrap_or(name);
    for (word, part) in NAMED {
        let layer = plain.strip_suffix(word).filter(|layer| layer.is_empty() || layer.ends_with(['.', '_', '/']));
        if let Some(layer) = layer {
            return Ok((layer.to_owned(), part));
        }
    }
    let (layer, last) = plain.rfind(['.', '/']).map_or(("", plain), |at| plain.split_at(at + 1));
    let word = last.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &last[word.len()..];
    let known = NUMBERED.iter().find(|(known, _)| word.trim_end_matches('_').eq_ignore_ascii_case(known));
    if let Some((_, part)) = known.filter(|_| !number.is_empty()) {
        return Ok((format!("{layer}{number}"), *part));
    }
    if STATISTICS.contains(&last) {
        return Err(Error::Normalisation {
            name: name.to_owned(),
            reason: "belongs to a batch normalisation, not to an affine layer",
            remedy: "fold the normalisation into the affine layer before it, as \
                torch.nn.utils.fusion.fuse_linear_bn_eval does, and export again",
        });
    }
    let reason = if last == "signs" {
        "signs are read only from a file that this program wrote, with the entry 'network'"
    } else {
        "it is neither a weight nor a bias"
    };
    Err(Error::Unexpected { name: name.to_owned(), reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_use_say_what_a_tensor_is() {
        for (name, layer, part) in [
            ("net.0.weight", "net.0.", Part::Weight(Says::UnitsFirst)),
            ("fc1_bias", "fc1_", Part::Bias),
            ("params/Dense_0/kernel", "params/Dense_0/", Part::Weight(Says::InputsFirst)),
            ("dense_1/kernel:0", "dense_1/", Part::Weight(Says::InputsFirst)),
            ("dense_1/bias:0", "dense_1/", Part::Bias),
            ("mlp/~/linear_0/w", "mlp/~/linear_0/", Part::Weight(Says::InputsFirst)),
            ("mlp/~/linear_0/b", "mlp/~/linear_0/", Part::Bias),
            ("W1", "1", Part::Weight(Says::Nothing)),
            ("b_1", "1", Part::Bias),
            ("model.coefs_0", "model.0", Part::Weight(Says::InputsFirst)),
            ("intercepts_0", "0", Part::Bias),
        ] {
            assert_eq!(of(name), Ok((layer.to_owned(), part)), "{name}");
        }
        for name in ["arr_0", "counterweight", "W", "epoch", "signs", "net.signs"] {
            assert!(matches!(of(name), Err(Error::Unexpected { .. }) | Ok((_, Part::Weight(_)))), "{name}");
        }
        assert!(matches!(of("net.1.running_mean"), Err(Error::Normalisation { .. })));
    }
}
