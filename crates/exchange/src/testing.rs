//! Networks with every kind of preprocessing and target, for the tests of this crate.

use crate::notes::Notes;
use crate::portable::{Affine, Hidden, Parts, Portable};
use preprocessing::{
    Column, Columns, Kind, Notation, Pixels, Preprocessing, Sparse, Standard, Target, Tokeniser, Vocabulary,
};
use units::Activation;

/// Names that break an exported program if they are not escaped, each because of a different rule of Python or C.
pub(crate) const HOSTILE: [&str; 4] =
    ["\"\"\"\n'; import os #\\", "*/ ??/ ??' \\u0041 \\", "%s {x} \u{0}7\u{1b}[0m\r\t", "naïve 数 \u{1f600}\u{2028}"];

pub(crate) fn affine(inputs: usize, units: usize, seed: f32) -> Affine {
    let numbers = |count: usize, seed: f32| (0..count).map(|k| (seed * (k as f32 + 1.0)).sin()).collect();
    Affine { inputs, weight: numbers(inputs * units, 12.9 * seed), bias: numbers(units, seed) }
}

/// A network with two hidden layers, the second with signs, for the inputs that `preprocessing` makes.
pub(crate) fn network(
    activation: Activation,
    preprocessing: Option<Preprocessing>,
    target: Option<Target>,
) -> Portable {
    let inputs = preprocessing.as_ref().map_or(5, Preprocessing::inputs);
    let width = activation.outputs_per_unit();
    let outputs = if matches!(target, Some(Target::Number { .. })) { 1 } else { 4 };
    let signs = (0..3 * width).map(|k| if k % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let hidden = vec![
        Hidden { affine: affine(inputs, 6, 1.1), signs: None },
        Hidden { affine: affine(6 * width, 3, 1.7), signs: Some(signs) },
    ];
    let notes = Notes { preprocessing, target, ..Notes::default() };
    Portable::new(Parts { hidden, output: affine(3 * width, outputs, 2.9), activation, notes }).unwrap()
}

pub(crate) fn columns() -> Columns {
    let number = |name: &str, mean, deviation, indicator| {
        let kind = Kind::Number {
            standard: Standard { mean, deviation },
            fill: Some(mean + deviation),
            indicator,
            notation: Notation::default(),
        };
        Column { name: name.to_owned(), kind }
    };
    let category = |name: &str, categories: &[&str], other| {
        let mut categories: Vec<String> = categories.iter().map(|&text| text.to_owned()).collect();
        categories.sort();
        Column { name: name.to_owned(), kind: Kind::Category { categories, other } }
    };
    let columns = vec![
        number(HOSTILE[0], 4.0, 2.0, true),
        category(HOSTILE[1], &[HOSTILE[2], HOSTILE[3], "(missing)"], true),
        number("time", 1_700_000_039.3, 15.2, false),
        number("constant", 3.0, 0.0, false),
        category("island", &["Biscoe", "Dream"], false),
    ];
    Columns { columns, unnamed: None }
}

pub(crate) fn pixels() -> Pixels {
    let standard = vec![Standard { mean: 0.3, deviation: 0.7 }, Standard { mean: -0.1, deviation: 0.0 }];
    Pixels {
        channels: 2,
        height: 3,
        width: 2,
        maximum: 16,
        lowest: -1.0,
        standard,
        ground: 0,
        stored: None,
        form: None,
    }
}

fn vocabulary(tokeniser: Tokeniser) -> Vocabulary {
    let terms = ["don't", "crème", "हिन्दी", "ὀδυσσεύς", "10", "straße", "ⓐ", HOSTILE[0]];
    Vocabulary::new(tokeniser, terms.map(str::to_owned).to_vec())
}

pub(crate) fn classes() -> Target {
    Target::Classes { name: Some(HOSTILE[2].to_owned()), classes: HOSTILE.map(str::to_owned).to_vec() }
}

pub(crate) fn number() -> Target {
    Target::Number { name: HOSTILE[1].to_owned(), standard: Standard { mean: 1234.5, deviation: 67.0 } }
}

/// Every kind of preprocessing, and `None`.
pub(crate) fn kinds() -> Vec<Option<Preprocessing>> {
    vec![
        None,
        Some(Preprocessing::Columns(columns())),
        Some(Preprocessing::Pixels(pixels())),
        Some(Preprocessing::Terms(vocabulary(Tokeniser::Words))),
        Some(Preprocessing::Terms(vocabulary(Tokeniser::Counted))),
        Some(Preprocessing::Sparse(Sparse { base: 1, width: 7 })),
    ]
}
