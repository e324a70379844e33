//! Declarations of signature files: types with attributes, and statements such as `intent(in) x` or `check(n>0) n`.

use std::ops::Range;

use crate::front::fortran::{parse_type, parse_whole_expression};
use crate::front::pyf::cursor::{Cursor, Problem};
use crate::front::pyf::saying::{Attribute, Saying, WORDS};
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::f2py::{SignatureIntent, Verbatim};
use crate::ir::types::{BaseType, CharacterLength, KindSelector, TypeSpec};

/// A type, with what only f2py can say of one.
struct SignatureType {
    spec: TypeSpec,
    /// `integer*-4`
    unsigned: bool,
    /// `character(f2py_len = n)`
    length: Option<Verbatim>,
}

/// `type [attributes ::] entities`
pub(super) fn parse_type_declaration(cursor: &mut Cursor<'_>) -> Result<Vec<Saying>, Problem> {
    let Some(declared) = signature_type(cursor)? else { return Err(cursor.expected("a type")) };
    let mut attributes = Vec::new();
    if let Some(colons) = cursor.find("::") {
        let list = cursor.position()..colons;
        attributes = parse_attributes(cursor.part(list))?;
        cursor.seek(colons + 2);
    }
    let mut sayings = Vec::new();
    while !cursor.at_end() {
        if !cursor.eat(",") {
            sayings.push(parse_entity(cursor, &declared, &attributes)?);
        }
    }
    Ok(sayings)
}

fn signature_type(cursor: &mut Cursor<'_>) -> Result<Option<SignatureType>, Problem> {
    let start = cursor.position();
    let plain = |spec| SignatureType { spec, unsigned: false, length: None };
    if cursor.keyword("integer") && cursor.eat("*") && cursor.eat("-") {
        let bytes = String::from_utf8_lossy(cursor.word()).parse().map_err(|_| cursor.expected("a number of bytes"))?;
        let digits = cursor.word().len();
        cursor.skip(digits);
        let end = cursor.position();
        let span = cursor.span(start..end);
        let kind = Some(KindSelector::Star(bytes));
        let spec = TypeSpec { base: BaseType::Integer, kind, length: None, parameters: Vec::new(), span };
        return Ok(Some(SignatureType { unsigned: true, ..plain(spec) }));
    }
    cursor.seek(start);
    if cursor.keyword("character")
        && let Some(inner) = cursor.parenthesis()
    {
        let mut selector = cursor.part(inner.clone());
        if selector.keyword("f2py_len") && selector.eat("=") {
            let rest = selector.rest();
            let length = Some(cursor.verbatim(rest));
            let span = cursor.span(start..inner.end + 1);
            let assumed = Some(CharacterLength::Assumed);
            let spec =
                TypeSpec { base: BaseType::Character, kind: None, length: assumed, parameters: Vec::new(), span };
            return Ok(Some(SignatureType { length, ..plain(spec) }));
        }
    }
    cursor.seek(start);
    let (text, offsets, origin) = cursor.raw();
    let Some((spec, length)) = parse_type(text, offsets, origin)? else { return Ok(None) };
    cursor.seek(start + length);
    Ok(Some(plain(spec)))
}

/// The type at the cursor, as a prefix of a FUNCTION statement.
pub(super) fn parse_prefix_type(cursor: &mut Cursor<'_>) -> Option<TypeSpec> {
    let start = cursor.position();
    let found = signature_type(cursor).ok().flatten().map(|declared| declared.spec);
    if found.is_none() {
        cursor.seek(start);
    }
    found
}

/// Attributes with commas between them, or without.
fn parse_attributes(mut cursor: Cursor<'_>) -> Result<Vec<Attribute>, Problem> {
    let mut attributes = Vec::new();
    while !cursor.at_end() {
        if !cursor.eat(",") {
            attributes.push(parse_attribute(&mut cursor)?);
        }
    }
    Ok(attributes)
}

