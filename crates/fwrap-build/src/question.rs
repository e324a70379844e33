//! Asks the compiler what core cannot know: values of constant expressions, by compiling them. Nothing is run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fwrap_core::analysis::question::{Answer, Answers, Question};
use fwrap_core::source::{SourceFile, SourceMap};

use crate::cache::{Cache, key, stamp};
use crate::command::{Quiet, run_unless, work_in};
use crate::error::{BuildError, help_for_world};
use crate::options::Options;
use crate::toolchain::{Compiler, FORTRAN, find_on_path, fortran_compiler, is_executable_image};
use crate::work::WorkDirectory;

/// How long all questions of a run may take together.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the user's flags must not change: constants as initial values of data, in assembly, one message per error.
const OWN_FLAGS: &[&str] = &[
    "-S",
    "-O0",
    "-g0",
    "-w",
    "-fno-lto",
    "-std=gnu",
    "-nocpp",
    "-frange-check",
    "-ffree-form",
    "-ffree-line-length-none",
    "-fmax-errors=0",
    "-x",
    "f95",
];

/// How often core is run again with the answers to what it left open: an answer may open another question.
const ROUNDS: usize = 4;

/// What core made of sources, as far as questions were left open.
pub(crate) trait OpenQuestions {
    /// What only the compiler can say.
    fn questions(&self) -> &[Question];
    /// The sources, those that were given first.
    fn into_sources(self) -> SourceMap;
}

/// Runs core on the sources, asks the compiler what was left open, and runs core again with the answers.
pub(crate) fn run_with_answers<T: OpenQuestions>(
    options: &Options,
    sources: Vec<SourceFile>,
    mut run: impl FnMut(Vec<SourceFile>, Answers) -> T,
) -> Result<T, BuildError> {
    let (given, mut answers, mut asked) = (sources.len(), Answers::new(), BTreeSet::new());
    let mut outcome = run(sources, Answers::new());
    for _ in 0..ROUNDS {
        let new: Vec<Question> =
            outcome.questions().iter().filter(|question| asked.insert(question.key())).cloned().collect();
        let found = if new.is_empty() { Answers::new() } else { ask_compiler(&new, options)? };
        if found.is_empty() {
            break;
        }
        answers.extend(found);
        let mut sources = outcome.into_sources().into_files();
        sources.truncate(given);
        outcome = run(sources, answers.clone());
    }
    Ok(outcome)
}

/// Asks the compiler. A question without an answer has none: the module is not there, or it is no integer constant.
/// Without a compiler there are no answers; where it cannot work, that is no answer but an error.
pub(crate) fn ask_compiler(questions: &[Question], options: &Options) -> Result<Answers, BuildError> {
    let compiler = fortran_compiler();
    let cache = Cache::open().ok();
    let keys: Vec<Option<String>> =
        questions.iter().map(|question| cache_key(question, &compiler, options).filter(|_| cache.is_some())).collect();
    let mut answers = Answers::new();
    let mut open = Vec::new();
    for (question, kept) in questions.iter().zip(&keys) {
        let answer = kept.as_ref().zip(cache.as_ref()).and_then(|(key, cache)| cache.text("answers", key));
        match answer.as_deref().and_then(parse_answer) {
            Some(answer) => drop(answers.insert(question.key(), answer)),
            None => open.push(question),
        }
    }
    let asked = ask(&open, &compiler, options)?;
    for (question, kept) in questions.iter().zip(&keys) {
        if let (Some(answer), Some(key), Some(cache)) = (asked.get(&question.key()), kept, &cache) {
            cache.store("answers", key, format!("{} {}", answer.value, answer.kind).as_bytes());
        }
    }
    answers.extend(asked);
    Ok(answers)
}

fn parse_answer(text: &str) -> Option<Answer> {
    let (value, kind) = text.split_once(' ')?;
    Some(Answer { value: value.parse().ok()?, kind: kind.parse().ok()? })
}

