//! What the Python face shows: parameters in f2py's order, and what is returned.

use crate::plan::name::Taken;
use crate::plan::wrapper::{Access, Apart, Argument, ArgumentKind, Output, Parameter, ParameterRole, Return};

/// Required arguments first, then optional ones, then `overwrite_x` for arrays that are copied.
#[must_use]
pub fn choose_parameters(arguments: &[Argument]) -> Vec<Parameter> {
    let is_optional = |argument: &Argument| argument.optional || matches!(argument.kind, ArgumentKind::Solved(_));
    let mut taken = Taken::default();
    let mut parameters = Vec::new();
    for optional in [false, true] {
        for (index, argument) in arguments.iter().enumerate().filter(|(_, known)| is_optional(known) == optional) {
            parameters.push(Parameter {
                name: taken.take(&argument.python),
                optional,
                role: ParameterRole::Argument(index),
            });
        }
    }
    for (index, argument) in arguments.iter().enumerate() {
        if matches!(argument.kind, ArgumentKind::Array(_, _, Access::Copied)) {
            let name = taken.take(&format!("overwrite_{}", argument.python));
            parameters.push(Parameter { name, optional: true, role: ParameterRole::Overwrite(index) });
        }
    }
    parameters
}

/// The function result first, then in the order of the dummy arguments. `places` tells where the dummy argument of an
/// output stands; a function result has none.
#[must_use]
pub fn choose_returns(arguments: &[(usize, &Argument)], outputs: &[(Option<usize>, &Output)]) -> Vec<Return> {
    let mut returns: Vec<(Option<usize>, Return)> =
        outputs.iter().enumerate().map(|(index, (place, _))| (*place, Return::Output(index))).collect();
    for (index, (place, argument)) in arguments.iter().enumerate() {
        if matches!(
            argument.kind,
            ArgumentKind::Array(_, _, Access::Copied)
                | ArgumentKind::Scalar(_, Access::Copied)
                | ArgumentKind::Text(Access::Copied)
        ) {
            returns.push((Some(*place), Return::Copied(index)));
        }
    }
    returns.sort_by_key(|(place, _)| *place);
    returns.into_iter().map(|(_, value)| value).collect()
}

/// Pairs of array arguments of which one is written; the written one stands first.
#[must_use]
pub fn choose_apart(arguments: &[Argument]) -> Vec<Apart> {
    let access = |index: usize| match arguments[index].kind {
        ArgumentKind::Array(_, _, access) => Some(access),
        _ => None,
    };
    let mut pairs = Vec::new();
    for second in 0..arguments.len() {
        for first in 0..second {
            let (written, other) = match (access(first), access(second)) {
                (Some(Access::Read), Some(Access::Read)) | (None, _) | (_, None) => continue,
                (Some(Access::Read), Some(_)) => (second, first),
                (Some(_), Some(_)) => (first, second),
            };
            // What nobody says to be written may be read only: then the call is fine with a copy.
            let separate = access(written) == Some(Access::Tentative)
                && matches!(access(other), Some(Access::Tentative | Access::Read));
            pairs.push(Apart { written, other, separate });
        }
    }
    pairs
}
