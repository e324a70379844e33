//! Procedures, modules of Fortran and block data in a signature file.

use crate::front::pyf::block::{Opened, Reader, Unit, UnitKind};
use crate::front::pyf::statement::{Header, parse_header};
use crate::ir::body::Body;
use crate::ir::documentation::Documentation;
use crate::ir::f2py::Member;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Procedure, ProcedureKind};
use crate::ir::program::{Program, ProgramKind};
use crate::ir::types::TypeSpec;

impl Reader<'_, '_> {
    /// A subroutine or function; the statement is its first.
    pub(super) fn procedure(&mut self) -> Option<Procedure> {
        let header = self.parse(parse_header);
        let mut unit = Unit { kind: UnitKind::Procedure, ..Unit::default() };
        let opened = match &header {
            Some(header) => {
                enter_header(header, &mut unit);
                let what = if header.is_function { "function" } else { "subroutine" };
                Opened { what, name: header.name.spelled(), span: header.span }
            }
            None => Opened { what: "procedure", name: String::new(), span: self.lines.cursor().whole() },
        };
        let outer = self.procedure.replace(opened.name.clone());
        self.read_statements(&mut unit, Some(&opened));
        self.procedure = outer;
        header.map(|header| finish_procedure(header, unit))
    }

    /// A module of Fortran, with its variables and procedures.
    pub(super) fn module(&mut self) -> Option<Module> {
        let opened = self.opened("module");
        let mut unit = Unit { kind: UnitKind::Other, ..Unit::default() };
        self.read_statements(&mut unit, Some(&opened));
        let procedures = procedures(std::mem::take(&mut unit.members));
        (!opened.name.is_empty()).then(|| Module {
            name: Name::new(&opened.name),
            span: opened.span,
            ancestor: None,
            parent: None,
            scope: unit.builder.finish(),
            private_by_default: unit.private_by_default,
            access: Vec::new(),
            operator_access: Vec::new(),
            procedures,
            separate_interfaces: Vec::new(),
            separate_bodies: Vec::new(),
            documentation: Documentation::default(),
        })
    }

    /// A block data unit, for its COMMON blocks.
    pub(super) fn block_data(&mut self) -> Program {
        let opened = self.opened("block data");
        let mut unit = Unit { kind: UnitKind::Other, ..Unit::default() };
        self.read_statements(&mut unit, Some(&opened));
        let name = (!opened.name.is_empty()).then(|| Name::new(&opened.name));
        let scope = unit.builder.finish();
        Program { kind: ProgramKind::BlockData, name, span: opened.span, scope, internal: Vec::new() }
    }
}

/// The procedures of a block and of the interfaces in it.
fn procedures(members: Vec<Member>) -> Vec<Procedure> {
    let of_member = |member| match member {
        Member::Procedure(procedure) => vec![procedure],
        Member::Block(block) => procedures(block.members),
        Member::Module(_) | Member::BlockData(_) => Vec::new(),
    };
    members.into_iter().flat_map(of_member).collect()
}

fn enter_header(header: &Header, unit: &mut Unit) {
    for dummy in &header.dummies {
        if let Dummy::Argument(name, span) = dummy {
            unit.builder.entity(name, *span);
        }
    }
    unit.dummies.clone_from(&header.dummies);
}

/// The type that a prefix gives is the type of the result.
fn enter_result(header: &Header, unit: &mut Unit) {
    if header.is_function {
        let (name, span) = header.result.clone().unwrap_or_else(|| (header.name.clone(), header.span));
        let own_type = unit.builder.entity(&header.name, header.span).type_spec.take();
        let entity = unit.builder.entity(&name, span);
        let known: Option<TypeSpec> = entity.type_spec.take().or(own_type);
        entity.type_spec = known.or_else(|| header.type_spec.clone());
    }
}

fn finish_procedure(header: Header, mut unit: Unit) -> Procedure {
    enter_result(&header, &mut unit);
    for interface in procedures(std::mem::take(&mut unit.members)) {
        let entity = unit.builder.entity(&interface.name.clone(), interface.span);
        entity.attributes.external = true;
        entity.interface = Some(Box::new(interface));
    }
    let mut signature = unit.signature;
    let is_dummy =
        |name: &Name| header.dummies.iter().any(|one| matches!(one, Dummy::Argument(known, _) if known == name));
    let of_name = unit.builder.entity_if_known(&header.name).and_then(|entity| entity.f2py.as_mut());
    // `subroutine jac(jac)` in callbacks: what is said is said of the argument.
    if let Some(of_name) = of_name.filter(|_| !is_dummy(&header.name)) {
        signature.intents = std::mem::take(&mut of_name.intents);
    }
    let kind = match (header.is_function, header.result) {
        (false, _) => ProcedureKind::Subroutine,
        (true, Some((result, _))) => ProcedureKind::Function { result },
        (true, None) => ProcedureKind::Function { result: header.name.clone() },
    };
    let mut scope = unit.builder.finish();
    // the name itself is no entity, unless it is the result or, in callbacks, a dummy argument
    let is_result = |name: &Name| matches!(&kind, ProcedureKind::Function { result } if result == name);
    scope.entities.retain(|entity| entity.name != header.name || is_result(&entity.name) || is_dummy(&entity.name));
    Procedure {
        name: header.name,
        span: header.span,
        kind,
        dummies: header.dummies,
        prefixes: header.prefixes,
        bind: header.bind,
        scope,
        documentation: Documentation::default(),
        entries: unit.entries,
        internal: Vec::new(),
        invoked: Vec::new(),
        body: Body::default(),
        f2py: Some(Box::new(signature)),
    }
}
