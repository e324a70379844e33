//! The order in which sources must be compiled: a file that uses a module comes after the file that defines it.

use std::collections::{BTreeSet, HashMap};

use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::ir::procedure::Scope;
use crate::source::FileId;

/// Files in levels: the files of a level need only files of earlier levels. Files in a circle come last, together.
#[must_use]
pub fn find_order(library: &Library, files: &[FileId]) -> Vec<Vec<usize>> {
    let home: HashMap<&Name, FileId> = library.modules.iter().map(|module| (&module.name, module.span.file)).collect();
    let mut needs: HashMap<FileId, BTreeSet<FileId>> = HashMap::new();
    let mut note = |file: FileId, used: &Name| {
        if let Some(defined) = home.get(used).filter(|defined| **defined != file) {
            needs.entry(file).or_default().insert(*defined);
        }
    };
    for module in &library.modules {
        let file = module.span.file;
        visit_uses(&module.scope, &mut |used| note(file, used));
        if let Some(ancestor) = &module.ancestor {
            note(file, ancestor);
        }
        for procedure in &module.procedures {
            visit_uses(&procedure.scope, &mut |used| note(file, used));
        }
    }
    for procedure in &library.procedures {
        visit_uses(&procedure.scope, &mut |used| note(procedure.span.file, used));
    }
    let given: BTreeSet<FileId> = files.iter().copied().collect();
    let mut waiting: Vec<(usize, FileId)> = files.iter().copied().enumerate().collect();
    let mut done: BTreeSet<FileId> = BTreeSet::new();
    let mut levels = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |file: &FileId| {
            needs
                .get(file)
                .is_none_or(|needed| needed.iter().all(|other| done.contains(other) || !given.contains(other)))
        };
        let (mut ready, mut rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, file)| is_ready(file));
        if ready.is_empty() {
            std::mem::swap(&mut ready, &mut rest);
        }
        done.extend(ready.iter().map(|(_, file)| *file));
        levels.push(ready.iter().map(|(index, _)| *index).collect());
        waiting = rest;
    }
    levels
}

fn visit_uses<'ir>(scope: &'ir Scope, visit: &mut impl FnMut(&'ir Name)) {
    for used in scope.uses.iter().filter(|used| !used.intrinsic) {
        visit(&used.module);
    }
    for interface in scope.entities.iter().filter_map(|entity| entity.interface.as_ref()) {
        for used in &interface.scope.uses {
            visit(&used.module);
        }
    }
}
