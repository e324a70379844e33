//! What f2py's signature files and directive comments say, as plain data. Nothing here is interpreted: C stays text.

use crate::ir::entity::Intent;
use crate::ir::expr::Actual;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope};
use crate::ir::program::Program;
use crate::ir::types::TypeSpec;
use crate::source::{FileId, Span};

/// Text that is kept as written, such as a C expression, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verbatim {
    /// The text, without blanks around it.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What attributes of f2py say of one entity, in addition to what Fortran has a word for.
#[derive(Clone, Debug, Default)]
pub struct EntitySignature {
    /// The words of its `intent(...)` in the order of writing, each once.
    pub intents: Vec<SignatureIntent>,
    /// `optional`: it has a default value. `present()` is true for it all the same.
    pub optional: bool,
    /// `required`: it is not optional, though it could be found from shapes.
    pub required: bool,
    /// `check(...)`: C conditions. `Some` and empty, from `check()`: no conditions, not even those of shapes.
    pub checks: Option<Vec<Verbatim>>,
    /// `depend(...)`: what has to be known before it. `Some` and empty, from `depend()`: nothing.
    pub depends: Option<Vec<Name>>,
    /// `= value`: a C expression.
    pub value: Option<Verbatim>,
    /// `note(...)`: text for the documentation.
    pub notes: Vec<Verbatim>,
    /// The dimensions as written, C or Fortran, such as `n`, `0:n`, `*`.
    pub dimensions: Option<Vec<Verbatim>>,
    /// `character(f2py_len = n)`: the length of an assumed-length character that the wrapper makes.
    pub length: Option<Verbatim>,
    /// `integer*-4`: a C type without sign.
    pub unsigned: bool,
    /// The type in a directive comment. The type in a signature file is that of the entity itself.
    pub type_spec: Option<TypeSpec>,
    /// Attributes that neither Fortran nor f2py knows, and that f2py reads over.
    pub unknown: Vec<Verbatim>,
}

/// A word of f2py's `intent(...)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureIntent {
    /// `in`
    In,
    /// `out`: returned.
    Out,
    /// `out=name`: returned under another name.
    OutAs(Name),
    /// `inout`: updated in place.
    InOut,
    /// `inplace`: updated in place, whatever the type of the actual argument.
    InPlace,
    /// `hide`: no argument of the Python function.
    Hide,
    /// `copy`: the actual argument is preserved unless the caller says otherwise.
    Copy,
    /// `overwrite`: the actual argument may be destroyed unless the caller says otherwise.
    Overwrite,
    /// `cache`: scratch memory.
    Cache,
    /// `c`: by value, or an array in the order of C.
    C,
    /// `callback`: a procedure that the code calls at link level.
    Callback,
    /// `aux`: a C variable that only other expressions need.
    Aux,
    /// `aligned4`, `aligned8`, `aligned16`
    Aligned(u8),
    /// A word that f2py reads over.
    Unknown(String),
}

/// What statements of f2py say of one procedure.
#[derive(Clone, Debug, Default)]
pub struct ProcedureSignature {
    /// `fortranname [name]`: the procedure that is called; empty: none is.
    pub fortran_name: Option<Verbatim>,
    /// `threadsafe`: Python's lock is released around the call.
    pub threadsafe: bool,
    /// `callstatement`: a C expression, or a block in braces, in place of the call.
    pub call_statement: Option<Verbatim>,
    /// `callprotoargument`: the C types of the arguments.
    pub call_prototype: Option<Verbatim>,
    /// `usercode`: C code in the body of the wrapper.
    pub user_code: Vec<Verbatim>,
    /// `pymethoddef`: rows of a C table.
    pub method_definitions: Option<Verbatim>,
    /// `intent(c)`, `intent(callback)` on the name of the procedure.
    pub intents: Vec<SignatureIntent>,
    /// Blocks in `'''` that stand alone: documentation.
    pub documentation: Vec<Verbatim>,
    /// `call f(x, n)`, `y = f(x)` in directive comments: what dummy procedures are called with.
    pub calls: Vec<SampleCall>,
}

/// A call in a directive comment, which shows the interface of a dummy procedure.
#[derive(Clone, Debug)]
pub struct SampleCall {
    /// What is called.
    pub procedure: Name,
    /// `y = f(x)`
    pub is_function: bool,
    /// The actual arguments.
    pub actuals: Vec<Actual>,
    /// Where the name stands.
    pub span: Span,
}

