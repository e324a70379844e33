//! What declarations say of one name: dummy arguments, results, variables.

use crate::analysis::kind::{self, ResolvedType, Typing};
use crate::analysis::label::find_label;
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::analysis::simple::Simple;
use crate::analysis::simplify::Simplifier;
use crate::inspect::description::{Argument, Interface};
use crate::inspect::early::find_first_uses;
use crate::inspect::expression::print_expression;
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::entity::{Entity, Intent};
use crate::ir::expr::Expr;
use crate::ir::name::Name;
use crate::ir::procedure::{Bind, Dummy, Procedure, ProcedureKind};
use crate::ir::types::{BaseType, CharacterLength, TypeSpec};
use crate::source::Span;

/// Describes what a library declares.
#[derive(Clone, Copy)]
pub(super) struct Describer<'a, 'ir> {
    pub(super) modules: &'a Modules<'ir>,
}

/// The type of an entity.
#[derive(Clone, Debug, Default)]
pub(super) struct TypeDescription {
    pub(super) data_type: &'static str,
    pub(super) kind: Option<u8>,
    pub(super) len: Option<String>,
    pub(super) derived: Option<String>,
}

/// The shape of an entity.
#[derive(Clone, Debug, Default)]
pub(super) struct ShapeDescription {
    pub(super) rank: i32,
    pub(super) kind: Option<&'static str>,
    pub(super) dims: Vec<(Option<String>, Option<String>)>,
}

/// How deep interfaces of dummy procedures of dummy procedures are described.
const MAX_NESTING: usize = 8;

