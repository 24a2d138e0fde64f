//! The paths that an example takes through the network (figure 2): the units that are active for the example form a
//! linear network.

use super::Subject;
use super::activity::{Activity, activities};
use super::gradients::{Gradient, constant, device, gradients};
use crate::learning::minibatches::Minibatches;
use data::Examples;
use model::statistics;
use report::Measures;

/// Largest number of examples whose paths are followed.
const EXAMPLES: usize = 3;
/// Largest number of examples that are searched for examples of different classes.
const SEARCHED: usize = 10_000;
/// Largest number of units of a layer in the drawing.
const DRAWN: usize = 24;

pub(crate) fn of(subject: &Subject) -> Measures {
    let rows = different(&subject.validation);
    let one_by_one = rows.chunks(1).flat_map(|row| activities(&subject.trained, &subject.validation, row));
    let followed: Vec<Vec<Activity>> = one_by_one.map(|(_, layers)| layers).collect();
    let mut all = Measures::new();
    for (k, layers) in followed.iter().enumerate() {
        let example = format!("example{}", k + 1);
        all.extend(counts(&example, layers));
        let batch = Minibatches::new(subject.validation.clone(), 1, device()).batch(&rows[k..=k]);
        all.extend(drawing(&example, layers, &gradients(&constant(&subject.trained), batch)));
    }
    all.insert("paths.overlap".to_owned(), overlaps(&followed));
    all
}

/// The indices of the first examples of different classes among the first [`SEARCHED`] of `examples`; at most
/// [`EXAMPLES`] indices.
fn different(examples: &Examples) -> Vec<u32> {
    let mut rows: Vec<u32> = Vec::new();
    for row in 0..examples.len().min(SEARCHED) as u32 {
        let label = |row: u32| examples.label(row as usize);
        if rows.len() < EXAMPLES && rows.iter().all(|other| label(*other) != label(row)) {
            rows.push(row);
        }
    }
    rows
}

/// The number of active units in each of the hidden `layers`, the logarithm of the number of paths through active units
/// only, and the fraction of all paths that consist of active units only.
fn counts(example: &str, layers: &[Activity]) -> Measures {
    let active: Vec<f64> = layers.iter().map(|layer| layer.h.iter().filter(|h| **h != 0.0).count() as f64).collect();
    let share = active.iter().zip(layers).map(|(active, layer)| active / layer.units as f64).product();
    [
        (format!("paths.log10.{example}"), vec![active.iter().map(|active| active.log10()).sum()]),
        (format!("paths.share.{example}"), vec![share]),
        (format!("paths.active.{example}"), active),
    ]
    .into()
}

/// The outputs of the first units of each layer, and the magnitudes of the gradients at these units.
fn drawing(example: &str, layers: &[Activity], gradients: &[Gradient]) -> Measures {
    let mut all = Measures::new();
    for (k, (layer, gradient)) in layers.iter().zip(gradients).enumerate() {
        let drawn = |values: &[f32]| values.iter().take(DRAWN).map(|x| f64::from(*x)).collect::<Vec<f64>>();
        let size = |values: &[f32]| drawn(values).into_iter().map(f64::abs).collect();
        let key = |name: &str| format!("paths.{name}.{example}.layer{}", k + 1);
        all.insert(key("picture"), drawn(&layer.h));
        all.insert(key("gradient"), size(&gradient.h));
        all.insert(key("flow"), size(&gradient.z));
    }
    all
}

/// The mean Jaccard overlap between the sets of active units of two examples, over all pairs of the examples in
/// `followed`; a value per layer, which is NaN if there is only one example.
fn overlaps(followed: &[Vec<Activity>]) -> Vec<f64> {
    let layers = followed.first().map_or(0, Vec::len);
    let of_layer = |layer: usize| {
        let sets: Vec<Vec<u64>> = followed.iter().map(|layers| statistics::active(&layers[layer].h)).collect();
        let twos = sets.iter().enumerate().flat_map(|(k, a)| sets[k + 1..].iter().map(move |b| (a, b)));
        let overlaps: Vec<f64> = twos.map(|(a, b)| statistics::jaccard(a, b)).collect();
        overlaps.iter().sum::<f64>() / overlaps.len() as f64
    };
    (0..layers).map(of_layer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{examples, network, rectifiers, subject};
    use model::Network;

    #[test]
    fn paths_multiply_over_layers_and_examples_have_different_classes() {
        let second = rectifiers(&[&[1.0, 1.0, -1.0, 0.0]; 4], &[0.0; 4]);
        let network = Network { hidden: [network().hidden, vec![second]].concat(), ..network() };
        let all = examples(&[[2.0, 1.0], [3.0, 1.0], [-1.0, 0.0]], &[0, 0, 1]);
        let found = of(&subject(&network, &all));
        // For the first example, h is (2, 0, 1, 0) in the first layer and (3, 3, 0, 0) in the second; for the third
        // example, h is (0, 1, 0, 0) in the first layer and (1, 1, 0, 0) in the second.
        assert_eq!(
            (&found["paths.active.example1"], &found["paths.active.example2"]),
            (&vec![2.0; 2], &vec![1.0, 2.0])
        );
        assert_eq!((&found["paths.share.example1"], &found["paths.share.example2"]), (&vec![0.25], &vec![0.125]));
        assert!((found["paths.log10.example1"][0] - 4f64.log10()).abs() < 1e-12);
        assert_eq!(found["paths.overlap"], [0.0, 1.0]);
        assert_eq!(found["paths.picture.example1.layer1"], [2.0, 0.0, 1.0, 0.0]);
        assert_eq!(found["paths.picture.example2.layer2"], [1.0, 1.0, 0.0, 0.0]);
        let (gradient, flow) = (&found["paths.gradient.example1.layer1"], &found["paths.flow.example1.layer1"]);
        assert!(gradient.iter().all(|g| *g > 0.0), "{gradient:?}");
        assert_eq!(flow.iter().map(|g| *g > 0.0).collect::<Vec<_>>(), [true, false, true, false]);
        assert!(!found.contains_key("paths.active.example3"));
    }

    #[test]
    fn a_single_class_has_one_example_and_no_overlap() {
        let all = examples(&[[2.0, 1.0], [3.0, 1.0]], &[1, 1]);
        let found = crate::measures::of(&[crate::measures::Measure::Paths], &subject(&network(), &all));
        assert!(found.contains_key("paths.active.example1") && !found.contains_key("paths.overlap"));
        // An example without active units has no path.
        let none = examples(&[[0.0, 0.0]], &[1]);
        let found = crate::measures::of(&[crate::measures::Measure::Paths], &subject(&network(), &none));
        assert_eq!(found["paths.share.example1"], [0.0]);
        assert!(!found.contains_key("paths.log10.example1"));
    }
}
