//! Pairs of rectifiers whose incoming weights point in opposite directions. With equal outgoing weights, such a pair
//! responds as |x|; with opposite outgoing weights, as x (section 3.1).

use super::Subject;
use super::activity::numbers;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use model::{Layer, Network, statistics};
use random::Rng;
use report::Measures;
use std::collections::BTreeSet;

/// Two weight vectors count as opposite if their cosine is below this number.
const OPPOSED: f32 = -0.7;
/// Largest number of units of a layer that are compared, each with every other.
const UNITS: usize = 8192;
/// Number of units that are compared with all others at once: at most 8 MiB of cosines.
const BLOCK: usize = 256;
/// Number of bins of a histogram over [-1, 1].
const BINS: usize = 40;
/// The number of copies of a layer, with random signs, in the permutation test of the share of pairs.
const PERMUTATIONS: usize = 200;

pub(crate) fn of(subject: &Subject) -> Measures {
    let mut all = Measures::new();
    for k in 0..subject.trained.hidden.len() {
        let [initial, trained] = [&subject.initial, &subject.trained].map(|network| Directions::of(&network.hidden[k]));
        if trained.lowest.len() < 2 {
            continue; // a single unit has no pairs
        }
        let values = [
            ("share", vec![100.0 * trained.share()]),
            ("initial_share", vec![100.0 * initial.share()]),
            ("cosines", trained.histogram()),
            ("initial_cosines", initial.histogram()),
            ("outgoing", outgoing(&subject.trained, k, &trained).into_iter().collect()),
            ("p", vec![trained.chance(subject.seed, k as u64)]),
        ];
        all.extend(values.map(|(name, values)| (format!("pairs.layer{}.{name}", k + 1), values)));
    }
    all
}

/// The directions of a layer's incoming weight vectors relative to one another.
struct Directions {
    /// Each unit's lowest cosine with another unit, and the index of that other unit, `[units]`.
    lowest: Vec<(f32, usize)>,
    /// The two units of each pair whose cosine exceeds 0.7 in magnitude, and whether the cosine is negative.
    lines: Vec<(u32, u32, bool)>,
}

impl Directions {
    fn of(layer: &Layer) -> Self {
        let directions = directions(layer);
        let [inputs, units] = directions.dims();
        let mut found = Self { lowest: vec![(f32::INFINITY, 0); units], lines: Vec::new() };
        for first in (0..units).step_by(BLOCK) {
            let some = directions.clone().slice([0..inputs, first..(first + BLOCK).min(units)]);
            let cosines = numbers(some.transpose().matmul(directions.clone()));
            for (a, cosines) in (first..).zip(cosines.chunks(units)) {
                found.add(a, cosines);
            }
        }
        found
    }

    /// Adds the unit with the index `a`; `cosines` are the cosines of this unit with all units, `[units]`.
    fn add(&mut self, a: usize, cosines: &[f32]) {
        for (b, cosine) in cosines.iter().enumerate().filter(|(b, _)| *b != a) {
            if *cosine < self.lowest[a].0 {
                self.lowest[a] = (*cosine, b);
            }
            if b > a && cosine.abs() > -OPPOSED {
                self.lines.push((a as u32, b as u32, *cosine < 0.0));
            }
        }
    }

    /// Whether each unit has a partner with an opposite weight vector if the weight vectors marked in `turned` are
    /// reversed, `[units]`. Reversal changes only the signs of cosines.
    fn paired(&self, turned: &[bool]) -> Vec<bool> {
        let mut paired = vec![false; turned.len()];
        for (a, b, opposed) in &self.lines {
            let (a, b) = (*a as usize, *b as usize);
            if *opposed != (turned[a] != turned[b]) {
                (paired[a], paired[b]) = (true, true);
            }
        }
        paired
    }

    /// The fraction of units that have a partner with an opposite weight vector.
    fn share(&self) -> f64 {
        fraction(&self.paired(&vec![false; self.lowest.len()]))
    }

