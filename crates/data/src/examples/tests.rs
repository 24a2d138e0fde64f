use super::*;

const SHAPE: Shape = Shape::grey(1, 2);

fn three() -> Examples {
    Examples::images(vec![0, 1, 2, 3, 4, 8], vec![0, 1, 2], SHAPE, 3, Scale::unit(8)).unwrap()
}

fn refused(inputs: &[u8], labels: &[u8], shape: Shape, maximum: u8) -> String {
    Examples::images(inputs.to_vec(), labels.to_vec(), shape, 3, Scale::unit(maximum)).unwrap_err().to_string()
}

fn bytes(examples: &Examples, i: usize) -> Vec<u8> {
    examples.inputs().as_bytes().unwrap().row(i).to_vec()
}

#[test]
fn rows_without_a_label_or_a_column_are_rejected() {
    let mut csr = Csr::new(3);
    csr.push([(1, 1.0)]);
    let missing = Examples::sparse(csr, vec![], 2).unwrap_err().to_string();
    assert!(missing.contains("expected one label per row (rows: 1), found 0 labels"), "{missing}");
    assert!(Examples::sparse(Csr::new(0), vec![], 2).unwrap_err().to_string().contains("at least one input"));
    let numbers = |rows: &[f32]| Examples::numbers(rows.to_vec(), 2, vec![0], 2).map(|all| all.features());
    assert_eq!(numbers(&[1.0, 2.0]).unwrap(), 2);
    assert!(numbers(&[1.0]).unwrap_err().to_string().contains("2 inputs per label (labels: 1), found 1"));
    assert!(numbers(&[1.0, f32::NAN]).unwrap_err().to_string().contains("finite inputs, found NaN"));
}

#[test]
fn values_that_do_not_match_are_rejected() {
    let short = refused(&[0; 5], &[0; 3], SHAPE, 8);
    assert!(short.contains("1 x 1 x 2 inputs per label (labels: 3), found 5 inputs"), "{short}");
    let label = refused(&[0; 4], &[0, 3], SHAPE, 8);
    assert!(label.contains("labels below 3, found label 3 of example 1"), "{label}");
    assert!(refused(&[9, 0], &[0], SHAPE, 8).contains("inputs of at most 8, found input 9"));
    assert!(refused(&[], &[], Shape::grey(0, 2), 8).contains("at least 1"));
    assert!(refused(&[0, 0], &[0], SHAPE, 0).contains("at least 1"));
    assert!(refused(&[], &[0], Shape::grey(usize::MAX, 2), 8).contains("found 0 inputs"));
}

#[test]
fn gather_scales_the_chosen_rows_and_reuses_the_buffers() {
    let (mut inputs, mut labels) = (vec![7.0; 9], vec![7; 9]);
    three().gather(&[2, 0], &mut inputs, &mut labels);
    assert_eq!(inputs, [4.0 / 8.0, 1.0, 0.0, 1.0 / 8.0]);
    assert_eq!(labels, [2, 0]);
    assert_eq!(inputs.capacity(), 9);
}

#[test]
fn select_and_parts_keep_inputs_beside_their_labels() {
    let selected = three().select(&[2, 2]);
    assert_eq!(
        (bytes(&selected, 0), bytes(&selected, 1), selected.labels()),
        (vec![4, 8], vec![4, 8], vec![2, 2].into())
    );
    let parts = |counts: [usize; 2]| {
        let (rows, labels) = (vec![0, 1, 2, 3, 4, 8], vec![0, 1, 2]);
        Examples::images_in_parts(rows, labels, counts, (SHAPE, 3, Scale::unit(8)))
    };
    let [first, rest] = parts([1, 2]).unwrap();
    assert_eq!((&first, &rest), (&three().select(&[0]), &three().select(&[1, 2])));
    let fewer = parts([1, 1]).unwrap_err().to_string();
    assert!(fewer.contains("expected labels for parts of [1, 1] examples, found 3 labels"), "{fewer}");
}
