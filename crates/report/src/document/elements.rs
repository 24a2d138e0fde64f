//! Elements that pages share.

use maud::{Markup, html};

/// `table` in a box that scrolls sideways, by keyboard as well; `label` names it for screen readers.
pub(crate) fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// The same for a table of many rows, whose box has a limited height.
pub(crate) fn scrolling_tall(label: &str, table: &Markup) -> Markup {
    html! { div.scroll.tall tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// The head of a table: a row of column names.
pub(crate) fn header_row<'a>(names: impl IntoIterator<Item = &'a str>) -> Markup {
    html! { thead { tr { @for name in names { th scope="col" { (name) } } } } }
}
