//! The C file of a Python module: what users wrote in C, with the variables it needs.

use std::collections::BTreeSet;

use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::{Members, PythonModule};
use crate::ir::f2py::Verbatim;
use crate::plan::f2py::c_words::{CSurroundings, is_of_python, words};
use crate::source::Span;

/// What stands in the C file of a Python module beside the code of its routines.
#[derive(Debug, Default)]
pub struct CCode {
    /// The name of the Python module.
    pub module: String,
    /// `usercode` in front of all.
    pub before: Vec<CText>,
    /// `usercode` behind all.
    pub after: Vec<CText>,
    /// The function that is run when the module is made, if there is something to do.
    pub start: Option<CStart>,
    /// Whether something needs `Python.h`.
    pub uses_python: bool,
    /// Whether something needs NumPy's C API.
    pub uses_numpy: bool,
}

/// What is to be done when the module is made.
#[derive(Debug)]
pub struct CStart {
    /// The C function: it gets the module, and gives -1 with an exception.
    pub name: String,
    /// Statements of users.
    pub statements: Vec<CText>,
    /// Rows of a table of functions.
    pub methods: Vec<CText>,
}

/// Finds the path and line of a place.
pub type FindLine<'f> = &'f dyn Fn(Span) -> (String, usize);

/// C code of a user, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CText {
    /// The code.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// What C code of the whole module makes known.
pub fn find_surroundings(module: &PythonModule<'_>) -> CSurroundings {
    CSurroundings::new(module.code_before.iter().map(|code| code.text.as_str()))
}

/// The C code of the module; `calls` says whether a routine or an expression has some.
#[must_use]
pub fn choose_c_code(module: &PythonModule<'_>, library: &str, calls: bool) -> Option<CCode> {
    let texts = |codes: &[&Verbatim]| codes.iter().map(|code| CText::of(code)).collect::<Vec<_>>();
    let (statements, methods) = (texts(&module.code_at_start), texts(&module.method_definitions));
    let (before, after) = (texts(&module.code_before), texts(&module.code_after));
    if !calls && before.is_empty() && after.is_empty() && statements.is_empty() && methods.is_empty() {
        return None;
    }
    let mut all: BTreeSet<String> = BTreeSet::new();
    for text in before.iter().chain(&after).chain(&statements).chain(&methods) {
        all.extend(words(&text.text));
    }
    all.extend(words_of_routines(module));
    let uses_numpy = all.iter().any(|word| is_of_numpy(word) || word == "numpy");
    let error = format!("{}_error", module.name);
    let uses_python = uses_numpy
        || !statements.is_empty()
        || !methods.is_empty()
        || all.contains(&error)
        || all.iter().any(|word| is_of_python(word) || word.starts_with("capi_") || word.ends_with("_capi"));
    let start = uses_python.then(|| CStart { name: format!("fwrap_{library}_start"), statements, methods });
    Some(CCode { module: module.name.clone(), before, after, start, uses_python, uses_numpy })
}

/// Whether only NumPy's headers declare it; the names of plain numbers are made known without them.
fn is_of_numpy(word: &str) -> bool {
    let is_number = |word: &str| {
        let number = word.strip_prefix("npy_").map(|rest| rest.trim_start_matches('u'));
        number.is_some_and(|rest| {
            matches!(rest, "int8" | "int16" | "int32" | "int64" | "intp" | "int" | "long" | "double" | "float")
        })
    };
    let is_array = word.starts_with("capi_") && (word.ends_with("_tmp") || word.ends_with("_as_array"));
    is_array
        || ["PyArray", "NPY_", "PyUFunc"].iter().any(|start| word.starts_with(start))
        || word.starts_with("npy_") && !is_number(word)
}

fn words_of_routines(module: &PythonModule<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let members = std::iter::once(&module.root).chain(module.modules.iter().map(|module| &module.members));
    for routine in members.flat_map(|members: &Members<'_>| &members.routines) {
        for code in routine.call_statement.iter().chain(&routine.user_code).chain(&routine.call_prototype) {
            found.extend(words(&code.text));
        }
        for variable in &routine.variables {
            let initial = variable.initial.iter().map(|initial| &initial.expression);
            for expression in initial.chain(variable.checks.iter().map(|check| &check.expression)) {
                expression.visit(&mut |part| {
                    if let Expression::Verbatim(text, _) = part {
                        found.extend(words(text));
                    }
                });
            }
        }
    }
    found
}

impl CText {
    /// Code that is kept as written.
    #[must_use]
    pub fn of(code: &Verbatim) -> Self {
        Self { text: code.text.clone(), span: code.span }
    }
}
