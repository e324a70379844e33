//! One variable of a routine or callback: what its declaration says, before sizes are solved and depends are settled.

use crate::analysis::f2py::c_name::c_name;
use crate::analysis::f2py::dimension::Dimensions;
use crate::analysis::f2py::element::close_length;
use crate::analysis::f2py::expression::Expression;
use crate::analysis::f2py::intents::{find_intents, find_returned_name};
use crate::analysis::f2py::signature::{Check, Dimension, Initial, Intents, TextLength, Variable, VariableKind};
use crate::analysis::f2py::unit::{IsVariable, Unit, settle_lengths};
use crate::analysis::support;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::entity::Entity;
use crate::ir::f2py::{EntitySignature, Verbatim};
use crate::ir::name::Name;
use crate::source::Span;

/// A variable that is being found.
#[derive(Debug)]
pub(super) struct Draft<'ir> {
    pub variable: Variable<'ir>,
    /// `required`, or a size that no array tells.
    pub is_required: bool,
    /// `check(...)` is written, even without a condition.
    pub has_checks: bool,
    /// `depend(...)` is written, even without a name.
    pub depends: Option<Vec<Name>>,
    /// What it depends on unless that would make a circle.
    pub soft: Vec<usize>,
}

impl Draft<'_> {
    /// A variable of which nothing is said but its type.
    pub(super) fn plain(name: Name, span: Span, kind: VariableKind) -> Self {
        let spelled = c_name(&name);
        let variable = Variable {
            c_name: spelled.clone(),
            returned_name: spelled,
            entity: None,
            span,
            kind,
            intent: Intents { input: true, is_unsaid: true, ..Intents::default() },
            is_optional: false,
            is_absent_by_default: false,
            is_value: false,
            initial: None,
            checks: Vec::new(),
            is_solved: false,
            depends: Vec::new(),
            documentation: String::new(),
            name,
        };
        Self { variable, is_required: false, has_checks: false, depends: None, soft: Vec::new() }
    }

    /// Makes it the result of a function: returned, and nothing else.
    pub(super) fn return_it(&mut self) {
        let variable = &mut self.variable;
        let intent = &mut variable.intent;
        (intent.input, intent.in_place, intent.write_back) = (false, false, false);
        (intent.output, intent.hidden, intent.is_unsaid) = (true, true, false);
        (variable.is_optional, variable.is_absent_by_default, variable.is_value) = (false, false, false);
        let is_allocatable = variable.entity.is_some_and(|entity| entity.attributes.allocatable);
        if let VariableKind::Text(length) | VariableKind::Array { length: Some(length), .. } = &mut variable.kind
            && !is_allocatable
        {
            close_length(length);
        }
        if let VariableKind::Array { is_assumed_shape, .. } = &mut variable.kind {
            *is_assumed_shape = false;
        }
    }

    /// Whether Python gives it a value that has a shape.
    pub(super) fn is_input(&self) -> bool {
        let intent = &self.variable.intent;
        !intent.hidden && (intent.input || intent.in_place || intent.write_back)
    }
}

