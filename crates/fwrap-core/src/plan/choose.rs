//! The plan of a whole library: which procedures are wrapped, where they stand, and what is said of the others.

use std::collections::{HashMap, HashSet};

use crate::analysis::dummy_procedure::{DummyProcedures, find_dummy_procedures};
use crate::analysis::duplicate::find_duplicates;
use crate::analysis::facts::ProcedureFacts;
use crate::analysis::procedure::{Uses, qualified_name};
use crate::analysis::scope::Modules;
use crate::analysis::{find_disagreements, find_procedure_facts, find_usages};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::f2py::SignatureBlock;
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::note::{Notes, ProcedureNote, Stop};
use crate::ir::procedure::{Procedure, ProcedureKind};
use crate::plan::f2py::module::PythonPlan;
use crate::plan::name::{
    RESERVED_GLUE, RESERVED_MODULES, Taken, choose_named_tuple, fortran_prefix, python_identifier, rust_identifier,
};
use crate::plan::procedure::{Scopes, Setting, choose_wrapper};
use crate::plan::wrapper::{Namespace, Plan};
use crate::source::{FileId, SourceMap, Span};

/// Which procedures are wanted.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these, if there are any.
    pub only: Vec<Name>,
    /// Not these.
    pub skip: Vec<Name>,
}

impl Selection {
    fn wants(&self, procedure: &Procedure, module: Option<&Module>) -> bool {
        self.is_named(&procedure.name, module.map(|module| &module.name))
    }

    /// Whether the procedure with this name, in the module with that one, is selected.
    #[must_use]
    pub fn is_named(&self, procedure: &Name, module: Option<&Name>) -> bool {
        let names = |list: &[Name]| list.contains(procedure) || module.is_some_and(|module| list.contains(module));
        (self.only.is_empty() || names(&self.only)) && !names(&self.skip)
    }
}

/// A plan, and what became of every procedure that was wanted.
#[derive(Debug)]
pub struct Chosen<'ir> {
    /// The plan.
    pub plan: Plan,
    /// Every wanted procedure, its module, and why it is left out (empty: it is wrapped).
    pub outcomes: Vec<(&'ir Procedure, Option<&'ir Module>, Vec<Diagnostic>)>,
    /// Diagnostics that belong to no procedure.
    pub diagnostics: Diagnostics,
    /// The names of foreign functions.
    pub foreign: Taken,
    /// The names of types and statics of the Python glue.
    pub glue: Taken,
}

impl Chosen<'_> {
    /// Leaves out all wrappers: the Python module has nothing but what is in f2py's terms.
    pub fn leave_out_wrappers(&mut self) {
        self.plan.root.wrappers.clear();
        self.plan.root.modules.clear();
        self.glue = Taken::with(RESERVED_GLUE);
        self.foreign = Taken::default();
    }
}

/// Chooses what is printed for `library` under the name `name`. With `openmp` several threads may call a callback.
#[must_use]
pub fn choose_plan<'ir>(
    name: &str,
    library: &'ir Library,
    notes: &'ir Notes,
    selection: &Selection,
    modules: &Modules<'ir>,
    sources: &SourceMap,
    openmp: bool,
) -> Chosen<'ir> {
    let usages = find_usages(library, modules);
    let dummy_procedures = find_dummy_procedures(library, modules, &usages);
    let mut chooser = Chooser {
        prefix: fortran_prefix(name),
        notes,
        modules,
        sources,
        openmp,
        uses: Uses { usages, dummy_procedures },
        disagreements: Diagnostics::default(),
        foreign: Taken::default(),
        glue: Taken::with(RESERVED_GLUE),
        index: 0,
        outcomes: Vec::new(),
    };
    let (mut functions, mut python) = (Taken::with(RESERVED_MODULES), Taken::default());
    let mut module_names = Vec::new();
    for module in &library.modules {
        let rust = functions.take(&rust_identifier(&module.name));
        module_names.push((rust, python.take(&python_identifier(&module.name))));
    }
    let wanted = |procedure: &&Procedure| selection.wants(procedure, None);
    let external = library.procedures.iter().filter(wanted);
    let mut root = chooser.namespace(external, None, (&mut functions, &mut python));
    root.python = name.to_owned();
    // A submodule's own procedures cannot be reached by USE; those it implements stand in its ancestor.
    for (module, (rust, python)) in
        library.modules.iter().zip(module_names).filter(|(module, _)| module.ancestor.is_none())
    {
        let wanted = module.callable().filter(|procedure| selection.wants(procedure, Some(module)));
        let mut namespace = chooser.namespace(wanted, Some(module), (&mut Taken::default(), &mut Taken::default()));
        if !namespace.wrappers.is_empty() {
            namespace.rust = rust;
            namespace.python = python;
            namespace.fortran = Some(module.name.clone());
            namespace.documentation.clone_from(&module.documentation.text);
            root.modules.push(namespace);
        }
    }
    let mut diagnostics = unknown_names(library, notes, selection);
    diagnostics.append(find_duplicates(library, |procedure| wanted(&procedure)));
    diagnostics.append(entries(library, selection));
    diagnostics.append(chooser.disagreements);
    diagnostics.append(disagreeing_calls(chooser.uses.dummy_procedures, selection));
    let file_name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let given = sources.iter().filter(|(id, _)| is_home(library, *id));
    let sources = given.map(|(_, file)| file_name(&file.path)).collect();
    let plan = Plan {
        name: name.to_owned(),
        sources,
        interruptible: notes.interruptible,
        root,
        python: PythonPlan::default(),
    };
    let Chooser { outcomes, foreign, glue, .. } = chooser;
    Chosen { plan, outcomes, diagnostics, foreign, glue }
}

