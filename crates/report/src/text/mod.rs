//! Numbers and tables as text.

pub(crate) mod csv;
pub(crate) mod number;
pub(crate) mod quantity;
