//! What cannot be wrapped, and what to write so that it can.

use crate::analysis::constant::NotConstant;
use crate::analysis::extent::UnknownExtent;
use crate::analysis::facts::DataType;
use crate::analysis::kind::{ResolvedType, UnknownType};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::array::ArraySpec;
use crate::ir::entity::Entity;
use crate::ir::name::Name;
use crate::ir::note::ArgumentNote;
use crate::ir::procedure::Procedure;
use crate::ir::types::BaseType;
use crate::source::Span;

/// The data type behind a resolved type, if Rust and NumPy have one; the character length is added by the caller.
pub fn find_data_type(entity: &Entity, resolved: &ResolvedType) -> Result<DataType, Box<Diagnostic>> {
    let unsupported = |type_name: &str, kind: u8, instead: &str| {
        let title = format!("`{}` is `{type_name}({kind})`, which Rust and NumPy do not have", entity.name);
        let diagnostic = Diagnostic::warning(Code::UnsupportedKind, type_span(entity), title);
        let help = format!("write a small Fortran procedure around it that takes `{instead}`");
        Err(Box::new(diagnostic.label("no counterpart").help(help)))
    };
    match resolved {
        ResolvedType::Integer(kind @ (1 | 2 | 4 | 8)) => Ok(DataType::Integer(*kind)),
        ResolvedType::Real(kind @ (4 | 8)) => Ok(DataType::Real(*kind)),
        ResolvedType::Complex(kind @ (4 | 8)) => Ok(DataType::Complex(*kind)),
        ResolvedType::Logical(kind @ (1 | 2 | 4 | 8)) => Ok(DataType::Logical(*kind)),
        ResolvedType::Character(_) => Ok(DataType::Character(None)),
        ResolvedType::Integer(kind) => unsupported("integer", *kind, "integer(8)"),
        ResolvedType::Real(kind) => unsupported("real", *kind, "real(8)"),
        ResolvedType::Complex(kind) => unsupported("complex", *kind, "complex(8)"),
        ResolvedType::Logical(kind) => unsupported("logical", *kind, "logical(4)"),
        ResolvedType::Other(type_name) => {
            let title = format!("`{}` has the type `{type_name}`, which cannot be wrapped yet", entity.name);
            let diagnostic = Diagnostic::warning(Code::UnsupportedType, type_span(entity), title);
            let help = "write a small Fortran procedure that takes the parts as plain arguments, and wrap that";
            Err(Box::new(diagnostic.label("not an intrinsic type that fwrap wraps").help(help)))
        }
    }
}

/// An attribute of a dummy argument that stands in the way.
pub fn find_obstacle(entity: &Entity) -> Option<Diagnostic> {
    let attributes = &entity.attributes;
    let assumed_rank = matches!(entity.shape, Some(ArraySpec::AssumedRank));
    let attribute = [
        (attributes.allocatable, "ALLOCATABLE"),
        (attributes.pointer, "POINTER"),
        (entity.corank > 0, "a coarray"),
        (assumed_rank, "of assumed rank"),
    ]
    .into_iter()
    .find_map(|(there, text)| there.then_some(text))?;
    let title = format!("`{}` is {attribute}, which cannot be wrapped yet", entity.name);
    Some(
        Diagnostic::warning(Code::UnsupportedAttribute, entity.span, title)
            .label("declared here")
            .help("write a small Fortran procedure that takes an assumed-shape array (`x(:)`), and wrap that"),
    )
}

/// Whether a dummy argument is a procedure by what its own procedure says and does.
pub fn is_procedure(entity: &Entity, procedure: &Procedure) -> bool {
    let base = entity.type_spec.as_ref().map(|spec| &spec.base);
    // `c(1:2)` is a substring; anything else without a shape that is invoked is a procedure.
    let is_invoked =
        procedure.invoked.contains(&entity.name) && entity.shape.is_none() && base != Some(&BaseType::Character);
    entity.attributes.external
        || entity.interface.is_some()
        || matches!(base, Some(BaseType::Procedure(_)))
        || is_invoked
}

/// A note that says of a procedure what only data can have.
pub fn note_of_data(entity: &Entity, note: &ArgumentNote) -> Diagnostic {
    let title = format!("a note gives `{}` what only data has, but it is a procedure", entity.name);
    Diagnostic::error(Code::NotesConflict, note.span, title)
        .label("contradicts the source")
        .also(entity.span, "declared here")
        .help(format!("write `{} = {{ interface = \"...\" }}`", entity.name))
}

