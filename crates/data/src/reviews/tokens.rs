//! Splits a text into terms.

use std::borrow::Cow;

/// The terms of `text`, in order. The text is split at HTML line breaks and at every character other than letters,
/// digits and apostrophes; terms are lower-cased, and curly apostrophes become straight ones.
///
/// The paper does not say how texts were split into terms.
///
/// ```
/// let terms: Vec<_> = data::reviews::tokens("Don't go!<br />It’s 5 o'clock").collect();
/// assert_eq!(terms, ["don't", "go", "it's", "5", "o'clock"]);
/// ```
pub fn tokens(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    without_breaks(text).flat_map(|part| part.split(is_separator)).filter(|token| !token.is_empty()).map(normalised)
}

fn is_separator(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '\'' | '’'))
}

fn normalised(token: &str) -> Cow<'_, str> {
    let is_normal = token.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_normal { Cow::Borrowed(token) } else { Cow::Owned(token.replace('’', "'").to_lowercase()) }
}

/// The pieces of `text` between its HTML line breaks.
fn without_breaks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = text.match_indices('<').find_map(|(at, _)| Some((at, after_break(&text[at..])?)));
        rest = at.map(|(_, after)| after);
        Some(at.map_or(text, |(at, _)| &text[..at]))
    })
}

/// The text after the line break, such as `<br>` or `<BR />`, at the beginning of `text`; `None` if `text` does not
/// begin with a line break.
fn after_break(text: &str) -> Option<&str> {
    let name = text.get(..3).filter(|name| name.eq_ignore_ascii_case("<br"))?;
    text[name.len()..].trim_start_matches([' ', '/']).strip_prefix('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(tokens(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn terms_are_lower_case_words_and_numbers() {
        check(
            "The 1st, best-ever; CRÈME brûlée?! 10/10",
            &["the", "1st", "best", "ever", "crème", "brûlée", "10", "10"],
        );
        check(" \t.. -- ", &[]);
        check("", &[]);
        check("dogs' 'quoted' don’t", &["dogs'", "'quoted'", "don't"]);
    }

    #[test]
    fn breaks_are_not_terms_and_separate_words() {
        check("one<br />two<BR>three<br/><br / >four", &["one", "two", "three", "four"]);
        check("<br />", &[]);
    }

    #[test]
    fn what_only_looks_like_a_break_is_text() {
        check("a <bring> b <br", &["a", "bring", "b", "br"]);
        check("<3 <i>x</i> <", &["3", "i", "x", "i"]);
        check("<é <bé>", &["é", "bé"]);
    }

    #[test]
    fn a_text_of_open_brackets_takes_linear_time() {
        let long = "<br<br ".repeat(1 << 18);
        assert_eq!(tokens(&long).count(), 1 << 19);
    }
}
