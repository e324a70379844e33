//! What kind of statement it is, and the short ones: headers, USE, COMMON, ENTRY.

use std::ops::Range;

use crate::front::pyf::cursor::{Cursor, Problem};
use crate::front::pyf::declaration::{parse_dimensions, parse_prefix_type};
use crate::front::pyf::saying::{Attribute, Saying};
use crate::ir::f2py::BlockKind;
use crate::ir::name::Name;
use crate::ir::procedure::{Bind, Dummy, Entry, Prefixes, Use};
use crate::ir::types::TypeSpec;
use crate::source::Span;

/// The kinds of statement of a signature file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::front) enum Kind {
    /// Nothing but a block in `'''`.
    Documentation,
    End,
    Include,
    Block(BlockKind),
    Module,
    BlockData,
    DerivedType,
    Header,
    Entry,
    Use,
    Implicit,
    Common,
    Parameter,
    /// A statement that gives one attribute.
    Attribute,
    Access,
    TypeDeclaration,
    /// A statement that only f2py knows, by its word.
    Enhancement(&'static str),
    /// Says nothing of signatures.
    Ignored,
    Unknown,
}

const ATTRIBUTES: [&str; 18] = [
    "dimension",
    "virtual",
    "intent",
    "check",
    "depend",
    "note",
    "optional",
    "required",
    "external",
    "intrinsic",
    "allocatable",
    "pointer",
    "target",
    "value",
    "save",
    "volatile",
    "protected",
    "contiguous",
];
const ENHANCEMENTS: [&str; 6] =
    ["threadsafe", "fortranname", "callstatement", "callprotoargument", "usercode", "pymethoddef"];
const IGNORED: [&str; 8] =
    ["contains", "data", "format", "call", "equivalence", "namelist", "module procedure", "sequence"];
const ENDINGS: [&str; 8] =
    ["end", "endsubroutine", "endfunction", "endinterface", "endmodule", "endpythonmodule", "endblockdata", "endtype"];

/// The kind of the statement at the cursor.
pub(in crate::front) fn classify(mut cursor: Cursor<'_>) -> Kind {
    const FIXED: [(&str, Kind); 12] = [
        ("python module", Kind::Block(BlockKind::PythonModule)),
        ("abstract interface", Kind::Block(BlockKind::AbstractInterface)),
        ("interface", Kind::Block(BlockKind::Interface)),
        ("block data", Kind::BlockData),
        ("use", Kind::Use),
        ("implicit", Kind::Implicit),
        ("common", Kind::Common),
        ("parameter", Kind::Parameter),
        ("entry", Kind::Entry),
        ("include", Kind::Include),
        ("public", Kind::Access),
        ("private", Kind::Access),
    ];
    if cursor.at_end() {
        return Kind::Documentation;
    }
    let start = cursor.position();
    let mut is = |word: &str| {
        let found = cursor.keyword(word);
        cursor.seek(start);
        found
    };
    if ENDINGS.iter().any(|word| is(word)) {
        return Kind::End;
    }
    if let Some((_, kind)) = FIXED.iter().find(|(word, _)| is(word)) {
        return *kind;
    }
    if IGNORED.iter().any(|word| is(word)) {
        return Kind::Ignored;
    }
    if let Some(word) = ENHANCEMENTS.iter().find(|word| is(word)) {
        return Kind::Enhancement(word);
    }
    if ATTRIBUTES.iter().any(|word| is(word)) {
        return Kind::Attribute;
    }
    other_kind(cursor)
}

/// What begins with a type or a prefix.
fn other_kind(mut cursor: Cursor<'_>) -> Kind {
    if header_prefixes(&mut cursor.clone()).is_some() {
        return Kind::Header;
    }
    if cursor.clone().keyword("module") {
        return Kind::Module;
    }
    let mut after = cursor;
    if after.keyword("type") && after.peek() != b'(' {
        return Kind::DerivedType;
    }
    const TYPES: [&str; 11] = [
        "integer",
        "real",
        "double precision",
        "double complex",
        "complex",
        "logical",
        "character",
        "byte",
        "type",
        "class",
        "procedure",
    ];
    if TYPES.iter().any(|word| cursor.keyword(word)) { Kind::TypeDeclaration } else { Kind::Unknown }
}

