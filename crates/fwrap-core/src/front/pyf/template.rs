//! `.pyf.src` templates: each subroutine or function with `<name>` or `<a,b>` in it is written once per replicate.

use std::collections::HashMap;
use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::front::include::{Loader, MAXIMUM_NESTING};
use crate::front::pyf::composed::Composed;
use crate::source::{FileId, Span};

/// How long the expanded text may become.
const LONGEST_TEXT: usize = 50_000_000;

/// Templates that every file knows.
const PREDEFINED: [(&str, &str); 7] = [
    ("_c", "s,d,c,z"),
    ("_t", "real,double precision,complex,double complex"),
    ("prefix", "s,d,c,z"),
    ("ftype", "real,double precision,complex,double complex"),
    ("ctype", "float,double,complex_float,complex_double"),
    ("ftypereal", r"real,double precision,\0,\1"),
    ("ctypereal", r"float,double,\0,\1"),
];

type Names = HashMap<String, Vec<String>>;

/// The text of a `.pyf.src` file with its included `.src` files, all templates expanded.
pub(super) fn expand_templates(file: FileId, loader: &mut Loader<'_>, diagnostics: &mut Diagnostics) -> Composed {
    let mut whole = Composed::default();
    include_sources(file, loader, &mut whole, 0);
    let mut names: Names = PREDEFINED.iter().map(|(name, list)| ((*name).to_owned(), replicates(list))).collect();
    let (mut output, mut done) = (Composed::default(), 0);
    for routine in find_routines(&whole.text) {
        copy_between(&whole, done..routine.start, &mut names, &mut output);
        done = routine.end;
        expand_routine(&whole, routine, &mut names, &mut output, diagnostics);
        if output.text.len() > LONGEST_TEXT {
            let title = format!("the templates of this file expand to more than {LONGEST_TEXT} bytes");
            diagnostics.push(problem(Span::new(file, 0, 0), title).help("split the file"));
            return output;
        }
    }
    copy_between(&whole, done..whole.text.len(), &mut names, &mut output);
    output
}

fn problem(span: Span, title: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::SignatureTemplate, span, title)
}

/// Puts included `.src` files in place of the lines that name them.
fn include_sources(file: FileId, loader: &mut Loader<'_>, into: &mut Composed, nesting: usize) {
    let text = loader.text(file);
    let (mut start, mut copied) = (0, 0);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let found = included_source(line).filter(|_| nesting < MAXIMUM_NESTING);
        if let Some(included) = found.and_then(|name| loader.load(name, file)) {
            into.push_file(file, &text, copied..start);
            include_sources(included, loader, into, nesting + 1);
            if !into.text.ends_with('\n') {
                into.push_replaced("\n", Span::new(file, start, end));
            }
            copied = end;
        }
        start = end;
    }
    into.push_file(file, &text, copied..text.len());
}

/// The name in `include 'name.src'`.
fn included_source(line: &str) -> Option<&str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'\\');
    included_name(line).filter(|name| name.ends_with(".src") && name.bytes().all(is_name))
}

/// The name in `include 'name'`.
pub(super) fn included_name(line: &str) -> Option<&str> {
    let rest = line.trim_ascii_start();
    let rest =
        rest.get(..7).filter(|word| word.eq_ignore_ascii_case("include")).map(|_| rest[7..].trim_ascii_start())?;
    let rest = rest.strip_prefix(['\'', '"'])?;
    Some(&rest[..rest.find(['\'', '"'])?])
}

/// From each line that begins with `subroutine` or `function` to the next `end subroutine` or `end function`.
fn find_routines(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut open, mut start) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches('\n').len();
        let words = line.trim_ascii_start();
        let is_routine = |text: &str| begins_with_word(text, "subroutine") || begins_with_word(text, "function");
        match open {
            None if is_routine(words) => open = Some(start),
            Some(first) => {
                let ending = words.get(..3).filter(|word| word.eq_ignore_ascii_case("end"));
                if ending.is_some_and(|_| is_routine(words[3..].trim_ascii_start())) {
                    found.push(first..end);
                    open = None;
                }
            }
            None => {}
        }
        start += line.len();
    }
    found.extend(open.map(|first| first..text.len()));
    found
}

fn begins_with_word(text: &str, word: &str) -> bool {
    let is_word = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    is_word && !text[word.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
}

/// What stands between `<` and `>` on one line.
struct Template<'t> {
    /// With its marks.
    range: Range<usize>,
    name: Option<&'t str>,
    list: Option<&'t str>,
}

