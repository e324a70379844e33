//! Renames in an object what ends the process, and what frees memory: the calls then reach `native/stops.c`, which raises
//! an error instead, and keeps memory that Python still looks at.
//!
//! Undefined symbols only, so definitions of the user's own are left alone. The object is patched in place: the names go
//! into a copy of the string table with the new ones behind it, at the end of the file, and nothing else moves.

use std::fs;
use std::path::Path;

use object::elf::{FileHeader64, SHN_UNDEF, SHT_SYMTAB};
use object::read::elf::{FileHeader, SectionHeader, Sym};
use object::{Endian, Endianness};

use crate::error::BuildError;

/// libgfortran's procedures that end the process, or do when they fail; without `_gfortran_`.
const GFORTRAN: &str = "stop_numeric stop_string error_stop_numeric error_stop_string exit_i4 exit_i8 abort \
     runtime_error runtime_error_at os_error os_error_at pause_numeric pause_string generate_error \
     execute_command_line_i4 execute_command_line_i8 transfer_derived st_read st_read_done st_write st_write_done \
     st_open st_close st_inquire st_rewind st_backspace st_endfile st_flush st_wait st_wait_async";

/// C's functions that end the process or free memory, and what stands for them.
const C: &[(&str, &str)] = &[
    ("free", "_fwrap_c_free"),
    ("realloc", "_fwrap_c_realloc"),
    ("exit", "_fwrap_c_exit"),
    ("_exit", "_fwrap_c__exit"),
    ("_Exit", "_fwrap_c__exit"),
    ("quick_exit", "_fwrap_c_quick_exit"),
    ("abort", "_fwrap_c_abort"),
    ("__assert_fail", "_fwrap_c_assert_fail"),
];

/// What a symbol is renamed to.
pub(crate) fn replacement_of(symbol: &str) -> Option<String> {
    match symbol.strip_prefix("_gfortran_") {
        Some(name) => GFORTRAN.split(' ').any(|listed| listed == name).then(|| format!("_fwrap_{name}")),
        None => C.iter().find(|(theirs, _)| *theirs == symbol).map(|(_, ours)| (*ours).to_owned()),
    }
}

/// The name that a symbol had in its source: itself, unless it was renamed.
pub(crate) fn original_of(symbol: &str) -> std::borrow::Cow<'_, str> {
    if let Some((theirs, _)) = C.iter().find(|(_, ours)| *ours == symbol) {
        return (*theirs).into();
    }
    match symbol.strip_prefix("_fwrap_") {
        Some(name) if GFORTRAN.split(' ').any(|listed| listed == name) => format!("_gfortran_{name}").into(),
        _ => symbol.into(),
    }
}

/// Renames in an object file; says whether there was anything to rename.
pub(crate) fn redirect_object(path: &Path) -> Result<bool, BuildError> {
    let bytes = fs::read(path).map_err(|error| BuildError::unreadable(path, &error))?;
    let Some(bytes) = redirect(bytes) else { return Ok(false) };
    fs::write(path, bytes).map_err(|error| BuildError::unwritable(path, &error))?;
    Ok(true)
}

/// The object with other names; `None` where there is nothing to rename, or where this is no 64-bit ELF object.
fn redirect(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let Renaming { endian, string_table, names, patches } = find_renaming(&bytes).ok()??;
    let (start, length) = (bytes.len() as u64, names.len() as u64);
    bytes.extend(names);
    for (offset, name) in patches {
        bytes.get_mut(offset..offset + 4)?.copy_from_slice(&endian.write_u32(name));
    }
    // `sh_offset` and `sh_size` of the section header.
    bytes.get_mut(string_table + 0x18..string_table + 0x20)?.copy_from_slice(&endian.write_u64(start));
    bytes.get_mut(string_table + 0x20..string_table + 0x28)?.copy_from_slice(&endian.write_u64(length));
    Some(bytes)
}

/// What is to be written.
struct Renaming {
    endian: Endianness,
    /// Where the header of the string table is.
    string_table: usize,
    /// The new string table.
    names: Vec<u8>,
    /// Where in the file a symbol's name stands, and where in the new table the name is.
    patches: Vec<(usize, u32)>,
}

