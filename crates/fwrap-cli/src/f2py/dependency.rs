//! Libraries by the names that build systems give them: `--dep openblas`, `--link-lapack_opt`.

use std::path::PathBuf;
use std::process::Command;

use fwrap_build::Options;

use crate::f2py::line::Refusal;

/// A library that is not named as the linker does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: String,
}

impl Dependency {
    /// Adds what it takes to compile and link with it.
    pub fn add_to(&self, options: &mut Options) -> Result<(), Refusal> {
        match self.name.as_str() {
            "openmp" => options.add_flags(&["-fopenmp"]),
            "threads" | "python" | "python3" | "numpy" => {}
            name => match pkg_config(name) {
                Some(flags) => add_flags(&flags, options),
                None => add_by_name(name, options)?,
            },
        }
        Ok(())
    }
}

/// What `pkg-config` says of a library, if there is the program and the library.
fn pkg_config(name: &str) -> Option<Vec<String>> {
    let asked = Command::new("pkg-config").args(["--cflags", "--libs", "--", name]).output().ok()?;
    asked.status.success().then(|| fwrap_build::split_flags(&String::from_utf8_lossy(&asked.stdout)))
}

fn add_flags(flags: &[String], options: &mut Options) {
    for flag in flags {
        match (flag.get(..2), flag.get(2..)) {
            (Some("-I"), Some(directory)) => options.include_directories.push(PathBuf::from(directory)),
            (Some("-L"), Some(directory)) => options.library_directories.push(PathBuf::from(directory)),
            (Some("-l"), Some(library)) => options.libraries.push(library.to_owned()),
            _ => options.add_flags(&[flag]),
        }
    }
}

/// The names under which f2py knew the libraries that nearly all of its users linked.
fn add_by_name(name: &str, options: &mut Options) -> Result<(), Refusal> {
    let libraries: &[&str] = match name {
        "lapack" | "lapack_opt" => &["lapack", "blas"],
        "blas" | "blas_opt" => &["blas"],
        "openblas" | "lapack_openblas" => &["openblas"],
        _ => {
            let help = format!("write how it is linked: `-L DIR -l {name}`");
            return Err(Refusal::new(format!("pkg-config knows no library `{name}`"), help));
        }
    };
    options.libraries.extend(libraries.iter().map(|&library| library.to_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_where_they_belong_and_old_names_are_known() {
        let mut options = Options::default();
        add_flags(&["-I/inc", "-L/lib", "-lblas", "-pthread"].map(str::to_owned), &mut options);
        assert_eq!(
            (options.libraries.as_slice(), options.free_form_flags.as_slice()),
            (&["blas".to_owned()][..], &["-pthread".to_owned()][..])
        );
        add_by_name("lapack_opt", &mut options).unwrap();
        assert_eq!(options.libraries, ["blas", "lapack", "blas"]);
        assert!(add_by_name("fftw3", &mut options).unwrap_err().help.contains("-l fftw3"));
    }
}