/// Compiles all questions at once; those that the compiler complains about are left out and the rest compiled again.
fn ask(questions: &[&Question], compiler: &Compiler, options: &Options) -> Result<Answers, BuildError> {
    if questions.is_empty() {
        return Ok(Answers::new());
    }
    let work = WorkDirectory::new()?;
    let started = Instant::now();
    let mut open: Vec<&Question> = questions.to_vec();
    while !open.is_empty() && started.elapsed() < PATIENCE {
        match compile(&open, compiler, options, work.path(), started)? {
            Outcome::Answered(answers) => return Ok(answers),
            Outcome::NoCompiler => break,
            Outcome::Rejected(lines) => {
                let rejected = find_rejected(&open, &lines);
                if rejected.is_empty() {
                    return ask_one_by_one(&open, compiler, options, work.path(), started);
                }
                let mut index = 0;
                open.retain(|_| {
                    index += 1;
                    !rejected.contains(&(index - 1))
                });
            }
        }
    }
    Ok(Answers::new())
}

/// For when the compiler does not say which of them it cannot take.
fn ask_one_by_one(
    questions: &[&Question],
    compiler: &Compiler,
    options: &Options,
    work: &Path,
    started: Instant,
) -> Result<Answers, BuildError> {
    let mut answers = Answers::new();
    for question in questions.iter().take_while(|_| questions.len() > 1) {
        if let Outcome::Answered(answer) = compile(&[question], compiler, options, work, started)? {
            answers.extend(answer);
        }
    }
    Ok(answers)
}

/// What came of a file with questions.
enum Outcome {
    Answered(Answers),
    /// The lines that the compiler complains about, and what stands there.
    Rejected(Vec<(usize, String)>),
    NoCompiler,
}

fn compile(
    questions: &[&Question],
    compiler: &Compiler,
    options: &Options,
    work: &Path,
    started: Instant,
) -> Result<Outcome, BuildError> {
    let (source, assembly) = (work.join("fwrap_question.f90"), work.join("fwrap_question.s"));
    let text = to_fortran(questions);
    fs::write(&source, &text).map_err(|error| BuildError::unwritable(&source, &error))?;
    let mut command = compiler.command();
    command.args(flags(options)).arg("-J").arg(work);
    for directory in &options.include_directories {
        command.arg("-I").arg(directory);
    }
    command.args(OWN_FLAGS).arg(&source).arg("-o").arg(&assembly);
    Ok(match run_unless(work_in(&mut command, work), FORTRAN, &Quiet, || started.elapsed() >= PATIENCE) {
        Err(BuildError::Interrupted) => return Err(BuildError::Interrupted),
        Err(_) => Outcome::NoCompiler,
        Ok(ran) if ran.success => {
            let values = parse_assembly(&fs::read_to_string(&assembly).unwrap_or_default());
            let answer = |(index, question): (usize, &&Question)| {
                let value = i128::from(*values.get(&format!("fwrap_value_{index}"))?);
                let kind = u8::try_from(*values.get(&format!("fwrap_kind_{index}"))?).ok()?;
                Some((question.key(), Answer { value, kind }))
            };
            Outcome::Answered(questions.iter().enumerate().filter_map(answer).collect())
        }
        // A compiler without room or memory has not said anything of the questions.
        Ok(ran) if help_for_world(&ran.stderr).is_some() => {
            let (role, output) = (FORTRAN.name, ran.output());
            return Err(BuildError::CompilerFailed { role, source_name: source.display().to_string(), output });
        }
        Ok(ran) => Outcome::Rejected(complaints(&ran.stderr, &source.to_string_lossy(), &text)),
    })
}

/// The flags that may change a value, as core has read the sources with them.
fn flags(options: &Options) -> impl Iterator<Item = &String> {
    options.fixed_form_flags.iter().chain(&options.free_form_flags)
}

/// One module for each question: what one of them uses is no matter of the others.
fn to_fortran(questions: &[&Question]) -> String {
    let mut text = String::new();
    for (index, question) in questions.iter().enumerate() {
        let expression = &question.expression;
        text.push_str(&format!("module fwrap_question_{index}\n"));
        let (uses, declarations): (Vec<&str>, Vec<&str>) = question.scope.lines().partition(|line| is_use(line));
        for line in uses.into_iter().chain(["implicit none"]).chain(declarations) {
            text.push_str(&format!("  {line}\n"));
        }
        // BIT_SIZE takes nothing but integers, and a scalar takes no array.
        text.push_str(&format!(
            "  integer(8), bind(c, name=\"fwrap_value_{index}\") :: fwrap_value = int({expression}, 8)\n  \
             integer(8), bind(c, name=\"fwrap_kind_{index}\") :: \
             fwrap_kind = int(kind({expression}), 8) + 0_8*int(bit_size({expression}), 8)\nend module\n"
        ));
    }
    text
}

