//! Which names C code of users mentions, those behind its macros included.

use std::collections::{BTreeMap, BTreeSet};

/// What C code of the whole module makes known to the code of its routines.
#[derive(Clone, Debug, Default)]
pub struct CSurroundings {
    /// Macros, with the words of what stands for them.
    macros: BTreeMap<String, BTreeSet<String>>,
    /// All words.
    words: BTreeSet<String>,
    /// Names that are called or defined with parentheses.
    functions: BTreeSet<String>,
    /// Names of functions that no other file sees.
    statics: BTreeSet<String>,
    /// Whether it includes files that are not seen here, which may define anything.
    includes_own_files: bool,
}

impl CSurroundings {
    /// Reads what stands in front of all routines.
    #[must_use]
    pub fn new<'a>(codes: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for code in codes {
            // A line that ends with a backslash goes on.
            let code = code.replace("\\\r\n", " ").replace("\\\n", " ");
            for line in code.lines() {
                let Some(directive) = line.trim_start().strip_prefix('#').map(str::trim_start) else { continue };
                if let Some(definition) = directive.strip_prefix("define").map(str::trim_start) {
                    let length = definition.bytes().take_while(|byte| is_of_word(*byte)).count();
                    let (name, body) = definition.split_at(length);
                    found.macros.insert(name.to_owned(), words(body));
                }
                found.includes_own_files |=
                    directive.strip_prefix("include").is_some_and(|file| file.trim_start().starts_with('"'));
            }
            found.words.extend(words(&code));
            found.statics.extend(static_functions(&code));
            visit_words(&code, &mut |position, word| {
                let is_followed = code[position + word.len()..].trim_start().starts_with('(');
                if is_followed && !is_statement(word) {
                    found.functions.insert(word.to_owned());
                }
            });
        }
        found
    }

    /// The words of this code and of the macros in it.
    #[must_use]
    pub fn words_of(&self, code: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = words(code).into_iter().collect();
        while let Some(word) = open.pop() {
            if let Some(behind) = self.macros.get(&word)
                && !found.contains(&word)
            {
                open.extend(behind.iter().cloned());
            }
            found.insert(word);
        }
        found
    }

    /// Whether the code of the whole module says what a linker's symbol stands for: only C code reaches that.
    #[must_use]
    pub fn replaces(&self, symbol: &str) -> bool {
        self.includes_own_files || self.macros.contains_key(symbol) || self.statics.contains(symbol)
    }

    /// Whether code with these words may set a Python exception.
    #[must_use]
    pub fn may_raise(&self, words: &BTreeSet<String>) -> bool {
        let is_pythonic = |words: &BTreeSet<String>| words.iter().any(|word| is_of_python(word));
        is_pythonic(words) || is_pythonic(&self.words) && words.iter().any(|word| self.functions.contains(word))
    }
}

/// Whether only `Python.h` declares it.
#[must_use]
pub fn is_of_python(word: &str) -> bool {
    ["Py", "_Py", "METH_"].iter().any(|start| word.starts_with(start))
}

/// `if (`, which is no function.
fn is_statement(word: &str) -> bool {
    matches!(
        word,
        "if" | "for" | "while" | "switch" | "return" | "sizeof" | "void" | "int" | "char" | "double" | "float"
    )
}

/// The words outside of literals and comments.
#[must_use]
pub fn words(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit_words(code, &mut |_, word| {
        found.insert(word.to_owned());
    });
    found
}

/// Visits the words outside of literals and comments with their positions.
pub fn visit_words<'c>(code: &'c str, visit: &mut dyn FnMut(usize, &'c str)) {
    let bytes = code.as_bytes();
    let mut position = 0;
    while position < bytes.len() {
        let rest = &code.as_bytes()[position..];
        match rest[0] {
            b'"' | b'\'' => position += quoted_length(rest),
            b'/' if rest.starts_with(b"//") => position += length_to(rest, b"\n"),
            b'/' if rest.starts_with(b"/*") => position += 2 + length_to(&rest[2..], b"*/"),
            byte if byte.is_ascii_digit() => position += word_length(rest),
            byte if is_of_word(byte) => {
                let length = word_length(rest);
                visit(position, &code[position..position + length]);
                position += length;
            }
            _ => position += 1,
        }
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_of_word(**byte)).count()
}

fn quoted_length(bytes: &[u8]) -> usize {
    let mut position = 1;
    while position < bytes.len() && bytes[position] != bytes[0] {
        position += if bytes[position] == b'\\' { 2 } else { 1 };
    }
    (position + 1).min(bytes.len())
}

fn length_to(bytes: &[u8], end: &[u8]) -> usize {
    bytes.windows(end.len()).position(|window| window == end).map_or(bytes.len(), |start| start + end.len())
}

/// `f` of `static int f(`.
fn static_functions(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut is_static = false;
    let mut last_end = 0;
    visit_words(code, &mut |position, word| {
        // A new declaration begins behind `;`, `{` and `}`.
        if code.get(last_end..position).is_some_and(|between| between.contains([';', '{', '}'])) {
            is_static = false;
        }
        last_end = position + word.len();
        is_static |= word == "static";
        if is_static && code[last_end..].trim_start().starts_with('(') {
            found.insert(word.to_owned());
            is_static = false;
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::{CSurroundings, words};

    fn joined(code: &str) -> String {
        words(code).into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn literals_and_comments_have_no_words() {
        assert_eq!(joined("f(\"a\\\"b\", 'c', x1) /* d */ + 0x1F; // e\n g->r"), "f g r x1");
        assert_eq!(joined("\"open"), "");
        assert_eq!(joined("/* open"), "");
    }

    #[test]
    fn macros_are_looked_into() {
        let code = "#define N (n + M)\n# define M \\\n  m\n#define LOOP LOOP";
        let surroundings = CSurroundings::new([code].into_iter());
        let found: Vec<String> = surroundings.words_of("N + LOOP").into_iter().collect();
        assert_eq!(found, ["LOOP", "M", "N", "m", "n"]);
    }

    #[test]
    fn symbols_that_only_c_reaches_are_known() {
        let code = "#define dgesv_ dgesv_64_\nstatic double t4(double x) { return g(x); }\nvoid s4(void);";
        let surroundings = CSurroundings::new([code].into_iter());
        assert!(surroundings.replaces("dgesv_") && surroundings.replaces("t4"));
        assert!(!surroundings.replaces("s4") && !surroundings.replaces("g"));
        assert!(CSurroundings::new(["#include \"blas64.h\""].into_iter()).replaces("anything"));
        assert!(!CSurroundings::new(["#include <math.h>"].into_iter()).replaces("anything"));
    }

    #[test]
    fn python_is_needed_where_an_exception_may_be_set() {
        let code = "int fail(int k) { if (k) PyErr_NoMemory(); }";
        let surroundings = CSurroundings::new([code].into_iter());
        assert!(surroundings.may_raise(&words("PyErr_Clear()")));
        assert!(surroundings.may_raise(&words("fail();")));
        assert!(!surroundings.may_raise(&words("int k; if (k) (*f2py_func)(&n)")));
    }
}
