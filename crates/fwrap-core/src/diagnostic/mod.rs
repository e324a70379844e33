//! What a user can mend in their source: codes, reports, and how they are shown.

mod code;
mod example;
mod finding;
mod render;
mod report;
mod sarif;

pub use code::{Code, explain};
pub use example::example;
pub use finding::{Finding, Place, RelatedPlace, to_findings};
pub use render::to_human;
pub use report::{Diagnostic, Diagnostics, Label, Severity};
pub use sarif::{Rule, to_sarif};