fn is_use(line: &str) -> bool {
    line.trim_start().starts_with("use")
}

/// The lines of the file that messages name.
fn complaints(messages: &str, path: &str, text: &str) -> Vec<(usize, String)> {
    let number = |line: &str| line.strip_prefix(path)?.strip_prefix(':')?.split(':').next()?.parse().ok();
    let numbers: BTreeSet<usize> = messages.lines().filter_map(number).collect();
    let lines: Vec<&str> = text.lines().collect();
    numbers.into_iter().filter_map(|number| Some((number, (*lines.get(number.checked_sub(1)?)?).to_owned()))).collect()
}

/// Which questions to leave out: those on the lines, and with a USE statement all that use the same module, as the
/// compiler stops at the first module that it does not find.
fn find_rejected(questions: &[&Question], lines: &[(usize, String)]) -> BTreeSet<usize> {
    let mut ends = Vec::new();
    let mut end = 0;
    for question in questions {
        end += question.scope.lines().count() + 5;
        ends.push(end);
    }
    let mut rejected = BTreeSet::new();
    for (number, line) in lines {
        let index = ends.partition_point(|end| end < number);
        rejected.extend((index < questions.len()).then_some(index));
        if !is_use(line) {
            continue;
        }
        let uses = |question: &Question| question.scope.lines().any(|other| other.trim() == line.trim());
        let module = questions.get(index).and_then(|question| module_of(line, &question.modules));
        for (other, question) in questions.iter().enumerate() {
            if uses(question) || module.is_some_and(|module| question.modules.contains(module)) {
                rejected.insert(other);
            }
        }
    }
    rejected
}

/// The module that a USE statement names.
fn module_of<'q>(line: &str, modules: &'q [String]) -> Option<&'q String> {
    let rest = line.trim_start().strip_prefix("use")?;
    let rest = match rest.split_once("::") {
        Some((nature, rest)) if nature.trim_start().starts_with(',') => rest,
        _ => rest,
    };
    let name =
        rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').find(|name| !name.is_empty())?;
    modules.iter().find(|module| module.eq_ignore_ascii_case(name))
}

/// The 8-byte values of data in assembly, by label.
fn parse_assembly(text: &str) -> BTreeMap<String, i64> {
    let mut values = BTreeMap::new();
    let mut label = None;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix(':') {
            label = Some(name.trim_start_matches('_').to_owned());
            continue;
        }
        let Some(name) = label.take().filter(|name| name.starts_with("fwrap_")) else { continue };
        let mut words = line.split_whitespace();
        let value = match (words.next(), words.next()) {
            (Some(".quad" | ".xword" | ".8byte" | ".dword"), Some(value)) => value.parse().ok(),
            (Some(".zero" | ".space" | ".skip"), Some(size)) if size.starts_with('8') => Some(0),
            _ => None,
        };
        values.extend(value.map(|value| (name, value)));
    }
    values
}

/// The key under which an answer is kept: all that it depends on. `None` where that cannot be told.
fn cache_key(question: &Question, compiler: &Compiler, options: &Options) -> Option<String> {
    let command = compiler.command();
    let program = find_on_path(Path::new(command.get_program()))?.canonicalize().ok()?;
    if !is_executable_image(&program) {
        return None;
    }
    let mut parts = vec!["question".to_owned(), stamp(&program)?, question.key()];
    parts.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    parts.extend(flags(options).cloned());
    let directories = module_directories(options);
    for module in &question.modules {
        let file = format!("{}.mod", module.to_ascii_lowercase());
        let stamps: Vec<String> = directories.iter().filter_map(|directory| stamp(&directory.join(&file))).collect();
        // One that the compiler finds elsewhere may change without a trace.
        if stamps.is_empty() && !question.scope.contains(", intrinsic ::") {
            return None;
        }
        parts.extend(stamps);
    }
    Some(key(parts.iter().map(String::as_bytes)))
}

