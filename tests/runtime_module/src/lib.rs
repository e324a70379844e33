//! The conversions of f2py's terms as Python functions: `i32_strict(x)` gives what a procedure would get, `call(...)`
//! is what NumPy's tests of `array_from_pyobj` call.

mod arrays;
mod scalars;
mod texts;

use fwrap::python::{Method, Module, PyObject};

static MODULE: Module =
    Module { name: c"fwrap_conversions", doc: c"Conversions in f2py's terms.", methods: METHODS, ..Module::F2PY };

const METHODS: &[Method] = &[
    Method::of::<arrays::Call<true>>(),
    Method::of::<arrays::Call<false>>(),
    Method::of::<arrays::Shape<true>>(),
    Method::of::<arrays::Shape<false>>(),
    Method::of::<arrays::Strided>(),
    Method::of::<arrays::Doubled<true>>(),
    Method::of::<arrays::Doubled<false>>(),
    Method::of::<arrays::Unsaid<true>>(),
    Method::of::<arrays::Unsaid<false>>(),
    Method::of::<arrays::Lettered>(),
    Method::of::<arrays::Filled>(),
    Method::of::<arrays::Element>(),
    Method::of::<arrays::Apart>(),
    Method::of::<arrays::Add>(),
    Method::of::<arrays::Scale>(),
    Method::of::<arrays::Dot>(),
    Method::of::<scalars::I8<true>>(),
    Method::of::<scalars::I8<false>>(),
    Method::of::<scalars::I16<true>>(),
    Method::of::<scalars::I16<false>>(),
    Method::of::<scalars::I32<true>>(),
    Method::of::<scalars::I32<false>>(),
    Method::of::<scalars::I64<true>>(),
    Method::of::<scalars::I64<false>>(),
    Method::of::<scalars::U8<true>>(),
    Method::of::<scalars::U8<false>>(),
    Method::of::<scalars::U16<true>>(),
    Method::of::<scalars::U16<false>>(),
    Method::of::<scalars::U32<true>>(),
    Method::of::<scalars::U32<false>>(),
    Method::of::<scalars::U64<true>>(),
    Method::of::<scalars::U64<false>>(),
    Method::of::<scalars::F32<true>>(),
    Method::of::<scalars::F32<false>>(),
    Method::of::<scalars::F64<true>>(),
    Method::of::<scalars::F64<false>>(),
    Method::of::<scalars::C64<true>>(),
    Method::of::<scalars::C64<false>>(),
    Method::of::<scalars::C128<true>>(),
    Method::of::<scalars::C128<false>>(),
    Method::of::<scalars::Logical>(),
    Method::of::<scalars::Flag>(),
    Method::of::<scalars::Update<true>>(),
    Method::of::<scalars::Update<false>>(),
    Method::of::<scalars::Expression>(),
    Method::of::<scalars::Truncated>(),
    Method::of::<scalars::Checked>(),
    Method::of::<texts::Text<true>>(),
    Method::of::<texts::Text<false>>(),
    Method::of::<texts::Character<true>>(),
    Method::of::<texts::Character<false>>(),
    Method::of::<texts::UpdateText>(),
    Method::of::<texts::UpdateCharacter>(),
];

/// Makes the module when the interpreter imports it.
#[unsafe(no_mangle)]
pub extern "C" fn PyInit_fwrap_conversions() -> *mut PyObject {
    MODULE.initialize()
}

/// A procedure with these parameters whose call is this block. The names are those of the lossy and the strict way.
macro_rules! procedure {
    ($glue:ident, $lossy:literal $strict:literal, [$($parameter:literal),*], $required:literal, $call:expr) => {
        pub struct $glue<const LOSSY: bool>;

        impl<const LOSSY: bool> fwrap::python::Procedure for $glue<LOSSY> {
            const PARAMETERS: &'static [&'static str] = &[$($parameter),*];
            const REQUIRED: usize = $required;

            fn signature() -> &'static fwrap::python::Signature {
                use fwrap::python::Signature;
                static LOSSILY: Signature = Signature::new($lossy, &[$($parameter),*], $required, c"");
                static STRICTLY: Signature = Signature::new($strict, &[$($parameter),*], $required, c"");
                if LOSSY { &LOSSILY } else { &STRICTLY }
            }

            fn call(arguments: &fwrap::python::Arguments<'_>) -> fwrap::python::Outcome {
                let call: fn(&fwrap::python::Arguments<'_>) -> fwrap::python::Outcome = $call;
                call(arguments)
            }
        }
    };
    ($glue:ident, $name:literal, [$($parameter:literal),*], $required:literal, $call:expr) => {
        pub struct $glue;

        impl fwrap::python::Procedure for $glue {
            const PARAMETERS: &'static [&'static str] = &[$($parameter),*];
            const REQUIRED: usize = $required;

            fn signature() -> &'static fwrap::python::Signature {
                use fwrap::python::Signature;
                static SIGNATURE: Signature = Signature::new($name, &[$($parameter),*], $required, c"");
                &SIGNATURE
            }

            #[inline]
            fn call(arguments: &fwrap::python::Arguments<'_>) -> fwrap::python::Outcome {
                let call: fn(&fwrap::python::Arguments<'_>) -> fwrap::python::Outcome = $call;
                call(arguments)
            }
        }
    };
}
pub(crate) use procedure;