impl<'ir> Unit<'_, 'ir> {
    /// The result of a function; one that is ALLOCATABLE has the shape and length that the call gives it.
    pub(super) fn find_result(
        &self,
        entity: &'ir Entity,
        is_variable: IsVariable<'_>,
    ) -> Result<Draft<'ir>, Vec<Diagnostic>> {
        let is_allocatable = entity.attributes.allocatable && !entity.attributes.pointer;
        let mut draft = match is_allocatable {
            true => self.find_data(entity, is_variable)?,
            false => self.find_variable(entity, is_variable)?,
        };
        draft.return_it();
        Ok(draft)
    }

    /// A variable that is data.
    pub(super) fn find_variable(
        &self,
        entity: &'ir Entity,
        is_variable: IsVariable<'_>,
    ) -> Result<Draft<'ir>, Vec<Diagnostic>> {
        match support::find_obstacle(entity) {
            Some(obstacle) => Err(vec![obstacle]),
            None => self.find_data(entity, is_variable),
        }
    }

    fn find_data(&self, entity: &'ir Entity, is_variable: IsVariable<'_>) -> Result<Draft<'ir>, Vec<Diagnostic>> {
        let (element, length) = self.find_element(entity, is_variable).map_err(|problem| vec![*problem])?;
        let dimensions = self.find_dimensions(entity, is_variable).map_err(|problem| vec![*problem])?;
        let kind = match (dimensions, length) {
            (Some(Dimensions { list, is_assumed_shape }), length) => {
                VariableKind::Array { element, length, dimensions: list, is_assumed_shape }
            }
            (None, Some(length)) => VariableKind::Text(length),
            (None, None) => VariableKind::Scalar(element),
        };
        self.draft(entity, kind, is_variable)
    }

    /// The same with its kind known.
    pub(super) fn draft(
        &self,
        entity: &'ir Entity,
        kind: VariableKind,
        is_variable: IsVariable<'_>,
    ) -> Result<Draft<'ir>, Vec<Diagnostic>> {
        let none = EntitySignature::default();
        let signature = entity.f2py.as_deref().unwrap_or(&none);
        let mut intent = find_intents(entity, self.is_signature);
        intent.c_order |= intent.auxiliary;
        if !matches!(kind, VariableKind::Array { .. }) {
            intent.overwrite = None;
        }
        let mut problems = Vec::new();
        let initial = signature.value.as_ref().filter(|_| !entity.attributes.parameter).map(|value| {
            let expression = self.c_expression(&value.text, is_variable);
            problems.extend(self.unknown_in(&expression, value, is_variable));
            Initial { text: value.text.clone(), is_by_element: expression.is_by_element(), expression }
        });
        let mut checks = Vec::new();
        for check in signature.checks.iter().flatten() {
            let expression = self.c_expression(&check.text, is_variable);
            problems.extend(self.unknown_in(&expression, check, is_variable));
            checks.push(Check { text: check.text.clone(), expression });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let is_scalar = matches!(kind, VariableKind::Scalar(_));
        let is_declared_optional = signature.optional || entity.attributes.optional;
        let is_optional = (is_declared_optional || initial.is_some()) && !signature.required && !intent.hidden;
        let is_absent_by_default = entity.attributes.optional && initial.is_none() && !self.is_signature;
        let name = entity.name.clone();
        let spelled = self.spelled(&name);
        let variable = Variable {
            c_name: spelled.clone(),
            returned_name: find_returned_name(entity).unwrap_or(spelled),
            entity: Some(entity),
            span: entity.span,
            is_value: entity.attributes.value || (intent.c_order && is_scalar),
            kind,
            intent,
            is_optional,
            is_absent_by_default,
            initial,
            checks,
            is_solved: false,
            depends: Vec::new(),
            documentation: self.documentation(entity, signature),
            name,
        };
        Ok(Draft {
            variable,
            is_required: signature.required,
            has_checks: signature.checks.is_some(),
            depends: signature.depends.clone(),
            soft: Vec::new(),
        })
    }

    /// A name as Python and C have it.
    pub(super) fn spelled(&self, name: &Name) -> String {
        let replaced = c_name(name);
        if !self.is_lower && replaced == name.lower() { name.spelled() } else { replaced }
    }

    fn documentation(&self, entity: &Entity, signature: &EntitySignature) -> String {
        let tags = self.procedure.documentation.arguments.iter().filter(|tag| tag.name == entity.name);
        let notes = signature.notes.iter().map(|note| note.text.clone());
        let texts = notes.chain([entity.documentation.clone()]).chain(tags.map(|tag| tag.text.clone()));
        let mut texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        texts.dedup();
        texts.join("\n")
    }

    fn unknown_in(&self, expression: &Expression, text: &Verbatim, is_variable: IsVariable<'_>) -> Option<Diagnostic> {
        let name = self.unknown_name(expression, is_variable)?;
        let title = format!("`{name}` is neither a variable of `{}` nor a named constant", self.procedure.name);
        let help = "use arguments, `shape(x, 0)`, `len(x)` and constants, or define the name in `usercode`";
        Some(Diagnostic::warning(Code::UnknownName, text.span, title).label("not known").help(help))
    }
}

/// Says `slen(s)` for `len(s)` of texts in all expressions.
pub(super) fn settle_texts(drafts: &mut [Draft<'_>]) {
    let is_text_kind = |draft: &Draft<'_>| matches!(draft.variable.kind, VariableKind::Text(_));
    let texts: Vec<Name> =
        drafts.iter().filter(|draft| is_text_kind(draft)).map(|draft| draft.variable.name.clone()).collect();
    if texts.is_empty() {
        return;
    }
    let is_text = |name: &Name| texts.contains(name);
    for draft in drafts {
        let variable = &mut draft.variable;
        let initial = variable.initial.iter_mut().map(|initial| &mut initial.expression);
        for expression in initial.chain(variable.checks.iter_mut().map(|check| &mut check.expression)) {
            settle_lengths(expression, &is_text);
        }
        if let VariableKind::Array { dimensions, .. } = &mut variable.kind {
            for dimension in dimensions {
                if let Dimension::Extent(extent) = dimension {
                    settle_lengths(extent, &is_text);
                }
            }
        }
        if let VariableKind::Text(TextLength::Known(length))
        | VariableKind::Array { length: Some(TextLength::Known(length)), .. } = &mut variable.kind
        {
            settle_lengths(length, &is_text);
        }
    }
}
