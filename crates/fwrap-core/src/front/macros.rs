//! Macros of the preprocessor and their expansion, as GNU cpp does it in its traditional mode for Fortran.
//!
//! Arguments are pasted as they are written, into character constants as well; the result is read once more with what
//! follows it. `#` and `##` mean nothing.

use std::collections::HashMap;
use std::rc::Rc;

/// How long the text of one expanded macro may become.
const LONGEST_EXPANSION: usize = 100_000;

/// How deep a macro with arguments may expand inside itself, as in GNU cpp.
const DEEPEST_RECURSION: usize = 20;

/// What a macro stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Macro {
    /// The number of its parameters, if it is written with parentheses.
    parameters: Option<usize>,
    body: Rc<[Piece]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The argument with this index.
    Argument(usize),
    /// `__LINE__`
    Line,
    /// `__FILE__`
    File,
}

/// Why a macro is not expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The parenthesis of its arguments does not close.
    Unclosed,
    /// It has so many parameters, and was given so many arguments.
    Count(usize, usize),
    /// It expands to more than anybody writes.
    TooLong,
}

/// Where a macro is used: what `__FILE__` and `__LINE__` stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    pub(super) file: &'p str,
    pub(super) line: usize,
}

/// The macros by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Macros {
    table: HashMap<String, Macro>,
}

/// Whether a byte can be part of a macro's name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte can begin a macro's name.
pub(super) fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// The length of the name at the start of a text; 0 without one.
pub(super) fn word_length(text: &str) -> usize {
    match text.bytes().next() {
        Some(first) if begins_word(first) => text.bytes().take_while(|byte| is_word(*byte)).count(),
        _ => 0,
    }
}

impl Macro {
    /// A macro without arguments.
    pub(super) fn object(text: &str) -> Self {
        Self { parameters: None, body: parse_body(text.trim_ascii(), &[]) }
    }

    /// What follows the name in `#define NAME(a, b) text`; none if its parameters are no names.
    pub(super) fn parse(definition: &str) -> Option<Self> {
        let Some(rest) = definition.strip_prefix('(') else { return Some(Self::object(definition)) };
        let (list, text) = rest.split_once(')')?;
        let mut names: Vec<&str> = list.split(',').map(str::trim_ascii).collect();
        if names == [""] {
            names.clear();
        }
        if names.iter().any(|name| name.is_empty() || word_length(name) < name.len()) {
            return None;
        }
        Some(Self { parameters: Some(names.len()), body: parse_body(text.trim_ascii(), &names) })
    }
}

/// Text and parameters; comments are nothing, and part words.
fn parse_body(text: &str, parameters: &[&str]) -> Rc<[Piece]> {
    let (mut pieces, mut plain) = (Vec::new(), String::new());
    let (mut at, mut quote) = (0, None);
    while let Some(&byte) = text.as_bytes().get(at) {
        let rest = &text[at..];
        let length = word_length(rest);
        if length > 0 {
            match parameters.iter().position(|name| *name == &rest[..length]) {
                Some(index) => {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Argument(index));
                }
                None => plain.push_str(&rest[..length]),
            }
            at += length;
            continue;
        }
        if quote.is_none() && rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            continue;
        }
        quote = match (quote, byte) {
            (None, b'\'' | b'"') => Some(byte),
            (Some(open), _) if open == byte => None,
            (open, _) => open,
        };
        let end = (at + 1..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
        plain.push_str(&text[at..end]);
        at = end;
    }
    pieces.push(Piece::Text(plain));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    pieces.into()
}

impl Macros {
    /// No macros but `__FILE__`, `__LINE__` and the like.
    pub(super) fn new() -> Self {
        let mut this = Self::default();
        let whole = |piece| Macro { parameters: None, body: Rc::from([piece]) };
        this.define("__LINE__", whole(Piece::Line));
        this.define("__FILE__", whole(Piece::File));
        // what GNU cpp says when the date is not known: the length is right
        this.define("__DATE__", whole(Piece::Text("\"??? ?? ????\"".to_owned())));
        this.define("__TIME__", whole(Piece::Text("\"??:??:??\"".to_owned())));
        this
    }

