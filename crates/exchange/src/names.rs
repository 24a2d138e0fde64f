//! Makes networks from named tensors. The names follow the conventions of this program or of other programs.

use crate::error::Error;
use crate::foreign;
use crate::found::Found;
use crate::notes::Notes;
use crate::portable::{Affine, Hidden, Parts, Portable};
use crate::statement::Statement;
use crate::tensors::{Layers, Tensors, matrix, vector};
use units::Activation;

/// Makes a network from `tensors`. `statement` is the entry `network`, which marks files that this program wrote;
/// `unstated` is the activation of the hidden units if the file does not state it.
pub(crate) fn network(
    mut tensors: Tensors,
    statement: Option<&str>,
    unstated: Option<Activation>,
) -> Result<Found, Error> {
    let statement = statement.map(Statement::parse).transpose()?;
    let stated = statement.as_ref().map(|statement| statement.activation);
    let Layers { hidden, output, notes: found } = match stated {
        Some(_) if tensors.contains_key("output.weight") => ours(&mut tensors)?,
        _ => foreign::layers(tensors, stated.or(unstated).map_or(1, Activation::outputs_per_unit))?,
    };
    let activation = match (stated, unstated) {
        (Some(stated), Some(given)) if stated != given => return Err(Error::Contradicted { stated, given }),
        (Some(activation), _) | (None, Some(activation)) => activation,
        (None, None) if hidden.is_empty() => Activation::Linear, // a network without hidden units
        (None, None) => return Err(Error::Unstated),
    };
    let notes = statement.as_ref().map_or_else(Notes::default, |statement| statement.notes.clone());
    let parts = Parts { hidden, output, activation, notes };
    if let Some(statement) = statement {
        statement.check(&parts)?;
    }
    Ok(Found { network: Portable::new(parts)?, scale: None, notes: found })
}

/// Takes the layers with this program's names out of `tensors`: `hidden.0.affine.weight`, `hidden.0.affine.bias`,
/// `hidden.0.signs`, .., `output.weight`, `output.bias`. Weights are `[inputs, units]`.
fn ours(tensors: &mut Tensors) -> Result<Layers, Error> {
    let mut hidden = Vec::new();
    while tensors.contains_key(&format!("hidden.{}.affine.weight", hidden.len())) {
        let k = hidden.len();
        let affine = take_affine(tensors, &format!("hidden.{k}.affine"))?;
        let signs = format!("hidden.{k}.signs");
        let signs = tensors.remove(&signs).map(|tensor| vector(&signs, tensor)).transpose()?;
        hidden.push(Hidden { affine, signs });
    }
    let output = take_affine(tensors, "output")?;
    match tensors.pop_first() {
        Some((name, _)) => {
            Err(Error::Unexpected { name, reason: format!("number of hidden layers found: {}", hidden.len()) })
        }
        None => Ok(Layers { hidden, output, notes: Vec::new() }),
    }
}

fn take_affine(tensors: &mut Tensors, layer: &str) -> Result<Affine, Error> {
    let mut take = |part: &str| {
        let name = format!("{layer}.{part}");
        let needed = || format!("the {part} of layer '{layer}'");
        let tensor = tensors.remove(&name).ok_or_else(|| Error::Missing { name: name.clone(), needed: needed() })?;
        Ok::<_, Error>((name, tensor))
    };
    let (name, weight) = take("weight")?;
    let [inputs, _] = matrix(&name, &weight)?;
    let (name, bias) = take("bias")?;
    Ok(Affine { inputs, weight: weight.values, bias: vector(&name, bias)? })
}
