//! Writes a network as a C file.

use super::printer::{self, number, printed};
use crate::formula;
use crate::own::Own;
use crate::portable::Portable;
use preprocessing::{Column, Kind, Preprocessing};
use std::fmt::Display;

impl Portable {
    /// The network as a C file (C99) that needs only the mathematical library and takes the user's own numbers.
    ///
    /// | declaration                                             | meaning                                               |
    /// |---------------------------------------------------------|-------------------------------------------------------|
    /// | `void predict(const double *inputs, double *outputs)`   | writes `OUTPUTS` outputs for `INPUTS` inputs: the probabilities of the classes, or the predicted number in its own units |
    /// | `const char *const input_names[INPUTS]`                 | the names of the inputs, if they have names           |
    /// | `int input(const char *name)`                           | the index of the input called `name`, or -1           |
    /// | `int category(const char *column, const char *text)`    | the index of the input that must be 1 where the field of `column` is `text`, or -1 if no input stands for `text` |
    /// | `const char *const class_names[OUTPUTS]`                | the names of the classes, if they have names          |
    ///
    /// The inputs are the same as in [`to_onnx`](Self::to_onnx): numbers in their own units, NaN where missing; the
    /// stored values of pixels; 0 or 1 for categories and terms; otherwise the inputs of the network. Compiled with
    /// `-DTEST`, the file is a program that exits with 0 if it reproduces an example to within 1e-5. The file is
    /// ASCII; the UTF-8 bytes of all other characters in names are escaped.
    #[must_use]
    pub fn to_c(&self) -> String {
        let parts = self.parts();
        let own = Own::of(&parts.notes, parts.inputs());
        let mut pieces = vec![
            include_str!("c/head.c").to_owned(),
            self.takes().map_or_else(String::new, |takes| format!("/* predict {takes}. */\n")),
            format!("#define INPUTS {}\n#define OUTPUTS {}\n\n", own.width(), parts.output.units()),
        ];
        pieces.extend(self.names(&own));
        pieces.extend(self.tensors().iter().map(|tensor| {
            let values = tensor.values.iter().map(|value| format!("{value:?}f"));
            array("static const float", &tensor.name.replace('.', "_"), values)
        }));
        pieces.extend([self.own_to_row(&own), include_str!("c/affine.c").to_owned()]);
        if !parts.hidden.is_empty() {
            pieces.push(self.activate());
        }
        if parts.notes.number().is_none() {
            pieces.push(include_str!("c/softmax.c").to_owned());
        }
        pieces.extend([self.predict(), self.test(&own)]);
        pieces.concat()
    }

    /// The names of inputs and classes, and the functions that look inputs up.
    fn names(&self, own: &Own) -> Vec<String> {
        let notes = &self.parts().notes;
        let mut pieces = Vec::new();
        if let Some(names) = own.names.as_ref().filter(|names| !names.is_empty()) {
            pieces.push(array("const char *const", "input_names", names.iter().map(|name| quoted(name))));
            pieces.push(include_str!("c/input.c").to_owned());
        }
        if let Some(Preprocessing::Columns(columns)) = &notes.preprocessing {
            let categories = categories(&columns.columns);
            if !categories.is_empty() {
                pieces.push("static const struct {\n    const char *column, *text;\n    int input;\n} ".to_owned());
                pieces.push(format!("categories[] = {{\n{}}};\n\n", categories.concat()));
                pieces.push(include_str!("c/category.c").to_owned());
            }
        }
        if !notes.names().is_empty() {
            pieces.push(array("const char *const", "class_names", notes.names().iter().map(|name| quoted(name))));
        }
        pieces
    }

    /// The function from the user's own numbers to the inputs of the network, with its constants.
    fn own_to_row(&self, own: &Own) -> String {
        let doubles =
            |name, values: &[f64]| array("static const double", name, values.iter().map(|value| number(*value)));
        let width = format!("#define ROW {}\n\n", self.parts().inputs());
        if own.is_plain() {
            return width + include_str!("c/plain.c");
        }
        let scaling = [
            width,
            doubles("means", &own.means()),
            doubles("deviations", &own.divisors()),
            match &own.fills {
                Some(fills) => {
                    let fill = |fill: &f64| if fill.is_nan() { "NAN".to_owned() } else { number(*fill) };
                    array("static const double", "fills", fills.iter().map(fill))
                        + &array("static const int", "sources", own.order().iter().map(usize::to_string))
                        + include_str!("c/filled.c")
                }
                None => include_str!("c/scaled.c").to_owned(),
            },
        ];
        scaling.concat()
    }