/// An attribute with what stands in its parenthesis.
pub(super) fn parse_attribute(cursor: &mut Cursor<'_>) -> Result<Attribute, Problem> {
    let start = cursor.position();
    if let Some(word) = WORDS.iter().find(|word| cursor.keyword(word)) {
        return Ok(Attribute::Word(word));
    }
    const WITH_LIST: [&str; 6] = ["dimension", "virtual", "intent", "check", "depend", "note"];
    let Some(word) = WITH_LIST.iter().find(|word| cursor.keyword(word)) else {
        cursor.seek(start);
        return unknown_attribute(cursor);
    };
    let inner = cursor.parenthesis().ok_or_else(|| cursor.expected(&format!("`(...)` behind `{word}`")))?;
    let texts = || {
        let parts = cursor.split(inner.clone(), b',').into_iter();
        parts.map(|part| cursor.verbatim(part)).filter(|part| !part.text.is_empty())
    };
    Ok(match *word {
        "intent" => Attribute::Intent(texts().map(|part| SignatureIntent::parse(&part.text)).collect()),
        "check" => Attribute::Check(texts().collect()),
        "depend" => Attribute::Depend(texts().map(|part| crate::ir::name::Name::new(part.text)).collect()),
        "note" => Attribute::Note(cursor.verbatim(inner)),
        _ => {
            let (shape, dimensions) = parse_dimensions(cursor, inner);
            Attribute::Dimension(shape, dimensions)
        }
    })
}

/// f2py reads over attributes that it does not know; what stands between the commas is kept.
fn unknown_attribute(cursor: &mut Cursor<'_>) -> Result<Attribute, Problem> {
    let start = cursor.position();
    let length = cursor.word().len();
    if length == 0 {
        return Err(cursor.expected("an attribute such as `intent(in)`, `depend(n)` or `optional`"));
    }
    cursor.skip(length);
    let mut end = start + length;
    if let Some(inner) = cursor.parenthesis() {
        end = inner.end + 1;
    }
    Ok(Attribute::Unknown(cursor.verbatim(start..end)))
}

/// The dimensions in a parenthesis. What is no Fortran is kept as text.
pub(super) fn parse_dimensions(cursor: &Cursor<'_>, inner: Range<usize>) -> (ArraySpec, Vec<Verbatim>) {
    let parts: Vec<_> = cursor.split(inner, b',');
    let texts: Vec<Verbatim> = parts.iter().map(|part| cursor.verbatim(part.clone())).collect();
    if let [single] = texts.as_slice()
        && single.text == ".."
    {
        return (ArraySpec::AssumedRank, texts);
    }
    let dimensions = parts.into_iter().map(|part| dimension(cursor, part)).collect();
    (ArraySpec::Dimensions(dimensions), texts)
}

fn dimension(cursor: &Cursor<'_>, part: Range<usize>) -> Dimension {
    let bounds = cursor.split(part.clone(), b':');
    let bound = |range: Range<usize>| bound(cursor, range);
    let (lower, upper) = match bounds.as_slice() {
        [upper] => (None, upper.clone()),
        [lower, upper] => (Some(lower.clone()).filter(|lower| !cursor.text(lower.clone()).is_empty()), upper.clone()),
        _ => (None, part),
    };
    let lower = lower.map(bound);
    match cursor.text(upper.clone()).as_str() {
        "*" => Dimension::AssumedSize { lower },
        "" | ":" => Dimension::Colon { lower },
        _ => Dimension::Explicit { lower, upper: bound(upper) },
    }
}

/// An expression of Fortran, or text in C.
fn bound(cursor: &Cursor<'_>, range: Range<usize>) -> Expr {
    let (text, offsets, origin) = cursor.part(range.clone()).raw();
    parse_whole_expression(text, offsets, origin).unwrap_or_else(|| {
        let verbatim = cursor.verbatim(range);
        Expr { kind: ExprKind::Other(verbatim.text), span: verbatim.span }
    })
}

/// `name [(dimensions)] [*length] [= value]`
fn parse_entity(
    cursor: &mut Cursor<'_>,
    declared: &SignatureType,
    attributes: &[Attribute],
) -> Result<Saying, Problem> {
    let Some((name, span)) = cursor.name() else { return Err(cursor.expected("the name of a variable")) };
    let mut saying = Saying::of(name, span);
    let mut spec = declared.spec.clone();
    saying.signature.unsigned = declared.unsigned;
    saying.signature.length.clone_from(&declared.length);
    loop {
        match cursor.peek() {
            b'(' => {
                let inner = cursor.parenthesis().ok_or_else(|| cursor.expected("a closed parenthesis"))?;
                let (shape, dimensions) = parse_dimensions(cursor, inner);
                Attribute::Dimension(shape, dimensions).add_to(&mut saying);
            }
            b'*' => own_length(cursor, &mut spec)?,
            _ => break,
        }
    }
    for attribute in attributes {
        attribute.add_to(&mut saying);
    }
    saying.type_spec = Some(spec);
    if cursor.eat("=") || cursor.eat("/") {
        let start = cursor.position();
        let end = cursor.find(",").unwrap_or(cursor.rest().end);
        let value = cursor.verbatim(start..end);
        cursor.seek(end);
        saying.signature.value = Some(Verbatim { text: value.text.trim_end_matches('/').to_owned(), ..value });
        if saying.attributes.parameter {
            let (text, offsets, origin) = cursor.part(start..end).raw();
            saying.constant = parse_whole_expression(text, offsets, origin);
        }
    }
    Ok(saying)
}