    /// For each bin, the number of units whose lowest cosine lies in the bin.
    fn histogram(&self) -> Vec<f64> {
        let mut counts = vec![0.0; BINS];
        for (cosine, _) in &self.lowest {
            counts[(((cosine + 1.0) / 2.0 * BINS as f32) as usize).min(BINS - 1)] += 1.0;
        }
        counts
    }

    /// The p-value of a permutation test: among the layer itself and [`PERMUTATIONS`] copies whose weight vectors are
    /// given random signs, the fraction in which the share of units with an opposite partner is at least as large as in
    /// the layer itself. The signs come from the stream "pairs" of `seed` for the layer with index `layer`.
    fn chance(&self, seed: u64, layer: u64) -> f64 {
        let mut random = random::stream(seed, "pairs", &[layer]);
        let share = self.share();
        let mut turned = vec![false; self.lowest.len()];
        let as_large = (0..PERMUTATIONS).filter(|_| {
            for turned in &mut turned {
                *turned = random.next_u32() >> 31 == 1;
            }
            fraction(&self.paired(&turned)) >= share
        });
        (1 + as_large.count()) as f64 / (1 + PERMUTATIONS) as f64
    }
}

fn fraction(of: &[bool]) -> f64 {
    of.iter().filter(|holds| **holds).count() as f64 / of.len() as f64
}

/// The incoming weight vectors of the first units of `layer`, normalised to length 1, `[inputs, units]`. A zero vector
/// stays zero.
fn directions(layer: &Layer) -> Tensor<2> {
    let [inputs, all] = layer.affine.weight.dims();
    let units = all.min(UNITS);
    let weight = numbers(layer.affine.weight.val());
    let mut squares = vec![0.0; units];
    for row in weight.chunks(all) {
        squares.iter_mut().zip(row).for_each(|(sum, w)| *sum += f64::from(*w) * f64::from(*w));
    }
    let lengths: Vec<f32> = squares.iter().map(|sum| if *sum > 0.0 { sum.sqrt() as f32 } else { 1.0 }).collect();
    let unit = weight.chunks(all).flat_map(|row| row.iter().zip(&lengths).map(|(w, length)| w / length)).collect();
    Tensor::from_data(TensorData::new(unit, [inputs, units]), &Device::flex())
}

