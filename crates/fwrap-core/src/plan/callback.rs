//! A callback: a dummy procedure of a wrapper, as a Rust closure or a Python callable stands in for it.

use crate::plan::value::{Element, Extent, Name};

/// One dummy procedure of a wrapper.
#[derive(Debug)]
pub struct Callback {
    /// The names that are printed.
    pub names: CallbackNames,
    /// The dummy procedure.
    pub fortran: Name,
    /// What it is called with, in Fortran's order.
    pub parameters: Vec<CallbackParameter>,
    /// The value of a function.
    pub result: Option<Element>,
    /// Whether several threads may call it at once: `Fn + Sync`, passed as `&`. Otherwise `FnMut`, passed as `&mut`.
    pub shared: bool,
    /// Whether it may be absent.
    pub optional: bool,
    /// Sizes of the call that the callback is passed to: how shapes of parameters refer to each, the local that holds
    /// it in the callback, and the expression of the wrapper. They are handed to the slot in this order.
    pub captured: Vec<(Name, String, Extent)>,
}

/// The names that belong to one callback, in the module of its wrapper.
#[derive(Debug)]
pub struct CallbackNames {
    /// The type of the closure: `type Hybrd1Fcn<'a> = dyn FnMut(..) -> CallbackResult + 'a`.
    pub closure_type: String,
    /// The static with its slots.
    pub slots: String,
    /// The function that Fortran calls, one for each slot.
    pub entry: String,
    /// What each of these does.
    pub called: String,
    /// The local of that which holds the closure.
    pub closure: String,
    /// The local of the inner function that holds the slot during the call.
    pub passed: String,
}

/// One argument that a callback is called with.
#[derive(Debug)]
pub struct CallbackParameter {
    /// The dummy argument of its interface.
    pub fortran: Name,
    /// The Rust parameter.
    pub rust: String,
    /// The local that holds the value of a scalar which is written.
    pub value: String,
    /// The type, as the closure gets it.
    pub kind: CallbackKind,
    /// How Fortran passes it.
    pub passing: CallbackPassing,
    /// The extents of an array that is passed as storage: over the callback's own parameters and what is captured.
    pub shape: Vec<Extent>,
    /// The declared length of text; `None`: the length is assumed.
    pub length: Option<Extent>,
    /// The parameter with the length of text, behind all arguments.
    pub hidden_length: Option<String>,
}

impl CallbackParameter {
    /// What the callback does with it.
    #[must_use]
    pub fn access(&self) -> CallbackAccess {
        match self.kind {
            CallbackKind::Scalar(_, access) | CallbackKind::Array(_, _, access) | CallbackKind::Text(access) => access,
        }
    }
}

/// What an argument of a callback is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackKind {
    /// `f64` to be read, `&mut f64` to be written; logicals are `bool`.
    Scalar(Element, CallbackAccess),
    /// `View<'_, f64, 1>` to be read, `ViewMut<'_, f64, 1>` to be written; never of logicals.
    Array(Element, usize, CallbackAccess),
    /// `&[u8]` to be read, `&mut [u8]` to be written.
    Text(CallbackAccess),
}

/// What a callback does with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackAccess {
    /// Only reads it.
    Read,
    /// May change it.
    Update,
    /// Gives it a value: it has none before.
    Output,
}

/// How Fortran passes an argument to a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackPassing {
    /// A scalar by value.
    Value,
    /// The address of a scalar or of text.
    Reference,
    /// The address of contiguous storage.
    Storage,
    /// A descriptor as gfortran lays it out.
    Descriptor,
    /// A C descriptor: the interface is BIND(C).
    CDescriptor,
}
