//! Texts: what a procedure gets for an object, and what comes back.

use fwrap::python::f2py;

use crate::procedure;

// The characters as they stand in the variable, and the text as a result.
procedure!(Text, c"text_lossy" c"text_strict", ["s", "length"], 1, |arguments| {
    let length = if arguments.f2py_is_given(1) { arguments.f2py_scalar::<i64, false>(1)? } else { -1 };
    let text = arguments.f2py_text::<LOSSY>(0, length as isize, b"none")?;
    let all: Vec<u8> = text.bytes().to_vec();
    arguments.result((all, text))
});

procedure!(Character, c"character_lossy" c"character_strict", ["c"], 1, |arguments| {
    let character = arguments.f2py_character::<LOSSY>(0)?;
    arguments.result(f2py::Character(character))
});

// Turns the characters round.
procedure!(UpdateText, c"update_text", ["s"], 1, |arguments| {
    let mut text = arguments.f2py_text::<true>(0, -1, b"")?;
    text.bytes_mut().reverse();
    arguments.f2py_update_text(0, &text)?;
    arguments.result(())
});

procedure!(UpdateCharacter, c"update_character", ["c"], 1, |arguments| {
    let character = arguments.f2py_character::<true>(0)?;
    arguments.f2py_update_character(0, character.to_ascii_uppercase())?;
    arguments.result(())
});
