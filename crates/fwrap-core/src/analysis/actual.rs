//! What an actual argument says of the dummy argument that takes it.

use crate::analysis::dummy_procedure::is_same_type;
use crate::analysis::kind::{self, ResolvedType};
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::ir::entity::Entity;
use crate::ir::expr::{Actual, BinaryOperator, Expr, ExprKind, UnaryOperator};
use crate::ir::name::Name;
use crate::ir::types::CharacterLength;

/// A type that may be known.
#[derive(Clone, Debug)]
pub enum Found {
    /// It is this.
    Known(ResolvedType),
    /// The actual arguments do not say it.
    Unknown,
}

/// The form of an actual argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A scalar.
    Scalar,
    /// An array or section of this rank; the dummy argument may have another one.
    Array(usize),
    /// An array element: the dummy argument may be a scalar or an array.
    Element,
    /// An alternate return.
    AlternateReturn,
    /// A procedure.
    Procedure,
    /// Not known.
    Unknown,
}

/// What actual arguments at one place say of the dummy argument.
#[derive(Clone, Debug)]
pub struct FoundActual {
    /// The type.
    pub data_type: Found,
    /// The form.
    pub form: Form,
    /// The name of the variable that is passed: a name for the argument.
    pub name: Option<Name>,
}

impl FoundActual {
    fn new(data_type: Found, form: Form) -> Self {
        Self { data_type, form, name: None }
    }

    /// What two actual arguments at one place cannot both be.
    pub(super) fn contradiction(&self, other: &Self) -> Option<String> {
        if let (Found::Known(one), Found::Known(two)) = (&self.data_type, &other.data_type)
            && !is_same_type(one, two)
        {
            return Some(format!("{} and {}", describe(one), describe(two)));
        }
        let is_array = |form: Form| matches!(form, Form::Array(_));
        match (self.form, other.form) {
            (one, Form::Scalar) | (Form::Scalar, one) if is_array(one) => Some("an array and a scalar".to_owned()),
            (one, two)
                if (one == Form::Procedure) != (two == Form::Procedure)
                    && one != Form::Unknown
                    && two != Form::Unknown =>
            {
                Some("a procedure and a value".to_owned())
            }
            _ => None,
        }
    }

    /// Takes over what another actual argument at the place says; true if that is more.
    pub(super) fn learn(&mut self, other: Self) -> bool {
        let mut is_more = false;
        if let (Found::Unknown, Found::Known(_)) = (&self.data_type, &other.data_type) {
            self.data_type = other.data_type;
            is_more = true;
        }
        let weight = |form: Form| match form {
            Form::Unknown => 0,
            Form::Element => 1,
            _ => 2,
        };
        if weight(other.form) > weight(self.form) {
            self.form = other.form;
            is_more = true;
        }
        is_more
    }
}

fn describe(data_type: &ResolvedType) -> String {
    match data_type {
        ResolvedType::Integer(kind) => format!("integer({kind})"),
        ResolvedType::Real(kind) => format!("real({kind})"),
        ResolvedType::Complex(kind) => format!("complex({kind})"),
        ResolvedType::Logical(kind) => format!("logical({kind})"),
        ResolvedType::Character(_) => "a character".to_owned(),
        ResolvedType::Other(name) => name.clone(),
    }
}

/// What an actual argument says.
pub(super) fn find_actual<'ir>(actual: &'ir Actual, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> FoundActual {
    match &actual.value {
        Some(value) => {
            let mut found = find(value, chain, modules, 0);
            found.name = match &value.kind {
                ExprKind::Name(name) | ExprKind::Reference(name, _) => Some(name.clone()),
                _ => None,
            };
            found
        }
        None => FoundActual::new(Found::Unknown, Form::AlternateReturn),
    }
}

