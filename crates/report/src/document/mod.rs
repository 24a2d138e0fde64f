//! HTML documents of one file: style and pictures are inside it, and it loads nothing.

mod elements;

pub(crate) use elements::{header_row, scrolling, scrolling_tall};

use crate::svg;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The head of a document.
pub(crate) struct Head<'a> {
    /// Its title.
    pub(crate) title: &'a str,
    /// Its whole style sheet, such as [`style`] gives.
    pub(crate) style: &'a str,
    /// Its content security policy, needed only by a document that runs a script.
    pub(crate) policy: Option<String>,
}

/// The style sheet of all pages, with the rules of one kind of page at its end.
pub(crate) fn style(rules: &str) -> String {
    [svg::STYLE, include_str!("style.css"), rules].concat()
}

/// The document of `body`.
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
                // An empty icon keeps the browser from asking for one.
                link rel="icon" href="data:,";
                style { (PreEscaped(head.style)) }
            }
            body { (body) }
        }
    };
    document.into_string()
}
