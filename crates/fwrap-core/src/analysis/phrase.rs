//! Puts a constant expression that is not folded as a question: its text, with all that the text needs.

use crate::analysis::constant::{Constant, NotConstant};
use crate::analysis::kind::find_type;
use crate::analysis::origin::{find_origins, is_declared};
use crate::analysis::question::Question;
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::analysis::simplify::Simplifier;
use crate::ir::entity::Entity;
use crate::ir::expr::{Actual, BinaryOperator, Expr, ExprKind, UnaryOperator};
use crate::ir::name::Name;
use crate::ir::types::{BaseType, KindSelector};
use crate::source::Span;

/// How deep expressions and declarations may refer to others.
pub(super) const MAX_DEPTH: usize = 60;

/// Functions that ask about the type of their argument, which need not be a constant.
const INQUIRIES: &[&str] = &[
    "bit_size",
    "c_sizeof",
    "digits",
    "epsilon",
    "huge",
    "kind",
    "len",
    "maxexponent",
    "minexponent",
    "new_line",
    "precision",
    "radix",
    "range",
    "rank",
    "sizeof",
    "storage_size",
    "tiny",
];

/// What the compiler says of an expression that is not folded, if it has been asked; else the question is noted down.
pub(super) fn ask<'ir>(
    expr: &Expr,
    reason: &NotConstant,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Option<Constant> {
    // What depends on variables is no constant, unless only their types matter.
    if matches!(reason, NotConstant::Variable(..)) && !has_inquiry(expr) {
        return None;
    }
    let question = modules.inquiries.while_phrasing(|| phrase(expr, chain, modules))?;
    let answer = modules.inquiries.ask(question)?;
    Some(Constant::Integer(answer.value, answer.kind))
}

/// What the compiler says of a name that a module outside of the sources may have.
pub(super) fn ask_name<'ir>(
    name: &Name,
    span: Span,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Option<Constant> {
    let answer = modules.inquiries.ask(phrase_name(name, span, chain, modules)?)?;
    Some(Constant::Integer(answer.value, answer.kind))
}

fn has_inquiry(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Reference(name, actuals) => {
            INQUIRIES.contains(&name.lower())
                || actuals.iter().any(|actual| actual.value.as_ref().is_some_and(has_inquiry))
        }
        ExprKind::Unary(_, inner) | ExprKind::Parenthesized(inner) => has_inquiry(inner),
        ExprKind::Binary(_, left, right) => has_inquiry(left) || has_inquiry(right),
        _ => false,
    }
}

/// An expression as a question; `None` if it cannot be put as one.
fn phrase<'ir>(expr: &Expr, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> Option<Question> {
    let mut phrasing = Phrasing::new(modules);
    let expression = phrasing.expression(expr, chain)?;
    Some(phrasing.question(expression, expr.span))
}

/// A name that a module outside of the sources may have, as a question.
fn phrase_name<'ir>(name: &Name, span: Span, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> Option<Question> {
    let mut phrasing = Phrasing::new(modules);
    let expression = phrasing.outside(name, chain)?;
    Some(phrasing.question(expression, span))
}

pub(super) struct Phrasing<'a, 'ir> {
    pub(super) modules: &'a Modules<'ir>,
    /// Modules outside of the sources.
    outside: Vec<String>,
    pub(super) uses: Vec<String>,
    pub(super) declarations: Vec<String>,
    /// What the names in the text stand for: a name that stands for two things cannot be written.
    meanings: Vec<(Name, Standing)>,
    /// How many inquiries are around.
    pub(super) inquiries: usize,
    pub(super) depth: usize,
}

/// What a name in the text stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The declaration in the sources.
    Declared(*const ()),
    /// The USE statements that bring it in.
    Used(Vec<String>),
}

impl<'a, 'ir> Phrasing<'a, 'ir> {
    fn new(modules: &'a Modules<'ir>) -> Self {
        Self {
            modules,
            outside: Vec::new(),
            uses: Vec::new(),
            declarations: Vec::new(),
            meanings: Vec::new(),
            inquiries: 0,
            depth: 0,
        }
    }

    fn question(mut self, expression: String, span: Span) -> Question {
        self.uses.sort();
        let lines = self.uses.iter().chain(&self.declarations).map(|line| format!("{line}\n"));
        Question { scope: lines.collect(), modules: self.outside, expression, span }
    }

