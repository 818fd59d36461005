//! Chance that is the same at every load: numbers drawn from a stock code's hash.

/// FNV-1a, 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// A number from 0 to `below - 1` that depends on the stock code and on what it is drawn for, and on nothing else.
/// (The standard library's hashers are free to differ between releases.)
pub(super) fn draw(code: &str, purpose: &str, below: u32) -> u32 {
    let hash = [purpose, "/", code]
        .iter()
        .flat_map(|part| part.bytes())
        .fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME));
    let Some(drawn) = mix(hash).checked_rem(u64::from(below)) else { return 0 };
    u32::try_from(drawn).unwrap_or_default()
}

/// The end of SplitMix64 (Steele, Lea, Flood 2014): FNV alone leaves the codes' last digits visible in the low bits.
const fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_same_every_time_and_in_range() {
        assert_eq!(draw("85123A", "lead time", 19), draw("85123A", "lead time", 19));
        assert!((0..1000).all(|code| draw(&code.to_string(), "lead time", 19) < 19));
        assert_eq!(draw("85123A", "nothing", 0), 0);
    }

    #[test]
    fn draws_are_spread_evenly() {
        let mut drawn = [0_u32; 10];
        for code in 20_000..30_000 {
            drawn[usize::try_from(draw(&code.to_string(), "x", 10)).unwrap()] += 1;
        }
        assert!(drawn.iter().all(|count| (850..=1_150).contains(count)), "{drawn:?}");
    }
}
