//! Expressions with everything computed that does not depend on variables, as compilers simplify them.

use crate::analysis::arithmetic;
use crate::analysis::constant::{Constant, NotConstant};
use crate::analysis::constructor;
use crate::analysis::function;
use crate::analysis::inquiry;
use crate::analysis::intrinsic_function::is_function;
use crate::analysis::kind::ResolvedType;
use crate::analysis::phrase;
use crate::analysis::real::Real;
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::analysis::selection;
use crate::analysis::simple::{Call, Callee, Simple, Subscript, Variable};
use crate::ir::entity::Entity;
use crate::ir::expr::{Actual, Expr, ExprKind, ImpliedDo, UnaryOperator};
use crate::ir::name::Name;
use crate::ir::types::BaseType;
use crate::source::Span;

/// How many operands may follow one another.
const MAX_OPERANDS: usize = 2000;

/// Simplifies expressions.
pub struct Simplifier<'a, 'ir> {
    pub(super) modules: &'a Modules<'ir>,
    /// The variables of the implied dos around, with their values.
    variables: Vec<(Name, i128)>,
}

impl<'a, 'ir> Simplifier<'a, 'ir> {
    /// A simplifier for expressions of a library.
    #[must_use]
    pub fn new(modules: &'a Modules<'ir>) -> Self {
        Self { modules, variables: Vec::new() }
    }

    /// The expression, simplified.
    pub fn simplify(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Simple<'ir> {
        match self.modules.effort.enter_part() {
            Some(_level) => self.simplify_kind(expr, chain),
            None => Simple::Unknown(NotConstant::Form(expr.span)),
        }
    }

    fn simplify_kind(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Simple<'ir> {
        match &expr.kind {
            ExprKind::Name(name) => self.named(name, expr.span, chain),
            ExprKind::Parenthesized(inner) => self.simplify(inner, chain),
            ExprKind::Unary(operator, operand) => {
                let operand = self.simplify(operand, chain);
                match operand.constant().and_then(|value| arithmetic::unary(operator, value)) {
                    Some(value) => Simple::Constant(value),
                    None if *operator == UnaryOperator::Plus => operand,
                    None => Simple::Unary(operator.clone(), Box::new(operand)),
                }
            }
            ExprKind::Binary(..) => self.operands(expr, chain),
            ExprKind::Reference(name, actuals) => self.reference(name, actuals, expr.span, chain),
            ExprKind::Component(base, name) => {
                let base = self.simplify(base, chain);
                selection::component(base, name)
            }
            ExprKind::Subscripted(base, actuals) => {
                let base = self.simplify(base, chain);
                let subscripts = self.subscripts(actuals, chain);
                selection::select(base, subscripts)
            }
            ExprKind::ArrayConstructor(spec, values) => {
                let mut elements = Vec::new();
                let mut model = None;
                for value in values {
                    self.constructor_values(value, chain, &mut elements, &mut model);
                }
                constructor::array(self.modules, spec.as_deref(), elements, model, chain)
            }
            ExprKind::ImpliedDo(_) | ExprKind::Hollerith(_) | ExprKind::Other(_) => {
                Simple::Unknown(NotConstant::Form(expr.span))
            }
            _ => self.literal(expr, chain).map_or_else(Simple::Unknown, Simple::Constant),
        }
    }

    /// Operands that follow one another, as in `a + b - c`, are gone through without nesting.
    fn operands(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Simple<'ir> {
        let mut rest = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary(operator, left, right) = &first.kind {
            rest.push((operator, right));
            first = left;
        }
        if rest.len() > MAX_OPERANDS {
            return Simple::Unknown(NotConstant::Form(expr.span));
        }
        let mut left = self.simplify(first, chain);
        for (operator, right) in rest.into_iter().rev() {
            let right = self.simplify(right, chain);
            let value = match (left.constant(), right.constant()) {
                (Some(left), Some(right)) => arithmetic::binary(operator, left, right),
                _ => None,
            };
            left = match value {
                Some(value) => Simple::Constant(value),
                None => Simple::Binary(operator.clone(), Box::new(left), Box::new(right)),
            };
        }
        left
    }

