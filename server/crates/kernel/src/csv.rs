//! Files for spreadsheets (RFC 4180).

/// What begins a formula, also as Chinese and Japanese keyboards write it.
const FORMULA_SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What a spreadsheet may take for the end of a cell, whatever the file says: in some countries it separates by semicolons.
const CELL_ENDS: [char; 5] = [';', '\t', '\n', '\r', '"'];

/// A value that no spreadsheet takes for a formula: what begins like one is preceded by an apostrophe (OWASP, "CSV injection").
#[must_use]
pub fn defused(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut begins_cell = true;
    for sign in value.chars() {
        if begins_cell && FORMULA_SIGNS.contains(&sign) {
            text.push('\'');
        }
        text.push(sign);
        begins_cell = CELL_ENDS.contains(&sign);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::defused;

    #[test]
    fn nothing_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"] {
            assert_eq!(defused(formula), format!("'{formula}"));
        }
        assert_eq!(defused("x;=1"), "x;'=1");
        assert_eq!(defused("\t=1\r\n-2"), "\t'=1\r\n'-2");
        assert_eq!(defused("Ann = Bob; 3-4"), "Ann = Bob; 3-4");
    }
}
