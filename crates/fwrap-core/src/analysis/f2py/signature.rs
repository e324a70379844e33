//! What f2py's terms say of a Python module: its routines with every default filled in, its variables, its C code.
//!
//! The same facts come from a signature file and from Fortran sources with directive comments, so that everything
//! behind does not know the difference.

use crate::analysis::f2py::expression::Expression;
use crate::diagnostic::Diagnostic;
use crate::ir::entity::Entity;
use crate::ir::f2py::Verbatim;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::Span;

/// One Python module.
#[derive(Debug, Default)]
pub struct PythonModule<'ir> {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub documentation: String,
    /// What stands in the module itself.
    pub root: Members<'ir>,
    /// Fortran modules: attributes of the Python module.
    pub modules: Vec<FortranModule<'ir>>,
    /// `usercode` in front of the wrappers.
    pub code_before: Vec<&'ir Verbatim>,
    /// `usercode` behind them.
    pub code_after: Vec<&'ir Verbatim>,
    /// `usercode` of the interface: statements that are run when the module is made.
    pub code_at_start: Vec<&'ir Verbatim>,
    /// `pymethoddef`: rows of a table of C functions.
    pub method_definitions: Vec<&'ir Verbatim>,
    /// Interfaces of callbacks, by number; routines share them.
    pub callbacks: Vec<Callback<'ir>>,
}

/// A Fortran module as an attribute of the Python module.
#[derive(Debug)]
pub struct FortranModule<'ir> {
    /// Its name.
    pub name: Name,
    /// The Fortran source of it, where one was read.
    pub source: Option<&'ir Module>,
    /// What stands in it.
    pub members: Members<'ir>,
}

/// What a module makes visible.
#[derive(Debug, Default)]
pub struct Members<'ir> {
    /// Its procedures; those with problems are not wrapped.
    pub routines: Vec<Routine<'ir>>,
    /// Its variables and named constants.
    pub variables: Vec<ModuleVariable<'ir>>,
    /// Its COMMON blocks.
    pub commons: Vec<CommonBlock<'ir>>,
    /// Callables that Fortran invokes by their symbol: `intent(callback, hide)`. Numbers of callbacks.
    pub hidden_callbacks: Vec<usize>,
}

/// One wrapped procedure.
#[derive(Debug)]
pub struct Routine<'ir> {
    /// Where it is declared: in the signature file, or in the source.
    pub procedure: &'ir Procedure,
    /// The Fortran source of it, where one was read, with its module: what a shim has to know.
    pub source: Option<(&'ir Procedure, Option<&'ir Module>)>,
    /// The Python name.
    pub name: String,
    /// What is called.
    pub target: Target,
    /// `intent(c)` on its name: a C function.
    pub is_c: bool,
    /// Its variables: the dummy arguments in order, then those that are not passed (`intent(aux)`, and
    /// `intent(callback)` of what is no dummy argument), then the result.
    pub variables: Vec<Variable<'ir>>,
    /// How many of them are dummy arguments.
    pub dummies: usize,
    /// The result of a function: an index of `variables`.
    pub result: Option<usize>,
    /// In which order variables get their values: each behind those that it depends on.
    pub order: Vec<usize>,
    /// The Python parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What is returned, in order: indices of `variables`.
    pub returns: Vec<usize>,
    /// `callstatement`
    pub call_statement: Option<&'ir Verbatim>,
    /// `callprotoargument`
    pub call_prototype: Option<&'ir Verbatim>,
    /// `usercode` in the body of the wrapper.
    pub user_code: Vec<&'ir Verbatim>,
    /// `threadsafe`: Python's lock is released around the call.
    pub is_threadsafe: bool,
    /// What its comments say.
    pub documentation: String,
    /// Why it cannot be wrapped; empty if it can.
    pub problems: Vec<Diagnostic>,
}

/// What a wrapper calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The procedure behind a linker's symbol, such as `dgesv_`.
    Symbol(String),
    /// The Fortran procedure of [`Routine::source`]: it lies in a module, or its arguments need an explicit interface.
    Source,
    /// Nothing: `fortranname` without a name.
    Nothing,
}

