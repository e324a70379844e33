//! The text of a signature file: indented lines, and blocks that are kept as they are.

/// What one level is indented by.
const STEP: &str = "    ";

/// The text of a signature file.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    /// A line at the current depth.
    pub(super) fn line(&mut self, text: &str) {
        for _ in 0..self.depth {
            self.text.push_str(STEP);
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line that opens a block.
    pub(super) fn open(&mut self, text: &str) {
        self.line(text.trim_ascii_end());
        self.depth += 1;
    }

    /// The line that closes it.
    pub(super) fn close(&mut self, text: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(text.trim_ascii_end());
    }

    /// Text between `'''`, behind a word. f2py wants the two marks on different lines.
    pub(super) fn kept(&mut self, word: &str, text: &str) {
        let (word, end) = (
            if word.is_empty() { String::new() } else { format!("{word} ") },
            if text.ends_with('\n') { "" } else { "\n" },
        );
        for _ in 0..self.depth {
            self.text.push_str(STEP);
        }
        self.text.push_str(&format!("{word}'''{text}{end}'''\n"));
    }

    /// The text so far.
    pub(super) fn finish(self) -> String {
        self.text
    }
}
