//! Named streams of random numbers.
//!
//! A stream of random numbers depends on its arguments alone, not on a shared state: it is derived from a seed, a name
//! for its purpose, and indices (layer, epoch, unit, ...). No generator has to be saved to resume a run, no stream
//! depends on how far another one was read, and every backend starts from the same numbers.

use sha2::{Digest, Sha256};

pub use rand::{Rng, RngExt, seq::SliceRandom};
pub use rand_chacha::ChaCha8Rng;

/// The stream of random numbers for `seed`, `name` and `indices`.
///
/// The 256-bit key of a `ChaCha8` generator is the SHA-256 of the three arguments; the generator's values are the same
/// on all platforms and in all versions. The name is prefixed by its length and each index has 8 bytes, so that
/// different arguments are never hashed as the same bytes.
///
/// ```
/// use random::{RngExt, stream};
/// let a: u64 = stream(1, "weight", &[0]).random();
/// assert_eq!(a, stream(1, "weight", &[0]).random());
/// assert_ne!(a, stream(1, "weight", &[1]).random());
/// ```
#[must_use]
pub fn stream(seed: u64, name: &str, indices: &[u64]) -> ChaCha8Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    for index in indices {
        hash.update(index.to_le_bytes());
    }
    <ChaCha8Rng as rand::SeedableRng>::from_seed(hash.finalize().into())
}

/// A random order of `0..len`: a Fisher-Yates shuffle driven by the [`stream`] for `seed`, `name` and `indices`.
///
/// # Panics
/// When `len` exceeds `u32::MAX`.
#[must_use]
pub fn permutation(len: usize, seed: u64, name: &str, indices: &[u64]) -> Vec<u32> {
    assert!(u32::try_from(len).is_ok(), "cannot permute {len} rows: their indices must fit into 32 bits");
    let mut order: Vec<u32> = (0..len as u32).collect();
    order.shuffle(&mut stream(seed, name, indices));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(seed: u64, name: &str, indices: &[u64]) -> u64 {
        stream(seed, name, indices).random()
    }

    #[test]
    fn streams_differ_by_seed_name_and_index() {
        let all = [
            first(1, "weight", &[0]),
            first(2, "weight", &[0]),
            first(1, "order", &[0]),
            first(1, "weight", &[1]),
            first(1, "weight", &[0, 0]),
            first(1, "weight", &[]),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn a_permutation_holds_each_index_once() {
        let mut order = permutation(1000, 3, "order", &[7]);
        assert_ne!(order, (0..1000).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn the_stream_is_the_published_cipher() {
        // The expected number is the first 8 bytes, little-endian, of the key stream of ChaCha8 keyed by sha256(le64(0)
        // ++ le64(0)), computed by an independent ChaCha8, so that an update of the generator cannot silently change
        // results.
        use sha2::{Digest, Sha256};
        let key: [u8; 32] = Sha256::digest([0u8; 16]).into();
        assert_eq!(first(0, "", &[]), reference::chacha8_first_u64(key));
    }

    /// `ChaCha8` for block 0 and nonce 0, written from its definition (Bernstein 2008).
    mod reference {
        pub(super) fn chacha8_first_u64(key: [u8; 32]) -> u64 {
            let mut state = [0u32; 16];
            state[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
            for (word, bytes) in state[4..12].iter_mut().zip(key.chunks_exact(4)) {
                *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            }
            let start = state;
            for _ in 0..4 {
                for [a, b, c, d] in [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]] {
                    quarter_round(&mut state, a, b, c, d);
                }
                for [a, b, c, d] in [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]] {
                    quarter_round(&mut state, a, b, c, d);
                }
            }
            let word = |k: usize| u64::from(state[k].wrapping_add(start[k]));
            word(0) | word(1) << 32
        }

        #[expect(clippy::many_single_char_names, reason = "the definition uses these letters")]
        fn quarter_round(s: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
            s[a] = s[a].wrapping_add(s[b]);
            s[d] = (s[d] ^ s[a]).rotate_left(16);
            s[c] = s[c].wrapping_add(s[d]);
            s[b] = (s[b] ^ s[c]).rotate_left(12);
            s[a] = s[a].wrapping_add(s[b]);
            s[d] = (s[d] ^ s[a]).rotate_left(8);
            s[c] = s[c].wrapping_add(s[d]);
            s[b] = (s[b] ^ s[c]).rotate_left(7);
        }
    }
}