fn find<'ir>(expr: &'ir Expr, chain: &ScopeChain<'ir>, modules: &Modules<'ir>, depth: usize) -> FoundActual {
    use ResolvedType as Type;
    let scalar = |data_type| FoundActual::new(Found::Known(data_type), Form::Scalar);
    let unknown = || FoundActual::new(Found::Unknown, Form::Unknown);
    let kinds = modules.default_kinds;
    if depth > 50 {
        return unknown();
    }
    match &expr.kind {
        ExprKind::Integer(_, None) => scalar(Type::Integer(kinds.integer)),
        ExprKind::Real { exponent: Some('d' | 'D'), kind: None, .. } => scalar(Type::Real(kinds.double)),
        ExprKind::Real { exponent: None | Some('e' | 'E'), kind: None, .. } => scalar(Type::Real(kinds.real)),
        ExprKind::Logical(_, None) => scalar(Type::Logical(kinds.logical)),
        ExprKind::Character(..) => scalar(Type::Character(CharacterLength::Assumed)),
        ExprKind::Name(name) => find_name(name, None, expr, chain, modules),
        ExprKind::Reference(name, actuals) => find_name(name, Some(actuals), expr, chain, modules),
        ExprKind::Parenthesized(inner) | ExprKind::Unary(UnaryOperator::Minus | UnaryOperator::Plus, inner) => {
            value_of(find(inner, chain, modules, depth + 1))
        }
        ExprKind::Binary(operator, left, right) => {
            let left = value_of(find(left, chain, modules, depth + 1));
            let right = value_of(find(right, chain, modules, depth + 1));
            let data_type = operate(operator, &left.data_type, &right.data_type, kinds.logical);
            let form = match (left.form, right.form) {
                (Form::Scalar, Form::Scalar) => Form::Scalar,
                (Form::Array(rank), _) | (_, Form::Array(rank)) => Form::Array(rank),
                _ => Form::Unknown,
            };
            FoundActual::new(data_type, form)
        }
        _ => unknown(),
    }
}

/// An element in an expression is a scalar.
fn value_of(found: FoundActual) -> FoundActual {
    let form = if found.form == Form::Element { Form::Scalar } else { found.form };
    FoundActual { form, name: None, ..found }
}

/// A variable, or a part of one; functions are not followed.
fn find_name<'ir>(
    name: &Name,
    actuals: Option<&Vec<Actual>>,
    expr: &Expr,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> FoundActual {
    let undeclared = || Entity::undeclared(name.clone(), expr.span);
    let (entity, chain) = match modules.find(name, chain) {
        Some(Meaning::Entity(entity, outer)) => (std::borrow::Cow::Borrowed(entity), outer),
        None if actuals.is_none() => (std::borrow::Cow::Owned(undeclared()), chain.clone()),
        Some(Meaning::Procedure(..)) if actuals.is_none() => return FoundActual::new(Found::Unknown, Form::Procedure),
        _ => return FoundActual::new(Found::Unknown, Form::Unknown),
    };
    if actuals.is_none() && (entity.attributes.external || entity.interface.is_some() || entity.attributes.intrinsic) {
        return FoundActual::new(Found::Unknown, Form::Procedure);
    }
    let data_type = kind::find_type(&entity, &chain, modules).map_or(Found::Unknown, Found::Known);
    let rank = entity.shape.as_ref().map(|shape| shape.rank().unwrap_or(0));
    let form = match (rank, actuals) {
        (None, None) => Form::Scalar,
        (Some(rank), None) => Form::Array(rank),
        (Some(_), Some(subscripts)) => match subscripts.iter().filter(|subscript| subscript.is_range).count() {
            0 => Form::Element,
            rank => Form::Array(rank),
        },
        // a substring, or a function
        (None, Some(subscripts)) if subscripts.iter().any(|subscript| subscript.is_range) => Form::Scalar,
        (None, Some(_)) => Form::Unknown,
    };
    FoundActual::new(data_type, form)
}

/// The type of `left operator right` (F2018 10.1.9.3).
fn operate(operator: &BinaryOperator, left: &Found, right: &Found, logical: u8) -> Found {
    use BinaryOperator as Op;
    use ResolvedType as Type;
    let (Found::Known(left), Found::Known(right)) = (left, right) else { return Found::Unknown };
    match operator {
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Power => {
            let known = match (left, right) {
                (Type::Integer(one), Type::Integer(two)) => Type::Integer(*one.max(two)),
                (Type::Real(one), Type::Real(two)) => Type::Real(*one.max(two)),
                (Type::Real(kind), Type::Integer(_)) | (Type::Integer(_), Type::Real(kind)) => Type::Real(*kind),
                (Type::Complex(kind), Type::Integer(_)) | (Type::Integer(_), Type::Complex(kind)) => {
                    Type::Complex(*kind)
                }
                (Type::Complex(one), Type::Complex(two) | Type::Real(two)) | (Type::Real(one), Type::Complex(two)) => {
                    Type::Complex(*one.max(two))
                }
                _ => return Found::Unknown,
            };
            Found::Known(known)
        }
        Op::Concatenate => Found::Known(Type::Character(CharacterLength::Assumed)),
        Op::Equal | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => {
            Found::Known(Type::Logical(logical))
        }
        _ => Found::Unknown,
    }
}