/// Calls of dummy procedures that contradict one another.
fn disagreeing_calls(dummy_procedures: DummyProcedures, selection: &Selection) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for (procedure, conflict) in dummy_procedures.conflicts {
        if selection.wants(procedure, None) {
            diagnostics.push(conflict.in_procedure(procedure.name.to_string()));
        }
    }
    diagnostics
}

/// Whether a file defines something that is wrapped.
fn is_home(library: &Library, id: FileId) -> bool {
    library.procedures.iter().any(|procedure| procedure.span.file == id)
        || library.modules.iter().any(|module| module.span.file == id)
}

struct Chooser<'a, 'ir> {
    /// The library's name, as a part of Fortran names.
    prefix: String,
    notes: &'ir Notes,
    modules: &'a Modules<'ir>,
    sources: &'a SourceMap,
    openmp: bool,
    uses: Uses<'ir>,
    disagreements: Diagnostics,
    foreign: Taken,
    glue: Taken,
    index: usize,
    outcomes: Vec<(&'ir Procedure, Option<&'ir Module>, Vec<Diagnostic>)>,
}

impl<'ir> Chooser<'_, 'ir> {
    fn namespace(
        &mut self,
        procedures: impl Iterator<Item = &'ir Procedure>,
        module: Option<&'ir Module>,
        (functions, python): (&mut Taken, &mut Taken),
    ) -> Namespace {
        let mut namespace = Namespace::default();
        for procedure in procedures {
            let note = find_note(self.notes, procedure, module);
            let facts = find_procedure_facts(procedure, module, self.modules, note, &self.uses);
            for disagreement in find_disagreements(procedure, |name| self.uses.usages.of(procedure, name)) {
                self.disagreements.push(disagreement.in_procedure(qualified_name(procedure, module)));
            }
            let result = if facts.problems.is_empty() {
                self.wrapper(&facts, note, functions, python)
            } else {
                Err(facts.problems)
            };
            let problems = match result {
                Ok(wrapper) => {
                    namespace.wrappers.push(wrapper);
                    Vec::new()
                }
                Err(mut problems) => {
                    for problem in &mut problems {
                        problem.procedure = Some(qualified_name(procedure, module));
                    }
                    problems
                }
            };
            self.outcomes.push((procedure, module, problems));
        }
        // Behind all functions: their names go first.
        for wrapper in &mut namespace.wrappers {
            let fields = wrapper.returns.iter().map(|value| wrapper.returned_name(*value));
            wrapper.named_tuple = choose_named_tuple(&wrapper.names.python, fields, python);
        }
        namespace
    }

    fn wrapper(
        &mut self,
        facts: &ProcedureFacts<'ir>,
        note: Option<&ProcedureNote>,
        functions: &mut Taken,
        python: &mut Taken,
    ) -> Result<crate::plan::wrapper::Wrapper, Vec<Diagnostic>> {
        if let Some(note) = note.filter(|note| note.stop == Some(Stop::Return))
            && facts.procedure.kind != ProcedureKind::Subroutine
        {
            return Err(vec![no_value(note)]);
        }
        self.index += 1;
        let path = &self.sources.file(facts.procedure.span.file).path;
        let setting = Setting {
            library: &self.prefix,
            source: path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned(),
            threadsafe: note.and_then(|note| note.threadsafe).or(self.notes.threadsafe),
            returns_at_stop: note.and_then(|note| note.stop).or(self.notes.stop) == Some(Stop::Return),
            openmp: self.openmp,
            index: self.index,
        };
        let mut scopes = Scopes { functions, python, foreign: &mut self.foreign, glue: &mut self.glue };
        choose_wrapper(facts, &setting, &mut scopes)
    }
}

