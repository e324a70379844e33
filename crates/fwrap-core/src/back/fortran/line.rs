//! Free-form Fortran lines within 132 columns.

/// The longest line that is written; the standard allows 132 columns.
const WIDTH: usize = 120;

/// Text in the making.
#[derive(Debug, Default)]
pub struct Lines {
    text: String,
    indent: usize,
}

impl Lines {
    /// Adds a statement, continued where it is too long.
    pub fn push(&mut self, statement: &str) {
        let indent = "  ".repeat(self.indent);
        let mut line = indent.clone();
        for piece in pieces(statement) {
            if line.len() + piece.len() > WIDTH && line.trim().len() > 1 {
                self.text.push_str(line.trim_end());
                self.text.push_str(" &\n");
                line = format!("{indent}    ");
                line.push_str(piece.trim_start());
            } else {
                line.push_str(piece);
            }
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Adds a comment, in as many lines as it needs: a comment cannot be continued.
    pub fn comment(&mut self, text: &str) {
        let start = format!("{}!", "  ".repeat(self.indent));
        let mut line = start.clone();
        for word in text.split_whitespace() {
            if line.len() + word.len() > WIDTH && line.len() > start.len() {
                self.text.push_str(&line);
                self.text.push('\n');
                line.clone_from(&start);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.text.push_str(&line);
        self.text.push('\n');
    }

    /// Further in from here on.
    pub fn indent(&mut self) {
        self.indent += 1;
    }

    /// Further out from here on.
    pub fn outdent(&mut self) {
        self.indent = self.indent.saturating_sub(1);
    }

    /// The text.
    pub fn finish(self) -> String {
        self.text
    }
}

/// A statement in pieces between which it may be broken: behind commas, parentheses and operators, never inside quotes.
fn pieces(statement: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    for (at, letter) in statement.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' | '(' | '+' | '-' if !quoted => {
                pieces.push(&statement[start..=at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&statement[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn long_statements_are_continued_behind_commas() {
        let mut lines = Lines::default();
        let names: Vec<String> = (0..40).map(|index| format!("argument_{index}")).collect();
        lines.push(&format!("call f({})", names.join(", ")));
        let text = lines.finish();
        assert!(text.lines().count() > 3 && text.lines().all(|line| line.len() <= 124), "{text}");
        assert!(text.lines().rev().skip(1).all(|line| line.ends_with(", &") || line.ends_with(",  &")), "{text}");
    }

    #[test]
    fn every_line_of_a_long_comment_is_a_comment() {
        let mut lines = Lines::default();
        let names: Vec<String> = (0..40).map(|index| format!("a-file({index}).f90")).collect();
        lines.comment(&names.join(" and "));
        let text = lines.finish();
        assert!(text.lines().count() > 3, "{text}");
        assert!(text.lines().all(|line| line.starts_with("! ") && line.len() <= 132), "{text}");
    }
}