fn find_renaming(bytes: &[u8]) -> object::read::Result<Option<Renaming>> {
    let header = FileHeader64::<Endianness>::parse(bytes)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let symbols = sections.symbols(endian, bytes, SHT_SYMTAB)?;
    let strings = sections.section(symbols.string_section())?;
    let table = sections.section(symbols.section())?;
    let (mut names, mut patches) = (Vec::new(), Vec::new());
    for (index, symbol) in symbols.enumerate() {
        if symbol.st_shndx(endian) != SHN_UNDEF {
            continue;
        }
        let name = symbol.name(endian, symbols.strings()).ok().and_then(|name| std::str::from_utf8(name).ok());
        let Some(replacement) = name.and_then(replacement_of) else { continue };
        if names.is_empty() {
            names.extend(strings.data(endian, bytes)?);
        }
        let offset = table.sh_offset(endian) as usize + index.0 * size_of::<object::elf::Sym64<Endianness>>();
        patches.push((offset, names.len() as u32));
        names.extend(replacement.bytes().chain([0]));
    }
    let size = usize::from(header.e_shentsize(endian));
    let string_table = header.e_shoff(endian) as usize + symbols.string_section().0 * size;
    Ok((!patches.is_empty()).then_some(Renaming { endian, string_table, names, patches }))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use object::{Object, ObjectSymbol};

    use super::*;

    /// The object of a C source, as the compiler makes it.
    fn compile(text: &str) -> Vec<u8> {
        let directory = tempfile::tempdir().unwrap();
        let (source, object) = (directory.path().join("x.c"), directory.path().join("x.o"));
        fs::write(&source, text).unwrap();
        let compiler = crate::toolchain::c_compiler();
        let mut command: Command = compiler.command();
        let status = command.args(["-c", "-g", "-w", "-ffunction-sections", "-o"]).arg(&object).arg(source).status();
        assert!(status.unwrap().success());
        fs::read(object).unwrap()
    }

    fn symbols(bytes: &[u8]) -> Vec<(String, bool)> {
        let file = object::File::parse(bytes).unwrap();
        let named = file.symbols().filter(|symbol| symbol.is_undefined() || symbol.is_global());
        let mut symbols: Vec<_> =
            named.map(|symbol| (symbol.name().unwrap().to_owned(), symbol.is_undefined())).collect();
        symbols.retain(|(name, _)| !name.is_empty());
        symbols.sort();
        symbols
    }

    #[test]
    fn names_are_replaced_and_found_again() {
        for name in GFORTRAN.split(' ').map(|name| format!("_gfortran_{name}")) {
            let ours = replacement_of(&name).unwrap();
            assert_eq!(original_of(&ours), name);
        }
        assert_eq!(replacement_of("exit").as_deref(), Some("_fwrap_c_exit"));
        assert_eq!(original_of("_fwrap_c_assert_fail"), "__assert_fail");
        for other in ["exit_", "_gfortran_st_iolength", "_gfortran_runtime_warning_at", "_gfortran_", "kernel_", ""] {
            assert_eq!(replacement_of(other), None, "{other}");
            assert_eq!(original_of(other), other);
        }
    }

    #[test]
    fn every_replacement_is_defined() {
        let defined = symbols(&compile(crate::stops::SOURCE));
        for (old, new) in GFORTRAN.split(' ').map(|name| (format!("_gfortran_{name}"), format!("_fwrap_{name}"))) {
            assert!(defined.contains(&(new.clone(), false)), "{old} -> {new}");
        }
        for (_, new) in C {
            assert!(defined.contains(&((*new).to_owned(), false)), "{new}");
        }
    }

    #[test]
    fn undefined_symbols_get_other_names_and_nothing_else_changes() {
        let source = "void _gfortran_stop_string(void); void exit(int); void other(void); void (*kept)(int) = exit;\n\
                      void f(void) { _gfortran_stop_string(); other(); exit(3); }\n";
        let before = compile(source);
        let after = redirect(before.clone()).unwrap();
        let expected =
            [("_fwrap_c_exit", true), ("_fwrap_stop_string", true), ("f", false), ("kept", false), ("other", true)];
        let found = symbols(&after);
        assert_eq!(found, expected.map(|(name, undefined)| (name.to_owned(), undefined)));
        let (one, other) = (object::File::parse(&*before).unwrap(), object::File::parse(&*after).unwrap());
        use object::ObjectSection;
        for (one, other) in one.sections().zip(other.sections()) {
            assert_eq!(one.name().unwrap(), other.name().unwrap());
            let is_table = [".strtab", ".symtab"].contains(&one.name().unwrap());
            assert!(is_table || one.data().unwrap() == other.data().unwrap(), "{}", one.name().unwrap());
        }
        assert!(redirect(after).is_none(), "there is nothing left to rename");
    }

    #[test]
    fn definitions_and_other_files_are_left_alone() {
        assert!(redirect(compile("void abort(void) { for (;;); } void f(void) { abort(); }")).is_none());
        assert!(redirect(compile("int f(int n) { return n; }")).is_none());
        for other in [&b""[..], b"!<arch>\n", b"\x7fELF", b"; ModuleID = 'x'"] {
            assert!(redirect(other.to_vec()).is_none());
        }
    }

    #[test]
    fn objects_that_are_cut_off_do_no_harm() {
        let whole = compile("void exit(int); void f(void) { exit(3); }");
        for length in 0..whole.len() {
            let _ = redirect(whole[..length].to_vec());
        }
    }

    #[test]
    fn it_takes_no_time() {
        let calls: String = (0..2000).map(|number| format!("void f{number}(void) {{ exit({number}); }}\n")).collect();
        let object = compile(&format!("void exit(int);\n{calls}"));
        let start = std::time::Instant::now();
        assert!(redirect(object).is_some());
        assert!(start.elapsed().as_millis() < 500);
    }
}
