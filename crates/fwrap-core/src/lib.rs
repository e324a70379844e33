//! fwrap's core: text in, text out.
//!
//! The pipeline is `text -> IR -> facts -> plan -> text`; each arrow is a function, each word a folder, and
//! [`generate`] runs them all. Nothing here touches a file, a process or the environment.
#![forbid(unsafe_code)]

pub mod analysis;
pub mod back;
pub mod diagnostic;
pub mod front;
pub mod inspect;
pub mod ir;
pub mod plan;
pub mod report;
pub mod source;

use std::collections::BTreeSet;

use crate::analysis::duplicate::find_duplicate_modules;
use crate::analysis::f2py::{Wanted, find_python_module, find_thread_private};
use crate::analysis::known_kind::KnownKinds;
use crate::analysis::question::{Answers, Inquiries, Question};
use crate::analysis::scope::{DefaultKinds, Modules};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::inspect::description::Inspection;
use crate::ir::name::Name;
use crate::plan::checked::watch_arguments;
use crate::plan::f2py::choose_python;
use crate::plan::f2py::module::Setting;
use crate::plan::name::fortran_prefix;
use crate::plan::state::apply_state;
use crate::plan::wrapper::Plan;
use crate::plan::{Selection, choose_plan};
use crate::report::{Outcomes, ProcedureReport};
use crate::source::{FileId, SourceFile, SourceMap, Span};

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The name of the module, and of the files that are written.
    pub module: String,
    /// Fortran sources.
    pub sources: Vec<SourceFile>,
    /// Notes of the user (`fwrap.toml`).
    pub notes: Option<SourceFile>,
    /// Only these procedures or modules, if there are any.
    pub only: Vec<String>,
    /// Not these procedures or modules.
    pub skip: Vec<String>,
    /// Code prefixes of warnings that count as errors, such as `FW04`.
    pub deny: Vec<String>,
    /// Macros of the preprocessor.
    pub defines: Vec<(String, Option<String>)>,
    /// Macros that the compiler itself defines, if it was asked.
    pub predefined: Option<Vec<(String, String)>>,
    /// Whether OpenMP is on: lines that begin with the sentinel `!$` are read.
    pub openmp: bool,
    /// The last column of a statement in fixed form, if it is not 72.
    pub fixed_line_length: Option<usize>,
    /// Bytes of undecorated types; compiler flags may change them.
    pub default_kinds: DefaultKinds,
    /// What the compiler said to the questions of an earlier run.
    pub answers: Answers,
    /// The linker symbols of procedures that keep no state between calls, as far as the objects are known.
    pub stateless: BTreeSet<String>,
    /// The C types of kinds (`.f2py_f2cmap`).
    pub f2cmap: Option<SourceFile>,
    /// Whether wrappers watch what is written outside their arguments.
    pub checked: bool,
    /// Whether [`inspect()`] is to print a signature file.
    pub signature_file: bool,
    /// Python functions mean what f2py's mean, also where that loses digits or reads an array of another rank.
    pub is_compatible: bool,
    /// Whether Python names are in lower case; without it, those of signature files are as spelled, all others lower.
    pub lower: Option<bool>,
    /// The texts that are wanted.
    pub texts: Texts,
}

/// Which texts are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Texts {
    /// None: the reports and diagnostics are all that is wanted.
    #[default]
    None,
    /// The Rust API and the shims.
    Rust,
    /// The Python glue and stub, too.
    RustAndPython,
}

/// What came of a [`Request`].
#[derive(Debug)]
pub struct Generated {
    /// The texts; `None` if there are errors or none were wanted.
    pub files: Option<Files>,
    /// All sources, with the files they include.
    pub sources: SourceMap,
    /// Everything that is to be said.
    pub diagnostics: Diagnostics,
    /// What became of every procedure.
    pub procedures: Vec<ProcedureReport>,
    /// Indices of [`Request::sources`] in the order of compilation: each level needs only earlier ones.
    pub order: Vec<Vec<usize>>,
    /// Paths that were read through INCLUDE.
    pub read: Vec<String>,
    /// What only the compiler can say: answers to these, and another run, may change what was found.
    pub questions: Vec<Question>,
    plan: Plan,
    texts: Texts,
}

