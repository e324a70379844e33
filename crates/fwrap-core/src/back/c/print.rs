//! The C file as a whole: headers, users' code, the functions of routines, what is run when the module is made.

use std::collections::BTreeMap;

use crate::back::c::call::{print_call, print_value};
use crate::back::c::prelude::{HEADERS, INQUIRIES, MACROS, NUMPY_NUMBERS, TYPES};
use crate::back::c::writer::{Writer, quoted};
use crate::plan::f2py::c_code::{CCode, CStart, CText, FindLine};
use crate::plan::f2py::c_value::choose_c_values;
use crate::plan::f2py::c_variable::CVariable;
use crate::plan::f2py::c_words::words;
use crate::plan::f2py::module::PythonPlan;
/// The C file of the module, if there is something in it.
#[must_use]
pub fn print_c_code(plan: &PythonPlan, find_line: FindLine<'_>) -> Option<String> {
    let code = plan.c_code.as_ref()?;
    let mut writer = Writer::new(format!("{}_code.c", code.module), find_line);
    writer.line(format_args!("/* What the signatures of `{}` say in C. */", code.module));
    print_prelude(&mut writer, code);
    for text in &code.before {
        writer.user(text, "");
    }
    writer.line("");
    writer.line(INQUIRIES);
    let mut values = BTreeMap::new();
    for (value, variables) in choose_c_values(plan) {
        let variables: Vec<CVariable> = variables.iter().map(CVariable::of).collect();
        values.insert(value.name.clone(), (value, variables));
    }
    for (value, variables) in values.values() {
        print_value(&mut writer, value, variables, code.uses_python);
    }
    let mut declared = Vec::new();
    for routine in plan.routines() {
        if let Some(call) = &routine.c_call {
            print_call(&mut writer, call, &mut declared);
        }
    }
    for text in &code.after {
        writer.user(text, "");
    }
    if let Some(start) = &code.start {
        print_start(&mut writer, code, start);
    }
    Some(writer.finish())
}

fn print_prelude(writer: &mut Writer<'_>, code: &CCode) {
    if code.uses_python {
        writer.line("#define PY_SSIZE_T_CLEAN");
        writer.line("#include <Python.h>");
    }
    writer.line(HEADERS);
    if code.uses_numpy {
        writer.line("#include <numpy/arrayobject.h>");
    } else {
        writer.line(NUMPY_NUMBERS);
    }
    let has_own = |name: &str| code.before.iter().any(|text| defines_type(text, name));
    for (name, definition) in TYPES {
        if !has_own(name) {
            writer.line(definition);
        }
    }
    writer.line(MACROS);
    // GNU C knows types that differ only in their names as different ones, and newer compilers refuse them.
    writer.line("#if defined(__GNUC__)");
    writer.line("#pragma GCC diagnostic ignored \"-Wincompatible-pointer-types\"");
    writer.line("#pragma GCC diagnostic ignored \"-Wint-conversion\"");
    writer.line("#pragma GCC diagnostic ignored \"-Wimplicit-function-declaration\"");
    writer.line("#endif");
    if code.uses_python {
        writer.line(format_args!("static PyObject *{}_error;", code.module));
    }
}

/// Whether a `typedef` of a user gives this name.
fn defines_type(text: &CText, name: &str) -> bool {
    let definitions = text.text.split("typedef").skip(1);
    definitions.filter_map(|rest| rest.split_once(';')).any(|(definition, _)| {
        let definition = definition.trim_end();
        definition.ends_with(name) && words(definition).contains(name)
    })
}

fn print_start(writer: &mut Writer<'_>, code: &CCode, start: &CStart) {
    let module = &code.module;
    writer.line("");
    if !start.methods.is_empty() {
        writer.line("static PyMethodDef fwrap_methods[] = {");
        for rows in &start.methods {
            let has_comma = rows.text.trim_end().ends_with(',');
            writer.user(rows, if has_comma { "" } else { "," });
        }
        writer.line("    {NULL, NULL, 0, NULL}");
        writer.line("};");
        writer.line("");
    }
    writer.line(format_args!("int {}(PyObject *m)", start.name));
    writer.line("{");
    writer.line("    PyObject *d = PyModule_GetDict(m);");
    if code.uses_numpy {
        writer.line("    import_array1(-1);");
    }
    let name = quoted(&format!("_{module}_error"));
    writer.line(format_args!("    {module}_error = PyObject_GetAttrString(m, {name});"));
    writer.line(format_args!("    if ({module}_error == NULL) {{"));
    writer.line("        PyErr_Clear();");
    writer.line(format_args!("        {module}_error = PyExc_RuntimeError;"));
    writer.line(format_args!("        Py_INCREF({module}_error);"));
    writer.line("    }");
    if !start.methods.is_empty() {
        writer.line("    if (PyModule_AddFunctions(m, fwrap_methods) < 0)");
        writer.line("        return -1;");
    }
    for text in &start.statements {
        writer.user(text, ";");
    }
    writer.line("    (void)d;");
    writer.line("    return PyErr_Occurred() == NULL ? 0 : -1;");
    writer.line("}");
}

