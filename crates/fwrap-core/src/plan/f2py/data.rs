//! How variables of modules and COMMON blocks are reached.

/// How variables of modules and COMMON blocks are reached.
#[derive(Debug, Default)]
pub struct DataPlan {}
