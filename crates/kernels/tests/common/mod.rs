//! Deterministic networks and input rows.
#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses only some of the items")]

use kernels::{Activation, Affine, Batch, Layer, Stack};

/// Number of inputs: more than two panels of columns, and not a multiple of the 8 floats of an AVX2 vector.
pub(crate) const INPUTS: usize = 1100;
/// Number of units of each hidden layer.
pub(crate) const HIDDEN: [usize; 2] = [1090, 530];
/// Number of classes.
pub(crate) const CLASSES: usize = 10;
/// Number of examples in a full minibatch.
pub(crate) const BATCH: usize = 13;

/// Pseudo-random numbers, uniform in [-1, 1), that depend on `seed` alone (`SplitMix64`).
pub(crate) fn noise(seed: u64) -> impl Iterator<Item = f32> {
    (1u64..).map(move |k| {
        let mut z = (seed << 32).wrapping_add(k).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    })
}

/// An affine map with weights between plus and minus `1 / sqrt(inputs)`, and with every bias equal to `bias`.
pub(crate) fn affine(inputs: usize, outputs: usize, bias: f32, seed: u64) -> Affine {
    let limit = (inputs as f32).sqrt().recip();
    let weight: Vec<f32> = noise(seed).take(inputs * outputs).map(|v| v * limit).collect();
    Affine::new(inputs, &weight, &vec![bias; outputs])
}

/// A stack with [`INPUTS`] inputs, hidden layers of [`HIDDEN`] units and `outputs` outputs. About half of the signs are
/// -1, and the biases leave most rectifiers at 0.
pub(crate) fn stack(activation: Activation, outputs: usize, threads: usize) -> Stack {
    let each = activation.outputs_per_unit();
    let signs: Vec<f32> = noise(9).take(each * INPUTS).map(f32::signum).collect();
    let layer =
        |inputs, units, seed| Layer::new(affine(inputs, units, -0.05, seed), Some(&signs[..each * units]), activation);
    let hidden = vec![layer(INPUTS, HIDDEN[0], 1), layer(each * HIDDEN[0], HIDDEN[1], 2)];
    Stack::new(hidden, affine(each * HIDDEN[1], outputs, 0.0, 3), BATCH, threads)
}

/// `rows` rows of [`INPUTS`] bytes; each byte is nonzero with the probability `density`.
pub(crate) fn bytes(rows: usize, density: f32, seed: u64) -> Vec<Vec<u8>> {
    let mut noise = noise(seed).map(|v| v.midpoint(1.0));
    let mut byte = |_| {
        let (lot, value) = (noise.next().unwrap_or_default(), noise.next().unwrap_or_default());
        if lot < density { 1 + (value * 255.0) as u8 } else { 0 }
    };
    (0..rows).map(|_| (0..INPUTS).map(&mut byte).collect()).collect()
}

/// The value of each byte: byte / 255.
pub(crate) fn values() -> [f32; 256] {
    std::array::from_fn(|byte| byte as f32 / 255.0)
}

/// Adds `rows` to a minibatch.
pub(crate) fn push(batch: &mut Batch, rows: &[Vec<u8>]) {
    for row in rows {
        batch.push_bytes(row, &values());
    }
}

/// The values that the bytes of `rows` stand for.
pub(crate) fn numbers(rows: &[Vec<u8>]) -> Vec<Vec<f32>> {
    rows.iter().map(|row| row.iter().map(|byte| values()[usize::from(*byte)]).collect()).collect()
}

/// The columns and values of the nonzero elements of each of `rows`.
pub(crate) fn sparse(rows: &[Vec<u8>]) -> Vec<(Vec<u32>, Vec<f32>)> {
    let listed = |row: &Vec<f32>| {
        row.iter()
            .enumerate()
            .filter(|(_, value)| **value != 0.0)
            .map(|(column, value)| (column as u32, *value))
            .unzip()
    };
    numbers(rows).iter().map(listed).collect()
}

/// One label for each of [`BATCH`] examples.
pub(crate) fn labels() -> Vec<u16> {
    (0..BATCH as u16).map(|b| b * 7 % CLASSES as u16).collect()
}

/// The bits of every parameter.
pub(crate) fn parameters(stack: &Stack) -> Vec<u32> {
    let map = |k| {
        let affine = stack.affine(k);
        let bits: Vec<u32> = affine.weight().iter().chain(affine.bias().iter()).map(|v| v.to_bits()).collect();
        bits
    };
    (0..=HIDDEN.len()).flat_map(map).collect()
}
