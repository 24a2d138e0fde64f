//! Finds the affine layers in files that this program did not write.

use crate::error::{Error, shown};
use crate::label::{self, Part, Says};
use crate::order::{self, Order};
use crate::portable::{Affine, Hidden, check_finite};
use crate::tensors::{Layers, Tensor, Tensors, matrix, shape, transposed, vector};
use std::collections::BTreeMap;

/// An affine layer as it is stored in a file.
struct Layer {
    /// The name of the weight.
    name: String,
    /// The name of the layer, as [`label::of`] returns it.
    stem: String,
    weight: Tensor,
    says: Says,
    /// The numbers of rows and columns of the weight.
    sides: [usize; 2],
    /// The name and the values of the bias; `None` if the layer has no bias.
    bias: Option<(String, Vec<f32>)>,
}

/// The meaning of the rows and columns of the weights. All weights of a file have the same layout.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// `[units, inputs]`, as in PyTorch.
    UnitsFirst,
    /// `[inputs, units]`, as in this program, Keras and JAX.
    InputsFirst,
}

/// The hidden layers and the output layer in `tensors`, with a note on the layout of the weights and the order of the
/// layers. Each hidden unit has `outputs` outputs. A missing bias is taken as 0. Weights are `[units, inputs]` unless
/// their names or shapes rule that out.
pub(crate) fn layers(tensors: Tensors, outputs: usize) -> Result<Layers, Error> {
    let layers = collect(tensors)?;
    let layouts = layouts(&layers)?;
    let (layout, order) = ordered(&layers, &layouts, outputs)?;
    let notes = vec![described(&layers, layout, &order)];
    let mut layers: Vec<_> = layers.into_iter().map(Some).collect();
    let mut affines: Vec<_> = order.into_iter().filter_map(|k| layers[k].take()).map(|l| l.affine(layout)).collect();
    let needed = || "the file holds no tensors".to_owned();
    let output = affines.pop().ok_or_else(|| Error::Missing { name: "0.weight".to_owned(), needed: needed() })?;
    let hidden = affines.into_iter().map(|affine| Hidden { affine, signs: None }).collect();
    Ok(Layers { hidden, output, notes })
}

/// A note that states the layout of the weights and the order of `layers`.
fn described(layers: &[Layer], layout: Layout, order: &[usize]) -> String {
    let names: Vec<&str> = order.iter().map(|k| layers[*k].name.as_str()).collect();
    let named = layers.iter().any(|layer| layer.says == Says::InputsFirst);
    let layout = match layout {
        Layout::UnitsFirst => "[units, inputs], as in PyTorch",
        Layout::InputsFirst if named => "[inputs, units], as their names indicate",
        Layout::InputsFirst => "[inputs, units], as their shapes require",
    };
    format!("the weights are {layout}; from the input to the output: {}", shown(&names.join(", ")))
}

/// The layers in `tensors`, sorted by their names.
fn collect(tensors: Tensors) -> Result<Vec<Layer>, Error> {
    let (mut weights, mut biases) = (BTreeMap::new(), BTreeMap::new());
    for (name, tensor) in tensors {
        check_finite(&name, &tensor.values)?;
        let (stem, part) = label::of(&name)?;
        let twice = Error::Duplicate { name: name.clone() };
        let before = match part {
            Part::Weight(says) => weights.insert(stem, (name, tensor, says)).is_some(),
            Part::Bias => biases.insert(stem, (name, tensor)).is_some(),
        };
        if before {
            return Err(twice);
        }
    }
    let mut layers = Vec::new();
    for (stem, (name, weight, says)) in weights {
        if weight.dims.len() == 1 {
            return Err(Error::Normalisation {
                name,
                reason: "is a vector, as in a normalisation layer such as LayerNorm, not the matrix of an affine layer",
                remedy: "import a network without normalisation between its layers",
            });
        }
        let sides = matrix(&name, &weight)?;
        let bias = biases.remove(&stem).map(|(name, bias)| Ok((name.clone(), vector(&name, bias)?))).transpose()?;
        layers.push(Layer { name, stem, weight, says, sides, bias });
    }
    if let Some((stem, (name, _))) = biases.pop_first() {
        return Err(Error::Missing { name: format!("{stem}weight"), needed: format!("'{name}' is present") });
    }
    layers.sort_by_cached_key(|layer| order::key(&layer.stem));
    Ok(layers)
}

