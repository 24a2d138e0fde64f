//! The scale on which an imported network reads its inputs, and the units of the number that it predicts.

use data::{DataSet, Examples};
use exchange::{Error, Found, Parts, Scale};
use preprocessing::{Pixels, Preprocessing, Standard, Target};

/// The number of training examples from which the scale of a network's pixels is inferred.
const EXAMPLES: usize = 1000;

/// A typical standard deviation of the inputs of a network after scaling. Pixels from 0 to 1 usually have a smaller
/// standard deviation, and standardised inputs have a larger one.
const USUAL: f64 = 0.5;

/// Converts the network of `found` so that it reads the inputs of `data` and predicts the target of `data`. Returns the
/// converted network, and a sentence for the user about each assumption. `given` is the standardisation that the user
/// stated; `None` if the user stated none, or the file of the network states the preprocessing.
///
/// If the file of a network states the preprocessing, the network already reads the inputs of the data set. Any other
/// network is taken to read unstandardised columns or pixels if the network scales the inputs itself, or if the user
/// stated a standardisation.
///
/// # Errors
/// [`Error`] if a number is too far from 0, or a weight would not be finite in 32 bits.
pub(super) fn fitted(found: Found, given: Option<Scale>, data: &DataSet) -> Result<(Parts, Vec<String>), Error> {
    let preprocessing = data.preprocessing();
    let notes = &found.network.parts().notes;
    let predicted = match data.target() {
        Target::Number { name, standard } if notes.target.is_none() => Some((name, standard)),
        _ => None,
    };
    let (read, assumed) = match &preprocessing {
        _ if notes.preprocessing.is_some() => (None, None),
        Some(table @ Preprocessing::Columns(_)) => columns(table, given.as_ref(), found.scale.as_ref()),
        Some(Preprocessing::Pixels(pixels)) => {
            picture(pixels, given.as_ref(), found.scale.as_ref(), &data.splits.train)
        }
        _ => (None, None),
    };
    let all = [read, given].into_iter().flatten();
    let identity = Scale::identity(data.splits.train.features());
    let parts = found.reading(&all.fold(identity, |scale, next| scale.then(&next)))?;
    let mut said: Vec<String> = assumed.into_iter().collect();
    let Some((name, standard)) = predicted else { return Ok((parts, said)) };
    said.push(format!("the output of the network is taken as {name}, in the units of the table"));
    Ok((parts.predicting(standard)?, said))
}

/// The standardisation by `mean` and `deviation`, the values of `--mean` and `--std`, by which the network's inputs were
/// standardised in training: in the units of a table's columns, or for pixels from 0 (or -1) to 1. `None` if both are
/// empty.
///
/// # Errors
/// [`Error::Scale`] if a mean or deviation does not fit the inputs of `data`.
pub(super) fn given(mean: &[f64], deviation: &[f64], data: &DataSet) -> Result<Option<Scale>, Error> {
    if mean.is_empty() && deviation.is_empty() {
        return Ok(None);
    }
    let channels = match data.preprocessing() {
        Some(Preprocessing::Pixels(pixels)) => pixels.channels,
        _ => 1,
    };
    let mean = if mean.is_empty() { &[0.0][..] } else { mean };
    let deviation = if deviation.is_empty() { &[1.0][..] } else { deviation };
    Scale::standardising(mean, deviation, channels, data.splits.train.features()).map(Some)
}

/// The scaling from the standardised inputs of `table` to the numbers that the network reads, and the assumption made,
/// for the user. These numbers are unscaled if the user has `given` a standardisation, or if the network applies
/// `scale` to them itself. Otherwise the network is assumed to read the standardised inputs, and the scaling is `None`.
fn columns(table: &Preprocessing, given: Option<&Scale>, scale: Option<&Scale>) -> (Option<Scale>, Option<String>) {
    if given.is_none() && scale.is_none() {
        let assumed = "the file does not say how the columns were scaled: columns of numbers are taken as scaled to mean \
            0 and standard deviation 1 in training; for a network that reads them as they are in the table, add --mean 0 \
            --std 1";
        return (None, Some(assumed.to_owned()));
    }
    let assumed = "the network reads columns of numbers as they are in the table";
    (Some(Scale::own_numbers(table)), Some(assumed.to_owned()))
}

/// The scaling from the inputs of a picture to the pixels that the network reads, and the assumption made, for the
/// user. If the user has `given` a standardisation, the network is assumed to read pixels from 0 (or -1) to 1. If the
/// network applies `scale` to its inputs itself, it is assumed to read either such pixels or stored pixels, depending
/// on the examples of `train`. Otherwise the network is assumed to read the inputs of the data set, and the scaling is
/// `None`.
fn picture(
    pixels: &Pixels,
    given: Option<&Scale>,
    scale: Option<&Scale>,
    train: &Examples,
) -> (Option<Scale>, Option<String>) {
    let (lowest, maximum) = (pixels.lowest, pixels.maximum);
    let fraction = Scale::unstandardised(pixels);
    if given.is_some() {
        return (Some(fraction), None);
    }
    let Some(scale) = scale else {
        let standard = if pixels.standard.is_empty() { "" } else { ", then standardised per channel" };
        let assumed = format!(
            "the file does not say how pixels were scaled: pixels are taken as numbers from {lowest} to 1{standard}; \
             for any other scale, add --mean and --std"
        );
        return (None, Some(assumed));
    };
    let stored = Scale::own_numbers(&Preprocessing::Pixels(pixels.clone()));
    let [of_fraction, of_stored] = [&fraction, &stored].map(|read| deviation(train, &read.then(scale)));
    // Of the two scalings, the one whose deviation is nearer to USUAL, by ratio, is chosen. Stored pixels have the
    // larger of the two deviations, which is nearer if the geometric mean of the deviations is below USUAL.
    let reads_stored = (of_fraction * of_stored).sqrt() < USUAL;
    let (read, units, other) = if reads_stored {
        (stored, format!("as they are stored, 0 to {maximum}"), format!("from {lowest} to 1, add --mean 0 --std 1"))
    } else {
        let unit = (1.0 - f64::from(lowest)) / f64::from(maximum);
        (fraction, format!("from {lowest} to 1"), format!("as they are stored, add --mean {lowest} --std {unit}"))
    };
    let assumed = format!(
        "the network scales pixels itself, and is taken to read pixels {units}, which are then scaled to a standard \
         deviation of {:.2}; for a network that reads pixels {other}",
        if reads_stored { of_stored } else { of_fraction }
    );
    (Some(read), Some(assumed))
}