impl Generated {
    /// The linker symbols of what is wrapped.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        self.procedures.iter().filter(|procedure| procedure.wrapped).map(|procedure| procedure.symbol.as_str())
    }

    /// Prints the texts again if others keep no state between calls than was thought.
    pub fn apply_state(&mut self, stateless: &BTreeSet<String>) {
        if apply_state(&mut self.plan, stateless) && self.files.is_some() {
            self.files = Some(print(&self.plan, self.texts, &self.sources));
        }
    }
}

/// The texts that are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// `NAME.rs`: the safe Rust API.
    pub rust: String,
    /// `NAME_shim.f90`: `bind(C)` procedures, where some are needed.
    pub shim: Option<String>,
    /// `NAME_python.rs`: the crate root of the Python extension.
    pub glue: Option<String>,
    /// `NAME.pyi`: the stub of the Python extension.
    pub stub: Option<String>,
    /// `NAME_code.c`: what users of f2py wrote in C, where there is some.
    pub c_code: Option<String>,
}

/// Gives the path and text of a file that an INCLUDE line names: (name in the line, path of the file with the line).
pub type IncludeLoader<'a> = &'a dyn Fn(&str, &str) -> Option<(String, String)>;

/// Reads the sources, decides about every procedure, and writes the wrappers.
#[must_use]
pub fn generate(request: Request, load_include: IncludeLoader<'_>) -> Generated {
    let mut sources = SourceMap::default();
    let given: Vec<FileId> = request.sources.into_iter().map(|source| sources.add(source)).collect();
    let options = front::Options {
        defines: request.defines,
        predefined: request.predefined,
        openmp: request.openmp,
        fixed_line_length: request.fixed_line_length,
        load_include,
    };
    let (library, mut diagnostics) = front::parse_library(&mut sources, &options);
    let read: Vec<String> = sources.iter().skip(given.len()).map(|(_, file)| file.path.clone()).collect();
    let notes = match request.notes {
        Some(notes) => {
            let id = sources.add(notes);
            let (notes, problems) = front::parse_notes(sources.file(id), id);
            diagnostics.append(problems);
            notes
        }
        None => ir::note::Notes::default(),
    };
    let names = |list: Vec<String>| list.into_iter().map(Name::new).collect();
    let selection = Selection { only: names(request.only), skip: names(request.skip) };
    let mut modules = Modules::new(&library, request.default_kinds);
    modules.inquiries = Inquiries::new(request.answers);
    modules.known_kinds = read_kind_map(request.f2cmap, &mut sources, &mut diagnostics);
    let mut chosen = choose_plan(&request.module, &library, &notes, &selection, &modules, &sources, request.openmp);
    let is_alone = request.is_compatible || !library.python_modules.is_empty();
    // What is in Python only is wrapped in f2py's terms: warnings of the other way concern nobody.
    let is_native = !is_alone || request.texts == Texts::Rust;
    let said = std::mem::take(&mut chosen.diagnostics);
    said.iter()
        .filter(|one| is_native || one.severity == Severity::Error)
        .for_each(|one| diagnostics.push(one.clone()));
    let thread_private = if request.openmp { find_thread_private(&sources) } else { Vec::new() };
    let wanted = Wanted {
        name: &request.module,
        is_compatible: request.is_compatible,
        only: &selection.only,
        skip: &selection.skip,
        lower: request.lower,
        thread_private: &thread_private,
    };
    let (python, problems) = find_python_module(&library, &modules, wanted);
    // Rust has no variables to miss.
    let is_said = |problem: &&Diagnostic| request.texts != Texts::Rust || problem.code != Code::UnreachableData;
    problems.iter().filter(is_said).for_each(|problem| diagnostics.push(problem.clone()));
    if !is_native {
        chosen.leave_out_wrappers();
    }
    let prefix = fortran_prefix(&request.module);
    let mut setting = Setting { library: &prefix, glue: &mut chosen.glue, foreign: &mut chosen.foreign };
    let (python, routines) = choose_python(&python, request.is_compatible, is_alone, &mut setting);
    chosen.plan.python = python;
    diagnostics.append(modules.known_kinds.conflicts());
    let procedures = report::report(&chosen.outcomes, &routines, &chosen.plan, &sources);
    let outcomes = Outcomes { wrapped: chosen.outcomes, routines };
    outcomes.problems(&chosen.plan).for_each(|problem| diagnostics.push(problem));
    for prefix in &request.deny {
        diagnostics.deny(prefix);
    }
    // f2py makes a module of nothing.
    let has_data = request.is_compatible || (request.texts == Texts::RustAndPython && !chosen.plan.python.is_empty());
    if !diagnostics.has_errors() && !has_data && !procedures.iter().any(|procedure| procedure.wrapped) {
        diagnostics.push(nothing_to_wrap(procedures.is_empty()));
    }
    diagnostics.sort();
    let (texts, mut plan) = (request.texts, chosen.plan);
    apply_state(&mut plan, &request.stateless);
    if request.checked {
        watch_arguments(&mut plan);
    }
    let files = (texts != Texts::None && !diagnostics.has_errors()).then(|| print(&plan, texts, &sources));
    let order = analysis::find_order(&library, &given);
    let questions = modules.inquiries.open_questions();
    Generated { files, sources, diagnostics, procedures, order, read, questions, plan, texts }
}

