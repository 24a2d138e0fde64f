//! An HTML document that needs no other file, no script and no network.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// How charts look: in a page, and in a picture of its own.
pub(crate) const CHARTS: &str = include_str!("chart.css");

/// The document of `body` under `title`, in the style sheet `style` after that of charts.
pub(crate) fn document(title: &str, style: &str, body: &Markup) -> String {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                // An icon of its own keeps the browser from asking for one.
                link rel="icon" href="data:,";
                style { (PreEscaped(CHARTS)) (PreEscaped(style)) }
            }
            body { main { (body) } }
        }
    };
    document.into_string()
}
