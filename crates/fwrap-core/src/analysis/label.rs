//! Binding labels (F2018 18.10.2): what a linker calls a procedure or variable with BIND(C).

use crate::analysis::constant::{NotConstant, fold};
use crate::analysis::scope::{Modules, ScopeChain};
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Bind, Procedure};

/// The binding label of `name`, if BIND is said of it.
///
/// # Errors
/// Says which part of the expression behind `name=` is not a known constant.
pub fn find_label<'ir>(
    name: &Name,
    bind: Option<&Bind>,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<Option<String>, NotConstant> {
    let Some(bind) = bind else { return Ok(None) };
    let label = match (&bind.label, &bind.expression) {
        (Some(label), _) => label.clone(),
        (None, None) => name.lower().to_owned(),
        (None, Some(expression)) => {
            let value = fold(expression, chain, modules)?;
            value.as_text().ok_or(NotConstant::Form(expression.span))?.trim().to_owned()
        }
    };
    Ok(Some(label))
}

/// What gfortran calls a procedure for the linker; `label` is its binding label, if it has one.
#[must_use]
pub fn find_symbol(procedure: &Procedure, module: Option<&Module>, label: Option<&str>) -> String {
    match (label, module) {
        (Some(label), _) => label.to_owned(),
        (None, Some(module)) => format!("__{}_MOD_{}", module.name.lower(), procedure.name.lower()),
        (None, None) => format!("{}_", procedure.name.lower()),
    }
}

#[cfg(test)]
mod tests {
    use super::find_label;
    use crate::analysis::constant::NotConstant;
    use crate::analysis::scope::{DefaultKinds, Modules};
    use crate::front::{Options, parse_library};
    use crate::source::{SourceFile, SourceMap};

    const TEXT: &str = "\
module constants
  character(len=*), parameter :: namespace = 'lib_'
end module
module m
  use constants
contains
  subroutine a() bind(c)
  end subroutine
  subroutine b() bind(c, name='B'//'_')
  end subroutine
  subroutine c() bind(c, name=namespace//\"C\")
  end subroutine
  subroutine d()
  end subroutine
  subroutine e() bind(c, name=unknown//'e')
  end subroutine
end module
";

    #[test]
    fn labels_are_folded_and_never_guessed() {
        let mut sources = SourceMap::default();
        sources.add(SourceFile::new("a.f90", TEXT));
        let options = Options {
            defines: Vec::new(),
            predefined: None,
            openmp: false,
            fixed_line_length: None,
            load_include: &|_, _| None,
        };
        let (library, diagnostics) = parse_library(&mut sources, &options);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let modules = Modules::new(&library, DefaultKinds::default());
        let module = &library.modules[1];
        let label = |index: usize| {
            let procedure = &module.procedures[index];
            find_label(&procedure.name, procedure.bind.as_ref(), &modules.chain(procedure, Some(module)), &modules)
        };
        let known: Vec<_> = (0..4).map(|index| label(index).unwrap_or_default()).collect();
        assert_eq!(known, [Some("a".into()), Some("B_".into()), Some("lib_C".into()), None]);
        assert!(matches!(label(4), Err(NotConstant::Undeclared(name, _)) if name == *"unknown"));
    }
}
