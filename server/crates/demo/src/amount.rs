//! Exact amounts, small enough to hold half a million of them.

use rust_decimal::Decimal;

/// Ten-thousandths per unit of currency: the four decimals of the database's amounts.
const SCALE: i64 = 10_000;
const DECIMALS: u32 = 4;

/// An exact amount of money with up to four decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    pub const ZERO: Self = Self(0);
    /// One million units of currency.
    pub(crate) const MILLION: Self = Self(1_000_000 * SCALE);

    /// Reads `-12.345`: an optional sign, digits, and optionally a point and one to four digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let decimals = u32::try_from(fraction.len()).ok()?;
        let place = 10_i64.checked_pow(DECIMALS.checked_sub(decimals)?)?;
        let whole = number(whole)?.checked_mul(SCALE)?;
        let amount = whole.checked_add(number(fraction)?.checked_mul(place)?)?;
        Some(Self(if negative { -amount } else { amount }))
    }

    /// The amount of so many units; `None` when it is too large to be held.
    #[must_use]
    pub fn times(self, quantity: i32) -> Option<Self> {
        self.0.checked_mul(i64::from(quantity)).map(Self)
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub(crate) const fn is_within(self, most: Self) -> bool {
        -most.0 <= self.0 && self.0 <= most.0
    }

    /// The sum; `None` when it is too large to be held.
    pub(crate) fn total(amounts: impl Iterator<Item = Self>) -> Option<Self> {
        let sum: i128 = amounts.map(|amount| i128::from(amount.0)).sum();
        i64::try_from(sum).ok().map(Self)
    }

    /// As a decimal without needless zeros.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, DECIMALS).normalize()
    }
}

/// Digits only: `parse` alone would take a second sign.
fn number(digits: &str) -> Option<i64> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_kept() {
        for text in ["2.55", "0.001", "-11062.06", "38970", "7.5", "0.1234"] {
            assert_eq!(Amount::parse(text).unwrap().to_decimal().to_string(), text);
        }
        assert_eq!(Amount::parse("5.0"), Amount::parse("5"));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "+1", "--1", "1e3", "1,5", "0.12345", "99999999999999999999", "£1", " 1"]
        {
            assert_eq!(Amount::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn products_and_sums_are_exact() {
        let price = Amount::parse("0.001").unwrap();
        assert_eq!(price.times(-80_995).unwrap().to_decimal().to_string(), "-80.995");
        assert_eq!(Amount::parse("922337203685477").unwrap().times(2), None);
        assert_eq!(Amount::total([price; 10].into_iter()), Amount::parse("0.01"));
    }
}
