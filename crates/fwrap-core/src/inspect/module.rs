//! Modules: named constants, variables, derived types, generics, interfaces, accessibility.

use std::collections::BTreeMap;

use crate::analysis::accessibility::Accessibility;
use crate::analysis::constant::Constant;
use crate::analysis::scope::ScopeChain;
use crate::analysis::simplify::Simplifier;
use crate::inspect::description::{
    BindingDescription, Component, Interface, ModuleDescription, Parameter, TypeDescription,
};
use crate::inspect::entity::Describer;
use crate::inspect::unit::{commons, is_implicit_none, module_name};
use crate::inspect::value::print_value;
use crate::ir::derived_type::{Binding, DerivedType, SpecificBinding};
use crate::ir::entity::Entity;
use crate::ir::generic::GenericSpec;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::types::BaseType;

impl<'ir> Describer<'_, 'ir> {
    /// A module or submodule; `line` is that of its first statement.
    pub(super) fn module(self, module: &'ir Module, line: usize) -> ModuleDescription {
        let chain = self.modules.module_chain(module);
        let mut described = ModuleDescription {
            name: module_name(module),
            kind: if module.ancestor.is_some() { "submodule" } else { "module" },
            ancestor: module.ancestor.as_ref().map(|name| name.lower().to_owned()),
            commons: commons(&module.scope),
            implicit_none: is_implicit_none(&chain),
            line,
            ..ModuleDescription::default()
        };
        let accessibility = Accessibility::of(module);
        for entity in &module.scope.entities {
            self.module_entity(entity, &accessibility, &chain, &mut described);
        }
        for derived_type in &module.scope.derived_types {
            described.types.push(self.derived_type(derived_type, &accessibility, &chain));
        }
        self.generics(module, &chain, &mut described);
        for body in &module.separate_interfaces {
            let interface = self.interface(body, &chain.enter_interface(body), 0);
            described.interfaces.insert(body.name.lower().to_owned(), interface);
        }
        for body in &module.scope.abstract_interfaces {
            let interface = self.interface(body, &chain.enter_interface(body), 0);
            let attrs = std::iter::once("abstract").chain(interface.attrs).collect();
            described.interfaces.insert(body.name.lower().to_owned(), Interface { attrs, ..interface });
        }
        described.access = access(module);
        described
    }

    /// Generic names, operators and assignment, those of types among them.
    fn generics(self, module: &'ir Module, chain: &ScopeChain<'ir>, described: &mut ModuleDescription) {
        for generic in &module.scope.generics {
            let specifics = generic.specifics.iter().map(|name| name.lower().to_owned());
            match &generic.spec {
                GenericSpec::Name(name) => {
                    let known = described.generics.entry(name.lower().to_owned()).or_default();
                    known.extend(specifics);
                    // The structure constructor is one of the functions (F2018 7.5.10).
                    if self.modules.find_derived_type(name, chain).is_some() {
                        known.push(name.lower().to_owned());
                    }
                }
                spec => described.operators.entry(operator_name(spec)).or_default().extend(specifics),
            }
        }
        for derived_type in &module.scope.derived_types {
            for binding in &derived_type.bindings {
                let Binding::Generic { spec, specifics, private, .. } = binding else { continue };
                let is_private = private.unwrap_or(derived_type.attributes.private_bindings);
                if is_private || !matches!(spec, GenericSpec::Operator(_) | GenericSpec::Assignment) {
                    continue;
                }
                let targets = specifics.iter().map(|name| target(name, derived_type).lower().to_owned());
                described.operators.entry(operator_name(spec)).or_default().extend(targets);
            }
        }
        for specifics in described.generics.values_mut().chain(described.operators.values_mut()) {
            specifics.sort();
            specifics.dedup();
        }
    }

    fn module_entity(
        self,
        entity: &'ir Entity,
        accessibility: &Accessibility<'_>,
        chain: &ScopeChain<'ir>,
        described: &mut ModuleDescription,
    ) {
        let name = entity.name.lower().to_owned();
        let private = accessibility.is_private(&entity.name);
        if entity.attributes.parameter {
            described.parameters.insert(name, self.parameter(entity, chain, private));
            return;
        }
        if let Some(body) = &entity.interface {
            described.interfaces.insert(name, self.interface(body, &chain.enter_interface(body), 0));
            return;
        }
        let is_procedure = entity.attributes.external
            || entity.attributes.intrinsic
            || matches!(entity.type_spec.as_ref().map(|spec| &spec.base), Some(BaseType::Procedure(_)));
        if is_procedure || (entity.type_spec.is_none() && entity.shape.is_none() && entity.value.is_none()) {
            return;
        }
        let mut variable = self.data(entity, chain);
        if entity.bind.is_some() {
            variable.attrs.insert(0, "bind(c)");
        }
        variable.private = Some(private);
        described.variables.push(variable);
    }

    fn parameter(self, entity: &'ir Entity, chain: &ScopeChain<'ir>, private: bool) -> Parameter {
        let described = self.entity_type(entity, chain);
        let shape = self.shape(entity, chain);
        let value = Simplifier::new(self.modules).parameter(entity, chain).ok();
        let mut parameter = Parameter {
            data_type: described.data_type,
            kind: described.kind,
            len: described.len,
            derived: described.derived,
            rank: shape.rank,
            dims: shape.dims,
            value: value.as_ref().and_then(|value| print_value(value, self.modules.default_kinds)),
            private,
        };
        if let Some(value) = &value {
            complete(&mut parameter, value);
        }
        parameter
    }

    fn derived_type(
        self,
        derived_type: &'ir DerivedType,
        accessibility: &Accessibility<'_>,
        chain: &ScopeChain<'ir>,
    ) -> TypeDescription {
        let attributes = &derived_type.attributes;
        let attrs =
            [(attributes.is_abstract, "abstract"), (attributes.bind_c, "bind(c)"), (attributes.sequence, "sequence")];
        let mut described = TypeDescription {
            name: derived_type.name.lower().to_owned(),
            attrs: attrs.into_iter().filter_map(|(there, text)| there.then_some(text)).collect(),
            private: accessibility.is_private_type(derived_type),
            pdt: !derived_type.parameters.is_empty(),
            extends: derived_type.extends.as_ref().map(|name| name.lower().to_owned()),
            params: derived_type.parameters.iter().map(|parameter| parameter.name.lower().to_owned()).collect(),
            ..TypeDescription::default()
        };
        for component in &derived_type.components {
            described.components.push(self.component(component, derived_type, chain));
        }
        for binding in &derived_type.bindings {
            match binding {
                Binding::Specific(specific) => {
                    described.bindings.push(self.binding(specific, attributes.private_bindings));
                }
                Binding::Generic { spec, specifics, .. } => {
                    let specifics = specifics.iter().map(|name| name.lower().to_owned());
                    described.generic.entry(operator_name(spec)).or_default().extend(specifics);
                }
                Binding::Final(names) => {
                    described.finals.extend(names.iter().map(|(name, _)| name.lower().to_owned()));
                }
            }
        }
        // As the compiler lists them: the last first.
        for specifics in described.generic.values_mut() {
            specifics.reverse();
        }
        described.finals.reverse();
        described
    }

    fn component(self, entity: &'ir Entity, derived_type: &DerivedType, chain: &ScopeChain<'ir>) -> Component {
        let data = self.data(entity, chain);
        let is_procedure = entity.attributes.external
            || matches!(entity.type_spec.as_ref().map(|spec| &spec.base), Some(BaseType::Procedure(_)));
        let mut attrs: Vec<&'static str> = Vec::new();
        let private = entity.attributes.private.unwrap_or(derived_type.attributes.private_components);
        let words = [
            (is_procedure, "procedure pointer"),
            (entity.attributes.allocatable, "allocatable"),
            (entity.attributes.pointer && !is_procedure, "pointer"),
            (entity.attributes.contiguous, "contiguous"),
            (entity.corank > 0, "codimension"),
            (entity.attributes.private == Some(true), "private"),
        ];
        attrs.extend(words.into_iter().filter_map(|(there, text)| there.then_some(text)));
        Component {
            name: data.name,
            data_type: data.data_type,
            kind: data.kind,
            len: data.len,
            derived: data.derived,
            rank: data.rank,
            shape_kind: data.shape_kind,
            dims: data.dims,
            attrs,
            private,
        }
    }

    fn binding(self, specific: &SpecificBinding, private_by_default: bool) -> BindingDescription {
        let target = if specific.deferred { &specific.interface } else { &specific.procedure };
        let target = target.as_ref().unwrap_or(&specific.name);
        let private = specific.private.unwrap_or(private_by_default);
        let words = [
            (specific.deferred, "deferred"),
            (specific.non_overridable, "non_overridable"),
            (specific.nopass, "nopass"),
            (!specific.nopass && specific.pass.is_none(), "pass"),
            (private, "private"),
            (!private, "public"),
        ];
        let words = words.into_iter().filter(|(there, _)| *there).map(|(_, text)| text.to_owned());
        let pass = specific.pass.as_ref().map(|name| format!("pass({name})"));
        BindingDescription {
            name: specific.name.lower().to_owned(),
            target: target.lower().to_owned(),
            attrs: pass.into_iter().chain(words).collect(),
        }
    }
}