/// `python module`, `interface`, or what stands outside of both.
#[derive(Clone, Debug)]
pub struct SignatureBlock {
    /// Which of the three.
    pub kind: BlockKind,
    /// The name, if it has one.
    pub name: Option<Name>,
    /// Where the name stands, or the first statement.
    pub span: Span,
    /// The file that was given.
    pub file: FileId,
    /// Whether the code behind it is that of a library (`--link-only`).
    pub link_only: bool,
    /// What stands in it, in order.
    pub members: Vec<Member>,
    /// `usercode`: C code. In a Python module the first is in front of the wrappers, the others are behind them; in an
    /// interface it is run when the module is initialised.
    pub user_code: Vec<Verbatim>,
    /// `pymethoddef`: rows of the module's table of methods.
    pub method_definitions: Option<Verbatim>,
    /// Declarations, USE statements and COMMON blocks that stand in it directly.
    pub scope: Scope,
    /// Blocks in `'''` that stand alone: documentation.
    pub documentation: Vec<Verbatim>,
}

/// The kind of a [`SignatureBlock`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// `python module`
    PythonModule,
    /// `interface`
    Interface,
    /// `abstract interface`
    AbstractInterface,
    /// A file whose signatures stand in no Python module, as in a file that others include.
    File,
}

/// What a [`SignatureBlock`] holds.
#[derive(Clone, Debug)]
pub enum Member {
    /// A Python module (with callbacks), an interface block.
    Block(SignatureBlock),
    /// A module of Fortran.
    Module(Module),
    /// A subroutine or function.
    Procedure(Procedure),
    /// A block data unit.
    BlockData(Program),
}

/// What a user's `.f2py_f2cmap` file says: the C type that a kind stands for.
#[derive(Clone, Debug, Default)]
pub struct KindMap {
    /// In the order of the file; a later one counts.
    pub mappings: Vec<KindMapping>,
}

/// One entry of a [`KindMap`].
#[derive(Clone, Debug)]
pub struct KindMapping {
    /// The type in lower case, such as `real`.
    pub data_type: String,
    /// The kind as sources write it, in lower case and without blanks.
    pub kind: String,
    /// The C type, such as `double`.
    pub c_type: String,
    /// Its size; of a complex type that of each part.
    pub bytes: u8,
    /// Where the kind stands in the file.
    pub span: Span,
}

impl KindMap {
    /// What a kind of a type stands for; both in lower case, without blanks.
    #[must_use]
    pub fn find(&self, data_type: &str, kind: &str) -> Option<&KindMapping> {
        self.mappings.iter().rev().find(|mapping| mapping.data_type == data_type && mapping.kind == kind)
    }
}

impl SignatureBlock {
    /// An empty block.
    #[must_use]
    pub fn new(kind: BlockKind, name: Option<Name>, span: Span) -> Self {
        Self {
            kind,
            name,
            span,
            file: span.file,
            link_only: false,
            members: Vec::new(),
            user_code: Vec::new(),
            method_definitions: None,
            scope: Scope::default(),
            documentation: Vec::new(),
        }
    }

    /// Whether it is a Python module whose procedures are interfaces of callbacks.
    #[must_use]
    pub fn is_of_callbacks(&self) -> bool {
        let is_user = |name: &Name| name.lower().contains("__user__");
        self.kind == BlockKind::PythonModule && self.name.as_ref().is_some_and(is_user)
    }

    /// The procedures in it and in its interfaces, those of Fortran modules and nested Python modules apart.
    #[must_use]
    pub fn procedures(&self) -> Vec<&Procedure> {
        let mut found = Vec::new();
        self.visit_interfaces(&mut |member| {
            if let Member::Procedure(procedure) = member {
                found.push(procedure);
            }
        });
        found
    }

    /// The Fortran modules in it and in its interfaces.
    #[must_use]
    pub fn modules(&self) -> Vec<&Module> {
        let mut found = Vec::new();
        self.visit_interfaces(&mut |member| {
            if let Member::Module(module) = member {
                found.push(module);
            }
        });
        found
    }

    /// Every name that `--only` and `--skip` may ask for: procedures, entries, modules, COMMON blocks.
    #[must_use]
    pub fn names(&self) -> Vec<&Name> {
        let mut found = common_names(&self.scope);
        for member in &self.members {
            match member {
                Member::Block(block) => found.extend(block.names()),
                Member::Procedure(procedure) => add_names(procedure, &mut found),
                Member::Module(module) => {
                    found.push(&module.name);
                    found.extend(common_names(&module.scope));
                    module.procedures.iter().for_each(|procedure| add_names(procedure, &mut found));
                }
                Member::BlockData(program) => found.extend(common_names(&program.scope)),
            }
        }
        found
    }

