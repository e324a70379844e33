//! What kind of statement it is, by its first words (F2018 5.1).

use crate::front::fortran::cursor::{Cursor, closing_parenthesis, is_name_byte, match_keyword};
use crate::front::fortran::header::is_header;

/// The kinds of statement that a reader of declarations tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `integer`, `type(t)`, `procedure(f)`...
    TypeDeclaration,
    /// SUBROUTINE or FUNCTION with its prefixes.
    Header,
    Program,
    Module,
    Submodule,
    BlockData,
    /// `module procedure f` (a body, or a list in an interface block), or `procedure f` in an interface block.
    ModuleProcedure,
    Contains,
    End(Ending),
    Entry,
    Include,
    Use,
    Implicit,
    Import,
    Parameter,
    Common,
    Equivalence,
    Namelist,
    Save,
    Bind,
    Generic,
    /// DIMENSION, OPTIONAL, ... with the attribute's name.
    Attribute(&'static str),
    Intent,
    Public,
    Private,
    Interface,
    AbstractInterface,
    DerivedType,
    /// STRUCTURE, UNION and MAP of DEC Fortran.
    Structure,
    Union,
    /// RECORD of DEC Fortran.
    Record,
    Enum,
    /// `enumeration type` (F2023 7.6.2).
    EnumerationType,
    Enumerator,
    /// Belongs to the specification part and says nothing about signatures.
    Ignored,
    /// An executable statement.
    Executable,
    /// No statement of Fortran.
    Unknown,
}

/// What an END statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// `end`
    Bare,
    /// `end subroutine`, `end function`, `end procedure`
    Procedure,
    /// `end module`, `end submodule`
    Module,
    /// `end program`, `end block data`
    Program,
    Interface,
    DerivedType,
    /// `end structure`, `end union`, `end map`
    Structure,
    Enum,
    /// A construct of the execution part.
    Construct,
}

type Table = &'static [(&'static str, Kind)];

const A: Table = &[
    ("abstract interface", Kind::AbstractInterface),
    ("allocatable", Kind::Attribute("allocatable")),
    ("asynchronous", Kind::Attribute("asynchronous")),
    ("attributes", Kind::Header),
    ("automatic", Kind::Attribute("automatic")),
];
const B: Table = &[("block data", Kind::BlockData), ("byte", Kind::TypeDeclaration), ("bind", Kind::Bind)];
const C: Table = &[
    ("character", Kind::TypeDeclaration),
    ("class", Kind::TypeDeclaration),
    ("codimension", Kind::Attribute("codimension")),
    ("common", Kind::Common),
    ("complex", Kind::TypeDeclaration),
    ("contains", Kind::Contains),
    ("contiguous", Kind::Attribute("contiguous")),
];
const D: Table = &[
    ("data", Kind::Ignored),
    ("dimension", Kind::Attribute("dimension")),
    ("double complex", Kind::TypeDeclaration),
    ("double precision", Kind::TypeDeclaration),
];
const E: Table = &[
    ("end", Kind::End(Ending::Bare)),
    ("elemental", Kind::Header),
    ("entry", Kind::Entry),
    ("enumerator", Kind::Enumerator),
    ("enumeration type", Kind::EnumerationType),
    ("enum", Kind::Enum),
    ("equivalence", Kind::Equivalence),
    ("external", Kind::Attribute("external")),
];
const F: Table = &[("format", Kind::Ignored), ("function", Kind::Header)];
const I: Table = &[
    ("implicit", Kind::Implicit),
    ("import", Kind::Import),
    ("impure", Kind::Header),
    ("include", Kind::Include),
    ("integer", Kind::TypeDeclaration),
    ("intent", Kind::Intent),
    ("interface", Kind::Interface),
    ("intrinsic", Kind::Attribute("intrinsic")),
];
const M: Table = &[("map", Kind::Union), ("module procedure", Kind::ModuleProcedure), ("module", Kind::Module)];
const N: Table = &[("namelist", Kind::Namelist), ("non_recursive", Kind::Header)];
const P: Table = &[
    ("parameter", Kind::Parameter),
    ("pointer", Kind::Attribute("pointer")),
    ("private", Kind::Private),
    ("procedure", Kind::ModuleProcedure),
    ("program", Kind::Program),
    ("protected", Kind::Attribute("protected")),
    ("public", Kind::Public),
    ("pure", Kind::Header),
];
const R: Table = &[("real", Kind::TypeDeclaration), ("record", Kind::Record), ("recursive", Kind::Header)];
const S: Table = &[
    ("save", Kind::Save),
    ("static", Kind::Attribute("static")),
    ("structure", Kind::Structure),
    ("submodule", Kind::Submodule),
    ("subroutine", Kind::Header),
];
const T: Table = &[("target", Kind::Attribute("target")), ("type", Kind::TypeDeclaration)];