impl<'t> Template<'t> {
    /// The next one from `from` on; `\<` and `\>` are no marks.
    fn next(text: &'t str, from: usize) -> Option<Self> {
        let (bytes, mut start) = (text.as_bytes(), None);
        for at in from..bytes.len() {
            let is_escaped = at > 0 && bytes[at - 1] == b'\\';
            match (bytes[at], start) {
                (b'\n', _) => start = None,
                (b'<', _) if !is_escaped => start = Some(at),
                (b'>', Some(first)) if !is_escaped => {
                    if let Some(template) = Self::of(text, first..at + 1) {
                        return Some(template);
                    }
                    start = None;
                }
                _ => {}
            }
        }
        None
    }

    /// `a < b && c > d` in an expression is none.
    fn of(text: &'t str, range: Range<usize>) -> Option<Self> {
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let inner = text[range.start + 1..range.end - 1].trim_ascii();
        if is_name(inner) {
            return Some(Self { range, name: Some(inner), list: None });
        }
        match inner.split_once('=') {
            Some((name, list)) if is_name(name.trim_ascii()) => {
                Some(Self { range, name: Some(name.trim_ascii()), list: Some(list) })
            }
            _ => inner.contains(',').then_some(Self { range, name: None, list: Some(inner) }),
        }
    }
}

/// The entries of a list; `\,` is a comma in an entry, `\2` the entry with the index 2.
fn replicates(list: &str) -> Vec<String> {
    let mut entries: Vec<String> = list.replace("\\,", "\u{1}").split(',').map(|one| one.trim().to_owned()).collect();
    for index in 0..entries.len() {
        let other = entries[index].strip_prefix('\\').and_then(|number| number.parse::<usize>().ok());
        if let Some(entry) = other.and_then(|other| entries.get(other).cloned()) {
            entries[index] = entry;
        }
    }
    let plain = |entry: &String| entry.replace('\u{1}', ",").replace("\\<", "<").replace("\\>", ">");
    entries.iter().map(plain).collect()
}

/// Text outside of routines: definitions are noted and taken out.
fn copy_between(whole: &Composed, range: Range<usize>, names: &mut Names, output: &mut Composed) {
    let (mut at, mut copied) = (range.start, range.start);
    while let Some(template) = Template::next(&whole.text[..range.end], at) {
        at = template.range.end;
        if let (Some(name), Some(list)) = (template.name, template.list) {
            names.insert(name.to_owned(), replicates(list));
            output.push_part(whole, copied..template.range.start);
            copied = template.range.end;
        }
    }
    output.push_part(whole, copied..range.end);
}

/// A place in a routine where each replicate has a text of its own.
struct Slot {
    range: Range<usize>,
    replicates: Vec<String>,
}

fn expand_routine(
    whole: &Composed,
    range: Range<usize>,
    names: &mut Names,
    output: &mut Composed,
    diagnostics: &mut Diagnostics,
) {
    let Some(slots) = find_slots(whole, &range, names, diagnostics) else { return };
    let count = slots.first().map_or(1, |slot| slot.replicates.len());
    for replicate in 0..count {
        let mut at = range.start;
        for slot in &slots {
            push_unescaped(whole, at..slot.range.start, output);
            output.push_replaced(&slot.replicates[replicate], whole.span(slot.range.clone()));
            at = slot.range.end;
        }
        push_unescaped(whole, at..range.end, output);
        if !slots.is_empty() {
            output.push_replaced("\n\n", whole.span(range.end.saturating_sub(1)..range.end));
        }
        if output.text.len() > LONGEST_TEXT {
            return;
        }
    }
}

