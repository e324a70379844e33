//! Kinds that only the user knows, from a `.f2py_f2cmap` file; what the sources say of them counts more.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::analysis::constant::{Constant, NotConstant};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::expr::{Expr, ExprKind};
use crate::ir::f2py::KindMap;
use crate::source::Span;

/// The kind of the values that a map gives.
const DEFAULT_INTEGER: u8 = 4;

/// The kinds of a map, with what contradicts them.
#[derive(Debug, Default)]
pub struct KnownKinds {
    map: KindMap,
    /// By the place of the mapping: what the sources say instead, and where.
    conflicts: RefCell<BTreeMap<Span, Diagnostic>>,
}

impl KnownKinds {
    /// The kinds of a map.
    #[must_use]
    pub fn new(map: KindMap) -> Self {
        Self { map, conflicts: RefCell::default() }
    }

    /// The value of a kind expression: what it folds to, or what the map says of the name that it is.
    pub(super) fn settle(
        &self,
        type_name: &str,
        expr: &Expr,
        folded: Result<Constant, NotConstant>,
    ) -> Result<Constant, NotConstant> {
        let ExprKind::Name(name) = &expr.kind else { return folded };
        let Some(mapping) = self.map.find(type_name, name.lower()) else { return folded };
        match &folded {
            Err(_) => return Ok(Constant::Integer(i128::from(mapping.bytes), DEFAULT_INTEGER)),
            Ok(value) => {
                let value = value.as_integer();
                if let Some(value) = value.filter(|value| *value != i128::from(mapping.bytes)) {
                    let title = format!("`{name}` is kind {value} in the sources, and `{}` in the map", mapping.c_type);
                    let diagnostic = Diagnostic::error(Code::KindMap, mapping.span, title)
                        .label(format!("{} bytes", mapping.bytes))
                        .also(expr.span, format!("kind {value}"))
                        .help(format!("take `{name}` out of the map, or correct its C type"));
                    self.conflicts.borrow_mut().entry(mapping.span).or_insert(diagnostic);
                }
            }
        }
        folded
    }

    /// Where the sources contradict the map, as far as kinds were asked for.
    #[must_use]
    pub fn conflicts(&self) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        self.conflicts.borrow().values().for_each(|conflict| diagnostics.push(conflict.clone()));
        diagnostics
    }
}