    pub(super) fn define(&mut self, name: &str, meaning: Macro) {
        self.table.insert(name.to_owned(), meaning);
    }

    pub(super) fn undefine(&mut self, name: &str) {
        self.table.remove(name);
    }

    pub(super) fn is_defined(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// Expands the macro `name`, behind which `rest` stands: the text, and how much of `rest` were its arguments.
    /// `None` if it is no macro, or one with arguments that has none here.
    pub(super) fn expand(&self, name: &str, rest: &str, place: Place<'_>) -> Option<Result<(String, usize), Problem>> {
        let known = self.table.get(name)?;
        self.expand_known(name, known, rest, place, false)
    }

    fn expand_known(
        &self,
        name: &str,
        known: &Macro,
        rest: &str,
        place: Place<'_>,
        condition: bool,
    ) -> Option<Result<(String, usize), Problem>> {
        let mut input = Input { frames: Vec::new(), base: rest, used: 0, length: 0, condition };
        match self.invoke(name, known, &mut input, place) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(problem) => return Some(Err(problem)),
        }
        let mut output = String::new();
        while !input.frames.is_empty() {
            if let Err(problem) = self.rescan(&mut input, &mut output, place) {
                return Some(Err(problem));
            }
        }
        Some(Ok((output, input.used)))
    }

    /// Expands the macros of a condition, but not the names that `defined` asks for.
    pub(super) fn expand_condition(&self, text: &str, place: Place<'_>) -> Result<String, Problem> {
        let (mut output, mut at) = (String::new(), 0);
        while let Some(letter) = text[at..].chars().next() {
            let rest = &text[at..];
            let length = word_length(rest);
            if length == 0 {
                output.push(letter);
                at += letter.len_utf8();
                continue;
            }
            let (word, behind) = rest.split_at(length);
            at += length;
            if word == "defined" {
                let operand = operand_length(behind);
                output.push_str(&rest[..length + operand]);
                at += operand;
                continue;
            }
            let expansion = self.table.get(word).and_then(|known| self.expand_known(word, known, behind, place, true));
            match expansion {
                Some(expansion) => {
                    let (expansion, used) = expansion?;
                    output.push_str(&expansion);
                    at += used;
                }
                None => output.push_str(word),
            }
        }
        Ok(output)
    }

    /// Puts what a macro stands for before the input; false if it is one with arguments and none follow.
    fn invoke<'m>(
        &'m self,
        name: &'m str,
        known: &Macro,
        input: &mut Input<'m>,
        place: Place<'_>,
    ) -> Result<bool, Problem> {
        let mut arguments = Vec::new();
        if let Some(parameters) = known.parameters {
            let Some(found) = input.arguments()? else { return Ok(false) };
            let none = parameters == 0 && found.len() == 1 && found[0].trim_ascii().is_empty();
            if found.len() != parameters && !none {
                return Err(Problem::Count(parameters, found.len()));
            }
            arguments = found;
        }
        let mut text = String::new();
        for piece in &*known.body {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Argument(index) => text.push_str(arguments.get(*index).map_or("", String::as_str)),
                Piece::Line => text.push_str(&place.line.to_string()),
                Piece::File => text.push_str(&format!("\"{}\"", place.file)),
            }
        }
        input.length += text.len() + 1;
        if input.length > LONGEST_EXPANSION {
            return Err(Problem::TooLong);
        }
        input.frames.push(Frame { name, text, at: 0 });
        Ok(true)
    }

    /// Reads the innermost frame up to its end, or to a macro in it.
    fn rescan<'m>(&'m self, input: &mut Input<'m>, output: &mut String, place: Place<'_>) -> Result<(), Problem> {
        let mut quote = None;
        loop {
            let Some(frame) = input.frames.last_mut() else { return Ok(()) };
            let rest = &frame.text[frame.at..];
            let Some(letter) = rest.chars().next() else {
                input.frames.pop();
                return Ok(());
            };
            let length = if quote.is_none() { word_length(rest) } else { 0 };
            if length == 0 {
                quote = match (quote, letter) {
                    (None, '\'' | '"') => Some(letter),
                    (Some(open), _) if open == letter => None,
                    (open, _) => open,
                };
                output.push(letter);
                frame.at += letter.len_utf8();
                continue;
            }
            let operand =
                if input.condition && &rest[..length] == "defined" { operand_length(&rest[length..]) } else { 0 };
            let word = rest[..length + operand].to_owned();
            frame.at += word.len();
            let Some((name, known)) = self.table.get_key_value(&word) else {
                output.push_str(&word);
                continue;
            };
            let depth = input.frames.iter().filter(|frame| frame.name == name).count();
            let recursive = depth > if known.parameters.is_some() { DEEPEST_RECURSION } else { 0 };
            if recursive || !self.invoke(name, known, input, place)? {
                output.push_str(&word);
            }
        }
    }
}

