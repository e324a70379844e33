//! The declarations that a question needs: of variables whose type is asked about, and of their derived types.

use crate::analysis::kind::{ResolvedType, find_type};
use crate::analysis::phrase::{MAX_DEPTH, Phrasing, Standing};
use crate::analysis::scope::{Meaning, ScopeChain};
use crate::ir::array::{ArraySpec, Dimension};
use crate::ir::derived_type::DerivedType;
use crate::ir::entity::Entity;
use crate::ir::name::Name;
use crate::ir::types::{BaseType, CharacterLength, KindSelector, TypeSpec};

impl<'ir> Phrasing<'_, 'ir> {
    /// A variable or named constant whose type is asked about: only its declaration matters.
    pub(super) fn declared(&mut self, entity: &'ir Entity, chain: &ScopeChain<'ir>) -> Option<String> {
        if self.depth >= MAX_DEPTH || entity.interface.is_some() || entity.attributes.external {
            return None;
        }
        if self.stands_for(&entity.name, Standing::Declared(std::ptr::from_ref(entity).cast()))? {
            self.depth += 1;
            let text = self.declaration(entity, chain);
            self.depth -= 1;
            self.declarations.push(text?);
        }
        Some(entity.name.to_string())
    }

    fn declaration(&mut self, entity: &Entity, chain: &ScopeChain<'ir>) -> Option<String> {
        let spec = match &entity.type_spec {
            Some(spec) => self.type_spec(spec, chain)?,
            None => match find_type(entity, chain, self.modules).ok()? {
                ResolvedType::Integer(kind) => format!("integer({kind})"),
                ResolvedType::Real(kind) => format!("real({kind})"),
                _ => return None,
            },
        };
        let attributes = &entity.attributes;
        let mut text = spec;
        let mut deferred = attributes.allocatable || attributes.pointer;
        let shape = match &entity.shape {
            None => String::new(),
            Some(ArraySpec::Dimensions(dimensions)) => {
                // Nothing but the rank matters of an array whose bounds come with the call.
                let open = dimensions.iter().any(|dimension| !matches!(dimension, Dimension::Explicit { .. }));
                deferred |= open;
                let bounds: Option<Vec<String>> = dimensions
                    .iter()
                    .map(|dimension| if deferred { Some(":".to_owned()) } else { self.bounds(dimension, chain) })
                    .collect();
                format!("({})", bounds?.join(", "))
            }
            Some(ArraySpec::AssumedRank) => return None,
        };
        if deferred {
            text.push_str(if attributes.pointer { ", pointer" } else { ", allocatable" });
        }
        Some(format!("{text} :: {}{shape}", entity.name))
    }

    fn bounds(&mut self, dimension: &Dimension, chain: &ScopeChain<'ir>) -> Option<String> {
        let Dimension::Explicit { lower, upper } = dimension else { return None };
        // A bound is a value again, not something whose type is asked about.
        let inquiries = std::mem::take(&mut self.inquiries);
        let lower = match lower {
            Some(lower) => self.expression(lower, chain).map(|lower| format!("{lower}:")),
            None => Some(String::new()),
        };
        let upper = self.expression(upper, chain);
        self.inquiries = inquiries;
        Some(format!("{}{}", lower?, upper?))
    }

    pub(super) fn type_spec(&mut self, spec: &TypeSpec, chain: &ScopeChain<'ir>) -> Option<String> {
        if !spec.parameters.is_empty() {
            return None;
        }
        let inquiries = std::mem::take(&mut self.inquiries);
        let text = self.plain_type_spec(spec, chain);
        self.inquiries = inquiries;
        text
    }

    fn plain_type_spec(&mut self, spec: &TypeSpec, chain: &ScopeChain<'ir>) -> Option<String> {
        let base = match &spec.base {
            BaseType::Integer => "integer",
            BaseType::Real => "real",
            BaseType::DoublePrecision => return Some("double precision".to_owned()),
            BaseType::Complex => "complex",
            BaseType::DoubleComplex => return Some("double complex".to_owned()),
            BaseType::Logical => "logical",
            BaseType::Character => "character",
            BaseType::Derived(name) => return Some(format!("type({})", self.type_name(name, chain)?)),
            _ => return None,
        };
        let mut selectors = Vec::new();
        match &spec.length {
            Some(CharacterLength::Expr(length)) => selectors.push(format!("len={}", self.expression(length, chain)?)),
            Some(_) => return None,
            None => {}
        }
        match &spec.kind {
            Some(KindSelector::Star(bytes)) if selectors.is_empty() => return Some(format!("{base}*{bytes}")),
            Some(KindSelector::Star(_)) => return None,
            Some(KindSelector::Expr(kind)) => selectors.push(format!("kind={}", self.expression(kind, chain)?)),
            None => {}
        }
        Some(if selectors.is_empty() { base.to_owned() } else { format!("{base}({})", selectors.join(", ")) })
    }

    fn type_name(&mut self, name: &Name, chain: &ScopeChain<'ir>) -> Option<String> {
        match self.modules.find_derived_type(name, chain)? {
            Meaning::Type(found, outer) => self.derived_type(found, &outer)?,
            Meaning::IntrinsicType(original) => {
                let module = match original.lower() {
                    "c_ptr" | "c_funptr" => "iso_c_binding",
                    _ => "iso_fortran_env",
                };
                let statement = format!("use, intrinsic :: {module}, only: {name} => {original}");
                if self.stands_for(name, Standing::Used(vec![statement.clone()]))? {
                    self.uses.push(statement);
                }
            }
            Meaning::MissingModule(..) => {
                self.outside(name, chain)?;
            }
            _ => return None,
        }
        Some(name.to_string())
    }

    /// Writes the definition of a type down, in front of what uses it.
    pub(super) fn derived_type(&mut self, found: &'ir DerivedType, chain: &ScopeChain<'ir>) -> Option<()> {
        if self.depth >= MAX_DEPTH || !found.parameters.is_empty() || found.attributes.dec_structure {
            return None;
        }
        if !self.stands_for(&found.name, Standing::Declared(std::ptr::from_ref(found).cast()))? {
            return Some(());
        }
        self.depth += 1;
        let text = self.definition(found, chain);
        self.depth -= 1;
        self.declarations.push(text?);
        Some(())
    }

    fn definition(&mut self, found: &'ir DerivedType, chain: &ScopeChain<'ir>) -> Option<String> {
        let mut head = "type".to_owned();
        if let Some(parent) = &found.extends {
            head.push_str(&format!(", extends({})", self.type_name(parent, chain)?));
        }
        if found.attributes.bind_c {
            head.push_str(", bind(c)");
        }
        let mut lines = vec![format!("{head} :: {}", found.name)];
        if found.attributes.sequence {
            lines.push("sequence".to_owned());
        }
        for component in &found.components {
            let is_procedure =
                matches!(component.type_spec.as_ref().map(|spec| &spec.base), Some(BaseType::Procedure(_)));
            lines.push(if is_procedure {
                format!("procedure(), pointer, nopass :: {}", component.name)
            } else {
                self.declaration(component, chain)?
            });
        }
        lines.push("end type".to_owned());
        Some(lines.join("\n"))
    }
}
