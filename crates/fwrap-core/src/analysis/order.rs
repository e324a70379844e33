//! The order in which sources must be compiled: a file that uses a module comes after the file that defines it.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::ir::library::Library;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::{Procedure, Scope};
use crate::source::FileId;

/// Which file defines what, and which files need which.
struct Needs<'ir> {
    modules: FxHashMap<&'ir Name, FileId>,
    /// By ancestor and name: a submodule's name is known to its module alone (F2018 14.2.3).
    submodules: FxHashMap<(&'ir Name, &'ir Name), FileId>,
    needs: FxHashMap<FileId, BTreeSet<FileId>>,
}

/// Files in levels: the files of a level need only files of earlier levels. Files in a circle come last, together.
#[must_use]
pub fn find_order(library: &Library, files: &[FileId]) -> Vec<Vec<usize>> {
    let needs = find_needs(library);
    let places: FxHashMap<FileId, usize> = files.iter().enumerate().map(|(index, file)| (*file, index)).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); files.len()];
    let mut open: Vec<usize> = vec![0; files.len()];
    for (index, file) in files.iter().enumerate().filter(|(index, file)| places.get(*file) == Some(index)) {
        for other in needs.get(file).into_iter().flatten().filter_map(|other| places.get(other)) {
            needed_by[*other].push(index);
            open[index] += 1;
        }
    }
    let mut level: Vec<usize> = (0..files.len()).filter(|index| open[*index] == 0).collect();
    let mut left: BTreeSet<usize> = (0..files.len()).filter(|index| open[*index] > 0).collect();
    let mut levels = Vec::new();
    while !level.is_empty() {
        let mut next = Vec::new();
        for index in level.iter().flat_map(|done| &needed_by[*done]) {
            open[*index] -= 1;
            if open[*index] == 0 {
                left.remove(index);
                next.push(*index);
            }
        }
        next.sort_unstable();
        levels.push(std::mem::replace(&mut level, next));
    }
    if !left.is_empty() {
        levels.push(left.into_iter().collect());
    }
    levels
}

fn find_needs(library: &Library) -> FxHashMap<FileId, BTreeSet<FileId>> {
    let modules = library.modules.iter().filter(|module| module.ancestor.is_none());
    let submodules = library.modules.iter().filter_map(|module| {
        let ancestor = module.ancestor.as_ref()?;
        Some(((ancestor, &module.name), module.span.file))
    });
    let mut needs = Needs {
        modules: modules.map(|module| (&module.name, module.span.file)).collect(),
        submodules: submodules.collect(),
        needs: FxHashMap::default(),
    };
    for module in &library.modules {
        needs.visit_module(module);
    }
    for procedure in &library.procedures {
        needs.visit_procedure(procedure.span.file, procedure);
    }
    for program in &library.programs {
        needs.visit_scope(program.span.file, &program.scope);
        for procedure in &program.internal {
            needs.visit_procedure(program.span.file, procedure);
        }
    }
    needs.needs
}

impl Needs<'_> {
    fn note(&mut self, file: FileId, defined: Option<FileId>) {
        if let Some(defined) = defined.filter(|defined| *defined != file) {
            self.needs.entry(file).or_default().insert(defined);
        }
    }

    fn visit_module(&mut self, module: &Module) {
        let file = module.span.file;
        self.visit_scope(file, &module.scope);
        if let Some(ancestor) = &module.ancestor {
            self.note(file, self.modules.get(ancestor).copied());
            let parent = module.parent.as_ref().and_then(|parent| self.submodules.get(&(ancestor, parent)));
            self.note(file, parent.copied());
        }
        for procedure in module.procedures.iter().chain(&module.separate_interfaces) {
            self.visit_procedure(file, procedure);
        }
        for body in &module.separate_bodies {
            self.visit_scope(file, &body.scope);
            for procedure in &body.internal {
                self.visit_procedure(file, procedure);
            }
        }
    }

    /// A procedure that `file` holds, be it in a file that it includes.
    fn visit_procedure(&mut self, file: FileId, procedure: &Procedure) {
        self.visit_scope(file, &procedure.scope);
        for internal in &procedure.internal {
            self.visit_procedure(file, internal);
        }
    }

    fn visit_scope(&mut self, file: FileId, scope: &Scope) {
        for used in scope.uses.iter().filter(|used| !used.intrinsic) {
            self.note(file, self.modules.get(&used.module).copied());
        }
        let bodies = scope.entities.iter().filter_map(|entity| entity.interface.as_deref());
        for body in bodies.chain(&scope.abstract_interfaces) {
            self.visit_procedure(file, body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find_order;
    use crate::front::{Options, parse_library};
    use crate::source::{FileId, SourceFile, SourceMap};

    fn order(texts: &[&str]) -> Vec<Vec<usize>> {
        let mut sources = SourceMap::default();
        let texts = texts.iter().enumerate();
        let files: Vec<FileId> =
            texts.map(|(index, text)| sources.add(SourceFile::new(format!("{index}.f90"), *text))).collect();
        let options = Options {
            defines: Vec::new(),
            predefined: None,
            openmp: false,
            fixed_line_length: None,
            load_include: &|_, _| None,
        };
        let (library, diagnostics) = parse_library(&mut sources, &options);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        find_order(&library, &files)
    }

    #[test]
    fn uses_wherever_they_stand() {
        let module = "module m\nend module\n";
        for text in [
            "program p\nuse m\nend\n",
            "program p\ncontains\nsubroutine s\nuse m\nend subroutine\nend\n",
            "subroutine s\ncontains\nsubroutine t\nuse m\nend subroutine\nend\n",
            "subroutine s\ninterface\nsubroutine t\nuse m\nend subroutine\nend interface\nend\n",
            "module n\nabstract interface\nsubroutine t\nuse m\nend subroutine\nend interface\nend\n",
            "block data\nuse m\nend\n",
            "submodule (m) n\ncontains\nend\n",
        ] {
            assert_eq!(order(&[text, module]), [vec![1], vec![0]], "{text}");
        }
    }

    #[test]
    fn submodules_come_after_their_parents() {
        let module = "module m\ninterface\nmodule subroutine f\nend subroutine\nend interface\nend module\n";
        let body = "submodule (m:s) t\ncontains\nmodule procedure f\nuse n\nend procedure\nend submodule\n";
        let other = "module n\nend module\n";
        // a module may be called like a submodule of another one
        let used = "module s\nend module\nsubroutine u\nuse s\nend subroutine\n";
        let found = order(&[body, "submodule (m) s\nend submodule\n", module, other, used]);
        assert_eq!(found, [vec![2, 3, 4], vec![1], vec![0]]);
    }

    #[test]
    fn circles_come_last() {
        let found = order(&["module a\nuse b\nend\n", "module b\nuse a\nend\n", "module c\nend\n"]);
        assert_eq!(found, [vec![2], vec![0, 1]]);
    }
}