/// The layouts that agree with the names of the weights and with the lengths of the biases, the more usual layout
/// first.
fn layouts(layers: &[Layer]) -> Result<Vec<Layout>, Error> {
    let named = layers.iter().any(|layer| layer.says == Says::InputsFirst);
    let said = if named { &[Layout::InputsFirst][..] } else { &[Layout::UnitsFirst, Layout::InputsFirst] };
    let contrary = |layout: Layout| {
        layers.iter().find_map(move |layer| {
            let (name, bias) = layer.bias.as_ref()?;
            (bias.len() != layer.inputs_and_units(layout)[1]).then_some((layer, name, bias.len()))
        })
    };
    let allowed: Vec<_> = said.iter().copied().filter(|layout| contrary(*layout).is_none()).collect();
    match contrary(said[0]) {
        Some((layer, name, found)) if allowed.is_empty() => {
            let side = if said[0] == Layout::UnitsFirst { "rows" } else { "columns" };
            let units = layer.inputs_and_units(said[0])[1];
            let expected = format!("[{units}], as many numbers as '{}' has {side}", layer.name);
            Err(Error::Shape { name: name.clone(), found: vec![found], expected })
        }
        _ => Ok(allowed),
    }
}

/// The layout and the order in which `layers` fit together. An order that agrees with the names is preferred.
fn ordered(layers: &[Layer], layouts: &[Layout], outputs: usize) -> Result<(Layout, Vec<usize>), Error> {
    let stems: Vec<&str> = layers.iter().map(|layer| layer.stem.as_str()).collect();
    let precedes = order::precedence(&stems);
    let anything = vec![Vec::new(); layers.len()];
    for precedes in [&precedes, &anything] {
        for layout in layouts {
            let fitting = |layout: Layout| {
                let widths: Vec<_> = layers.iter().map(|layer| layer.widths(layout, outputs)).collect();
                order::of(&widths, precedes)
            };
            match fitting(*layout) {
                Order::One(order) => {
                    let silent = layers.iter().find(|layer| layer.says == Says::Nothing);
                    let mut others = layouts.iter().filter(|other| *other != layout);
                    return match silent.filter(|_| others.any(|other| fitting(*other) != Order::None)) {
                        Some(layer) => Err(Error::Layout { name: layer.name.clone() }),
                        None => Ok((*layout, order)),
                    };
                }
                Order::Several([first, second]) => {
                    let name = |k: usize| layers[k].name.clone();
                    return Err(Error::Ambiguous { first: name(first), second: name(second) });
                }
                Order::None => {}
            }
        }
    }
    let layout = layouts.first().copied().unwrap_or(Layout::UnitsFirst);
    let misfit = layers.array_windows().find(|[a, b]| a.widths(layout, outputs)[1] != b.inputs_and_units(layout)[0]);
    let Some([before, layer]) = misfit else {
        // This is never reached: layers that fit together in this order have been returned above.
        return Ok((layout, (0..layers.len()).collect()));
    };
    let expected = format!("{} inputs, as many as '{}' has outputs", before.widths(layout, outputs)[1], before.name);
    Err(shape(&layer.name, &layer.weight, &expected))
}

impl Layer {
    fn inputs_and_units(&self, layout: Layout) -> [usize; 2] {
        let [rows, columns] = self.sides;
        if layout == Layout::UnitsFirst { [columns, rows] } else { [rows, columns] }
    }

    /// The numbers of inputs and outputs of the layer.
    fn widths(&self, layout: Layout, outputs: usize) -> [usize; 2] {
        let [inputs, units] = self.inputs_and_units(layout);
        [inputs, units.saturating_mul(outputs)]
    }

    fn affine(self, layout: Layout) -> Affine {
        let [inputs, units] = self.inputs_and_units(layout);
        let weight = match layout {
            Layout::UnitsFirst => transposed(&self.weight.values, units, inputs),
            Layout::InputsFirst => self.weight.values,
        };
        Affine { inputs, weight, bias: self.bias.map_or_else(|| vec![0.0; units], |(_, bias)| bias) }
    }
}
