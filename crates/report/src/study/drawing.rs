//! A chart with its legend: inside a page, or as a picture of its own for documents.

use crate::document::CHARTS;
use maud::{Markup, PreEscaped, html};

/// The width of every drawing.
pub(crate) const WIDTH: f64 = 440.0;

/// A sign in a legend, and what it stands for.
pub(crate) struct Entry {
    /// Marks in a box of [`SIGN`] around the origin's right and lower quarter.
    pub(crate) sign: Markup,
    /// What it stands for.
    pub(crate) label: String,
}

/// The width and height of a sign.
const SIGN: (f64, f64) = (34.0, 12.0);
/// The height of a row of a picture's legend.
const ROW: f64 = 18.0;
/// The width of a letter of a picture's legend, at most.
const LETTER: f64 = 7.0;
/// Between the edge of a picture and what is drawn.
const MARGIN: f64 = 12.0;

/// Marks in a box of [`WIDTH`] times `height`, and their legend.
pub(crate) struct Drawing {
    /// What it shows, for who cannot see it.
    pub(crate) description: String,
    /// How high it is.
    pub(crate) height: f64,
    /// What its signs stand for.
    pub(crate) legend: Vec<Entry>,
    /// What is drawn.
    pub(crate) marks: Markup,
}

impl Drawing {
    /// The legend as text of the page, and the chart, which takes the page's width.
    pub(crate) fn in_page(&self) -> Markup {
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
            svg.chart viewBox=(format!("0 0 {WIDTH} {:.0}", self.height)) role="img" aria-label=(self.description) {
                (self.marks)
            }
        }
    }

    /// The drawing under its legend as an SVG file, which carries its style.
    pub(crate) fn alone(&self) -> String {
        let (places, rows) = self.places();
        let top = MARGIN + ROW * rows as f64;
        let (width, height) = (WIDTH + 2.0 * MARGIN, top + self.height + MARGIN);
        let picture = html! {
            svg.chart xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height:.0}"))
                width=(1.5 * width) height=(format!("{:.0}", 1.5 * height)) role="img" aria-label=(self.description)
                font-family="system-ui, sans-serif" {
                style { (PreEscaped(CHARTS)) }
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

    /// Where the entries of a picture's legend lie, from left to right in rows, and how many rows there are.
    fn places(&self) -> (Vec<(f64, f64)>, usize) {
        let (mut x, mut row) = (0.0, 0);
        let place = |entry: &Entry| {
            let width = SIGN.0 + 4.0 + LETTER * entry.label.chars().count() as f64 + MARGIN;
            if x > 0.0 && x + width > WIDTH {
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
        let entry = |label: &&str| Entry { sign: html! { path d="M1 6H33" {} }, label: (*label).to_owned() };
        Drawing {
            description: "error < alpha".to_owned(),
            height: 100.0,
            legend: labels.iter().map(entry).collect(),
            marks: html! { path.grid d="M0 0" {} },
        }
    }

    #[test]
    fn a_picture_has_the_marks_the_legend_and_its_style() {
        let text = drawing(&["tanh"]).alone();
        for words in ["xmlns=", "M0 0", ">tanh<", "--page", "error &lt; alpha"] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        assert!(!drawing(&[]).in_page().into_string().contains("legend"));
    }

    #[test]
    fn a_legend_goes_on_in_the_next_row() {
        let long = "a name of a series that is long".repeat(2);
        let (places, rows) = drawing(&["short", "short", &long, "short"]).places();
        let of: Vec<f64> = places.iter().map(|place| (place.1 - MARGIN / 2.0) / ROW).collect();
        assert_eq!((of, rows), (vec![0.0, 0.0, 1.0, 2.0], 3));
        assert_eq!(drawing(&[]).places().1, 0);
    }
}
