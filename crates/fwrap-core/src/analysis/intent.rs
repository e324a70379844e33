//! The intent of a dummy argument: as declared; a note counts where the source is silent.

use crate::analysis::facts::IntentFact;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::entity::{Entity, Intent};
use crate::ir::note::ArgumentNote;

/// The intent, and a diagnostic where a note contradicts the source.
pub fn find_intent(entity: &Entity, note: Option<&ArgumentNote>) -> (IntentFact, Option<Diagnostic>) {
    let noted = note.and_then(|note| note.intent.map(|intent| (intent, note)));
    match (entity.intent, noted) {
        (Some(declared), Some((intent, note))) if !agrees(declared, intent) => {
            let title = format!(
                "the note says `intent = \"{}\"`, but `{}` is declared `intent({})`",
                text(intent),
                entity.name,
                text(declared)
            );
            let diagnostic = Diagnostic::error(Code::NotesConflict, note.span, title)
                .label("contradicts the source")
                .also(entity.span, "declared here")
                .help("remove the intent from the note: a declared intent always wins");
            (IntentFact::Known(declared), Some(diagnostic))
        }
        (Some(declared), _) => (IntentFact::Known(declared), None),
        // VALUE gives the procedure a copy of its own.
        (None, None) if entity.attributes.value => (IntentFact::Known(Intent::In), None),
        (None, Some((intent, _))) => (IntentFact::Known(intent), None),
        (None, None) => (IntentFact::Unknown, None),
    }
}

/// A note may widen nothing; `inout, copy` on a declared `inout` only adds the copy.
fn agrees(declared: Intent, noted: Intent) -> bool {
    declared == noted
}

fn text(intent: Intent) -> &'static str {
    match intent {
        Intent::In => "in",
        Intent::Out => "out",
        Intent::InOut => "inout",
    }
}