impl<'ir> Describer<'_, 'ir> {
    /// An expression as Fortran text.
    pub(super) fn expression(self, expr: &Expr, chain: &ScopeChain<'ir>) -> String {
        print_expression(&self.simple(expr, chain), self.modules)
    }

    pub(super) fn simple(self, expr: &Expr, chain: &ScopeChain<'ir>) -> Simple<'ir> {
        Simplifier::new(self.modules).simplify(expr, chain)
    }

    /// The type that a declaration or implicit typing gives.
    pub(super) fn entity_type(self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> TypeDescription {
        match kind::find_typing(entity, chain) {
            Typing::Spec(spec) => self.spec_type(spec, chain),
            Typing::Default { is_integer: true } => {
                let kind = Some(self.modules.default_kinds.integer);
                TypeDescription { data_type: "integer", kind, ..TypeDescription::default() }
            }
            Typing::Default { is_integer: false } => {
                let kind = Some(self.modules.default_kinds.real);
                TypeDescription { data_type: "real", kind, ..TypeDescription::default() }
            }
            Typing::Untyped => TypeDescription { data_type: "unknown", ..TypeDescription::default() },
        }
    }

    /// The type that a type spec stands for.
    pub(super) fn spec_type(self, spec: &TypeSpec, chain: &ScopeChain<'ir>) -> TypeDescription {
        let resolved = kind::resolve(spec, chain, self.modules);
        let intrinsic = |data_type| {
            let kind = resolved.as_ref().ok().and_then(ResolvedType::kind);
            TypeDescription { data_type, kind, ..TypeDescription::default() }
        };
        match &spec.base {
            BaseType::Integer => intrinsic("integer"),
            BaseType::Real | BaseType::DoublePrecision => intrinsic("real"),
            BaseType::Complex | BaseType::DoubleComplex => intrinsic("complex"),
            BaseType::Logical => intrinsic("logical"),
            BaseType::Character => {
                let kind = kind::find_character_kind(spec, chain, self.modules).ok();
                let len = Some(self.length(spec.length.as_ref(), chain));
                TypeDescription { data_type: "character", kind, len, derived: None }
            }
            BaseType::Derived(name) => self.derived("derived", name, chain),
            BaseType::Class(name) => self.derived("class", name, chain),
            BaseType::UnlimitedPolymorphic => TypeDescription { data_type: "class(*)", ..TypeDescription::default() },
            BaseType::AssumedType => TypeDescription { data_type: "type(*)", ..TypeDescription::default() },
            BaseType::Procedure(_) => TypeDescription { data_type: "procedure", ..TypeDescription::default() },
        }
    }

    /// A derived type goes by the name that it has where it is defined.
    fn derived(self, data_type: &'static str, name: &Name, chain: &ScopeChain<'ir>) -> TypeDescription {
        let original = match self.modules.find_derived_type(name, chain) {
            Some(Meaning::Type(found, _)) => found.name.lower().to_owned(),
            Some(Meaning::IntrinsicType(original)) => original.lower().to_owned(),
            _ => name.lower().to_owned(),
        };
        TypeDescription { data_type, derived: Some(original), ..TypeDescription::default() }
    }

    fn length(self, length: Option<&CharacterLength>, chain: &ScopeChain<'ir>) -> String {
        match length {
            None => "1".to_owned(),
            Some(CharacterLength::Assumed) => "*".to_owned(),
            Some(CharacterLength::Deferred) => ":".to_owned(),
            Some(CharacterLength::Expr(expr)) => {
                let simple = self.simple(expr, chain);
                match simple.constant().and_then(|value| value.as_integer()) {
                    // A negative length counts as 0 (F2018 7.4.4.2).
                    Some(value) => value.max(0).to_string(),
                    None => print_expression(&simple, self.modules),
                }
            }
        }
    }

    /// The declared shape; `is_dummy` tells assumed shape from deferred shape.
    pub(super) fn shape(self, entity: &Entity, chain: &ScopeChain<'ir>) -> ShapeDescription {
        let dimensions = match &entity.shape {
            None => return ShapeDescription::default(),
            Some(ArraySpec::AssumedRank) => {
                return ShapeDescription { rank: -1, kind: Some("assumed_rank"), dims: Vec::new() };
            }
            Some(ArraySpec::Dimensions(dimensions)) => dimensions,
        };
        let is_deferred = entity.attributes.allocatable || entity.attributes.pointer;
        let lower = |lower: &Option<Expr>| {
            Some(lower.as_ref().map_or_else(|| "1".to_owned(), |lower| self.expression(lower, chain)))
        };
        let mut kind = "explicit";
        let mut dims = Vec::new();
        for dimension in dimensions {
            dims.push(match dimension {
                Dimension::Explicit { lower: first, upper } => (lower(first), Some(self.expression(upper, chain))),
                Dimension::AssumedSize { lower: first } => {
                    kind = "assumed_size";
                    (lower(first), Some("*".to_owned()))
                }
                Dimension::Colon { .. } if is_deferred => {
                    kind = "deferred";
                    (None, Some(":".to_owned()))
                }
                Dimension::Colon { lower: first } => {
                    kind = "assumed_shape";
                    (lower(first), Some(":".to_owned()))
                }
            });
        }
        ShapeDescription { rank: i32::try_from(dims.len()).unwrap_or(i32::MAX), kind: Some(kind), dims }
    }

    /// A variable or function result.
    pub(super) fn data(self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Argument {
        let described = self.entity_type(entity, chain);
        let shape = self.shape(entity, chain);
        Argument {
            name: entity.name.lower().to_owned(),
            class: "data",
            data_type: described.data_type,
            kind: described.kind,
            len: described.len,
            derived: described.derived,
            rank: shape.rank,
            corank: entity.corank,
            shape_kind: shape.kind,
            dims: shape.dims,
            intent: entity.intent.map(intent),
            implicit: entity.type_spec.is_none() && described.data_type != "unknown",
            attrs: attributes(entity),
            ..Argument::default()
        }
    }

    /// The dummy arguments of a procedure or entry.
    pub(super) fn dummies(
        self,
        dummies: &[Dummy],
        procedure: &'ir Procedure,
        chain: &ScopeChain<'ir>,
        nesting: usize,
    ) -> Vec<Argument> {
        let early = find_first_uses(&procedure.scope);
        let was_typed = |entity: &Entity| {
            let is_before = |first: &Span| first.file == entity.span.file && first.start < entity.span.start;
            early.get(&entity.name).is_some_and(is_before)
                && !matches!(kind::find_implicit_typing(entity, chain), Typing::Untyped)
        };
        let dummy = |dummy: &Dummy| match dummy {
            Dummy::AlternateReturn(_) => Argument { name: "*".to_owned(), class: "altreturn", ..Argument::default() },
            Dummy::Argument(name, _) => match procedure.scope.entity(name) {
                Some(entity) => {
                    let argument = self.dummy(entity, procedure, chain, nesting);
                    let implicit = argument.implicit || (argument.class == "data" && was_typed(entity));
                    Argument { implicit, ..argument }
                }
                None => Argument {
                    name: name.lower().to_owned(),
                    class: "data",
                    data_type: "unknown",
                    ..Argument::default()
                },
            },
        };
        dummies.iter().map(dummy).collect()
    }

    /// A dummy argument: data or a procedure.
    fn dummy(
        self,
        entity: &'ir Entity,
        procedure: &'ir Procedure,
        chain: &ScopeChain<'ir>,
        nesting: usize,
    ) -> Argument {
        let mut argument = self.data(entity, chain);
        let Some(invocation) = find_invocation(entity, procedure) else { return argument };
        argument.class = "procedure";
        argument.attrs.retain(|attribute| *attribute != "pointer");
        let interface = (nesting < MAX_NESTING).then(|| self.interface_of(entity, chain, nesting + 1)).flatten();
        let is_typed = entity.type_spec.as_ref().is_some_and(|spec| !matches!(spec.base, BaseType::Procedure(_)));
        match (&interface, invocation) {
            (Some(interface), _) => match &interface.result {
                Some(result) => argument.take_type(result),
                None => argument.take_type(&Argument { data_type: "procedure", ..Argument::default() }),
            },
            // The type by implicit rules counts only if it is known to be a function.
            (None, Invocation::Function) => {}
            (None, _) if is_typed => {}
            (None, _) => argument.take_type(&Argument { data_type: "procedure", ..Argument::default() }),
        }
        argument.implicit = false;
        argument.interface = Some(Box::new(interface.unwrap_or_else(|| {
            let kind = match invocation {
                Invocation::Subroutine => Some("subroutine"),
                Invocation::Function => Some("function"),
                Invocation::Unknown => is_typed.then_some("function"),
            };
            Interface { kind, ..Interface::default() }
        })));
        argument
    }

    /// The explicit interface of a dummy procedure, procedure pointer or external procedure.
    fn interface_of(self, entity: &'ir Entity, chain: &ScopeChain<'ir>, nesting: usize) -> Option<Interface> {
        if let Some(body) = &entity.interface {
            return Some(self.interface(body, &chain.enter_interface(body), nesting));
        }
        let Some(BaseType::Procedure(Some(name))) = entity.type_spec.as_ref().map(|spec| &spec.base) else {
            return None;
        };
        let via = |interface: Interface| Some(Interface { via: Some(name.lower().to_owned()), ..interface });
        match self.modules.find_interface(name, chain)? {
            Meaning::Abstract(body, host) => via(self.interface(body, &host.enter_interface(body), nesting)),
            Meaning::Procedure(body, host) if body.prefixes.module => {
                via(self.interface(body, &host.enter_interface(body), nesting))
            }
            Meaning::Procedure(procedure, host) => {
                via(self.interface(procedure, &host.enter_procedure(procedure), nesting))
            }
            Meaning::Entity(other, host) if nesting < MAX_NESTING && !std::ptr::eq(other, entity) => {
                via(self.interface_of(other, &host, nesting + 1)?)
            }
            _ => None,
        }
    }

    /// What a caller sees of a procedure.
    pub(super) fn interface(self, procedure: &'ir Procedure, chain: &ScopeChain<'ir>, nesting: usize) -> Interface {
        let args = self.dummies(&procedure.dummies, procedure, chain, nesting);
        let mut interface = Interface {
            args,
            attrs: prefixes(procedure),
            bind: self.label(&procedure.name, procedure.bind.as_ref(), chain),
            ..Interface::default()
        };
        match &procedure.kind {
            ProcedureKind::Subroutine => interface.kind = Some("subroutine"),
            ProcedureKind::Function { result } => {
                interface.kind = Some("function");
                interface.result = self.result(result, procedure, chain);
            }
        }
        interface
    }

    /// The binding label, as far as it is known.
    pub(super) fn label(self, name: &Name, bind: Option<&Bind>, chain: &ScopeChain<'ir>) -> Option<String> {
        find_label(name, bind, chain, self.modules).unwrap_or(None)
    }

    /// A function result.
    pub(super) fn result(self, name: &Name, procedure: &'ir Procedure, chain: &ScopeChain<'ir>) -> Option<Argument> {
        let entity = procedure.scope.entity(name)?;
        let mut result = self.data(entity, chain);
        result.intent = None;
        result.attrs.retain(|attribute| matches!(*attribute, "allocatable" | "pointer" | "contiguous" | "target"));
        Some(result)
    }
}

impl Argument {
    fn take_type(&mut self, other: &Self) {
        self.data_type = other.data_type;
        self.kind = other.kind;
        self.len.clone_from(&other.len);
        self.derived.clone_from(&other.derived);
    }
}

/// How a dummy procedure is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Invocation {
    Subroutine,
    Function,
    Unknown,
}

/// Whether a dummy argument is a procedure, and how the body calls it.
fn find_invocation(entity: &Entity, procedure: &Procedure) -> Option<Invocation> {
    let is_character = entity.type_spec.as_ref().is_some_and(|spec| spec.base == BaseType::Character);
    let is_declared = entity.attributes.external
        || entity.interface.is_some()
        || matches!(entity.type_spec.as_ref().map(|spec| &spec.base), Some(BaseType::Procedure(_)));
    if entity.shape.is_some() && !is_declared {
        return None;
    }
    let mut calls = procedure.body.calls.iter().filter(|call| !call.of_component && call.procedure == entity.name);
    let is_substring = |call: &crate::ir::body::Call| {
        let actuals = call.actuals.as_deref().unwrap_or_default();
        is_character && call.is_function && matches!(actuals, [actual] if actual.is_range)
    };
    if let Some(call) = calls.find(|call| !is_substring(call)) {
        return Some(if call.is_function { Invocation::Function } else { Invocation::Subroutine });
    }
    if !is_character && procedure.invoked.contains(&entity.name) {
        return Some(Invocation::Function);
    }
    is_declared.then_some(Invocation::Unknown)
}

fn intent(intent: Intent) -> &'static str {
    match intent {
        Intent::In => "in",
        Intent::Out => "out",
        Intent::InOut => "inout",
    }
}

