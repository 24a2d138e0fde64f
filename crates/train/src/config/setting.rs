//! Descriptions of settings. The checks of settings, `train settings`, the completions of `--set` and
//! `configs/digits.toml` are all made from these descriptions.

use super::names;
use toml::Value;

/// The description of a setting, of a table of settings, or of an entry of a setting that is itself a table.
pub struct Setting {
    /// The name of the setting within its table.
    pub name: &'static str,
    /// The description of the setting, in whole sentences.
    pub sentence: &'static str,
    /// The values that the setting may have.
    pub kind: Kind,
    /// The default value, or `None` if the setting has no default.
    pub default: fn() -> Option<Value>,
    /// An example of a value, as TOML; `None` only for tables and for settings with a default.
    pub example: Option<&'static str>,
    /// What the setting applies to, such as some data sets, units or layers; `None` if the setting applies to every
    /// run, or if the table of the setting states what all of its settings apply to.
    pub read_by: Option<&'static str>,
    /// Synonyms of the name.
    pub also: &'static [&'static str],
}

/// The values that a setting may have.
pub enum Kind {
    /// Any text, with a description of the text, such as "the path of a folder".
    Text(&'static str),
    /// A whole number from the first of these limits to the second, inclusive.
    Whole(u64, u64),
    /// A number.
    Number(Number),
    /// A number, or a list with a number for each hidden layer.
    PerLayer(Number),
    /// A list.
    List {
        /// The kind of each entry.
        of: &'static Kind,
        /// The smallest and the largest number of entries.
        entries: (usize, usize),
    },
    /// The name or the alias of one of the choices that the function returns.
    Choice(fn() -> Vec<Choice>),
    /// A table with exactly one of these entries.
    OneOf(&'static [Setting]),
    /// A table with all of these entries.
    AllOf(&'static [Setting]),
    /// A table of settings.
    Table(&'static [Setting]),
}

/// The upper limit of whole numbers that have no limit of their own: the largest integer of TOML.
pub(crate) const UNBOUNDED: u64 = i64::MAX as u64;

/// A range of numbers. Networks compute in 32 bits, in which a number above 3.4e38 is infinite and a positive number
/// below 1.2e-38 is 0 or has lost digits.
#[derive(Clone, Copy)]
pub enum Number {
    /// Above 0, and neither infinite nor subnormal as an `f32`.
    Positive,
    /// 0, or a number that [`Number::Positive`] allows.
    NotNegative,
    /// From 0 to this number.
    UpTo(f64),
    /// Above 0 and up to this number.
    PositiveUpTo(f64),
}

/// A name that may be chosen.
#[derive(Clone, Copy)]
pub struct Choice {
    /// The name.
    pub name: &'static str,
    /// The meaning of the name.
    pub meaning: &'static str,
    /// Synonyms of the name. They are not accepted, but a message suggests the name instead.
    pub also: &'static [&'static str],
    /// Another name that is accepted as well; `None` if no other name is accepted.
    pub alias: Option<&'static str>,
}

impl Setting {
    /// An empty description, which provides the fields that another description leaves out.
    pub const PLAIN: Self = Self {
        name: "",
        sentence: "",
        kind: Kind::Table(&[]),
        default: || None,
        example: None,
        read_by: None,
        also: &[],
    };

    /// The default of the setting, or else an example, as TOML; empty if the setting has neither.
    #[must_use]
    pub fn value(&self) -> String {
        (self.default)().map_or_else(|| self.example.unwrap_or_default().to_owned(), |value| value.to_string())
    }

    /// The settings of a table, or the entries of a setting that is itself a table; empty for all other settings.
    #[must_use]
    pub fn entries(&self) -> &'static [Setting] {
        match self.kind {
            Kind::Table(entries) | Kind::OneOf(entries) | Kind::AllOf(entries) => entries,
            _ => &[],
        }
    }
}

impl Kind {
    /// The choices for the setting or, in a list, for each entry; empty for all other kinds.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        match self {
            Self::Choice(choices) | Self::List { of: Self::Choice(choices), .. } => choices(),
            _ => Vec::new(),
        }
    }

    /// The allowed values, worded to follow "give", such as "a whole number from 1 to 10".
    #[must_use]
    pub fn allowed(&self) -> String {
        match self {
            Self::Text(what) => (*what).to_owned(),
            Self::Whole(least, UNBOUNDED) => format!("a whole number of at least {least}"),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Number(number) => number.allowed(),
            Self::PerLayer(number) => {
                format!("{}, or a list with a number for each layer of model.hidden", number.allowed())
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
            Self::NotNegative => "a number of at least 0 that 32 bits can hold".to_owned(),
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

/// A choice for each of `names`, except aliases. The choice is taken from `notes`, or has an empty meaning if `notes`
/// does not contain the name.
pub(crate) fn choices(names: &[&'static str], notes: &[Choice]) -> Vec<Choice> {
    let note = |name: &&'static str| {
        let found = notes.iter().find(|note| note.name == *name);
        found.copied().unwrap_or(choice(name, ""))
    };
    let is_alias = |name: &&&'static str| notes.iter().any(|note| note.alias == Some(**name));
    names.iter().filter(|name| !is_alias(name)).map(note).collect()
}

/// A choice with its name and meaning.
pub(crate) const fn choice(name: &'static str, meaning: &'static str) -> Choice {
    Choice { name, meaning, also: &[], alias: None }
}

impl Choice {
    /// This choice with another name, which is accepted as well.
    pub(crate) const fn alias(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    /// Whether `name` is the name or the alias of this choice.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }

    /// This choice with synonyms. They are not accepted, but a message suggests the name of the choice instead.
    pub(crate) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

/// Declares a table of settings as a struct: each field with its documentation, type, default and [`Kind`], and with
/// any other fields of its [`Setting`]. The macro defines the struct, its `Default` and its `SETTINGS`.
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
            /// The settings of the table, in order.
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

/// The key of the setting `name` in the table with the key `table`; an empty `table` stands for the top level.
#[must_use]
pub fn within(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") }
}

/// All settings of the tables of `root`, each with its key, in order. The tables themselves are left out.
#[must_use]
pub fn leaves(root: &'static [Setting]) -> Vec<(String, &'static Setting)> {
    let below = |setting: &'static Setting| match setting.kind {
        Kind::Table(inner) => {
            leaves(inner).into_iter().map(|(key, inner)| (within(setting.name, &key), inner)).collect()
        }
        _ => vec![(setting.name.to_owned(), setting)],
    };
    root.iter().flat_map(below).collect()
}
