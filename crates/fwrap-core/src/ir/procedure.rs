//! Subroutines and functions, and the scope that their specification part opens.

use crate::ir::body::Body;
use crate::ir::derived_type::DerivedType;
use crate::ir::documentation::Documentation;
use crate::ir::entity::Entity;
use crate::ir::expr::Expr;
use crate::ir::f2py::ProcedureSignature;
use crate::ir::generic::{Generic, GenericSpec};
use crate::ir::name::Name;
use crate::ir::storage::{Common, Equivalence, Namelist};
use crate::ir::types::TypeSpec;
use crate::source::Span;

/// A subroutine or function.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// The name.
    pub name: Name,
    /// Where the name stands in the SUBROUTINE or FUNCTION statement.
    pub span: Span,
    /// Subroutine or function.
    pub kind: ProcedureKind,
    /// The dummy arguments in order.
    pub dummies: Vec<Dummy>,
    /// The prefixes of its first statement.
    pub prefixes: Prefixes,
    /// `bind(C, name=...)`.
    pub bind: Option<Bind>,
    /// What its specification part declares.
    pub scope: Scope,
    /// The comment that describes it.
    pub documentation: Documentation,
    /// ENTRY statements in its body.
    pub entries: Vec<Entry>,
    /// Internal procedures, in order.
    pub internal: Vec<Procedure>,
    /// Dummy arguments without a shape that the body invokes: `call x`, or `x(...)`.
    pub invoked: Vec<Name>,
    /// What its execution part does with names.
    pub body: Body,
    /// What a signature file or directive comments of f2py say of it.
    pub f2py: Option<Box<ProcedureSignature>>,
}

/// Subroutine or function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcedureKind {
    /// A subroutine.
    Subroutine,
    /// A function with the name of its result variable. The type that a prefix gives (`real function f`) is in the
    /// scope's entity of the result.
    Function {
        /// The result variable; the function's own name without RESULT.
        result: Name,
    },
}

/// One place in a dummy argument list.
#[derive(Clone, Debug)]
pub enum Dummy {
    /// A name; its entity is in the scope.
    Argument(Name, Span),
    /// `*`: an alternate return.
    AlternateReturn(Span),
}

/// An ENTRY statement (F2018 15.6.2.6).
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name.
    pub name: Name,
    /// Where the name stands.
    pub span: Span,
    /// The dummy arguments in order; their entities are in the scope of the procedure.
    pub dummies: Vec<Dummy>,
    /// The result variable of an entry to a function; the entry's own name without RESULT.
    pub result: Option<Name>,
    /// `bind(C, name=...)`.
    pub bind: Option<Bind>,
}

/// PURE, ELEMENTAL and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefixes {
    /// PURE
    pub pure: bool,
    /// ELEMENTAL
    pub elemental: bool,
    /// IMPURE
    pub impure: bool,
    /// RECURSIVE
    pub recursive: bool,
    /// MODULE (a separate module procedure or its interface)
    pub module: bool,
    /// NON_RECURSIVE
    pub non_recursive: bool,
}

/// BIND(C).
#[derive(Clone, Debug)]
pub struct Bind {
    /// The binding label, where it is made of literals; `None`: the name in lower case, or `expression` says it.
    pub label: Option<String>,
    /// The binding label where names of constants occur in it.
    pub expression: Option<Expr>,
}

/// A USE statement (F2018 14.2.2).
#[derive(Clone, Debug)]
pub struct Use {
    /// The module.
    pub module: Name,
    /// `use, intrinsic ::`
    pub intrinsic: bool,
    /// `use, non_intrinsic ::`
    pub non_intrinsic: bool,
    /// `only:` was written; then nothing but `names` is accessible.
    pub only: bool,
    /// Names and renames: (local name, name in the module).
    pub names: Vec<(Name, Name)>,
    /// Operators and assignment in the list: (local, in the module).
    pub operators: Vec<(GenericSpec, GenericSpec)>,
    /// Where the module's name stands.
    pub span: Span,
}

/// What a specification part says: the names of one scoping unit.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// USE statements in order.
    pub uses: Vec<Use>,
    /// IMPLICIT statements.
    pub implicit: Implicit,
    /// Everything declared, in the order of first mention. Dummy arguments are always among them.
    pub entities: Vec<Entity>,
    /// Derived types defined here, DEC structures among them.
    pub derived_types: Vec<DerivedType>,
    /// Generic interfaces.
    pub generics: Vec<Generic>,
    /// Abstract interfaces.
    pub abstract_interfaces: Vec<Procedure>,
    /// COMMON blocks.
    pub commons: Vec<Common>,
    /// EQUIVALENCE sets.
    pub equivalences: Vec<Equivalence>,
    /// NAMELIST groups.
    pub namelists: Vec<Namelist>,
    /// IMPORT statements of an interface body.
    pub import: Import,
    /// SAVE without names.
    pub save_all: bool,
}

/// What an interface body, which has no host association of its own (F2018 19.5.1.4), takes from its host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Import {
    /// No IMPORT statement: the default of the scoping unit.
    #[default]
    Default,
    /// `import`, `import, all`
    All,
    /// `import, none`
    None,
    /// `import :: names`, `import, only: names`
    Only(Vec<Name>),
}

impl Scope {
    /// The entity with this name.
    #[must_use]
    pub fn entity(&self, name: &Name) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.name == *name)
    }
}

/// IMPLICIT statements of a scoping unit.
#[derive(Clone, Debug, Default)]
pub struct Implicit {
    /// IMPLICIT NONE stands here, and says something of types.
    pub none: bool,
    /// `implicit none (external)`: a called procedure needs EXTERNAL or an interface.
    pub none_external: bool,
    /// Letter ranges with the type they get, in order.
    pub rules: Vec<(char, char, TypeSpec)>,
}