    fn literal(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Result<Constant, NotConstant> {
        let form = || NotConstant::Form(expr.span);
        let defaults = self.modules.default_kinds;
        Ok(match &expr.kind {
            ExprKind::Integer(value, kind) => {
                Constant::Integer(*value, self.literal_kind(kind.as_deref(), defaults.integer, chain)?)
            }
            ExprKind::Real { text, exponent, kind } => {
                let default = match exponent {
                    Some('d' | 'D') => defaults.double,
                    Some('q' | 'Q') => 16,
                    _ => defaults.real,
                };
                let kind = self.literal_kind(kind.as_deref(), default, chain)?;
                let text = text.to_ascii_lowercase().replace(['d', 'q'], "e");
                Constant::Real(Real::parse(&text, kind).ok_or_else(form)?)
            }
            ExprKind::Logical(value, kind) => {
                Constant::Logical(*value, self.literal_kind(kind.as_deref(), defaults.logical, chain)?)
            }
            ExprKind::Character(text, kind) => {
                let kind = self.literal_kind(kind.as_deref(), 1, chain)?;
                // Characters of kind 1 are bytes.
                let bytes = || text.bytes().map(char::from).collect::<String>();
                Constant::Character(if kind == 1 && !text.is_ascii() { bytes() } else { text.clone() }.into(), kind)
            }
            ExprKind::Boz(digits, bits) => Constant::Boz(u128::from_str_radix(digits, 1 << bits).map_err(|_| form())?),
            ExprKind::Complex(real, imaginary) => {
                let part = |simple: Simple<'ir>| simple.into_constant().map_err(|open| open.reason(expr.span));
                let (real, imaginary) = (part(self.simplify(real, chain))?, part(self.simplify(imaginary, chain))?);
                let kind_of = |part: &Constant| match part {
                    Constant::Real(value) => value.kind(),
                    _ => 0,
                };
                let kind = match kind_of(&real).max(kind_of(&imaginary)) {
                    0 => defaults.real,
                    kind => kind,
                };
                let parts = real.as_real(kind).zip(imaginary.as_real(kind));
                let (real, imaginary) = parts.ok_or_else(form)?;
                Constant::Complex(real, imaginary)
            }
            _ => return Err(form()),
        })
    }

    fn literal_kind(&mut self, kind: Option<&Expr>, default: u8, chain: &ScopeChain<'ir>) -> Result<u8, NotConstant> {
        let Some(kind) = kind else { return Ok(default) };
        match self.simplify(kind, chain).into_constant() {
            Ok(value) => value.as_kind().ok_or(NotConstant::Form(kind.span)),
            Err(open) => Err(open.reason(kind.span)),
        }
    }

    fn named(&mut self, name: &Name, span: Span, chain: &ScopeChain<'ir>) -> Simple<'ir> {
        if let Some((_, value)) = self.variables.iter().rev().find(|(known, _)| known == name) {
            return Simple::Constant(Constant::Integer(*value, self.modules.default_kinds.integer));
        }
        match self.modules.find(name, chain) {
            Some(Meaning::Entity(entity, outer)) if entity.attributes.parameter => {
                self.parameter(entity, &outer).map_or_else(Simple::Unknown, Simple::Constant)
            }
            Some(Meaning::Constant(value)) => Simple::Constant(value),
            Some(Meaning::MissingModule(module, place)) => {
                let unknown = || Simple::Unknown(NotConstant::MissingModule(module, place));
                phrase::ask_name(name, span, chain, self.modules).map_or_else(unknown, Simple::Constant)
            }
            Some(Meaning::Entity(entity, outer)) => {
                Simple::Variable(Variable { name: name.clone(), span, entity: Some((entity, outer)) })
            }
            _ => Simple::Variable(Variable { name: name.clone(), span, entity: None }),
        }
    }

    /// The value of a named constant, which is computed once.
    ///
    /// # Errors
    /// Says which part of it is not a known constant.
    pub fn parameter(&mut self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Result<Constant, NotConstant> {
        let key = std::ptr::from_ref(entity);
        match self.modules.values.borrow().get(&key) {
            Some(Some(known)) => return known.clone(),
            Some(None) => return Err(NotConstant::Form(entity.span)),
            None => {}
        }
        self.compute_earlier(entity, chain);
        if let Some(Some(known)) = self.modules.values.borrow().get(&key) {
            return known.clone();
        }
        self.compute(entity, chain)
    }

    /// Computes the constants of the same scope that are declared before, so that long rows of constants, each made
    /// from the one before, do not nest.
    fn compute_earlier(&mut self, entity: &'ir Entity, chain: &ScopeChain<'ir>) {
        let Some(level) = chain.level() else { return };
        if !self.modules.visited.borrow_mut().insert(std::ptr::from_ref(level.scope)) {
            return;
        }
        for earlier in level.scope.entities.iter().take_while(|earlier| !std::ptr::eq(*earlier, entity)) {
            let is_open = || !self.modules.values.borrow().contains_key(&std::ptr::from_ref(earlier));
            if earlier.attributes.parameter && is_open() {
                let _ = self.compute(earlier, chain);
            }
        }
    }

    fn compute(&mut self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Result<Constant, NotConstant> {
        let key = std::ptr::from_ref(entity);
        let Some(_level) = self.modules.effort.enter_declaration() else {
            return Err(NotConstant::Form(entity.span));
        };
        self.modules.values.borrow_mut().insert(key, None);
        let variables = std::mem::take(&mut self.variables);
        let value = match &entity.value {
            None => Err(NotConstant::Form(entity.span)),
            Some(value) => match self.simplify(value, chain).into_constant() {
                Ok(constant) => {
                    constructor::declared(self.modules, entity, constant, chain).ok_or(NotConstant::Form(value.span))
                }
                Err(open) => Err(open.reason(value.span)),
            },
        };
        self.variables = variables;
        self.modules.values.borrow_mut().insert(key, Some(value.clone()));
        value
    }

    fn subscripts(&mut self, actuals: &[Actual], chain: &ScopeChain<'ir>) -> Vec<Subscript<'ir>> {
        let subscript = |actual: &Actual| {
            let mut part = |expr: &Option<Expr>| expr.as_ref().map(|expr| self.simplify(expr, chain));
            match (part(&actual.value), actual.is_range) {
                (Some(value), false) => Subscript::Index(value),
                (lower, _) => Subscript::Range(lower, part(&actual.upper), part(&actual.stride)),
            }
        };
        actuals.iter().map(subscript).collect()
    }

    fn reference(&mut self, name: &Name, actuals: &[Actual], span: Span, chain: &ScopeChain<'ir>) -> Simple<'ir> {
        let callee = match self.modules.find(name, chain) {
            Some(Meaning::Entity(entity, outer)) => {
                if entity.attributes.parameter || is_data(entity, actuals) {
                    let base = self.named(name, span, chain);
                    let subscripts = self.subscripts(actuals, chain);
                    return selection::select(base, subscripts);
                }
                if is_intrinsic(entity) { Callee::Intrinsic } else { Callee::Entity(entity, outer) }
            }
            Some(Meaning::Constant(value)) => {
                let subscripts = self.subscripts(actuals, chain);
                return selection::select(Simple::Constant(value), subscripts);
            }
            Some(Meaning::Procedure(procedure, outer) | Meaning::Abstract(procedure, outer)) => {
                Callee::Procedure(procedure, outer)
            }
            Some(Meaning::Generic(..)) if self.modules.find_derived_type(name, chain).is_none() => {
                if is_function(name) && actuals.len() <= 1 { Callee::Intrinsic } else { Callee::Other }
            }
            Some(Meaning::Type(..) | Meaning::Generic(..)) => {
                let arguments = self.arguments(actuals, chain);
                let Some(Meaning::Type(found, outer)) = self.modules.find_derived_type(name, chain) else {
                    return Simple::Unknown(NotConstant::Form(span));
                };
                let value = constructor::structure(self, found, &outer, &arguments);
                return value.map_or(Simple::Unknown(NotConstant::Form(span)), Simple::Constant);
            }
            Some(Meaning::MissingModule(module, place)) if !is_function(name) => {
                return Simple::Unknown(NotConstant::MissingModule(module, place));
            }
            _ if is_function(name) => Callee::Intrinsic,
            _ => Callee::Other,
        };
        let arguments = self.arguments(actuals, chain);
        let call = Call { name: name.clone(), span, arguments, callee };
        let value = match call.callee {
            Callee::Intrinsic => function::find(self.modules, &call),
            _ => None,
        };
        value.map_or_else(|| Simple::Call(call), Simple::Constant)
    }

    fn arguments(&mut self, actuals: &[Actual], chain: &ScopeChain<'ir>) -> Vec<(Option<Name>, Simple<'ir>)> {
        let mut argument = |actual: &Actual| {
            let value = match (&actual.value, actual.is_range) {
                (Some(value), false) => self.simplify(value, chain),
                (value, _) => {
                    let span = value.as_ref().map_or(Span::default(), |value| value.span);
                    Simple::Unknown(NotConstant::Form(span))
                }
            };
            (actual.keyword.clone(), value)
        };
        actuals.iter().map(&mut argument).collect()
    }

    /// The values that one item of an array constructor stands for.
    fn constructor_values(
        &mut self,
        expr: &Expr,
        chain: &ScopeChain<'ir>,
        elements: &mut Vec<Simple<'ir>>,
        model: &mut Option<Constant>,
    ) {
        let ExprKind::ImpliedDo(repeated) = &expr.kind else {
            match self.simplify(expr, chain) {
                Simple::Constant(Constant::Array(array)) => {
                    if model.is_none() {
                        *model = array.sample().cloned();
                    }
                    elements.extend(array.elements.iter().cloned().map(Simple::Constant));
                }
                other => elements.push(other),
            }
            return;
        };
        if self.implied_do(repeated, chain, elements, model).is_none() {
            elements.push(Simple::Unknown(NotConstant::Form(expr.span)));
        }
    }

    fn implied_do(
        &mut self,
        repeated: &ImpliedDo,
        chain: &ScopeChain<'ir>,
        elements: &mut Vec<Simple<'ir>>,
        model: &mut Option<Constant>,
    ) -> Option<()> {
        let mut bound = |expr: &Expr| self.simplify(expr, chain).constant().and_then(Constant::as_integer);
        let (first, last) = (bound(&repeated.first)?, bound(&repeated.last)?);
        let step = repeated.step.as_ref().map_or(Some(1), bound)?;
        if step == 0 {
            return None;
        }
        let mut value = first;
        while if step > 0 { value <= last } else { value >= last } {
            if !self.modules.effort.step() {
                return None;
            }
            self.variables.push((repeated.variable.clone(), value));
            for item in &repeated.values {
                self.constructor_values(item, chain, elements, model);
            }
            self.variables.pop();
            value = value.checked_add(step)?;
        }
        Some(())
    }
}

/// Whether `entity(actuals)` selects a part of data; otherwise it calls a function.
fn is_data(entity: &Entity, actuals: &[Actual]) -> bool {
    let is_character = || entity.type_spec.as_ref().is_some_and(|spec| spec.base == BaseType::Character);
    let is_substring = || actuals.len() == 1 && actuals[0].is_range && is_character();
    entity.interface.is_none() && !entity.attributes.external && (entity.shape.is_some() || is_substring())
}

/// Whether an entity that was declared is an intrinsic function all the same (F2018 8.8).
fn is_intrinsic(entity: &Entity) -> bool {
    let attributes = &entity.attributes;
    let plain = !attributes.external && entity.interface.is_none() && entity.intent.is_none() && !attributes.optional;
    attributes.intrinsic || (plain && is_function(&entity.name))
}

/// The type of an expression; `None` where it is not known.
pub fn find_type<'ir>(simple: &Simple<'ir>, modules: &Modules<'ir>) -> Option<ResolvedType> {
    inquiry::find_type(modules, simple)
}
