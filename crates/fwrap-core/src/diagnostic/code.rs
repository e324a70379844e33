//! Every diagnostic code, one line each, with the text that `fwrap explain` prints.

macro_rules! codes {
    ($($name:ident = $code:literal, $explanation:literal;)*) => {
        /// A diagnostic code. A code is never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $explanation] $name,)* }

        impl Code {
            /// All codes in order.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The code as printed, such as `FW0101`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// What the code means and what to do.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => $explanation,)* }
            }
        }
    };
}

// FW01xx reading, 02xx names and kinds, 03xx shapes and intents, 04xx what cannot be wrapped, 05xx interface files
codes! {
    SyntaxError = "FW0101", "A statement of the specification part could not be read. fwrap reads what gfortran accepts; if the compiler takes this line, report it as a bug.";
    UnclosedUnit = "FW0102", "A program unit has no END statement before the file ends, so its extent is not known.";
    Preprocessor = "FW0103", "A preprocessor directive that fwrap cannot evaluate. Preprocess the file first (`gfortran -E -cpp file.F90 -o file.f90`) and give the result to fwrap.";
    IncludeMissing = "FW0104", "An INCLUDE line names a file that was not found. Give its folder with `-I DIR`.";
    DuplicateUnit = "FW0105", "Two program units of the library have the same name. Give each file once, and only one of two that define the same unit.";
    UnknownKind = "FW0201", "The kind of an entity is not known, because a name in its kind expression is not. Give the file that defines the name, or write the kind as a number. fwrap never assumes a default kind.";
    UnsupportedKind = "FW0202", "The kind has no counterpart in Rust and NumPy (for example `real(16)`), so the procedure is left out.";
    UntypedName = "FW0203", "A dummy argument has no type declaration and IMPLICIT NONE (or an IMPLICIT statement without a rule for its letter) forbids an implicit type.";
    UnknownModule = "FW0204", "A USE statement names a module that is not among the sources. Add the file that holds it.";
    UnknownName = "FW0205", "A specification expression uses a name that is not a dummy argument, a parameter, or something that can be reached by USE, so its value is not known before the call.";
    UnknownExtent = "FW0301", "The extent of an array that the wrapper has to make is not known. Say it in `fwrap.toml` (`argument = { shape = \"(n)\" }`), or give the dummy an explicit shape.";
    DocumentationDisagrees = "FW0302", "A tag in the documentation (`\\param[in] x`) says something else than the declared intent, or than what the statements of the procedure and of all that it calls do with the argument. A declared intent always wins; where none is declared, an argument that the documentation calls written counts as written.";
    CallsDisagree = "FW0303", "Calls of a dummy procedure that has no declared interface contradict one another: in the number of arguments, in a type, or in whether it is a function. So its interface is not known.";
    UnsupportedType = "FW0401", "The type of an argument cannot be wrapped yet (derived types, CLASS, TYPE(*), coarrays).";
    UnsupportedAttribute = "FW0402", "An attribute of an argument cannot be wrapped yet (ALLOCATABLE, POINTER, assumed rank).";
    ProcedureArgument = "FW0403", "A dummy procedure (a callback) cannot be wrapped: what it is called with is not known, or is something that no callback gets. An interface is taken from the source (an interface body, `procedure(interface)`), else from `fwrap.toml`, else from the calls, where these say the type of every argument and the extents of every array. A callback gets numbers, logicals, text and arrays of numbers, and returns a number, a logical, or nothing.";
    UnsupportedLength = "FW0404", "The character length cannot be wrapped: a deferred length, or one that is not known before the call.";
    UnsupportedProcedure = "FW0405", "The procedure itself cannot be wrapped: an alternate return, a statement that fwrap does not follow, or a compiler bug that would give wrong results.";
    PrivateProcedure = "FW0406", "The procedure is PRIVATE in its module, so no code outside can call it.";
    NothingToWrap = "FW0407", "None of the procedures that were asked for can be wrapped, so nothing is written. The warnings before say why for each.";
    PrebuiltStop = "FW0408", "An object, archive or library that fwrap does not compile ends the process in places: STOP, ERROR STOP, EXIT, ABORT, or an error of the Fortran runtime. What fwrap compiles raises an error there.";
    UnreachableData = "FW0409", "A variable of a module, or a COMMON block, that Python cannot reach: NumPy has no such type, or it is a pointer, which may point to anything. The Python module goes without it; procedures are not concerned.";
    NotesSyntax = "FW0501", "The notes file (`fwrap.toml`) is not valid TOML or has an unknown key.";
    NotesUnknownName = "FW0502", "The notes file names a procedure or an argument that the sources do not declare.";
    NotesExpression = "FW0503", "An expression in the notes file could not be read, or uses a name that is not an argument.";
    NotesConflict = "FW0504", "A note contradicts the source: a declared intent or shape always wins.";
    SignatureSyntax = "FW0505", "A statement of a signature file (`.pyf`) or of an `!f2py` comment that cannot be read. f2py reads over what it does not know, so a misspelt attribute has no effect there; fwrap says it.";
    SignatureTemplate = "FW0506", "A template (`<name>`, `<a,b>`) of a `.pyf.src` file that cannot be expanded: the name has no replicates, or the templates of one routine have different numbers of them. The routine is left out.";
    KindMap = "FW0508", "The file that says which C type a kind name stands for (`.f2py_f2cmap`) cannot be read, names a C type that f2py does not know, or contradicts what the sources say of the kind.";
    SignatureCircle = "FW0509", "Variables of a signature need one another's values: by `depend`, or because the initial value of each names the other. So none of them can be found first, and the routine is left out.";
}

/// The text behind a code such as `FW0305`, if there is such a code.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    Code::ALL.iter().find(|known| known.as_str().eq_ignore_ascii_case(code)).map(|known| known.explanation())
}
