//! The activation function of a layer: outputs and slopes from pre-activations.

use units::{Activation, OnFunction};

/// Replaces the pre-activations x with sign * f(x), and writes the slopes sign * f'(x), where f is the function of
/// `activation`. `signs` holds one sign for each x. For pairs, x must already hold both a and -a for each
/// pre-activation a.
#[inline(always)]
pub(crate) fn activate(activation: Activation, x: &mut [f32], slope: &mut [f32], signs: &[f32]) {
    activation.with(Each { x, slope, signs });
}

struct Each<'a> {
    x: &'a mut [f32],
    slope: &'a mut [f32],
    signs: &'a [f32],
}

impl OnFunction for Each<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self, f: impl Fn(f32) -> (f32, f32)) {
        for ((x, slope), sign) in self.x.iter_mut().zip(self.slope).zip(self.signs) {
            let (y, dy) = f(*x);
            *x = sign * y;
            *slope = sign * dy;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_and_slopes_of_every_unit_are_its_own_times_their_signs() {
        for unit in Activation::ALL {
            let x: Vec<f32> = (-20..=20).map(|k| k as f32 / 7.0).collect();
            let signs: Vec<f32> = (0..x.len()).map(|k| if k % 3 == 0 { -1.0 } else { 1.0 }).collect();
            let (mut y, mut slope) = (x.clone(), vec![0.0; x.len()]);
            activate(unit, &mut y, &mut slope, &signs);
            for (k, sign) in signs.iter().enumerate() {
                let (value, derivative) = unit.at(x[k]);
                assert_eq!((y[k], slope[k]), (sign * value, sign * derivative), "{unit} at {}", x[k]);
            }
        }
    }
}
