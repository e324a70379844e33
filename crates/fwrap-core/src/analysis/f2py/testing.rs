//! What the tests of this folder share: reads text, and says what its routines look like from Python.

use crate::analysis::f2py::python_module::{Wanted, find_python_module};
use crate::analysis::f2py::signature::{Callback, Dimension, PythonModule, Routine, Variable, VariableKind};
use crate::analysis::scope::{DefaultKinds, Modules};
use crate::diagnostic::Diagnostics;
use crate::front::{Options, parse_library};
use crate::source::{SourceFile, SourceMap};

/// What is asked for in tests: everything.
pub(super) const ALL: Wanted<'static> =
    Wanted { name: "m", is_compatible: true, only: &[], skip: &[], lower: None, thread_private: &[] };

/// The facts of one file.
pub(crate) fn facts<T>(path: &str, text: &str, look: impl FnOnce(&PythonModule<'_>, &Diagnostics) -> T) -> T {
    facts_of(&[(path, text)], ALL, look)
}

/// The facts of several files.
pub(super) fn facts_of<T>(
    files: &[(&str, &str)],
    wanted: Wanted<'_>,
    look: impl FnOnce(&PythonModule<'_>, &Diagnostics) -> T,
) -> T {
    let mut sources = SourceMap::default();
    for (path, text) in files {
        sources.add(SourceFile::new(*path, *text));
    }
    let load = |_: &str, _: &str| None;
    let options =
        Options { defines: Vec::new(), predefined: None, openmp: false, fixed_line_length: None, load_include: &load };
    let (library, mut diagnostics) = parse_library(&mut sources, &options);
    let modules = Modules::new(&library, DefaultKinds::default());
    let (python, problems) = find_python_module(&library, &modules, wanted);
    diagnostics.append(problems);
    look(&python, &diagnostics)
}

/// `y = f(x, [n])` for every routine of a file; in place of those that cannot be wrapped, why.
pub(super) fn signatures(path: &str, text: &str) -> Vec<String> {
    facts(path, text, |python, _| {
        let modules = python.modules.iter().flat_map(|module| {
            module.members.routines.iter().map(move |one| format!("{}.{}", module.name, signature(one)))
        });
        python.root.routines.iter().map(signature).chain(modules).collect()
    })
}

/// The only routine of a signature file with these statements.
pub(super) fn signature_of(statements: &str) -> String {
    signatures("a.pyf", &file(statements)).remove(0)
}

/// A signature file with these statements.
pub(crate) fn file(statements: &str) -> String {
    format!("python module m\ninterface\n{statements}\nend interface\nend python module m\n")
}

/// `y = f(x, [n])`
pub(super) fn signature(routine: &Routine<'_>) -> String {
    if let Some(problem) = routine.problems.first() {
        return format!("{}: {}", routine.name, problem.title);
    }
    let (optional, required): (Vec<_>, Vec<_>) = routine.parameters.iter().partition(|parameter| parameter.is_optional);
    let names = |list: Vec<&crate::analysis::f2py::signature::Parameter>| {
        list.into_iter().map(|one| one.name.clone()).collect::<Vec<_>>().join(", ")
    };
    let (required, optional) = (names(required), names(optional));
    let optional = if optional.is_empty() { String::new() } else { format!("[{optional}]") };
    let both = [required, optional].into_iter().filter(|list| !list.is_empty()).collect::<Vec<_>>().join(", ");
    let returned: Vec<&str> = routine.returns.iter().map(|at| routine.variables[*at].returned_name.as_str()).collect();
    let returned = if returned.is_empty() { String::new() } else { format!("{} = ", returned.join(", ")) };
    format!("{returned}{}({both})", routine.name)
}

/// `y = f(x, [n])` for a callback.
pub(super) fn callback(callback: &Callback<'_>) -> String {
    let name = |at: &usize| callback.variables[*at].name.lower().to_owned();
    let count = callback.parameters.len() - callback.optional_parameters;
    let mut names: Vec<String> = callback.parameters.iter().map(name).collect();
    names.iter_mut().skip(count).for_each(|optional| *optional = format!("[{optional}]"));
    let returned: Vec<String> = callback.returns.iter().map(name).collect();
    format!("{}({}) -> {}", callback.name, names.join(", "), returned.join(", "))
}

/// The dimensions; those that the actual argument has are marked.
pub(super) fn dimensions(variable: &Variable<'_>) -> String {
    let VariableKind::Array { dimensions, .. } = &variable.kind else { return String::new() };
    let text = |dimension: &Dimension| match dimension {
        Dimension::Extent(extent) => extent.to_string(),
        Dimension::Later(extent) => format!("({extent})"),
        Dimension::Open => "*".to_owned(),
    };
    dimensions.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// `n = shape(x, 0), check(...)` for every variable with a value or condition, in their order.
pub(super) fn values(routine: &Routine<'_>) -> Vec<String> {
    let text = |at: &usize| {
        let variable = &routine.variables[*at];
        let checks: String = variable.checks.iter().map(|check| format!(", check({})", check.text)).collect();
        let initial = variable.initial.as_ref().map_or(String::new(), |initial| format!(" = {}", initial.expression));
        (!checks.is_empty() || !initial.is_empty()).then(|| format!("{}{initial}{checks}", variable.c_name))
    };
    routine.order.iter().filter_map(text).collect()
}
