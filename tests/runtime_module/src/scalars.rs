//! Scalars: what a procedure gets for an object.

use fwrap::Complex;
use fwrap::python::Arguments;

use crate::procedure;

macro_rules! scalars {
    ($($glue:ident $type:ty, $lossy:literal $strict:literal;)*) => {$(
        procedure!($glue, $lossy $strict, ["x"], 1, |arguments| {
            let x = arguments.f2py_scalar::<$type, LOSSY>(0)?;
            arguments.result(x)
        });
    )*};
}

scalars! {
    I8 i8, c"i8_lossy" c"i8_strict";
    I16 i16, c"i16_lossy" c"i16_strict";
    I32 i32, c"i32_lossy" c"i32_strict";
    I64 i64, c"i64_lossy" c"i64_strict";
    U8 u8, c"u8_lossy" c"u8_strict";
    U16 u16, c"u16_lossy" c"u16_strict";
    U32 u32, c"u32_lossy" c"u32_strict";
    U64 u64, c"u64_lossy" c"u64_strict";
    F32 f32, c"f32_lossy" c"f32_strict";
    F64 f64, c"f64_lossy" c"f64_strict";
    C64 Complex<f32>, c"c64_lossy" c"c64_strict";
    C128 Complex<f64>, c"c128_lossy" c"c128_strict";
}

procedure!(Logical, c"logical", ["x"], 1, |arguments| {
    let x = arguments.f2py_logical::<i32>(0)?;
    arguments.result(x)
});

procedure!(Flag, c"flag", ["x", "overwrite_x"], 1, |arguments| {
    let flag = arguments.f2py_flag(1, true)?;
    arguments.result((i32::from(flag), i32::from(arguments.f2py_is_given(1))))
});

// Adds one to a scalar that is updated in place.
procedure!(Update, c"update_lossy" c"update_strict", ["n"], 1, |arguments| {
    let n = arguments.f2py_scalar_in_place::<i32, LOSSY>(0)?;
    arguments.f2py_update::<i32, LOSSY>(0, n + 1)?;
    arguments.result(())
});

procedure!(Expression, c"expression", ["value"], 1, |arguments| {
    let value = arguments.f2py_scalar::<i64, false>(0)?;
    let n = arguments.f2py_integer::<i32>(value, "n")?;
    arguments.result(n)
});

procedure!(Truncated, c"truncated", ["value"], 1, |arguments| {
    let value = arguments.f2py_scalar::<f64, false>(0)?;
    let n = arguments.f2py_truncated::<i32>(value, "n")?;
    arguments.result(n)
});

procedure!(Checked, c"checked", ["x", "n"], 1, |arguments: &Arguments<'_>| {
    let n = arguments.f2py_scalar::<i32, false>(1)?;
    arguments.f2py_check(n != 100, "n!=100", "1st argument x")?;
    arguments.f2py_check_value(n >= 0, "n>=0", "1st keyword n", &n)?;
    arguments.result(n)
});
