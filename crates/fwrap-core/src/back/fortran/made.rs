//! Values of ALLOCATABLE functions: they say themselves how large they are, and Python makes the memory for them then.

use crate::back::fortran::line::Lines;
use crate::plan::callee::{ResultForm, Shim, ShimResult};

/// Whether the shim is that of such a function.
pub fn makes(shim: &Shim) -> bool {
    matches!(shim.result.as_ref().map(|result| &result.form), Some(ResultForm::Made { .. }))
}

/// The interfaces of the C functions that make memory.
pub fn print_makers(lines: &mut Lines) {
    lines.push("abstract interface");
    lines.indent();
    lines.push("function fwrap_make_array(handle, rank, extents, length) bind(C)");
    lines.indent();
    lines.push("import :: fwrap_c_int, fwrap_c_ptr, fwrap_c_size_t");
    lines.push("type(fwrap_c_ptr), value :: handle");
    lines.push("integer(fwrap_c_int), value :: rank");
    lines.push("integer(fwrap_c_size_t), intent(in) :: extents(*)");
    lines.push("integer(fwrap_c_size_t), value :: length");
    lines.push("type(fwrap_c_ptr) :: fwrap_make_array");
    lines.outdent();
    lines.push("end function");
    lines.outdent();
    lines.push("end interface");
}

/// The declarations behind the dummy arguments.
pub fn print_made_declarations(result: &ShimResult, rank: usize, is_text: bool, lines: &mut Lines) {
    lines.push("type(fwrap_c_funptr), value :: fwrap_make");
    lines.push("type(fwrap_c_ptr), value :: fwrap_handle");
    lines.push("procedure(fwrap_make_array), pointer :: fwrap_maker");
    let shape = if rank > 0 { format!("({})", vec![":"; rank].join(", ")) } else { String::new() };
    let type_name = if is_text { "character(len=:)" } else { &result.type_name };
    lines.push(&format!("{type_name}, allocatable :: fwrap_value{shape}"));
    lines.push("type(fwrap_c_ptr) :: fwrap_memory");
    let (element, size) = if is_text {
        lines.push("integer(fwrap_c_size_t) :: fwrap_result_length");
        ("character(kind=fwrap_c_char, len=fwrap_result_length)", rank)
    } else {
        (result.type_name.as_str(), rank)
    };
    if is_text {
        // The length is not known before the call: one character after the other.
        let shape = vec![":"; size + 1].join(", ");
        lines.push(&format!("character(kind=fwrap_c_char, len=1), pointer :: fwrap_result({shape})"));
        lines.push("integer(fwrap_c_size_t) :: fwrap_place");
    } else {
        lines.push(&format!("{element}, pointer :: fwrap_result{shape}"));
    }
}

/// The call, and the copy of the value to where Python wants it.
pub fn print_made(reference: &str, rank: usize, is_text: bool, lines: &mut Lines) {
    lines.push(&format!("fwrap_value = {reference}"));
    lines.push("call fwrap_c_f_procpointer(fwrap_make, fwrap_maker)");
    if is_text {
        lines.push("fwrap_result_length = len(fwrap_value, kind=fwrap_c_size_t)");
    }
    let length = if is_text { "fwrap_result_length" } else { "0_fwrap_c_size_t" };
    let shape = if rank > 0 { "shape(fwrap_value, kind=fwrap_c_size_t)" } else { "[0_fwrap_c_size_t]" };
    lines.push(&format!("fwrap_memory = fwrap_maker(fwrap_handle, {rank}, {shape}, {length})"));
    lines.push("if (.not. fwrap_c_associated(fwrap_memory)) return");
    match (is_text, rank) {
        (false, 0) => lines.push("call fwrap_c_f_pointer(fwrap_memory, fwrap_result)"),
        (false, _) => lines.push("call fwrap_c_f_pointer(fwrap_memory, fwrap_result, shape(fwrap_value))"),
        (true, 0) => lines.push("call fwrap_c_f_pointer(fwrap_memory, fwrap_result, [fwrap_result_length])"),
        (true, _) => lines.push(
            "call fwrap_c_f_pointer(fwrap_memory, fwrap_result, [fwrap_result_length, shape(fwrap_value, kind=fwrap_c_size_t)])",
        ),
    }
    if !is_text {
        lines.push("fwrap_result = fwrap_value");
        return;
    }
    let rest = ", :".repeat(rank);
    let all = if rank > 0 { format!("({})", vec![":"; rank].join(", ")) } else { String::new() };
    lines.push("do fwrap_place = 1, fwrap_result_length");
    lines.indent();
    lines.push(&format!("fwrap_result(fwrap_place{rest}) = fwrap_value{all}(fwrap_place:fwrap_place)"));
    lines.outdent();
    lines.push("end do");
}