/// The standard deviation of the inputs of the first examples of `train` after `scale`, pooled over all inputs.
fn deviation(train: &Examples, scale: &Scale) -> f64 {
    let mut inputs = Vec::new();
    (0..train.len().min(EXAMPLES)).for_each(|i| train.row(i).write(&mut inputs));
    let width = scale.factors().len();
    let variance = |(input, factor): (usize, &f64)| {
        let column = inputs.iter().skip(input).step_by(width).map(|x| f64::from(*x));
        (factor * Standard::of(column).deviation).powi(2)
    };
    (scale.factors().iter().enumerate().map(variance).sum::<f64>() / width as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use data::{Access, Choices, Format, Source, TableChoices};
    use exchange::{Affine, Notes, Portable};
    use model::Activation;

    /// A network without hidden layers. If `scale` is `[mean, deviation]`, the network itself scales each input x to
    /// `(x - mean) / deviation`.
    fn found(inputs: usize, outputs: usize, scale: Option<[f64; 2]>) -> Found {
        let weight = (0..inputs * outputs).map(|k| (k as f32 + 1.0).sin()).collect();
        let output = Affine { inputs, weight, bias: vec![0.5; outputs] };
        let parts = Parts { hidden: Vec::new(), output, activation: Activation::Linear, notes: Notes::default() };
        let scale = scale.map(|[mean, deviation]| Scale::standardising(&[mean], &[deviation], 1, inputs).unwrap());
        Found { network: Portable::new(parts).unwrap(), scale, notes: Vec::new() }
    }

    #[test]
    fn a_network_that_scales_pixels_reads_those_whose_deviation_is_then_usual() {
        let source = Source { data_dir: None, access: Access::Offline };
        let digits = data::load("digits", &source, &Choices::default(), 1, &mut |_| {}).unwrap();
        for ([mean, deviation], [same_mean, same_deviation], said) in [
            ([4.9, 6.0], [4.9 / 16.0, 6.0 / 16.0], "read pixels as they are stored, 0 to 16"),
            ([0.0, 16.0], [0.0, 1.0], "read pixels as they are stored, 0 to 16"),
            ([0.3, 0.375], [0.3, 0.375], "read pixels from 0 to 1"),
        ] {
            let (parts, assumed) = fitted(found(64, 10, Some([mean, deviation])), None, &digits).unwrap();
            let expected = Scale::standardising(&[same_mean], &[same_deviation], 1, 64).unwrap();
            let given = given(&[same_mean], &[same_deviation], &digits).unwrap();
            let (same, _) = fitted(found(64, 10, None), given, &digits).unwrap();
            assert!(assumed.len() == 1 && assumed[0].contains(said), "{assumed:?}");
            for (found, expected) in parts.output.weight.iter().zip(&same.output.weight) {
                assert!((found - expected).abs() < 1e-4, "{found} {expected}");
            }
            let exact = found(64, 10, None).reading(&expected).unwrap();
            assert_eq!(same, exact);
        }
    }

    #[test]
    fn a_network_of_a_table_that_scales_its_inputs_predicts_in_own_units_from_own_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let rows: Vec<String> = (0..60).map(|k| format!("{},{}\n", 1000 + 10 * k, 50_000 + 7 * k * k)).collect();
        let rows = rows.concat();
        files::write(&folder.path().join("t.csv"), format!("x,y\n{rows}").as_bytes()).unwrap();
        let table = TableChoices { task: Some(data::Task::Regression), ..TableChoices::default() };
        let choices = Choices { table, ..Choices::default() };
        let data = data::load_own(folder.path(), Format::Csv, &choices, 1).unwrap();
        let (Some(Preprocessing::Columns(columns)), Target::Number { standard, .. }) =
            (data.preprocessing(), data.target())
        else {
            panic!("expected the columns and the target of a table of numbers")
        };
        let mut fed = Vec::new();
        columns.columns[0].write(preprocessing::Cell::Number(1230.0), &mut fed).unwrap();
        let predicted = |parts: &Parts, x: f64| f64::from(parts.output.weight[0]) * x + f64::from(parts.output.bias[0]);
        for (scale, mean, deviation, x) in [
            (Some([1300.0, 150.0]), &[][..], &[][..], (1230.0 - 1300.0) / 150.0),
            (None, &[1300.0], &[150.0], (1230.0 - 1300.0) / 150.0),
            (None, &[0.0], &[1.0], 1230.0),
            (None, &[], &[], f64::from(fed[0])),
        ] {
            let expected = predicted(found(1, 1, None).network.parts(), x);
            let (parts, said) = fitted(found(1, 1, scale), given(mean, deviation, &data).unwrap(), &data).unwrap();
            let value = standard.unscaled(predicted(&parts, f64::from(fed[0])));
            assert!((value - expected).abs() < 1e-2, "{value} {expected}");
            assert!(
                said.len() == 2 && said[1] == "the output of the network is taken as y, in the units of the table",
                "{said:?}"
            );
        }
    }
}
