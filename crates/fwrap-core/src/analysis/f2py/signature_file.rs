//! The Python module that signature files say.

use crate::analysis::f2py::finder::Finder;
use crate::analysis::f2py::routine::Callable;
use crate::analysis::f2py::signature::{FortranModule, Members, PythonModule, Routine};
use crate::analysis::f2py::target::Home;
use crate::analysis::f2py::unit::Unit;
use crate::analysis::scope::{Owner, ScopeChain};
use crate::ir::f2py::{BlockKind, Member, SignatureBlock};
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;

impl<'ir> Finder<'_, 'ir> {
    /// Everything in the signature files: of several Python modules the first gives the name.
    pub(super) fn signature_files(&mut self, python: &mut PythonModule<'ir>) {
        let blocks = self.library.python_modules.iter().filter(|block| !block.is_of_callbacks());
        let named = |block: &&SignatureBlock| block.kind == BlockKind::PythonModule && block.name.is_some();
        if let Some(name) = blocks.clone().find(named).and_then(|block| block.name.as_ref()) {
            python.name = name.spelled();
        }
        for block in blocks {
            let texts = block.documentation.iter().map(|text| text.text.clone());
            python.documentation = [python.documentation.clone()].into_iter().chain(texts).collect();
            python.code_before.extend(block.user_code.first());
            python.code_after.extend(block.user_code.iter().skip(1));
            python.method_definitions.extend(&block.method_definitions);
            let has_code = !block.user_code.is_empty();
            self.members(block, &ScopeChain::empty(), has_code, python);
        }
    }

    fn members(
        &mut self,
        block: &'ir SignatureBlock,
        outer: &ScopeChain<'ir>,
        has_code: bool,
        python: &mut PythonModule<'ir>,
    ) {
        let chain = outer.enter(&block.scope, Owner::Scope);
        for member in &block.members {
            match member {
                Member::Block(inner) if inner.kind == BlockKind::PythonModule => {}
                Member::Block(inner) => {
                    python.code_at_start.extend(&inner.user_code);
                    self.members(inner, &chain, has_code, python);
                }
                Member::Procedure(procedure) if self.wants(&procedure.name, None) => {
                    let source = self.external.get(called_name(procedure).as_ref().unwrap_or(&procedure.name));
                    let home = Home { module: None, source: source.map(|source| (*source, None)) };
                    python.root.routines.extend(self.declared(procedure, &chain, has_code, &home));
                }
                Member::Module(module) => {
                    let members = self.module_members(module, &chain, has_code);
                    let source = self.module(&module.name);
                    python.modules.push(FortranModule { name: module.name.clone(), source, members });
                }
                Member::Procedure(_) | Member::BlockData(_) => {}
            }
        }
    }

    fn module_members(&mut self, module: &'ir Module, outer: &ScopeChain<'ir>, has_code: bool) -> Members<'ir> {
        let chain = outer.enter(&module.scope, Owner::Module(module));
        let mut members = Members::default();
        let source = self.module(&module.name);
        for procedure in &module.procedures {
            if !self.wants(&procedure.name, Some(&module.name)) {
                continue;
            }
            let of_source = source.and_then(|source| {
                source.callable().find(|known| known.name == procedure.name).map(|known| (known, Some(source)))
            });
            let home = Home { module: Some(&module.name), source: of_source };
            members.routines.extend(self.declared(procedure, &chain, has_code, &home));
        }
        members
    }

    fn declared(
        &mut self,
        procedure: &'ir Procedure,
        outer: &ScopeChain<'ir>,
        has_code: bool,
        home: &Home<'ir>,
    ) -> Vec<Routine<'ir>> {
        let chain = outer.enter_procedure(procedure);
        let is_lower = self.wanted.lower.unwrap_or(false);
        let unit = Unit { procedure, chain, modules: self.modules, is_signature: true, has_code, is_lower };
        let mut found = vec![self.routine(&unit, Callable::of(procedure), home)];
        for entry in &procedure.entries {
            found.push(self.routine(&unit, Callable::of_entry(procedure, entry), home));
        }
        found
    }
}