/// The mean correlation between the outgoing weights of the two units of an opposed pair of layer `k`, times the signs
/// of both units. A pair consists of a unit and the partner with the lowest cosine in `directions`. `None` if no pair
/// is opposed, if no pair has a correlation, because the outgoing weights of a unit are constant, or if a unit has
/// several outputs.
fn outgoing(network: &Network, k: usize, directions: &Directions) -> Option<f64> {
    if network.hidden[k].outputs() != network.hidden[k].units() {
        return None;
    }
    let above = network.hidden.get(k + 1).map_or(&network.output, |layer| &layer.affine);
    let (weight, outputs) = (numbers(above.weight.val()), above.weight.dims()[1]);
    let signs = network.hidden[k].signs.as_ref().map(|signs| numbers(signs.val()));
    let sign = |unit: usize| signs.as_ref().map_or(1.0, |signs| f64::from(signs[unit]));
    let row = |unit: usize| &weight[unit * outputs..(unit + 1) * outputs];
    let opposed = directions.lowest.iter().enumerate().filter(|(_, (cosine, _))| *cosine < OPPOSED);
    let pairs: BTreeSet<[usize; 2]> = opposed.map(|(a, (_, b))| [a.min(*b), a.max(*b)]).collect();
    let correlation = |[a, b]: [usize; 2]| Some(statistics::correlation(row(a), row(b))? * sign(a) * sign(b));
    let correlations: Vec<f64> = pairs.into_iter().filter_map(correlation).collect();
    let mean = correlations.iter().sum::<f64>() / correlations.len() as f64;
    (!correlations.is_empty()).then_some(mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{affine, examples, network, rectifiers, subject};
    use model::Activation;

    #[test]
    fn w_and_minus_w_are_a_pair_which_is_even_by_its_outgoing_weights() {
        let all = examples(&[[2.0, 1.0]], &[0]);
        // Of the four units, one reads x and one reads -x; both have outgoing weights to the first class only.
        let found = of(&subject(&network(), &all));
        assert_eq!(found["pairs.layer1.share"], [50.0]);
        assert_eq!(found["pairs.layer1.initial_share"], [50.0]);
        assert!((found["pairs.layer1.outgoing"][0] - 1.0).abs() < 1e-12);
        let cosines = &found["pairs.layer1.cosines"];
        // The units that read x and -x have a lowest cosine of -1, in the first bin. The other two units have a cosine
        // of 0 with every other unit.
        assert_eq!((cosines[0], cosines[20], cosines.iter().sum::<f64>()), (2.0, 2.0, 4.0));
        // With random signs, the weight vectors of x and -x remain opposite with probability 1/2.
        let p = found["pairs.layer1.p"][0];
        assert!((0.35..0.65).contains(&p), "{p}");
    }

    #[test]
    fn a_sign_mask_makes_an_even_pair_odd() {
        let signs = Some(vec![1.0, -1.0, 1.0, 1.0]);
        let masked =
            network().hidden.into_iter().map(|layer| Layer::new(layer.affine, signs.clone(), Activation::Rectifier));
        let masked = Network { hidden: masked.collect(), ..network() };
        let found = of(&subject(&masked, &examples(&[[2.0, 1.0]], &[0])));
        assert!((found["pairs.layer1.outgoing"][0] + 1.0).abs() < 1e-12);
    }

    #[test]
    fn many_pairs_are_significant_and_without_pairs_there_is_no_correlation() {
        // The 20 weight vectors are ten directions and their opposites.
        let columns: Vec<f32> = (0..10).flat_map(|_| [1.0, -1.0]).collect();
        let rows: Vec<Vec<f32>> = (0..10)
            .map(|i| columns.iter().enumerate().map(|(j, w)| if j / 2 == i { *w } else { 0.0 }).collect())
            .collect();
        let layer = Directions::of(&rectifiers(&rows, &[0.0; 20]));
        assert_eq!(layer.share(), 1.0);
        assert!(layer.chance(1, 0) < 0.02);

        let apart = rectifiers(&[&[1.0, 0.0], &[0.0, 1.0]], &[0.0; 2]);
        let apart = Network { hidden: vec![apart], output: affine(&[&[1.0, 2.0]; 2], &[0.0; 2]) };
        assert_eq!(outgoing(&apart, 0, &Directions::of(&apart.hidden[0])), None);
        assert_eq!(Directions::of(&apart.hidden[0]).chance(1, 0), 1.0);
    }

    #[test]
    fn units_with_two_outputs_have_no_correlation_of_outgoing_weights() {
        let opposed = Layer::new(affine(&[&[1.0, -1.0]], &[0.0; 2]), None, Activation::Pair);
        let output = affine(&[&[1.0, 2.0], &[2.0, 1.0], &[3.0, 1.0], &[1.0, 3.0]], &[0.0; 2]);
        let network = Network { hidden: vec![opposed], output };
        assert_eq!(outgoing(&network, 0, &Directions::of(&network.hidden[0])), None);
    }

    #[test]
    fn blocks_of_units_are_joined_and_a_single_unit_has_no_pairs() {
        let units = 2 * BLOCK + 3;
        let row: Vec<f32> = (0..units).map(|j| if j == 1 { -2.0 } else { 1.0 }).collect();
        let layer = Directions::of(&rectifiers(&[&row], &vec![0.0; units]));
        assert_eq!(layer.share(), 1.0);
        assert_eq!((layer.lowest[0].1, layer.lowest[1].1, layer.lowest[units - 1].1), (1, 0, 1));
        let one =
            Network { hidden: vec![rectifiers(&[&[1.0], &[1.0]], &[0.0])], output: affine(&[&[1.0; 2]], &[0.0; 2]) };
        assert!(of(&subject(&one, &examples(&[[1.0, 1.0]], &[0]))).is_empty());
    }
}
