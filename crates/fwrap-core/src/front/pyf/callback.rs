//! Interfaces of callbacks: what `use __user__module, f => fun` gives to the dummy procedures of a signature.

use std::collections::HashMap;

use crate::ir::f2py::{BlockKind, Member, SignatureBlock, SignatureIntent};
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure, Use};

type Callbacks = HashMap<Name, Vec<Procedure>>;

/// Gives dummy procedures the interfaces that Python modules of callbacks hold, in whatever order the modules stand.
pub(in crate::front) fn resolve_callbacks(library: &mut Library) {
    let mut callbacks = Callbacks::new();
    for block in &library.python_modules {
        gather(block, &mut callbacks);
    }
    for block in &mut library.python_modules {
        resolve_block(block, &callbacks, &[]);
    }
}

fn gather(block: &SignatureBlock, callbacks: &mut Callbacks) {
    if let Some(name) = block.name.as_ref().filter(|_| block.is_of_callbacks()) {
        let known = callbacks.entry(name.clone()).or_default();
        known.extend(block.procedures().into_iter().cloned());
    }
    for member in &block.members {
        if let Member::Block(inner) = member {
            gather(inner, callbacks);
        }
    }
}

fn resolve_block(block: &mut SignatureBlock, callbacks: &Callbacks, outer: &[Use]) {
    let uses: Vec<Use> = outer.iter().chain(&block.scope.uses).cloned().collect();
    for member in &mut block.members {
        match member {
            Member::Block(inner) if inner.kind == BlockKind::PythonModule => resolve_block(inner, callbacks, &[]),
            Member::Block(inner) => resolve_block(inner, callbacks, &uses),
            Member::Procedure(procedure) => resolve_procedure(procedure, callbacks, &uses),
            Member::Module(module) => {
                let uses: Vec<Use> = uses.iter().chain(&module.scope.uses).cloned().collect();
                module.procedures.iter_mut().for_each(|one| resolve_procedure(one, callbacks, &uses));
            }
            Member::BlockData(_) => {}
        }
    }
}

fn resolve_procedure(procedure: &mut Procedure, callbacks: &Callbacks, outer: &[Use]) {
    let uses: Vec<Use> = procedure.scope.uses.iter().chain(outer).cloned().collect();
    for entity in &mut procedure.scope.entities {
        let is_dummy = |dummy: &Dummy| matches!(dummy, Dummy::Argument(name, _) if *name == entity.name);
        let is_invoked = entity.f2py.as_ref().is_some_and(|f2py| f2py.intents.contains(&SignatureIntent::Callback));
        let is_callback = entity.attributes.external && (is_invoked || procedure.dummies.iter().any(is_dummy));
        if is_callback && entity.interface.is_none() {
            entity.interface = uses.iter().find_map(|used| find(&entity.name, used, callbacks)).map(Box::new);
        }
    }
}

fn find(local: &Name, used: &Use, callbacks: &Callbacks) -> Option<Procedure> {
    let renamed = used.names.iter().find(|(name, _)| name == local).map(|(_, original)| original);
    let original = renamed.or_else(|| (!used.only).then_some(local))?;
    callbacks.get(&used.module)?.iter().find(|procedure| procedure.name == *original).cloned()
}

#[cfg(test)]
mod tests {
    use crate::front::pyf::testing::{entity, read};

    #[test]
    fn a_callback_has_the_interface_that_is_used() {
        let library = read(
            "\
python module m
  interface
    subroutine s(f, g)
      use m__user__routines, f => fun
      external f
      external g
    end subroutine s
  end interface
end python module m
python module m__user__routines
  interface
    function fun(x) result(y)
      real*8 :: x, y
    end function fun
    subroutine g
    end subroutine g
  end interface
end python module m__user__routines
",
        );
        let s = library.python_modules[0].procedures()[0];
        let f = entity(s, "f").interface.as_ref().expect("the interface");
        assert_eq!((f.name.lower(), f.dummies.len()), ("fun", 1));
        assert!(entity(s, "g").interface.is_some());
        assert!(library.python_modules[1].is_of_callbacks());
    }
}
