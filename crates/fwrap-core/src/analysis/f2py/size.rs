//! Sizes that follow from shapes: `n` of `x(n)` is `shape(x, 0)` unless the caller says otherwise.

use rustc_hash::FxHashMap;

use crate::analysis::f2py::expression::{BinaryOperator, Expression, solve_linear};
use crate::analysis::f2py::polynomial::solve_polynomial;
use crate::analysis::f2py::signature::{Check, Dimension, ElementType, Initial, VariableKind};
use crate::analysis::f2py::variable::Draft;
use crate::ir::f2py::SignatureIntent;
use crate::ir::name::Name;

/// Where the variable of a name stands.
pub(super) type Places = FxHashMap<Name, usize>;

/// Gives sizes the values that the shapes of input arrays say, as f2py does: from the first array, if it has no
/// `check`. A dimension that is not linear, or made of several variables, tells nothing: it is checked instead, and its
/// variables are required. Only the first `count` variables are arguments.
pub(super) fn solve_sizes(drafts: &mut [Draft<'_>], count: usize, places: &Places) {
    for array in 0..count.min(drafts.len()) {
        let VariableKind::Array { dimensions, .. } = &drafts[array].variable.kind else { continue };
        if drafts[array].has_checks {
            continue;
        }
        let extents: Vec<(usize, Expression)> = dimensions
            .iter()
            .enumerate()
            .filter_map(|(at, dimension)| match dimension {
                Dimension::Extent(extent) => Some((at, extent.clone())),
                Dimension::Open | Dimension::Later(_) => None,
            })
            .collect();
        let mut known: Vec<usize> = said_depends(&drafts[array], places);
        let is_input = drafts[array].is_input();
        for (dimension, extent) in extents {
            let names: Vec<usize> = extent.names().iter().filter_map(|name| places.get(name).copied()).collect();
            let names: Vec<usize> = names.into_iter().filter(|size| *size != array).collect();
            for &size in names.iter().filter(|_| is_input) {
                let is_settled = drafts[size].variable.initial.is_some()
                    || (size < array && drafts[size].depends.is_some())
                    || known.contains(&size);
                if is_settled {
                    continue;
                }
                if !(names.len() == 1 && solve(drafts, size, (array, dimension), &extent)) {
                    require(drafts, size, (array, dimension), &extent);
                    known.push(size);
                }
            }
            // what is found from this array cannot be known before it
            drafts[array].soft.extend(names.iter().copied());
        }
    }
}

fn said_depends(draft: &Draft<'_>, places: &Places) -> Vec<usize> {
    draft.depends.iter().flatten().filter_map(|name| places.get(name).copied()).collect()
}

/// Solves a dimension for the only variable in it.
fn solve(drafts: &mut [Draft<'_>], size: usize, (array, dimension): (usize, usize), extent: &Expression) -> bool {
    let is_integer = |element: &ElementType| matches!(element, ElementType::Integer(_) | ElementType::Unsigned(_));
    if !matches!(&drafts[size].variable.kind, VariableKind::Scalar(element) if is_integer(element)) {
        return false;
    }
    let shape = Expression::shape(&drafts[array].variable.name, dimension);
    let name = &drafts[size].variable.name;
    let by_division = || solve_linear(extent, name).map(|linear| linear.solution(shape.clone()));
    let Some(expression) = solve_polynomial(extent, name, &shape).or_else(by_division) else { return false };
    let check = equality(shape, extent);
    let array_name = drafts[array].variable.name.clone();
    let draft = &mut drafts[size];
    let is_processed = size < array;
    draft.variable.initial = Some(Initial { text: expression.to_string(), expression, is_by_element: false });
    draft.variable.is_optional = !draft.is_required && !draft.variable.intent.hidden;
    draft.variable.is_solved = true;
    if !(is_processed && draft.has_checks) {
        draft.variable.checks.insert(0, check);
    }
    draft.depends.get_or_insert_default().push(array_name);
    true
}

/// A dimension that cannot be solved is checked, and its variables are required.
fn require(drafts: &mut [Draft<'_>], size: usize, (array, dimension): (usize, usize), extent: &Expression) {
    let shape = Expression::shape(&drafts[array].variable.name, dimension);
    let check = equality(shape, extent);
    let checks = &mut drafts[array].variable.checks;
    if !checks.iter().any(|known| known.text == check.text) {
        checks.push(check);
    }
    let draft = &mut drafts[size];
    draft.is_required |= !draft.variable.is_optional;
    // what is only returned has to be given now, too
    let intent = &mut draft.variable.intent;
    let signature = draft.variable.entity.and_then(|entity| entity.f2py.as_ref());
    let is_hidden = signature.is_some_and(|signature| signature.intents.contains(&SignatureIntent::Hide));
    if intent.output && intent.hidden && !is_hidden {
        (intent.input, intent.hidden) = (true, false);
    }
}

/// `shape(x, 0) == n`
fn equality(shape: Expression, extent: &Expression) -> Check {
    let expression = Expression::binary(BinaryOperator::Equal, shape, extent.clone());
    Check { text: expression.to_string(), expression }
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::testing::{facts, signature, signature_of, values};

    /// The signature of a subroutine, and its values in their order.
    fn solved(arguments: &str, declarations: &str) -> Vec<String> {
        let text = format!("subroutine s({arguments})\n{declarations}\nend subroutine\n");
        facts("a.f90", &text, |python, _| {
            let routine = &python.root.routines[0];
            [signature(routine)].into_iter().chain(values(routine)).collect()
        })
    }

    #[test]
    fn sizes_are_found_from_shapes() {
        for (arguments, declarations, expected) in [
            ("n, x", "integer n; real x(n)", ["s(x, [n])", "n = shape(x, 0), check(shape(x, 0) == n)"]),
            (
                "n, x",
                "integer n; real x(2*n+1)",
                ["s(x, [n])", "n = (shape(x, 0) - 1)/2, check(shape(x, 0) == 2*n + 1)"],
            ),
            ("n, x", "integer n; real x(0:n)", ["s(x, [n])", "n = shape(x, 0) - 1, check(shape(x, 0) == n + 1)"]),
            ("n, x", "integer n; real x(n/2)", ["s(x, [n])", "n = 2*shape(x, 0), check(shape(x, 0) == n/2)"]),
            (
                "n, x",
                "integer n; real x(n*(n+1):n*(n+5))",
                ["s(x, [n])", "n = (shape(x, 0) - 1)/4, check(shape(x, 0) == n*(n + 5) - n*(n + 1) + 1)"],
            ),
            ("x, n", "integer n; real x(n, n)", ["s(x, [n])", "n = shape(x, 0), check(shape(x, 0) == n)"]),
        ] {
            assert_eq!(solved(arguments, declarations), expected, "{declarations}");
        }
    }

    #[test]
    fn the_first_input_array_gives_the_size() {
        let found = solved("n, z, x, y", "integer n; real x(n), y(n), z(n)\nintent(out) z");
        assert_eq!(found, ["z = s(x, y, [n])", "n = shape(x, 0), check(shape(x, 0) == n)"]);
    }

    #[test]
    fn what_several_variables_make_is_checked() {
        let found = solved("n, m, x", "integer n, m; real x(n*m)");
        assert_eq!(found, ["s(n, m, x)", "x, check(shape(x, 0) == n*m)"]);
        let found = solved("n, x", "integer n; real x(2*n:3*n*n)\n!f2py intent(out) n");
        assert_eq!(found[0], "n = s(n, x)");
        let found = solved("n, x", "integer n; real x(n**2)");
        assert_eq!(found, ["s(n, x)", "x, check(shape(x, 0) == pow(n, 2))"]);
    }

    #[test]
    fn conditions_and_values_of_the_user_count() {
        let declared = |size: &str, array: &str| {
            signature_of(&format!("subroutine s(n, x)\n integer {size} :: n\n real dimension(n){array} :: x\n end"))
        };
        assert_eq!(declared("", ""), "s(x, [n])");
        assert_eq!(declared("required", ""), "s(n, x)");
        assert_eq!(declared("intent(hide)", ""), "s(x)");
        assert_eq!(declared("", ", check(len(x)>=n)"), "s(n, x)");
        assert_eq!(declared("", ", check()"), "s(n, x)");
        assert_eq!(declared("", ", depend(n)"), "s(n, x)");
        assert_eq!(declared("", ", intent(out)"), "x = s(n)");
    }
}