fn no_value(note: &ProcedureNote) -> Diagnostic {
    let title = format!("a function has no value after a STOP, so `{}` cannot return then", note.name);
    Diagnostic::error(Code::NotesConflict, note.span, title)
        .label("a note on a function")
        .help("remove `stop = \"return\"`: STOP in a function is an error")
}

fn find_note<'a>(notes: &'a Notes, procedure: &Procedure, module: Option<&Module>) -> Option<&'a ProcedureNote> {
    let matches = |note: &&ProcedureNote| {
        note.name == procedure.name
            && note.module.as_ref().is_none_or(|named| module.is_some_and(|module| module.name == *named))
    };
    // A note that names the module is nearer than one that does not.
    let (named, bare): (Vec<_>, Vec<_>) =
        notes.procedures.iter().filter(matches).partition(|note| note.module.is_some());
    named.first().or(bare.first()).copied()
}

/// ENTRY statements, which are not wrapped yet.
fn entries(library: &Library, selection: &Selection) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let external = library.procedures.iter().map(|procedure| (procedure, None));
    let of_modules =
        library.modules.iter().flat_map(|module| module.callable().map(move |procedure| (procedure, Some(module))));
    for (procedure, module) in external.chain(of_modules) {
        for entry in procedure.entries.iter().filter(|_| selection.wants(procedure, module)) {
            let name = &entry.name;
            diagnostics.push(
                Diagnostic::warning(Code::UnsupportedProcedure, entry.span, format!("the entry `{name}` is left out"))
                    .label(format!("an ENTRY of `{}` cannot be wrapped yet", procedure.name))
                    .help("write a small Fortran procedure that calls the entry, and wrap that")
                    .in_procedure(qualified_name(procedure, module)),
            );
        }
    }
    diagnostics
}

/// Notes and `--only`/`--skip` entries that name nothing.
fn unknown_names(library: &Library, notes: &Notes, selection: &Selection) -> Diagnostics {
    let mut known: HashMap<&Name, Vec<(&Procedure, Option<&Name>)>> = HashMap::new();
    for procedure in &library.procedures {
        known.entry(&procedure.name).or_default().push((procedure, None));
    }
    for module in &library.modules {
        for procedure in module.callable() {
            known.entry(&procedure.name).or_default().push((procedure, Some(&module.name)));
        }
    }
    let mut diagnostics = Diagnostics::default();
    for note in &notes.procedures {
        let of_module = |(_, module): &&(&Procedure, Option<&Name>)| {
            note.module.as_ref().is_none_or(|named| *module == Some(named))
        };
        let found = known.get(&note.name).and_then(|all| all.iter().find(of_module));
        let Some((procedure, _)) = found else {
            // A warning: one file may hold the notes of several libraries.
            let title = format!("a note names `{}`, which no source declares", note.name);
            let help = nearest(&note.name, known.keys().copied());
            diagnostics.push(Diagnostic::warning(Code::NotesUnknownName, note.span, title).label("unknown").help(help));
            continue;
        };
        for argument in &note.arguments {
            if !procedure.scope.entities.iter().any(|entity| entity.name == argument.name) {
                let title = format!("a note names `{}`, which is no argument of `{}`", argument.name, note.name);
                let help = nearest(&argument.name, procedure.scope.entities.iter().map(|entity| &entity.name));
                let diagnostic = Diagnostic::error(Code::NotesUnknownName, argument.span, title);
                diagnostics.push(diagnostic.label("unknown").help(help));
            }
        }
    }
    let is_module = |name: &Name| library.modules.iter().any(|module| module.name == *name);
    let signed: HashSet<&Name> = library.python_modules.iter().flat_map(SignatureBlock::names).collect();
    for name in selection.only.iter().chain(&selection.skip) {
        if !known.contains_key(name) && !is_module(name) && !signed.contains(name) {
            let title = format!("`--only` or `--skip` names `{name}`, which no source declares");
            let help = nearest(name, known.keys().copied().chain(signed.iter().copied()));
            diagnostics.push(Diagnostic {
                span: None,
                ..Diagnostic::error(Code::NotesUnknownName, Span::default(), title).help(help)
            });
        }
    }
    diagnostics
}

/// A suggestion: the known name with the fewest different letters.
fn nearest<'a>(name: &Name, known: impl Iterator<Item = &'a Name>) -> String {
    let best = known.map(|other| (distance(name.lower(), other.lower()), other)).min();
    match best {
        Some((distance, other)) if distance <= 1 + name.lower().len() / 3 => format!("did you mean `{other}`?"),
        _ => "`fwrap check` lists what the sources declare".to_owned(),
    }
}

/// Levenshtein's distance.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let cost = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = cost.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
