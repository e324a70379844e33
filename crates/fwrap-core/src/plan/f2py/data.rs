//! How variables of modules and COMMON blocks are reached: by procedures of the shim that hand them over.

use crate::analysis::f2py::signature::{CommonBlock, ModuleVariable};
use crate::plan::f2py::module::Setting;
use crate::plan::name::fortran_prefix;
use crate::plan::value::Name;

pub use crate::analysis::f2py::signature::ElementType;

/// The data of a Python module.
#[derive(Debug, Default)]
pub struct DataPlan {
    /// The variables of a Fortran module.
    pub variables: Option<VariablesPlan>,
    /// COMMON blocks.
    pub commons: Vec<CommonPlan>,
}

impl DataPlan {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.variables.is_none() && self.commons.is_empty()
    }
}

/// The variables of a Fortran module.
#[derive(Debug)]
pub struct VariablesPlan {
    /// The module.
    pub module: Name,
    /// The procedure that hands them over.
    pub find: String,
    /// The procedure that allocates and deallocates, where some are ALLOCATABLE.
    pub change: Option<String>,
    /// The static of the glue that describes them.
    pub table: String,
    /// The variables.
    pub data: Vec<Datum>,
}

/// A COMMON block.
#[derive(Debug)]
pub struct CommonPlan {
    /// The Python attribute.
    pub python: String,
    /// The name in Fortran; `None` for the blank one.
    pub fortran: Option<Name>,
    /// `bind(c, name=...)`: the label, empty for the name in lower case.
    pub bind: Option<String>,
    /// The procedure that hands its members over.
    pub find: String,
    /// The static of the glue that describes them.
    pub table: String,
    /// All members, in order; an attribute's name for those that Python sees.
    pub members: Vec<(Option<String>, Datum)>,
}

/// One variable.
#[derive(Debug)]
pub struct Datum {
    /// Its name, in Fortran and as an attribute of a module.
    pub name: Name,
    /// Its type.
    pub element: ElementType,
    /// The length of characters, if it is declared.
    pub length: Option<u64>,
    /// The rank.
    pub rank: usize,
    /// The extents, if they are declared.
    pub extents: Option<Vec<u64>>,
    /// What Python may do with it.
    pub access: DatumAccess,
    /// What comments say.
    pub documentation: String,
}

/// What Python may do with a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatumAccess {
    /// Read and assign.
    Live,
    /// Read: PROTECTED.
    Protected,
    /// Read what never changes: PARAMETER.
    Constant,
    /// Read, assign, allocate and deallocate.
    Allocatable,
    /// Read: PROTECTED and ALLOCATABLE.
    ProtectedAllocatable,
}

impl DatumAccess {
    /// Whether there may be no memory for it.
    #[must_use]
    pub fn is_allocatable(self) -> bool {
        matches!(self, Self::Allocatable | Self::ProtectedAllocatable)
    }
}

/// Chooses how the variables of a Fortran module are reached; `None` where there are none.
#[must_use]
pub fn choose_variables(
    module: &Name,
    variables: &[ModuleVariable<'_>],
    setting: &mut Setting<'_>,
) -> Option<VariablesPlan> {
    if variables.is_empty() {
        return None;
    }
    let data: Vec<Datum> = variables.iter().map(choose_datum).collect();
    let prefix = fortran_prefix(&format!("{}_{module}", setting.library));
    let find = setting.foreign.take(&format!("fwrap_{prefix}_data"));
    let change = data.iter().any(|datum| datum.access == DatumAccess::Allocatable);
    let change = change.then(|| setting.foreign.take(&format!("fwrap_{prefix}_allocate")));
    let table = setting.glue.take(&format!("{}_DATA", module.lower().to_ascii_uppercase()));
    Some(VariablesPlan { module: module.clone(), find, change, table, data })
}

/// Chooses how COMMON blocks are reached.
#[must_use]
pub fn choose_commons(commons: &[CommonBlock<'_>], setting: &mut Setting<'_>) -> Vec<CommonPlan> {
    let visible = commons.iter().filter(|common| common.members.iter().any(|member| member.attribute.is_some()));
    let choose = |common: &CommonBlock<'_>| {
        let prefix = fortran_prefix(&format!("{}_{}", setting.library, common.name.trim_matches('_')));
        let find = setting.foreign.take(&format!("fwrap_{prefix}_common"));
        let table = setting.glue.take(&format!("{}_COMMON", common.name.trim_matches('_').to_ascii_uppercase()));
        let members = common.members.iter().map(|member| (member.attribute.clone(), choose_datum(&member.variable)));
        CommonPlan {
            python: common.name.clone(),
            fortran: common.fortran.clone(),
            bind: common.bind.clone(),
            find,
            table,
            members: members.collect(),
        }
    };
    visible.map(choose).collect()
}

fn choose_datum(variable: &ModuleVariable<'_>) -> Datum {
    let access = match (variable.is_constant, variable.is_allocatable, variable.is_protected) {
        (true, ..) => DatumAccess::Constant,
        (false, true, true) => DatumAccess::ProtectedAllocatable,
        (false, true, false) => DatumAccess::Allocatable,
        (false, false, true) => DatumAccess::Protected,
        (false, false, false) => DatumAccess::Live,
    };
    Datum {
        name: variable.name.clone(),
        element: variable.element,
        length: variable.length,
        rank: variable.rank,
        extents: variable.extents.clone(),
        access,
        documentation: variable.entity.documentation.clone(),
    }
}