/// `fortranname`
fn called_name(procedure: &Procedure) -> Option<Name> {
    let text = &procedure.f2py.as_ref()?.fortran_name.as_ref()?.text;
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    (!text.is_empty() && text.chars().all(is_name)).then(|| Name::new(text))
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::signature::Target;
    use crate::analysis::f2py::testing::{ALL, facts, facts_of, file, signature, signatures};
    use crate::ir::name::Name;

    #[test]
    fn code_and_names_are_those_of_the_module() {
        let text = "\
python module other__user__routines
end python module other__user__routines
python module Example ! in
  usercode '''static int a;'''
  usercode '''static int b;'''
  interface
    usercode '''a = 1;'''
    subroutine F(N)
      threadsafe
      callstatement (*f2py_func)(&n)
      callprotoargument int*
      integer :: N
    end subroutine F
  end interface
end python module Example
";
        facts("a.pyf", text, |python, _| {
            assert_eq!(python.name, "Example");
            let counts = (python.code_before.len(), python.code_after.len(), python.code_at_start.len());
            assert_eq!(counts, (1, 1, 1));
            let routine = &python.root.routines[0];
            assert_eq!(signature(routine), "F(N)");
            assert!(routine.is_threadsafe && routine.call_statement.is_some() && routine.call_prototype.is_some());
        });
    }

    #[test]
    fn targets_are_symbols_or_sources() {
        let declarations = "subroutine a\n fortranname B\n end
            subroutine c\n intent(c) c\n end
            subroutine d\n fortranname\n end
            subroutine e(x)\n real dimension(:) :: x\n end
            subroutine f\n end
            module z\n subroutine g\n end\n subroutine h(x)\n real dimension(:) :: x\n end\n end module z";
        let source = "subroutine f() bind(c, name='g_')\nend\nmodule z\ncontains\nsubroutine g\nend\n
            subroutine h(x)\nreal :: x(:)\nend\nend module";
        facts_of(&[("a.pyf", &file(declarations)), ("b.f90", source)], ALL, |python, _| {
            let targets: Vec<&Target> = python.root.routines.iter().map(|routine| &routine.target).collect();
            let symbol = |name: &str| Target::Symbol(name.to_owned());
            assert_eq!(targets, [&symbol("b_"), &symbol("c"), &Target::Nothing, &Target::Source, &symbol("g_")]);
            let targets: Vec<&Target> = python.modules[0].members.routines.iter().map(|one| &one.target).collect();
            assert_eq!(targets, [&symbol("__z_MOD_g"), &Target::Source]);
        });
        let found = signatures("a.pyf", &file(declarations));
        assert!(found[6].contains("needs an explicit interface"), "{found:?}");
    }

    #[test]
    fn entries_are_routines() {
        let text = file("subroutine s(a, n)\n integer :: n\n real dimension(n) :: a\n entry t(n)\n end");
        assert_eq!(signatures("a.pyf", &text), ["s(a, [n])", "t(n)"]);
    }

    #[test]
    fn only_what_is_wanted_is_found() {
        let text = file("subroutine a\n end\n module z\n subroutine b\n end\n subroutine c\n end\n end module");
        let found = |only: &[Name], skip: &[Name]| {
            let wanted = crate::analysis::f2py::Wanted { only, skip, ..ALL };
            facts_of(&[("a.pyf", &text)], wanted, |python, _| {
                let of_modules = python.modules.iter().flat_map(|module| &module.members.routines);
                python.root.routines.iter().chain(of_modules).map(|one| one.name.clone()).collect::<Vec<_>>().join(" ")
            })
        };
        assert_eq!(found(&[], &[]), "a b c");
        assert_eq!(found(&[Name::new("z")], &[Name::new("c")]), "b");
        assert_eq!(found(&[Name::new("a")], &[]), "a");
    }
}
