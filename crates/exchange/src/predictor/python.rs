//! Writes a network as a Python file.

use super::printer::{self, number, printed};
use crate::formula;
use crate::own::{planes, stored};
use crate::portable::{Affine, Portable};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use preprocessing::{
    Column, Columns, Kind, MISSING, Notation, Pixels, Preprocessing, Sparse, TextUnit, Tokeniser, Vocabulary,
};
use std::fmt::Write as _;
use std::ops::RangeInclusive;

impl Portable {
    /// The network as a Python file (3.8 or later) that needs only NumPy and takes the user's own examples.
    ///
    /// `predict(rows)` returns the class of each row, by name if the classes have names, or the predicted numbers,
    /// `[rows]`, in their own units; `predict_probabilities(rows)` returns `[rows, classes]` and exists if the network
    /// predicts classes. A row is:
    ///
    /// | preprocessing | a row                                                                            |
    /// |---------------|----------------------------------------------------------------------------------|
    /// | columns       | a dictionary with the columns' names as keys, or a sequence in the order of the columns; `None`, NaN and the words of [`is_missing`](preprocessing::is_missing) are missing values |
    /// | pixels        | an array of the stored values, 0 to `maximum`, plane by plane                    |
    /// | terms         | a text, or, if the training files held counted terms, a collection of terms      |
    /// | sparse        | a dictionary from the indices of columns to values, or a sequence of all values  |
    /// | `None`        | the inputs of the network                                                        |
    ///
    /// `python3 FILE.py EXAMPLES` prints, as CSV, the predictions for the examples in the file `EXAMPLES`. The Python
    /// file is ASCII, whatever the names are.
    #[must_use]
    pub fn to_python(&self) -> String {
        let parts = self.parts();
        let (rows, functions) = rows(parts.notes.preprocessing.as_ref(), parts.inputs());
        let answer = match parts.notes.number() {
            Some(standard) => format!("MEAN = {}\nDEVIATION = {}\n", number(standard.mean), number(standard.deviation)),
            None => format!("CLASSES = {}\n", self.class_list()),
        };
        let predict = match parts.notes.number() {
            Some(_) => include_str!("python/number.py"),
            None => include_str!("python/classes.py"),
        };
        let pieces = [
            include_str!("python/head.py"),
            &rows,
            &answer,
            &self.layers(),
            include_str!("python/network.py"),
            &self.activation(),
            functions,
            predict,
            include_str!("python/main.py"),
        ];
        pieces.concat()
    }

    fn class_list(&self) -> String {
        match self.parts().notes.names() {
            [] => format!("list(range({}))", self.parts().output.units()),
            names => list(names),
        }
    }

    /// The parameters: `HIDDEN`, a list with a weight, a bias and signs or `None` for each hidden layer, and `OUTPUT`,
    /// a weight and a bias.
    fn layers(&self) -> String {
        let parts = self.parts();
        let mut text = "HIDDEN = [\n".to_owned();
        for layer in &parts.hidden {
            let signs = layer.signs.as_ref().map_or_else(|| "None".to_owned(), |signs| encoded(signs));
            let _ = writeln!(text, "    ({}, {signs}),", affine(&layer.affine)); // writing to a string cannot fail
        }
        text + &format!("]\nOUTPUT = ({})\n", affine(&parts.output))
    }

    fn activation(&self) -> String {
        let activation = self.parts().activation;
        let outputs: Vec<_> =
            formula::of_unit(activation).iter().map(|output| printed(output, printer::python)).collect();
        let outputs = match &outputs[..] {
            [output] => output.clone(),
            outputs => format!("np.stack([{}], 2).reshape(len(z), -1)", outputs.join(", ")),
        };
        format!(
            "\n\ndef activation(z):\n    \"\"\"The outputs of {} units, [rows, outputs], with pre-activations z, \
             [rows, units].\"\"\"\n    return {outputs}\n",
            activation.name()
        )
    }
}

fn affine(affine: &Affine) -> String {
    format!("{}, {}", encoded(&affine.weight), encoded(&affine.bias))
}

/// `values` as a Python string: the base64 encoding of 32-bit floating-point numbers, little-endian.
fn encoded(values: &[f32]) -> String {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    format!("\"{}\"", STANDARD.encode(bytes))
}

/// The constants of the preprocessing, and the functions that encode a row and read rows from a file.
fn rows(preprocessing: Option<&Preprocessing>, inputs: usize) -> (String, &'static str) {
    match preprocessing {
        Some(Preprocessing::Columns(columns)) => (columns_of(columns), include_str!("python/columns.py")),
        Some(Preprocessing::Pixels(pixels)) => (pixels_of(pixels), include_str!("python/pixels.py")),
        Some(Preprocessing::Terms(vocabulary)) => match vocabulary.tokeniser() {
            Tokeniser::Words => (words_of(vocabulary), include_str!("python/words.py")),
            Tokeniser::Counted => (terms_of(vocabulary), include_str!("python/counted.py")),
        },
        Some(Preprocessing::Sparse(Sparse { base, width })) => {
            (format!("FIRST_COLUMN = {base}\nINPUTS = {width}\n"), include_str!("python/sparse.py"))
        }
        None => (format!("INPUTS = {inputs}\n"), include_str!("python/inputs.py")),
    }
}

