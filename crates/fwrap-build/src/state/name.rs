//! Symbols of gfortran and gcc as the source spells what they stand for.

/// The procedure behind a symbol: `module::name`, or a name.
pub(crate) fn procedure_name(symbol: &str) -> String {
    if let Some((module, name)) = in_module(symbol) {
        return format!("{module}::{}", without_number(name));
    }
    let name = without_number(symbol);
    name.strip_suffix('_').unwrap_or(name).to_owned()
}

/// What is stored at the symbol, as seen from a function that uses it.
pub(crate) fn storage_name(symbol: &str, user: &str) -> String {
    if symbol == "__BLNK__" {
        return "blank COMMON".to_owned();
    }
    if let Some((module, name)) = in_module(symbol) {
        // `__m_MOD_x.3`: a local variable of a procedure does not look like that, a private variable may.
        return format!("`{}`, a variable of the module `{module}`", without_number(name));
    }
    let name = without_number(symbol);
    if name.len() < symbol.len() {
        let owner = procedure_name(user);
        return match name {
            // What the compiler makes of EQUIVALENCE and of unnamed storage.
            "equiv" => format!("static variables of `{owner}` in an EQUIVALENCE"),
            _ => format!("`{name}`, a static variable of `{owner}`"),
        };
    }
    match symbol.strip_suffix('_') {
        Some(block) => format!("COMMON `/{block}/`"),
        None => format!("`{symbol}`, a variable of C"),
    }
}

/// COMMON storage: Fortran's blocks, and C's variables without a value.
pub(crate) fn common_name(symbol: &str) -> String {
    storage_name(symbol, "")
}

/// Tables that gfortran never writes although they stand in writable sections: those of types, for dispatch; and what
/// the compiler adds that is no state of the program's: locks of CRITICAL, counters of profiling.
pub(crate) fn is_constant_table(symbol: &str) -> bool {
    let name = in_module(symbol).map_or(symbol, |(_, name)| name);
    name.starts_with("__vtab_") || name.starts_with("__def_init_") || is_of_compiler(symbol)
}

/// What the compiler adds for itself.
pub(crate) fn is_of_compiler(symbol: &str) -> bool {
    symbol.starts_with(".gomp_critical_user_") || symbol.starts_with("__gcov")
}

/// `__module_MOD_name`; of a submodule, `__parent_MOD_name`.
fn in_module(symbol: &str) -> Option<(&str, &str)> {
    symbol.strip_prefix("__")?.split_once("_MOD_")
}

/// Without what gcc appends: `work.123`, `sum_.constprop.0`, `f_.cold`.
fn without_number(symbol: &str) -> &str {
    symbol.split_once('.').map_or(symbol, |(name, _)| if name.is_empty() { symbol } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_told_as_the_source_spells_them() {
        assert_eq!(procedure_name("dgesv_"), "dgesv");
        assert_eq!(procedure_name("__heat_MOD_step"), "heat::step");
        assert_eq!(procedure_name("step_.constprop.0"), "step");
        assert_eq!(procedure_name("inner.3"), "inner");
        assert_eq!(storage_name("__heat_MOD_count", "f_"), "`count`, a variable of the module `heat`");
        assert_eq!(storage_name("work.123", "f_"), "`work`, a static variable of `f`");
        assert_eq!(storage_name("equiv.0", "f_"), "static variables of `f` in an EQUIVALENCE");
        assert_eq!(storage_name("work_", "f_"), "COMMON `/work/`");
        assert_eq!(storage_name("__BLNK__", "f_"), "blank COMMON");
        assert_eq!(storage_name("table", "f_"), "`table`, a variable of C");
    }

    #[test]
    fn tables_of_the_compiler_are_no_state() {
        assert!(is_constant_table("__m_MOD___vtab_m_T") && is_constant_table("__vtab__STAR"));
        assert!(!is_constant_table("__m_MOD_vtab") && !is_constant_table("x.0"));
    }
}