    /// Notes what a name stands for; `Some(true)`: it is new.
    pub(super) fn stands_for(&mut self, name: &Name, standing: Standing) -> Option<bool> {
        match self.meanings.iter().find(|(known, _)| known == name) {
            Some((_, known)) => (*known == standing).then_some(false),
            None => {
                self.meanings.push((name.clone(), standing));
                Some(true)
            }
        }
    }

    pub(super) fn expression(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Option<String> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        if self.inquiries == 0 && !is_literal(expr) {
            // What is known is written as its value: its names need no declarations then.
            let value = Simplifier::new(self.modules).simplify(expr, chain).into_constant();
            if let Some(text) = value.ok().and_then(|value| literal(&value)) {
                return Some(text);
            }
        }
        self.depth += 1;
        let text = self.written(expr, chain);
        self.depth -= 1;
        text
    }

    /// The expression as it is written.
    fn written(&mut self, expr: &Expr, chain: &ScopeChain<'ir>) -> Option<String> {
        Some(match &expr.kind {
            ExprKind::Integer(value, kind) => format!("{value}{}", self.suffix(kind.as_deref(), chain)?),
            ExprKind::Real { text, kind, .. } => format!("{text}{}", self.suffix(kind.as_deref(), chain)?),
            ExprKind::Logical(value, kind) => format!(".{value}.{}", self.suffix(kind.as_deref(), chain)?),
            ExprKind::Character(text, None) => quoted(text)?,
            ExprKind::Complex(real, imaginary) => {
                format!("({}, {})", self.expression(real, chain)?, self.expression(imaginary, chain)?)
            }
            ExprKind::Name(name) => self.named(name, chain)?,
            ExprKind::Reference(name, actuals) => self.reference(name, actuals, chain)?,
            ExprKind::Component(base, name) => format!("{}%{name}", self.expression(base, chain)?),
            ExprKind::Unary(operator, operand) => {
                let operator = match operator {
                    UnaryOperator::Minus => "-",
                    UnaryOperator::Plus => "+",
                    UnaryOperator::Not => ".not. ",
                    UnaryOperator::Defined(_) => return None,
                };
                format!("({operator}{})", self.expression(operand, chain)?)
            }
            ExprKind::Binary(operator, left, right) => {
                let (left, right) = (self.expression(left, chain)?, self.expression(right, chain)?);
                format!("({left} {} {right})", symbol(operator)?)
            }
            ExprKind::Parenthesized(inner) => format!("({})", self.expression(inner, chain)?),
            ExprKind::ArrayConstructor(spec, values) => {
                let spec = match spec {
                    Some(spec) => format!("{} :: ", self.type_spec(spec, chain)?),
                    None => String::new(),
                };
                let values: Option<Vec<String>> = values.iter().map(|value| self.expression(value, chain)).collect();
                format!("[{spec}{}]", values?.join(", "))
            }
            ExprKind::Boz(digits, bits) => {
                let letter = match bits {
                    1 => 'b',
                    3 => 'o',
                    _ => 'z',
                };
                format!("{letter}'{digits}'")
            }
            _ => return None,
        })
    }

    fn suffix(&mut self, kind: Option<&Expr>, chain: &ScopeChain<'ir>) -> Option<String> {
        let Some(kind) = kind else { return Some(String::new()) };
        match &kind.kind {
            ExprKind::Integer(value, None) => Some(format!("_{value}")),
            ExprKind::Name(name) => {
                let value = Simplifier::new(self.modules).simplify(kind, chain).into_constant();
                match value.ok().as_ref().and_then(Constant::as_integer) {
                    Some(value) => Some(format!("_{value}")),
                    None => Some(format!("_{}", self.outside(name, chain)?)),
                }
            }
            _ => None,
        }
    }

    fn named(&mut self, name: &Name, chain: &ScopeChain<'ir>) -> Option<String> {
        match self.modules.find(name, chain) {
            Some(Meaning::Entity(entity, outer)) if entity.attributes.parameter && self.inquiries == 0 => {
                self.depth += 1;
                let text = self.converted(entity, &outer);
                self.depth -= 1;
                text
            }
            Some(Meaning::Entity(entity, outer)) if self.inquiries > 0 => self.declared(entity, &outer),
            Some(Meaning::Constant(value)) => literal(&value),
            None | Some(Meaning::MissingModule(..)) => self.outside(name, chain),
            _ => None,
        }
    }

