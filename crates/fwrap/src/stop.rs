//! Where stops and errors of the Fortran runtime arrive: what `native/stops.c` calls.

use std::ffi::{CStr, c_char, c_int, c_void};

use crate::error::Error;
use crate::unwind::{find_way_out, leave_to};

/// The statements and procedures that end a program, numbered as there.
const STATEMENTS: [&str; 5] = ["STOP", "ERROR STOP", "EXIT", "ABORT", "PAUSE"];

/// Where what is raised would be caught, as a stack pointer; 0 where it must not be raised. `local` is the address of a
/// local variable of the function that Fortran called.
#[unsafe(no_mangle)]
extern "C" fn _fwrap_find_way_out(local: *const c_void) -> usize {
    find_way_out(local.addr()).unwrap_or(0)
}

/// Ends the call with [`Error::Stop`].
///
/// # Safety
/// `text` is null or the address of `length` bytes, and `way_out` comes from [`_fwrap_find_way_out`] and is not 0.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn _fwrap_raise_stop(
    way_out: usize,
    statement: c_int,
    has_code: c_int,
    code: c_int,
    text: *const u8,
    length: usize,
) -> ! {
    let statement = STATEMENTS.get(statement as usize).copied().unwrap_or("STOP");
    // SAFETY: as the caller says.
    let text = unsafe { text_at(text, length) };
    let text = (!text.is_empty()).then_some(text);
    leave_to(way_out, Error::Stop { statement, code: (has_code != 0).then_some(code), text })
}

/// Ends the call with [`Error::Runtime`].
///
/// # Safety
/// `message` is the address of `length` bytes, `place` is null or a C string, and `way_out` comes from
/// [`_fwrap_find_way_out`] and is not 0.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn _fwrap_raise_runtime(
    way_out: usize,
    message: *const u8,
    length: usize,
    place: *const c_char,
    has_code: c_int,
    code: c_int,
) -> ! {
    // SAFETY: as the caller says.
    let message = unsafe { text_at(message, length) };
    let location = if place.is_null() {
        None
    } else {
        // SAFETY: a C string, as the caller says.
        find_location(&unsafe { CStr::from_ptr(place) }.to_string_lossy())
    };
    leave_to(way_out, Error::Runtime { message, location, code: (has_code != 0).then_some(code) })
}

/// The text without the blanks and line ends behind it. What is not UTF-8 is replaced.
///
/// # Safety
/// `text` is null or the address of `length` bytes.
unsafe fn text_at(text: *const u8, length: usize) -> String {
    if text.is_null() || length == 0 {
        return String::new();
    }
    // SAFETY: as the caller says.
    let bytes = unsafe { std::slice::from_raw_parts(text, length) };
    String::from_utf8_lossy(bytes.trim_ascii_end()).into_owned()
}

/// `kernel.f90:12`, from what gfortran writes into programs; anything else as it is.
fn find_location(place: &str) -> Option<String> {
    let at_line = |rest: &str| {
        let (line, file) = rest.split_once(" of file ")?;
        Some(format!("{file}:{line}"))
    };
    let around_line = |rest: &str| {
        let (file, line) = rest.rsplit_once("', around line ")?;
        Some(format!("{file}:{line}"))
    };
    let place = place.trim();
    let known = place.strip_prefix("At line ").and_then(at_line);
    let known = known.or_else(|| place.strip_prefix("In file '").and_then(around_line));
    known.or_else(|| (!place.is_empty()).then(|| place.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwind::catch;

    fn stop(statement: c_int, code: Option<c_int>, text: Option<&[u8]>) -> Error {
        let local = 0_u8;
        let (address, length) = text.map_or((std::ptr::null(), 0), |text| (text.as_ptr(), text.len()));
        let (has_code, code) = (c_int::from(code.is_some()), code.unwrap_or(0));
        catch(|| {
            let way_out = _fwrap_find_way_out((&raw const local).cast());
            // SAFETY: the text is a slice's own, and this is caught here.
            unsafe { _fwrap_raise_stop(way_out, statement, has_code, code, address, length) }
        })
        .unwrap_err()
    }

    #[test]
    fn stops_are_errors_with_their_code_or_text() {
        assert_eq!(stop(0, None, None), Error::Stop { statement: "STOP", code: None, text: None });
        assert_eq!(stop(1, Some(3), None).to_string(), "ERROR STOP 3");
        assert_eq!(stop(2, Some(0), None).to_string(), "EXIT 0");
        assert_eq!(stop(3, None, None).to_string(), "ABORT");
        assert_eq!(stop(0, None, Some(b"not converged   ")).to_string(), "STOP: not converged");
    }

    #[test]
    fn texts_of_any_kind_arrive() {
        let text = |bytes: &[u8]| match stop(0, None, Some(bytes)) {
            Error::Stop { text, .. } => text,
            other => unreachable!("{other}"),
        };
        assert_eq!(text(b"a\0b").as_deref(), Some("a\0b"));
        assert_eq!(text(b"caf\xe9").as_deref(), Some("caf\u{fffd}"));
        assert_eq!(text(b"    "), None);
        let long = if cfg!(miri) { 1 << 10 } else { 1 << 20 };
        assert_eq!(text(&vec![b'x'; long]).map(|text| text.len()), Some(long));
    }

    #[test]
    fn errors_of_the_runtime_have_their_place() {
        let local = 0_u8;
        let message = "Allocation failed\n";
        let error = catch(|| {
            let way_out = _fwrap_find_way_out((&raw const local).cast());
            let place = c"At line 12 of file src/kernel.f90";
            // SAFETY: a string's own bytes, a C string, and this is caught here.
            unsafe { _fwrap_raise_runtime(way_out, message.as_ptr(), message.len(), place.as_ptr(), 1, 5) }
        });
        let location = Some("src/kernel.f90:12".to_owned());
        let expected = Error::Runtime { message: "Allocation failed".to_owned(), location, code: Some(5) };
        assert_eq!(error, Err::<(), _>(expected.clone()));
        assert_eq!(expected.to_string(), "Allocation failed (src/kernel.f90:12)");
    }

    #[test]
    fn places_are_read_from_what_gfortran_writes() {
        assert_eq!(find_location("At line 3 of file a b.f90").as_deref(), Some("a b.f90:3"));
        assert_eq!(find_location("In file 'x.f90', around line 12").as_deref(), Some("x.f90:12"));
        assert_eq!(find_location("x.f90:7").as_deref(), Some("x.f90:7"));
        assert_eq!(find_location(" "), None);
    }
}
