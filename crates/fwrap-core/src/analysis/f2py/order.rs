//! In which order variables get their values: each behind those that it depends on.

use std::collections::VecDeque;

use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::{Check, Dimension, TextLength, VariableKind};
use crate::analysis::f2py::size::Places;
use crate::analysis::f2py::variable::Draft;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The order. What a variable depends on, by `depend` or what its value and shape are made of, is put into it.
///
/// # Errors
/// Says which variables depend on one another.
pub(super) fn settle_order(drafts: &mut [Draft<'_>], places: &Places) -> Result<Vec<usize>, Box<Diagnostic>> {
    let mut graph: Vec<Vec<usize>> = (0..drafts.len()).map(|at| hard(drafts, at, places)).collect();
    if let Some(circle) = find_circle(&graph) {
        return Err(Box::new(circular(drafts, &circle)));
    }
    for at in 0..drafts.len() {
        for other in soft(drafts, at, places) {
            if other != at && !graph[at].contains(&other) && !reaches(&graph, other, at) {
                graph[at].push(other);
            }
        }
    }
    let order = sorted(&graph, &first_mention(drafts));
    if let Some(circle) = find_untimely(drafts, &order, places) {
        return Err(Box::new(circular(drafts, &circle)));
    }
    for (draft, depends) in drafts.iter_mut().zip(graph) {
        draft.variable.depends = depends;
    }
    Ok(order)
}

/// `depend(...)`; without it, the variables in the initial value.
fn hard(drafts: &[Draft<'_>], at: usize, places: &Places) -> Vec<usize> {
    let draft = &drafts[at];
    let mut found = Vec::new();
    let mut add = |other: Option<usize>| {
        if let Some(other) = other.filter(|other| *other != at && !found.contains(other)) {
            found.push(other);
        }
    };
    draft.depends.iter().flatten().for_each(|name| add(places.get(name).copied()));
    if let Some(initial) = draft.variable.initial.as_ref().filter(|_| draft.depends.is_none()) {
        initial.expression.names().iter().for_each(|name| add(places.get(name).copied()));
    }
    found
}

/// What its value, shape, length and conditions are made of.
fn soft(drafts: &[Draft<'_>], at: usize, places: &Places) -> Vec<usize> {
    let draft = &drafts[at];
    let mut found = draft.soft.clone();
    let mut add = |expression: &Expression| {
        found.extend(expression.names().iter().filter_map(|name| places.get(name).copied()));
    };
    draft.variable.initial.iter().for_each(|initial| add(&initial.expression));
    match &draft.variable.kind {
        VariableKind::Text(TextLength::Known(length)) => add(length),
        VariableKind::Array { dimensions, length, .. } => {
            if let Some(TextLength::Known(length)) = length {
                add(length);
            }
            // the shape of an input array with conditions is that of the actual argument, unless `depend` says more
            if !(draft.has_checks && draft.is_input()) {
                for dimension in dimensions {
                    if let Dimension::Extent(extent) = dimension {
                        add(extent);
                    }
                }
            }
        }
        _ => {}
    }
    draft.variable.checks.iter().for_each(|check| add(&check.expression));
    found
}

/// A variable whose value is made of one that comes later. What C code asks of another may be known before, such as
/// whether `x_capi` is given.
fn find_untimely(drafts: &[Draft<'_>], order: &[usize], places: &Places) -> Option<Vec<usize>> {
    let ranks = ranks(order);
    drafts.iter().enumerate().find_map(|(at, draft)| {
        let initial = draft.variable.initial.as_ref().filter(|initial| !initial.expression.is_verbatim())?;
        let names = initial.expression.names();
        let mut others = names.iter().filter_map(|name| places.get(name).copied());
        others.find(|other| *other != at && ranks[*other] > ranks[at]).map(|other| vec![at, other])
    })
}

/// The place of each variable in the order.
fn ranks(order: &[usize]) -> Vec<usize> {
    let mut ranks = vec![0; order.len()];
    order.iter().enumerate().for_each(|(rank, at)| ranks[*at] = rank);
    ranks
}

/// Whether one variable depends on another, over however many.
fn reaches(graph: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; graph.len()];
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        if next == to {
            return true;
        }
        if !std::mem::replace(&mut seen[next], true) {
            open.extend(graph[next].iter().copied());
        }
    }
    false
}

/// Variables that depend on one another, if there are some.
fn find_circle(graph: &[Vec<usize>]) -> Option<Vec<usize>> {
    let sorted = sorted(graph, &(0..graph.len()).collect::<Vec<_>>());
    if sorted.len() == graph.len() {
        return None;
    }
    let mut is_left = vec![true; graph.len()];
    sorted.iter().for_each(|at| is_left[*at] = false);
    // every one that is left depends on another that is: walk until one comes again
    let mut path = vec![(0..graph.len()).find(|at| is_left[*at])?];
    let mut places: Vec<Option<usize>> = vec![None; graph.len()];
    places[path[0]] = Some(0);
    loop {
        let next = graph[*path.last()?].iter().copied().find(|other| is_left[*other])?;
        if let Some(start) = places[next] {
            return Some(path.split_off(start));
        }
        places[next] = Some(path.len());
        path.push(next);
    }
}

/// Those that depend on nothing first, the others as soon as they can; of several the first declared.
fn sorted(graph: &[Vec<usize>], ranks: &[usize]) -> Vec<usize> {
    let mut waiting: Vec<usize> = graph.iter().map(Vec::len).collect();
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); graph.len()];
    for &at in ranks {
        graph[at].iter().for_each(|other| dependents[*other].push(at));
    }
    let mut ready: VecDeque<usize> = ranks.iter().copied().filter(|at| waiting[*at] == 0).collect();
    let mut order = Vec::new();
    while let Some(next) = ready.pop_front() {
        order.push(next);
        for &dependent in &dependents[next] {
            waiting[dependent] -= 1;
            if waiting[dependent] == 0 {
                ready.push_back(dependent);
            }
        }
    }
    order
}

