//! The sparsity for inputs that are permuted among the examples: are zeros due to biases, or to the dependence between
//! inputs?

use super::Subject;
use super::activity::{Sums, activity, spread};
use crate::learning::minibatches::eval_batch_size;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use model::Network;
use report::Measures;

/// Largest number of examples on which this measure is computed.
const EXAMPLES: usize = 1000;
/// Largest number of input values in all permuted examples together (256 MiB), unless two examples have more.
const INPUTS: usize = 1 << 26;

pub(crate) fn of(subject: &Subject) -> Measures {
    let features = subject.validation.features();
    let rows = spread(subject.validation.len(), EXAMPLES.min(INPUTS / features).max(2));
    let mut inputs = Vec::with_capacity(rows.len() * features);
    for row in rows {
        subject.validation.row(row as usize).write(&mut inputs);
    }
    let plain = sparsity(&subject.trained, &inputs, features);
    permute(&mut inputs, features, subject.seed);
    [("plain", plain), ("sparsity", sparsity(&subject.trained, &inputs, features))]
        .map(|(name, values)| (format!("permuted.{name}"), values))
        .into()
}

/// The percentage of outputs of each hidden layer that are exactly 0 for `inputs`, `[examples, features]`.
fn sparsity(network: &Network, inputs: &[f32], features: usize) -> Vec<f64> {
    let minibatches = inputs.chunks(eval_batch_size(features) * features).map(|inputs| {
        let data = TensorData::new(inputs.to_vec(), [inputs.len() / features, features]);
        activity(network, Tensor::<2>::from_data(data, &Device::flex()).into())
    });
    Sums::of(minibatches).iter().map(Sums::sparsity).collect()
}

/// Permutes each column of `inputs` `[examples, features]`; the permutation is drawn from the stream "permuted" of
/// `seed` for that column.
fn permute(inputs: &mut [f32], features: usize, seed: u64) {
    let examples = inputs.len() / features;
    for feature in 0..features {
        let column: Vec<f32> = inputs.iter().skip(feature).step_by(features).copied().collect();
        let order = random::permutation(examples, seed, "permuted", &[feature as u64]);
        for (example, from) in order.iter().enumerate() {
            inputs[example * features + feature] = column[*from as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::testing::{affine, examples, rectifiers, subject};

    #[test]
    fn columns_keep_their_values_and_lose_their_rows() {
        let plain: Vec<f32> = (0..40).map(|k| k as f32).collect();
        let mut permuted = plain.clone();
        permute(&mut permuted, 2, 1);
        for feature in 0..2 {
            let mut column: Vec<f32> = permuted.iter().skip(feature).step_by(2).copied().collect();
            column.sort_unstable_by(f32::total_cmp);
            assert_eq!(column, plain.iter().skip(feature).step_by(2).copied().collect::<Vec<_>>());
        }
        let together = permuted.chunks(2).filter(|row| row[1] - row[0] == 1.0).count();
        assert!(together < 10, "{together}");
    }

    #[test]
    fn a_unit_that_compares_inputs_loses_zeros_and_one_that_reads_a_single_input_keeps_them() {
        // Both inputs are 1 in half of the examples, and 0 in all others.
        let rows: Vec<[f32; 2]> = (0..100).map(|k| [(k % 2) as f32; 2]).collect();
        let hidden = rectifiers(&[&[1.0, 1.0], &[-1.0, 0.0]], &[0.0, 0.0]);
        let network = Network { hidden: vec![hidden], output: affine(&[&[1.0; 2]; 2], &[0.0; 2]) };
        let found = of(&subject(&network, &examples(&rows, &[0; 100])));
        // The first unit reads the difference of the inputs. The output of this unit is 0 for every example without
        // permutation, and for about three quarters of the examples with permutation. The output of the second unit is
        // 0 for half of the examples in both cases. With permutation, 62.5 % of zeros are expected.
        assert_eq!(found["permuted.plain"], [75.0]);
        let permuted = found["permuted.sparsity"][0];
        assert!((55.0..70.0).contains(&permuted), "{permuted}");
    }
}
