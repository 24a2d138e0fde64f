//! A tied auto-encoder of linear units, trained without noise, finds the subspace of the principal components (Baldi
//! and Hornik, 1989): it reconstructs its inputs almost as well as projection on the principal components does.

use burn::prelude::Device;
use data::{Examples, digits};
use denoising::At;
use denoising::Denoising;
use kernels::SgdStep;
use model::{Activation, Corruption, Decoder, NetworkConfig, Reconstruction, SignMask, Target};
use train::learning::sparse_autoencoder::SparseAutoencoder;

const UNITS: usize = 16;

/// The eigenvalues of the symmetric matrix `m`, of shape `[n, n]`, by Jacobi rotations, each of which zeroes an
/// off-diagonal element.
fn eigenvalues(mut m: Vec<Vec<f64>>) -> Vec<f64> {
    const SWEEPS: usize = 30;
    let n = m.len();
    for (p, q) in (0..SWEEPS * n).flat_map(|p| (p % n + 1..n).map(move |q| (p % n, q))) {
        if m[p][q].abs() < 1e-14 {
            continue;
        }
        let theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
        let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
        let cosine = tangent.hypot(1.0).recip();
        let sine = tangent * cosine;
        let turned = |at_p: f64, at_q: f64| (cosine * at_p - sine * at_q, sine * at_p + cosine * at_q);
        for row in &mut m {
            (row[p], row[q]) = turned(row[p], row[q]);
        }
        let (row_p, row_q): (Vec<f64>, Vec<f64>) = m[p].iter().zip(&m[q]).map(|(p, q)| turned(*p, *q)).unzip();
        (m[p], m[q]) = (row_p, row_q);
    }
    m.iter().enumerate().map(|(k, row)| row[k]).collect()
}

/// The mean squared length of the residuals of the rows of `examples` after projection on their first `components`
/// principal components.
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
    let mut kernels = SparseAutoencoder::new(&network, denoising, 10).unwrap();
    for epoch in 1..=60 {
        for (step, rows) in examples.order(1, epoch).chunks(10).enumerate() {
            let draws = denoising.draws(1, At { epoch, step });
            kernels.learn(&examples, rows, draws, SgdStep { rate: 0.005, l1: &[0.0] });
        }
    }
    let all: Vec<u32> = (0..examples.len() as u32).collect();
    let cost: f64 = all.chunks(10).map(|rows| kernels.measure(&examples, rows).nll() * rows.len() as f64).sum();
    let (found, best) = (cost / examples.len() as f64, left_by_principal_components(&examples, UNITS));
    assert!(
        found > 0.999 * best && found < 1.05 * best,
        "the cost is {found}, but projection on the principal components has the cost {best}"
    );
}
