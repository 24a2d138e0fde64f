//! The information that active units carry about the class: is sparsity associated with disentangled factors (section
//! 2.2)?

use super::Subject;
use super::activity::{activities, spread};
use model::statistics;
use random::RngExt;
use report::Measures;

/// Largest number of examples on which this measure is computed.
const EXAMPLES: usize = 2000;
/// Largest number of pairs of examples of the same class, and of pairs of examples of different classes.
const PAIRS: usize = 1000;
/// Number of pairs of examples that are drawn at random. A pair of an example with itself, or beyond the limit
/// [`PAIRS`], is not used.
const DRAWS: usize = 50 * PAIRS;

/// The activity of a hidden layer's units over a set of examples.
struct Seen {
    /// The number of examples of each class for which each unit was active, `[classes][units]`.
    active: Vec<Vec<usize>>,
    /// The set of active units of each example.
    sets: Vec<Vec<u64>>,
}

pub(crate) fn of(subject: &Subject) -> Measures {
    let rows = spread(subject.validation.len(), EXAMPLES);
    let labels: Vec<usize> = rows.iter().map(|row| usize::from(subject.validation.label(*row as usize))).collect();
    let layers = seen(subject, &rows);
    let mut totals = vec![0; subject.validation.classes()];
    for label in &labels {
        totals[*label] += 1;
    }
    let [same, different] = pairs(&labels, subject.seed);
    let overlap = |layer: &Seen, pairs: &[[usize; 2]]| {
        let sum: f64 = pairs.iter().map(|[a, b]| statistics::jaccard(&layer.sets[*a], &layer.sets[*b])).sum();
        sum / pairs.len() as f64
    };
    [
        ("information", layers.iter().map(|layer| information(layer, &totals)).collect::<Vec<f64>>()),
        ("same", layers.iter().map(|layer| overlap(layer, &same)).collect()),
        ("different", layers.iter().map(|layer| overlap(layer, &different)).collect()),
    ]
    .map(|(name, values)| (format!("selectivity.{name}"), values))
    .into()
}

/// The active units of each hidden layer of the trained network for the validation examples with the indices `rows`.
fn seen(subject: &Subject, rows: &[u32]) -> Vec<Seen> {
    let classes = subject.validation.classes();
    let mut all: Vec<Seen> = Vec::new();
    for (rows, layers) in activities(&subject.trained, &subject.validation, rows) {
        all.resize_with(layers.len(), || Seen { active: vec![Vec::new(); classes], sets: Vec::new() });
        for (seen, layer) in all.iter_mut().zip(&layers) {
            seen.active.iter_mut().for_each(|counts| counts.resize(layer.units, 0));
            for (row, h) in rows.iter().zip(layer.h.chunks(layer.units)) {
                let counts = &mut seen.active[usize::from(subject.validation.label(*row as usize))];
                counts.iter_mut().zip(h).for_each(|(count, h)| *count += usize::from(*h != 0.0));
                seen.sets.push(statistics::active(h));
            }
        }
    }
    all
}

/// The mutual information, in bits, between the class and whether a unit is active: the mean over the units of `layer`.
/// `totals` contains the number of examples of each class, `[classes]`.
fn information(layer: &Seen, totals: &[usize]) -> f64 {
    let units = layer.active.first().map_or(0, Vec::len);
    let of_unit = |unit: usize| {
        let active: Vec<usize> = layer.active.iter().map(|counts| counts[unit]).collect();
        statistics::information(&active, totals)
    };
    (0..units).map(of_unit).sum::<f64>() / units as f64
}

/// Random pairs of distinct examples with these `labels`: first the pairs of the same class, then the pairs of
/// different classes, at most [`PAIRS`] of each kind. The pairs are drawn from the stream "selectivity" of `seed`.
fn pairs(labels: &[usize], seed: u64) -> [Vec<[usize; 2]>; 2] {
    let mut random = random::stream(seed, "selectivity", &[]);
    let mut kinds = [Vec::new(), Vec::new()];
    let draws = if labels.len() < 2 { 0 } else { DRAWS };
    for _ in 0..draws {
        let [a, b] = [(); 2].map(|()| random.random_range(0..labels.len() as u32) as usize);
        let kind = &mut kinds[usize::from(labels[a] != labels[b])];
        if a != b && kind.len() < PAIRS {
            kind.push([a, b]);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{affine, examples, rectifiers, subject};
    use model::Network;

    #[test]
    fn units_that_determine_the_class_have_its_entropy_and_disjoint_sets() {
        // Each of the two units is active for the examples of one class only.
        let hidden = rectifiers(&[&[1.0, 0.0], &[0.0, 1.0]], &[0.0; 2]);
        let network = Network { hidden: vec![hidden], output: affine(&[&[1.0; 2]; 2], &[0.0; 2]) };
        let all = examples(&[[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 3.0]], &[0, 0, 1, 1]);
        let found = of(&subject(&network, &all));
        assert!((found["selectivity.information"][0] - 1.0).abs() < 1e-12);
        assert_eq!((&found["selectivity.same"], &found["selectivity.different"]), (&vec![1.0], &vec![0.0]));
    }

    #[test]
    fn pairs_are_of_their_kind_and_of_two_examples() {
        let labels: Vec<usize> = (0..60).map(|k| k % 3).collect();
        let [same, different] = pairs(&labels, 1);
        assert_eq!([same.len(), different.len()], [PAIRS; 2]);
        assert!(same.iter().all(|[a, b]| a != b && labels[*a] == labels[*b]));
        assert!(different.iter().all(|[a, b]| labels[*a] != labels[*b]));
        assert_eq!(pairs(&labels, 1), [same, different]);
        assert!(pairs(&[0, 0], 1)[1].is_empty() && pairs(&[0], 1)[0].is_empty());
    }
}
