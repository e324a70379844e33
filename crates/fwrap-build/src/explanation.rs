//! What the codes of this crate mean, with an example and what to write: for `fwrap explain`.

/// A code of [`BuildError`](crate::BuildError).
#[derive(Clone, Copy, Debug)]
pub struct BuildCode {
    /// The code, such as `FW0713`.
    pub code: &'static str,
    /// What it means and what to do.
    pub explanation: &'static str,
    /// A command that has it, and what mends it.
    pub example: &'static str,
}

const fn code(code: &'static str, explanation: &'static str, example: &'static str) -> BuildCode {
    BuildCode { code, explanation, example }
}

/// All codes in order. A code is never reused.
pub const CODES: &[BuildCode] = &[
    code(
        "FW0701",
        "A file that was given, or that the sources include, cannot be read.",
        "    fwrap build kernel.f9 -m k\nWrite:\n    fwrap build kernel.f90 -m k",
    ),
    code(
        "FW0702",
        "A file or directory cannot be written. Nothing was left half-written.",
        "    fwrap build k.f90 -m k --out-dir /usr/lib\nWrite:\n    fwrap build k.f90 -m k --out-dir ~/lib",
    ),
    code(
        "FW0703",
        "The files given are not what the command needs: at least one Fortran source, or a directory with some in it, \
         and besides it C sources (`.c`), objects (`.o`), archives (`.a`) and shared libraries (`.so`).",
        "    fwrap build k.txt -m k\n    cat k.f90 | fwrap check -\nWrite:\n    fwrap build k.f90 -m k\n    \
         fwrap check k.f90",
    ),
    code(
        "FW0704",
        "The name of a module must be a Python and Rust identifier and no keyword of either. A build of Fortran sources \
         needs one (`-m NAME`); a signature file says its own (`python module NAME`), and there is one in a build.",
        "    fwrap build k.f90 -m my-kernel\nWrite:\n    fwrap build k.f90 -m my_kernel",
    ),
    code(
        "FW0705",
        "Flags such as `-freal-4-real-8` change kinds that the source states, so the wrappers would pass the wrong \
         types. `-fdefault-integer-8`, `-fdefault-real-8` and `-fdefault-double-8` are followed. Options of f2py that \
         fwrap does not follow and that would mislead (`--f90exec=ifx`) are refused, too.",
        "    fwrap build k.f90 -m k --f90flags=-freal-4-real-8\nWrite in the source:\n    real(8) :: x",
    ),
    code(
        "FW0710",
        "A program that the build needs is not installed, or is not on PATH.",
        "    fwrap build k.f90 -m k            # there is no gfortran\nWrite:\n    apt install gfortran\nor, where it \
         is installed under another name:\n    FC=gfortran-12 fwrap build k.f90 -m k",
    ),
    code(
        "FW0711",
        "fwrap needs GNU Fortran 9 or later; assumed-shape dummies need 12 or later. `FC` names it.",
        "    FC=ifx fwrap build k.f90 -m k\nWrite:\n    FC=gfortran fwrap build k.f90 -m k",
    ),
    code(
        "FW0712",
        "fwrap needs CPython 3.9 or later. `FWRAP_PYTHON` names it; without it, `python3` is asked.",
        "    FWRAP_PYTHON=python2 fwrap build k.f90 -m k\nWrite:\n    FWRAP_PYTHON=python3.11 fwrap build k.f90 -m k",
    ),
    code(
        "FW0713",
        "The C headers of the Python interpreter are missing. On Debian they are in `python3-dev`.",
        "    fwrap build k.f90 -m k\nWrite:\n    apt install python3-dev",
    ),
    code(
        "FW0714",
        "The preprocessor fypp rejected a source. Its own message stands below.",
        "    #:if REAL_IS_8                    # and nothing defines REAL_IS_8\nWrite:\n    \
         fwrap build k.fypp -m k --fypp-flags '-D REAL_IS_8=1'",
    ),
    code(
        "FW0715",
        "C code (`usercode`, `callstatement`, a C source) includes NumPy's headers, and the interpreter that the module \
         is built for has no NumPy. Nothing else of a build needs it.",
        "    usercode '''#include <numpy/arrayobject.h>'''\nWrite:\n    pip install numpy\nor name an interpreter that \
         has it:\n    FWRAP_PYTHON=venv/bin/python fwrap build k.pyf k.f90",
    ),
    code(
        "FW0720",
        "The compiler rejected a source. Its own message stands below.",
        "    x = x +* 2\nWrite:\n    x = x * 2",
    ),
    code(
        "FW0721",
        "The Rust part did not compile: cargo or rustc says why. The first build downloads crates and needs a \
         network; later ones do not.",
        "    fwrap build k.f90 -m k            # for the first time, without a network\nWrite, with a network:\n    \
         fwrap build k.f90 -m k",
    ),
    code(
        "FW0722",
        "The linker failed. Its own message stands below.",
        "    fwrap build k.f90 -m k -lmylib\nWrite:\n    fwrap build k.f90 -m k -L the/folder/of/mylib -lmylib",
    ),
    code(
        "FW0723",
        "The sources call a procedure that no source, object or library defines. It would fail at import, so it is an \
         error now.",
        "    fwrap build k.f90 -m k            # k calls dgemm\nWrite:\n    fwrap build k.f90 -m k -lblas",
    ),
];

/// The text behind a code of this crate, such as `FW0713`.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    CODES.iter().find(|known| known.code.eq_ignore_ascii_case(code)).map(|known| known.explanation)
}

#[cfg(test)]
mod tests {
    use super::{CODES, explain};

    #[test]
    fn every_code_says_what_to_write() {
        for code in CODES {
            assert!(code.example.contains("Write"), "{}", code.code);
        }
        assert!(CODES.is_sorted_by(|one, other| one.code < other.code));
        assert!(explain("fw0723").is_some() && explain("FW0799").is_none());
    }
}
