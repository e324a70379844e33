//! Any bytes as an expression, as in notes, and as the extent of an array.
#![no_main]

use fwrap_core::front::{parse_expression, parse_expression_list};
use fwrap_core::source::{FileId, Span};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = fwrap_fuzz::text_of(data);
    for end in [text.len(), text.len() + 7] {
        let place = Span::new(FileId(0), 0, end);
        let _ = parse_expression(&text, place);
        let _ = parse_expression_list(&text, place);
    }
    let line: String = text.chars().filter(|letter| *letter != '\n').collect();
    let source = format!("subroutine s(x, n)\ninteger n\ninteger, parameter :: p = {line}\nreal x({line})\nend\n");
    fwrap_fuzz::run("fuzzed.f90", source.as_bytes());
});