/// A SUBROUTINE or FUNCTION statement.
pub(super) struct Header {
    pub(super) name: Name,
    pub(super) span: Span,
    pub(super) is_function: bool,
    pub(super) prefixes: Prefixes,
    pub(super) type_spec: Option<TypeSpec>,
    pub(super) dummies: Vec<Dummy>,
    pub(super) result: Option<(Name, Span)>,
    pub(super) bind: Option<Bind>,
}

/// What stands before the name: prefixes, type, whether it is a function. `None`: it is no header.
fn header_prefixes(cursor: &mut Cursor<'_>) -> Option<(Prefixes, Option<TypeSpec>, bool)> {
    let (mut prefixes, mut type_spec) = (Prefixes::default(), None);
    loop {
        if cursor.keyword("subroutine") {
            return Some((prefixes, type_spec, false));
        } else if cursor.keyword("function") {
            return Some((prefixes, type_spec, true));
        } else if cursor.keyword("pure") {
            prefixes.pure = true;
        } else if cursor.keyword("elemental") {
            prefixes.elemental = true;
        } else if cursor.keyword("recursive") {
            prefixes.recursive = true;
        } else if cursor.keyword("impure") {
            prefixes.impure = true;
        } else if type_spec.is_none() {
            type_spec = Some(parse_prefix_type(cursor)?);
        } else {
            return None;
        }
    }
}

pub(super) fn parse_header(cursor: &mut Cursor<'_>) -> Result<Header, Problem> {
    let Some((prefixes, type_spec, is_function)) = header_prefixes(cursor) else {
        return Err(cursor.expected("`subroutine` or `function`"));
    };
    let Some((name, span)) = cursor.name() else { return Err(cursor.expected("the name of the procedure")) };
    let dummies = parse_dummies(cursor)?;
    let (mut result, mut bind) = (None, None);
    while !cursor.at_end() {
        let is_result = cursor.keyword("result");
        if !is_result && !cursor.keyword("bind") {
            return Err(cursor.expected("`result(...)` or the end of the statement"));
        }
        let inner = cursor.parenthesis().ok_or_else(|| cursor.expected("`(...)`"))?;
        if is_result {
            let mut inner = cursor.part(inner);
            result = Some(inner.name().ok_or_else(|| inner.expected("the name of the result"))?);
        } else {
            let quoted = cursor.text(inner);
            let label = quoted.split(['\'', '"']).nth(1).map(|label| label.trim().to_owned());
            bind = Some(Bind { label, expression: None });
        }
    }
    Ok(Header { name, span, is_function, prefixes, type_spec, dummies, result, bind })
}

/// `(a, b, *)`, or nothing.
fn parse_dummies(cursor: &mut Cursor<'_>) -> Result<Vec<Dummy>, Problem> {
    if cursor.peek() != b'(' {
        return Ok(Vec::new());
    }
    let inner = cursor.parenthesis().ok_or_else(|| cursor.expected("a closed parenthesis"))?;
    let mut dummies = Vec::new();
    for part in cursor.split(inner, b',') {
        let mut dummy = cursor.part(part);
        let start = dummy.position();
        if dummy.eat("*") {
            dummies.push(Dummy::AlternateReturn(dummy.span(start..start + 1)));
        } else if let Some((name, span)) = dummy.name() {
            dummies.push(Dummy::Argument(name, span));
        }
        if !dummy.at_end() {
            return Err(dummy.expected("`,` or `)`"));
        }
    }
    Ok(dummies)
}

/// `entry name(a, b)`
pub(super) fn parse_entry(cursor: &mut Cursor<'_>) -> Result<Entry, Problem> {
    cursor.keyword("entry");
    let Some((name, span)) = cursor.name() else { return Err(cursor.expected("the name of the entry")) };
    Ok(Entry { name, span, dummies: parse_dummies(cursor)?, result: None, bind: None })
}