/// The length of what follows `defined`, up to the end of the name.
fn operand_length(text: &str) -> usize {
    let blanks = text.len() - text.trim_start_matches([' ', '\t', '(']).len();
    blanks + word_length(&text[blanks..])
}

/// Expanded text that is still to be read, before the text of the file.
struct Input<'m> {
    frames: Vec<Frame<'m>>,
    base: &'m str,
    /// How much of `base` is read.
    used: usize,
    /// The length of all frames there have been.
    length: usize,
    /// It is a condition: the names that `defined` asks for stay.
    condition: bool,
}

/// The text of one macro.
struct Frame<'m> {
    name: &'m str,
    text: String,
    at: usize,
}

impl Input<'_> {
    /// The next byte; the ends of frames are nothing.
    fn peek(&mut self) -> Option<u8> {
        while let Some(frame) = self.frames.last() {
            match frame.text.as_bytes().get(frame.at) {
                Some(byte) => return Some(*byte),
                None => self.frames.pop(),
            };
        }
        let bytes = self.base.as_bytes();
        match (*bytes.get(self.used)?, bytes.get(self.used + 1)) {
            (b'\n', Some(b'#')) => None,
            (byte, _) => Some(byte),
        }
    }

    fn skip(&mut self) {
        match self.frames.last_mut() {
            Some(frame) => frame.at += 1,
            None => self.used += 1,
        }
    }

    /// The arguments in parentheses, if a parenthesis follows.
    fn arguments(&mut self) -> Result<Option<Vec<String>>, Problem> {
        if !self.opens() {
            return Ok(None);
        }
        while self.peek() != Some(b'(') {
            self.skip();
        }
        self.skip();
        let (mut arguments, mut current) = (Vec::new(), Vec::new());
        let (mut depth, mut quote) = (0, None);
        loop {
            let byte = self.peek().ok_or(Problem::Unclosed)?;
            self.skip();
            match (quote, byte) {
                (_, b'\n') => quote = None,
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b'(') => depth += 1,
                (None, b')') if depth == 0 => break,
                (None, b')') => depth -= 1,
                (None, b',') if depth == 0 => {
                    arguments.push(text_of(std::mem::take(&mut current)));
                    continue;
                }
                _ => {}
            }
            current.push(if matches!(byte, b'\n' | b'\r') { b' ' } else { byte });
        }
        arguments.push(text_of(current));
        Ok(Some(arguments))
    }

    /// Whether the next byte that is no blank is a parenthesis. Reads nothing but ends of frames.
    fn opens(&self) -> bool {
        let frames = self.frames.iter().rev().flat_map(|frame| &frame.text.as_bytes()[frame.at..]);
        let base = &self.base.as_bytes()[self.used..];
        frames.chain(base).find(|byte| !byte.is_ascii_whitespace()) == Some(&b'(')
    }
}

