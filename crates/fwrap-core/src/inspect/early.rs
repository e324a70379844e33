//! Names that specification expressions use before their type is declared: implicit typing gives them a type there,
//! which a later declaration can only confirm.

use std::collections::HashMap;

use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::expr::{Actual, Expr, ExprKind};
use crate::ir::name::Name;
use crate::ir::procedure::Scope;
use crate::ir::types::CharacterLength;
use crate::source::Span;

/// Where each name stands first in an array bound or a length.
pub(super) fn find_first_uses(scope: &Scope) -> HashMap<&Name, Span> {
    let mut uses = HashMap::new();
    let mut visit = |expr| visit_names(expr, &mut |name, span| note(&mut uses, name, span));
    for entity in &scope.entities {
        if let Some(ArraySpec::Dimensions(dimensions)) = &entity.shape {
            for dimension in dimensions {
                match dimension {
                    Dimension::Explicit { lower, upper } => {
                        lower.iter().for_each(&mut visit);
                        visit(upper);
                    }
                    Dimension::AssumedSize { lower } | Dimension::Colon { lower } => lower.iter().for_each(&mut visit),
                }
            }
        }
        if let Some(CharacterLength::Expr(length)) = entity.type_spec.as_ref().and_then(|spec| spec.length.as_ref()) {
            visit(length);
        }
    }
    uses
}

fn note<'ir>(uses: &mut HashMap<&'ir Name, Span>, name: &'ir Name, span: Span) {
    let first = uses.entry(name).or_insert(span);
    if span.file == first.file && span.start < first.start {
        *first = span;
    }
}

/// Every name in an expression that could be a variable.
fn visit_names<'ir>(expr: &'ir Expr, visit: &mut dyn FnMut(&'ir Name, Span)) {
    let mut of_actuals = |actuals: &'ir [Actual]| {
        for actual in actuals {
            for part in [&actual.value, &actual.upper, &actual.stride].into_iter().flatten() {
                visit_names(part, visit);
            }
        }
    };
    match &expr.kind {
        ExprKind::Name(name) => visit(name, expr.span),
        ExprKind::Reference(_, actuals) => of_actuals(actuals),
        ExprKind::Subscripted(base, actuals) => {
            of_actuals(actuals);
            visit_names(base, visit);
        }
        ExprKind::Component(base, _) | ExprKind::Unary(_, base) | ExprKind::Parenthesized(base) => {
            visit_names(base, visit);
        }
        ExprKind::Binary(_, left, right) => {
            visit_names(left, visit);
            visit_names(right, visit);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::find_first_uses;
    use crate::ir::array::{ArraySpec, Dimension};
    use crate::ir::entity::Entity;
    use crate::ir::expr::{Expr, ExprKind};
    use crate::ir::name::Name;
    use crate::ir::procedure::Scope;
    use crate::source::{FileId, Span};

    #[test]
    fn the_first_of_several_uses_counts() {
        let bound = |start| {
            let kind =
                ExprKind::Parenthesized(Box::new(Expr { kind: ExprKind::Name(Name::new("n")), span: at(start) }));
            Dimension::Explicit { lower: None, upper: Expr { kind, span: at(start) } }
        };
        let mut array = Entity::undeclared(Name::new("a"), at(1));
        array.shape = Some(ArraySpec::Dimensions(vec![bound(9), bound(4)]));
        let scope = Scope { entities: vec![array], ..Scope::default() };
        let uses = find_first_uses(&scope);
        assert_eq!(uses.get(&Name::new("N")).map(|span| span.start), Some(4));
        assert_eq!(uses.len(), 1);
    }

    fn at(start: usize) -> Span {
        Span::new(FileId(0), start, start + 1)
    }
}
