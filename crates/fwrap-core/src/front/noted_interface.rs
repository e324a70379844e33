//! Interfaces in notes: Fortran text inside a TOML file, read where it stands.

use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::front::{Options, parse_library};
use crate::ir::procedure::Procedure;
use crate::source::{FileId, SourceFile, SourceMap};

/// Reads the procedures at `places`, which are the insides of string values. The rest of the file counts as blank, so
/// that spans are those of the file.
pub fn parse_interfaces(file: &SourceFile, id: FileId, places: &[Range<usize>]) -> (Vec<Procedure>, Diagnostics) {
    if places.is_empty() {
        return (Vec::new(), Diagnostics::default());
    }
    let mut sources = SourceMap::default();
    for _ in 0..id.0 {
        sources.add(SourceFile::new("other.f90", ""));
    }
    sources.add(SourceFile::new("notes.f90", fortran_text(&file.text, places)));
    let none = |_: &str, _: &str| None;
    let options =
        Options { defines: Vec::new(), predefined: None, openmp: false, fixed_line_length: None, load_include: &none };
    let (library, diagnostics) = parse_library(&mut sources, &options);
    (library.procedures, diagnostics)
}

/// The text with blanks instead of everything outside of `places`. An escaped line end separates statements.
fn fortran_text(text: &str, places: &[Range<usize>]) -> String {
    let mut fortran: Vec<u8> = text.bytes().map(|byte| if byte == b'\n' { byte } else { b' ' }).collect();
    for place in places {
        fortran[place.clone()].copy_from_slice(&text.as_bytes()[place.clone()]);
        for at in place.clone() {
            if text.as_bytes()[at] == b'\\' && text.as_bytes().get(at + 1) == Some(&b'n') {
                fortran[at..at + 2].copy_from_slice(b" ;");
            }
        }
    }
    String::from_utf8_lossy(&fortran).into_owned()
}

#[cfg(test)]
mod tests {
    use super::parse_interfaces;
    use crate::source::{FileId, SourceFile};

    #[test]
    fn spans_are_those_of_the_file() {
        let text = "[a]\nf = { interface = \"\"\"\nsubroutine f(x)\n  real(8) :: x\nend subroutine\"\"\" }\n";
        let place = text.find("\nsub").expect("a text")..text.find("\"\"\" }").expect("an end");
        let (procedures, problems) = parse_interfaces(&SourceFile::new("fwrap.toml", text), FileId(2), &[place]);
        assert!(problems.iter().next().is_none());
        assert_eq!(procedures[0].name, *"f");
        assert_eq!(procedures[0].span.file, FileId(2));
        assert_eq!(&text[procedures[0].span.start as usize..procedures[0].span.end as usize], "f");
    }

    #[test]
    fn one_line_may_hold_it_all() {
        let text = r"[a] subroutine f(x)\nreal x\nend";
        let place = 4..text.len();
        let (procedures, problems) = parse_interfaces(&SourceFile::new("t", text), FileId(0), &[place]);
        assert!(problems.iter().next().is_none(), "{:?}", problems.iter().next());
        assert_eq!(procedures.len(), 1);
    }
}