/// Bytes that were cut at ASCII marks only.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Macro, Macros, Place, Problem};

    /// Expands the first word of a text, with macros that hold in all tests.
    fn expand(text: &str) -> Result<String, Problem> {
        let mut macros = Macros::new();
        for (name, text) in [
            ("F", "(x) [x]"),
            ("TWO", "(a, b) a-b"),
            ("NONE", "() 7"),
            ("CALLF", " F"),
            ("TWICE", " F(2) F"),
            ("PASTE", "(a,b) a/* nothing */b"),
            ("SHARP", "(a,b) a##b #a"),
            ("PREFIX", "(x) FOO_/**/x"),
            ("FOO", " bar"),
            ("STRING", "(x) \"x\" 'x' xx x_x 1x"),
            ("REC", "(x) REC(x)"),
            ("LOOP", " POOL"),
            ("POOL", " LOOP"),
            ("HERE", " __FILE__:__LINE__"),
            ("SHOW", "(x) 'x=' // x"),
        ] {
            macros.define(name, Macro::parse(text).expect("a macro"));
        }
        let length = super::word_length(text);
        let (name, rest) = text.split_at(length);
        match macros.expand(name, rest, Place { file: "a.F90", line: 12 }) {
            None => Ok(text.to_owned()),
            Some(found) => found.map(|(expansion, used)| expansion + &rest[used..]),
        }
    }

    #[test]
    fn macros_expand_as_gfortran_does_it() {
        for (text, expected) in [
            ("F (2)|", "[2]|"),
            ("F|", "F|"),
            ("F ! (2)", "F ! (2)"),
            ("F(  a  b )", "[  a  b ]"),
            ("F()", "[]"),
            ("F(F(F))", "[[F]]"),
            ("F(F)(2)", "[F](2)"),
            ("F(\n 1\n )", "[  1  ]"),
            ("TWO( a , b )", " a - b "),
            ("TWO(,)", "-"),
            ("TWO((a,b),\"c,\")", "(a,b)-\"c,\""),
            ("TWO('(',b)", "'('-b"),
            ("NONE()", "7"),
            ("CALLF(1)", "[1]"),
            ("TWICE(3)", "[2] [3]"),
            ("PASTE(x,y)", "xy"),
            ("PASTE(F,)(2)", "[2]"),
            ("SHARP(a,b)", "a##b #a"),
            ("PREFIX(FOO)", "FOO_FOO"),
            ("STRING(FOO)", "\"FOO\" 'FOO' xx x_x 1bar"),
            ("SHOW(FOO)", "'FOO=' // bar"),
            ("HERE", "\"a.F90\":12"),
            ("LOOP", "LOOP"),
            ("UNKNOWN(1)", "UNKNOWN(1)"),
        ] {
            assert_eq!(expand(text), Ok(expected.to_owned()), "{text}");
        }
        assert_eq!(expand("TWO(1)"), Err(Problem::Count(2, 1)));
        assert_eq!(expand("F((1)"), Err(Problem::Unclosed));
        assert_eq!(expand("F(1\n#if 0\n)"), Err(Problem::Unclosed));
        assert_eq!(expand("REC(1)"), Ok("REC(1)".to_owned()));
        assert_eq!(expand(&format!("REC({})", "x".repeat(10_000))), Err(Problem::TooLong));
    }

    #[test]
    fn parameters_are_names() {
        for text in ["(", "(a", "(a,)", "(1)", "(a b)", "(...)", "(a, ...)"] {
            assert_eq!(Macro::parse(text), None, "{text}");
        }
        assert_eq!(Macro::parse("(a) b"), Macro::parse("( a ) b "));
    }
}
