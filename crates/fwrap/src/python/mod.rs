//! The Python face: what the functions of a generated extension module are made of.
//!
//! Each procedure is a C function with the fast calling convention. It looks at the objects it was given through the
//! interpreter's and NumPy's own structures: what fits is used where it is, everything else is converted or refused out
//! of line. The interpreter is held during the call of a procedure that keeps state, which makes it the lock of the library;
//! modules do not declare support for free threading, so that this stays true where the global lock can be turned off.

mod anew;
mod arguments;
mod array;
mod array_convert;
mod callable;
mod callable_call;
mod check_error;
mod convert;
mod distinct;
pub mod f2py;
mod failure;
mod fresh;
mod function;
mod interrupt;
mod interruptible;
mod kept;
mod keywords;
mod masked;
mod members;
mod module;
mod named_tuple;
mod numpy;
mod numpy_array;
mod numpy_type;
mod object;
mod overlap;
mod procedure;
mod raised;
mod recycled_tuple;
mod release;
mod released_face;
mod result;
mod returned;
mod scalar;
mod signature;
mod stop;
mod text;
mod update_scalar;

pub use pyo3_ffi::PyObject;

pub use arguments::Arguments;
pub use array::{Copied, Input, Tentative, Update};
pub use callable::{Callable, HeldCallable, SharedCallable};
pub use callable_call::Call;
pub use failure::{Failure, Outcome};
pub use module::Module;
pub use numpy_array::{NumpyArray, Python};
pub use object::Owned;
pub use overlap::{Memory, disjoint};
pub use procedure::{Method, Procedure};
pub use release::Work;
pub use released_face::ReleasedPython;
pub use result::IntoResult;
pub use returned::{Returned, Values};
pub use scalar::Scalar;
pub use signature::Signature;
pub use text::{TentativeText, Text, UpdateText};
pub use update_scalar::{TentativeScalar, UpdateScalar};
