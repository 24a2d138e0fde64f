//! A chart with its legend: in a page, or as a separate file for documents.

use maud::{Markup, PreEscaped, html};

/// The style sheet of charts, in pages and in separate files.
pub(crate) const STYLE: &str = include_str!("chart.css");

/// The width of a chart with two axes.
pub(crate) const WIDTH: f64 = 440.0;

/// A sign in a legend, and what it stands for.
pub(crate) struct Entry {
    /// What is drawn in the box of [`SIGN`].
    pub(crate) sign: Markup,
    /// What it stands for.
    pub(crate) label: String,
}

/// The width and height of a sign.
const SIGN: (f64, f64) = (34.0, 12.0);
/// The middle of a sign.
pub(crate) const SIGN_MIDDLE: (f64, f64) = (17.0, 6.0);
/// A line across a sign, as the data of a path.
pub(crate) const LINE_SIGN: &str = "M1 6H33";
/// The height of a row of a file's legend.
const ROW: f64 = 18.0;
/// The greatest width of a letter of a file's legend.
const LETTER: f64 = 7.0;
/// The space between the edge of a file's picture and what is drawn.
const MARGIN: f64 = 12.0;

/// A chart: marks in a box of `width` times `height`, and their legend.
pub(crate) struct Drawing {
    /// What it shows, for readers who cannot see it.
    pub(crate) description: String,
    /// How wide it is.
    pub(crate) width: f64,
    /// How high it is.
    pub(crate) height: f64,
    /// What its signs stand for; may be empty.
    pub(crate) legend: Vec<Entry>,
    /// What is drawn.
    pub(crate) marks: Markup,
}

impl Drawing {
    /// The legend as a list in the page; empty without entries.
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

    /// The chart, as wide as its place in the page, without its legend.
    pub(crate) fn chart(&self) -> Markup {
        html! {
            svg.chart viewBox=(format!("0 0 {} {:.0}", self.width, self.height)) role="img"
                aria-label=(self.description) { (self.marks) }
        }
    }

    /// The chart below its legend as an SVG file, which contains its style sheet.
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

    /// Where the entries of a file's legend lie, from left to right in rows, and how many rows there are.
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