    /// The value of a named constant that is not known, with the type of its declaration.
    fn converted(&mut self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Option<String> {
        if entity.shape.is_some() || self.depth >= MAX_DEPTH {
            return None;
        }
        let value = self.expression(entity.value.as_ref()?, chain)?;
        let function = match entity.type_spec.as_ref().map(|spec| &spec.base) {
            Some(BaseType::Integer) => "int",
            Some(BaseType::Real | BaseType::DoublePrecision) => "real",
            Some(BaseType::Logical) => "logical",
            _ => return None,
        };
        let kind = match find_type(entity, chain, self.modules) {
            Ok(resolved) => resolved.kind()?.to_string(),
            Err(_) => match &entity.type_spec.as_ref()?.kind {
                Some(KindSelector::Expr(kind)) => self.expression(kind, chain)?,
                _ => return None,
            },
        };
        Some(format!("{function}({value}, {kind})"))
    }

    /// A name from outside of the sources.
    pub(super) fn outside(&mut self, name: &Name, chain: &ScopeChain<'ir>) -> Option<String> {
        if is_declared(name, chain, self.modules) {
            return None;
        }
        let origins = find_origins(name, chain, self.modules);
        if origins.is_empty() {
            return None;
        }
        let statements = origins.iter().map(|origin| origin.statement.clone()).collect();
        if self.stands_for(name, Standing::Used(statements))? {
            for origin in origins {
                if !self.uses.contains(&origin.statement) {
                    self.uses.push(origin.statement);
                }
                if !self.outside.contains(&origin.module) {
                    self.outside.push(origin.module);
                }
            }
        }
        Some(name.to_string())
    }

    fn reference(&mut self, name: &Name, actuals: &[Actual], chain: &ScopeChain<'ir>) -> Option<String> {
        let is_type = match self.modules.find(name, chain) {
            None => false,
            Some(Meaning::Entity(entity, _)) if entity.attributes.intrinsic => false,
            Some(Meaning::Type(found, outer)) => {
                self.derived_type(found, &outer)?;
                true
            }
            // A function of an intrinsic module, such as C_SIZEOF: any other is no constant, and the compiler says so.
            Some(Meaning::MissingModule(..)) => {
                self.outside(name, chain)?;
                false
            }
            _ => return None,
        };
        if !is_type && !find_origins(name, chain, self.modules).is_empty() {
            self.outside(name, chain)?;
        }
        let asks = INQUIRIES.contains(&name.lower());
        self.inquiries += usize::from(asks);
        let texts: Option<Vec<String>> = actuals.iter().map(|actual| self.actual(actual, chain)).collect();
        self.inquiries -= usize::from(asks);
        Some(format!("{name}({})", texts?.join(", ")))
    }

    fn actual(&mut self, actual: &Actual, chain: &ScopeChain<'ir>) -> Option<String> {
        if actual.is_range {
            return None;
        }
        let value = self.expression(actual.value.as_ref()?, chain)?;
        Some(match &actual.keyword {
            Some(keyword) => format!("{keyword} = {value}"),
            None => value,
        })
    }
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Integer(..) | ExprKind::Real { .. } | ExprKind::Logical(..) | ExprKind::Character(..))
}

/// A constant as text, where no digit is lost.
fn literal(value: &Constant) -> Option<String> {
    match value {
        Constant::Integer(value, kind) if *value < 0 => Some(format!("({value}_{kind})")),
        Constant::Integer(value, kind) => Some(format!("{value}_{kind}")),
        Constant::Logical(value, kind) => Some(format!(".{value}._{kind}")),
        Constant::Character(text, 1) => quoted(text),
        _ => None,
    }
}

fn quoted(text: &str) -> Option<String> {
    let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'\\');
    plain.then(|| format!("'{}'", text.replace('\'', "''")))
}