/// `*8`, `*(n)` behind a name: the length or size of this entity alone.
fn own_length(cursor: &mut Cursor<'_>, spec: &mut TypeSpec) -> Result<(), Problem> {
    let start = cursor.position();
    cursor.eat("*");
    let range = match cursor.parenthesis() {
        Some(inner) => inner,
        None => {
            let first = cursor.position();
            let length = cursor.word().len();
            cursor.skip(length);
            first..first + length
        }
    };
    if range.is_empty() {
        return Err((cursor.span(start..start + 1), "expected a length behind it".to_owned()));
    }
    let text = cursor.text(range.clone());
    if spec.base == BaseType::Character {
        spec.length = Some(match text.as_str() {
            "*" => CharacterLength::Assumed,
            ":" => CharacterLength::Deferred,
            _ => CharacterLength::Expr(bound(cursor, range)),
        });
    } else {
        let bytes = text.parse().map_err(|_| (cursor.span(range), "expected the size in bytes".to_owned()))?;
        spec.kind = Some(KindSelector::Star(bytes));
    }
    Ok(())
}

/// A statement that gives one attribute to names: `intent(in) [::] a, b`. Without names: those that `all` gives.
pub(super) fn parse_attribute_statement(cursor: &mut Cursor<'_>, all: &[Saying]) -> Result<Vec<Saying>, Problem> {
    let dimension = cursor.keyword("dimension") || cursor.keyword("virtual");
    let attribute = if dimension { None } else { Some(parse_attribute(cursor)?) };
    cursor.eat("::");
    let mut sayings = Vec::new();
    while !cursor.at_end() {
        if cursor.eat(",") {
            continue;
        }
        let Some((name, span)) = cursor.name() else { return Err(cursor.expected("a name")) };
        let mut saying = Saying::of(name, span);
        let shape = cursor.parenthesis();
        match (&attribute, shape) {
            (Some(attribute), _) => attribute.add_to(&mut saying),
            (None, Some(inner)) => {
                let (shape, dimensions) = parse_dimensions(cursor, inner);
                Attribute::Dimension(shape, dimensions).add_to(&mut saying);
            }
            (None, None) => return Err(cursor.expected("the dimensions")),
        }
        sayings.push(saying);
    }
    if let (true, Some(attribute)) = (sayings.is_empty(), &attribute) {
        sayings = all.to_vec();
        sayings.iter_mut().for_each(|saying| attribute.add_to(saying));
    }
    Ok(sayings)
}

/// `parameter (a = 1, b = 2)`
pub(super) fn parse_parameters(cursor: &mut Cursor<'_>) -> Result<Vec<Saying>, Problem> {
    cursor.keyword("parameter");
    let inner = cursor.parenthesis().ok_or_else(|| cursor.expected("`(name = value)`"))?;
    let mut sayings = Vec::new();
    for part in cursor.split(inner, b',') {
        let mut constant = cursor.part(part);
        let Some((name, span)) = constant.name() else { return Err(constant.expected("the name of a constant")) };
        if !constant.eat("=") {
            return Err(constant.expected("`=`"));
        }
        let mut saying = Saying::of(name, span);
        Attribute::Word("parameter").add_to(&mut saying);
        let value = constant.rest();
        saying.signature.value = Some(cursor.verbatim(value));
        let (text, offsets, origin) = constant.raw();
        saying.constant = parse_whole_expression(text, offsets, origin);
        sayings.push(saying);
    }
    Ok(sayings)
}

#[cfg(test)]
mod tests {
    use crate::front::pyf::testing::{complaints, entity, procedure};
    use crate::ir::array::{ArraySpec, Dimension};
    use crate::ir::entity::Intent;
    use crate::ir::expr::ExprKind;
    use crate::ir::f2py::{EntitySignature, SignatureIntent};
    use crate::ir::procedure::Procedure;

    fn with(declarations: &str) -> Procedure {
        procedure(&format!("subroutine s(x, n)\n{declarations}\nend subroutine s\n"))
    }