fn columns_of(Columns { columns, unnamed }: &Columns) -> String {
    let column = |Column { name, kind }: &Column| {
        let kind = match kind {
            Kind::Number { standard, fill, indicator, notation } => format!(
                "\"mean\": {}, \"deviation\": {}, \"fill\": {}, \"indicator\": {}{}",
                number(standard.mean),
                number(standard.deviation),
                fill.map_or_else(|| "None".to_owned(), number),
                boolean(*indicator),
                notation_of(notation)
            ),
            Kind::Category { categories, other } => {
                format!("\"categories\": {}, \"other\": {}", list(categories), boolean(*other))
            }
        };
        format!("    {{\"name\": {}, {kind}}},\n", quoted(name))
    };
    let inputs: usize = columns.iter().map(Column::inputs).sum();
    let fields = unnamed.map_or_else(|| "None".to_owned(), |fields| fields.to_string());
    format!(
        "INPUTS = {inputs}\nMISSING = {}\nUNNAMED = {fields}  # fields per row if there is no header, else None\n\
         COLUMNS = [\n{}]\n",
        quoted(MISSING),
        columns.iter().map(column).collect::<String>()
    )
}

/// The entries for the notation of a column: the decimal mark, the thousands separators, the texts before and after the
/// digits, whether brackets mark negative numbers, and the texts that stand for a missing value; empty for the default
/// notation.
fn notation_of(notation: &Notation) -> String {
    if notation.is_plain() {
        return String::new();
    }
    let Notation { decimal, thousands, before, after, brackets, missing } = notation;
    let thousands = match thousands {
        Some(' ') => " \u{a0}\u{202f}\u{2009}".to_owned(),
        Some('\'') => "'\u{2019}".to_owned(),
        mark => mark.iter().collect(),
    };
    let marks = [&decimal.to_string(), &thousands, before, after].map(|text| quoted(text)).join(", ");
    format!(", \"notation\": ({marks}, {}), \"missing\": {}", boolean(*brackets), list(missing))
}

fn pixels_of(pixels: &Pixels) -> String {
    let planes = planes(pixels);
    let numbers = |numbers: Vec<f64>| numbers.into_iter().map(number).collect::<Vec<_>>().join(", ");
    format!(
        "SHAPE = ({}, {}, {})  # planes, rows, columns; stored values are {}\nMEANS = [{}]  # of the stored values of each plane\n\
         DEVIATIONS = [{}]\n",
        pixels.channels,
        pixels.height,
        pixels.width,
        stored(pixels),
        numbers(planes.iter().map(|plane| plane.mean).collect()),
        numbers(planes.iter().map(|plane| plane.deviation).collect())
    )
}

fn terms_of(vocabulary: &Vocabulary) -> String {
    format!("TERMS = {}\n", list(vocabulary.terms()))
}

/// The terms, the constants that state where the texts are in a file, and the characters of words as sets of a regular
/// expression. Python's own `isalnum` is not used: it differs from version to version, and does not accept the vowel
/// signs of Hindi, for example.
fn words_of(vocabulary: &Vocabulary) -> String {
    let begins = set(preprocessing::begins_word);
    let continues = set(|c| preprocessing::continues_word(c) && !preprocessing::begins_word(c));
    let unit = vocabulary.unit();
    let fields = match unit {
        TextUnit::Fields { indices, of, delimiter } => {
            format!(
                "DELIMITER = {}\nFIELDS = {of}  # the number of fields in a row\nTEXT_FIELDS = {indices:?}",
                quoted(&delimiter.to_string())
            )
        }
        _ => "TEXT_FIELDS = []".to_owned(),
    };
    let texts = format!(
        "TEXT_COLUMNS = {}  # the columns of a table that hold texts\n\
         JOINED = {}  # whether all these columns are joined; if not, the first that is not empty is read\n\
         {fields}  # the fields that hold texts in a table without column names, counted from 0\n\
         WHOLE_FILES = {}  # whether a text is a whole file rather than a line\n",
        list(unit.names()),
        boolean(matches!(unit, TextUnit::Joined(_))),
        boolean(*unit == TextUnit::Files)
    );
    format!(
        "{}{texts}BEGINS = (\n{begins})  # characters with which a word begins\n\
         CONTINUES = (\n{continues})  # further characters within a word\n",
        terms_of(vocabulary)
    )
}

/// The characters for which `contains` is true, as string literals with ranges for a set in a regular expression.
fn set(contains: impl Fn(char) -> bool) -> String {
    let range = |range: RangeInclusive<char>| match (*range.start(), *range.end()) {
        (first, last) if first == last => escaped(first),
        (first, last) => format!("{}-{}", escaped(first), escaped(last)),
    };
    let mut ranges: Vec<RangeInclusive<char>> = Vec::new();
    for c in ('\0'..=char::MAX).filter(|c| contains(*c)) {
        match ranges.last_mut() {
            Some(range) if u32::from(*range.end()) + 1 == u32::from(c) => *range = *range.start()..=c,
            _ => ranges.push(c..=c),
        }
    }
    let ranges: Vec<String> = ranges.into_iter().map(range).collect();
    let lines: Vec<String> = ranges.chunks(4).map(|ranges| format!("    \"{}\"\n", ranges.concat())).collect();
    lines.concat()
}

fn boolean(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// `text` as a Python string literal in ASCII.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ => quoted += &escaped(c),
        }
    }
    quoted + "\""
}

fn escaped(c: char) -> String {
    format!("\\U{:08x}", u32::from(c))
}
