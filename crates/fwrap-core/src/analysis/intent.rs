//! The intent of a dummy argument: as declared; else a note; else what the body proves.

use crate::analysis::facts::IntentFact;
use crate::analysis::usage::{Proof, Usage};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::documentation::Documentation;
use crate::ir::entity::{Entity, Intent};
use crate::ir::name::Name;
use crate::ir::note::ArgumentNote;
use crate::ir::procedure::{Dummy, Procedure};

/// What is known of the direction of an argument, and how.
#[derive(Clone, Debug)]
pub struct FoundIntent {
    /// The intent.
    pub fact: IntentFact,
    /// Nobody says it: no statement of the library can change the argument.
    pub is_inferred: bool,
    /// What a note says against the source.
    pub conflict: Option<Diagnostic>,
}

impl FoundIntent {
    fn known(intent: Intent) -> Self {
        Self { fact: IntentFact::Known(intent), is_inferred: false, conflict: None }
    }
}

/// The intent, and a diagnostic where a note contradicts the source. `documented` is what a tag says: where it calls
/// the argument written, that it is not is no promise of other implementations.
pub fn find_intent(
    entity: &Entity,
    note: Option<&ArgumentNote>,
    usage: Option<&Usage>,
    documented: Option<Intent>,
) -> FoundIntent {
    let noted = note.and_then(|note| note.intent.map(|intent| (intent, note)));
    match (entity.intent, noted) {
        (Some(declared), Some((intent, note))) if declared != intent => FoundIntent {
            conflict: Some(against_declaration(entity, declared, intent, note)),
            ..FoundIntent::known(declared)
        },
        (Some(declared), _) => FoundIntent::known(declared),
        // VALUE gives the procedure a copy of its own.
        (None, None) if entity.attributes.value => FoundIntent::known(Intent::In),
        (None, Some((Intent::In, note))) => match usage.and_then(|usage| usage.written.as_ref()) {
            Some(proof) if !entity.attributes.value => {
                FoundIntent { conflict: Some(against_body(entity, proof, note)), ..FoundIntent::known(Intent::InOut) }
            }
            _ => FoundIntent::known(Intent::In),
        },
        (None, Some((intent, _))) => FoundIntent::known(intent),
        (None, None) => {
            let may_be_written = documented.is_some_and(|intent| intent != Intent::In);
            let is_inferred = usage.is_some_and(Usage::is_never_written) && !may_be_written;
            let fact = if is_inferred { IntentFact::Known(Intent::In) } else { IntentFact::Unknown };
            FoundIntent { fact, is_inferred, conflict: None }
        }
    }
}

fn against_declaration(entity: &Entity, declared: Intent, noted: Intent, note: &ArgumentNote) -> Diagnostic {
    let title = format!(
        "the note says `intent = \"{}\"`, but `{}` is declared `intent({})`",
        text(noted),
        entity.name,
        text(declared)
    );
    Diagnostic::error(Code::NotesConflict, note.span, title)
        .label("contradicts the source")
        .also(entity.span, "declared here")
        .help("remove the intent from the note: a declared intent always wins")
}

fn against_body(entity: &Entity, proof: &Proof, note: &ArgumentNote) -> Diagnostic {
    let title = format!("the note says `intent = \"in\"`, but `{}` gets a value", entity.name);
    Diagnostic::error(Code::NotesConflict, note.span, title)
        .label("contradicts the source")
        .also(proof.span, proof.because.as_write())
        .help("write `intent = \"inout\"`, or `intent = \"inout, copy\"` to keep what the caller passes")
}

/// What a tag such as `\param[in,out]` says of an argument.
pub fn documented_intent(documentation: &Documentation, name: &Name) -> Option<Intent> {
    documentation.arguments.iter().find(|tag| tag.name == *name).and_then(|tag| tag.intent)
}

/// Tags that say something else than the declarations or the body. `usage` gives what the body does.
pub fn find_disagreements<'u>(procedure: &Procedure, usage: impl Fn(&Name) -> Option<&'u Usage>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for dummy in &procedure.dummies {
        let Dummy::Argument(name, _) = dummy else { continue };
        let documented = documented_intent(&procedure.documentation, name);
        let (Some(documented), Some(entity)) = (documented, procedure.scope.entity(name)) else { continue };
        let warning = |title: String| Diagnostic::warning(Code::DocumentationDisagrees, entity.span, title);
        match (entity.intent, usage(name)) {
            (Some(declared), _) if (declared == Intent::In) != (documented == Intent::In) => {
                let title = format!(
                    "`{name}` is documented `[{}]`, but declared `intent({})`",
                    tag(documented),
                    text(declared)
                );
                let help = format!("write `\\param[{}] {name}`: a declared intent always wins", tag(declared));
                found.push(warning(title).label("declared here").help(help));
            }
            (None, Some(Usage { written: Some(proof), .. }))
                if documented == Intent::In && !entity.attributes.value =>
            {
                let title = format!("`{name}` is documented `[in]`, but it gets a value");
                let help = format!("write `\\param[in,out] {name}`");
                found.push(
                    warning(title).label("documented as input").also(proof.span, proof.because.as_write()).help(help),
                );
            }
            (None, Some(usage)) if documented != Intent::In && usage.is_never_written() => {
                let title = format!("`{name}` is documented `[{}]`, but no statement changes it", tag(documented));
                let help = format!("write `\\param[in] {name}`, or `{name} = {{ intent = \"in\" }}` in `fwrap.toml`");
                found.push(warning(title).label("counts as written").help(help));
            }
            _ => {}
        }
    }
    found
}

fn tag(intent: Intent) -> &'static str {
    if intent == Intent::InOut { "in,out" } else { text(intent) }
}

fn text(intent: Intent) -> &'static str {
    match intent {
        Intent::In => "in",
        Intent::Out => "out",
        Intent::InOut => "inout",
    }
}
