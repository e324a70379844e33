//! The types of variables: of sources as analysis knows them, of signature files with C's kinds.

use crate::analysis::constant::NotConstant;
use crate::analysis::extent::UnknownExtent;
use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::signature::{ElementType, TextLength};
use crate::analysis::f2py::unit::{IsVariable, Unit};
use crate::analysis::facts::DataType;
use crate::analysis::intrinsic;
use crate::analysis::kind::{self, ResolvedType, Typing, UnknownType};
use crate::analysis::support;
use crate::diagnostic::Diagnostic;
use crate::ir::entity::Entity;
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::name::Name;
use crate::ir::types::{BaseType, CharacterLength, KindSelector, TypeSpec};
use crate::source::Span;

/// The length that f2py gives the result of a function that leaves it to its caller.
const RESULT_LENGTH: i64 = 10;

/// The type of an element, with the length of one of type character.
pub(super) type Found = (ElementType, Option<TextLength>);

impl Unit<'_, '_> {
    /// The type of an entity, and its length.
    pub(super) fn find_element(&self, entity: &Entity, is_variable: IsVariable<'_>) -> Result<Found, Box<Diagnostic>> {
        let typed = self.typed(entity);
        let entity = typed.as_ref().unwrap_or(entity);
        let resolved = self.resolve(entity).map_err(|reason| Box::new(support::unknown_type(entity, reason)))?;
        let is_unsigned = entity.f2py.as_ref().is_some_and(|signature| signature.unsigned);
        let element = match support::find_data_type(entity, &resolved)? {
            DataType::Integer(bytes) if is_unsigned => ElementType::Unsigned(bytes),
            DataType::Integer(bytes) => ElementType::Integer(bytes),
            DataType::Real(bytes) => ElementType::Real(bytes),
            DataType::Complex(bytes) => ElementType::Complex(bytes),
            DataType::Logical(bytes) => ElementType::Logical(bytes),
            DataType::Character(_) => {
                let length = self.text_length(entity, &resolved, is_variable)?;
                return Ok((ElementType::Character, Some(length)));
            }
            DataType::Procedure(_) => unreachable!("a type specification gives no procedure"),
        };
        Ok((element, None))
    }

    /// The entity with the type that only a directive comment gives it. What Fortran declares counts more.
    fn typed(&self, entity: &Entity) -> Option<Entity> {
        let spec = entity.f2py.as_ref()?.type_spec.as_ref()?;
        let is_local = !self
            .procedure
            .dummies
            .iter()
            .any(|dummy| matches!(dummy, crate::ir::procedure::Dummy::Argument(name, _) if *name == entity.name));
        let has_type = match kind::find_typing(entity, &self.chain) {
            Typing::Spec(_) => entity.type_spec.is_some() || !is_local,
            Typing::Default { .. } => !is_local,
            Typing::Untyped => false,
        };
        (!has_type).then(|| Entity { type_spec: Some(spec.clone()), ..entity.clone() })
    }

    /// In a signature file the names of `iso_c_binding` need no USE statement.
    fn resolve(&self, entity: &Entity) -> Result<ResolvedType, UnknownType> {
        let found = kind::find_type(entity, &self.chain, self.modules);
        match (&found, &entity.type_spec) {
            (Err(UnknownType::Kind(NotConstant::Undeclared(..) | NotConstant::MissingModule(..))), Some(spec)) => {
                match self.with_c_kind(spec) {
                    Some(spec) => kind::resolve(&spec, &self.chain, self.modules),
                    None => found,
                }
            }
            _ => found,
        }
    }

    fn with_c_kind(&self, spec: &TypeSpec) -> Option<TypeSpec> {
        let Some(KindSelector::Expr(Expr { kind: ExprKind::Name(name), span })) = &spec.kind else { return None };
        let value = intrinsic::find_module_constant(&Name::new("iso_c_binding"), name).filter(|_| self.is_signature)?;
        let kind = ExprKind::Integer(value.as_integer()?, None);
        Some(TypeSpec { kind: Some(KindSelector::Expr(Expr { kind, span: *span })), ..spec.clone() })
    }

    fn text_length(
        &self,
        entity: &Entity,
        resolved: &ResolvedType,
        is_variable: IsVariable<'_>,
    ) -> Result<TextLength, Box<Diagnostic>> {
        if let Some(length) = entity.f2py.as_ref().and_then(|signature| signature.length.as_ref()) {
            return Ok(TextLength::Known(self.c_expression(&length.text, is_variable)));
        }
        match resolved {
            ResolvedType::Character(_) if self.has_no_length(entity) => Ok(TextLength::One),
            ResolvedType::Character(CharacterLength::Assumed) => Ok(TextLength::Assumed),
            ResolvedType::Character(CharacterLength::Deferred)
                if self.is_signature || entity.attributes.allocatable =>
            {
                Ok(TextLength::Assumed)
            }
            ResolvedType::Character(CharacterLength::Expr(expr)) => {
                self.length(entity, expr, is_variable).map(TextLength::Known)
            }
            _ => Err(Box::new(support::unsupported_length(entity))),
        }
    }