/// A Python parameter of a routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: the Fortran name in lower case, or one that is made from it.
    pub name: String,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// What it gives.
    pub role: ParameterRole,
}

/// What a parameter gives. The number is an index of [`Routine::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterRole {
    /// The value of the variable.
    Value(usize),
    /// `overwrite_x`: whether the array may be destroyed, with its default.
    Overwrite(usize, bool),
    /// `f_extra_args`: more arguments for the callable.
    ExtraArguments(usize),
}

/// One variable of a routine.
#[derive(Debug)]
pub struct Variable<'ir> {
    /// Its name.
    pub name: Name,
    /// As C code of the user spells it: the name, or `long_bn` for a C keyword.
    pub c_name: String,
    /// The name of what is returned: `intent(out=name)`, else its own.
    pub returned_name: String,
    /// Its declaration; `None` for a result that only the function statement declares.
    pub entity: Option<&'ir Entity>,
    /// For diagnostics.
    pub span: Span,
    /// What it is.
    pub kind: VariableKind,
    /// What its intents say.
    pub intent: Intents,
    /// Whether it gets its value from `initial`, or zero, when the caller does not give one.
    pub is_optional: bool,
    /// Fortran's OPTIONAL: when the caller does not give one and there is no initial value, it is absent, and
    /// `present()` is false.
    pub is_absent_by_default: bool,
    /// Whether the procedure takes it by value: VALUE, or a scalar with `intent(c)`.
    pub is_value: bool,
    /// Its initial value, with its text.
    pub initial: Option<Initial>,
    /// Conditions, in order.
    pub checks: Vec<Check>,
    /// The size of a scalar or array was found from shapes by the analysis, not written by the user.
    pub is_solved: bool,
    /// Variables that must have their values before: indices.
    pub depends: Vec<usize>,
    /// What comments, `note(...)` or a declaration say, for the documentation.
    pub documentation: String,
}

/// What a variable is.
#[derive(Clone, Debug)]
pub enum VariableKind {
    /// A number or logical.
    Scalar(ElementType),
    /// A character scalar.
    Text(TextLength),
    /// An array.
    Array {
        /// The type of an element.
        element: ElementType,
        /// The length of an element of type character.
        length: Option<TextLength>,
        /// The dimensions in order; C expressions.
        dimensions: Vec<Dimension>,
        /// An assumed-shape dummy argument `x(:)` that is not CONTIGUOUS: any strides will do.
        is_assumed_shape: bool,
    },
    /// A dummy procedure: an index of [`PythonModule::callbacks`].
    Procedure(usize),
}

/// A type of elements; the number is the size in bytes (of each part of a complex number).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ElementType {
    /// Signed.
    Integer(u8),
    /// Unsigned (`integer*-4`).
    Unsigned(u8),
    /// `float`, `double`
    Real(u8),
    /// `complex_float`, `complex_double`
    Complex(u8),
    /// Stored as an integer.
    Logical(u8),
    /// Characters; the length stands beside it.
    Character,
}

/// The length of characters.
#[derive(Clone, Debug)]
pub enum TextLength {
    /// `character` without a length.
    One,
    /// `character*5`, `character*1`, `character(len=n)`, and what `f2py_len` gives.
    Known(Expression),
    /// `character*(*)`: that of the actual argument.
    Assumed,
}

/// One dimension of an array.
#[derive(Clone, Debug)]
pub enum Dimension {
    /// An extent: `n`, or `upper - lower + 1`.
    Extent(Expression),
    /// An extent that is made of variables which get their values later, such as `n` where `n` is found from the shape
    /// of this array: the actual argument has it.
    Later(Expression),
    /// `*` or `:`: that of the actual argument.
    Open,
}

