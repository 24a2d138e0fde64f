//! A tied auto-encoder of linear units without noise finds the space of the principal components (Baldi and Hornik 1989):
//! it reconstructs as well as they do.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use burn::prelude::Device;
use data::{Examples, digits};
use kernels::Descent;
use model::{Activation, Corruption, Decoder, NetworkConfig, Reconstruction, SignMask};
use train::denoiser::Denoiser;
use train::denoising::Denoising;
use train::task::{At, Target};

const UNITS: usize = 16;

/// The eigenvalues of the symmetric matrix `a` `[n][n]`, by Jacobi's rotations.
fn eigenvalues(mut a: Vec<Vec<f64>>) -> Vec<f64> {
    let n = a.len();
    for _ in 0..30 {
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() < 1e-14 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                for k in 0..n {
                    (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]);
                }
            }
        }
    }
    (0..n).map(|k| a[k][k]).collect()
}

/// The mean squared length of what is left of the rows of `examples` without their first `components` components.
fn left_by_principal_components(examples: &Examples, components: usize) -> f64 {
    let (len, width) = (examples.len() as f64, examples.features());
    let rows: Vec<Vec<f64>> = (0..examples.len())
        .map(|i| {
            let mut row = Vec::new();
            examples.row(i).write(&mut row);
            row.into_iter().map(f64::from).collect()
        })
        .collect();
    let mean: Vec<f64> = (0..width).map(|j| rows.iter().map(|row| row[j]).sum::<f64>() / len).collect();
    let covariance =
        |j: usize, k: usize| rows.iter().map(|row| (row[j] - mean[j]) * (row[k] - mean[k])).sum::<f64>() / len;
    let mut values = eigenvalues((0..width).map(|j| (0..width).map(|k| covariance(j, k)).collect()).collect());
    values.sort_by(|a, b| b.total_cmp(a));
    values[components..].iter().sum()
}

#[test]
fn a_tied_linear_auto_encoder_reconstructs_digits_as_well_as_their_principal_components() {
    let examples = digits::load(1).splits.train;
    let (activation, sign_mask) = (Activation::Linear, SignMask::None);
    let config = NetworkConfig { inputs: examples.features(), hidden: vec![UNITS], outputs: 1, activation, sign_mask };
    let denoising = Denoising {
        decoder: Decoder::Tied,
        reconstruction: Reconstruction::LinearQuadratic,
        corruption: Corruption::Masking(0.0),
        target: Target::Same,
        sampling: None,
        layer: 0,
    };
    let layer = config.init(1, &Device::flex()).hidden.remove(0);
    let network = model::autoencoder(&layer, denoising.decoder, 1, 0);
    let mut kernels = Denoiser::new(&network, denoising, 10).unwrap();
    for epoch in 1..=60 {
        for (step, rows) in examples.order(1, epoch).chunks(10).enumerate() {
            let draws = denoising.draws(1, At { epoch, step });
            kernels.learn(&examples, rows, draws, Descent { rate: 0.005, l1: 0.0 });
        }
    }
    let all: Vec<u32> = (0..examples.len() as u32).collect();
    let cost: f64 = all.chunks(10).map(|rows| kernels.measure(&examples, rows).nll() * rows.len() as f64).sum();
    let (found, best) = (cost / examples.len() as f64, left_by_principal_components(&examples, UNITS));
    assert!(found > 0.999 * best && found < 1.05 * best, "{found}, principal components {best}");
}
