//! The specific functions that gfortran resolves references to intrinsic functions to, by the names in its dumps.

use crate::analysis::kind::ResolvedType;
use crate::analysis::scope::Modules;
use crate::analysis::simple::{Call, Simple};
use crate::analysis::simplify::find_type;
use crate::ir::name::Name;

/// The name of the function in a dump, as the tree is rebuilt from it.
pub(super) fn specific_name<'ir>(call: &Call<'ir>, modules: &Modules<'ir>) -> String {
    let name = call.name.lower();
    let first = || call.arguments.first().and_then(|(_, value)| find_type(value, modules));
    let has_kind = || call.arguments.len() > 1;
    match name {
        "int" if !has_kind() => match first() {
            Some(ResolvedType::Real(kind)) if kind == modules.default_kinds.real => "ifix",
            Some(ResolvedType::Real(kind)) if kind == modules.default_kinds.double => "idint",
            _ => "int",
        }
        .to_owned(),
        "floor" => {
            let kind = match call.arguments.get(1) {
                Some((_, Simple::Constant(kind))) => kind.as_kind().unwrap_or(modules.default_kinds.integer),
                _ => modules.default_kinds.integer,
            };
            format!("__floor{kind}_{}", type_code(first().as_ref()))
        }
        "log10" | "alog10" | "dlog10" => format!("__log10_{}", type_code(first().as_ref())),
        "atan2" | "datan2" => format!("__atan2_{}", type_code(first().as_ref())),
        "shiftl" | "shiftr" | "shifta" => format!("{name}_{}", type_code(first().as_ref())),
        "ubound" | "lbound" => format!("__{name}"),
        "max0" | "min0" | "max1" | "min1" | "amax0" | "amin0" | "amax1" | "amin1" | "dmax1" | "dmin1" => {
            format!("_gfortran_{name}")
        }
        "len_trim" => "__len_trim1".to_owned(),
        "transfer" => "__transfer0".to_owned(),
        "sum" | "product" | "maxval" | "minval" if has_mask(call, modules) => format!("m{name}"),
        _ => plain_name(name).to_owned(),
    }
}

/// `sum(x, mask)`, `sum(x, mask=m)`
pub(super) fn has_mask<'ir>(call: &Call<'ir>, modules: &Modules<'ir>) -> bool {
    let is_mask = |(keyword, value): &(Option<Name>, Simple<'ir>)| match keyword {
        Some(keyword) => keyword.lower() == "mask",
        None => matches!(find_type(value, modules), Some(ResolvedType::Logical(_))),
    };
    matches!(call.name.lower(), "sum" | "product" | "maxval" | "minval") && call.arguments.iter().skip(1).any(is_mask)
}

/// Specific names that are printed as another.
fn plain_name(name: &str) -> &str {
    match name {
        "iabs" | "dabs" | "cabs" | "zabs" | "cdabs" => "abs",
        "int2" | "int8" | "short" => "int",
        "idnint" => "nint",
        "amod" | "dmod" => "mod",
        "isign" | "dsign" => "sign",
        "idim" | "ddim" => "dim",
        "iachar" => "ichar",
        "alog" | "dlog" | "clog" => "log",
        "dsqrt" | "csqrt" | "zsqrt" => "sqrt",
        "dexp" | "cexp" | "zexp" => "exp",
        "dsin" | "csin" => "sin",
        "dcos" | "ccos" => "cos",
        "dtan" => "tan",
        "datan" => "atan",
        "dasin" => "asin",
        "dacos" => "acos",
        "dsinh" => "sinh",
        "dcosh" => "cosh",
        "dtanh" => "tanh",
        "dint" => "aint",
        "dnint" => "anint",
        "dimag" | "imag" | "imagpart" => "aimag",
        "dconjg" => "conjg",
        "and" | "or" | "xor" => name,
        "dot_product" => "dot",
        "command_argument_count" => "command",
        _ => name,
    }
}

fn type_code(of: Option<&ResolvedType>) -> String {
    match of {
        Some(ResolvedType::Integer(kind)) => format!("i{kind}"),
        Some(ResolvedType::Real(kind)) => format!("r{kind}"),
        Some(ResolvedType::Complex(kind)) => format!("c{kind}"),
        Some(ResolvedType::Logical(kind)) => format!("l{kind}"),
        _ => String::new(),
    }
}
