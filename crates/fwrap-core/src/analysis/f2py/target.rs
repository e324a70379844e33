//! What a wrapper calls: a linker's symbol, or a Fortran procedure with an explicit interface.

use crate::analysis::f2py::routine::Callable;
use crate::analysis::f2py::signature::{Target, Variable, VariableKind};
use crate::analysis::f2py::unit::Unit;
use crate::analysis::label::find_label;
use crate::analysis::support;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;

/// Where a procedure stands.
pub(super) struct Home<'ir> {
    /// The Fortran module of it, as the signature file or the source names it.
    pub module: Option<&'ir Name>,
    /// The Fortran source of it.
    pub source: Option<(&'ir Procedure, Option<&'ir Module>)>,
}

impl Home<'_> {
    /// `module::name`, or the name alone.
    pub(super) fn qualified(&self, name: &Name) -> String {
        match self.module {
            Some(module) => format!("{module}::{name}"),
            None => name.to_string(),
        }
    }

    /// What is called.
    pub(super) fn target(
        &self,
        unit: &Unit<'_, '_>,
        callable: Callable<'_>,
        (variables, result): (&[Variable<'_>], Option<usize>),
        is_c: bool,
    ) -> Result<Target, Box<Diagnostic>> {
        let signature = unit.procedure.f2py.as_deref();
        if let Some(name) = signature.and_then(|signature| signature.fortran_name.as_ref()) {
            return Ok(match name.text.as_str() {
                "" => Target::Nothing,
                text => Target::Symbol(symbol_of(text, is_c)),
            });
        }
        if is_c && callable.entry.is_none() {
            return Ok(Target::Symbol(callable.name.spelled()));
        }
        let is_called_by_c = signature.is_some_and(|signature| signature.call_statement.is_some());
        let needs_shim = |result: &Variable<'_>| is_array(result) || is_allocatable(result);
        let has_array_result = result.and_then(|at| variables.get(at)).is_some_and(needs_shim);
        let needs_interface = has_array_result || variables.iter().any(needs_interface);
        if let Some(module) = self.module.filter(|_| needs_interface) {
            return match self.source {
                Some(_) => Ok(Target::Source),
                None => Err(Box::new(no_source(unit.procedure, module))),
            };
        }
        if let Some(label) = self.label(unit, callable)? {
            let is_described = has_array_result || variables.iter().any(is_assumed_shape);
            return Ok(if is_described { Target::Source } else { Target::Symbol(label) });
        }
        if needs_interface && !is_called_by_c {
            return Ok(Target::Source);
        }
        Ok(Target::Symbol(match self.module {
            Some(module) => format!("__{module}_MOD_{}", callable.name),
            None => format!("{}_", callable.name),
        }))
    }

    /// The binding label that the declaration or its source gives.
    fn label(&self, unit: &Unit<'_, '_>, callable: Callable<'_>) -> Result<Option<String>, Box<Diagnostic>> {
        let own = callable.entry.map_or(unit.procedure.bind.as_ref(), |entry| entry.bind.as_ref());
        let of_source =
            || self.source.and_then(|(source, _)| source.bind.as_ref()).filter(|_| callable.entry.is_none());
        let bind = own.or_else(of_source);
        find_label(callable.name, bind, &unit.chain, unit.modules)
            .map_err(|reason| Box::new(support::unknown_label(unit.procedure, &reason)))
    }
}

/// Whether pointers and hidden lengths do not suffice to pass this argument (F2018 15.4.2.2).
fn needs_interface(variable: &Variable<'_>) -> bool {
    let attributes = variable.entity.map(|entity| &entity.attributes);
    let is_plain = matches!(variable.kind, VariableKind::Scalar(_));
    let is_odd_value = attributes.is_some_and(|said| said.value && (said.optional || !is_plain));
    is_odd_value || is_assumed_shape(variable)
}

fn is_array(variable: &Variable<'_>) -> bool {
    matches!(variable.kind, VariableKind::Array { .. })
}

fn is_allocatable(variable: &Variable<'_>) -> bool {
    variable.entity.is_some_and(|entity| entity.attributes.allocatable)
}

fn is_assumed_shape(variable: &Variable<'_>) -> bool {
    let shape = variable.entity.and_then(|entity| entity.shape.as_ref());
    matches!(shape, Some(ArraySpec::Dimensions(list)) if matches!(list.first(), Some(Dimension::Colon { .. })))
}

/// The symbol of `fortranname`: a name, or a macro of f2py with it.
fn symbol_of(text: &str, is_c: bool) -> String {
    let text = text.trim();
    if let Some((word, rest)) = text.split_once('(') {
        let name = rest.split([',', ')']).next().unwrap_or_default().trim();
        return match word.trim() {
            "F_WRAPPEDFUNC" | "F_WRAPPEDFUNC_US" => format!("f2pywrap{name}_"),
            _ => format!("{name}_"),
        };
    }
    if is_c { text.to_owned() } else { format!("{}_", text.to_ascii_lowercase()) }
}

fn no_source(procedure: &Procedure, module: &Name) -> Diagnostic {
    let title = format!("`{}` needs an explicit interface, and the source of `{module}` is not there", procedure.name);
    Diagnostic::warning(Code::UnknownModule, procedure.span, title)
        .label("declared here")
        .help(format!("give the Fortran file that defines `module {module}`, too"))
}

#[cfg(test)]
mod tests {
    use super::symbol_of;

    #[test]
    fn symbols_are_those_of_the_compiler() {
        for (text, is_c, symbol) in [
            ("dgesv", false, "dgesv_"),
            ("DGESV", false, "dgesv_"),
            ("F_FUNC(sdot,SDOT)", true, "sdot_"),
            ("F_FUNC_US( my_f , MY_F )", false, "my_f_"),
            ("F_WRAPPEDFUNC(cdotu,CDOTU)", true, "f2pywrapcdotu_"),
            ("cblas_ddot", true, "cblas_ddot"),
        ] {
            assert_eq!(symbol_of(text, is_c), symbol, "{text}");
        }
    }
}
