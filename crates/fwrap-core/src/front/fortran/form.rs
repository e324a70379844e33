//! Which source form a file has: its suffix says, unless its text says otherwise.

use crate::source::{SourceFile, SourceForm};

/// What the lines of a file show.
#[derive(Debug, Default)]
struct Evidence {
    /// A line that only fixed form can have.
    fixed: bool,
    /// A line that only free form can have.
    free: bool,
}

/// Whether a line begins with a preprocessor directive.
pub(super) fn has_directives(text: &str) -> bool {
    lines_with_marks(text).any(is_directive)
}

/// Whether a text has lines such as `# 12 "file.fypp"`, which preprocessors leave.
pub(super) fn has_line_marks(text: &str) -> bool {
    lines_with_marks(text).any(|line| {
        let rest = line[1..].trim_ascii_start();
        let rest = rest.strip_prefix(b"line").map_or(rest, <[u8]>::trim_ascii_start);
        rest.first().is_some_and(u8::is_ascii_digit)
            && memchr::memchr2(b'"', b'\n', rest).is_some_and(|at| rest[at] == b'"')
    })
}

/// The rest of the text from every line on that begins with `#`.
fn lines_with_marks(text: &str) -> impl Iterator<Item = &[u8]> {
    let bytes = text.as_bytes();
    let marks = memchr::memchr_iter(b'#', bytes).filter(|&at| at == 0 || bytes[at - 1] == b'\n');
    marks.map(|at| &bytes[at..])
}

fn is_directive(line: &[u8]) -> bool {
    let rest = line[1..].trim_ascii_start();
    let words: [&[u8]; 7] = [b"if", b"define", b"undef", b"el", b"endif", b"include", b"error"];
    words.iter().any(|word| rest.starts_with(word))
}

/// `C` in column 1 that cannot be the start of a free-form statement such as `c = 3` or `call x`.
fn is_fixed_comment(line: &[u8]) -> bool {
    match line.get(1) {
        None => false,
        Some(b' ' | b'\t') => {
            let rest = line[1..].trim_ascii_start();
            rest.first().is_some_and(|&next| !matches!(next, b'=' | b'(' | b'%' | b'&' | b':' | b'!'))
        }
        Some(next) => matches!(next, b'-' | b'*' | b'>' | b'+' | b'#' | b'.' | b','),
    }
}

fn inspect_indented(line: &[u8], evidence: &mut Evidence) {
    let line = line.trim_ascii_end();
    let Some(first) = line.iter().position(|byte| *byte != b' ') else { return };
    if line[first] == b'!' {
        return;
    }
    if first == 5 && line.len() > 6 && !line[5].is_ascii_alphabetic() && !matches!(line[5], b'0' | b'&' | b'\t' | b'#')
    {
        evidence.fixed = true;
        return;
    }
    let in_label_field = (1..5).contains(&first) && line[first].is_ascii_alphabetic();
    // `&` in column 73 continues in both forms
    let continues = line.last() == Some(&b'&') && line.len() <= 72 && first >= 6;
    if in_label_field || continues {
        evidence.free = true;
    }
}

fn suffix_form(file: &SourceFile) -> SourceForm {
    match file.suffix().to_ascii_lowercase().as_str() {
        "f" | "for" | "ftn" | "f77" | "fpp" => SourceForm::Fixed,
        _ => SourceForm::Free,
    }
}

/// The form of a file: that of its suffix, unless its lines only fit the other one.
pub(super) fn source_form(file: &SourceFile) -> SourceForm {
    let suffix = suffix_form(file);
    let mut evidence = Evidence::default();
    for line in file.text.trim_start_matches('\u{feff}').split('\n') {
        inspect(line.as_bytes(), &mut evidence);
        match suffix {
            SourceForm::Fixed if evidence.fixed => return SourceForm::Fixed,
            SourceForm::Free if evidence.free => return SourceForm::Free,
            _ => {}
        }
    }
    match evidence {
        Evidence { fixed: true, free: false } => SourceForm::Fixed,
        Evidence { fixed: false, free: true } => SourceForm::Free,
        _ => suffix,
    }
}

fn inspect(line: &[u8], evidence: &mut Evidence) {
    match line.first() {
        Some(b'*') => evidence.fixed = true,
        Some(b'c' | b'C') if is_fixed_comment(line) => evidence.fixed = true,
        Some(b' ') => inspect_indented(line, evidence),
        Some(b'c' | b'C' | b'd' | b'D') => {}
        // compilers take INCLUDE lines in any column
        Some(b'i' | b'I') if line.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"include")) => {}
        Some(first) if first.is_ascii_alphabetic() => evidence.free = true,
        _ => {}
    }
}

/// What a compiler that goes by the suffix must be told of a file: which form its text has, if it is the other one, and
/// whether it has directives for all that the suffix does not ask for preprocessing.
#[must_use]
pub fn find_form_beside_suffix(file: &SourceFile) -> (Option<SourceForm>, bool) {
    let form = source_form(file);
    let contradicts = form != suffix_form(file);
    (contradicts.then_some(form), !is_preprocessed(file) && has_directives(&file.text))
}

/// Whether the suffix asks for preprocessing (`.F90`, `.F`, `.fpp`).
pub(super) fn is_preprocessed(file: &SourceFile) -> bool {
    let suffix = file.suffix();
    suffix.starts_with('F') || suffix == "fpp"
}

#[cfg(test)]
mod tests {
    use super::{find_form_beside_suffix, source_form};
    use crate::source::{SourceFile, SourceForm};

    fn form(path: &str, text: &str) -> SourceForm {
        source_form(&SourceFile::new(path, text))
    }

    #[test]
    fn the_suffix_decides() {
        assert_eq!(form("a.f", "      end\n"), SourceForm::Fixed);
        assert_eq!(form("a.f90", "      end\n"), SourceForm::Free);
        assert_eq!(form("a.F", ""), SourceForm::Fixed);
    }

    #[test]
    fn a_compiler_is_told_what_the_suffix_does_not_say() {
        let told = |path: &str, text: &str| find_form_beside_suffix(&SourceFile::new(path, text));
        assert_eq!(told("a.f90", "subroutine s\nend\n"), (None, false));
        assert_eq!(told("a.f", "subroutine s\n#if 1\nend\n#endif\n"), (Some(SourceForm::Free), true));
        assert_eq!(told("a.f90", "C     text\n      END\n"), (Some(SourceForm::Fixed), false));
        assert_eq!(told("a.F90", "#ifdef A\n#endif\n"), (None, false));
    }

    #[test]
    fn the_text_contradicts_the_suffix() {
        assert_eq!(form("a.f", "subroutine s\nend\n"), SourceForm::Free);
        assert_eq!(form("a.f", "      call s(a, &\n        b)\n      end\n"), SourceForm::Free);
        assert_eq!(form("a.f90", "C     a comment\n      X = 1\n     1 + 2\n      END\n"), SourceForm::Fixed);
    }

    #[test]
    fn a_variable_called_c_is_no_comment() {
        assert_eq!(form("a.f90", "c = 3\nend\n"), SourceForm::Free);
        assert_eq!(form("a.f90", "call s\nend\n"), SourceForm::Free);
    }

    #[test]
    fn both_forms_at_once_stay_with_the_suffix() {
        let text = format!("      call s(a,{}&\n     & b)\n", " ".repeat(72 - 15));
        assert_eq!(form("a.f", &text), SourceForm::Fixed);
    }
}
