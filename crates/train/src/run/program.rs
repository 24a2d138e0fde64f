//! The program and the processor that carry out a run, for its manifest.

/// The commit of the sources that this program was built from, followed by `, modified` if the sources had changes that
/// were not committed; `unknown` if the program was built without Git.
pub(crate) const COMMIT: &str = env!("RECTIFIER_COMMIT");

/// The version of this program, with its commit.
pub(crate) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (commit ", env!("RECTIFIER_COMMIT"), ")");

/// The name that the processor states of itself; `unknown` if it states none, as processors other than x86.
pub(crate) fn processor() -> String {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    if let Some(name) = raw_cpuid::CpuId::new().get_processor_brand_string() {
        return name.as_str().trim().to_owned();
    }
    "unknown".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commit_is_a_hash_or_said_to_be_unknown() {
        let hash = COMMIT.strip_suffix(", modified").unwrap_or(COMMIT);
        let digits = hash.bytes().filter(u8::is_ascii_hexdigit).count();
        assert!(hash == "unknown" || (digits, hash.len()) == (40, 40), "{COMMIT}");
        assert!(VERSION.starts_with(env!("CARGO_PKG_VERSION")) && VERSION.contains(COMMIT));
    }

    #[test]
    fn the_processor_has_a_name() {
        assert!(!processor().is_empty());
    }
}