fn table(first: u8) -> Table {
    match first.to_ascii_lowercase() {
        b'a' => A,
        b'b' => B,
        b'c' => C,
        b'd' => D,
        b'e' => E,
        b'f' => F,
        b'g' => &[("generic", Kind::Generic)],
        b'i' => I,
        b'l' => &[("logical", Kind::TypeDeclaration)],
        b'm' => M,
        b'n' => N,
        b'o' => &[("optional", Kind::Attribute("optional"))],
        b'p' => P,
        b'r' => R,
        b's' => S,
        b't' => T,
        b'u' => &[("union", Kind::Union), ("use", Kind::Use)],
        b'v' => &[("value", Kind::Attribute("value")), ("volatile", Kind::Attribute("volatile"))],
        _ => &[],
    }
}

/// First words of executable statements, other than assignments.
const EXECUTABLE: &[&str] = &[
    "accept",
    "allocate",
    "assign",
    "associate",
    "backspace",
    "block",
    "call",
    "case",
    "change team",
    "close",
    "continue",
    "critical",
    "cycle",
    "deallocate",
    "decode",
    "do",
    "do concurrent",
    "do while",
    "else",
    "encode",
    "error stop",
    "event post",
    "event wait",
    "exit",
    "fail image",
    "flush",
    "forall",
    "form team",
    "go to",
    "if",
    "inquire",
    "lock",
    "notify wait",
    "nullify",
    "open",
    "pause",
    "print",
    "rank",
    "read",
    "return",
    "rewind",
    "select",
    "select case",
    "select rank",
    "select type",
    "stop",
    "sync all",
    "sync images",
    "sync memory",
    "sync team",
    "unlock",
    "wait",
    "where",
    "write",
];

const ENDINGS: &[(&str, Ending)] = &[
    ("subroutine", Ending::Procedure),
    ("function", Ending::Procedure),
    ("procedure", Ending::Procedure),
    ("submodule", Ending::Module),
    ("module", Ending::Module),
    ("program", Ending::Program),
    ("block data", Ending::Program),
    ("interface", Ending::Interface),
    ("type", Ending::DerivedType),
    ("structure", Ending::Structure),
    ("union", Ending::Structure),
    ("map", Ending::Structure),
    ("enumeration type", Ending::Enum),
    ("enum", Ending::Enum),
    ("if", Ending::Construct),
    ("do", Ending::Construct),
    ("select", Ending::Construct),
    ("where", Ending::Construct),
    ("forall", Ending::Construct),
    ("associate", Ending::Construct),
    ("block", Ending::Construct),
    ("critical", Ending::Construct),
    ("team", Ending::Construct),
    ("file", Ending::Construct),
];

/// The kind of the statement at the cursor.
pub(super) fn classify(mut cursor: Cursor<'_>) -> Kind {
    if let Some(kind) = first_word(cursor) {
        return kind;
    }
    let fixed = cursor.fixed;
    let text = cursor.rest();
    let is_executable = |word: &str| match_keyword(text, word, fixed).is_some();
    if is_assignment(text) || is_construct_name(text) || EXECUTABLE.iter().any(|word| is_executable(word)) {
        return Kind::Executable;
    }
    Kind::Unknown
}

/// The kind of the statement at the cursor, if its first word is that of a statement which is not executable.
pub(super) fn first_word(mut cursor: Cursor<'_>) -> Option<Kind> {
    let fixed = cursor.fixed;
    let text = cursor.rest();
    let (keyword, kind, length) = table(*text.first()?).iter().find_map(|(keyword, kind)| {
        // `enddo` is one word in free form, too
        let length = match_keyword(text, keyword, fixed || *keyword == "end")?;
        Some((*keyword, *kind, length))
    })?;
    if is_assignment(text) {
        return Some(Kind::Executable);
    }
    cursor.skip(length);
    Some(refine(keyword, kind, cursor, text))
}