/// `use m`, `use m, only: a`, `use m, f => g`
pub(super) fn parse_use(cursor: &mut Cursor<'_>) -> Result<Use, Problem> {
    cursor.keyword("use");
    let mut intrinsic = false;
    if cursor.eat(",") {
        intrinsic = cursor.keyword("intrinsic");
        cursor.keyword("non_intrinsic");
    }
    cursor.eat("::");
    let Some((module, span)) = cursor.name() else { return Err(cursor.expected("the name of a module")) };
    let (mut only, mut names) = (false, Vec::new());
    if cursor.eat(",") {
        only = cursor.keyword("only") && cursor.eat(":");
        let list = cursor.rest();
        for part in cursor.split(list, b',') {
            let mut part = cursor.part(part);
            let Some((local, _)) = part.name() else { continue };
            let original = if part.eat("=>") { part.name().map(|(name, _)| name) } else { Some(local.clone()) };
            names.extend(original.map(|original| (local, original)));
        }
    }
    Ok(Use { module, intrinsic, non_intrinsic: false, only, names, operators: Vec::new(), span })
}

/// The blocks of a COMMON statement: name with its place, members.
type CommonBlocks = Vec<(Option<Name>, Span, Vec<Saying>)>;

/// `common /a/ x, y(3) /b/ z`
pub(super) fn parse_common(cursor: &mut Cursor<'_>) -> Result<CommonBlocks, Problem> {
    cursor.keyword("common");
    let mut blocks: CommonBlocks = Vec::new();
    while !cursor.at_end() {
        if cursor.eat("/") {
            let found = cursor.name();
            if !cursor.eat("/") {
                return Err(cursor.expected("`/` behind the name of the block"));
            }
            let start = cursor.position();
            let span = found.as_ref().map_or_else(|| cursor.span(start..start + 1), |(_, span)| *span);
            blocks.push((found.map(|(name, _)| name), span, Vec::new()));
        } else if !cursor.eat(",") {
            let Some((name, span)) = cursor.name() else { return Err(cursor.expected("the name of a variable")) };
            let mut saying = Saying::of(name, span);
            if let Some(inner) = cursor.parenthesis() {
                let (shape, dimensions) = parse_dimensions(cursor, inner);
                Attribute::Dimension(shape, dimensions).add_to(&mut saying);
            }
            if blocks.is_empty() {
                blocks.push((None, span, Vec::new()));
            }
            blocks.last_mut().expect("one was pushed").2.push(saying);
        }
    }
    Ok(blocks)
}

/// The name in `include 'name'`.
pub(super) fn parse_include(cursor: &mut Cursor<'_>) -> Result<(String, Span), Problem> {
    cursor.keyword("include");
    let quote = cursor.peek();
    if !matches!(quote, b'\'' | b'"') {
        return Err(cursor.expected("the name of a file in quotes"));
    }
    cursor.skip(1);
    let rest: Range<usize> = cursor.rest();
    let text = cursor.text(rest.clone());
    let name = text.split(char::from(quote)).next().unwrap_or_default().to_owned();
    let span = cursor.span(rest.start..rest.start + name.len());
    Ok((name, span))
}

#[cfg(test)]
mod tests {
    use super::{Kind, classify};
    use crate::front::origin::Origin;
    use crate::front::pyf::cursor::Cursor;
    use crate::ir::f2py::BlockKind;
    use crate::source::FileId;

    #[test]
    fn kinds_of_statement() {
        for (text, expected) in [
            ("python module _m", Kind::Block(BlockKind::PythonModule)),
            ("interface m_user", Kind::Block(BlockKind::Interface)),
            ("module m", Kind::Module),
            ("module procedure f", Kind::Ignored),
            ("end python module _m", Kind::End),
            ("endinterface", Kind::End),
            ("real*8 function f(x)", Kind::Header),
            ("recursive subroutine s", Kind::Header),
            ("function f(x) result(r)", Kind::Header),
            ("integer intent(in) :: n", Kind::TypeDeclaration),
            ("double precision :: function_value", Kind::TypeDeclaration),
            ("type(t) x", Kind::TypeDeclaration),
            ("type t", Kind::DerivedType),
            ("check(m>=n) m", Kind::Attribute),
            ("intent(c)", Kind::Attribute),
            ("callstatement f(x)", Kind::Enhancement("callstatement")),
            ("threadsafe", Kind::Enhancement("threadsafe")),
            ("block data", Kind::BlockData),
            ("", Kind::Documentation),
            ("x = 1", Kind::Unknown),
        ] {
            let offsets: Vec<u32> = (0..).take(text.len()).collect();
            let origin = Origin::identity(FileId(0));
            assert_eq!(classify(Cursor::new(text.as_bytes(), &offsets, &origin)), expected, "{text}");
        }
    }
}
