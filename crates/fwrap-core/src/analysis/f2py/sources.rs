//! The Python module of Fortran sources.

use crate::analysis::f2py::finder::Finder;
use crate::analysis::f2py::routine::{Callable, private};
use crate::analysis::f2py::signature::{FortranModule, Members, PythonModule, Routine};
use crate::analysis::f2py::target::Home;
use crate::analysis::f2py::unit::Unit;
use crate::ir::entity::Entity;
use crate::ir::module::Module;
use crate::ir::procedure::Procedure;

impl<'ir> Finder<'_, 'ir> {
    /// What the sources declare, as far as it goes f2py's way.
    pub(super) fn sources(&mut self, python: &mut PythonModule<'ir>) {
        for procedure in &self.library.procedures {
            if self.wants(&procedure.name, None) && self.goes_this_way(procedure) {
                python.root.routines.extend(self.procedure(procedure, None));
            }
        }
        // a submodule's own procedures cannot be reached by USE; those it implements stand in its ancestor
        for module in self.library.modules.iter().filter(|module| module.ancestor.is_none()) {
            let mut members = Members::default();
            for procedure in module.callable() {
                if self.wants(&procedure.name, Some(&module.name)) && self.goes_this_way(procedure) {
                    members.routines.extend(self.procedure(procedure, Some(module)));
                }
            }
            if !members.routines.is_empty() {
                python.modules.push(FortranModule { name: module.name.clone(), source: Some(module), members });
            }
        }
    }

    /// Whether a procedure is wrapped in f2py's terms.
    fn goes_this_way(&self, procedure: &Procedure) -> bool {
        let has_words = |entity: &Entity| entity.f2py.is_some();
        self.wanted.is_compatible || procedure.f2py.is_some() || procedure.scope.entities.iter().any(has_words)
    }

    /// A procedure and its entries.
    fn procedure(&mut self, procedure: &'ir Procedure, module: Option<&'ir Module>) -> Vec<Routine<'ir>> {
        let unit = Unit {
            procedure,
            chain: self.modules.chain(procedure, module),
            modules: self.modules,
            is_signature: false,
            has_code: false,
            is_lower: self.wanted.lower.unwrap_or(true),
        };
        let home = Home { module: module.map(|module| &module.name), source: Some((procedure, module)) };
        let mut found = vec![self.routine(&unit, Callable::of(procedure), &home)];
        for entry in &procedure.entries {
            found.push(self.routine(&unit, Callable::of_entry(procedure, entry), &home));
        }
        for routine in &mut found {
            let is_private = module.is_some_and(|module| !module.is_public(&crate::ir::name::Name::new(&routine.name)));
            if is_private {
                routine.problems.insert(0, private(procedure).in_procedure(home.qualified(&procedure.name)));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::testing::{ALL, facts_of, signature, signatures};

    const SOURCES: &str = "\
subroutine a(n, x)
  integer n
  real x(n)
  !f2py intent(in,out) x
end subroutine
subroutine b(x)
  real x
end subroutine
module m
  private :: c
contains
  subroutine c
  end subroutine
  function d(n) result(r)
    integer, intent(in) :: n
    real :: r(n)
    !f2py threadsafe
  end function
end module
";

    #[test]
    fn comments_of_f2py_lead_this_way() {
        let wanted = crate::analysis::f2py::Wanted { is_compatible: false, ..ALL };
        let found = facts_of(&[("a.f90", SOURCES)], wanted, |python, _| {
            let of_modules = python.modules.iter().flat_map(|module| &module.members.routines);
            python.root.routines.iter().chain(of_modules).map(signature).collect::<Vec<_>>()
        });
        assert_eq!(found, ["x = a(x, [n])", "r = d(n)"]);
        let all = signatures("a.f90", SOURCES);
        assert_eq!(all, ["x = a(x, [n])", "b(x)", "m.c: `c` is private in its module", "m.r = d(n)"]);
    }

    #[test]
    fn entries_are_routines_of_their_own() {
        let text = "real function f(x)\n real x, y\n real g\n entry g(y)\n f = x\n end";
        assert_eq!(signatures("a.f90", text), ["f = f(x)", "g = g(y)"]);
    }
}
