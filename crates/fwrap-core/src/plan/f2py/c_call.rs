//! Calls that users wrote in C: a C function for each.

use std::collections::BTreeSet;

use crate::analysis::f2py::signature::{ElementType, PythonModule, Routine, Target};
use crate::plan::f2py::c_code::{CText, find_surroundings};
use crate::plan::f2py::c_variable::{CInput, CVariable, choose_inputs, replace_characters};
use crate::plan::f2py::module::Setting;
use crate::plan::f2py::routine::{LocalKind, VariablePlan};

/// A C function that calls the procedure of one routine.
#[derive(Debug)]
pub struct CCall {
    /// Its name.
    pub name: String,
    /// It only runs what stands in front of the call, which is that of any routine.
    pub is_before_only: bool,
    /// What it gets.
    pub inputs: Vec<CInput>,
    /// Its variables.
    pub variables: Vec<CVariable>,
    /// `usercode` of the routine.
    pub before: Vec<CText>,
    /// `callstatement`; `None`: the call that would be made without C.
    pub statement: Option<CText>,
    /// What `f2py_func` is; `None`: the code does not mention it.
    pub function: Option<CFunction>,
    /// Further names of the result that the code mentions: `name`, `name_return_value`, and the variable.
    pub aliases: Vec<(String, usize)>,
    /// C symbols of callbacks that it mentions.
    pub callbacks: Vec<String>,
    /// `f2py_success` is mentioned.
    pub has_success: bool,
    /// It may set a Python exception.
    pub may_raise: bool,
}

/// The procedure behind `f2py_func`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CFunction {
    /// What it returns.
    pub returns: String,
    /// The types of its arguments; empty: not said.
    pub prototype: String,
    /// The symbol; `None`: the caller gives the address.
    pub symbol: Option<String>,
    /// A Fortran function that is called with the address of its value in front of its arguments, by a function that
    /// the C file makes: the type of the value.
    pub wrapped: Option<String>,
}

/// The C function of a routine, if it has C code or only C code reaches its procedure.
#[must_use]
pub fn choose_c_call(
    routine: &Routine<'_>,
    variables: &[VariablePlan],
    module: &PythonModule<'_>,
    setting: &mut Setting<'_>,
) -> Option<CCall> {
    let surroundings = find_surroundings(module);
    let is_replaced = matches!(&routine.target, Target::Symbol(symbol) if surroundings.replaces(symbol));
    if routine.call_statement.is_none() && routine.user_code.is_empty() && !is_replaced {
        return None;
    }
    let is_before_only = routine.call_statement.is_none() && !is_replaced;
    let before: Vec<CText> = routine.user_code.iter().map(|code| CText::of(code)).collect();
    let statement = match routine.call_statement {
        Some(code) => Some(CText { text: with_addresses(&code.text, variables), span: code.span }),
        None if is_replaced => Some(CText { text: ordinary_call(routine, variables), span: routine.procedure.span }),
        None => None,
    };
    let mut mentioned = BTreeSet::new();
    for code in before.iter().chain(&statement) {
        mentioned.extend(surroundings.words_of(&code.text));
    }
    let function_name = routine.procedure.name.lower();
    let names = [function_name.to_owned(), format!("{function_name}_return_value")];
    let aliases = routine.result.iter().flat_map(|at| names.iter().map(|name| (name.clone(), *at)));
    let aliases: Vec<(String, usize)> = aliases.filter(|(name, _)| mentioned.contains(name)).collect();
    for (_, at) in &aliases {
        mentioned.extend(variables.get(*at).map(|variable| variable.c_name.clone()));
    }
    let function = mentioned.contains("f2py_func").then(|| choose_function(routine, variables));
    let is_callback = |word: &&String| word.starts_with("cb_") && word.contains("_in_");
    Some(CCall {
        name: setting.foreign.take(&format!("fwrap_{}_call_{}", setting.library, routine.name.to_lowercase())),
        is_before_only,
        inputs: choose_inputs(&mentioned, variables),
        variables: variables.iter().map(CVariable::of).collect(),
        before,
        statement,
        function,
        aliases,
        callbacks: mentioned.iter().filter(is_callback).cloned().collect(),
        has_success: mentioned.contains("f2py_success"),
        may_raise: surroundings.may_raise(&mentioned),
    })
}

