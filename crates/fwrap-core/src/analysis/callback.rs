//! Facts about a dummy procedure: its interface as declared, as noted, or as its calls show it.

use crate::analysis::actual::{Form, Found};
use crate::analysis::called_shape::{Because, CalledShape, argument_place};
use crate::analysis::dummy_procedure::CalledInterface;
use crate::analysis::facts::{CallbackArgument, CallbackFacts, DataType, DummyFacts, IntentFact, Shape};
use crate::analysis::interface_text::{open_array, unknown_interface, unsupported};
use crate::analysis::procedure::{Surroundings, find_interface_facts};
use crate::analysis::scope::{Meaning, Modules, ScopeChain};
use crate::analysis::support;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::entity::{Entity, Intent};
use crate::ir::extent::Extent;
use crate::ir::name::Name;
use crate::ir::note::ArgumentNote;
use crate::ir::procedure::{Procedure, ProcedureKind};
use crate::ir::types::BaseType;

/// Everything that may say what a dummy procedure is.
pub struct Sources<'a, 'ir> {
    /// The procedure that has it.
    pub procedure: &'ir Procedure,
    /// What the procedure sees.
    pub surroundings: Surroundings<'a, 'ir>,
    /// A note on it.
    pub note: Option<&'ir ArgumentNote>,
    /// What its calls show.
    pub called: Option<&'a CalledInterface>,
}

