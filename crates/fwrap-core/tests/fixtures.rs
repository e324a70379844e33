//! Every case in `fixtures/`: golden files byte for byte, and the reader on every prefix of every source.
//!
//! `FWRAP_BLESS=1 cargo test -p fwrap-core` rewrites the golden files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fwrap_core::diagnostic::{Code, to_human};
use fwrap_core::front::{Options, parse_library};
use fwrap_core::source::{SourceFile, SourceMap};
use fwrap_core::{Generated, Request, Texts, generate};

/// Codes that no generated diagnostic has today, each with the reason.
const WITHOUT_FIXTURE: &[(Code, &str)] =
    &[(Code::PrebuiltStop, "said of objects, which the core never sees; crates/fwrap-cli/tests/stops.rs shows it")];

struct Case {
    name: String,
    folder: PathBuf,
}

impl Case {
    fn all() -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let mut cases: Vec<Case> = fs::read_dir(&root)
            .expect("the folder `fixtures` is there")
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.is_dir() && !path.ends_with("__pycache__"))
            .map(|folder| Case { name: folder.file_name().unwrap().to_string_lossy().into_owned(), folder })
            .collect();
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(cases.len() > 20, "only {} cases", cases.len());
        cases
    }

    /// The Fortran files of the folder by name; those that are only included have another suffix.
    fn sources(&self) -> Vec<SourceFile> {
        let is_fortran = |path: &Path| {
            let suffix = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            matches!(suffix.as_str(), "f" | "for" | "f90" | "f95" | "f03" | "f08" | "pyf" | "src")
        };
        let mut paths: Vec<PathBuf> = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| is_fortran(path));
        paths.sort();
        assert!(!paths.is_empty(), "`{}` has no source", self.name);
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        paths.iter().map(|path| SourceFile::new(name(path), fs::read_to_string(path).unwrap())).collect()
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok()
    }

    /// What `fwrap generate` is told: the sources, the notes, and the command line in `arguments.txt`.
    fn request(&self) -> Request {
        let mut request = Request {
            module: self.name.clone(),
            sources: self.sources(),
            notes: self.read("fwrap.toml").map(|text| SourceFile::new("fwrap.toml", text)),
            f2cmap: self.read(".f2py_f2cmap").map(|text| SourceFile::new(".f2py_f2cmap", text)),
            texts: Texts::RustAndPython,
            ..Request::default()
        };
        for argument in self.read("arguments.txt").unwrap_or_default().split_whitespace() {
            let list = |names: &str| names.split(',').map(str::to_owned).collect();
            if let Some(define) = argument.strip_prefix("-D") {
                let (name, value) = define.split_once('=').map_or((define, None), |(name, value)| (name, Some(value)));
                request.defines.push((name.to_owned(), value.map(str::to_owned)));
            } else if let Some(names) = argument.strip_prefix("--only=") {
                request.only = list(names);
            } else if let Some(names) = argument.strip_prefix("--skip=") {
                request.skip = list(names);
            } else if let Some(codes) = argument.strip_prefix("--deny=") {
                request.deny = list(codes);
            } else if let Some(flags) = argument.strip_prefix("--f90flags=") {
                request.openmp |= flags.contains("-fopenmp");
            } else if argument == "--checked" {
                request.checked = true;
            } else if argument == "--compat=f2py" {
                request.is_compatible = true;
            } else {
                panic!("`{}`: unknown argument {argument}", self.name);
            }
        }
        request
    }

    fn generate(&self, request: Request) -> Generated {
        generate(request, &|name, _from| Some((name.to_owned(), self.read(name)?)))
    }

    /// The golden files that the case should have, by name.
    fn golden(&self) -> BTreeMap<String, String> {
        let generated = self.generate(self.request());
        let mut texts = BTreeMap::new();
        let report = to_human(&generated.diagnostics, &generated.sources, false);
        if !report.is_empty() {
            texts.insert("diagnostics.txt".to_owned(), report);
        }
        if let Some(files) = generated.files {
            texts.insert(format!("{}.rs", self.name), files.rust);
            let others = [
                ("_shim.f90", files.shim),
                ("_python.rs", files.glue),
                (".pyi", files.stub),
                ("_code.c", files.c_code),
            ];
            for (suffix, text) in others {
                texts.extend(text.map(|text| (format!("{}{suffix}", self.name), text)));
            }
        }
        texts
    }

    fn golden_on_disk(&self) -> BTreeMap<String, String> {
        let Ok(entries) = fs::read_dir(self.folder.join("golden")) else { return BTreeMap::new() };
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (name(&path), fs::read_to_string(&path).unwrap()))
            .collect()
    }

    fn bless(&self, texts: &BTreeMap<String, String>) {
        let golden = self.folder.join("golden");
        fs::create_dir_all(&golden).unwrap();
        for name in self.golden_on_disk().keys().filter(|name| !texts.contains_key(*name)) {
            fs::remove_file(golden.join(name)).unwrap();
        }
        for (name, text) in texts {
            if fs::read_to_string(golden.join(name)).ok().as_ref() != Some(text) {
                fs::write(golden.join(name), text).unwrap();
            }
        }
    }
}

/// The first line that differs, both ways.
fn difference(expected: &str, found: &str) -> String {
    let mut pairs = expected.lines().zip(found.lines()).enumerate();
    match pairs.find(|(_, (expected, found))| expected != found) {
        Some((line, (expected, found))) => format!("line {}:\n  golden:    {expected}\n  generated: {found}", line + 1),
        None => format!("{} lines, not {}", found.lines().count(), expected.lines().count()),
    }
}

