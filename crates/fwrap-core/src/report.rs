//! What became of every procedure, for `fwrap check`.

use serde::Serialize;

use crate::analysis::label::find_symbol;
use crate::back::python_signature;
use crate::back::rust_signature;
use crate::diagnostic::Diagnostic;
use crate::ir::module::Module;
use crate::ir::procedure::Procedure;
use crate::plan::f2py::module::RoutineOutcome;
use crate::plan::wrapper::{Plan, Wrapper};
use crate::source::SourceMap;

/// One procedure.
#[derive(Clone, Debug, Serialize)]
pub struct ProcedureReport {
    /// `module::name`, or the name of an external procedure.
    pub name: String,
    /// What the linker calls it.
    #[serde(skip)]
    pub symbol: String,
    /// `threadsafe` of the notes, where it is wrapped.
    #[serde(skip)]
    pub threadsafe: Option<bool>,
    /// The file.
    pub path: String,
    /// The line of its first statement.
    pub line: usize,
    /// Whether it is wrapped.
    pub wrapped: bool,
    /// The Rust signature.
    pub rust: Option<String>,
    /// The Python signature, with what is returned in front.
    pub python: Option<String>,
    /// Why it is not wrapped.
    pub reasons: Vec<Reason>,
}

/// One reason why a procedure is not wrapped.
#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    /// The diagnostic's code.
    pub code: &'static str,
    /// What is so.
    pub title: String,
    /// The line to write.
    pub help: Option<String>,
}

/// A procedure, its module, and why the ordinary wrapper is left out.
pub type WrapperOutcome<'ir> = (&'ir Procedure, Option<&'ir Module>, Vec<Diagnostic>);

/// What became of everything that was wanted.
pub struct Outcomes<'ir> {
    /// By the ordinary wrappers.
    pub wrapped: Vec<WrapperOutcome<'ir>>,
    /// In f2py's terms.
    pub routines: Vec<RoutineOutcome>,
}

impl Outcomes<'_> {
    /// What is to be said, each thing once: of a procedure in f2py's terms, what keeps it out of Python.
    pub fn problems(self, plan: &Plan) -> impl Iterator<Item = Diagnostic> {
        let is_said = |(procedure, module, _): &WrapperOutcome<'_>| {
            !plan.python.is_alone && !plan.python.replaced.contains(&key(procedure, *module))
        };
        let native = self.wrapped.into_iter().filter(is_said).flat_map(|(_, _, problems)| problems);
        native.chain(self.routines.into_iter().flat_map(|routine| routine.problems))
    }
}

/// As [`PythonPlan::replaced`](crate::plan::f2py::module::PythonPlan::replaced) has it.
fn key(procedure: &Procedure, module: Option<&Module>) -> String {
    crate::analysis::procedure::qualified_name(procedure, module).to_ascii_lowercase()
}

/// The reports, in the order of the sources.
#[must_use]
pub fn report(
    outcomes: &[WrapperOutcome<'_>],
    routines: &[RoutineOutcome],
    plan: &Plan,
    sources: &SourceMap,
) -> Vec<ProcedureReport> {
    let mut reports: Vec<(crate::source::Span, ProcedureReport)> = outcomes
        .iter()
        .filter(|(procedure, module, _)| {
            !plan.python.is_alone && !plan.python.replaced.contains(&key(procedure, *module))
        })
        .map(|(procedure, module, problems)| {
            let wrapper = find_wrapper(plan, procedure, *module);
            let report = ProcedureReport {
                name: crate::analysis::procedure::qualified_name(procedure, *module),
                symbol: wrapper.map_or_else(|| guess_symbol(procedure, *module), |wrapper| wrapper.target.clone()),
                threadsafe: wrapper.and_then(|wrapper| wrapper.threadsafe),
                path: sources.file(procedure.span.file).path.clone(),
                line: sources.line_and_column(procedure.span.file, procedure.span.start).0,
                wrapped: problems.is_empty(),
                rust: wrapper.map(rust_signature),
                python: wrapper.map(python_signature),
                reasons: problems.iter().map(reason).collect(),
            };
            (procedure.span, report)
        })
        .collect();
    let of_routine = |routine: &RoutineOutcome| {
        let qualified = routine.qualified.to_ascii_lowercase();
        let wrapped = outcomes.iter().find(|(procedure, module, _)| key(procedure, *module) == qualified);
        let wrapper = wrapped.and_then(|(procedure, module, _)| find_wrapper(plan, procedure, *module));
        let report = ProcedureReport {
            name: routine.qualified.clone(),
            symbol: routine.symbol.clone(),
            threadsafe: None,
            path: sources.file(routine.span.file).path.clone(),
            line: sources.line_and_column(routine.span.file, routine.span.start).0,
            wrapped: routine.call.is_some(),
            rust: wrapper.map(rust_signature),
            python: routine.call.clone(),
            reasons: routine.problems.iter().map(reason).collect(),
        };
        (routine.span, report)
    };
    reports.extend(routines.iter().map(of_routine));
    reports.sort_by_key(|(span, _)| *span);
    reports.into_iter().map(|(_, report)| report).collect()
}

fn find_wrapper<'a>(plan: &'a Plan, procedure: &Procedure, module: Option<&Module>) -> Option<&'a Wrapper> {
    let namespace = match module {
        None => &plan.root,
        Some(module) => plan.root.modules.iter().find(|known| known.fortran.as_ref() == Some(&module.name))?,
    };
    namespace.wrappers.iter().find(|wrapper| wrapper.names.fortran == procedure.name)
}

/// The symbol of a procedure that is not wrapped. A label that has to be computed is not looked at.
fn guess_symbol(procedure: &Procedure, module: Option<&Module>) -> String {
    let label = procedure.bind.as_ref().map(|bind| bind.label.as_deref().unwrap_or(procedure.name.lower()));
    find_symbol(procedure, module, label)
}

fn reason(problem: &Diagnostic) -> Reason {
    Reason { code: problem.code.as_str(), title: problem.title.clone(), help: problem.help.clone() }
}
