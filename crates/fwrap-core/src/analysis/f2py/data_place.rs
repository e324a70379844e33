//! Where variables and COMMON blocks stand in the Python module.

use crate::analysis::f2py::data::{find_commons, find_module_variables};
use crate::analysis::f2py::python_module::Wanted;
use crate::analysis::f2py::signature::{FortranModule, Members, ModuleVariable, PythonModule};
use crate::analysis::scope::Modules;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::f2py::{BlockKind, SignatureBlock};
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;

/// Adds the variables of Fortran modules, and the COMMON blocks.
pub(super) fn add_data<'ir>(
    library: &'ir Library,
    modules: &Modules<'ir>,
    wanted: Wanted<'_>,
    python: &mut PythonModule<'ir>,
    diagnostics: &mut Diagnostics,
) {
    if library.python_modules.is_empty() {
        for module in library.modules.iter().filter(|module| module.ancestor.is_none() && is_wanted(module, wanted)) {
            let variables = find_module_variables(module, modules, wanted, diagnostics);
            add_variables(&module.name, Some(module), variables, python);
        }
        // In the order of the sources, those without procedures among the others.
        let place = |name: &Name| library.modules.iter().position(|module| module.name == *name);
        python.modules.sort_by_cached_key(|module| place(&module.name));
    } else {
        let blocks = library.python_modules.iter().filter(|block| block.kind != BlockKind::AbstractInterface);
        for declared in blocks.filter(|block| !block.is_of_callbacks()).flat_map(SignatureBlock::modules) {
            let source = modules.module(&declared.name).filter(|module| module.ancestor.is_none());
            let variables = find_declared(declared, source, (modules, wanted), diagnostics);
            add_variables(&declared.name, source, variables, python);
        }
    }
    let mut commons = find_commons(library, modules, wanted, diagnostics);
    commons.retain(|common| {
        let is_module = |module: &&FortranModule<'_>| module.name == *common.name.as_str();
        let is_taken = library.procedures.iter().any(|procedure| Some(&procedure.name) == common.fortran.as_ref())
            || python.root.routines.iter().any(|routine| routine.name == common.name)
            || python.modules.iter().find(is_module).is_some();
        if is_taken {
            let title = format!("the COMMON block `{}` is left out of the Python module", common.name);
            let diagnostic = Diagnostic::warning(Code::UnreachableData, common.span, title);
            diagnostics.push(
                diagnostic
                    .label("a procedure or module has the same name")
                    .help("give one of them another name, which Fortran asks for, too"),
            );
        }
        !is_taken
    });
    python.root.commons = commons;
}

/// A module counts with all its variables if it is named, or if a procedure of it is.
fn is_wanted(module: &Module, wanted: Wanted<'_>) -> bool {
    let is_named = wanted.only.is_empty()
        || wanted.only.contains(&module.name)
        || module.callable().any(|procedure| wanted.only.contains(&procedure.name));
    is_named && !wanted.skip.contains(&module.name)
}

fn add_variables<'ir>(
    name: &Name,
    source: Option<&'ir Module>,
    variables: Vec<ModuleVariable<'ir>>,
    python: &mut PythonModule<'ir>,
) {
    if variables.is_empty() {
        return;
    }
    match python.modules.iter_mut().find(|module| module.name == *name) {
        Some(module) => module.members.variables = variables,
        None => {
            let members = Members { variables, ..Members::default() };
            python.modules.push(FortranModule { name: name.clone(), source, members });
        }
    }
}

