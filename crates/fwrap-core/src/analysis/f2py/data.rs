//! Variables of modules and COMMON blocks that Python can reach.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::constant::fold;
use crate::analysis::f2py::c_name::c_name;
use crate::analysis::f2py::data_source::find_sources;
use crate::analysis::f2py::python_module::Wanted;
use crate::analysis::f2py::signature::{CommonBlock, CommonMember, ElementType, ModuleVariable};
use crate::analysis::kind::{ResolvedType, find_type};
use crate::analysis::scope::{Modules, ScopeChain};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::entity::Entity;
use crate::ir::f2py::SignatureIntent;
use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::storage::Common;
use crate::ir::types::{BaseType, CharacterLength};
use crate::source::Span;

/// The public variables and named constants of a module. What Python cannot reach is said in one warning.
pub(super) fn find_module_variables<'ir>(
    module: &'ir Module,
    modules: &Modules<'ir>,
    wanted: Wanted<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<ModuleVariable<'ir>> {
    let chain = modules.module_chain(module);
    let procedures: FxHashSet<&Name> = module.callable().map(|procedure| &procedure.name).collect();
    let (mut variables, mut left_out) = (Vec::new(), Vec::new());
    for entity in &module.scope.entities {
        if !is_data(entity) || procedures.contains(&entity.name) || is_hidden(entity) || !module.is_public(&entity.name)
        {
            continue;
        }
        let found = if wanted.thread_private.contains(&entity.name) {
            Err(THREAD_PRIVATE.to_owned())
        } else {
            find_variable(entity, &chain, modules)
        };
        match found {
            Ok(variable) => variables.push(variable),
            Err(reason) => left_out.push((&entity.name, entity.span, reason)),
        }
    }
    if let [(first, span, reason), others @ ..] = &left_out[..] {
        let what = match others {
            [] => format!("the variable `{first}` of the module `{}` is", module.name),
            [(second, ..)] => format!("the variables `{first}` and `{second}` of the module `{}` are", module.name),
            _ => format!("`{first}` and {} more variables of the module `{}` are", others.len(), module.name),
        };
        let help = format!("write procedures that get and set what you need of `{first}`, or declare it `private`");
        diagnostics.push(
            Diagnostic::warning(Code::UnreachableData, *span, format!("{what} left out of the Python module"))
                .label(reason.clone())
                .help(help),
        );
    }
    variables
}

/// The COMMON blocks, each as the first program unit declares it that has it. What Python cannot reach is said.
pub(super) fn find_commons<'ir>(
    library: &'ir Library,
    modules: &Modules<'ir>,
    wanted: Wanted<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<CommonBlock<'ir>> {
    let mut known: FxHashSet<Option<&Name>> = FxHashSet::default();
    let mut commons = Vec::new();
    for source in find_sources(library, modules, wanted) {
        let entities: FxHashMap<&Name, &Entity> =
            source.scope.entities.iter().map(|entity| (&entity.name, entity)).collect();
        for common in &source.scope.commons {
            if !known.insert(common.name.as_ref()) {
                continue;
            }
            let slashes = common.name.as_ref().map(|name| Name::new(format!("/{name}/")));
            let found = if slashes.is_some_and(|name| wanted.thread_private.contains(&name)) {
                Err((common.span, THREAD_PRIVATE.to_owned()))
            } else {
                find_common(common, &entities, &source.chain, modules)
            };
            match found {
                Ok(block) => commons.push(block),
                Err((span, reason)) => diagnostics.push(unreachable_common(common, span, reason)),
            }
        }
    }
    commons
}

/// OpenMP's THREADPRIVATE.
const THREAD_PRIVATE: &str = "every thread has its own";

fn unreachable_common(common: &Common, span: Span, reason: String) -> Diagnostic {
    let name = common
        .name
        .as_ref()
        .map_or_else(|| "the blank COMMON block".to_owned(), |name| format!("the COMMON block `{name}`"));
    Diagnostic::warning(Code::UnreachableData, span, format!("{name} is left out of the Python module"))
        .label(reason)
        .help("write procedures that get and set what you need of it")
}