fn print(plan: &Plan, texts: Texts, sources: &SourceMap) -> Files {
    let python = texts == Texts::RustAndPython;
    let find_line =
        |span: Span| (sources.file(span.file).path.clone(), sources.line_and_column(span.file, span.start).0);
    Files {
        rust: back::rust::print_rust(plan),
        shim: back::fortran::print_shims(plan, python),
        glue: python.then(|| back::python::print_glue(plan)),
        stub: python.then(|| back::python::print_stub(plan)),
        c_code: python.then(|| back::c::print_c_code(&plan.python, &find_line)).flatten(),
    }
}

/// What `fwrap inspect` shows of a [`Request`].
#[derive(Debug)]
pub struct Inspected {
    /// Everything that the sources declare.
    pub description: Inspection,
    /// A signature file with all of it, if one was wanted.
    pub signature_file: Option<String>,
    /// All sources, with the files they include.
    pub sources: SourceMap,
    /// Everything that is to be said.
    pub diagnostics: Diagnostics,
    /// What only the compiler knows: with its answers in another request, more is known.
    pub questions: Vec<Question>,
}

/// Reads the sources and describes what they declare. Wrappers are not thought of.
#[must_use]
pub fn inspect(request: Request, load_include: IncludeLoader<'_>) -> Inspected {
    let mut sources = SourceMap::default();
    let given: Vec<FileId> = request.sources.into_iter().map(|source| sources.add(source)).collect();
    let options = front::Options {
        defines: request.defines,
        predefined: request.predefined,
        openmp: request.openmp,
        fixed_line_length: request.fixed_line_length,
        load_include,
    };
    let (library, mut diagnostics) = front::parse_library(&mut sources, &options);
    // Procedures of the same name are described apart; a module of the same name may be taken for the other.
    diagnostics.append(find_duplicate_modules(&library));
    for prefix in &request.deny {
        diagnostics.deny(prefix);
    }
    diagnostics.sort();
    let mut modules = Modules::new(&library, request.default_kinds);
    modules.inquiries = Inquiries::new(request.answers);
    modules.known_kinds = read_kind_map(request.f2cmap, &mut sources, &mut diagnostics);
    let description = inspect::describe_library(&library, &modules, &sources, &given, &diagnostics);
    let names = |list: Vec<String>| list.into_iter().map(Name::new).collect();
    let selection = Selection { only: names(request.only), skip: names(request.skip) };
    let signature_file = request.signature_file.then(|| {
        let usages = analysis::find_usages(&library, &modules);
        inspect::pyf::print_pyf(&request.module, &library, &modules, &usages, &|name, module| {
            selection.is_named(name, module)
        })
    });
    let questions = modules.inquiries.open_questions();
    diagnostics.append(modules.known_kinds.conflicts());
    Inspected { description, signature_file, sources, diagnostics, questions }
}

/// The kinds that the user knows.
fn read_kind_map(file: Option<SourceFile>, sources: &mut SourceMap, diagnostics: &mut Diagnostics) -> KnownKinds {
    let Some(file) = file else { return KnownKinds::default() };
    let id = sources.add(file);
    let (map, problems) = front::parse_kind_map(sources.file(id), id);
    diagnostics.append(problems);
    KnownKinds::new(map)
}

fn nothing_to_wrap(no_procedures: bool) -> Diagnostic {
    let (title, help) = if no_procedures {
        ("the sources declare no procedure that was asked for", "give a file with a subroutine or function in it")
    } else {
        ("none of the procedures can be wrapped", "mend what the warnings say, or choose others with `--only`")
    };
    Diagnostic { span: None, ..Diagnostic::error(Code::NothingToWrap, Span::default(), title).help(help) }
}
