//! What was probably meant: a known word, or a statement with its parentheses closed.

/// The candidate that differs from `word` by the fewest letters, if it is near enough to be meant.
pub(super) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.len() < 3 || word.len() > 30 {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let near = candidates.into_iter().map(|candidate| (distance(word.as_bytes(), candidate.as_bytes()), candidate));
    near.filter(|(distance, _)| *distance <= word.len() / 3).min_by_key(|(distance, _)| *distance).map(|found| found.1)
}

/// How many letters have to be put in, taken out, changed or swapped with the next one.
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, &letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in right.iter().enumerate() {
            let changed = above[column] + usize::from(letter != other);
            let mut least = changed.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && left[row - 1] == other && right[column - 1] == letter;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above[right.len()]
}

/// A statement with the parentheses closed that it leaves open, if there are any.
pub(super) fn closed(statement: &str) -> Option<String> {
    let (mut open, mut quote) = (0i32, None);
    for byte in statement.bytes() {
        match (quote, byte) {
            (Some(mark), _) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => open += 1,
            (None, b')') => open -= 1,
            _ => {}
        }
    }
    let missing = usize::try_from(open).ok().filter(|missing| (1..5).contains(missing) && quote.is_none())?;
    Some(format!("{statement}{}", ")".repeat(missing)))
}

#[cfg(test)]
mod tests {
    use super::{closed, nearest};

    #[test]
    fn words_that_are_nearly_right() {
        let known = ["integer", "intent", "real", "optional"];
        assert_eq!(nearest("integr", known), Some("integer"));
        assert_eq!(nearest("INTNET", known), Some("intent"));
        assert_eq!(nearest("raal", known), Some("real"));
        assert_eq!(nearest("foo", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn parentheses_are_closed() {
        assert_eq!(closed("real a(2*(n+1)").as_deref(), Some("real a(2*(n+1))"));
        assert_eq!(closed("real a(n)"), None);
        assert_eq!(closed("x = '(('"), None);
        assert_eq!(closed("a)"), None);
    }
}