fn find_common<'ir>(
    common: &'ir Common,
    entities: &FxHashMap<&Name, &'ir Entity>,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<CommonBlock<'ir>, (Span, String)> {
    let mut members = Vec::new();
    for (name, span) in &common.members {
        let entity = entities.get(name).ok_or_else(|| (*span, format!("`{name}` is not declared")))?;
        let variable = find_variable(entity, chain, modules).map_err(|reason| (entity.span, reason))?;
        if variable.extents.is_none() {
            return Err((entity.span, format!("the shape of `{name}` is not known")));
        }
        if variable.element == ElementType::Character && variable.length.is_none() {
            return Err((entity.span, format!("the length of `{name}` is not known")));
        }
        let attribute = (!is_hidden(entity)).then(|| c_name(name));
        members.push(CommonMember { attribute, variable });
    }
    let name = common.name.as_ref().map_or_else(|| "_BLNK_".to_owned(), ToString::to_string);
    let fortran = common.name.clone();
    Ok(CommonBlock { name, fortran, bind: common.bind.clone(), span: common.span, members })
}

/// Whether an entity is data, and no procedure.
fn is_data(entity: &Entity) -> bool {
    let base = entity.type_spec.as_ref().map(|spec| &spec.base);
    !entity.attributes.external
        && !entity.attributes.intrinsic
        && entity.interface.is_none()
        && !matches!(base, Some(BaseType::Procedure(_)))
}

/// `intent(hide)`
fn is_hidden(entity: &Entity) -> bool {
    entity.f2py.as_ref().is_some_and(|signature| signature.intents.contains(&SignatureIntent::Hide))
}

/// What is known of a variable, or why Python cannot reach it.
fn find_variable<'ir>(
    entity: &'ir Entity,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<ModuleVariable<'ir>, String> {
    let attributes = &entity.attributes;
    if entity.name.lower().contains('$') {
        return Err("no name for Python".to_owned());
    }
    if attributes.pointer {
        return Err("a pointer may point to anything".to_owned());
    }
    if entity.corank > 0 {
        return Err("a coarray".to_owned());
    }
    let Ok(resolved) = find_type(entity, chain, modules) else {
        return Err(format!("the type of `{}` is not known", entity.name));
    };
    let (element, length) = find_element(&resolved, chain, modules)?;
    let dimensions = match &entity.shape {
        None => &[][..],
        Some(ArraySpec::Dimensions(dimensions)) => dimensions,
        Some(ArraySpec::AssumedRank) => return Err("of assumed rank".to_owned()),
    };
    let extents = dimensions.iter().map(|dimension| find_extent(dimension, chain, modules)).collect();
    Ok(ModuleVariable {
        name: entity.name.clone(),
        entity,
        element,
        length,
        extents,
        rank: dimensions.len(),
        is_allocatable: attributes.allocatable,
        is_constant: attributes.parameter,
        is_protected: attributes.protected,
    })
}

/// The element type, and the length of characters if it is known.
fn find_element<'ir>(
    resolved: &ResolvedType,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<(ElementType, Option<u64>), String> {
    let element = match resolved {
        ResolvedType::Integer(kind @ (1 | 2 | 4 | 8)) => ElementType::Integer(*kind),
        ResolvedType::Real(kind @ (4 | 8)) => ElementType::Real(*kind),
        ResolvedType::Complex(kind @ (4 | 8)) => ElementType::Complex(*kind),
        ResolvedType::Logical(kind @ (1 | 2 | 4 | 8)) => ElementType::Logical(*kind),
        ResolvedType::Character(length) => {
            let CharacterLength::Expr(length) = length else { return Ok((ElementType::Character, None)) };
            let length = fold(length, chain, modules).ok().and_then(|length| length.as_integer());
            let length = length.and_then(|length| u64::try_from(length.max(0)).ok());
            return Ok((ElementType::Character, length));
        }
        ResolvedType::Integer(kind) => return Err(format!("NumPy has no `integer({kind})`")),
        ResolvedType::Real(kind) => return Err(format!("NumPy has no `real({kind})`")),
        ResolvedType::Complex(kind) => return Err(format!("NumPy has no `complex({kind})`")),
        ResolvedType::Logical(kind) => return Err(format!("NumPy has no `logical({kind})`")),
        ResolvedType::Other(name) => return Err(format!("NumPy has no `{name}`")),
    };
    Ok((element, None))
}

/// A declared extent; `None` where it is deferred or not known.
fn find_extent<'ir>(dimension: &Dimension, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> Option<u64> {
    let Dimension::Explicit { lower, upper } = dimension else { return None };
    let value = |expr| fold(expr, chain, modules).ok()?.as_integer();
    let lower = lower.as_ref().map_or(Some(1), value)?;
    u64::try_from(value(upper)?.checked_sub(lower)?.checked_add(1)?.max(0)).ok()
}
