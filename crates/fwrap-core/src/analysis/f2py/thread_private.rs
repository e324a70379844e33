//! THREADPRIVATE directives of OpenMP: every thread has its own copy of such a variable or COMMON block.

use crate::ir::name::Name;
use crate::source::SourceMap;

/// The names in the directives of all sources; COMMON blocks with their slashes.
#[must_use]
pub fn find_thread_private(sources: &SourceMap) -> Vec<Name> {
    let mut names = Vec::new();
    for (_, file) in sources.iter() {
        let mut open: Option<String> = None;
        for line in file.text.lines() {
            let Some(text) = directive(line) else {
                open = None;
                continue;
            };
            let begins = text.get(..WORD.len()).is_some_and(|word| word.eq_ignore_ascii_case(WORD));
            let list = match open.take() {
                Some(list) => list + text.trim_start_matches('&'),
                None if begins => text[WORD.len()..].to_owned(),
                None => continue,
            };
            match list.split_once(')') {
                Some((list, _)) => names.extend(split(list)),
                None => open = Some(list.trim_end().trim_end_matches('&').to_owned()),
            }
        }
    }
    names
}

const WORD: &str = "threadprivate";

/// What stands behind the sentinel.
fn directive(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let start = line.get(..5)?;
    let is_sentinel = ["!$omp", "c$omp", "*$omp"].iter().any(|sentinel| start.eq_ignore_ascii_case(sentinel));
    is_sentinel.then(|| line[5..].trim_start())
}

fn split(list: &str) -> impl Iterator<Item = Name> {
    let names = list.trim_start().trim_start_matches('(').split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).map(Name::new)
}

#[cfg(test)]
mod tests {
    use super::find_thread_private;
    use crate::ir::name::Name;
    use crate::source::{SourceFile, SourceMap};

    #[test]
    fn directives_of_both_forms_are_read() {
        let mut sources = SourceMap::default();
        sources.add(SourceFile::new(
            "a.f90",
            "integer :: i\n!$omp threadprivate(i, /work/, &\n!$omp & k)\n! threadprivate(j)\n",
        ));
        sources.add(SourceFile::new("b.f", "C$OMP THREADPRIVATE(/OLD/)\n      END\n"));
        let names = ["i", "/work/", "k", "/old/"].map(Name::new);
        assert_eq!(find_thread_private(&sources), names);
    }

    #[test]
    fn directives_that_are_cut_off_name_nothing() {
        let mut sources = SourceMap::default();
        sources
            .add(SourceFile::new("a.f90", "!$omp threadprivate(i,\ninteger :: j)\n!$om\n!$omp\n!$omp threadprivate"));
        assert!(find_thread_private(&sources).is_empty());
    }
}