    fn activate(&self) -> String {
        let activation = self.parts().activation;
        let expressions = formula::of_unit(activation);
        let count = expressions.len();
        let output = |(k, expression)| match count {
            1 => format!("        outputs[k] = {};\n", printed(expression, printer::c)),
            _ => format!("        outputs[{count} * k + {k}] = {};\n", printed(expression, printer::c)),
        };
        let outputs: String = expressions.iter().enumerate().map(output).collect();
        format!(
            "/* The outputs of {} units, {count} per unit, multiplied by signs unless signs is NULL. */\n\
             static void activate(const double *pre_activations, size_t units, const float *signs, double *outputs)\n{{\n    \
             for (size_t k = 0; k < units; k++) {{\n        const double z = pre_activations[k];\n{outputs}    }}\n    \
             for (size_t k = 0; signs != NULL && k < {count} * units; k++)\n        outputs[k] *= signs[k];\n}}\n\n",
            activation.name()
        )
    }

    fn predict(&self) -> String {
        let parts = self.parts();
        let affines = parts.hidden.iter().map(|layer| &layer.affine).chain([&parts.output]);
        let widest = affines.flat_map(|affine| [affine.inputs, affine.units()]).max().unwrap_or(1);
        let mut steps = vec!["    own_to_row(inputs, row);\n".to_owned()];
        for (k, layer) in parts.hidden.iter().enumerate() {
            let (inputs, units) = (layer.affine.inputs, layer.affine.units());
            let name = format!("hidden_{k}_affine");
            steps.push(format!("    affine(row, {inputs}, {name}_weight, {name}_bias, {units}, pre_activations);\n"));
            let signs = layer.signs.as_ref().map_or_else(|| "NULL".to_owned(), |_| format!("hidden_{k}_signs"));
            steps.push(format!("    activate(pre_activations, {units}, {signs}, row);\n"));
        }
        steps
            .push(format!("    affine(row, {}, output_weight, output_bias, OUTPUTS, outputs);\n", parts.output.inputs));
        steps.push(match parts.notes.number() {
            Some(standard) => {
                let (mean, deviation) = (number(standard.mean), number(standard.deviation));
                format!("    outputs[0] = {mean} + {deviation} * outputs[0];\n")
            }
            None => "    softmax(outputs);\n".to_owned(),
        });
        let rows = if parts.hidden.is_empty() { "row[WIDEST]" } else { "row[WIDEST], pre_activations[WIDEST]" };
        format!(
            "#define WIDEST {widest}\n\nvoid predict(const double *inputs, double *outputs)\n{{\n    double {rows};\n{}}}\n\n",
            steps.concat()
        )
    }

    fn test(&self, own: &Own) -> String {
        let example = own.example();
        let outputs = self.outputs(own, &example);
        let number = |value: &f64| if value.is_nan() { "NAN".to_owned() } else { number(*value) };
        [
            "#ifdef TEST\n".to_owned(),
            array("static const double", "test_inputs", example.iter().map(number)),
            array("static const double", "test_outputs", outputs.iter().map(number)),
            include_str!("c/test.c").to_owned(),
            "#endif\n".to_owned(),
        ]
        .concat()
    }
}

/// The rows of the table of categories: the column; the text, or NULL for any other text; and the index of the input.
fn categories(columns: &[Column]) -> Vec<String> {
    let mut rows = Vec::new();
    let mut first = 0;
    for Column { name, kind } in columns {
        match kind {
            Kind::Number { .. } => first += 1,
            Kind::Category { categories, other } => {
                let texts = categories.iter().map(|text| quoted(text)).chain(other.then(|| "NULL".to_owned()));
                let before = rows.len();
                rows.extend(
                    texts.zip(first..).map(|(text, input)| format!("    {{{}, {text}, {input}}},\n", quoted(name))),
                );
                first += rows.len() - before;
            }
        }
    }
    rows
}

/// The definition of a C array of type `kind` called `name`, with eight values in each line.
fn array(kind: &str, name: &str, values: impl ExactSizeIterator<Item = impl Display>) -> String {
    let count = values.len();
    let values: Vec<_> = values.map(|value| value.to_string()).collect();
    let lines: Vec<_> = values.chunks(8).map(|line| format!("    {},\n", line.join(", "))).collect();
    format!("{kind} {name}[{count}] = {{\n{}}};\n\n", lines.concat())
}

/// `text` as a C string literal in ASCII. Question marks are escaped, because two of them begin a trigraph. Bytes
/// that are not printable ASCII become escapes of three octal digits, the most that C reads, so that a digit after an
/// escape does not become part of it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'?' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => quoted.extend(['\\', octal(byte >> 6), octal(byte >> 3), octal(byte)]),
        }
    }
    quoted + "\""
}

/// The last octal digit of `number`.
fn octal(number: u8) -> char {
    char::from(b'0' + number % 8)
}
