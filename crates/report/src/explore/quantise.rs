//! Weights rounded to 8 bits: integers from -127 to 127, and a scale for each unit.

/// The largest absolute value of a code.
const LARGEST: f32 = 127.0;

/// A weight matrix rounded to 8 bits: the weight from input i to unit j is `codes[i, j] * scale[j]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// The codes: integers from -127 to 127, `[inputs, units]`, row-major.
    pub codes: Vec<i8>,
    /// The difference between the weights of two successive codes of each unit, `[units]`; 0 for a unit whose weights
    /// are all 0.
    pub scale: Vec<f32>,
}

impl Quantised {
    /// The rounded weights, `[inputs, units]`, row-major, bit for bit the same as on the page.
    #[must_use]
    pub fn weight(&self) -> Vec<f32> {
        let rows = self.codes.chunks(self.scale.len().max(1));
        rows.flat_map(|row| row.iter().zip(&self.scale).map(|(&code, scale)| f32::from(code) * scale)).collect()
    }
}

/// Rounds `weight`, `[inputs, units]`, row-major and finite, to the nearest codes. The error of a weight is at most
/// half of its unit's scale, apart from floating-point rounding.
#[must_use]
pub fn quantise(weight: &[f32], units: usize) -> Quantised {
    let mut largest = vec![0f32; units];
    for row in weight.chunks(units.max(1)) {
        largest.iter_mut().zip(row).for_each(|(largest, weight)| *largest = largest.max(weight.abs()));
    }
    let scale: Vec<f32> = largest.iter().map(|largest| largest / LARGEST).collect();
    let code =
        |weight: f32, scale: f32| if scale > 0.0 { (weight / scale).round().clamp(-LARGEST, LARGEST) } else { 0.0 };
    let rows = weight.chunks(units.max(1));
    let codes =
        rows.flat_map(|row| row.iter().zip(&scale).map(|(&weight, &scale)| code(weight, scale) as i8)).collect();
    Quantised { codes, scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_has_its_scale_and_errors_are_at_most_half_a_step() {
        let weight: Vec<f32> =
            (0..300u16).map(|k| (f32::from(k) * 0.7).sin() * [0.01, 1.0, 50.0][usize::from(k % 3)]).collect();
        let rounded = quantise(&weight, 3);
        for (k, (exact, rounded_weight)) in weight.iter().zip(rounded.weight()).enumerate() {
            let step = rounded.scale[k % 3];
            assert!(
                (exact - rounded_weight).abs() <= 0.5001 * step,
                "{exact} was rounded to {rounded_weight}, with a step of {step}"
            );
        }
        assert_eq!(rounded.codes.iter().copied().max(), Some(127));
    }

    #[test]
    fn rounding_twice_changes_nothing_and_zeros_stay_zeros() {
        let once = quantise(&[0.5, 0.0, -1.0, 0.0], 2);
        assert_eq!(once.scale[1], 0.0);
        assert_eq!(once.codes, [64, 0, -127, 0]);
        assert_eq!(quantise(&once.weight(), 2), once);
    }

    #[test]
    fn an_empty_weight_has_no_codes() {
        assert_eq!(quantise(&[], 0), Quantised { codes: vec![], scale: vec![] });
        assert_eq!(quantise(&[], 0).weight(), [0f32; 0]);
    }
}