impl<'ir> Sources<'_, 'ir> {
    /// The facts about one dummy procedure.
    ///
    /// # Errors
    /// Says what is not known, or cannot be.
    pub fn find(&self, entity: &'ir Entity) -> Result<CallbackFacts<'ir>, Vec<Diagnostic>> {
        if entity.attributes.pointer {
            return Err(vec![support::procedure_pointer(entity)]);
        }
        let chain = self.surroundings.chain;
        let declared = match find_declared_interface(entity, chain, self.surroundings.modules)? {
            Some((interface, chain)) => Some(self.described(entity, interface, &chain)?),
            None => None,
        };
        let noted = match self.note.and_then(|note| note.interface.as_deref()) {
            Some(interface) => {
                let chain = chain.enter_procedure(interface);
                Some(self.described(entity, interface, &chain)?)
            }
            None => None,
        };
        let mut facts = match (declared, noted) {
            (Some(declared), Some(noted)) => {
                check_note(entity, &declared, &noted)?;
                noted.under(&declared)
            }
            (Some(facts), None) => facts,
            (None, Some(noted)) => CallbackFacts { interface: None, is_bind: false, ..noted },
            (None, None) => self.shown(entity)?,
        };
        check_extents(&self.procedure.name, entity, &facts)?;
        settle_sizes(&mut facts.arguments);
        Ok(facts)
    }

    /// The facts that an interface declares.
    fn described(
        &self,
        entity: &'ir Entity,
        interface: &'ir Procedure,
        chain: &ScopeChain<'ir>,
    ) -> Result<CallbackFacts<'ir>, Vec<Diagnostic>> {
        let surroundings = Surroundings { chain, ..self.surroundings };
        let found = find_interface_facts(interface, self.procedure, surroundings);
        let name = &entity.name;
        let within = |problem: Diagnostic| {
            let problem = problem.also(entity.span, "in the interface of this dummy procedure");
            if problem.code != Code::UnknownName {
                return problem;
            }
            problem.help(format!(
                "say the interface in `fwrap.toml`: `{name} = {{ interface = \"subroutine {name}(...)\" }}`"
            ))
        };
        if !found.problems.is_empty() {
            return Err(found.problems.into_iter().map(within).collect());
        }
        let is_bind = interface.bind.is_some();
        let mut problems: Vec<Diagnostic> =
            found.dummies.iter().filter_map(|facts| unsupported(&entity.name, facts, is_bind)).collect();
        let result = match &found.result {
            Some(facts) if facts.shape != Shape::Scalar || matches!(facts.data_type, DataType::Character(_)) => {
                problems.push(support::callback_result(&entity.name, facts.entity.span));
                None
            }
            Some(facts) => Some(facts.data_type.clone()),
            None => None,
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let is_function = matches!(interface.kind, ProcedureKind::Function { .. });
        let arguments = found.dummies.iter().map(|facts| argument(facts, is_function)).collect();
        Ok(CallbackFacts {
            entity,
            interface: Some(interface),
            is_bind,
            declared_shapes: Vec::new(),
            arguments,
            result,
        })
    }

    /// The interface that the calls show.
    fn shown(&self, entity: &'ir Entity) -> Result<CallbackFacts<'ir>, Vec<Diagnostic>> {
        let unknown = |why: &str| vec![unknown_interface(&self.procedure.name, entity, self.called, None, why)];
        let Some(called) = self.called else {
            return Err(unknown("nothing declares it, and no call of it is among the sources"));
        };
        if called.is_contradicted {
            return Err(unknown("its calls contradict one another"));
        }
        let mut arguments: Vec<CallbackArgument> = Vec::new();
        for (place, (actual, (shape, is_fixed))) in called.arguments.iter().zip(&called.shapes).enumerate() {
            let Found::Known(resolved) = &actual.data_type else {
                return Err(unknown(&format!("the calls do not say what argument {} is", place + 1)));
            };
            let data_type = match support::find_data_type(entity, resolved) {
                Ok(data_type) => data_type,
                Err(problem) => return Err(vec![*problem]),
            };
            let shape = match (actual.form, shape) {
                // another call passes a scalar, which no array takes
                (Form::Scalar, CalledShape::Scalar | CalledShape::Unknown(_, Because::Element)) => Shape::Scalar,
                (Form::Array(_), CalledShape::Known(extents)) => Shape::Explicit(extents.clone()),
                (_, CalledShape::Unknown(span, because)) => {
                    let why = because.explain(place + 1);
                    let procedure = &self.procedure.name;
                    return Err(vec![unknown_interface(procedure, entity, self.called, Some(*span), &why)]);
                }
                _ => return Err(unknown(&format!("the calls do not say what argument {} is", place + 1))),
            };
            let taken = |name: &Name| arguments.iter().any(|known: &CallbackArgument| known.name == *name);
            let name = argument_names(actual.name.as_ref(), place).find(|name| !taken(name));
            let Some(name) = name else { unreachable!("there are enough numbers") };
            let is_scalar = shape == Shape::Scalar;
            let is_read = *is_fixed || (called.is_function && is_scalar);
            let intent = if is_read { IntentFact::Known(Intent::In) } else { IntentFact::Unknown };
            arguments.push(CallbackArgument { name, data_type, shape, intent, is_value: false });
        }
        let result = match &called.result {
            None => None,
            Some(Found::Known(resolved)) => match support::find_data_type(entity, resolved) {
                Ok(DataType::Character(_)) => return Err(vec![support::callback_result(&entity.name, called.span)]),
                Ok(data_type) => Some(data_type),
                Err(problem) => return Err(vec![*problem]),
            },
            Some(Found::Unknown) => return Err(unknown("the calls do not say what it returns")),
        };
        let problem = arguments.iter().find(|argument| is_unsupported(argument));
        if let Some(argument) = problem {
            let what = "an array of logicals or text";
            return Err(vec![support::callback_argument(&entity.name, &argument.name, what, called.span)]);
        }
        name_extents(&mut arguments);
        Ok(CallbackFacts { entity, interface: None, is_bind: false, declared_shapes: Vec::new(), arguments, result })
    }
}

/// The declared interface of a dummy procedure, with the scopes that it sees.
pub(super) fn find_declared_interface<'ir>(
    entity: &'ir Entity,
    chain: &ScopeChain<'ir>,
    modules: &Modules<'ir>,
) -> Result<Option<(&'ir Procedure, ScopeChain<'ir>)>, Vec<Diagnostic>> {
    if let Some(interface) = &entity.interface {
        return Ok(Some((interface, chain.enter_interface(interface))));
    }
    let mut base = entity.type_spec.as_ref().map(|spec| &spec.base);
    let mut chain = chain.clone();
    for _ in 0..8 {
        let Some(BaseType::Procedure(Some(name))) = base else { return Ok(None) };
        match modules.find_interface(name, &chain) {
            Some(Meaning::Abstract(body, host)) => return Ok(Some((body, host.enter_interface(body)))),
            Some(Meaning::Procedure(body, host)) if body.prefixes.module => {
                return Ok(Some((body, host.enter_interface(body))));
            }
            Some(Meaning::Procedure(body, host)) => return Ok(Some((body, host.enter_procedure(body)))),
            Some(Meaning::Entity(named, outer)) => {
                if let Some(interface) = &named.interface {
                    return Ok(Some((interface, outer.enter_interface(interface))));
                }
                base = named.type_spec.as_ref().map(|spec| &spec.base);
                chain = outer;
            }
            Some(Meaning::MissingModule(module, span)) => {
                return Err(vec![support::missing_interface(entity, name, &module, span)]);
            }
            _ => return Err(vec![support::no_such_interface(entity, name)]),
        }
    }
    Ok(None)
}