#[cfg(test)]
mod tests {
    use crate::source::SourceFile;
    use crate::{Request, Texts, generate};

    /// The C file of a signature file with these lines in its interface.
    fn code_of(user_code: &str, interface: &str) -> Option<String> {
        let text =
            format!("python module m\n{user_code}  interface\n{interface}  end interface\nend python module m\n");
        let sources = vec![SourceFile::new("m.pyf", text)];
        let request = Request { module: "m".to_owned(), sources, texts: Texts::RustAndPython, ..Request::default() };
        let generated = generate(request, &|_, _| None);
        assert!(!generated.diagnostics.has_errors());
        generated.files.expect("files").c_code
    }

    #[test]
    fn what_has_no_c_code_has_no_c_file() {
        let interface = "    subroutine s(n, x)\n      integer, intent(hide), depend(x) :: n = len(x)\n      \
                         real*8, dimension(n), check(n > 0) :: x\n    end subroutine s\n";
        assert_eq!(code_of("", interface), None);
    }

    #[test]
    fn a_call_gets_the_variables_that_it_mentions() {
        let interface = "    subroutine s(n, x, k)\n      callstatement {int i; (*f2py_func)(&n, x); for(i=0;i<len(x);++i) x[i]++;}\n      \
                         callprotoargument int*,double*\n      integer :: n\n      real*8, dimension(*), intent(in,out) :: x\n      \
                         integer :: k\n    end subroutine s\n";
        let code = code_of("", interface).expect("a C file");
        for line in [
            "extern void s_(int*,double*);",
            "int fwrap_m_call_s(void *const *fwrap_v, const void *fwrap_func)",
            "    void (*f2py_func)(int*,double*) = (void (*)(int*,double*))s_;",
            "    int n = *(int *)fwrap_v[0];",
            "    double *x = fwrap_v[1];",
            "    const npy_intp *x_Dims = fwrap_v[2];",
            "#line 4 \"m.pyf\"",
            "    *(int *)fwrap_v[0] = n;",
            "    return 1;",
        ] {
            assert!(code.lines().any(|found| found == line), "{line}\n{code}");
        }
        assert!(!code.contains("int k"), "{code}");
        assert!(!code.contains("Python.h"), "{code}");
    }

    #[test]
    fn functions_of_users_are_called_for_values() {
        let user_code = "  usercode '''\nstatic int twice(int n) { return 2*n; }\n'''\n";
        let interface = "    subroutine s(n, m)\n      integer :: n\n      integer, depend(n) :: m = twice(n)\n    end subroutine s\n";
        let code = code_of(user_code, interface).expect("a C file");
        assert!(code.contains("*(int64_t *)fwrap_value = (int64_t)(twice(n));"), "{code}");
    }

    #[test]
    fn fortran_functions_give_their_value_by_address() {
        let interface = "    function f(x) result(y)\n      callstatement (*f2py_func)(&f, &x)\n      \
                         callprotoargument double*,double*\n      real*8 :: f, y\n      real*8 :: x\n    end function f\n";
        let code = code_of("", interface).expect("a C file");
        assert!(code.contains("extern double f_(double*);"), "{code}");
        assert!(code.contains("#define f y\n"), "{code}");
        assert!(code.contains("*(double *)a0 = ((double (*)(double*))f_)(a1);"), "{code}");
    }

    #[test]
    fn what_raises_needs_the_interpreter() {
        let interface = "    subroutine s(n)\n      fortranname\n      \
                         callstatement PyErr_SetString(m_error, \"no\"); f2py_success = 0;\n      integer :: n\n    \
                         end subroutine s\n";
        let code = code_of("  pymethoddef '''\n{\"f\", f, METH_NOARGS, \"\"},\n'''\n", interface).expect("a C file");
        for part in [
            "#include <Python.h>",
            "static PyObject *m_error;",
            "PyGILState_Ensure",
            "return f2py_success;",
            "static PyMethodDef fwrap_methods[] = {",
            "int fwrap_m_start(PyObject *m)",
        ] {
            assert!(code.contains(part), "{part}\n{code}");
        }
        assert!(!code.contains("numpy/arrayobject.h"), "{code}");
    }
}