    fn signature<'p>(procedure: &'p Procedure, name: &str) -> &'p EntitySignature {
        entity(procedure, name).f2py.as_deref().expect("attributes")
    }

    fn texts(list: Option<&Vec<crate::ir::f2py::Verbatim>>) -> Vec<String> {
        list.into_iter().flatten().map(|text| text.text.clone()).collect()
    }

    #[test]
    fn attributes_stand_with_or_without_commas() {
        for text in [
            "real*8 dimension(n),intent(in,out=y,copy), depend(n),check(len(x)>=n, n>0), optional :: x",
            "real*8, dimension(n) ,intent(in , out = y,copy) depend( n ) ,, check(len(x)>=n),check(n>0) optional::x",
            "real*8 x(n)\nintent(in,out=y,copy) :: x\ndepend(n) x\ncheck(len(x)>=n, n>0) x\noptional x",
        ] {
            let s = with(text);
            let x = signature(&s, "x");
            assert_eq!(x.intents.len(), 3, "{text}");
            assert!(matches!(&x.intents[1], SignatureIntent::OutAs(name) if *name == *"y"), "{text}");
            assert_eq!(texts(x.checks.as_ref()), ["len(x)>=n", "n>0"], "{text}");
            assert_eq!(x.depends.as_ref().map(Vec::len), Some(1), "{text}");
            assert!(x.optional && !entity(&s, "x").attributes.optional, "{text}");
            assert_eq!(texts(x.dimensions.as_ref()), ["n"], "{text}");
            assert_eq!(entity(&s, "x").intent, Some(Intent::InOut), "{text}");
        }
    }

    #[test]
    fn values_are_c() {
        let s = with("integer :: n = (a==0 ? 1 : f(b,c)), m = x[0]; character*1 :: x = ','");
        let value = |name: &str| signature(&s, name).value.as_ref().map(|value| value.text.clone());
        assert_eq!(value("n").as_deref(), Some("(a==0 ? 1 : f(b,c))"));
        assert_eq!(value("m").as_deref(), Some("x[0]"));
        assert_eq!(value("x").as_deref(), Some("','"));
    }

    #[test]
    fn dimensions_are_fortran_or_c() {
        let s = with("real x(0:n, (c=='n'?n:m), *), y(:), z(n+1)");
        let shape = |name: &str| match &entity(&s, name).shape {
            Some(ArraySpec::Dimensions(dimensions)) => dimensions.clone(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(&shape("x")[0], Dimension::Explicit { lower: Some(_), .. }));
        let Dimension::Explicit { upper, .. } = &shape("x")[1] else { panic!("an explicit bound") };
        assert!(matches!(&upper.kind, ExprKind::Other(text) if text == "(c=='n'?n:m)"));
        assert!(matches!(shape("x")[2], Dimension::AssumedSize { .. }));
        assert!(matches!(shape("y")[0], Dimension::Colon { .. }));
        assert_eq!(texts(signature(&s, "z").dimensions.as_ref()), ["n+1"]);
    }

    #[test]
    fn types_that_only_f2py_has() {
        let s = with("integer*-4 n\ncharacter(f2py_len=12) x\ncharacter y*(n)\nreal z*8");
        assert!(signature(&s, "n").unsigned);
        assert_eq!(signature(&s, "x").length.as_ref().map(|length| length.text.as_str()), Some("12"));
        assert!(entity(&s, "y").type_spec.as_ref().is_some_and(|spec| spec.length.is_some()));
        assert!(entity(&s, "z").type_spec.as_ref().is_some_and(|spec| spec.kind.is_some()));
    }

    #[test]
    fn empty_lists_say_something() {
        let s = with("real x(n)\ncheck() x\ndepend() x\nintent(c)\nparameter (n = 3)");
        assert_eq!(signature(&s, "x").checks.as_ref().map(Vec::len), Some(0));
        assert_eq!(signature(&s, "x").depends.as_ref().map(Vec::len), Some(0));
        assert_eq!(signature(&s, "n").intents, [SignatureIntent::C], "all arguments");
        assert!(entity(&s, "n").attributes.parameter && entity(&s, "n").value.is_some());
    }

    #[test]
    fn what_is_misspelt_is_said() {
        let found = complaints("subroutine s(x)\nreal intnet(in), optional :: x\nend subroutine\n");
        assert_eq!(found, [("intnet(in)".to_owned(), "no attribute".to_owned())]);
        let found = complaints("subroutine s(x)\nreal intent(in :: x\nintent in x\nend subroutine\n");
        assert_eq!(found.len(), 2, "{found:?}");
        let found = complaints("subroutine s(x)\nreel x\nend subroutine\n");
        assert_eq!(found[0].0, "reel x");
    }
}
