//! Which modules outside of the sources a name may come from, and the USE statement that brings it in.

use crate::analysis::association::{Meaning, Modules, original_names};
use crate::analysis::intrinsic;
use crate::analysis::scope::ScopeChain;
use crate::ir::module::Module;
use crate::ir::name::Name;
use crate::ir::procedure::Use;

/// A module outside of the sources that may have a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The module.
    pub module: String,
    /// The USE statement that makes the name accessible.
    pub statement: String,
}

/// Where a name may come from that nothing in the sources declares; nothing, if something does.
pub(super) fn find_origins<'ir>(name: &Name, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> Vec<Origin> {
    let mut search = Search { modules, origins: Vec::new(), visited: Vec::new() };
    let mut next = Some(chain);
    while let Some((chain, level)) = next.and_then(|chain| chain.level().map(|level| (chain, level))) {
        search.used(name, name, &level.scope.uses);
        next = chain.outer().filter(|_| level.imports(name));
    }
    search.origins
}

struct Search<'a, 'ir> {
    modules: &'a Modules<'ir>,
    origins: Vec<Origin>,
    visited: Vec<(*const Module, Name)>,
}

impl<'ir> Search<'_, 'ir> {
    /// `local` is what the expression calls it, `name` what it is called where the statements stand.
    fn used(&mut self, local: &Name, name: &Name, uses: &'ir [Use]) {
        for used in uses {
            for original in original_names(name, used, uses) {
                match self.modules.module(&used.module).filter(|_| !used.intrinsic) {
                    Some(module) => {
                        let key = (std::ptr::from_ref(module), original.clone());
                        if !self.visited.contains(&key) {
                            self.visited.push(key);
                            self.used(local, original, &module.scope.uses);
                        }
                    }
                    None => self.add(local, original, used),
                }
            }
        }
    }

    fn add(&mut self, local: &Name, original: &Name, used: &Use) {
        let is_intrinsic = used.intrinsic || intrinsic::is_module(&used.module) && used.module.lower() != "omp_lib";
        let nature = if is_intrinsic { ", intrinsic ::" } else { "" };
        let rename = if local == original { local.to_string() } else { format!("{local} => {original}") };
        // With ONLY, a name that the module does not have is an error: where it may come from several, it is not said.
        let statement = if used.only || local != original {
            format!("use{nature} {}, only: {rename}", used.module)
        } else {
            format!("use{nature} {}", used.module)
        };
        let origin = Origin { module: used.module.lower().to_owned(), statement };
        if !self.origins.contains(&origin) {
            self.origins.push(origin);
        }
    }
}

/// Whether something in the sources, or an intrinsic module that is known, declares the name.
pub(super) fn is_declared<'ir>(name: &Name, chain: &ScopeChain<'ir>, modules: &Modules<'ir>) -> bool {
    !matches!(modules.find(name, chain), None | Some(Meaning::MissingModule(..)))
}
