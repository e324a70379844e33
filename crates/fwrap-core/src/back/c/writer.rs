//! Lines of a C file, in which users' code keeps the line numbers of their own files.

use std::fmt::Display;

use crate::plan::f2py::c_code::{CText, FindLine};

/// The text of a C file.
pub(super) struct Writer<'s> {
    text: String,
    /// How many lines there are.
    lines: usize,
    find_line: FindLine<'s>,
    /// The name of the file itself.
    file: String,
}

impl<'s> Writer<'s> {
    pub(super) fn new(file: String, find_line: FindLine<'s>) -> Self {
        Self { text: String::new(), lines: 0, find_line, file }
    }

    /// One line, or several.
    pub(super) fn line(&mut self, line: impl Display) {
        let line = line.to_string();
        self.lines += 1 + line.matches('\n').count();
        self.text.push_str(&line);
        self.text.push('\n');
    }

    /// Code of a user, with `end` behind it.
    pub(super) fn user(&mut self, code: &CText, end: &str) {
        let (path, line) = (self.find_line)(code.span);
        self.line(format_args!("#line {line} {}", quoted(&path)));
        let lines: Vec<&str> = code.text.split('\n').map(str::trim_end).collect();
        self.line(format_args!("{}{end}", lines.join("\n")));
        let (next, file) = (self.lines + 2, quoted(&self.file));
        self.line(format_args!("#line {next} {file}"));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            literal.push('\\');
        }
        literal.push(if letter.is_control() { '?' } else { letter });
    }
    literal.push('"');
    literal
}
