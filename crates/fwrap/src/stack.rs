//! The frames of this thread's stack, from the inside out.

use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;

/// One frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Where it executes, or will go on.
    #[cfg_attr(not(feature = "python"), allow(dead_code, reason = "only interrupts of the Python face look at it"))]
    pub address: usize,
    /// Its stack pointer: its own variables are at greater addresses, those of the frames it called at lower ones.
    pub base: usize,
    /// Whether it catches something or cleans up. Frames of Fortran and C do not.
    pub has_handlers: bool,
}

type Visitor<'a> = &'a mut dyn FnMut(Frame) -> ControlFlow<()>;

unsafe extern "C-unwind" {
    fn _Unwind_Backtrace(visit: extern "C" fn(*mut c_void, *mut c_void) -> c_int, argument: *mut c_void) -> c_int;
    fn _Unwind_GetIP(context: *mut c_void) -> usize;
    fn _Unwind_GetCFA(context: *mut c_void) -> usize;
    fn _Unwind_GetLanguageSpecificData(context: *mut c_void) -> *mut c_void;
}

const GO_ON: c_int = 0;
/// Any other value ends the walk.
const STOP: c_int = 4;

extern "C" fn visit_frame(context: *mut c_void, argument: *mut c_void) -> c_int {
    // SAFETY: the unwinder calls with its context of one frame.
    let address = unsafe { _Unwind_GetIP(context) };
    // SAFETY: as above.
    let base = unsafe { _Unwind_GetCFA(context) };
    // SAFETY: as above.
    let handlers = unsafe { _Unwind_GetLanguageSpecificData(context) };
    // SAFETY: the address of the visitor that `walk` borrows meanwhile.
    let visitor = unsafe { &mut *argument.cast::<Visitor<'_>>() };
    let frame = Frame { address, base, has_handlers: !handlers.is_null() };
    if visitor(frame).is_continue() { GO_ON } else { STOP }
}

/// Visits the frames until the visitor breaks or the stack (as far as it can be unwound) ends. Allocates nothing, so a
/// signal handler may call it; the visitor must not panic.
pub(crate) fn walk(mut visitor: impl FnMut(Frame) -> ControlFlow<()>) {
    let mut visitor: Visitor<'_> = &mut visitor;
    // SAFETY: the argument is what `visit_frame` takes it for, and lives until the walk ends.
    unsafe { _Unwind_Backtrace(visit_frame, (&raw mut visitor).cast()) };
}

#[cfg(all(test, not(miri)))]
mod tests {
    use super::*;

    #[test]
    fn frames_come_from_the_inside_out_and_the_catching_one_is_among_them() {
        let mut frames = Vec::new();
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            walk(|frame| {
                frames.push(frame);
                ControlFlow::Continue(())
            });
        }));
        assert!(caught.is_ok());
        assert!(frames.len() > 3, "{frames:?}");
        assert!(frames.windows(2).all(|pair| pair[0].base <= pair[1].base), "{frames:?}");
        assert!(frames.iter().any(|frame| frame.has_handlers));
    }
}
