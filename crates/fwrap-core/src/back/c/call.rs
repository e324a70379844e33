//! The C functions: one for each call that users wrote in C, one for each expression that only C understands.

use crate::back::c::variable::{print_updates, print_variables};
use crate::back::c::writer::Writer;
use crate::plan::f2py::c_call::{CCall, CFunction};
use crate::plan::f2py::c_value::{CValue, Wanted};
use crate::plan::f2py::c_variable::CVariable;

/// The C function of a routine. `declared` are the symbols that earlier ones have declared.
pub(super) fn print_call(writer: &mut Writer<'_>, call: &CCall, declared: &mut Vec<String>) {
    writer.line("");
    for callback in &call.callbacks {
        if !declared.contains(callback) {
            declared.push(callback.clone());
            // As a plain address it fits every prototype.
            writer.line(format_args!("extern void {callback}(void);"));
            writer.line(format_args!("#define {callback} ((void *){callback})"));
        }
    }
    let function = call.function.as_ref().map(|function| print_function(writer, call, function, declared));
    for (alias, variable) in aliases(call) {
        writer.line(format_args!("#define {alias} {}", variable.name));
    }
    writer.line(format_args!("int {}(void *const *fwrap_v, const void *fwrap_func)", call.name));
    writer.line("{");
    if let (Some(value), Some(function)) = (&function, &call.function) {
        let (returns, prototype) = (&function.returns, &function.prototype);
        writer.line(format_args!("    {returns} (*f2py_func)({prototype}) = ({returns} (*)({prototype})){value};"));
    }
    print_variables(writer, &call.inputs, &call.variables);
    if call.has_success || call.may_raise {
        writer.line("    volatile int f2py_success = 1;");
    }
    if call.may_raise {
        // The interpreter may have been let go.
        writer.line("    PyGILState_STATE fwrap_state = PyGILState_Ensure();");
    }
    for code in &call.before {
        writer.user(code, "");
    }
    if let Some(statement) = &call.statement {
        writer.user(statement, ";");
    }
    if call.may_raise {
        writer.line("    if (PyErr_Occurred() != NULL)");
        writer.line("        f2py_success = 0;");
        writer.line("    PyGILState_Release(fwrap_state);");
    }
    print_updates(writer, &call.inputs, &call.variables);
    writer.line(if call.has_success || call.may_raise { "    return f2py_success;" } else { "    return 1;" });
    writer.line("}");
    for (alias, _) in aliases(call) {
        writer.line(format_args!("#undef {alias}"));
    }
}

fn aliases(call: &CCall) -> impl Iterator<Item = (&String, &CVariable)> {
    let named = call.aliases.iter().filter_map(|(alias, at)| Some((alias, call.variables.get(*at)?)));
    named.filter(|(alias, variable)| **alias != variable.name)
}

/// Declares the procedure; gives the expression of its address.
fn print_function(writer: &mut Writer<'_>, call: &CCall, function: &CFunction, declared: &mut Vec<String>) -> String {
    let Some(symbol) = &function.symbol else { return "fwrap_func".to_owned() };
    let types = split_types(&function.prototype);
    let is_new = !declared.contains(symbol);
    let Some(value) = &function.wrapped else {
        if is_new {
            declared.push(symbol.clone());
            writer.line(format_args!("extern {} {symbol}({});", function.returns, function.prototype));
        }
        return symbol.clone();
    };
    // The first argument is the address of the value.
    let rest = types.get(1..).unwrap_or_default();
    if is_new {
        declared.push(symbol.clone());
        let rest = if rest.is_empty() { "void".to_owned() } else { rest.join(", ") };
        writer.line(format_args!("extern {value} {symbol}({rest});"));
    }
    let numbered = |types: &[String], first: usize| {
        let parameters = types.iter().enumerate().map(|(at, c_type)| format!("__typeof__({c_type}) a{}", first + at));
        parameters.collect::<Vec<_>>().join(", ")
    };
    let name = format!("{}_wrapped", call.name);
    let arguments: Vec<String> = (1..=rest.len()).map(|at| format!("a{at}")).collect();
    let first = types.first().cloned().unwrap_or_else(|| format!("{value} *"));
    let parameters = numbered(&[&[first], rest].concat(), 0);
    let pointer_types = if rest.is_empty() { "void".to_owned() } else { rest.join(", ") };
    writer.line(format_args!("static void {name}({parameters})"));
    writer.line("{");
    writer
        .line(format_args!("    *({value} *)a0 = (({value} (*)({pointer_types})){symbol})({});", arguments.join(", ")));
    writer.line("}");
    name
}

/// The types of a prototype: `int*`, `int (*)(double*, int)`.
fn split_types(prototype: &str) -> Vec<String> {
    let (mut types, mut depth, mut current) = (Vec::new(), 0_usize, String::new());
    for letter in prototype.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter == ',' && depth == 0 {
            types.push(current.trim().to_owned());
            current.clear();
        } else {
            current.push(letter);
        }
    }
    types.push(current.trim().to_owned());
    types.retain(|c_type| !c_type.is_empty() && c_type != "void");
    types
}

/// The C function of an expression.
pub(super) fn print_value(writer: &mut Writer<'_>, value: &CValue, variables: &[CVariable], uses_python: bool) {
    let text = &value.text;
    writer.line("");
    writer.line(format_args!("int {}(void *const *fwrap_v, void *fwrap_value)", value.name));
    writer.line("{");
    print_variables(writer, &value.inputs, variables);
    writer.line(match value.wanted {
        Wanted::Integer => format!("    *(int64_t *)fwrap_value = (int64_t)({text});"),
        Wanted::Real => format!("    *(double *)fwrap_value = (double)({text});"),
        Wanted::Truth => format!("    *(int64_t *)fwrap_value = ({text}) ? 1 : 0;"),
        Wanted::Complex => format!("    *(complex_double *)fwrap_value = ({text});"),
        Wanted::Text => format!("    *(const char **)fwrap_value = ({text});"),
    });
    writer.line(if uses_python { "    return PyErr_Occurred() == NULL;" } else { "    return 1;" });
    writer.line("}");
}

#[cfg(test)]
mod tests {
    use super::split_types;

    #[test]
    fn prototypes_are_split_where_arguments_end() {
        assert_eq!(split_types("int*, int (*)(double*,int), char *"), ["int*", "int (*)(double*,int)", "char *"]);
        assert!(split_types("void").is_empty() && split_types("").is_empty());
    }
}
