//! Arrays: what a procedure gets for an object, whatever the intents.

use fwrap::python::f2py::{self, ArraySpec};
use fwrap::python::{Arguments, Failure};

use crate::procedure;

static DIMENSIONS: ArraySpec = ArraySpec::new("dims", f2py::INT64, f2py::IN);
static IN: ArraySpec = ArraySpec::new("x", f2py::FLOAT64, f2py::IN);
static INOUT: ArraySpec = ArraySpec::new("x", f2py::FLOAT64, f2py::IN | f2py::INOUT);
static INPLACE: ArraySpec = ArraySpec::new("x", f2py::FLOAT64, f2py::INPLACE | f2py::OUT);
static STRIDED: ArraySpec = ArraySpec::new("x", f2py::FLOAT64, f2py::INOUT | f2py::STRIDED);
static UNSAID: ArraySpec = ArraySpec::new("x", f2py::FLOAT64, f2py::IN | f2py::UNSAID);
static MADE: ArraySpec = ArraySpec::new("x", f2py::FLOAT64, f2py::OUT | f2py::HIDE);

/// The array that a procedure would get, with any type, shape and intents.
fn any<'py, const LOSSY: bool, const N: usize>(
    arguments: &Arguments<'py>,
    extents: &mut f2py::Array<'_>,
) -> Result<f2py::Array<'py>, Failure> {
    let number = arguments.f2py_scalar::<i32, false>(0)?;
    let length = arguments.f2py_scalar::<i64, false>(1)?;
    let intent = arguments.f2py_scalar::<u32, false>(3)?;
    let mut dimensions = [0_isize; N];
    for (index, extent) in dimensions.iter_mut().enumerate() {
        *extent = extents.element::<i64>(index as i64)? as isize;
    }
    let spec = ArraySpec::new("obj", number, intent);
    arguments.f2py_characters::<LOSSY, N>(4, &spec, length as isize, &mut dimensions, 0)
}

procedure!(Call, c"call" c"call_strict", ["type_num", "elsize", "dims", "intent", "obj"], 4, |arguments| {
    let mut rank = [-1];
    let mut extents = arguments.f2py_array::<true, 1>(2, &DIMENSIONS, &mut rank, 0)?;
    let array = match rank {
        [1] => any::<LOSSY, 1>(arguments, &mut extents)?,
        [2] => any::<LOSSY, 2>(arguments, &mut extents)?,
        _ => any::<LOSSY, 3>(arguments, &mut extents)?,
    };
    arguments.result(array)
});

// The extents of a dummy argument `x(m, n)`, and what it is.
procedure!(Shape, c"shape_lossy" c"shape_strict", ["x"], 1, |arguments| {
    let mut extents = [-1, -1];
    let x = arguments.f2py_array::<LOSSY, 2>(0, &IN, &mut extents, 0)?;
    arguments.result((extents[0] as i64, extents[1] as i64, x))
});

// Sum of an assumed-shape array, which it doubles.
procedure!(Strided, c"strided", ["x"], 1, |arguments| {
    let mut extents = [-1, -1];
    let mut x = arguments.f2py_array::<true, 2>(0, &STRIDED, &mut extents, 0)?;
    let mut view = x.view_mut::<f64, 2>(&extents);
    let sum: f64 = view.iter().sum();
    view.update(|element| 2.0 * element);
    arguments.result(sum)
});

// Doubles an array of any type in place.
procedure!(Doubled, c"doubled_lossy" c"doubled_strict", ["x"], 1, |arguments| {
    let mut extents = [-1, -1];
    let mut x = arguments.f2py_array::<LOSSY, 2>(0, &INPLACE, &mut extents, 0)?;
    let (first, count) = (x.as_mut_ptr::<f64>(), x.size() as usize);
    for index in 0..count {
        let element = first.wrapping_add(index);
        // SAFETY: one of the elements, which are contiguous.
        unsafe { element.write(2.0 * element.read()) };
    }
    x.settle()?;
    arguments.result(x)
});

