//! Variables of a routine as C code sees them.

use std::collections::BTreeSet;

use crate::analysis::f2py::signature::ElementType;
use crate::plan::f2py::c_words::visit_words;
use crate::plan::f2py::routine::{LocalKind, VariablePlan};

/// A variable of a routine, as C code sees it.
#[derive(Clone, Debug)]
pub struct CVariable {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: LocalKind,
}

/// What a C function gets: the place in the table of addresses is that in the list. Numbers are indices of variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CInput {
    /// The address of a number or character.
    Scalar(usize),
    /// The address of characters.
    Text(usize),
    /// The length of characters, in place of an address.
    Length(usize),
    /// The address of the first element.
    Data(usize),
    /// The address of the extents.
    Extents(usize),
    /// The array object.
    Object(usize),
    /// What the caller has given: an object, or null.
    Given(usize),
    /// The function that Fortran calls.
    Procedure(usize),
    /// The address of `_i`.
    Index,
}

/// Names of macros that ask for the shape of an array or the length of characters.
const INQUIRIES: &[&str] = &[
    "len",
    "shape",
    "size",
    "rank",
    "flen",
    "fshape",
    "slen",
    "old_rank",
    "old_shape",
    "old_size",
    "f2py_len",
    "f2py_shape",
    "f2py_size",
    "f2py_rank",
    "f2py_flen",
    "f2py_fshape",
    "f2py_slen",
    "f2py_itemsize",
];

/// What a C function gets whose code mentions these words.
#[must_use]
pub fn choose_inputs(mentioned: &BTreeSet<String>, variables: &[VariablePlan]) -> Vec<CInput> {
    let has = |name: &str| mentioned.contains(name);
    let inquires = INQUIRIES.iter().any(|name| has(name));
    let mut found = Vec::new();
    for (at, variable) in variables.iter().enumerate() {
        let name = variable.c_name.as_str();
        let is_named = has(name);
        let has_length = has(&format!("capi_{name}_len")) || has(&format!("slen_{name}"));
        found.extend(has(&format!("{name}_capi")).then_some(CInput::Given(at)));
        match variable.kind {
            LocalKind::Scalar(_) | LocalKind::Character if is_named => found.push(CInput::Scalar(at)),
            LocalKind::Text => {
                found.extend((is_named || has_length).then_some(CInput::Text(at)));
                found.extend((is_named && inquires || has_length).then_some(CInput::Length(at)));
            }
            LocalKind::Array { element, .. } => {
                let has_extents = has(&format!("{name}_Dims")) || has(&format!("{name}_Rank"));
                let has_object = has(&format!("capi_{name}_tmp")) || has(&format!("capi_{name}_as_array"));
                let has_any = is_named || has_extents || has_object || has_length;
                found.extend(has_any.then_some(CInput::Data(at)));
                found.extend((is_named && inquires || has_extents).then_some(CInput::Extents(at)));
                let is_character = element == ElementType::Character;
                found.extend((is_character && (is_named && inquires || has_length)).then_some(CInput::Length(at)));
                found.extend(has_object.then_some(CInput::Object(at)));
            }
            LocalKind::Procedure(_) if is_named || has(&format!("{name}_cptr")) => {
                found.push(CInput::Procedure(at));
            }
            _ => {}
        }
    }
    found
}

impl CInput {
    /// The variable it belongs to.
    #[must_use]
    pub fn variable(self) -> Option<usize> {
        match self {
            Self::Scalar(at)
            | Self::Text(at)
            | Self::Length(at)
            | Self::Data(at)
            | Self::Extents(at)
            | Self::Object(at)
            | Self::Given(at)
            | Self::Procedure(at) => Some(at),
            Self::Index => None,
        }
    }
}

impl CVariable {
    /// The variable as C code sees it.
    #[must_use]
    pub fn of(variable: &VariablePlan) -> Self {
        Self { name: variable.c_name.clone(), kind: variable.kind.clone() }
    }

    /// Its C type.
    #[must_use]
    pub fn type_name(&self) -> String {
        match &self.kind {
            LocalKind::Scalar(element) => c_type(*element).to_owned(),
            LocalKind::Character => "character".to_owned(),
            LocalKind::Text => "string".to_owned(),
            LocalKind::Array { element, .. } | LocalKind::Made { element, .. } => format!("{} *", c_type(*element)),
            LocalKind::Procedure(_) => "void *".to_owned(),
        }
    }
}

/// f2py's name of a type.
#[must_use]
pub fn c_type(element: ElementType) -> &'static str {
    match element {
        ElementType::Integer(1) | ElementType::Logical(1) => "signed_char",
        ElementType::Integer(2) | ElementType::Logical(2) => "short",
        ElementType::Integer(4) | ElementType::Logical(4) => "int",
        ElementType::Integer(_) | ElementType::Logical(_) => "long_long",
        ElementType::Unsigned(1) => "unsigned_char",
        ElementType::Unsigned(2) => "unsigned_short",
        ElementType::Unsigned(4) => "unsigned",
        ElementType::Unsigned(_) => "unsigned_long_long",
        ElementType::Real(4) => "float",
        ElementType::Real(8) => "double",
        ElementType::Real(_) => "long_double",
        ElementType::Complex(4) => "complex_float",
        ElementType::Complex(8) => "complex_double",
        ElementType::Complex(_) => "complex_long_double",
        ElementType::Character => "character",
    }
}

/// Replaces the names of characters: how much in front stays, what stands there, how much behind goes.
pub fn replace_characters(
    code: &str,
    variables: &[VariablePlan],
    replace: impl Fn(&str, &str, &str) -> (usize, String, usize),
) -> String {
    let is_character = |word: &str| {
        variables.iter().any(|variable| matches!(variable.kind, LocalKind::Character) && variable.c_name == word)
    };
    let mut places = Vec::new();
    visit_words(code, &mut |position, word| {
        if is_character(word) {
            places.push((position, word));
        }
    });
    let (mut text, mut done) = (String::new(), 0);
    for (position, word) in places {
        let (before, after) = (&code[done..position], &code[position + word.len()..]);
        let (kept, name, dropped) = replace(before, word, after);
        text.push_str(&before[..kept]);
        text.push_str(&name);
        done = position + word.len() + dropped;
    }
    text + &code[done..]
}