/// The attributes in the order of the alphabet.
fn attributes(entity: &Entity) -> Vec<&'static str> {
    let attributes = &entity.attributes;
    [
        (attributes.allocatable, "allocatable"),
        (attributes.asynchronous, "asynchronous"),
        (attributes.contiguous, "contiguous"),
        (attributes.external || entity.interface.is_some(), "external"),
        (attributes.optional, "optional"),
        (attributes.pointer, "pointer"),
        (attributes.protected, "protected"),
        (attributes.target, "target"),
        (attributes.value, "value"),
        (attributes.volatile, "volatile"),
    ]
    .into_iter()
    .filter_map(|(there, text)| there.then_some(text))
    .collect()
}

/// What the first statement says, in the order of the alphabet. ELEMENTAL implies PURE unless IMPURE stands there.
pub(super) fn prefixes(procedure: &Procedure) -> Vec<&'static str> {
    let prefixes = &procedure.prefixes;
    [
        (procedure.bind.is_some(), "bind(c)"),
        (prefixes.elemental, "elemental"),
        (prefixes.pure || (prefixes.elemental && !prefixes.impure), "pure"),
        (prefixes.recursive, "recursive"),
    ]
    .into_iter()
    .filter_map(|(there, text)| there.then_some(text))
    .collect()
}