/// Tells apart statements that begin with the same word; the cursor stands behind it.
fn refine(keyword: &'static str, kind: Kind, mut cursor: Cursor<'_>, text: &[u8]) -> Kind {
    let fixed = cursor.fixed;
    match kind {
        Kind::End(_) => ending(cursor),
        Kind::TypeDeclaration => match keyword {
            "type" => type_statement(cursor),
            "class" if cursor.peek() != b'(' => Kind::Executable,
            _ if is_function(cursor, text) => Kind::Header,
            _ => Kind::TypeDeclaration,
        },
        Kind::Module => {
            let prefixes = ["subroutine", "function", "pure", "elemental", "recursive", "impure"];
            let found = prefixes.iter().any(|prefix| match_keyword(cursor.rest(), prefix, fixed).is_some());
            let header = found && (!fixed || text.contains(&b'(')) && is_header(text, fixed);
            if header || is_function(cursor, text) { Kind::Header } else { Kind::Module }
        }
        Kind::ModuleProcedure if keyword == "procedure" && cursor.peek() == b'(' => Kind::TypeDeclaration,
        Kind::Contains | Kind::Union if !cursor.at_end() => Kind::Unknown,
        Kind::Record if cursor.peek() != b'/' => Kind::Unknown,
        Kind::Bind if cursor.peek() != b'(' => Kind::Unknown,
        Kind::Generic if !matches!(cursor.peek(), b':' | b',') => Kind::Unknown,
        Kind::Structure if !matches!(cursor.peek(), b'/' | 0) && !cursor.peek().is_ascii_alphabetic() => Kind::Unknown,
        Kind::Include if !matches!(cursor.peek(), b'\'' | b'"') => Kind::Unknown,
        Kind::Header if !is_header(text, fixed) => {
            match keyword {
                "subroutine" | "function" => Kind::Header,
                // of CUDA, about variables
                "attributes" if cursor.peek() == b'(' => Kind::Ignored,
                _ => Kind::Unknown,
            }
        }
        _ => kind,
    }
}

/// `type(t) :: x`, `type :: t`, or executable: `type is (t)`, `type *, x`.
fn type_statement(mut cursor: Cursor<'_>) -> Kind {
    let text = cursor.text();
    match cursor.peek() {
        b'(' if is_function(cursor, text) => Kind::Header,
        b'(' => Kind::TypeDeclaration,
        b',' | b':' => Kind::DerivedType,
        b'*' | b'0'..=b'9' | b'\'' | b'"' => Kind::Executable,
        _ => {
            let start = cursor.position();
            let is_guard = cursor.eat_keyword("is") && cursor.peek() == b'(';
            cursor.seek(start);
            // `type format, x` prints in DEC Fortran
            let ends =
                cursor.eat_name().is_some() && (cursor.at_end() || (cursor.skip_parenthesis() && cursor.at_end()));
            if is_guard || !ends { Kind::Executable } else { Kind::DerivedType }
        }
    }
}

fn ending(mut cursor: Cursor<'_>) -> Kind {
    let rest = cursor.rest();
    if rest.is_empty() {
        return Kind::End(Ending::Bare);
    }
    let known = ENDINGS.iter().find(|(word, _)| match_keyword(rest, word, cursor.fixed).is_some());
    known.map_or(Kind::Unknown, |(_, ending)| Kind::End(*ending))
}

/// Whether a statement that begins with a type is a FUNCTION statement.
fn is_function(cursor: Cursor<'_>, text: &[u8]) -> bool {
    contains_word(text, b"function") && is_header(cursor.text(), cursor.fixed)
}

