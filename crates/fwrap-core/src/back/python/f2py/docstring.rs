//! Docstrings of routines in f2py's terms: in numpydoc's form, with f2py's words where it has some.

use crate::back::render::wrapped;
use crate::plan::f2py::documentation::{CallbackEntry, Documentation, Entry};

/// The docstring, behind the line that becomes `__text_signature__`.
pub fn docstring(documentation: &Documentation) -> String {
    let Documentation { name, call, text_signature, text, .. } = documentation;
    let mut doc = format!("{name}{text_signature}\n--\n\n{call}\n\n");
    match text.trim() {
        "" => doc.push_str(&format!("Wrapper for ``{name}``.")),
        text => doc.push_str(text),
    }
    doc.push('\n');
    let sections = [
        ("Parameters", &documentation.required),
        ("Other Parameters", &documentation.optional),
        ("Returns", &documentation.returned),
    ];
    for (title, entries) in sections {
        if !entries.is_empty() {
            doc.push_str(&format!("\n{title}\n{}\n", "-".repeat(title.len())));
            entries.iter().for_each(|entry| print_entry(&mut doc, entry));
        }
    }
    if !documentation.callbacks.is_empty() {
        doc.push_str("\nNotes\n-----\nCall-back functions::\n\n");
        documentation.callbacks.iter().for_each(|callback| print_callback(&mut doc, callback));
    }
    doc
}

fn print_entry(doc: &mut String, entry: &Entry) {
    doc.push_str(&format!("{} : {}\n", entry.name, entry.kind));
    for line in entry.text.iter().flat_map(|text| text.lines()).flat_map(|line| wrapped(line, 76)) {
        doc.push_str(&format!("    {line}\n"));
    }
}

fn print_callback(doc: &mut String, callback: &CallbackEntry) {
    doc.push_str(&format!("    def {}\n", callback.call));
    let parts = [
        ("Required arguments", &callback.required),
        ("Optional arguments", &callback.optional),
        ("Return objects", &callback.returned),
    ];
    for (title, lines) in parts.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        doc.push_str(&format!("    {title}:\n"));
        for line in lines {
            doc.push_str(&format!("        {line}\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CallbackEntry, Documentation, Entry, docstring};

    fn entry(name: &str, kind: &str, text: &[&str]) -> Entry {
        let text = text.iter().map(|line| (*line).to_owned()).collect();
        Entry { name: name.to_owned(), kind: kind.to_owned(), text, ..Entry::default() }
    }

    #[test]
    fn words_and_sections_are_those_of_f2py() {
        let documentation = Documentation {
            name: "t".to_owned(),
            call: "a = t(fun,[fun_extra_args])".to_owned(),
            text_signature: "(fun, fun_extra_args=())".to_owned(),
            required: vec![entry("fun", "call-back function", &[])],
            optional: vec![entry("fun_extra_args", "input tuple, optional", &["Default: ()"])],
            returned: vec![entry("a", "int", &[])],
            callbacks: vec![CallbackEntry {
                call: "fun(): return a".to_owned(),
                returned: vec!["a : int".to_owned()],
                ..CallbackEntry::default()
            }],
            ..Documentation::default()
        };
        let expected = "t(fun, fun_extra_args=())\n--\n\n\
            a = t(fun,[fun_extra_args])\n\nWrapper for ``t``.\n\nParameters\n----------\nfun : call-back function\n\n\
            Other Parameters\n----------------\nfun_extra_args : input tuple, optional\n    Default: ()\n\n\
            Returns\n-------\na : int\n\n\
            Notes\n-----\nCall-back functions::\n\n    def fun(): return a\n    Return objects:\n        a : int\n";
        assert_eq!(docstring(&documentation), expected);
    }
}