/// The variables in the order of their declarations.
fn first_mention(drafts: &[Draft<'_>]) -> Vec<usize> {
    let mut ranks: Vec<usize> = (0..drafts.len()).collect();
    let file = drafts.first().map(|draft| draft.variable.span.file);
    if drafts.iter().all(|draft| Some(draft.variable.span.file) == file) {
        ranks.sort_by_key(|at| drafts[*at].variable.span.start);
    }
    ranks
}

/// Marks the extents that are made of what comes later. The length of a text is that of the actual argument then, and a
/// condition is asked as soon as all in it is known.
pub(super) fn mark_later(drafts: &mut [Draft<'_>], order: &[usize], places: &Places) {
    let ranks = ranks(order);
    let last = |expression: &Expression| {
        let names = expression.names();
        names.iter().filter_map(|name| places.get(name).copied()).max_by_key(|other| ranks[*other])
    };
    let mut moved: Vec<(usize, Check)> = Vec::new();
    for (at, draft) in drafts.iter_mut().enumerate() {
        let is_later = |expression: &Expression| last(expression).filter(|other| ranks[*other] > ranks[at]);
        match &mut draft.variable.kind {
            VariableKind::Array { dimensions, .. } => {
                for dimension in dimensions {
                    if let Dimension::Extent(extent) = dimension
                        && is_later(extent).is_some()
                    {
                        *dimension = Dimension::Later(extent.clone());
                    }
                }
            }
            VariableKind::Text(length) => {
                if matches!(length, TextLength::Known(length) if is_later(length).is_some()) {
                    *length = TextLength::Assumed;
                }
            }
            VariableKind::Scalar(_) | VariableKind::Procedure(_) => {}
        }
        let checks = std::mem::take(&mut draft.variable.checks);
        for check in checks {
            match is_later(&check.expression) {
                Some(other) if !check.expression.is_verbatim() => moved.push((other, check)),
                _ => draft.variable.checks.push(check),
            }
        }
    }
    for (at, check) in moved {
        drafts[at].variable.checks.push(check);
    }
}

/// How many variables of a circle are named.
const NAMED: usize = 4;

fn circular(drafts: &[Draft<'_>], circle: &[usize]) -> Diagnostic {
    let name = |at: &usize| format!("`{}`", drafts[*at].variable.name);
    let named: Vec<String> = circle.iter().take(NAMED).map(name).collect();
    let title = match circle {
        [_] => format!("{} depends on itself", named[0]),
        _ if circle.len() > NAMED => {
            format!("{} and {} more depend on one another", named.join(", "), circle.len() - NAMED)
        }
        _ => format!("{} depend on one another", named.join(" and ")),
    };
    let span = |at: usize| -> Span { drafts[at].variable.span };
    let first = span(circle[0]);
    let mut diagnostic = Diagnostic::warning(Code::SignatureCircle, first, title).label("needs the other's value");
    for &at in circle.iter().skip(1).take(NAMED) {
        diagnostic = diagnostic.also(span(at), "and this one needs its value");
    }
    diagnostic.help(format!("leave one of them out of `depend`, or give {} no initial value", named[0]))
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::testing::{dimensions, facts, file, signature_of, values};

    /// The variables of a subroutine in their order, arrays with their dimensions.
    fn order(arguments: &str, declarations: &str) -> String {
        facts("a.pyf", &file(&format!("subroutine s({arguments})\n{declarations}\nend")), |python, _| {
            let routine = &python.root.routines[0];
            assert!(routine.problems.is_empty(), "{:?}", routine.problems);
            let text = |at: &usize| {
                let variable = &routine.variables[*at];
                let dimensions = dimensions(variable);
                format!("{}{}{dimensions}", variable.name, if dimensions.is_empty() { "" } else { ":" })
            };
            routine.order.iter().map(text).collect::<Vec<_>>().join(" ")
        })
    }

    #[test]
    fn variables_come_behind_what_they_need() {
        assert_eq!(order("n, x", "integer :: n\nreal dimension(n) :: x"), "x:(n) n");
        assert_eq!(order("x, n", "integer, required :: n\nreal dimension(n), depend(n) :: x"), "n x:n");
        assert_eq!(order("n, y", "integer :: n\nreal dimension(2*n), intent(out) :: y"), "n y:2*n");
        let hidden = "integer intent(hide), depend(a) :: n = shape(a, 0)
            real dimension(n, n), check(shape(a,0)==shape(a,1)) :: a
            real dimension(n), intent(hide,cache) :: work";
        assert_eq!(order("n, a, work", hidden), "a:(n), (n) n work:n");
    }

    #[test]
    fn conditions_wait_for_what_is_in_them() {
        let text = "subroutine s(x, n)
            real dimension(n), check(len(x)>=n) :: x
            integer depend(x), optional :: n = len(x)
            end";
        facts("a.pyf", &file(text), |python, _| {
            assert_eq!(values(&python.root.routines[0]), ["n = len(x), check(len(x)>=n)"]);
        });
    }

    #[test]
    fn names_that_do_not_exist_are_read_over() {
        assert_eq!(order("k", "integer depend(nothing), optional :: k = 3"), "k");
    }

    #[test]
    fn circles_are_said() {
        let circle = "subroutine s(n, m)\n integer depend(m) :: n = m\n integer depend(n) :: m = n\n end";
        assert_eq!(signature_of(circle), "s: `n` and `m` depend on one another");
        assert_eq!(signature_of(&circle.replace("depend(m)", "depend()")), "s: `n` and `m` depend on one another");
        let free = "subroutine s(n, m)\n integer depend(m) :: n = m\n integer :: m\n end";
        assert_eq!(signature_of(free), "s(m, [n])");
    }

    #[test]
    fn the_object_of_a_variable_is_known_before_its_value() {
        let text = "subroutine s(y, ly, k)
            integer :: k
            real dimension(ly), depend(ly), optional, intent(in,out,copy) :: y
            integer intent(hide), depend(k) :: ly = (y_capi==Py_None?k:-1)
            end";
        assert_eq!(signature_of(text), "y = s(k, [y, overwrite_y])");
    }
}
