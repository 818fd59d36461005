//! Files for spreadsheets (RFC 4180).

/// A value that no spreadsheet takes for a formula: what begins like one is quoted by an apostrophe (OWASP, "CSV injection").
#[must_use]
pub fn defused(value: &str) -> std::borrow::Cow<'_, str> {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}").into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use super::defused;

    #[test]
    fn nothing_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(defused(formula), format!("'{formula}"));
        }
        assert_eq!(defused("Ann = Bob"), "Ann = Bob");
    }
}
