//! How a callback in f2py's terms is called.

/// How a callback in f2py's terms is called.
#[derive(Debug, Default)]
pub struct CallbackPlan {}
