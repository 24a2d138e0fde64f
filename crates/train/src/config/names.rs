//! The names of a struct's fields or an enum's variants, and lists of names for sentences.

use serde::Deserializer;
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Error as _, Visitor};

/// The words as a list, such as `a, b or c`.
pub(crate) fn any_of<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => words.concat(),
    }
}

/// The names of the variants of the enum `T`, or of the fields of the struct `T`, as serde writes them; empty for other
/// types.
pub(crate) fn of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &[&str] = &[];
    // Deserialising always fails; only the names that the type passes to the deserialiser before the failure are
    // needed.
    let _ = T::deserialize(Listener(&mut names));
    names
}

/// A deserialiser that records the names of the variants or fields that a type expects, and then fails.
struct Listener<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("only the names are of interest"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = variants;
        self.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_listed() {
        assert_eq!([any_of(&["a"]), any_of(&["a", "b"]), any_of(&["a", "b", "c"])], ["a", "a or b", "a, b or c"]);
    }

    #[test]
    fn the_names_of_a_type_are_those_that_serde_writes() {
        assert_eq!(of::<data::Range>(), ["unit", "symmetric"]);
        assert_eq!(of::<data::ReviewChoices>(), ["vocabulary", "fold", "labelled", "test"]);
        assert!(of::<String>().is_empty());
    }
}