/// The templates of a routine in order; all have the same number of replicates. `None`: one is not known.
fn find_slots(
    whole: &Composed,
    range: &Range<usize>,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Slot>> {
    let text = &whole.text[..range.end];
    let mut own = Names::new();
    let mut at = range.start;
    while let Some(template) = Template::next(text, at) {
        at = template.range.end;
        if let (Some(name), Some(list)) = (template.name, template.list) {
            own.insert(name.to_owned(), replicates(list));
        }
    }
    let mut slots: Vec<Slot> = Vec::new();
    let mut first = None;
    at = range.start;
    while let Some(template) = Template::next(text, at) {
        at = template.range.end;
        let found = match (template.name, template.list) {
            (Some(name), _) => own.get(name).or_else(|| names.get(name)).cloned().ok_or(name),
            (None, list) => Ok(replicates(list.unwrap_or(""))),
        };
        let span = whole.span(template.range.clone());
        let replicates = match found {
            Ok(replicates) => replicates,
            Err(name) => {
                let title = format!("the template `<{name}>` has no replicates");
                let help = format!("write `<{name}=a,b>` before the routine, with one entry for each replicate");
                diagnostics.push(problem(span, title).label("used here").help(help));
                return None;
            }
        };
        let &mut (count, place) = first.get_or_insert((replicates.len(), span));
        if replicates.len() == count {
            slots.push(Slot { range: template.range, replicates });
        } else {
            let title = format!("a template has {} replicates, the first of the routine {count}", replicates.len());
            let diagnostic = problem(span, title).label(format!("{} here", replicates.len()));
            diagnostics.push(diagnostic.also(place, format!("{count} here")).help(format!("write {count} entries")));
            return None;
        }
    }
    for (name, list) in own {
        names.entry(name).or_insert(list);
    }
    Some(slots)
}

/// Adds text of a routine; `\<` and `\>` stand for the marks themselves.
fn push_unescaped(whole: &Composed, range: Range<usize>, output: &mut Composed) {
    let mut copied = range.start;
    for (index, _) in whole.text[range.clone()].match_indices('\\') {
        let at = range.start + index;
        if matches!(whole.text.as_bytes().get(at + 1), Some(b'<' | b'>')) && at + 1 < range.end {
            output.push_part(whole, copied..at);
            copied = at + 1;
        }
    }
    output.push_part(whole, copied..range.end);
}

#[cfg(test)]
mod tests {
    use super::expand_templates;
    use crate::diagnostic::Diagnostics;
    use crate::front::include::Loader;
    use crate::front::pyf::testing::options;
    use crate::source::{FileId, SourceFile, SourceMap};

    fn expand(text: &str) -> (String, Diagnostics) {
        let mut sources = SourceMap::default();
        sources.add(SourceFile::new("a.pyf.src", text));
        let load = |name: &str, _: &str| {
            (name == "b.src").then(|| (name.to_owned(), "subroutine <t=i,j>b\nend subroutine".to_owned()))
        };
        let options = options(&load);
        let mut loader = Loader::new(&mut sources, &options);
        let mut diagnostics = Diagnostics::default();
        let composed = expand_templates(FileId(0), &mut loader, &mut diagnostics);
        (composed.text, diagnostics)
    }

    fn words(text: &str) -> String {
        let (text, diagnostics) = expand(text);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_routine_is_written_once_per_replicate() {
        assert_eq!(
            words("! <p=s,d>\nsubroutine <p>f(x)\n<real,real*8> :: x\nend subroutine <p>f\n"),
            "! subroutine sf(x) real :: x end subroutine sf subroutine df(x) real*8 :: x end subroutine df"
        );
        assert_eq!(
            words("function <_c>g\nend function"),
            "function sg end function function dg end function function cg end function function zg end function"
        );
        assert_eq!(words("subroutine f\nend subroutine\nx <y>\n"), "subroutine f end subroutine x <y>");
    }

    #[test]
    fn entries_refer_to_others_and_hold_commas() {
        assert_eq!(
            words("subroutine f(<a=x\\,y,\\0,z>)\nend subroutine"),
            "subroutine f(x,y) end subroutine subroutine f(x,y) end subroutine subroutine f(z) end subroutine"
        );
        assert_eq!(
            words("subroutine f\ng(<,&>x)\nend subroutine"),
            "subroutine f g(x) end subroutine subroutine f g(&x) end subroutine"
        );
    }

    #[test]
    fn marks_of_c_are_kept() {
        assert_eq!(
            words("subroutine f\nfor(i=0;i\\<n;) p-\\>q; check(a>b||a<c)\nend subroutine"),
            "subroutine f for(i=0;i<n;) p->q; check(a>b||a<c) end subroutine"
        );
    }

    #[test]
    fn included_sources_are_expanded() {
        assert_eq!(words("include 'b.src'\nx"), "subroutine ib end subroutine subroutine jb end subroutine x");
    }

    #[test]
    fn what_is_not_known_is_said() {
        let (text, diagnostics) = expand("subroutine <q>f\nend subroutine\nsubroutine g\nend subroutine");
        assert_eq!(text.trim(), "subroutine g\nend subroutine");
        let titles: Vec<_> = diagnostics.iter().map(|one| one.title.clone()).collect();
        assert_eq!(titles, ["the template `<q>` has no replicates"]);
        let (_, diagnostics) = expand("subroutine <a,b>f(<a,b,c>)\nend subroutine");
        assert_eq!(diagnostics.iter().count(), 1);
    }
}
