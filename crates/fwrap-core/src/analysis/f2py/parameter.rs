//! The parameters of the Python function, and what it returns.

use crate::analysis::f2py::signature::{Parameter, ParameterRole, Variable, VariableKind};

/// The parameters: what is required, in the order of the arguments, then what is optional, then `x_extra_args` and
/// `overwrite_x`.
pub(super) fn find_parameters(variables: &[Variable<'_>], count: usize) -> Vec<Parameter> {
    let (mut required, mut optional, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (at, variable) in variables.iter().enumerate().take(count) {
        let name = &variable.c_name;
        if !variable.intent.hidden && !variable.intent.auxiliary {
            let is_optional = variable.is_optional;
            let list = if is_optional { &mut optional } else { &mut required };
            list.push(Parameter { name: name.clone(), is_optional, role: ParameterRole::Value(at) });
            if matches!(variable.kind, VariableKind::Procedure(_)) {
                let role = ParameterRole::ExtraArguments(at);
                others.push(Parameter { name: format!("{name}_extra_args"), is_optional: true, role });
            }
        }
        if let Some(default) = variable.intent.overwrite {
            let role = ParameterRole::Overwrite(at, default);
            others.push(Parameter { name: format!("overwrite_{name}"), is_optional: true, role });
        }
    }
    required.into_iter().chain(optional).chain(others).collect()
}

/// What is returned: auxiliary variables, the result of a function, then the arguments in order.
pub(super) fn find_returns(variables: &[Variable<'_>], dummies: usize, result: Option<usize>) -> Vec<usize> {
    let is_returned = |at: &usize| {
        let Some(variable) = variables.get(*at) else { return false };
        variable.intent.output && !matches!(variable.kind, VariableKind::Procedure(_))
    };
    let auxiliary = (dummies..variables.len()).filter(|at| Some(*at) != result).filter(is_returned);
    let result = result.filter(|at| variables.get(*at).is_some_and(|variable| variable.intent.output));
    auxiliary.chain(result).chain((0..dummies).filter(is_returned)).collect()
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::testing::{signature_of, signatures};

    #[test]
    fn parameters_stand_in_order() {
        let declared = "subroutine s(a, f, b, c, d)
            external f
            real*8 dimension(n), intent(in,out,copy) :: a
            integer optional :: b = 1
            real*8 dimension(*), intent(in,overwrite) :: c
            integer :: d
            end subroutine s";
        assert_eq!(
            signature_of(&declared.replace("dimension(n)", "dimension(*)").replace("external f", INTERFACE)),
            "a = s(a, f, c, d, [b, overwrite_a, f_extra_args, overwrite_c])"
        );
    }

    const INTERFACE: &str = "interface
            subroutine f(x)
              real*8 :: x
            end subroutine f
            end interface";

    #[test]
    fn results_come_first() {
        assert_eq!(
            signature_of("function f(x) result(y)\n real*8 intent(in,out) :: x\n real*8 y\n end"),
            "y, x = f(x)"
        );
        assert_eq!(
            signature_of("subroutine s(a,b)\n integer intent(out) :: b\n integer intent(out,out=first) :: a\n end"),
            "first, b = s()"
        );
    }

    #[test]
    fn c_functions_may_hide_their_value() {
        let c = "integer function f(x)\n intent(c) f\n intent(hide) f\n real intent(out) :: x\n end function";
        assert_eq!(signature_of(c), "x = f()");
        assert_eq!(signature_of(&c.replace("intent(c) f", "")), "f, x = f()");
    }

    #[test]
    fn names_of_c_are_given_another() {
        assert_eq!(signatures("a.f90", "subroutine s(long, x)\n integer long\n real x\n end"), ["s(long_bn, x)"]);
    }
}
