//! The Python module as a tree: what the ordinary wrappers and f2py's terms put into the same module, side by side.

use crate::back::python::f2py::{describe_commons, describe_data};
use crate::plan::f2py::data::DataPlan;
use crate::plan::f2py::routine::RoutinePlan;
use crate::plan::wrapper::{Namespace, Plan, Wrapper};

/// One module.
#[derive(Debug)]
pub struct Tree<'p> {
    /// Its Python name.
    pub python: &'p str,
    /// Its documentation; empty where nothing is said.
    pub documentation: &'p str,
    /// The Fortran module; `None` for the extension itself.
    pub fortran: Option<&'p str>,
    /// The Rust module of the ordinary wrappers; empty for the extension itself.
    pub rust: &'p str,
    /// The procedures of the ordinary wrappers.
    pub wrappers: Vec<&'p Wrapper>,
    /// The routines in f2py's terms.
    pub routines: Vec<&'p RoutinePlan>,
    /// Variables and COMMON blocks.
    pub data: Option<&'p DataPlan>,
    /// Fortran modules.
    pub modules: Vec<Tree<'p>>,
}

impl<'p> Tree<'p> {
    /// The module of a plan.
    #[must_use]
    pub fn new(plan: &'p Plan) -> Self {
        let python = &plan.python;
        let mut root = Self::of_wrappers(&plan.root, plan);
        root.python = &plan.name;
        if !python.documentation.is_empty() {
            root.documentation = &python.documentation;
        }
        root.routines = python.root.routines.iter().collect();
        root.data = Some(&python.root.data);
        for module in &python.modules {
            let place = root.modules.iter().position(|known| known.python == module.python);
            let place = place.unwrap_or_else(|| {
                root.modules.push(Self {
                    python: &module.python,
                    documentation: &module.documentation,
                    fortran: Some(&module.python),
                    rust: "",
                    wrappers: Vec::new(),
                    routines: Vec::new(),
                    data: None,
                    modules: Vec::new(),
                });
                root.modules.len() - 1
            });
            root.modules[place].routines = module.members.routines.iter().collect();
            root.modules[place].data = Some(&module.members.data);
        }
        root.modules.retain(|module| !module.is_empty());
        root
    }

    /// What the ordinary wrappers put there, those that f2py's terms replace apart.
    fn of_wrappers(namespace: &'p Namespace, plan: &'p Plan) -> Self {
        let is_kept = |wrapper: &&Wrapper| {
            !plan.python.is_alone && !plan.python.replaced.contains(&wrapper.names.qualified.to_ascii_lowercase())
        };
        Self {
            python: &namespace.python,
            documentation: namespace.documentation.trim(),
            fortran: namespace.fortran.as_ref().map(|name| name.lower()),
            rust: &namespace.rust,
            wrappers: namespace.wrappers.iter().filter(is_kept).collect(),
            routines: Vec::new(),
            data: None,
            modules: namespace.modules.iter().map(|module| Self::of_wrappers(module, plan)).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.wrappers.is_empty() && self.routines.is_empty() && self.data.is_none_or(DataPlan::is_empty)
    }

    /// Whether some function is in f2py's terms.
    #[must_use]
    pub fn has_routines(&self) -> bool {
        !self.routines.is_empty() || self.modules.iter().any(Self::has_routines)
    }

    /// The wrappers of this module and those below, with the Rust module that they stand in.
    pub fn all_wrappers(&self) -> impl Iterator<Item = (&'p Wrapper, &'p str)> {
        let own = self.wrappers.iter().map(|wrapper| (*wrapper, self.rust));
        let below =
            self.modules.iter().flat_map(|module| module.wrappers.iter().map(|wrapper| (*wrapper, module.rust)));
        own.chain(below)
    }

    /// The documentation, or what stands for it, with a line for each of the data.
    #[must_use]
    pub fn doc(&self) -> String {
        let mut doc = match (self.documentation.trim(), self.fortran) {
            ("", Some(module)) => format!("The Fortran module `{module}`."),
            ("", None) => "Fortran procedures wrapped by fwrap.".to_owned(),
            (text, _) => text.to_owned(),
        };
        let Some(data) = self.data else { return doc };
        for (title, lines) in [("Data", describe_data(data)), ("COMMON blocks", describe_commons(data))] {
            if !lines.is_empty() {
                doc.push_str(&format!("\n\n{title}:"));
                lines.iter().for_each(|line| doc.push_str(&format!("\n  {line}")));
            }
        }
        doc
    }
}
