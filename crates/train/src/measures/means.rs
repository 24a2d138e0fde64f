//! The mean and variance of the hidden outputs: does the sign mask bring the mean close to 0 (section 4.1)?

use super::Subject;
use super::activity::{Sums, activities, spread};
use report::Measures;

/// Largest number of examples on which this measure is computed.
const EXAMPLES: usize = 1000;

pub(crate) fn of(subject: &Subject) -> Measures {
    let rows = spread(subject.validation.len(), EXAMPLES);
    let sums = Sums::of(activities(&subject.trained, &subject.validation, &rows).map(|(_, layers)| layers));
    let (mut total, mut row) = (0.0, Vec::new());
    for i in &rows {
        row.clear();
        subject.validation.row(*i as usize).write(&mut row);
        total += row.iter().map(|x| f64::from(*x)).sum::<f64>();
    }
    let input = total / (rows.len() * subject.validation.features()) as f64;
    let layers = |value: fn(&Sums) -> f64| sums.iter().map(value).collect();
    [("mean", layers(Sums::mean)), ("variance", layers(Sums::variance)), ("input", vec![input])]
        .map(|(name, values)| (format!("means.{name}"), values))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{examples, network, subject};

    #[test]
    fn means_are_those_of_the_outputs_and_of_the_inputs() {
        let found = of(&subject(&network(), &examples(&[[2.0, 1.0], [-1.0, 0.0]], &[0, 1])));
        // For the two examples, h is (2, 0, 1, 0) and (0, 1, 0, 0): the eight outputs have the sum 4 and the sum of
        // squares 6.
        assert_eq!(found["means.mean"], [0.5]);
        assert_eq!(found["means.variance"], [6.0 / 8.0 - 0.25]);
        assert_eq!(found["means.input"], [0.5]);
    }
}
