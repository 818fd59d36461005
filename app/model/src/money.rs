//! Money: a decimal amount and its currency. Never a float.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// The text is no three-letter code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no currency code: three capital letters are needed, such as EUR")]
pub struct NotACurrency(String);

/// The currencies in which people pay (ISO 4217, list one, without funds, metals and test codes).
const IN_USE: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY \
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK \
    JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD \
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
    THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

impl Currency {
    pub const GBP: Self = Self(*b"GBP");

    /// Those in which a business may keep its books, by their codes.
    pub fn in_use() -> impl Iterator<Item = Self> {
        IN_USE.split_whitespace().filter_map(|code| code.parse().ok())
    }

    /// The code, such as `GBP`.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only capital ASCII letters get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Decimal places of the smallest coin (ISO 4217 "minor unit").
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    fn symbol(&self) -> Option<&'static str> {
        match &self.0 {
            b"GBP" => Some("£"),
            b"EUR" => Some("€"),
            b"USD" => Some("$"),
            b"JPY" => Some("¥"),
            b"INR" => Some("₹"),
            _ => None,
        }
    }
}

impl std::str::FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Self(letters)),
            _ => Err(NotACurrency(code.to_owned())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount of money. The amount keeps up to four decimals; it is rounded where it is shown or charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub amount: Decimal,
    pub currency: Currency,
}

impl Money {
    #[must_use]
    pub const fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Half-up to the currency's minor unit (away from zero at the half, as invoices do).
    #[must_use]
    pub fn rounded(self) -> Self {
        let digits = self.currency.minor_digits();
        Self { amount: self.amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero), ..self }
    }
}

/// `£1,234.50`, `-£0.05`, `CHF 12.00`: rounded to the minor unit.
impl std::fmt::Display for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.currency.minor_digits();
        let rounded = self.rounded().amount;
        let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
        let figures = grouped(&format!("{:.*}", digits as usize, rounded.abs()));
        match self.currency.symbol() {
            Some(symbol) => write!(formatter, "{sign}{symbol}{figures}"),
            None => write!(formatter, "{sign}{} {figures}", self.currency.code()),
        }
    }
}

/// Puts a comma between thousands: `1234567.5` becomes `1,234,567.5`. Takes digits with an optional sign and fraction.
#[must_use]
pub fn grouped(figures: &str) -> String {
    let (sign, unsigned) = match figures.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", figures),
    };
    let (whole, fraction) =
        unsigned.split_once('.').map_or((unsigned, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = String::with_capacity(figures.len() + whole.len() / 3 + 1);
    text.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Currency, Money, grouped};
    use proptest::prelude::{prop_assert_eq, proptest};
    use rust_decimal::Decimal;

    fn pounds(amount: &str) -> Money {
        Money::new(amount.parse().unwrap(), Currency::GBP)
    }

    #[test]
    fn money_reads_as_people_write_it() {
        assert_eq!(pounds("9747747.934").to_string(), "£9,747,747.93");
        assert_eq!(pounds("-0.045").to_string(), "-£0.05");
        assert_eq!(pounds("-0.001").to_string(), "£0.00");
        assert_eq!(pounds("999.995").to_string(), "£1,000.00");
        assert_eq!(Money::new(Decimal::from(1500), "JPY".parse().unwrap()).to_string(), "¥1,500");
        assert_eq!(Money::new(Decimal::from(12), "CHF".parse().unwrap()).to_string(), "CHF 12.00");
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        for wrong in ["", "gbp", "EURO", "E1R", "€"] {
            assert!(wrong.parse::<Currency>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn grouping_only_adds_commas(value in -1_000_000_000_000_i64..1_000_000_000_000) {
            prop_assert_eq!(grouped(&value.to_string()).replace(',', ""), value.to_string());
        }
    }
}