/// A note that gives an interface to data.
pub fn note_of_procedure(entity: &Entity, note: &ArgumentNote) -> Diagnostic {
    let title = format!("a note gives `{}` an interface, but it is no procedure", entity.name);
    Diagnostic::error(Code::NotesConflict, note.span, title)
        .label("contradicts the source")
        .also(entity.span, "declared here")
        .help("remove the interface from the note")
}

/// A dummy procedure of a dummy procedure.
pub fn nested_procedure(entity: &Entity) -> Diagnostic {
    let title = format!("`{}` is a procedure that a callback gets, which cannot be wrapped", entity.name);
    Diagnostic::warning(Code::ProcedureArgument, entity.span, title)
        .label("declared here")
        .help("write a small Fortran procedure around it whose callback gets no procedure")
}

/// A dummy procedure pointer.
pub fn procedure_pointer(entity: &Entity) -> Diagnostic {
    let title = format!("`{}` is a procedure pointer, which cannot be wrapped", entity.name);
    Diagnostic::warning(Code::ProcedureArgument, entity.span, title)
        .label("declared here")
        .help("drop POINTER: a dummy procedure takes a callback")
}

/// `procedure(name)` where the name may come from a module that is not there.
pub fn missing_interface(entity: &Entity, name: &Name, module: &Name, span: Span) -> Diagnostic {
    let title = format!("the interface `{name}` of the dummy procedure `{}` is not known", entity.name);
    Diagnostic::warning(Code::UnknownModule, span, title)
        .label(format!("the module `{module}` is not among the sources"))
        .also(entity.span, "declared here")
        .help(format!("add the file that defines `module {module}` to the command line"))
}

/// `procedure(name)` where the name is no interface.
pub fn no_such_interface(entity: &Entity, name: &Name) -> Diagnostic {
    let title = format!("the interface `{name}` of the dummy procedure `{}` is not known", entity.name);
    Diagnostic::warning(Code::ProcedureArgument, entity.span, title)
        .label(format!("`{name}` is neither an abstract interface nor a procedure with an explicit one"))
        .help(format!("declare it: `abstract interface`, with the interface body of `{name}`"))
}

/// A function result that no callback can give.
pub fn callback_result(callback: &Name, span: Span) -> Diagnostic {
    let title = format!("the callback `{callback}` returns an array or text, which cannot be wrapped");
    Diagnostic::warning(Code::ProcedureArgument, span, title)
        .label("a callback returns a number, a logical, or nothing")
        .help("write a small Fortran procedure around it whose callback is a subroutine with an `intent(out)` argument")
}

/// An argument that no callback can get.
pub fn callback_argument(callback: &Name, argument: &Name, what: &str, span: Span) -> Diagnostic {
    let title = format!("the callback `{callback}` gets `{argument}`, which cannot be wrapped");
    Diagnostic::warning(Code::ProcedureArgument, span, title).label(what).help(
        "write a small Fortran procedure around it whose callback gets numbers, logicals, text or arrays of numbers",
    )
}

/// A type or kind that is not known.
pub fn unknown_type(entity: &Entity, reason: UnknownType) -> Diagnostic {
    match reason {
        UnknownType::Untyped => {
            let title = format!("`{}` has no type", entity.name);
            Diagnostic::warning(Code::UntypedName, entity.span, title)
                .label("no declaration, and IMPLICIT gives it none")
                .help(format!("declare it, for example `real(8) :: {}`", entity.name))
        }
        UnknownType::Kind(reason) => unknown_kind(entity, reason),
        UnknownType::NoSuchKind(type_name, kind, span) => {
            let title = format!("there is no `{type_name}` of kind {kind}");
            Diagnostic::warning(Code::UnknownKind, span, title)
                .label(format!("in the declaration of `{}`", entity.name))
                .help("kinds are 1, 2, 4, 8 for integer and logical, 4, 8 for real and complex")
        }
    }
}

fn unknown_kind(entity: &Entity, reason: NotConstant) -> Diagnostic {
    let title = format!("the kind of `{}` is not known", entity.name);
    match reason {
        NotConstant::MissingModule(module, span) => Diagnostic::warning(Code::UnknownModule, span, title)
            .label(format!("the module `{module}` is not among the sources"))
            .also(entity.span, "declared here")
            .help(format!("add the file that defines `module {module}` to the command line")),
        NotConstant::Undeclared(name, span) | NotConstant::Variable(name, span) => {
            Diagnostic::warning(Code::UnknownKind, span, title)
                .label(format!("`{name}` is not a constant that fwrap can see"))
                .help(format!("define it (`integer, parameter :: {name} = kind(1.0d0)`), or give the file that does"))
        }
        NotConstant::Form(span) => Diagnostic::warning(Code::UnknownKind, span, title)
            .label("this expression is not folded")
            .help("write the kind as a number or a named constant"),
    }
}

