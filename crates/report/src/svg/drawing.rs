//! Charts with their legends, as parts of a page or as SVG files for documents.

use maud::{Markup, PreEscaped, html};

/// The style sheet of charts, used in pages and in SVG files.
pub(crate) const STYLE: &str = include_str!("chart.css");

/// The width of a chart with two axes.
pub(crate) const WIDTH: f64 = 440.0;

/// An entry of a legend: a symbol and its label.
pub(crate) struct Entry {
    /// The symbol, drawn in a box of the size [`SIGN`].
    pub(crate) sign: Markup,
    /// The name of the series that the symbol stands for.
    pub(crate) label: String,
}

/// The width and height of a symbol in a legend.
const SIGN: (f64, f64) = (34.0, 12.0);
/// The centre of a symbol.
pub(crate) const SIGN_MIDDLE: (f64, f64) = (17.0, 6.0);
/// The path data of a horizontal line across a symbol.
pub(crate) const LINE_SIGN: &str = "M1 6H33";
/// The height of a row in the legend of an SVG file.
const ROW: f64 = 18.0;
/// An upper estimate of the width of a letter in the legend of an SVG file.
const LETTER: f64 = 7.0;
/// The margin around the contents of an SVG file.
const MARGIN: f64 = 12.0;

/// A chart and its legend.
pub(crate) struct Drawing {
    /// A description of the chart for screen readers.
    pub(crate) description: String,
    /// The width of the chart, without the legend.
    pub(crate) width: f64,
    /// The height of the chart, without the legend.
    pub(crate) height: f64,
    /// The entries of the legend; may be empty.
    pub(crate) legend: Vec<Entry>,
    /// The contents of the chart as SVG elements.
    pub(crate) marks: Markup,
}

impl Drawing {
    /// The legend as an HTML list; empty markup if the legend has no entries.
    pub(crate) fn legend(&self) -> Markup {
        let (width, height) = SIGN;
        html! {
            @if !self.legend.is_empty() {
                ul.legend {
                    @for entry in &self.legend {
                        li {
                            svg.sample viewBox=(format!("0 0 {width} {height}")) aria-hidden="true" { (entry.sign) }
                            (entry.label)
                        }
                    }
                }
            }
        }
    }

    /// The chart without its legend, as an SVG element that fills the width available in the page.
    pub(crate) fn chart(&self) -> Markup {
        html! {
            svg.chart viewBox=(format!("0 0 {} {:.0}", self.width, self.height)) role="img"
                aria-label=(self.description) { (self.marks) }
        }
    }

    /// The text of an SVG file that contains the style sheet and the chart below its legend.
    pub(crate) fn file(&self) -> String {
        let (places, rows) = self.places();
        let top = MARGIN + ROW * rows as f64;
        let (width, height) = (self.width + 2.0 * MARGIN, top + self.height + MARGIN);
        let picture = html! {
            svg.chart xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height:.0}"))
                width=(1.5 * width) height=(format!("{:.0}", 1.5 * height)) role="img" aria-label=(self.description)
                font-family="system-ui, sans-serif" {
                style { (PreEscaped(STYLE)) }
                rect width="100%" height="100%" style="fill: var(--page)" {}
                @for (entry, (x, y)) in self.legend.iter().zip(places) {
                    g transform=(format!("translate({x:.0} {y:.0})")) {
                        (entry.sign)
                        text x=(SIGN.0 + 4.0) y="10" { (entry.label) }
                    }
                }
                g transform=(format!("translate({MARGIN} {top})")) { (self.marks) }
            }
        };
        picture.into_string() + "\n"
    }

    /// The positions of the legend's entries in an SVG file, from left to right in rows, and the number of rows.
    fn places(&self) -> (Vec<(f64, f64)>, usize) {
        let (mut x, mut row) = (0.0, 0);
        let place = |entry: &Entry| {
            let width = SIGN.0 + 4.0 + LETTER * entry.label.chars().count() as f64 + MARGIN;
            if x > 0.0 && x + width > self.width {
                (x, row) = (0.0, row + 1);
            }
            let here = (MARGIN + x, MARGIN / 2.0 + ROW * row as f64);
            x += width;
            here
        };
        let places: Vec<_> = self.legend.iter().map(place).collect();
        let rows = if places.is_empty() { 0 } else { row + 1 };
        (places, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(labels: &[&str]) -> Drawing {
        let entry = |label: &&str| Entry { sign: html! { path d=(LINE_SIGN) {} }, label: (*label).to_owned() };
        Drawing {
            description: "error < alpha".to_owned(),
            width: WIDTH,
            height: 100.0,
            legend: labels.iter().map(entry).collect(),
            marks: html! { path.grid d="M0 0" {} },
        }
    }

    #[test]
    fn a_file_has_the_marks_the_legend_and_its_style() {
        let text = drawing(&["tanh"]).file();
        for words in ["xmlns=", "M0 0", ">tanh<", "--page", "error &lt; alpha"] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        assert!(drawing(&[]).legend().into_string().is_empty());
    }

    #[test]
    fn a_long_legend_continues_in_the_next_row() {
        let long = "a name of a series that is long".repeat(2);
        let (places, rows) = drawing(&["short", "short", &long, "short"]).places();
        let row_of: Vec<f64> = places.iter().map(|place| (place.1 - MARGIN / 2.0) / ROW).collect();
        assert_eq!((row_of, rows), (vec![0.0, 0.0, 1.0, 2.0], 3));
        assert_eq!(drawing(&[]).places().1, 0);
    }
}
