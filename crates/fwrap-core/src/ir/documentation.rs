//! What comments say.

use crate::ir::entity::Intent;
use crate::ir::name::Name;

/// The comments of a program unit, cleaned of comment marks.
#[derive(Clone, Debug, Default)]
pub struct Documentation {
    /// The text, paragraphs separated by blank lines.
    pub text: String,
    /// What tags such as Doxygen's `\param[in] n` say of single arguments.
    pub arguments: Vec<ArgumentDocumentation>,
}

/// What a tag says of one argument.
#[derive(Clone, Debug)]
pub struct ArgumentDocumentation {
    /// The argument.
    pub name: Name,
    /// `[in]`, `[out]`, `[in,out]`, where the tag has it.
    pub intent: Option<Intent>,
    /// The text.
    pub text: String,
}
