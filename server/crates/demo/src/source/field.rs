//! One line into its fields (RFC 4180, without line breaks inside quotes).

use crate::error::Problem;
use std::borrow::Cow;

/// Splits a line that must have `N` fields. Only a field with doubled quotes is copied.
pub(super) fn split<const N: usize>(line: &str) -> Result<[Cow<'_, str>; N], Problem> {
    let mut fields: [Cow<'_, str>; N] = std::array::from_fn(|_| Cow::Borrowed(""));
    let mut found = 0;
    let mut rest = Some(line);
    while let Some(text) = rest {
        let (field, following) = first(text)?;
        if let Some(place) = fields.get_mut(found) {
            *place = field;
        }
        found += 1;
        rest = following;
    }
    if found == N { Ok(fields) } else { Err(Problem::Columns { found, expected: N }) }
}

/// The first field, and what follows its comma: nothing at the end of the line.
fn first(text: &str) -> Result<(Cow<'_, str>, Option<&str>), Problem> {
    let Some(quoted) = text.strip_prefix('"') else {
        return Ok(match text.split_once(',') {
            Some((field, following)) => (Cow::Borrowed(field), Some(following)),
            None => (Cow::Borrowed(text), None),
        });
    };
    let (field, after) = unquote(quoted)?;
    match after.strip_prefix(',') {
        Some(following) => Ok((field, Some(following))),
        None if after.is_empty() => Ok((field, None)),
        None => Err(Problem::AfterQuote),
    }
}

/// What stands before the closing quote, and what after it; `text` begins behind the opening one.
fn unquote(text: &str) -> Result<(Cow<'_, str>, &str), Problem> {
    let mut field = Cow::Borrowed("");
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"').ok_or(Problem::OpenQuote)?;
        // A borrowed part stays borrowed as long as it is the only one.
        field += part;
        let Some(more) = after.strip_prefix('"') else { return Ok((field, after)) };
        field += "\"";
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_parted_by_commas() {
        assert_eq!(split::<3>("a,b c,"), Ok(["a".into(), "b c".into(), "".into()]));
        assert_eq!(split::<1>(""), Ok(["".into()]));
    }

    #[test]
    fn quotes_keep_commas_and_doubled_quotes() {
        assert_eq!(split::<3>(r#""a,b","say ""x""",x"#), Ok(["a,b".into(), "say \"x\"".into(), "x".into()]));
        assert_eq!(split::<2>("\"\",\"\"\"\""), Ok(["".into(), "\"".into()]));
        assert_eq!(split::<2>(r#"RECORD FRAME 7" SIZE,1"#), Ok(["RECORD FRAME 7\" SIZE".into(), "1".into()]));
    }

    #[test]
    fn a_quoted_field_ends_at_a_comma_and_on_its_line() {
        assert_eq!(split::<2>(r#""a"b,c"#), Err(Problem::AfterQuote));
        assert_eq!(split::<2>(r#""a,b"#), Err(Problem::OpenQuote));
    }

    #[test]
    fn columns_are_counted() {
        assert_eq!(split::<2>("a,b,c"), Err(Problem::Columns { found: 3, expected: 2 }));
        assert_eq!(split::<2>("a"), Err(Problem::Columns { found: 1, expected: 2 }));
    }
}