    fn length(&self, entity: &Entity, expr: &Expr, is_variable: IsVariable<'_>) -> Result<Expression, Box<Diagnostic>> {
        let found = self.fortran_expression(expr, is_variable);
        self.known(entity, "length", expr.span, found, is_variable)
    }

    fn has_no_length(&self, entity: &Entity) -> bool {
        match kind::find_typing(entity, &self.chain) {
            Typing::Spec(spec) => spec.base == BaseType::Character && spec.length.is_none(),
            _ => false,
        }
    }

    /// An expression all of whose names are known; otherwise what is not known.
    pub(super) fn known(
        &self,
        entity: &Entity,
        what: &str,
        span: Span,
        found: Option<Expression>,
        is_variable: IsVariable<'_>,
    ) -> Result<Expression, Box<Diagnostic>> {
        let reason = match found {
            None => UnknownExtent::Form(span),
            Some(expression) => match self.unknown_name(&expression, is_variable) {
                Some(name) => UnknownExtent::Name(name, span),
                None => return Ok(expression),
            },
        };
        let help = match what {
            "shape" => format!("say it in a comment: `!f2py dimension(n) {}`, or write `(:)` for it", entity.name),
            _ => format!("say it in a comment: `!f2py character(f2py_len=80) {}`", entity.name),
        };
        Err(Box::new(support::unknown_extent(entity, what, reason).help(help)))
    }
}

/// A function's result has a length, whoever leaves it open.
pub(super) fn close_length(length: &mut TextLength) {
    if matches!(length, TextLength::Assumed) {
        *length = TextLength::Known(Expression::Integer(RESULT_LENGTH));
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::f2py::signature::{ElementType, TextLength, VariableKind};
    use crate::analysis::f2py::testing::{facts, file};

    /// The kinds of the arguments of the only routine.
    fn kinds(path: &str, text: &str) -> Vec<String> {
        facts(path, text, |python, _| {
            let routine = &python.root.routines[0];
            assert!(routine.problems.is_empty(), "{:?}", routine.problems);
            routine.variables.iter().map(|variable| kind(&variable.kind)).collect()
        })
    }

    fn kind(kind: &VariableKind) -> String {
        let length = |length: &TextLength| match length {
            TextLength::One => "one".to_owned(),
            TextLength::Known(length) => length.to_string(),
            TextLength::Assumed => "*".to_owned(),
        };
        match kind {
            VariableKind::Scalar(element) | VariableKind::Array { element, length: None, .. } => element_text(*element),
            VariableKind::Text(of) | VariableKind::Array { length: Some(of), .. } => format!("text {}", length(of)),
            VariableKind::Procedure(_) => "procedure".to_owned(),
        }
    }

    fn element_text(element: ElementType) -> String {
        format!("{element:?}").to_lowercase()
    }

    #[test]
    fn kinds_of_signature_files_are_those_of_c() {
        let text = "subroutine s(a,b,c,d,e,f,g,h)
            integer(kind=8) :: a\n integer*-4 :: b\n real*8 :: c\n complex(kind=8) :: d\n complex*16 :: e
            logical :: f\n real(kind=c_double) :: g\n double precision :: h\n end";
        let expected =
            ["integer(8)", "unsigned(4)", "real(8)", "complex(8)", "complex(8)", "logical(4)", "real(8)", "real(8)"];
        assert_eq!(kinds("a.pyf", &file(text)), expected);
    }

    #[test]
    fn kinds_of_sources_are_found() {
        let text = "module kinds\n integer, parameter :: dp = kind(1d0)\n end module
            subroutine s(a, b, c, i)\n use kinds, only: wp => dp\n use iso_fortran_env, only: real64
            real(wp) :: a\n real(real64) :: b\n real(kind=kind(1.0d0)) :: c\n end";
        assert_eq!(kinds("a.f90", text), ["real(8)", "real(8)", "real(8)", "integer(4)"]);
    }

    #[test]
    fn characters_have_lengths() {
        let text = "subroutine s(a,b,c,d,e,f,g,n)
            character :: a\n character*1 :: b\n character*5 :: c(n)\n character(len=*) :: d\n character(len=n) :: e
            character :: f(n,5)\n character(f2py_len=12) :: g\n integer :: n\n end";
        let expected = ["one", "1", "5", "*", "n", "one", "12"].map(|length| format!("text {length}"));
        assert_eq!(kinds("a.pyf", &file(text))[..7], expected);
    }

    #[test]
    fn results_have_a_length() {
        let text = "character*(*) function f(x)\n character*(*) x\n end";
        assert_eq!(kinds("a.f90", text), ["text *", "text 10"]);
    }

    #[test]
    fn fortran_counts_more_than_comments() {
        let text = "subroutine s(x, n)\n real*8 x\n !f2py real*4 x\n !f2py integer*8 intent(hide) :: n = 3\n end";
        assert_eq!(kinds("a.f90", text), ["real(8)", "integer(4)"]);
    }

    #[test]
    fn what_has_no_counterpart_is_a_problem() {
        for declaration in ["real(16) :: x", "type(t) :: x", "real, pointer :: x(:)", "real(nothing) :: x"] {
            facts("a.f90", &format!("subroutine s(x)\n {declaration}\n end"), |python, _| {
                assert_eq!(python.root.routines[0].problems.len(), 1, "{declaration}");
            });
        }
    }
}
