//! What the words of `intent(...)` say together.

use crate::analysis::f2py::signature::Intents;
use crate::ir::entity::{Entity, Intent};
use crate::ir::f2py::SignatureIntent;

/// What is said of an entity: by f2py's words, and by the INTENT of Fortran source, which is one of them. In signature
/// files there are only f2py's.
pub(super) fn find_intents(entity: &Entity, is_signature: bool) -> Intents {
    let said = entity.f2py.as_deref().map_or(&[][..], |signature| signature.intents.as_slice());
    let mut words = said.to_vec();
    if let Some(intent) = entity.intent.filter(|_| !is_signature) {
        words.push(match intent {
            Intent::In => SignatureIntent::In,
            Intent::Out => SignatureIntent::Out,
            Intent::InOut => SignatureIntent::InOut,
        });
    }
    settle(&words)
}

/// The words of one entity together: `out` hides unless there is another way in, and `in` wins over `inout`.
fn settle(words: &[SignatureIntent]) -> Intents {
    let has = |word: &SignatureIntent| words.contains(word);
    let hide = has(&SignatureIntent::Hide);
    let output = has(&SignatureIntent::Out) || words.iter().any(|word| matches!(word, SignatureIntent::OutAs(_)));
    let (input, in_out) = (has(&SignatureIntent::In), has(&SignatureIntent::InOut));
    let write_back = has(&SignatureIntent::InPlace) && !hide;
    let in_place = in_out && !input && !hide && !write_back;
    let hidden = hide || (output && !input && !in_place && !write_back);
    let copied = has(&SignatureIntent::Copy).then_some(false);
    let alignment = words.iter().find_map(|word| match word {
        SignatureIntent::Aligned(bytes) => Some(*bytes),
        _ => None,
    });
    let scratch = has(&SignatureIntent::Cache);
    Intents {
        input: !hidden && !in_place && !write_back,
        output,
        hidden,
        in_place,
        write_back,
        overwrite: has(&SignatureIntent::Overwrite).then_some(true).or(copied),
        scratch,
        c_order: has(&SignatureIntent::C),
        callback: has(&SignatureIntent::Callback),
        auxiliary: has(&SignatureIntent::Aux),
        alignment,
        is_unsaid: !(hidden || output || input || in_out || write_back || scratch),
    }
}

/// The name of what is returned: `intent(out=name)`.
pub(super) fn find_returned_name(entity: &Entity) -> Option<String> {
    let signature = entity.f2py.as_deref()?;
    signature.intents.iter().find_map(|word| match word {
        SignatureIntent::OutAs(name) => Some(name.spelled()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::analysis::f2py::signature::Intents;
    use crate::ir::f2py::SignatureIntent;

    fn of(words: &str) -> Intents {
        settle(&words.split(',').map(SignatureIntent::parse).collect::<Vec<_>>())
    }

    /// What becomes of the argument: `p`arameter, `r`eturned, in `s`itu, written `b`ack.
    fn roles(words: &str) -> String {
        let intents = of(words);
        let marks = [(!intents.hidden, 'p'), (intents.output, 'r'), (intents.in_place, 's'), (intents.write_back, 'b')];
        marks.into_iter().filter_map(|(there, mark)| there.then_some(mark)).collect()
    }

    #[test]
    fn words_are_read_together() {
        for (words, expected) in [
            ("", "p"),
            ("in", "p"),
            ("c", "p"),
            ("cache", "p"),
            ("out", "r"),
            ("out,out=y", "r"),
            ("in,out", "pr"),
            ("in,inout", "p"),
            ("in,out,copy,out=y", "pr"),
            ("inout", "ps"),
            ("inout,out", "prs"),
            ("inplace", "pb"),
            ("inplace,inout", "pb"),
            ("hide", ""),
            ("in,hide", ""),
            ("in,out,hide", "r"),
            ("hide,cache", ""),
        ] {
            assert_eq!(roles(words), expected, "{words}");
        }
    }

    #[test]
    fn copies_are_kept_apart() {
        assert_eq!(of("in,out,copy").overwrite, Some(false));
        assert_eq!(of("in,overwrite").overwrite, Some(true));
        assert_eq!(of("in,out").overwrite, None);
        assert!(of("c").is_unsaid && !of("cache").is_unsaid && !of("in").is_unsaid);
        assert_eq!(of("aligned8").alignment, Some(8));
    }
}
