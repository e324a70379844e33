//! The macros that the compiler itself defines, asked for where a source looks at the compiler's version.

use std::path::Path;

use fwrap_core::source::SourceFile;

use crate::command::{Quiet, run};
use crate::options::Options;
use crate::toolchain::{FORTRAN, fortran_compiler};

/// The beginnings of macros whose values only the compiler knows.
const OF_THE_COMPILER: &[&str] = &["__GNUC_", "__VERSION__"];

/// The compiler's macros with their values; `None` where no source asks for them, none is undefined, or there is no
/// compiler.
pub(crate) fn predefined_macros(sources: &[SourceFile], options: &Options) -> Option<Vec<(String, String)>> {
    let asks = |source: &SourceFile| OF_THE_COMPILER.iter().any(|name| source.text.contains(name));
    if options.undefines.is_empty() && !sources.iter().any(asks) {
        return None;
    }
    let mut command = fortran_compiler().command();
    command
        .args(&options.free_form_flags)
        .args(options.undefines.iter().map(|name| format!("-U{name}")))
        .args(["-cpp", "-E", "-dM", "-x", "f95-cpp-input"])
        .arg(Path::new("/dev/null"));
    let ran = run(&mut command, FORTRAN, &Quiet).ok().filter(|ran| ran.success)?;
    let definitions = ran.stdout.lines().filter_map(|line| line.strip_prefix("#define "));
    let split = definitions.map(|definition| definition.split_once(' ').unwrap_or((definition, "")));
    Some(split.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::predefined_macros;
    use crate::options::Options;
    use fwrap_core::source::SourceFile;

    #[test]
    fn the_compiler_is_asked_where_its_version_matters() {
        let macros = |text: &str| predefined_macros(&[SourceFile::new("k.F90", text)], &Options::default());
        assert_eq!(macros("#if defined(__GFORTRAN__)\n#endif\n"), None);
        let undefined = Options { undefines: vec!["__GFORTRAN__".to_owned()], ..Options::default() };
        let found = predefined_macros(&[SourceFile::new("k.F90", "")], &undefined).expect("gfortran answers");
        assert!(!found.is_empty() && found.iter().all(|(name, _)| name != "__GFORTRAN__"));
        let found = macros("#if __GNUC__ >= 9\n#endif\n").expect("gfortran answers");
        let version = found.iter().find(|(name, _)| name == "__GNUC__").map(|(_, value)| value.parse::<u32>());
        assert!(version.is_some_and(|version| version.is_ok_and(|version| version >= 9)), "{found:?}");
    }
}
