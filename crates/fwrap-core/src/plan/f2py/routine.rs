//! How one procedure is wrapped in f2py's terms: steps before the call, the call, what is returned.

/// How one procedure is wrapped in f2py's terms: steps before the call, the call, what is returned.
#[derive(Debug, Default)]
pub struct RoutinePlan {}