/// Whether `word` (in lower case) stands somewhere in `text`.
fn contains_word(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// `name: do`
fn is_construct_name(text: &[u8]) -> bool {
    let length = text.iter().take_while(|byte| is_name_byte(**byte)).count();
    let rest = text[length..].trim_ascii_start();
    length > 0 && text[0].is_ascii_alphabetic() && rest.starts_with(b":") && !rest.starts_with(b"::") && rest.len() > 1
}

/// `variable = ...` or `pointer => ...`, whatever the variable is called.
pub(super) fn is_assignment(text: &[u8]) -> bool {
    let name = |text: &[u8]| text.iter().take_while(|byte| is_name_byte(**byte)).count();
    let length = name(text);
    if length == 0 || !text[0].is_ascii_alphabetic() {
        return false;
    }
    let mut rest = text[length..].trim_ascii_start();
    loop {
        match rest.first() {
            Some(b'(' | b'[') => match closing_parenthesis(rest) {
                Some(length) => rest = rest[length..].trim_ascii_start(),
                None => return false,
            },
            // `a.b = 1` is DEC Fortran
            Some(b'%' | b'.') => {
                rest = rest[1..].trim_ascii_start();
                match name(rest) {
                    0 => return false,
                    length => rest = rest[length..].trim_ascii_start(),
                }
            }
            Some(b'=') => return rest.get(1) != Some(&b'='),
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Kind, classify};
    use crate::front::fortran::cursor::Cursor;
    use crate::front::origin::Origin;
    use crate::source::FileId;

    fn kind(text: &str, fixed: bool) -> Kind {
        let offsets: Vec<u32> = (0..text.len() as u32).collect();
        classify(Cursor::new(text.as_bytes(), &offsets, &Origin::identity(FileId(0)), fixed))
    }

    #[test]
    fn variables_may_be_called_like_keywords() {
        let free = [
            "real = 3",
            "type = 1",
            "data(1)=2",
            "end = 5",
            "integer(3) = 4",
            "if (x) = 3",
            "use => p",
            "save%x(1) = 2",
        ];
        for text in free {
            assert_eq!(kind(text, false), Kind::Executable, "{text}");
        }
        for text in ["REALX=1", "DO10I=1,5", "IF(X)=3", "ENDX=3", "DATAX(3)=1", "ENTRYPOINT(2)=0", "CALLREAL(X)"] {
            assert_eq!(kind(text, true), Kind::Executable, "{text}");
        }
    }

    #[test]
    fn fixed_form_has_no_blanks() {
        assert_eq!(kind("DOUBLEPRECISIONA(3)", true), Kind::TypeDeclaration);
        assert_eq!(kind("REAL*8FUNCTIONF(X)", true), Kind::Header);
        assert_eq!(kind("ENDSUBROUTINEX", true), Kind::End(Ending::Procedure));
        assert_eq!(kind("ENDIF", true), Kind::End(Ending::Construct));
        assert_eq!(kind("REALFUNCTIONX(3)", true), Kind::TypeDeclaration);
        assert_eq!(kind("REALFUNCTIONX*8", true), Kind::TypeDeclaration);
        assert_eq!(kind("REALFUNCTIONF*8(X)", true), Kind::Header);
        assert_eq!(kind("CHARACTER*(*)FUNCTIONF(X)", true), Kind::Header);
        assert_eq!(kind("INTEGER*4FUNCTIONF(X)", true), Kind::Header);
        assert_eq!(kind("RECORD/S/X", true), Kind::Record);
        assert_eq!(kind("TYPE*,X", true), Kind::Executable);
        assert_eq!(kind("TYPEISIT", true), Kind::DerivedType);
        assert_eq!(kind("CONTAINS(X)", true), Kind::Unknown);
    }

    #[test]
    fn first_words_in_free_form() {
        for (text, expected) in [
            ("real(dp) pure function f(x)", Kind::Header),
            ("type(t) function f(x)", Kind::Header),
            ("type, public :: t", Kind::DerivedType),
            ("type is (t)", Kind::Executable),
            ("type is", Kind::DerivedType),
            ("type t(k, n)", Kind::DerivedType),
            ("type fmt, x", Kind::Executable),
            ("type '(i5)', x", Kind::Executable),
            ("generic :: operator(+) => add", Kind::Generic),
            ("structure /s/ x", Kind::Structure),
            ("record /s/ x", Kind::Record),
            ("end map", Kind::End(Ending::Structure)),
            ("enumeration type :: colour", Kind::EnumerationType),
            ("static x", Kind::Attribute("static")),
            ("attributes(global) subroutine f(x)", Kind::Header),
            ("attributes(device) :: x", Kind::Ignored),
            ("non_recursive function f(x)", Kind::Header),
            ("impure elemental subroutine f(x)", Kind::Header),
            ("integer function f*8(x)", Kind::Header),
            ("type(t) :: x", Kind::TypeDeclaration),
            ("class default", Kind::Executable),
            ("module procedure f", Kind::ModuleProcedure),
            ("module subroutine f(x)", Kind::Header),
            ("module f", Kind::Module),
            ("block", Kind::Executable),
            ("blockdata x", Kind::BlockData),
            ("end block data", Kind::End(Ending::Program)),
            ("endsubroutine x", Kind::End(Ending::Procedure)),
            ("outer: do i = 1, 3", Kind::Executable),
            ("selectcase (x)", Kind::Executable),
            ("dowhile (x)", Kind::Executable),
            ("realx :: y", Kind::Unknown),
            ("%$#", Kind::Unknown),
        ] {
            assert_eq!(kind(text, false), expected, "{text}");
        }
    }
}