fn symbol(operator: &BinaryOperator) -> Option<&'static str> {
    Some(match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Power => "**",
        BinaryOperator::Concatenate => "//",
        BinaryOperator::Equal => "==",
        BinaryOperator::NotEqual => "/=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterEqual => ">=",
        BinaryOperator::And => ".and.",
        BinaryOperator::Or => ".or.",
        BinaryOperator::Equivalent => ".eqv.",
        BinaryOperator::NotEquivalent => ".neqv.",
        BinaryOperator::Defined(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::analysis::question::{Answer, Answers, Question};
    use crate::source::SourceFile;
    use crate::{Generated, Request, generate};

    fn read(text: &str, answers: Answers) -> Generated {
        let sources = vec![SourceFile::new("k.f90", text)];
        generate(Request { module: "k".to_owned(), sources, answers, ..Request::default() }, &|_, _| None)
    }

    /// Asks until there are no more answers.
    fn read_with(text: &str, values: &[(&str, i128)]) -> Generated {
        let mut answers = Answers::new();
        loop {
            let generated = read(text, answers.clone());
            let find = |question: &Question| values.iter().find(|(expression, _)| *expression == question.expression);
            let new = generated.questions.iter().filter_map(|question| {
                find(question).map(|(_, value)| (question.key(), Answer { value: *value, kind: 4 }))
            });
            let before = answers.len();
            answers.extend(new);
            if answers.len() == before {
                return generated;
            }
        }
    }

    /// The questions that a subroutine with these declarations leaves open: scope and expression.
    fn questions(declarations: &str) -> Vec<(String, String)> {
        let text = format!("subroutine s(x, n)\n{declarations}\nend subroutine\n");
        let questions = read(&text, Answers::new()).questions.into_iter();
        questions.map(|question| (question.scope.trim_end().replace('\n', "; "), question.expression)).collect()
    }

    fn pair(scope: &str, expression: &str) -> (String, String) {
        (scope.to_owned(), expression.to_owned())
    }

    #[test]
    fn names_come_with_the_use_statements_that_bring_them_in() {
        let found = questions("use kinds, only: wp => double\nreal(wp), intent(in) :: x(n)\ninteger :: n");
        assert_eq!(found, [pair("use kinds, only: wp => double", "wp")]);
        // It may come from either module.
        let found = questions("use kinds\nuse more\nreal(wp), intent(in) :: x\ninteger :: n");
        assert_eq!(found, [pair("use kinds; use more", "wp")]);
        let found = questions("use, intrinsic :: iso_c_binding, only: k => c_unheard_of\ninteger(k) :: x, n");
        assert_eq!(found, [pair("use, intrinsic :: iso_c_binding, only: k => c_unheard_of", "k")]);
    }

    #[test]
    fn what_is_known_is_written_as_its_value() {
        let found = questions(
            "use kinds, only: wp\ninteger, parameter :: two = 2, p = two*wp, big = selected_real_kind(p)\n\
             real(big + 0), intent(in) :: x\ninteger :: n",
        );
        let (scopes, expressions): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        assert!(scopes.iter().all(|scope| scope == "use kinds, only: wp"), "{scopes:?}");
        assert!(expressions.contains(&"wp".to_owned()), "{expressions:?}");
        let whole = "(int(selected_real_kind(int((2_4 * wp), 4)), 4) + 0)";
        assert!(expressions.contains(&whole.to_owned()), "{expressions:?}");
    }

    #[test]
    fn inquiries_come_with_declarations() {
        let found = questions(
            "type, bind(c) :: pair\n  integer :: i\n  real(8) :: y(2)\nend type\ntype(pair) :: v\n\
             integer(1), intent(in) :: x(storage_size(v)/8)\ninteger :: n",
        );
        let scope = "type, bind(c) :: pair; integer :: i; real(kind=8) :: y(2); end type; type(pair) :: v";
        assert_eq!(found, [pair(scope, "(storage_size(v) / 8)"), pair(scope, "storage_size(v)")]);
    }

    #[test]
    fn what_depends_on_the_call_or_on_itself_is_no_question() {
        let none: [(String, String); 0] = [];
        assert_eq!(questions("integer :: n\nreal, intent(in) :: x(2*n + 1)"), none);
        assert_eq!(questions("integer :: n\nreal(wp), intent(in) :: x"), none);
        // A constant that is defined by itself, and one that is defined by another that is defined by it.
        assert_eq!(questions("integer(k), parameter :: k = kind(k)\nreal(k), intent(in) :: x\ninteger :: n"), none);
        questions("use kinds\ninteger(a), parameter :: b = kind(a) + wp, a = kind(b) + wp\nreal(b) :: x\ninteger :: n");
        let nested = format!("use kinds\nreal({}wp{}) :: x\ninteger :: n", "(".repeat(5000), ")".repeat(5000));
        questions(&nested);
    }

    #[test]
    fn an_answer_makes_it_known() {
        let text = "subroutine s(x)\nuse kinds, only: wp, n\nreal(wp), intent(in) :: x(n + 1)\nend subroutine\n";
        let open = read(text, Answers::new());
        assert!(!open.procedures[0].wrapped && !open.questions.is_empty());
        let known = read_with(text, &[("wp", 8), ("n", 3)]);
        assert!(known.procedures[0].wrapped, "{:?}", known.procedures[0].reasons);
        assert_eq!(known.questions, []);
        // An answer that is no kind of a real is none.
        assert!(!read_with(text, &[("wp", 7), ("n", 3)]).procedures[0].wrapped);
    }
}