fn choose_function(routine: &Routine<'_>, variables: &[VariablePlan]) -> CFunction {
    let symbol = match &routine.target {
        Target::Symbol(symbol) => Some(symbol.clone()),
        Target::Source | Target::Nothing => None,
    };
    let result = routine.result.and_then(|at| variables.get(at)).map(|variable| CVariable::of(variable).type_name());
    let prototype = match routine.call_prototype {
        Some(prototype) => prototype.text.split_whitespace().collect::<Vec<_>>().join(" "),
        None if routine.call_statement.is_some() => String::new(),
        None => ordinary_prototype(routine, variables),
    };
    match result {
        Some(value) if !routine.is_c && symbol.is_some() && routine.call_statement.is_some() => {
            CFunction { returns: "void".to_owned(), prototype, symbol, wrapped: Some(value) }
        }
        Some(value) => CFunction { returns: value, prototype, symbol, wrapped: None },
        None => CFunction { returns: "void".to_owned(), prototype, symbol, wrapped: None },
    }
}

/// The arguments of the call that is made without `callstatement`, with their types.
fn ordinary_arguments(routine: &Routine<'_>, variables: &[VariablePlan]) -> Vec<(String, String)> {
    let (mut arguments, mut lengths) = (Vec::new(), Vec::new());
    for (variable, plan) in routine.variables.iter().zip(variables).take(routine.dummies) {
        let (name, c_type) = (&plan.c_name, CVariable::of(plan).type_name());
        let is_array_of_characters = matches!(plan.kind, LocalKind::Array { element: ElementType::Character, .. });
        match plan.kind {
            LocalKind::Scalar(_) | LocalKind::Character if variable.is_value => arguments.push((name.clone(), c_type)),
            LocalKind::Scalar(_) | LocalKind::Character => {
                arguments.push((format!("&{name}"), format!("{c_type} *")));
            }
            _ => arguments.push((name.clone(), c_type)),
        }
        if matches!(plan.kind, LocalKind::Text) || is_array_of_characters {
            lengths.push((format!("slen({name})"), "size_t".to_owned()));
        }
    }
    arguments.append(&mut lengths);
    arguments
}

fn ordinary_call(routine: &Routine<'_>, variables: &[VariablePlan]) -> String {
    let arguments: Vec<String> = ordinary_arguments(routine, variables).into_iter().map(|(name, _)| name).collect();
    let result = routine.result.and_then(|at| variables.get(at));
    let assigned = result.map_or_else(String::new, |variable| format!("{} = ", variable.c_name));
    format!("{assigned}(*f2py_func)({})", arguments.join(", "))
}

fn ordinary_prototype(routine: &Routine<'_>, variables: &[VariablePlan]) -> String {
    let types: Vec<String> = ordinary_arguments(routine, variables).into_iter().map(|(_, c_type)| c_type).collect();
    if types.is_empty() { "void".to_owned() } else { types.join(", ") }
}

/// `x` as `&x` for variables that are `character` without a length, where they are passed: older signature files take
/// them for strings.
fn with_addresses(code: &str, variables: &[VariablePlan]) -> String {
    replace_characters(code, variables, |before, name, after| {
        let (before_name, after_name) = (before.trim_end(), after.trim_start());
        let is_passed = before_name.ends_with(['(', ',', '?', ':', ')']) && after_name.starts_with([',', ')', ':']);
        let is_pointer = before_name.ends_with('*') || after_name.starts_with('[');
        let name = if is_passed || is_pointer { format!("(&{name})") } else { name.to_owned() };
        (before.len(), name, 0)
    })
}

impl CCall {
    /// Whether it may change the variable.
    #[must_use]
    pub fn writes(&self, variable: usize) -> bool {
        self.inputs.iter().any(|input| input.variable() == Some(variable))
    }
}

#[cfg(test)]
mod tests {
    use super::with_addresses;
    use crate::ir::name::Name;
    use crate::plan::f2py::routine::{LocalKind, VariablePlan};

    #[test]
    fn characters_are_passed_by_address() {
        let plan = VariablePlan {
            name: Name::new("t"),
            c_name: "t".to_owned(),
            returned_name: "t".to_owned(),
            local: "t".to_owned(),
            given: None,
            slot: None,
            kind: LocalKind::Character,
        };
        for (code, fixed) in [
            ("(*f2py_func)(t, &n, t)", "(*f2py_func)((&t), &n, (&t))"),
            ("(*f2py_func)(&t, \"t\")", "(*f2py_func)(&t, \"t\")"),
            ("f(lower ? t : u)", "f(lower ? (&t) : u)"),
            ("{ t = 'N'; f(t[0], *t); }", "{ t = 'N'; f((&t)[0], *(&t)); }"),
            ("if (t == 'N') f(tt)", "if (t == 'N') f(tt)"),
        ] {
            assert_eq!(with_addresses(code, std::slice::from_ref(&plan)), fixed);
        }
    }
}
