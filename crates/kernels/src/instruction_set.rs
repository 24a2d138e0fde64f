//! The vector instructions that the kernels use.

use pulp::Arch;
#[cfg(target_arch = "aarch64")]
use pulp::aarch64::Neon;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use pulp::x86::{V3, V4};
use std::ffi::OsStr;
use std::fmt;

/// The environment variable that selects an instruction set by its [name](InstructionSet::name).
const VARIABLE: &str = "RECTIFIER_INSTRUCTION_SET";

/// A set of vector instructions, ordered by the width of its vectors.
///
/// The kernels use the widest set that the processor has. The environment variable `RECTIFIER_INSTRUCTION_SET`, which
/// is meant for tests and bug reports, selects a set by name: `portable`, `neon`, `avx2` or `avx512`. Each set splits
/// sums differently, and only some sets round a product and a sum together, so the last bits of results differ from one
/// set to another. With the same set, the same run always gives the same weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstructionSet {
    /// The instructions that every processor of the target has.
    Portable,
    /// NEON of 64-bit ARM: vectors of 4 floats.
    Neon,
    /// AVX2 and FMA of x86: vectors of 8 floats.
    Avx2,
    /// AVX-512 of x86 (F, BW, CD, DQ and VL): vectors of 16 floats.
    Avx512,
}

/// Why a value of `RECTIFIER_INSTRUCTION_SET` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstructionSetError {
    /// The value is not the name of an instruction set.
    Unknown {
        /// The value.
        value: String,
    },
    /// This processor lacks the instruction set that the value names.
    Unavailable {
        /// The requested set.
        asked: InstructionSet,
        /// The widest set that the processor has.
        detected: InstructionSet,
    },
}

impl InstructionSet {
    /// All sets, from narrow to wide.
    pub const ALL: [Self; 4] = [Self::Portable, Self::Neon, Self::Avx2, Self::Avx512];

    /// The widest set that this processor has.
    #[must_use]
    pub fn detected() -> Self {
        let available = |set: &Self| set.arch().is_some();
        Self::ALL.into_iter().rev().find(available).unwrap_or(Self::Portable)
    }

    /// The set that `RECTIFIER_INSTRUCTION_SET` names, or the [detected](Self::detected) one if the variable is
    /// not set.
    ///
    /// A program should call this once when it starts, and stop with the error if there is one:
    /// [`InstructionSet::in_use`], which the kernels call, panics instead.
    ///
    /// # Errors
    /// [`InstructionSetError`] when the value is not the name of a set, or names one that the processor lacks.
    pub fn from_environment() -> Result<Self, InstructionSetError> {
        Self::allowed_by(std::env::var_os(VARIABLE).as_deref())
    }

    /// The set that every [`Stack`](crate::Stack) and [`AutoEncoder`](crate::AutoEncoder) made from now on uses.
    ///
    /// # Panics
    /// When [`InstructionSet::from_environment`] fails: no other set is ever used in place of the requested one.
    #[must_use]
    pub fn in_use() -> Self {
        Self::from_environment().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The name of the set in records and in `RECTIFIER_INSTRUCTION_SET`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Neon => "neon",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// The set that the `value` of the environment variable names, or the [detected](Self::detected) one without a
    /// value.
    fn allowed_by(value: Option<&OsStr>) -> Result<Self, InstructionSetError> {
        let detected = Self::detected();
        let Some(value) = value else { return Ok(detected) };
        let named = Self::ALL.into_iter().find(|set| *value == *set.name());
        let asked =
            named.ok_or_else(|| InstructionSetError::Unknown { value: value.to_string_lossy().into_owned() })?;
        asked.arch().map(|_| asked).ok_or(InstructionSetError::Unavailable { asked, detected })
    }

    /// The `pulp` architecture through which vector code uses this set; `None` if this processor lacks the set.
    #[must_use]
    pub fn arch(self) -> Option<Arch> {
        match self {
            Self::Portable => Some(Arch::Scalar),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => Neon::try_new().map(Arch::Neon),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx2 => V3::try_new().map(Arch::V3),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx512 => V4::try_new().map(Arch::V4),
            #[cfg(not(target_arch = "aarch64"))]
            Self::Neon => None,
            #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
            Self::Avx2 | Self::Avx512 => None,
        }
    }
}

/// The `pulp` architecture of the instruction set in use.
///
/// # Panics
/// As [`InstructionSet::in_use`].
pub(crate) fn arch() -> Arch {
    // The set in use is one that the processor has.
    InstructionSet::in_use().arch().unwrap_or(Arch::Scalar)
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Portable => "portable",
            Self::Neon => "NEON",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        })
    }
}

impl fmt::Display for InstructionSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { value } => {
                let names = InstructionSet::ALL.map(InstructionSet::name).join(", ");
                write!(f, "{VARIABLE} is \"{value}\", which is not one of {names}; correct or unset it")
            }
            Self::Unavailable { asked, detected } => write!(
                f,
                "{VARIABLE} asks for {}, which this processor lacks; unset it, or set it to {}",
                asked.name(),
                detected.name()
            ),
        }
    }
}

impl std::error::Error for InstructionSetError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed_by(value: &str) -> Result<InstructionSet, InstructionSetError> {
        InstructionSet::allowed_by(Some(OsStr::new(value)))
    }

    #[test]
    fn without_the_variable_the_widest_set_is_used() {
        assert_eq!(InstructionSet::allowed_by(None), Ok(InstructionSet::detected()));
    }

    #[test]
    fn a_set_is_used_when_it_is_named_and_the_processor_has_it() {
        for set in InstructionSet::ALL {
            match allowed_by(set.name()) {
                Ok(found) => assert!(found == set && set <= InstructionSet::detected()),
                Err(error) => {
                    assert_eq!(
                        error,
                        InstructionSetError::Unavailable { asked: set, detected: InstructionSet::detected() }
                    );
                }
            }
        }
        assert_eq!(allowed_by("portable"), Ok(InstructionSet::Portable));
    }

    #[test]
    fn a_value_that_names_no_set_is_an_error_that_lists_them() {
        for value in ["", "AVX2", "sse2", "avx2 "] {
            let error = allowed_by(value).unwrap_err();
            assert_eq!(error, InstructionSetError::Unknown { value: value.to_owned() });
            assert!(error.to_string().contains("portable, neon, avx2, avx512"), "{error}");
        }
    }

    #[test]
    fn a_set_that_the_processor_lacks_is_an_error_that_names_one_that_it_has() {
        let error = InstructionSetError::Unavailable { asked: InstructionSet::Avx512, detected: InstructionSet::Avx2 };
        assert_eq!(
            error.to_string(),
            "RECTIFIER_INSTRUCTION_SET asks for avx512, which this processor lacks; unset it, or set it to avx2"
        );
    }
}
