//! All that was read in one run.

use crate::ir::f2py::SignatureBlock;
use crate::ir::module::Module;
use crate::ir::procedure::Procedure;
use crate::ir::program::Program;
use crate::source::FileId;

/// Everything that the sources declare.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Modules and submodules, in the order of the sources.
    pub modules: Vec<Module>,
    /// External procedures, in the order of the sources.
    pub procedures: Vec<Procedure>,
    /// Main programs and block data units, in the order of the sources.
    pub programs: Vec<Program>,
    /// Python modules of signature files, in the order of the sources.
    pub python_modules: Vec<SignatureBlock>,
    /// How far the lists before reached after each file that was given; what INCLUDE lines bring counts to the file
    /// that includes it.
    pub ends: Vec<FileEnd>,
}

/// How much of a library stands in a file and those before it.
#[derive(Clone, Copy, Debug)]
pub struct FileEnd {
    /// The file.
    pub file: FileId,
    /// How many modules.
    pub modules: usize,
    /// How many external procedures.
    pub procedures: usize,
    /// How many main programs and block data units.
    pub programs: usize,
}

impl Library {
    /// Notes down that everything so far stands in this file or in those before it.
    pub fn end_file(&mut self, file: FileId) {
        let (modules, procedures, programs) = (self.modules.len(), self.procedures.len(), self.programs.len());
        self.ends.push(FileEnd { file, modules, procedures, programs });
    }
}