/// Storage whose extents nobody says, or nobody can compute.
fn check_extents(procedure: &Name, entity: &Entity, facts: &CallbackFacts) -> Result<(), Vec<Diagnostic>> {
    let is_number = |name: &Name| match facts.arguments.iter().find(|argument| argument.name == *name) {
        Some(argument) => matches!(argument.data_type, DataType::Integer(_)) && argument.shape == Shape::Scalar,
        None => true,
    };
    let is_open = |argument: &&CallbackArgument| match &argument.shape {
        Shape::AssumedSize(_) => true,
        Shape::Explicit(extents) => !extents.iter().all(|extent| extent.dummies().into_iter().all(is_number)),
        Shape::Scalar | Shape::AssumedShape(_) => false,
    };
    match facts.arguments.iter().find(is_open) {
        Some(argument) => Err(vec![open_array(procedure, entity, facts, argument)]),
        None => Ok(()),
    }
}

impl<'ir> CallbackFacts<'ir> {
    /// What a note says, with the names and attributes of the declared interface.
    fn under(self, declared: &Self) -> Self {
        let shapes = declared.arguments.iter().map(|argument| (argument.name.clone(), argument.shape.clone()));
        let names: Vec<(Name, Name)> = self
            .arguments
            .iter()
            .zip(&declared.arguments)
            .map(|(noted, declared)| (noted.name.clone(), declared.name.clone()))
            .collect();
        let rename = |name: &Name| {
            let found = names.iter().find(|(noted, _)| noted == name);
            Some(found.map_or_else(|| name.clone(), |(_, declared)| declared.clone()))
        };
        let arguments = self.arguments.into_iter().zip(&declared.arguments).map(|(noted, declared)| CallbackArgument {
            shape: match noted.shape {
                Shape::Explicit(extents) => {
                    Shape::Explicit(extents.iter().filter_map(|extent| extent.rename(&rename)).collect())
                }
                other => other,
            },
            intent: if declared.intent == IntentFact::Unknown { noted.intent } else { declared.intent },
            ..declared.clone()
        });
        Self {
            interface: declared.interface,
            is_bind: declared.is_bind,
            declared_shapes: shapes.collect(),
            arguments: arguments.collect(),
            ..self
        }
    }
}

/// The fact about one argument of an interface.
fn argument(facts: &DummyFacts, is_function: bool) -> CallbackArgument {
    let is_number = is_function && facts.shape == Shape::Scalar;
    let intent = match facts.intent {
        IntentFact::Unknown if is_number && !matches!(facts.data_type, DataType::Character(_)) => {
            IntentFact::Known(Intent::In)
        }
        other => other,
    };
    CallbackArgument {
        name: facts.name().clone(),
        data_type: facts.data_type.clone(),
        shape: facts.shape.clone(),
        intent,
        is_value: facts.entity.attributes.value,
    }
}

fn is_unsupported(argument: &CallbackArgument) -> bool {
    matches!(argument.data_type, DataType::Logical(_) | DataType::Character(_)) && argument.shape != Shape::Scalar
}

/// Names for an argument: that of the variable which is passed, else a numbered one.
fn argument_names(name: Option<&Name>, place: usize) -> impl Iterator<Item = Name> {
    let numbered = (place + 1..).map(|number| Name::new(format!("arg{number}")));
    name.cloned().into_iter().chain(numbered)
}

/// Writes the names of arguments in extents where their places stand.
fn name_extents(arguments: &mut [CallbackArgument]) {
    let names: Vec<Name> = arguments.iter().map(|argument| argument.name.clone()).collect();
    for argument in arguments {
        if let Shape::Explicit(extents) = &mut argument.shape {
            for extent in extents {
                let name = |name: &Name| match argument_place(name) {
                    Some(place) => names.get(place).cloned(),
                    // another variable of the same name is not the argument
                    None if names.contains(name) => Some(outer_name(name)),
                    None => Some(name.clone()),
                };
                if let Some(named) = extent.rename(&name) {
                    *extent = named;
                }
            }
        }
    }
}

/// A dummy argument of the wrapped procedure that has the name of an argument of the callback.
#[must_use]
pub fn outer_name(name: &Name) -> Name {
    Name::new(format!("^{}", name.lower()))
}

/// A scalar that other arguments take their extents from is not written: nobody declares it, but everybody relies on
/// it.
fn settle_sizes(arguments: &mut [CallbackArgument]) {
    let extents = |argument: &CallbackArgument| match &argument.shape {
        Shape::Explicit(extents) => extents.clone(),
        _ => Vec::new(),
    };
    let all: Vec<Extent> = arguments.iter().flat_map(extents).collect();
    for argument in arguments {
        if argument.intent == IntentFact::Unknown && all.iter().any(|extent| extent.dummies().contains(&argument.name))
        {
            argument.intent = IntentFact::Known(Intent::In);
        }
    }
}