/// What `intent(...)` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intents {
    /// Python gives it: `in`, or no word that says otherwise.
    pub input: bool,
    /// Python gets it back: `out`, `out=name`.
    pub output: bool,
    /// Not a Python parameter.
    pub hidden: bool,
    /// Updated in place; the actual argument must have the exact type.
    pub in_place: bool,
    /// `inplace`: updated in place, whatever the type of the actual argument.
    pub write_back: bool,
    /// `copy`, `overwrite`: there is a parameter `overwrite_x`, with this default.
    pub overwrite: Option<bool>,
    /// `cache`: scratch memory.
    pub scratch: bool,
    /// `c`: C order.
    pub c_order: bool,
    /// `callback`
    pub callback: bool,
    /// `aux`: a C variable that only expressions need; no argument of the call.
    pub auxiliary: bool,
    /// `alignedN`
    pub alignment: Option<u8>,
    /// Nobody has said an intent: what the procedure writes may be lost if the array had to be copied.
    pub is_unsaid: bool,
}

/// An initial value.
#[derive(Clone, Debug)]
pub struct Initial {
    /// As written.
    pub text: String,
    /// What it says.
    pub expression: Expression,
    /// It has `_i[0]` in it: an array gets it element by element.
    pub is_by_element: bool,
}

/// One condition.
#[derive(Clone, Debug)]
pub struct Check {
    /// As written, for messages.
    pub text: String,
    /// What it says.
    pub expression: Expression,
}

/// The interface of a callback.
#[derive(Debug)]
pub struct Callback<'ir> {
    /// The name of the dummy procedure, or of the procedure that Fortran invokes.
    pub name: Name,
    /// Where it is declared.
    pub procedure: Option<&'ir Procedure>,
    /// The Python module `..__user__..` that declares it, and its name there: `cb_f_in_dvode__user__routines` in C.
    pub user_module: Option<(Name, Name)>,
    /// Its variables: the arguments in order, then the result. As those of a routine, seen from Fortran: what is
    /// `intent(in)` goes to Python, what is `intent(out)` comes back from it.
    pub variables: Vec<Variable<'ir>>,
    /// How many are arguments.
    pub dummies: usize,
    /// The result of a function: an index of `variables`.
    pub result: Option<usize>,
    /// In which order variables get their values.
    pub order: Vec<usize>,
    /// What Python gets, in order: indices of `variables`.
    pub parameters: Vec<usize>,
    /// How many of the parameters may be left out, from the end.
    pub optional_parameters: usize,
    /// What Python returns, in order: indices of `variables`.
    pub returns: Vec<usize>,
    /// `intent(callback, hide)`: Fortran invokes the symbol, the callable is an attribute of the module.
    pub is_hidden: bool,
    /// Whether C gets and passes arguments by value (`intent(c)`).
    pub is_c: bool,
}

/// A variable or named constant of a Fortran module.
#[derive(Debug)]
pub struct ModuleVariable<'ir> {
    /// Its name.
    pub name: Name,
    /// Its declaration.
    pub entity: &'ir Entity,
    /// Its type.
    pub element: ElementType,
    /// The length of characters.
    pub length: Option<u64>,
    /// The extents; `None` for an ALLOCATABLE or POINTER whose shape is deferred.
    pub extents: Option<Vec<u64>>,
    /// The rank.
    pub rank: usize,
    /// ALLOCATABLE
    pub is_allocatable: bool,
    /// The value of a named constant cannot be changed.
    pub is_constant: bool,
    /// PROTECTED: only its module changes it.
    pub is_protected: bool,
}

/// A COMMON block.
#[derive(Debug)]
pub struct CommonBlock<'ir> {
    /// Its name in Python; `_BLNK_` for the blank one.
    pub name: String,
    /// Its name in Fortran; `None` for the blank one.
    pub fortran: Option<Name>,
    /// `bind(c, name=...)`: the label, empty for the name in lower case.
    pub bind: Option<String>,
    /// Where it is first named.
    pub span: Span,
    /// Its members, in order, those of repeated statements appended.
    pub members: Vec<CommonMember<'ir>>,
}

/// A member of a COMMON block.
#[derive(Debug)]
pub struct CommonMember<'ir> {
    /// Its name in Python; `None` for `intent(hide)`.
    pub attribute: Option<String>,
    /// What it is.
    pub variable: ModuleVariable<'ir>,
}
