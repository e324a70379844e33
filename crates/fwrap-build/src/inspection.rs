//! From files to the description of what they declare.

use fwrap_core::analysis::question::Question;
use fwrap_core::source::SourceMap;
use fwrap_core::{Inspected, Request};

use crate::error::BuildError;
use crate::generation::{module_name, request};
use crate::options::Options;
use crate::question::{OpenQuestions, run_with_answers};
use crate::source::{load_include, read_inputs};

impl OpenQuestions for Inspected {
    fn questions(&self) -> &[Question] {
        &self.questions
    }

    fn into_sources(self) -> SourceMap {
        self.sources
    }
}

/// Reads the sources and describes what they declare, with a signature file where one is wanted. Errors in the
/// sources are in the diagnostics of what comes back, not in the `Err`.
pub fn inspect(options: &Options, signature_file: bool) -> Result<Inspected, BuildError> {
    let (_, sources) = read_inputs(options)?;
    let module = module_name(options, &sources)?;
    let request = Request { module, signature_file, ..request(options, &sources)? };
    let load = |name: &str, from: &str| load_include(name, from, &options.include_directories);
    run_with_answers(options, sources, |sources, answers| {
        fwrap_core::inspect(Request { sources, answers, ..request.clone() }, &load)
    })
}