/// Where the compiler looks for module files: here, and where the options and flags say.
fn module_directories(options: &Options) -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let mut directories = vec![here.clone()];
    directories.extend(options.include_directories.iter().map(|directory| here.join(directory)));
    let mut flags = flags(options);
    while let Some(flag) = flags.next() {
        if let Some(directory) = flag.strip_prefix("-I").or_else(|| flag.strip_prefix("-J")) {
            let next = if directory.is_empty() { flags.next().map(String::as_str) } else { Some(directory) };
            directories.extend(next.map(|directory| here.join(directory)));
        }
    }
    directories
}

#[cfg(test)]
mod tests {
    use super::{ask, module_of, parse_assembly};
    use crate::options::Options;
    use crate::toolchain::fortran_compiler;
    use fwrap_core::analysis::question::{Answer, Question};
    use fwrap_core::source::Span;

    fn question(modules: &[&str], scope: &str, expression: &str) -> Question {
        let modules = modules.iter().map(|&module| module.to_owned()).collect();
        Question { modules, scope: scope.to_owned(), expression: expression.to_owned(), span: Span::default() }
    }

    fn answer(value: i128, kind: u8) -> Option<Answer> {
        Some(Answer { value, kind })
    }

    #[test]
    fn one_question_never_sinks_the_rest() {
        let questions = [
            question(&[], "", "selected_real_kind(15)"),
            question(&["nowhere"], "use nowhere, only: wp\n", "wp"),
            question(&[], "", "unheard_of"),
            question(&["nowhere"], "use nowhere, only: wp\n", "wp + 1"),
            question(&["elsewhere"], "use elsewhere\n", "wp"),
            question(&[], "real(8) :: x(3)\n", "storage_size(x)"),
            question(&[], "", "2.5"),
            question(&[], "", "[1, 2]"),
            question(&[], "", "[7]"),
            question(&["iso_c_binding"], "use, intrinsic :: iso_c_binding\n", "c_sizeof(1_c_int)"),
            question(&[], "", "huge(0_8)"),
            question(&[], "", "-huge(0_8) - 1"),
            question(&[], "", "0_1"),
        ];
        let all: Vec<&Question> = questions.iter().collect();
        let answers = ask(&all, &fortran_compiler(), &Options::default()).unwrap();
        let found: Vec<Option<Answer>> =
            questions.iter().map(|question| answers.get(&question.key()).copied()).collect();
        let least = answer(i128::from(i64::MIN), 8);
        let expected = [
            answer(8, 4),
            None,
            None,
            None,
            None,
            answer(64, 4),
            None,
            None,
            None,
            answer(4, 8),
            answer(i128::from(i64::MAX), 8),
            least,
            answer(0, 1),
        ];
        // The compiler may refuse the least integer as out of range; it must not give another one.
        assert!(found[11] == least || found[11].is_none());
        assert_eq!([&found[..11], &found[12..]].concat(), [&expected[..11], &expected[12..]].concat());
    }

    #[test]
    fn flags_of_the_user_count() {
        let options = Options {
            fixed_form_flags: vec!["-std=f95".to_owned(), "-Werror".to_owned()],
            free_form_flags: vec!["-fdefault-integer-8".to_owned(), "-flto".to_owned(), "-g".to_owned()],
            ..Options::default()
        };
        let question = question(&[], "integer :: i\n", "bit_size(i)");
        let answers = ask(&[&question], &fortran_compiler(), &options).unwrap();
        assert_eq!(answers.get(&question.key()).copied(), answer(64, 8));
    }

    #[test]
    fn values_are_read_from_assembly_of_several_machines() {
        let values = parse_assembly(
            "fwrap_value_0:\n\t.quad\t-1\n_fwrap_kind_0:\n .zero 8\nfwrap_x:\n .xword 8\nother:\n .quad 3\n",
        );
        assert_eq!(
            values.into_iter().collect::<Vec<_>>(),
            [("fwrap_kind_0".to_owned(), 0), ("fwrap_value_0".to_owned(), -1), ("fwrap_x".to_owned(), 8)]
        );
    }

    #[test]
    fn the_module_of_a_use_statement() {
        let modules = ["kinds".to_owned(), "iso_c_binding".to_owned()];
        assert_eq!(module_of("  use kinds, only: wp", &modules), Some(&modules[0]));
        assert_eq!(module_of("use KINDS", &modules), Some(&modules[0]));
        assert_eq!(module_of("use, intrinsic :: iso_c_binding", &modules), Some(&modules[1]));
        assert_eq!(module_of("use other", &modules), None);
    }
}
