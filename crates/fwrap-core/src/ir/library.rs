//! All that was read in one run.

use crate::ir::module::Module;
use crate::ir::procedure::Procedure;
use crate::source::FileId;

/// Everything that the sources declare.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Modules and submodules, in the order of the sources.
    pub modules: Vec<Module>,
    /// External procedures, in the order of the sources.
    pub procedures: Vec<Procedure>,
    /// Main programs and block data units: what they are called and where.
    pub others: Vec<(String, FileId)>,
}
