//! A setting, described once. Its checks and their messages, `train settings`, the completions of `--set` and
//! `configs/digits.toml` are all made of the description.

use super::names;
use toml::Value;

/// The description of a setting, of a table of settings, or of an entry of a setting that is itself a table.
pub struct Setting {
    /// Its name within its table.
    pub name: &'static str,
    /// What it is.
    pub sentence: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Its value when it is not set, if it then has one.
    pub default: fn() -> Option<Value>,
    /// A value, as TOML, where there is no default.
    pub example: Option<&'static str>,
    /// What reads it, if not every run does.
    pub read_by: Option<&'static str>,
    /// Other words for its name.
    pub also: &'static [&'static str],
}

/// What a setting may be.
pub enum Kind {
    /// Any text; what it says.
    Text(&'static str),
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// A number.
    Number(Number),
    /// A number, or a list of numbers with one for each hidden layer.
    PerLayer(Number),
    /// A list.
    List {
        /// Each entry.
        of: &'static Kind,
        /// The fewest and the most entries.
        entries: (usize, usize),
    },
    /// One of some names.
    Choice(fn() -> Vec<Choice>),
    /// A table with one of these entries.
    OneOf(&'static [Setting]),
    /// A table with all of these entries.
    AllOf(&'static [Setting]),
    /// A table of settings.
    Table(&'static [Setting]),
}

/// The upper end of whole numbers that have none: the largest that TOML holds.
pub(crate) const UNBOUNDED: u64 = i64::MAX as u64;

/// A range of numbers. Those of networks have 32 bits, in which a number beyond 3.4e38 is infinite and one below 1.2e-38
/// is 0, or has lost its digits.
#[derive(Clone, Copy)]
pub enum Number {
    /// Above 0, in 32 bits.
    Positive,
    /// 0, or [`Number::Positive`].
    NotNegative,
    /// From 0 to this.
    UpTo(f64),
    /// Above 0 and up to this.
    PositiveUpTo(f64),
}

/// A name that may be chosen.
#[derive(Clone, Copy)]
pub struct Choice {
    /// The name.
    pub name: &'static str,
    /// What it stands for.
    pub meaning: &'static str,
    /// Other words for it.
    pub also: &'static [&'static str],
    /// Another name that is taken as well.
    pub alias: Option<&'static str>,
}

impl Setting {
    /// The description to which others add what they differ in.
    pub const PLAIN: Self = Self {
        name: "",
        sentence: "",
        kind: Kind::Table(&[]),
        default: || None,
        example: None,
        read_by: None,
        also: &[],
    };

    /// Its value when it is not set, or else an example, as TOML.
    #[must_use]
    pub fn value(&self) -> String {
        (self.default)().map_or_else(|| self.example.unwrap_or_default().to_owned(), |value| value.to_string())
    }
}

impl Kind {
    /// The names to choose from, of the setting or of each entry of a list; empty where there are none.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        match self {
            Self::Choice(choices) | Self::List { of: Self::Choice(choices), .. } => choices(),
            _ => Vec::new(),
        }
    }

    /// What is allowed, as in "give a whole number from 1 to 10".
    #[must_use]
    pub fn allowed(&self) -> String {
        match self {
            Self::Text(what) => (*what).to_owned(),
            Self::Whole(least, UNBOUNDED) => format!("a whole number from {least} on"),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Number(number) => number.allowed(),
            Self::PerLayer(number) => {
                format!("{}, or a list with one for each layer of model.hidden", number.allowed())
            }
            Self::List { of, entries: (least, most) } => {
                format!("a list of {least} to {most} entries, each {}", of.allowed())
            }
            Self::Choice(choices) => names::any_of(&choices().iter().map(|choice| choice.name).collect::<Vec<_>>()),
            Self::OneOf(entries) => {
                names::any_of(&entries.iter().map(|entry| format!("{{ {} }}", entry.written())).collect::<Vec<_>>())
            }
            Self::AllOf(entries) => {
                format!("{{ {} }}", entries.iter().map(Setting::written).collect::<Vec<_>>().join(", "))
            }
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

impl Setting {
    /// The setting with its default or an example, as TOML.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{} = {}", self.name, self.value())
    }
}

impl Number {
    fn allowed(self) -> String {
        match self {
            Self::Positive => "a number above 0 that 32 bits can hold".to_owned(),
            Self::NotNegative => "a number from 0 on that 32 bits can hold".to_owned(),
            Self::UpTo(most) => format!("a number from 0 to {most}"),
            Self::PositiveUpTo(most) => format!("a number above 0 and up to {most}"),
        }
    }

    /// Whether `x` is in the range.
    #[must_use]
    pub fn holds(self, x: f64) -> bool {
        match self {
            Self::Positive => x > 0.0 && (x as f32).is_normal(),
            Self::NotNegative => x == 0.0 || Self::Positive.holds(x),
            Self::UpTo(most) => (0.0..=most).contains(&x),
            Self::PositiveUpTo(most) => x > 0.0 && x <= most,
        }
    }
}

/// The choices with these names, with what `notes` say of them.
pub(crate) fn choices(names: &[&'static str], notes: &[Choice]) -> Vec<Choice> {
    let note = |name: &&'static str| {
        let found = notes.iter().find(|note| note.name == *name);
        found.copied().unwrap_or(choice(name, ""))
    };
    let is_alias = |name: &&&'static str| notes.iter().any(|note| note.alias == Some(**name));
    names.iter().filter(|name| !is_alias(name)).map(note).collect()
}

/// A choice with its meaning.
pub(crate) const fn choice(name: &'static str, meaning: &'static str) -> Choice {
    Choice { name, meaning, also: &[], alias: None }
}

impl Choice {
    /// The same under another name, which is taken as well.
    pub(crate) const fn alias(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    /// Whether `name` chooses it.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }

    /// The same with other words for it, which are answered with its name.
    pub(crate) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

/// A table of settings as a struct: each field with its documentation, type, default and [`Kind`], and what else there is
/// to say of a [`Setting`]. Gives the struct, its `Default`, and its `SETTINGS`.
macro_rules! table {
    (
        $(#[doc = $about:literal])+
        pub struct $table:ident {
            $(
                $(#[doc = $doc:literal])+
                $(#[serde($($serde:tt)*)])?
                $name:ident: $type:ty = $default:expr, $kind:expr $(, $more:ident: $value:expr)*;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $table {
            $(
                $(#[doc = $doc])+
                $(#[serde($($serde)*)])?
                pub $name: $type,
            )+
        }

        impl Default for $table {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl $table {
            /// Its settings, in order.
            pub const SETTINGS: &[$crate::config::Setting] = &[
                $($crate::config::Setting {
                    name: stringify!($name),
                    sentence: concat!($($doc,)+).trim_ascii(),
                    kind: $kind,
                    default: || {
                        let default: $type = $default;
                        toml::Value::try_from(default).ok()
                    },
                    $($more: $value,)*
                    ..$crate::config::Setting::PLAIN
                },)+
            ];
        }
    };
}
pub(crate) use table;
