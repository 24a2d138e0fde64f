//! The names of activations in settings; parameters are separate settings.

use crate::activation::Activation;
use crate::numbers::Numbers;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The name of an [`Activation`] without its parameters, such as "centred-softplus".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivationName(&'static str);

impl ActivationName {
    /// The names of all activations, in the order of [`Activation::ALL`].
    pub const ALL: [&'static str; Activation::ALL.len()] = {
        let mut names = [""; Activation::ALL.len()];
        let mut k = 0;
        while k < names.len() {
            names[k] = Activation::ALL[k].name();
            k += 1;
        }
        names
    };

    /// The name of `activation`.
    #[must_use]
    pub const fn of(activation: Activation) -> Self {
        Self(activation.name())
    }

    /// The name equal to `text`; `None` if no activation has this name.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| *name == text).map(Self)
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The activation of this name with the parameters in `numbers`; parameters that the activation lacks are ignored.
    #[must_use]
    pub fn with(self, numbers: Numbers) -> Activation {
        let named = Activation::ALL.into_iter().find(|activation| activation.name() == self.0);
        named.unwrap_or(Activation::Linear).with_numbers(numbers) // every name belongs to an activation
    }
}

impl fmt::Display for ActivationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Serialize for ActivationName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for ActivationName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::find(&text).ok_or_else(|| de::Error::unknown_variant(&text, &Self::ALL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lists_each_activation_once_under_the_name_that_serde_gives_it() {
        // The error of serde for an unknown variant lists all variants.
        let message = serde_json::from_str::<Activation>("\"none of them\"").unwrap_err().to_string();
        let names: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        assert_eq!(names, ActivationName::ALL, "add the new activation to Activation::ALL, in the order of the enum");
    }

    #[test]
    fn a_name_and_numbers_make_the_activation() {
        for activation in Activation::ALL {
            let stated = activation.numbers();
            let number = |name: &str, default| stated.iter().find(|(key, _)| *key == name).map_or(default, |(_, x)| *x);
            let Numbers { alpha, threshold } = Numbers::default();
            let numbers = Numbers { alpha: number("alpha", alpha), threshold: number("threshold", threshold) };
            assert_eq!(ActivationName::of(activation).with(numbers), activation);
        }
    }

    #[test]
    fn names_are_read_as_they_are_written_and_others_are_refused_with_a_list() {
        for name in ActivationName::ALL {
            let json = format!("\"{name}\"");
            let read: ActivationName = serde_json::from_str(&json).unwrap();
            assert_eq!((read.as_str(), serde_json::to_string(&read).unwrap()), (name, json));
        }
        let message = serde_json::from_str::<ActivationName>("\"rectifer\"").unwrap_err().to_string();
        assert!(
            message.starts_with("unknown variant `rectifer`, expected one of `rectifier`, `softplus`, "),
            "{message}"
        );
    }

    #[test]
    fn numbers_stand_below_the_name_in_json() {
        let json = [r#""rectifier""#, r#"{"softplus":{"alpha":3.0}}"#, r#"{"centred-softplus":{"alpha":2.0}}"#];
        for (activation, json) in Activation::ALL.into_iter().zip(json) {
            assert_eq!(serde_json::to_string(&activation).unwrap(), json);
        }
    }
}