/// Those variables of a module that a signature file names: what they are the source says.
fn find_declared<'ir>(
    declared: &'ir Module,
    source: Option<&'ir Module>,
    (modules, wanted): (&Modules<'ir>, Wanted<'_>),
    diagnostics: &mut Diagnostics,
) -> Vec<ModuleVariable<'ir>> {
    let mut ignored = Diagnostics::default();
    let names = find_module_variables(declared, modules, wanted, &mut ignored);
    let Some(source) = source else {
        if let Some(first) = names.first() {
            let title = format!("the variables of the module `{}` are left out of the Python module", declared.name);
            diagnostics.push(
                Diagnostic::warning(Code::UnreachableData, first.entity.span, title)
                    .label("only the source of the module tells the compiler where they are")
                    .help(format!("give the file that defines `module {}`, too", declared.name)),
            );
        }
        return Vec::new();
    };
    let mut variables = find_module_variables(source, modules, wanted, diagnostics);
    variables.retain(|variable| names.iter().any(|declared| declared.name == variable.name));
    variables
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::Wanted;
    use crate::analysis::f2py::signature::{CommonBlock, Members, ModuleVariable, PythonModule};
    use crate::analysis::f2py::testing::{ALL, facts, facts_of, file};
    use crate::diagnostic::Diagnostics;
    use crate::ir::name::Name;

    /// `x: Real(8) (3, 2)` for every variable; extents that are not known are 0.
    fn variables(members: &Members<'_>) -> Vec<String> {
        let describe = |variable: &ModuleVariable<'_>| {
            let length = variable.length.map(|length| format!("*{length}")).unwrap_or_default();
            let flags = [
                (variable.is_constant, "constant"),
                (variable.is_protected, "protected"),
                (variable.is_allocatable, "allocatable"),
            ];
            let flags: String = flags.iter().filter(|(there, _)| *there).map(|(_, flag)| format!(" {flag}")).collect();
            let extents = variable.extents.clone().unwrap_or_else(|| vec![0; variable.rank]);
            format!("{}: {:?}{length} {extents:?}{flags}", variable.name, variable.element)
        };
        members.variables.iter().map(describe).collect()
    }

    fn commons(python: &PythonModule<'_>) -> Vec<String> {
        let describe = |common: &CommonBlock<'_>| {
            let members = common.members.iter().map(|member| match &member.attribute {
                Some(name) => format!("{name}{:?}", member.variable.extents.as_deref().unwrap_or_default()),
                None => "-".to_owned(),
            });
            format!("{}: {}", common.name, members.collect::<Vec<_>>().join(" "))
        };
        python.root.commons.iter().map(describe).collect()
    }

    fn titles(diagnostics: &Diagnostics) -> Vec<String> {
        diagnostics.iter().map(|diagnostic| diagnostic.title.clone()).collect()
    }

    #[test]
    fn public_variables_and_constants_are_found() {
        let text = "module m\nimplicit none\ninteger, parameter :: n = 2, wp = kind(1d0)\nreal(wp) :: x(n, 0:n) = 0\n\
                    character(len=n+1) :: s\ncharacter(*), parameter :: t = 'abc'\nlogical(1), protected :: l\n\
                    complex, allocatable :: z(:)\ninteger, private :: hidden\nreal, external :: f\n\
                    interface\nsubroutine g()\nend subroutine\nend interface\nend module\n";
        facts("a.f90", text, |python, diagnostics| {
            let expected = [
                "n: Integer(4) [] constant",
                "wp: Integer(4) [] constant",
                "x: Real(8) [2, 3]",
                "s: Character*3 []",
                "t: Character [] constant",
                "l: Logical(1) [] protected",
                "z: Complex(4) [0] allocatable",
            ];
            assert_eq!(variables(&python.modules[0].members), expected);
            assert!(diagnostics.is_empty());
        });
    }

    #[test]
    fn what_python_cannot_reach_is_said_once_for_a_module() {
        let text =
            "module m\ntype t\nend type\ntype(t) :: a\nreal, pointer :: b\nreal(16) :: c\nreal :: d\nend module\n";
        facts("a.f90", text, |python, diagnostics| {
            assert_eq!(variables(&python.modules[0].members), ["d: Real(4) []"]);
            let title = "`a` and 2 more variables of the module `m` are left out of the Python module";
            assert_eq!(titles(diagnostics), [title]);
        });
    }

    #[test]
    fn the_first_program_unit_says_what_is_in_a_common_block() {
        let text = "      subroutine a\n      parameter (n = 7)\n      common /blk/ x(n/2), long\n\
                    \x20     common /blk/ k\n\
                    \x20     character*4 w\n      common // w(2)\n      end\n\
                    \x20     block data\n      common /blk/ y(9)\n      common /other/ i\n      end\n";
        facts("a.f", text, |python, diagnostics| {
            assert_eq!(commons(python), ["blk: x[3] long_bn[] k[]", "_BLNK_: w[2]", "other: i[]"]);
            assert!(diagnostics.is_empty());
        });
    }

    #[test]
    fn a_common_block_that_cannot_be_declared_is_left_out() {
        let text = "subroutine a\nuse nowhere, only: n\nreal :: x(n)\ncommon /blk/ x\ncommon /fine/ y\nend\n";
        facts("a.f90", text, |python, diagnostics| {
            assert_eq!(commons(python), ["fine: y[]"]);
            assert!(
                titles(diagnostics).contains(&"the COMMON block `blk` is left out of the Python module".to_owned())
            );
        });
    }

    #[test]
    fn signature_files_choose_and_sources_say_what_it_is() {
        let pyf = file("module m\nreal :: x\ninteger :: nowhere\nend module m\nsubroutine s()\ncommon /c/ i, j\nend");
        let source = "module m\nreal(8) :: x(2), y\nend module m\n";
        facts_of(&[("a.pyf", &pyf), ("m.f90", source)], ALL, |python, _| {
            assert_eq!(variables(&python.modules[0].members), ["x: Real(8) [2]"]);
            assert_eq!(commons(python), ["c: i[] j[]"]);
        });
        facts("a.pyf", &pyf, |python, diagnostics| {
            assert!(variables(&python.modules[0].members).is_empty());
            assert_eq!(titles(diagnostics), ["the variables of the module `m` are left out of the Python module"]);
        });
    }

    #[test]
    fn choices_of_the_command_line_hold_for_data() {
        let text = "module m\nreal :: x\ncontains\nsubroutine s\nend\nend module\nsubroutine f\ncommon /c/ i\nend\n\
                    module n\nreal :: y\nend module\n";
        let shown = |only: &[&str], skip: &[&str]| {
            let names = |list: &[&str]| list.iter().map(Name::new).collect::<Vec<_>>();
            let (only, skip) = (names(only), names(skip));
            facts_of(&[("a.f90", text)], Wanted { only: &only, skip: &skip, ..ALL }, |python, _| {
                let modules = python.modules.iter().flat_map(|module| variables(&module.members));
                modules.chain(commons(python)).collect::<Vec<_>>()
            })
        };
        assert_eq!(shown(&[], &[]), ["x: Real(4) []", "y: Real(4) []", "c: i[]"]);
        assert_eq!(shown(&["s"], &[]), ["x: Real(4) []"]);
        assert_eq!(shown(&["f"], &[]), ["c: i[]"]);
        assert_eq!(shown(&[], &["m", "f"]), ["y: Real(4) []"]);
    }

    #[test]
    fn what_every_thread_has_of_its_own_is_left_out() {
        let text = "module m\nreal :: x, y\nend module\nsubroutine f\ncommon /c/ i\ncommon /d/ j\nend\n";
        let own = ["x", "/c/"].map(Name::new);
        facts_of(&[("a.f90", text)], Wanted { thread_private: &own, ..ALL }, |python, diagnostics| {
            assert_eq!(variables(&python.modules[0].members), ["y: Real(4) []"]);
            assert_eq!(commons(python), ["d: j[]"]);
            assert_eq!(titles(diagnostics).len(), 2);
        });
    }
}