// 10*i + j in every element.
procedure!(Filled, c"filled", ["m", "n"], 2, |arguments| {
    let extents = [arguments.f2py_scalar::<i64, false>(0)? as isize, arguments.f2py_scalar::<i64, false>(1)? as isize];
    let mut x = arguments.f2py_new_array::<2>(&MADE, 0, &extents)?;
    x.fill_with::<f64, 2>(&extents, |[i, j]| Ok((10 * i + j) as f64))?;
    arguments.result(x)
});

procedure!(Element, c"element", ["x", "i"], 2, |arguments| {
    let i = arguments.f2py_scalar::<i64, false>(1)?;
    let mut extents = [-1];
    let x = arguments.f2py_array::<false, 1>(0, &IN, &mut extents, 0)?;
    arguments.result(x.element::<f64>(i)?)
});

procedure!(Apart, c"apart", ["x", "y"], 2, |arguments| {
    let (mut x_extents, mut y_extents) = ([-1], [-1]);
    let x = arguments.f2py_array::<false, 1>(0, &INOUT, &mut x_extents, 0)?;
    let y = arguments.f2py_array::<false, 1>(1, &IN, &mut y_extents, 0)?;
    arguments.f2py_disjoint((0, &x), (1, &y))?;
    arguments.result(())
});

// What is measured: two numbers, an array in place, two arrays.
procedure!(Add, c"add", ["a", "b"], 2, |arguments| {
    let a = arguments.f2py_scalar::<f64, true>(0)?;
    let b = arguments.f2py_scalar::<f64, true>(1)?;
    arguments.result(a + b)
});

procedure!(Scale, c"scale", ["x"], 1, |arguments| {
    let mut extents = [-1];
    let mut x = arguments.f2py_array::<true, 1>(0, &INOUT, &mut extents, 0)?;
    let n = arguments.f2py_integer::<i32>(extents[0] as i64, "n")?;
    let first = x.as_mut_ptr::<f64>();
    for index in 0..n as usize {
        let element = first.wrapping_add(index);
        // SAFETY: one of the elements, which are contiguous.
        unsafe { element.write(0.5 * element.read()) };
    }
    arguments.result(())
});

procedure!(Dot, c"dot", ["x", "y"], 2, |arguments| {
    let (mut x_extents, mut y_extents) = ([-1], [-1]);
    let mut x = arguments.f2py_array::<true, 1>(0, &IN, &mut x_extents, 0)?;
    let n = arguments.f2py_integer::<i32>(x_extents[0] as i64, "n")?;
    y_extents[0] = x_extents[0];
    let mut y = arguments.f2py_array::<true, 1>(1, &IN, &mut y_extents, 0)?;
    let (x, y) = (x.as_mut_ptr::<f64>(), y.as_mut_ptr::<f64>());
    let product = |index: usize| {
        let (x, y) = (x.wrapping_add(index), y.wrapping_add(index));
        // SAFETY: elements of two arrays of the same size.
        unsafe { x.read() * y.read() }
    };
    arguments.result((0..n as usize).map(product).sum::<f64>())
});

// Doubles an array without a declared intent, or leaves it as it is.
procedure!(Unsaid, c"unsaid_lossy" c"unsaid_strict", ["x", "factor"], 2, |arguments| {
    let factor = arguments.f2py_scalar::<f64, LOSSY>(1)?;
    let mut extents = [-1, -1];
    let mut x = arguments.f2py_array::<LOSSY, 2>(0, &UNSAID, &mut extents, 0)?;
    let mut view = x.view_mut::<f64, 2>(&extents);
    view.update(|element| factor * element);
    if !LOSSY {
        arguments.f2py_unchanged(0, &x)?;
    }
    arguments.result(())
});

// An array of characters, filled with a text.
procedure!(Lettered, c"lettered", ["n", "length", "text"], 3, |arguments| {
    let n = arguments.f2py_scalar::<i64, false>(0)? as isize;
    let length = arguments.f2py_scalar::<i64, false>(1)? as usize;
    let text = arguments.f2py_text::<true>(2, -1, b"")?;
    let spec = ArraySpec::new("x", f2py::CHARACTERS, f2py::OUT | f2py::HIDE);
    let mut x = arguments.f2py_new_array::<1>(&spec, length, &[n])?;
    x.fill_with_text(text.bytes());
    arguments.result(x)
});
