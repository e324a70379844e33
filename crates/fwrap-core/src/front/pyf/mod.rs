//! f2py's signature files to IR: `.pyf`, and `.pyf.src` with their templates. C in them stays text.

mod block;
mod builder;
mod callback;
mod composed;
mod cursor;
mod declaration;
mod directive;
mod lines;
mod saying;
mod statement;
mod template;
#[cfg(test)]
pub(super) mod testing;
mod unit;

pub(super) use callback::resolve_callbacks;
pub(super) use directive::parse_directive;
pub(super) use saying::Saying;

use std::collections::HashSet;

use crate::diagnostic::Diagnostics;
use crate::front::include::Loader;
use crate::front::origin::Origin;
use crate::front::pyf::block::Reader;
use crate::front::pyf::lines::Lines;
use crate::front::pyf::template::{expand_templates, included_name};
use crate::ir::library::Library;
use crate::source::{FileId, Span};

/// Whether a path is that of a signature file.
#[must_use]
pub fn is_signature_file(path: &str) -> bool {
    let ends_with = |suffix: &str| path.len() > suffix.len() && path[..].to_ascii_lowercase().ends_with(suffix);
    ends_with(".pyf") || is_template(path)
}

fn is_template(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".pyf.src")
}

/// The signature files among those given that others include: parts, which are not read on their own.
pub(super) fn find_parts(given: &[FileId], loader: &mut Loader<'_>) -> HashSet<FileId> {
    let mut parts = HashSet::new();
    for &file in given {
        if is_signature_file(&loader.file(file).path) {
            loader.begin_file();
            let text = loader.text(file);
            let names = text.lines().filter_map(included_name);
            parts.extend(names.filter_map(|name| loader.load(name, file)).filter(|part| *part != file));
        }
    }
    parts
}

/// Reads one signature file.
pub(super) fn parse_file(file: FileId, loader: &mut Loader<'_>, library: &mut Library, diagnostics: &mut Diagnostics) {
    loader.begin_file();
    let link_only = loader.file(file).link_only;
    let (text, origin) = if is_template(&loader.file(file).path) {
        expand_templates(file, loader, diagnostics).finish()
    } else {
        (loader.text(file), Origin::identity(file))
    };
    let lines = Lines::new(text, origin, file);
    let mut reader = Reader { lines, loader, diagnostics, nesting: 0, procedure: None, said: HashSet::new() };
    let mut blocks = reader.read_file(Span::new(file, 0, 0));
    blocks.iter_mut().for_each(|block| (block.link_only, block.file) = (link_only, file));
    library.python_modules.append(&mut blocks);
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::to_human;
    use crate::front::pyf::testing::read_with;

    const SIGNATURES: &str = "\
python module m__user__routines ! in
  interface m_user_interface
    function fun(x) result(y)
      real*8 intent(in) :: x; real*8 y
    end function fun
  end interface
end python module m__user__routines
python module m
  usercode '''
  static int f(void) { return '!'; }
'''
  include 'x.inc'
  interface
    subroutine <p=s,d>a(f, n, x, <,&>c)
      use m__user__routines, f => fun
      external f
      callstatement {int i\\<n; (*f2py_func)(f, &n, x);}
      integer, optional, check(n>0&&<&
         &=9), depend(x) :: n = (x[0] == 'a' ? 1 : len(x))
      <real,double precision> dimension(0:n, (n?1:2)), intent(in,out=y,copy) :: x
      common /b/ k(3), // l
      !f2py intent(hide) c
      entry e(x)
      note(don't) x
      implicit real*8 (a-h)
      parameter (q = 3)
    end subroutine <p>a
    module z
      private :: w
      type t
      end type
    end module z
    block data
    end block data
  end interface
end python module m
";

    #[test]
    fn every_prefix_is_read() {
        for end in (0..=SIGNATURES.len()).filter(|end| SIGNATURES.is_char_boundary(*end)) {
            for suffix in ["", "'"] {
                let text = format!("{}{suffix}", &SIGNATURES[..end]);
                for path in ["a.pyf", "a.pyf.src"] {
                    let (_, diagnostics, sources) = read_with(path, &text, &[("x.inc", "! nothing\n")]);
                    for span in diagnostics.iter().filter_map(|diagnostic| diagnostic.span) {
                        let length = sources.file(span.file).text.len();
                        assert!(span.start <= span.end && span.end as usize <= length, "{span:?} in {text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn bytes_without_sense_are_read() {
        let mut state = 12345_u32;
        for _ in 0..500 {
            let mut text = String::new();
            for _ in 0..200 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let marks = b"\n\n'\"&!;(),=:%*#/.<>\\  \treal::intent(endsubroutine0check";
                text.push(char::from(marks[(state >> 24) as usize % marks.len()]));
            }
            for path in ["a.pyf", "a.pyf.src"] {
                let (_, diagnostics, sources) = read_with(path, &text, &[]);
                let _ = to_human(&diagnostics, &sources, false);
            }
        }
    }

    #[test]
    fn parts_of_other_files_are_not_read_alone() {
        use crate::front::parse_library;
        use crate::front::pyf::testing::options;
        use crate::source::{SourceFile, SourceMap};
        let mut sources = SourceMap::default();
        sources.add(SourceFile::new("part.pyf.src", "subroutine <q>f\nend subroutine\n"));
        sources.add(SourceFile::new("a.pyf.src", "! <q=s,d>\ninclude 'part.pyf.src'\n"));
        let load = |name: &str, _: &str| Some((name.to_owned(), String::new()));
        let (library, diagnostics) = parse_library(&mut sources, &options(&load));
        assert!(diagnostics.is_empty(), "{}", to_human(&diagnostics, &sources, false));
        assert_eq!(library.python_modules[0].procedures().len(), 2);
    }
}
