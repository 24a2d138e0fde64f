use super::*;
use proptest::prelude::*;

/// The same three rows as bytes, as a sparse matrix and as numbers.
fn forms() -> [Inputs; 3] {
    let bytes = vec![0, 2, 1, 0, 0, 0, 2, 0, 1];
    let numbers: Vec<f32> = bytes.iter().map(|byte| f32::from(*byte) / 2.0).collect();
    let mut csr = Csr::new(3);
    numbers.chunks(3).for_each(|row| csr.push((0..).zip(row.iter().copied())));
    [Inputs::bytes(bytes, 3, Scale::unit(2)), Inputs::Sparse(csr), Inputs::Numbers(Numbers { rows: numbers, width: 3 })]
}

fn dense(inputs: &Inputs) -> Vec<f32> {
    let mut all = Vec::new();
    (0..inputs.len()).for_each(|i| inputs.row(i).write(&mut all));
    all
}

#[test]
fn every_form_gives_the_same_values() {
    for inputs in forms() {
        assert_eq!((inputs.len(), inputs.width(), inputs.is_empty()), (3, 3, false));
        assert_eq!(dense(&inputs), [0.0, 1.0, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 0.5]);
    }
}

#[test]
fn every_form_can_be_selected_from() {
    for inputs in forms() {
        assert_eq!(dense(&inputs.select(&[2, 2])), [1.0, 0.0, 0.5, 1.0, 0.0, 0.5]);
    }
}

fn bytes(inputs: Inputs) -> Bytes {
    let Inputs::Bytes(bytes) = inputs else { panic!("the inputs must be bytes") };
    bytes
}

proptest! {
    #[test]
    fn every_plane_is_standardised_by_itself(rows in prop::collection::vec(any::<u8>(), 12..120), planes in 1usize..4) {
        let (width, whole) = (4 * planes, rows.len() / (4 * planes));
        prop_assume!(whole > 0);
        let plain = bytes(Inputs::bytes(rows[..whole * width].to_vec(), width, Scale::SYMMETRIC));
        let standard = plain.standard(planes);
        let scaled = dense(&Inputs::Bytes(plain.clone().standardised(&standard)));
        let unscaled = dense(&Inputs::Bytes(plain));
        for (k, standard) in standard.iter().enumerate() {
            let of = |all: &[f32]| -> Vec<f64> {
                let planes = all.chunks(4).skip(k).step_by(planes);
                planes.flatten().map(|x| f64::from(*x)).collect()
            };
            let exact = Standard::of(of(&unscaled).into_iter());
            prop_assert!((exact.mean - standard.mean).abs() < 1e-9, "{exact:?} {standard:?}");
            prop_assert!((exact.deviation - standard.deviation).abs() < 1e-9, "{exact:?} {standard:?}");
            let again = Standard::of(of(&scaled).into_iter());
            prop_assert!(again.mean.abs() < 1e-5);
            prop_assert!(exact.deviation == 0.0 || (again.deviation - 1.0).abs() < 1e-5, "{again:?}");
        }
    }
}

#[test]
fn a_plane_of_one_value_becomes_zeros() {
    let black = bytes(Inputs::bytes(vec![7; 6], 3, Scale::unit(255)));
    let standard = black.standard(1);
    assert_eq!(dense(&Inputs::Bytes(black.standardised(&standard))), [0.0; 6]);
}

#[test]
fn the_value_of_a_byte_is_linear_between_the_lowest_value_and_one() {
    let ends = |scale: Scale| [scale.values()[0], scale.values()[usize::from(scale.maximum)]];
    assert_eq!(ends(Scale::unit(16)), [0.0, 1.0]);
    assert_eq!(ends(Scale::SYMMETRIC), [-1.0, 1.0]);
    assert_eq!(Scale::unit(255).values()[100], 100.0 / 255.0);
    assert!((Scale::SYMMETRIC.values()[100] - (100.0 / 127.5 - 1.0)).abs() < 1e-6);
}