/// A binding label whose expression is not a known constant.
pub fn unknown_label(procedure: &Procedure, reason: &NotConstant) -> Diagnostic {
    let title = format!("the binding label of `{}` is not known", procedure.name);
    let span = match reason {
        NotConstant::Variable(_, span)
        | NotConstant::Undeclared(_, span)
        | NotConstant::MissingModule(_, span)
        | NotConstant::Form(span) => *span,
    };
    let name = &procedure.name;
    let help = format!("write the label as a literal, `bind(c, name=\"{name}\")`, or give the file that defines it");
    Diagnostic::warning(Code::UnknownName, span, title).label("this is not a constant that fwrap can see").help(help)
}

/// An extent or length that is not known before the call.
pub fn unknown_extent(entity: &Entity, what: &str, reason: UnknownExtent) -> Diagnostic {
    let title = format!("the {what} of `{}` is not known before the call", entity.name);
    let help = format!("say it in `fwrap.toml`: `{} = {{ shape = \"(...)\" }}`", entity.name);
    match reason {
        UnknownExtent::Name(name, span) => Diagnostic::warning(Code::UnknownName, span, title)
            .label(format!("`{name}` is neither a dummy argument nor a known constant"))
            .help(help),
        UnknownExtent::MissingModule(module, span) => Diagnostic::warning(Code::UnknownModule, span, title)
            .label(format!("the module `{module}` is not among the sources"))
            .also(entity.span, "declared here")
            .help(format!("add the file that defines `module {module}` to the command line")),
        UnknownExtent::Form(span) => {
            Diagnostic::warning(Code::UnknownName, span, title).label("this expression is not followed").help(help)
        }
    }
}

/// An expression in a note that cannot be computed before the call.
pub fn unknown_note(argument: &Name, reason: UnknownExtent) -> Diagnostic {
    let (label, span) = match reason {
        UnknownExtent::Name(name, span) => (format!("`{name}` is neither a dummy argument nor a known constant"), span),
        UnknownExtent::MissingModule(module, span) => (format!("the module `{module}` is not among the sources"), span),
        UnknownExtent::Form(span) => ("this expression is not followed".to_owned(), span),
    };
    Diagnostic::warning(Code::NotesExpression, span, format!("the note on `{argument}` cannot be computed"))
        .label(label)
        .help("use dummy arguments, `size(a, 1)`, `len(c)`, `max`, `min`, `mod` and arithmetic")
}

/// A character length that cannot be wrapped.
pub fn unsupported_length(entity: &Entity) -> Diagnostic {
    let title = format!("the length of `{}` is deferred, which cannot be wrapped yet", entity.name);
    Diagnostic::warning(Code::UnsupportedLength, type_span(entity), title)
        .label("`len=:`")
        .help("use `character(len=*)` for an argument, a fixed length for a result")
}

/// A VALUE character whose length is not a constant.
pub fn variable_length_value(entity: &Entity) -> Diagnostic {
    let title = format!("`{}` is a VALUE character whose length is not a constant", entity.name);
    Diagnostic::warning(Code::UnsupportedLength, type_span(entity), title)
        .label("gfortran 12 passes such arguments wrongly")
        .help("drop VALUE, or give it a constant length")
}

/// An array of characters.
pub fn character_array(entity: &Entity) -> Diagnostic {
    let title = format!("`{}` is an array of characters, which cannot be wrapped yet", entity.name);
    Diagnostic::warning(Code::UnsupportedType, entity.span, title)
        .label("declared here")
        .help("write a small Fortran procedure that takes one string, and wrap that")
}

/// A procedure that no code outside its module can call.
pub fn private_procedure(name: &Name, span: Span) -> Diagnostic {
    Diagnostic::warning(Code::PrivateProcedure, span, format!("`{name}` is private in its module"))
        .label("left out")
        .help(format!("write `public :: {name}` in the module"))
}

fn type_span(entity: &Entity) -> Span {
    entity.type_spec.as_ref().map_or(entity.span, |spec| spec.span)
}