#[test]
fn golden_files_are_what_is_generated() {
    let mut problems = Vec::new();
    for case in Case::all() {
        let texts = case.golden();
        if std::env::var_os("FWRAP_BLESS").is_some() {
            case.bless(&texts);
        }
        let golden = case.golden_on_disk();
        let names: BTreeSet<&String> = texts.keys().chain(golden.keys()).collect();
        for name in names {
            match (golden.get(name), texts.get(name)) {
                (Some(expected), Some(found)) if expected == found => {}
                (Some(expected), Some(found)) => {
                    problems.push(format!("{}/golden/{name} differs in {}", case.name, difference(expected, found)));
                }
                (Some(_), None) => problems.push(format!("{}/golden/{name} is not generated", case.name)),
                (None, _) => problems.push(format!("{}/golden/{name} is missing", case.name)),
            }
        }
    }
    assert!(problems.is_empty(), "{}\nFWRAP_BLESS=1 rewrites golden files", problems.join("\n"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for case in Case::all() {
        assert_eq!(case.golden(), case.golden(), "`{}`", case.name);
    }
}

#[test]
fn lines_of_generated_files_fit() {
    let mut problems = Vec::new();
    for case in Case::all() {
        for (name, text) in case.golden().iter().filter(|(name, _)| *name != "diagnostics.txt") {
            // prettyplease keeps strings in one line; the compiler reads free form up to column 132.
            let limit = if name.ends_with("_shim.f90") { 132 } else { usize::MAX };
            for (number, line) in text.lines().enumerate() {
                // The C file has the users' own lines in it.
                let is_blank = line.trim_end() != line && !name.ends_with("_code.c");
                if is_blank || line.chars().count() > limit {
                    problems.push(format!("{}/golden/{name}:{}: {line}", case.name, number + 1));
                }
            }
        }
    }
    assert!(problems.is_empty(), "trailing blanks or too long:\n{}", problems.join("\n"));
}

#[test]
fn every_code_has_a_fixture() {
    let reports: String = Case::all().iter().filter_map(|case| case.golden().remove("diagnostics.txt")).collect();
    let missing: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| !WITHOUT_FIXTURE.iter().any(|(excused, _)| excused == *code))
        .map(|code| code.as_str())
        .filter(|code| !reports.contains(&format!("[{code}]")))
        .collect();
    assert!(missing.is_empty(), "no fixture shows {missing:?}");
    for (code, reason) in WITHOUT_FIXTURE {
        assert!(
            !reports.contains(&format!("[{}]", code.as_str())),
            "{} has a fixture after all ({reason})",
            code.as_str()
        );
    }
}

/// Foreign names of all cases go into one test binary, so two cases must not share one.
#[test]
fn link_names_are_of_one_case() {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for case in Case::all() {
        let Some(rust) = case.read(&format!("golden/{}.rs", case.name)) else { continue };
        for name in rust.lines().filter_map(|line| line.trim().strip_prefix("#[link_name = \"")) {
            if let Some(other) = owners.insert(name.to_owned(), case.name.clone()) {
                panic!("`{other}` and `{}` both link {name}", case.name);
            }
        }
    }
}

/// A file that is being typed, or cut off by a full disk: no prefix makes the reader or the generator panic.
#[test]
fn no_prefix_of_a_source_panics() {
    let cases = Case::all();
    std::thread::scope(|scope| {
        for half in cases.chunks(cases.len().div_ceil(2)) {
            scope.spawn(move || half.iter().for_each(check_prefixes));
        }
    });
}

/// Long files are thinned out: some hundreds of prefixes are read, and wrappers are written for some of those.
fn check_prefixes(case: &Case) {
    let whole = case.request();
    for (index, source) in whole.sources.iter().enumerate() {
        let step = source.text.len() / 400 + 1;
        let ends = (0..source.text.len()).step_by(step).filter(|end| source.text.is_char_boundary(*end));
        for (number, end) in ends.enumerate() {
            if number % 8 != 0 {
                let mut sources = SourceMap::default();
                sources.add(SourceFile::new(source.path.clone(), &source.text[..end]));
                let load_include = |name: &str, _from: &str| Some((name.to_owned(), case.read(name)?));
                let options = Options {
                    defines: whole.defines.clone(),
                    predefined: None,
                    openmp: false,
                    fixed_line_length: None,
                    load_include: &load_include,
                };
                let (_, diagnostics) = parse_library(&mut sources, &options);
                let report = to_human(&diagnostics, &sources, false);
                assert_eq!(report.is_empty(), diagnostics.is_empty());
                continue;
            }
            let mut request = whole.clone();
            request.sources[index].text.truncate(end);
            let generated = case.generate(request);
            let report = to_human(&generated.diagnostics, &generated.sources, false);
            assert!(
                generated.files.is_some() || report.contains("error"),
                "{} up to byte {end}: nothing is written and there is no error",
                case.name
            );
        }
    }
}

#[test]
fn no_prefix_of_the_notes_panics() {
    for case in Case::all() {
        let whole = case.request();
        let Some(text) = whole.notes.as_ref().map(|notes| notes.text.clone()) else { continue };
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let notes = Some(SourceFile::new("fwrap.toml", &text[..end]));
            let generated = case.generate(Request { notes, ..whole.clone() });
            let report = to_human(&generated.diagnostics, &generated.sources, false);
            assert!(generated.files.is_some() || report.contains("error"), "{} up to byte {end}", case.name);
        }
    }
}