/// A note may add extents to a declared interface, and nothing else.
fn check_note(entity: &Entity, declared: &CallbackFacts, noted: &CallbackFacts) -> Result<(), Vec<Diagnostic>> {
    let agrees = |one: &CallbackArgument, two: &CallbackArgument| {
        let is_character = |data_type: &DataType| matches!(data_type, DataType::Character(_));
        let same_type =
            one.data_type == two.data_type || (is_character(&one.data_type) && is_character(&two.data_type));
        let same_rank = match (&one.shape, &two.shape) {
            (Shape::AssumedShape(one), Shape::AssumedShape(two)) => one == two,
            (Shape::AssumedShape(_), _) | (_, Shape::AssumedShape(_)) => false,
            (Shape::Scalar, two) => *two == Shape::Scalar,
            (_, two) => *two != Shape::Scalar,
        };
        same_type && same_rank && one.is_value == two.is_value
    };
    let (ours, theirs) = (&declared.arguments, &noted.arguments);
    let is_same = ours.len() == theirs.len()
        && declared.result == noted.result
        && ours.iter().zip(theirs).all(|(one, two)| agrees(one, two));
    if is_same {
        return Ok(());
    }
    let span = noted.interface.map_or(entity.span, |interface| interface.span);
    let title = format!("the note's interface of `{}` is not the declared one", entity.name);
    Err(vec![
        Diagnostic::error(Code::NotesConflict, span, title)
            .label("contradicts the source")
            .also(entity.span, "declared here")
            .help("write the declared interface, with extents where it has `*`"),
    ])
}

#[cfg(test)]
mod tests {
    use crate::analysis::dummy_procedure::find_dummy_procedures;
    use crate::analysis::facts::{CallbackFacts, IntentFact, Shape};
    use crate::analysis::procedure::Uses;
    use crate::analysis::scope::{DefaultKinds, Modules};
    use crate::analysis::{find_procedure_facts, find_usages};
    use crate::front::{Options, parse_library, parse_notes};
    use crate::source::{FileId, SourceFile, SourceMap};

    /// `f(n: Integer(4) In, x: Real(8) (n) InOut) -> Real(8)` for the first dummy procedure of the procedure `s`, or
    /// the titles of what is not known.
    fn find(text: &str, notes: &str) -> Result<String, Vec<String>> {
        let mut sources = SourceMap::default();
        sources.add(SourceFile::new("a.f90", text));
        let none = |_: &str, _: &str| None;
        let (defines, predefined, openmp, fixed_line_length) = (Vec::new(), None, false, None);
        let options = Options { defines, predefined, openmp, fixed_line_length, load_include: &none };
        let (library, diagnostics) = parse_library(&mut sources, &options);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let (notes, diagnostics) = parse_notes(&SourceFile::new("fwrap.toml", notes), FileId(1));
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let modules = Modules::new(&library, DefaultKinds::default());
        let usages = find_usages(&library, &modules);
        let dummy_procedures = find_dummy_procedures(&library, &modules, &usages);
        let uses = Uses { usages, dummy_procedures };
        let (procedure, module) = match library.procedures.iter().find(|procedure| procedure.name == *"s") {
            Some(procedure) => (procedure, None),
            None => (&library.modules[0].procedures[0], Some(&library.modules[0])),
        };
        let facts = find_procedure_facts(procedure, module, &modules, notes.procedures.first(), &uses);
        if facts.problems.is_empty() {
            return Ok(describe(&facts.callbacks[0]));
        }
        Err(facts.problems.into_iter().map(|problem| problem.title).collect())
    }