/// What the value says where the declaration has `*`.
fn complete(parameter: &mut Parameter, value: &Constant) {
    let text = match value {
        Constant::Array(array) => array.elements.first(),
        scalar => Some(scalar),
    };
    if let (Some("*"), Some(Constant::Character(text, _))) = (parameter.len.as_deref(), text) {
        parameter.len = Some(text.chars().count().to_string());
    }
    let Constant::Array(array) = value else { return };
    for ((lower, upper), extent) in parameter.dims.iter_mut().zip(&array.shape) {
        let first: Option<i128> = lower.as_deref().and_then(|lower| lower.parse().ok());
        if let (Some("*" | ":"), Some(first), Ok(extent)) = (upper.as_deref(), first, i128::try_from(*extent)) {
            *upper = Some((first + extent - 1).to_string());
        }
    }
}

/// The procedure behind a binding of a type.
fn target<'a>(name: &'a Name, derived_type: &'a DerivedType) -> &'a Name {
    let specific = derived_type.bindings.iter().find_map(|binding| match binding {
        Binding::Specific(specific) if specific.name == *name => Some(specific),
        _ => None,
    });
    specific.and_then(|specific| specific.procedure.as_ref().or(specific.interface.as_ref())).unwrap_or(name)
}

/// The operator alone, as a dump of the compiler has it.
fn operator_name(spec: &GenericSpec) -> String {
    match spec {
        GenericSpec::Operator(operator) => operator.clone(),
        GenericSpec::Assignment => "=".to_owned(),
        other => other.to_string(),
    }
}

/// Who can use each name that the module declares.
fn access(module: &Module) -> BTreeMap<String, &'static str> {
    let scope = &module.scope;
    let generics = scope.generics.iter().filter_map(|generic| match &generic.spec {
        GenericSpec::Name(name) => Some(name),
        _ => None,
    });
    let names = scope
        .entities
        .iter()
        .map(|entity| &entity.name)
        .chain(module.procedures.iter().chain(&module.separate_interfaces).map(|procedure| &procedure.name))
        .chain(module.separate_bodies.iter().map(|body| &body.name))
        .chain(scope.abstract_interfaces.iter().map(|body| &body.name))
        .chain(generics);
    let word = |private: bool| if private { "private" } else { "public" };
    let accessibility = Accessibility::of(module);
    let types = scope.derived_types.iter();
    let types = types.map(|known| (known.name.lower().to_owned(), word(accessibility.is_private_type(known))));
    names.map(|name| (name.lower().to_owned(), word(accessibility.is_private(name)))).chain(types).collect()
}
