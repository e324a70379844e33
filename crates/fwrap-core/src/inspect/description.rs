//! What is printed of sources: the form of the JSON that `fwrap inspect --json` writes.

use std::collections::BTreeMap;

use serde::Serialize;

/// The number of the form; it grows when a key is taken away or changes its meaning.
pub const SCHEMA: u32 = 1;

/// Everything that was read.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The number of the form.
    pub schema: u32,
    /// One entry per source.
    pub files: Vec<FileDescription>,
}

/// One source.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileDescription {
    /// The path as given.
    pub path: String,
    /// `fixed` or `free`.
    pub form: &'static str,
    /// `ok`, or `errors`: some of it could not be read.
    pub status: &'static str,
    /// The titles of its errors.
    pub errors: Vec<String>,
    /// The modules that it uses.
    pub uses: Vec<String>,
    /// Procedures, main programs and block data units, in order.
    pub units: Vec<Unit>,
    /// Modules and submodules, in order.
    pub modules: Vec<ModuleDescription>,
}

/// A procedure, main program or block data unit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Unit {
    /// The name in lower case.
    pub name: String,
    /// `subroutine`, `function`, `program`, `block data`.
    pub kind: &'static str,
    /// The module or host procedure; `ancestor.submodule` for a submodule.
    pub parent: Option<String>,
    /// Whether it is an internal procedure.
    pub internal: bool,
    /// The procedure that this is an entry of.
    pub entry_of: Option<String>,
    /// `bind(c)`, `elemental`, `pure`, `recursive`.
    pub attrs: Vec<&'static str>,
    /// Whether it is private in its module.
    pub private: bool,
    /// The binding label.
    pub bind: Option<String>,
    /// The dummy arguments in order.
    pub args: Vec<Argument>,
    /// The function result.
    pub result: Option<Argument>,
    /// COMMON blocks with their variables; blank common has an empty name.
    pub commons: BTreeMap<String, Vec<String>>,
    /// Whether IMPLICIT NONE holds.
    pub implicit_none: bool,
    /// The line of its first statement.
    pub line: usize,
}

/// A dummy argument, function result, variable or component.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Argument {
    /// The name in lower case; `*` for an alternate return.
    pub name: String,
    /// `data`, `procedure`, `altreturn`.
    pub class: &'static str,
    /// The type.
    #[serde(rename = "type")]
    pub data_type: &'static str,
    /// The kind of an intrinsic type.
    pub kind: Option<u8>,
    /// The length of a character: an expression, `*` or `:`.
    pub len: Option<String>,
    /// The name of a derived type where it is defined.
    pub derived: Option<String>,
    /// The rank; -1 if it is assumed.
    pub rank: i32,
    /// The corank.
    pub corank: usize,
    /// `explicit`, `assumed_size`, `assumed_shape`, `deferred`, `assumed_rank`.
    pub shape_kind: Option<&'static str>,
    /// Lower and upper bound of every dimension.
    pub dims: Vec<(Option<String>, Option<String>)>,
    /// `in`, `out`, `inout`.
    pub intent: Option<&'static str>,
    /// Whether implicit typing gives it its type.
    pub implicit: bool,
    /// Attributes in lower case, in the order of the alphabet.
    pub attrs: Vec<&'static str>,
    /// What is known of the interface of a procedure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<Box<Interface>>,
    /// What a tag of the documentation says: `in`, `out`, `inout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documented: Option<&'static str>,
    /// What becomes of a dummy argument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inferred: Option<Inferred>,
    /// Whether it is private in its module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
}

/// What the bodies of the library do with a dummy argument.
#[derive(Clone, Debug, Serialize)]
pub struct Inferred {
    /// `read`, `written`, `both`, `unknown`, `untouched`.
    pub usage: &'static str,
    /// The file of the statement that proves it.
    pub path: Option<String>,
    /// Its line.
    pub line: Option<usize>,
    /// Why it proves it.
    pub because: Option<String>,
}

