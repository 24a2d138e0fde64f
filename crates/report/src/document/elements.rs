//! HTML elements used by several pages.

use maud::{Markup, html};

/// `table` in a box that scrolls, also by keyboard, if the table is too wide; `label` names the box for screen readers.
pub(crate) fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// A long `table` in a scrolling box of limited height; `label` names the box for screen readers.
pub(crate) fn scrolling_tall(label: &str, table: &Markup) -> Markup {
    html! { div.scroll.tall tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// The head of a table: one row with the names of the columns.
pub(crate) fn header_row<'a>(names: impl IntoIterator<Item = &'a str>) -> Markup {
    html! { thead { tr { @for name in names { th scope="col" { (name) } } } } }
}