    fn visit_interfaces<'b>(&'b self, visit: &mut dyn FnMut(&'b Member)) {
        for member in &self.members {
            match member {
                Member::Block(block) if block.kind != BlockKind::PythonModule => block.visit_interfaces(visit),
                other => visit(other),
            }
        }
    }
}

fn add_names<'b>(procedure: &'b Procedure, found: &mut Vec<&'b Name>) {
    found.push(&procedure.name);
    found.extend(procedure.entries.iter().map(|entry| &entry.name));
    found.extend(common_names(&procedure.scope));
}

fn common_names(scope: &Scope) -> Vec<&Name> {
    scope.commons.iter().filter_map(|common| common.name.as_ref()).collect()
}

impl EntitySignature {
    /// The intent that Fortran has for these words, if one is written.
    #[must_use]
    pub fn fortran_intent(&self) -> Option<Intent> {
        let has = |wanted: &SignatureIntent| self.intents.contains(wanted);
        let out = has(&SignatureIntent::Out) || self.intents.iter().any(|one| matches!(one, SignatureIntent::OutAs(_)));
        let updated = has(&SignatureIntent::InOut) || has(&SignatureIntent::InPlace);
        match (has(&SignatureIntent::In), out) {
            _ if updated => Some(Intent::InOut),
            (true, true) => Some(Intent::InOut),
            (false, true) => Some(Intent::Out),
            (true, false) => Some(Intent::In),
            (false, false) => None,
        }
    }
}

impl SignatureIntent {
    /// The word, as f2py spells it; `out=` with the name.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let word: String = word.split_ascii_whitespace().collect();
        if let Some((key, name)) = word.split_once('=')
            && key.eq_ignore_ascii_case("out")
        {
            return Self::OutAs(Name::new(name));
        }
        match word.to_ascii_lowercase().as_str() {
            "in" => Self::In,
            "out" => Self::Out,
            "inout" => Self::InOut,
            "inplace" => Self::InPlace,
            "hide" => Self::Hide,
            "copy" => Self::Copy,
            "overwrite" => Self::Overwrite,
            "cache" => Self::Cache,
            "c" => Self::C,
            "callback" => Self::Callback,
            "aux" => Self::Aux,
            "aligned4" => Self::Aligned(4),
            "aligned8" => Self::Aligned(8),
            "aligned16" => Self::Aligned(16),
            _ => Self::Unknown(word),
        }
    }

    /// As f2py writes it.
    #[must_use]
    pub fn spelled(&self) -> String {
        match self {
            Self::In => "in".to_owned(),
            Self::Out => "out".to_owned(),
            Self::OutAs(name) => format!("out={}", name.spelled()),
            Self::InOut => "inout".to_owned(),
            Self::InPlace => "inplace".to_owned(),
            Self::Hide => "hide".to_owned(),
            Self::Copy => "copy".to_owned(),
            Self::Overwrite => "overwrite".to_owned(),
            Self::Cache => "cache".to_owned(),
            Self::C => "c".to_owned(),
            Self::Callback => "callback".to_owned(),
            Self::Aux => "aux".to_owned(),
            Self::Aligned(bytes) => format!("aligned{bytes}"),
            Self::Unknown(word) => word.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EntitySignature, SignatureIntent};
    use crate::ir::entity::Intent;

    #[test]
    fn intents_are_spelled_as_they_are_read() {
        for word in ["in", "out", "inout", "hide", "copy", "cache", "c", "aligned8", "out=lu", "inplace", "what"] {
            assert_eq!(SignatureIntent::parse(word).spelled(), word);
        }
        assert_eq!(SignatureIntent::parse("In Out"), SignatureIntent::InOut);
    }

    #[test]
    fn fortran_has_three_of_them() {
        let intent = |words: &[&str]| {
            let intents = words.iter().map(|word| SignatureIntent::parse(word)).collect();
            EntitySignature { intents, ..EntitySignature::default() }.fortran_intent()
        };
        assert_eq!(intent(&["in", "hide"]), Some(Intent::In));
        assert_eq!(intent(&["in", "out", "copy", "out=x"]), Some(Intent::InOut));
        assert_eq!(intent(&["out"]), Some(Intent::Out));
        assert_eq!(intent(&["inplace"]), Some(Intent::InOut));
        assert_eq!(intent(&["cache", "hide"]), None);
    }
}
