//! The crate root of the extension: one function per procedure, and the module.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::back::python::callback::{expand_closure, expand_closure_actual};
use crate::back::python::docstring::docstring;
use crate::back::python::f2py::{expand_data, expand_foreign, expand_items, expand_method, expand_start};
use crate::back::python::tree::Tree;
use crate::back::render::{blank_line, print_file};
use crate::back::rust::imports::expand_imports;
use crate::back::rust::types::{expand_element, identifier};
use crate::plan::f2py::module::PythonPlan;
use crate::plan::lock::{LibraryLock, choose_lock};
use crate::plan::value::Element;
use crate::plan::wrapper::{Access, Argument, ArgumentKind, NamedTuple, ParameterRole, Plan, Return, Wrapper};

/// The file as text.
#[must_use]
pub fn print_glue(plan: &Plan) -> String {
    let library = identifier(&plan.name);
    let blank = blank_line();
    let tree = Tree::new(plan);
    let native: Vec<_> = tree
        .all_wrappers()
        .map(|(wrapper, module)| match module {
            "" => expand_procedure(wrapper, &quote! { #library }),
            module => {
                let module = identifier(module);
                expand_procedure(wrapper, &quote! { #library::#module })
            }
        })
        .collect();
    let lock = choose_lock(plan);
    let (lock_path, lock_item) = expand_lock(lock, &plan.name);
    let terms = expand_items(&plan.python, &lock_path);
    let start = plan.python.c_code.as_ref().and_then(|code| code.start.as_ref()).map(expand_start);
    let foreign = expand_foreign(&plan.python);
    let module = expand_module(&tree, &plan.python);
    let initialize = identifier(&format!("PyInit_{}", plan.name));
    let make = identifier(if plan.interruptible { "initialize_interruptible" } else { "initialize" });
    let has_library = !native.is_empty() || plan.python.is_empty() || lock == LibraryLock::OfRust;
    let library_item = has_library.then(|| quote! { pub mod #library; #blank });
    let body = quote! { #(#blank #native)* #lock_item #terms #start };
    let imports = expand_python_imports(&quote! { #body #module });
    // The trait behind the calls of a face.
    let face = plan.python.routines().next().map(|_| quote! { Face });
    let elements = expand_imports(&quote! { #body #face });
    let items = quote! {
        #blank
        #library_item
        #elements
        #imports
        #body
        #blank
        static MODULE: Module = #module;
        #blank
        /// Makes the module when the interpreter imports it.
        #[unsafe(no_mangle)]
        pub extern "C" fn #initialize() -> *mut PyObject {
            MODULE.#make()
        }
        #foreign
    };
    let over =
        if has_library { format!("over the safe API in `{}.rs`", plan.name) } else { "in f2py's terms".to_owned() };
    let header = [
        format!("Python module `{}`: the crate root of the extension, {over}.", plan.name),
        format!("Written by fwrap {}: generate it again instead of editing it.", env!("CARGO_PKG_VERSION")),
    ];
    print_file(&header, items)
}

/// The path of the library's lock, and the lock itself where it stands here.
fn expand_lock(lock: LibraryLock, library: &str) -> (TokenStream, TokenStream) {
    let (blank, library) = (blank_line(), identifier(library));
    match lock {
        LibraryLock::None => (quote! { LIBRARY }, TokenStream::new()),
        LibraryLock::OfRust => (quote! { #library::LIBRARY }, TokenStream::new()),
        LibraryLock::Own => (
            quote! { LIBRARY },
            quote! {
                #blank
                /// Held during calls that call back: the library may keep state between calls.
                static LIBRARY: Lock = Lock::new();
            },
        ),
    }
}

/// `use fwrap::python::{...}` with what the items name.
fn expand_python_imports(items: &TokenStream) -> TokenStream {
    let text = items.to_string();
    let words: std::collections::BTreeSet<&str> =
        text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').collect();
    let names = ["Arguments", "Method", "Module", "Outcome", "Procedure", "PyObject", "Signature", "f2py"];
    let always = ["Module", "PyObject"];
    let used = names.iter().filter(|name| always.contains(name) || words.contains(**name));
    let used = used.map(|name| identifier(name));
    quote! { use fwrap::python::{#(#used),*}; }
}

/// A module: `..Module::F2PY` where everything in it is in f2py's terms.
fn expand_module(tree: &Tree<'_>, plan: &PythonPlan) -> TokenStream {
    let (name, doc) = (c_string(tree.python), c_string(&tree.doc()));
    let native = tree.wrappers.iter().map(|wrapper| {
        let name = identifier(&wrapper.names.glue);
        quote! { Method::of::<#name>() }
    });
    let methods = native.chain(tree.routines.iter().map(|routine| expand_method(routine)));
    let modules = tree.modules.iter().map(|module| expand_module(module, plan));
    let data = tree.data.and_then(|data| expand_data(data, plan.is_lossy)).map(|data| quote! { data: #data, });
    let start = plan.c_code.as_ref().and_then(|code| code.start.as_ref()).filter(|_| tree.fortran.is_none());
    let start = start.map(|start| {
        let name = identifier(&start.name);
        quote! { start: Some(#name), }
    });
    let rest = identifier(if plan.is_alone { "F2PY" } else { "NATIVE" });
    quote! {
        Module {
            name: #name,
            doc: #doc,
            methods: &[#(#methods),*],
            modules: &[#(#modules),*],
            #data
            #start
            ..Module::#rest
        }
    }
}

fn expand_procedure(wrapper: &Wrapper, path: &TokenStream) -> TokenStream {
    let names = &wrapper.names;
    let (glue, signature, inner) = (identifier(&names.glue), identifier(&names.signature), identifier(&names.inner));
    let (name, doc) = (c_string(&names.python), c_string(&docstring(wrapper)));
    let parameters = wrapper.parameters.iter().map(|parameter| &parameter.name);
    let required = wrapper.parameters.iter().filter(|parameter| !parameter.optional).count();
    let required = Literal::usize_unsuffixed(required);
    let reads = (0..wrapper.arguments.len()).map(|index| expand_read(wrapper, index));
    let apart = wrapper.apart.iter().map(|apart| {
        let (written, other) = (&wrapper.arguments[apart.written], &wrapper.arguments[apart.other]);
        let (first, second) = (identifier(&written.rust), identifier(&other.rust));
        match (apart.separate, written.optional) {
            (true, false) => quote! { #first.separate(&#second)?; },
            (true, true) => quote! { if let Some(#first) = &mut #first { #first.separate(&#second)?; } },
            (false, false) => quote! { #first.disjoint(&#second)?; },
            (false, true) => quote! { fwrap::python::disjoint(&#first, &#second)?; },
        }
    });
    let closures = wrapper.arguments.iter().filter_map(|argument| match argument.kind {
        ArgumentKind::Procedure(at) => Some(expand_closure(&wrapper.callbacks[at], &argument.rust)),
        _ => None,
    });
    let actuals = wrapper.arguments.iter().map(|argument| expand_actual(argument, wrapper));
    let face = expand_face(wrapper);
    let call = quote! { #path::#inner(&#face, #(#actuals),*)? };
    let outputs: Vec<_> = wrapper.outputs.iter().map(|output| identifier(&output.rust)).collect();
    let call = match &outputs[..] {
        [] => quote! { #call; },
        [one] => quote! { let #one = #call; },
        several => quote! { let (#(#several),*) = #call; },
    };
    let settle = wrapper.arguments.iter().map(expand_settle);
    let result = expand_result(wrapper);
    let blank = blank_line();
    let returning = wrapper.named_tuple.as_ref().map(|NamedTuple { class, fields }| {
        quote! { .returning(#class, &[#(#fields),*]) }
    });
    quote! {
        struct #glue;
        #blank
        static #signature: Signature = Signature::new(#name, #glue::PARAMETERS, #glue::REQUIRED, #doc)#returning;
        #blank
        impl Procedure for #glue {
            const PARAMETERS: &'static [&'static str] = &[#(#parameters),*];
            const REQUIRED: usize = #required;
            #blank
            fn signature() -> &'static Signature {
                &#signature
            }
            #blank
            fn call(arguments: &Arguments<'_>) -> Outcome {
                #(#reads)*
                #(#apart)*
                #(#closures)*
                #call
                #(#settle)*
                #result
            }
        }
    }
}

/// `let x = arguments.input::<f64, 1>(1)?;`
fn expand_read(wrapper: &Wrapper, index: usize) -> TokenStream {
    let argument = &wrapper.arguments[index];
    let local = identifier(&argument.rust);
    let place = |role| wrapper.parameters.iter().position(|parameter| parameter.role == role).unwrap_or(0);
    let slot = Literal::usize_unsuffixed(place(ParameterRole::Argument(index)));
    let verb = match argument.kind {
        ArgumentKind::Scalar(_, Access::Read) | ArgumentKind::Solved(_) => "scalar",
        ArgumentKind::Scalar(_, Access::Update) => "update_scalar",
        ArgumentKind::Scalar(_, Access::Tentative) => "tentative_scalar",
        ArgumentKind::Scalar(_, Access::Copied) => "copied_scalar",
        ArgumentKind::Array(_, _, Access::Read) => "input",
        ArgumentKind::Array(_, _, Access::Update) => "update",
        ArgumentKind::Array(_, _, Access::Tentative) => "tentative",
        ArgumentKind::Array(_, _, Access::Copied) => "copied",
        ArgumentKind::Text(Access::Read) => "text",
        ArgumentKind::Text(Access::Update) => "update_text",
        ArgumentKind::Text(Access::Tentative) => "tentative_text",
        ArgumentKind::Text(Access::Copied) => unreachable!("the plan copies no text"),
        ArgumentKind::Procedure(at) if wrapper.callbacks[at].shared => "shared_callable",
        ArgumentKind::Procedure(_) => "callable",
    };
    let optional = argument.optional || matches!(argument.kind, ArgumentKind::Solved(_));
    let method = identifier(&if optional { format!("optional_{verb}") } else { verb.to_owned() });
    let types = match argument.kind {
        ArgumentKind::Scalar(element, _) | ArgumentKind::Solved(element) => {
            let element = expand_element(element);
            quote! { ::<#element> }
        }
        ArgumentKind::Array(element, rank, _) => {
            let (element, rank) = (expand_element(element), Literal::usize_unsuffixed(rank));
            quote! { ::<#element, #rank> }
        }
        ArgumentKind::Text(_) | ArgumentKind::Procedure(_) => TokenStream::new(),
    };
    let mutable = is_written(argument).then(|| quote! { mut });
    if let ArgumentKind::Array(_, _, Access::Copied) = argument.kind {
        let flag = Literal::usize_unsuffixed(place(ParameterRole::Overwrite(index)));
        return quote! { let #mutable #local = arguments.#method #types(#slot, arguments.flag(#flag)?)?; };
    }
    quote! { let #mutable #local = arguments.#method #types(#slot)?; }
}

fn is_written(argument: &Argument) -> bool {
    match argument.kind {
        ArgumentKind::Scalar(_, access) | ArgumentKind::Array(_, _, access) | ArgumentKind::Text(access) => {
            access != Access::Read
        }
        ArgumentKind::Solved(_) | ArgumentKind::Procedure(_) => false,
    }
}

/// The face; where the interpreter may be let go, with all that tells how long the call takes.
fn expand_face(wrapper: &Wrapper) -> TokenStream {
    if wrapper.callbacks.iter().any(|callback| callback.shared) {
        return quote! { arguments.released_face() };
    }
    if !wrapper.is_free() {
        return quote! { arguments.face() };
    }
    let tells = |argument: &&Argument| {
        matches!(argument.kind, ArgumentKind::Array(..) | ArgumentKind::Scalar(Element::Integer(_), Access::Read))
    };
    let telling = wrapper.arguments.iter().filter(tells).map(|argument| identifier(&argument.rust));
    quote! { arguments.free_face() #(.with(&#telling))* }
}

/// What is passed to the inner function.
fn expand_actual(argument: &Argument, wrapper: &Wrapper) -> TokenStream {
    let local = identifier(&argument.rust);
    let (borrow, method) = match argument.kind {
        ArgumentKind::Scalar(_, Access::Read) | ArgumentKind::Solved(_) => return quote! { #local },
        ArgumentKind::Procedure(at) => return expand_closure_actual(&wrapper.callbacks[at], &argument.rust),
        ArgumentKind::Scalar(_, Access::Copied) => {
            return if argument.optional {
                quote! { #local.as_mut() }
            } else {
                quote! { &mut #local }
            };
        }
        ArgumentKind::Scalar(..) => ("as_mut", "value_mut"),
        ArgumentKind::Array(_, _, Access::Read) => ("as_ref", "view"),
        ArgumentKind::Array(..) => ("as_mut", "view_mut"),
        ArgumentKind::Text(Access::Read) => ("as_ref", "bytes"),
        ArgumentKind::Text(_) => ("as_mut", "value_mut"),
    };
    let (borrow, method) = (identifier(borrow), identifier(method));
    let is_written_text = matches!(argument.kind, ArgumentKind::Text(access) if access != Access::Read);
    if argument.optional && is_written_text {
        quote! { #local.#borrow().map(|#local| #local.#method().as_mut_slice()) }
    } else if argument.optional {
        quote! { #local.#borrow().map(|#local| #local.#method()) }
    } else {
        quote! { #local.#method() }
    }
}

/// Writes updated values back, or raises where that cannot be.
fn expand_settle(argument: &Argument) -> TokenStream {
    let settles = match argument.kind {
        ArgumentKind::Scalar(_, access) | ArgumentKind::Text(access) => {
            matches!(access, Access::Update | Access::Tentative)
        }
        ArgumentKind::Array(_, _, access) => access == Access::Tentative,
        ArgumentKind::Solved(_) | ArgumentKind::Procedure(_) => false,
    };
    let local = identifier(&argument.rust);
    match (settles, argument.optional) {
        (false, _) => TokenStream::new(),
        (true, false) => quote! { #local.settle()?; },
        (true, true) => quote! { if let Some(#local) = &#local { #local.settle()?; } },
    }
}

fn expand_result(wrapper: &Wrapper) -> TokenStream {
    let values: Vec<_> = wrapper
        .returns
        .iter()
        .map(|value| match value {
            Return::Output(index) => identifier(&wrapper.outputs[*index].rust),
            Return::Copied(index) => identifier(&wrapper.arguments[*index].rust),
        })
        .collect();
    match &values[..] {
        [] => quote! { Ok(arguments.none()) },
        [one] => quote! { arguments.result(#one) },
        several => quote! { arguments.result((#(#several),*)) },
    }
}

/// A C string literal. A NUL in a comment would end it early and is left out.
pub fn c_string(text: &str) -> Literal {
    let bytes: Vec<u8> = text.bytes().filter(|byte| *byte != 0).collect();
    match std::ffi::CString::new(bytes) {
        Ok(text) => Literal::c_string(&text),
        Err(_) => unreachable!("the NULs are gone"),
    }
}