/// The interface of a procedure.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Interface {
    /// `subroutine`, `function`, or unknown.
    pub kind: Option<&'static str>,
    /// The dummy arguments in order.
    pub args: Vec<Argument>,
    /// The function result.
    pub result: Option<Argument>,
    /// `elemental`, `pure` and so on.
    pub attrs: Vec<&'static str>,
    /// The binding label.
    pub bind: Option<String>,
    /// The interface that `procedure(name)` names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Nothing declares it: the calls show it.
    #[serde(rename = "inferred", skip_serializing_if = "std::ops::Not::not")]
    pub is_inferred: bool,
}

/// A module or submodule.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ModuleDescription {
    /// The name; `ancestor.name` for a submodule.
    pub name: String,
    /// `module` or `submodule`.
    pub kind: &'static str,
    /// The ancestor module of a submodule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ancestor: Option<String>,
    /// Named constants.
    pub parameters: BTreeMap<String, Parameter>,
    /// Variables.
    pub variables: Vec<Argument>,
    /// Derived types.
    pub types: Vec<TypeDescription>,
    /// Generic names with their specific procedures, sorted.
    pub generics: BTreeMap<String, Vec<String>>,
    /// Operators and assignment with their specific procedures.
    pub operators: BTreeMap<String, Vec<String>>,
    /// Abstract interfaces and interface bodies.
    #[serde(rename = "abstract")]
    pub interfaces: BTreeMap<String, Interface>,
    /// Names whose accessibility is said: `public` or `private`.
    pub access: BTreeMap<String, &'static str>,
    /// COMMON blocks with their variables.
    pub commons: BTreeMap<String, Vec<String>>,
    /// Whether IMPLICIT NONE holds.
    pub implicit_none: bool,
    /// The line of its first statement.
    pub line: usize,
}

/// A named constant.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Parameter {
    /// The type.
    #[serde(rename = "type")]
    pub data_type: &'static str,
    /// The kind of an intrinsic type.
    pub kind: Option<u8>,
    /// The length of a character.
    pub len: Option<String>,
    /// The name of a derived type.
    pub derived: Option<String>,
    /// The rank.
    pub rank: i32,
    /// Lower and upper bound of every dimension.
    pub dims: Vec<(Option<String>, Option<String>)>,
    /// The value; `None` if it is not known.
    pub value: Option<String>,
    /// Whether it is private.
    pub private: bool,
}

/// A derived type.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TypeDescription {
    /// The name.
    pub name: String,
    /// `abstract`, `bind(c)`, `sequence`.
    pub attrs: Vec<&'static str>,
    /// Whether its name is private.
    pub private: bool,
    /// Whether it is parameterized.
    pub pdt: bool,
    /// The parent type.
    pub extends: Option<String>,
    /// The components, without those of the parent type.
    pub components: Vec<Component>,
    /// Specific type-bound procedures.
    pub bindings: Vec<BindingDescription>,
    /// Generic type-bound procedures.
    pub generic: BTreeMap<String, Vec<String>>,
    /// Final subroutines.
    #[serde(rename = "final")]
    pub finals: Vec<String>,
    /// Type parameters.
    pub params: Vec<String>,
}

/// A component of a derived type.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Component {
    /// The name.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub data_type: &'static str,
    /// The kind of an intrinsic type.
    pub kind: Option<u8>,
    /// The length of a character.
    pub len: Option<String>,
    /// The name of a derived type.
    pub derived: Option<String>,
    /// The rank.
    pub rank: i32,
    /// `explicit` or `deferred`.
    pub shape_kind: Option<&'static str>,
    /// Lower and upper bound of every dimension.
    pub dims: Vec<(Option<String>, Option<String>)>,
    /// Attributes in lower case, as its own statement says them.
    pub attrs: Vec<&'static str>,
    /// Whether it is private, by its own statement or by that of the type.
    pub private: bool,
}

/// A specific type-bound procedure.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BindingDescription {
    /// The name.
    pub name: String,
    /// The procedure; the interface of a deferred one.
    pub target: String,
    /// `pass`, `pass(name)`, `nopass`, `deferred`, `non_overridable`, `public`, `private`.
    pub attrs: Vec<String>,
}
