//! What a user can mend in their source: codes, reports, and how they are shown.

mod code;
mod render;
mod report;

pub use code::{Code, explain};
pub use render::{to_human, to_json_lines};
pub use report::{Diagnostic, Diagnostics, Label, Severity};
