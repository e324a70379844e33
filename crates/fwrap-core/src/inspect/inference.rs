//! What is inferred of dummy arguments: their use, with the statement that proves it, and interfaces by call sites.

use crate::analysis::actual::{Form, Found, FoundActual};
use crate::analysis::documented_intent;
use crate::analysis::dummy_procedure::{CalledInterface, DummyProcedures};
use crate::analysis::kind::ResolvedType;
use crate::analysis::usage::{Usage, Usages};
use crate::inspect::description::{Argument, Inferred, Interface};
use crate::ir::entity::Intent;
use crate::ir::name::Name;
use crate::ir::procedure::Procedure;
use crate::source::SourceMap;

/// What is inferred of a library.
pub(super) struct Inference<'a, 'ir> {
    pub(super) usages: Usages<'ir>,
    pub(super) dummy_procedures: DummyProcedures<'ir>,
    pub(super) sources: &'a SourceMap,
}

impl Inference<'_, '_> {
    /// Adds it to the dummy arguments of a procedure or one of its entries.
    pub(super) fn add(&self, arguments: &mut [Argument], procedure: &Procedure) {
        for argument in arguments {
            let name = Name::new(&argument.name);
            argument.documented = documented_intent(&procedure.documentation, &name).map(|intent| match intent {
                Intent::In => "in",
                Intent::Out => "out",
                Intent::InOut => "inout",
            });
            if argument.class == "data" {
                argument.inferred = self.usages.of(procedure, &name).map(|usage| self.inferred(usage));
            } else if let Some(called) = self.dummy_procedures.of(procedure, &name) {
                argument.interface = Some(Box::new(interface(called)));
            }
        }
    }

    fn inferred(&self, usage: &Usage) -> Inferred {
        let proof = usage.proof();
        Inferred {
            usage: usage.summary().as_str(),
            path: proof.map(|proof| self.sources.file(proof.span.file).path.clone()),
            line: proof.map(|proof| self.sources.line_and_column(proof.span.file, proof.span.start).0),
            because: proof.map(|proof| proof.because.to_string()),
        }
    }
}

fn interface(called: &CalledInterface) -> Interface {
    let kind = if called.is_function { "function" } else { "subroutine" };
    let mut args: Vec<Argument> = Vec::new();
    for (place, actual) in called.arguments.iter().enumerate() {
        let own = actual.name.as_ref().map(|name| name.lower().to_owned());
        let free = own.filter(|name| !args.iter().any(|known| known.name == *name));
        args.push(argument(free.unwrap_or_else(|| format!("argument{}", place + 1)), actual));
    }
    let result = called.result.as_ref().map(|found| {
        argument(String::new(), &FoundActual { data_type: found.clone(), form: Form::Scalar, name: None })
    });
    Interface { kind: Some(kind), args, result, is_inferred: true, ..Interface::default() }
}

fn argument(name: String, actual: &FoundActual) -> Argument {
    let class = match actual.form {
        Form::Procedure => "procedure",
        Form::AlternateReturn => "altreturn",
        _ => "data",
    };
    let (data_type, kind, derived) = match &actual.data_type {
        Found::Unknown if class == "procedure" => ("procedure", None, None),
        Found::Unknown => ("unknown", None, None),
        Found::Known(known) => match known {
            ResolvedType::Integer(kind) => ("integer", Some(*kind), None),
            ResolvedType::Real(kind) => ("real", Some(*kind), None),
            ResolvedType::Complex(kind) => ("complex", Some(*kind), None),
            ResolvedType::Logical(kind) => ("logical", Some(*kind), None),
            ResolvedType::Character(_) => ("character", Some(1), None),
            ResolvedType::Other(name) => ("derived", None, Some(name.clone())),
        },
    };
    let (rank, attrs) = match actual.form {
        Form::Array(rank) => (i32::try_from(rank).unwrap_or(i32::MAX), Vec::new()),
        // a scalar, or an array that begins with the element
        Form::Element => (0, vec!["element"]),
        _ => (0, Vec::new()),
    };
    let len = (data_type == "character").then(|| "*".to_owned());
    Argument { name, class, data_type, kind, derived, rank, attrs, len, ..Argument::default() }
}