    fn describe(facts: &CallbackFacts) -> String {
        let arguments: Vec<String> = facts
            .arguments
            .iter()
            .map(|argument| {
                let shape = match &argument.shape {
                    Shape::Scalar => String::new(),
                    Shape::Explicit(extents) => {
                        format!(" ({})", extents.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
                    }
                    other => format!(" {other:?}"),
                };
                let intent = match argument.intent {
                    IntentFact::Known(intent) => format!(" {intent:?}"),
                    IntentFact::Unknown => String::new(),
                };
                format!("{}: {:?}{shape}{intent}", argument.name, argument.data_type)
            })
            .collect();
        let result = facts.result.as_ref().map_or_else(String::new, |result| format!(" -> {result:?}"));
        format!("({}){result}", arguments.join(", "))
    }

    #[test]
    fn a_declared_interface_is_taken_as_it_is() {
        let module = "module m\ninteger, parameter :: wp = 8\nabstract interface\nfunction i(x, n) result(y)\nimport wp\n\
                      integer, value :: n\nreal(wp), intent(out) :: x(0:n)\nreal(wp) :: y\nend\nend interface\n\
                      contains\nsubroutine s(f)\nprocedure(i) :: f\nend\nend\n";
        assert_eq!(find(module, "").unwrap(), "(x: Real(8) (n + 1) Out, n: Integer(4) In) -> Real(8)");
        let block = "subroutine s(f)\ninterface\nsubroutine f(x, c)\ncomplex x(:, :)\ncharacter(*), intent(in) :: c\nend\n\
                     end interface\nend\n";
        assert_eq!(find(block, "").unwrap(), "(x: Complex(4) AssumedShape(2), c: Character(None) In)");
    }

    #[test]
    fn calls_say_the_rest() {
        let calls = "subroutine s(f, g, n, x)\nexternal f, g\ninteger n\nreal(8) x(n), g, y\ninteger iflag\n\
                     call f(n, x, iflag, 2)\ny = g(y)\nend\n";
        assert_eq!(
            find(calls, "").unwrap(),
            "(n: Integer(4) In, x: Real(8) (n), iflag: Integer(4), arg4: Integer(4) In)"
        );
        let twice = "subroutine s(f, n, m, x)\nexternal f\ninteger n, m\nreal(8) x(n)\ncall t(f, m, x)\nend\n\
                     subroutine t(f, n, x)\nexternal f\ninteger n\nreal(8) x(*)\ncall f(n, x)\nend\n";
        assert_eq!(find(twice, "").unwrap_err(), ["the interface of the dummy procedure `f` is not known"]);
    }

    #[test]
    fn an_argument_is_not_what_the_procedure_calls_by_its_name() {
        // The callback's `n` is not the `n` that `a` has its size from.
        let text = "subroutine s(f, n, a)\nexternal f\ninteger n\nreal(8) a(n)\ncall t(f, n, a)\nend\n\
                    subroutine t(g, m, b)\nexternal g\ninteger m, n\nreal(8) b(m)\nn = 1\ncall g(n, b)\nend\n";
        assert_eq!(find(text, "").unwrap(), "(n: Integer(4), b: Real(8) (^n))");
    }

    #[test]
    fn notes_add_what_is_missing_and_contradict_nothing() {
        let open = "subroutine s(f, m)\ninteger m\ninterface\nsubroutine f(n, x)\ninteger n\nreal(8), intent(in) :: x(*)\n\
                    end\nend interface\nend\n";
        let missing = ["the extents of `x`, an argument of the callback `f`, are not known"];
        assert_eq!(find(open, "").unwrap_err(), missing);
        let note = |text: &str| format!("[s]\nf = {{ interface = \"{text}\" }}\n");
        let said = note("subroutine f(k, y); integer k; real(8) y(k, m); end");
        assert_eq!(find(open, &said).unwrap(), "(n: Integer(4) In, x: Real(8) (n, m) In)");
        let other = note("subroutine f(k, y); integer k; real(4) y(k); end");
        assert_eq!(find(open, &other).unwrap_err(), ["the note's interface of `f` is not the declared one"]);
        let nothing = "subroutine s(f)\nexternal f\nend\n";
        assert_eq!(find(nothing, &note("integer function f(); end")).unwrap(), "() -> Integer(4)");
    }

    #[test]
    fn what_no_callback_gets_is_said() {
        let declared = |declarations: &str| {
            let text = format!("subroutine s(f)\ninterface\n{declarations}\nend\nend interface\nend\n");
            find(&text, "").unwrap_err()
        };
        assert_eq!(
            declared("function f(x)\nreal x, f(2)"),
            ["the callback `f` returns an array or text, which cannot be wrapped"]
        );
        assert_eq!(
            declared("subroutine f(x)\nreal, optional :: x"),
            ["the callback `f` gets `x`, which cannot be wrapped"]
        );
        assert_eq!(declared("subroutine f(x)\nlogical x(2)"), ["the callback `f` gets `x`, which cannot be wrapped"]);
        assert_eq!(
            declared("subroutine f(x)\nexternal x"),
            ["`x` is a procedure that a callback gets, which cannot be wrapped"]
        );
        assert_eq!(declared("subroutine f(x)\nreal(16) x"), ["`x` is `real(16)`, which Rust and NumPy do not have"]);
    }
}
