//! Self-contained HTML documents: a single file includes its style sheet and pictures and loads no other file.

mod elements;

pub(crate) use elements::{header_row, scrolling, scrolling_tall};

use crate::svg;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The head of a document.
pub(crate) struct Head<'a> {
    /// The title of the document.
    pub(crate) title: &'a str,
    /// The complete style sheet of the document, as [`style`] returns it.
    pub(crate) style: &'a str,
    /// The content security policy of the document; `None` for a document without a script.
    pub(crate) policy: Option<String>,
}

/// The complete style sheet of a page: the rules common to all pages, followed by `rules`.
pub(crate) fn style(rules: &str) -> String {
    [svg::STYLE, include_str!("style.css"), rules].concat()
}

/// An HTML document with the given head and body.
pub(crate) fn document(head: &Head<'_>, body: &Markup) -> String {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                @if let Some(policy) = &head.policy { meta http-equiv="Content-Security-Policy" content=(policy); }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (head.title) }
                // An empty icon keeps the browser from requesting an icon file.
                link rel="icon" href="data:,";
                style { (PreEscaped(head.style)) }
            }
            body { (body) }
        }
    };
    document.into_string()
}
