//! The plan of a Python module in f2py's terms.

use std::collections::BTreeSet;

use crate::analysis::f2py::signature::{Members as Found, PythonModule};
use crate::diagnostic::Diagnostic;
use crate::ir::name::Name;
use crate::plan::f2py::c_code::{CCode, choose_c_code};
use crate::plan::f2py::c_value::has_c_values;
use crate::plan::f2py::callback::{CallbackPlan, choose_callbacks};
use crate::plan::f2py::choose::{Surroundings, choose_routine, qualified_name, target_symbol};
use crate::plan::f2py::data::{DataPlan, choose_commons, choose_variables};
use crate::plan::f2py::routine::RoutinePlan;
use crate::plan::name::{Taken, choose_named_tuple, python_identifier};
use crate::source::Span;

/// Everything that is wrapped in f2py's terms.
#[derive(Debug, Default)]
pub struct PythonPlan {
    /// Numbers are narrowed, and arrays change their rank, as f2py does it; else that is an error.
    pub is_lossy: bool,
    /// Nothing else is in the Python module.
    pub is_alone: bool,
    /// Its documentation.
    pub documentation: String,
    /// What stands in the module itself.
    pub root: Members,
    /// Fortran modules: attributes of the module.
    pub modules: Vec<ModuleMembers>,
    /// Interfaces of callbacks.
    pub callbacks: Vec<CallbackPlan>,
    /// The C code that is compiled with it.
    pub c_code: Option<CCode>,
    /// Qualified names (`module::procedure`) of what is wrapped here and not by the ordinary wrappers.
    pub replaced: BTreeSet<String>,
}

/// What a module makes visible.
#[derive(Debug, Default)]
pub struct Members {
    /// Its functions.
    pub routines: Vec<RoutinePlan>,
    /// Its variables and COMMON blocks.
    pub data: DataPlan,
}

/// A Fortran module.
#[derive(Debug)]
pub struct ModuleMembers {
    /// The Python name.
    pub python: String,
    /// What its comments say.
    pub documentation: String,
    /// What stands in it.
    pub members: Members,
}

impl PythonPlan {
    /// All routines, those of the module itself first.
    pub fn routines(&self) -> impl Iterator<Item = &RoutinePlan> {
        self.members().flat_map(|members| &members.routines)
    }

    /// All routines, to be changed.
    pub fn routines_mut(&mut self) -> impl Iterator<Item = &mut RoutinePlan> {
        let below = self.modules.iter_mut().flat_map(|module| &mut module.members.routines);
        self.root.routines.iter_mut().chain(below)
    }

    /// What stands in the module itself, then what stands in the modules below.
    pub fn members(&self) -> impl Iterator<Item = &Members> {
        std::iter::once(&self.root).chain(self.modules.iter().map(|module| &module.members))
    }

    /// The data of the module itself, then that of the modules below.
    pub fn data(&self) -> impl Iterator<Item = &DataPlan> {
        self.members().map(|members| &members.data)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members().all(|members| members.routines.is_empty() && members.data.is_empty()) && self.c_code.is_none()
    }
}

/// Names that are taken in the printed glue, and what all routines need to know.
pub struct Setting<'a> {
    /// The library's name.
    pub library: &'a str,
    /// Types and statics of the glue.
    pub glue: &'a mut Taken,
    /// Foreign functions.
    pub foreign: &'a mut Taken,
}

/// What became of a routine.
#[derive(Debug)]
pub struct RoutineOutcome {
    /// `module::name`, or the name of an external procedure.
    pub qualified: String,
    /// The linker's symbol of the procedure itself; empty where nothing is called.
    pub symbol: String,
    /// Where it is declared.
    pub span: Span,
    /// The call as Python writes it, if it is wrapped.
    pub call: Option<String>,
    /// Why it is left out; empty if it is wrapped.
    pub problems: Vec<Diagnostic>,
}

/// Chooses how everything in f2py's terms is wrapped.
#[must_use]
pub fn choose_python(
    module: &PythonModule<'_>,
    is_lossy: bool,
    is_alone: bool,
    setting: &mut Setting<'_>,
) -> (PythonPlan, Vec<RoutineOutcome>) {
    let callbacks = choose_callbacks(module, is_lossy, setting);
    let mut outcomes = Vec::new();
    let mut taken = Taken::default();
    let mut members = |found: &Found<'_>, home: Option<&Name>, taken: &mut Taken| {
        let surroundings = Surroundings { module, callbacks: &callbacks, home, is_lossy };
        choose_members(found, surroundings, taken, &mut outcomes, setting)
    };
    let mut root = members(&module.root, None, &mut taken);
    let mut modules = Vec::new();
    for found in &module.modules {
        let mut own = Taken::default();
        let mut members = members(&found.members, Some(&found.name), &mut own);
        name_results(&mut members, &mut own);
        modules.push(ModuleMembers {
            python: taken.take(&python_identifier(&found.name)),
            documentation: found.source.map_or_else(String::new, |source| source.documentation.text.clone()),
            members,
        });
    }
    name_results(&mut root, &mut taken);
    let routines = root.routines.iter().chain(modules.iter().flat_map(|module| &module.members.routines));
    let c_code = choose_c_code(module, setting.library, uses_c(routines));
    let plan = PythonPlan {
        is_lossy,
        is_alone,
        documentation: module.documentation.clone(),
        root,
        modules,
        c_code,
        replaced: outcomes.iter().map(|outcome| outcome.qualified.to_ascii_lowercase()).collect(),
        callbacks,
    };
    (plan, outcomes)
}

/// What one module makes visible, with what became of its routines.
fn choose_members(
    found: &Found<'_>,
    surroundings: Surroundings<'_, '_>,
    taken: &mut Taken,
    outcomes: &mut Vec<RoutineOutcome>,
    setting: &mut Setting<'_>,
) -> Members {
    let home = surroundings.home;
    let mut routines = Vec::new();
    for routine in &found.routines {
        let chosen = match &routine.problems[..] {
            [] => choose_routine(routine, surroundings, setting),
            problems => Err(problems.to_vec()),
        };
        let qualified = qualified_name(routine, home);
        let (call, mut problems) = match chosen {
            Ok(plan) => {
                let call = plan.documentation.call.clone();
                taken.take(&plan.names.python);
                routines.push(plan);
                (Some(call), Vec::new())
            }
            Err(problems) => (None, problems),
        };
        for problem in &mut problems {
            problem.procedure.get_or_insert_with(|| qualified.clone());
        }
        let (symbol, span) = (target_symbol(routine), routine.procedure.span);
        outcomes.push(RoutineOutcome { qualified, symbol, span, call, problems });
    }
    let variables = home.and_then(|home| choose_variables(home, &found.variables, setting));
    let commons = choose_commons(&found.commons, setting);
    commons.iter().for_each(|common| drop(taken.take(&common.python)));
    Members { routines, data: DataPlan { variables, commons } }
}

/// Whether a routine needs the C compiler.
fn uses_c<'a>(mut routines: impl Iterator<Item = &'a RoutinePlan>) -> bool {
    routines.any(|routine| routine.c_call.is_some() || has_c_values(routine))
}

/// The classes of results, behind all other names of the module.
fn name_results(members: &mut Members, taken: &mut Taken) {
    for routine in &mut members.routines {
        let fields: Vec<&str> =
            routine.returns.iter().map(|at| routine.variables[*at].returned_name.as_str()).collect();
        routine.named_tuple = choose_named_tuple(&routine.names.python, fields.into_iter(), taken);
    }
}
