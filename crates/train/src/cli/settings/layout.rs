//! Breaks text into lines of a given width.

/// `text` broken into lines that begin with `before` and have at most `width` characters, unless a word is longer.
pub(super) fn wrapped(text: &str, before: &str, width: usize) -> String {
    let mut lines = vec![before.to_owned()];
    for word in words(text) {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > before.len() && line + 1 + word.chars().count() > width {
            lines.push(before.to_owned());
        }
        if let Some(line) = lines.last_mut() {
            if line.len() > before.len() {
                line.push(' ');
            }
            line.push_str(&word);
        }
    }
    lines.join("\n") + "\n"
}

/// The words of `text`; text in braces is one word.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut open) = (Vec::<String>::new(), 0);
    for word in text.split(' ') {
        match words.last_mut() {
            Some(last) if open > 0 => last.extend([" ", word]),
            _ => words.push(word.to_owned()),
        }
        open += word.matches('{').count();
        open -= word.matches('}').count();
    }
    words
}

/// A column of names and a column of meanings, in lines that begin with `before` and have at most `width` characters,
/// unless a word is longer.
pub(super) fn columns(rows: &[(String, String)], before: &str, width: usize) -> String {
    let first = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |(name, meaning): &(String, String)| {
        let lines = wrapped(meaning, &format!("{before}{:first$}  ", ""), width);
        format!("{before}{name:first$}  {}", &lines[before.len() + first + 2..])
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_but_not_in_braces() {
        assert_eq!(wrapped("a bb { c d } e", "- ", 8), "- a bb\n- { c d }\n- e\n");
    }
}
