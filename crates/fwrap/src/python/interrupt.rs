//! Ctrl-C while Fortran runs on the main thread: the call ends with a `KeyboardInterrupt` instead of at its own time.
//!
//! It is opt-in, `with NAME.interruptible():`, and costs other calls one load. Meanwhile a handler of ours stands before
//! the interpreter's. When SIGINT arrives it looks at the stack: where every frame between the interrupted instruction
//! and the call is code of this extension without handlers of its own, which is what Fortran compiles to, the frames are
//! unwound. Inside another library (the C library may hold a lock, the Fortran runtime a unit) it looks again a
//! millisecond later. In an OpenMP region, and where Rust or Python code runs in a callback, nothing is unwound: the
//! callback itself raises, or the interpreter does when the call returns.

use std::ffi::{c_int, c_long, c_void};
use std::mem::MaybeUninit;
use std::ops::{ControlFlow, Range};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::Error;
use crate::stack::{Frame, walk};
use crate::unwind::{finish_pending_statements, in_parallel_region, raise};

/// How many `with` blocks are open.
static OPEN: AtomicUsize = AtomicUsize::new(0);
/// An address on the stack of the innermost interruptible call, whose frames lie below; 0: there is none.
static INNERMOST: AtomicUsize = AtomicUsize::new(0);
/// What handled SIGINT before: set before the handler is installed, for as long as it is.
static BEFORE: AtomicUsize = AtomicUsize::new(0);
static BEFORE_TAKES_THREE: AtomicBool = AtomicBool::new(false);
/// Makes opening and closing one step each.
static SWITCH: Mutex<()> = Mutex::new(());
static SURROUNDINGS: OnceLock<Surroundings> = OnceLock::new();

/// What the handler needs and cannot find out itself.
struct Surroundings {
    /// The machine code of this extension.
    text: Range<usize>,
    /// Looks again.
    timer: libc::timer_t,
}

// SAFETY: the timer is a number to the kernel.
unsafe impl Send for Surroundings {}
// SAFETY: as above.
unsafe impl Sync for Surroundings {}

/// How long the handler waits before it looks again.
const PAUSE_NANOSECONDS: c_long = 1_000_000;

/// Whether a `with` block is open.
#[inline]
pub(crate) fn is_open() -> bool {
    OPEN.load(Ordering::Relaxed) != 0
}

/// Calls Fortran so that SIGINT can end the call.
#[inline(never)]
pub(crate) fn call_interruptibly<T>(call: impl FnOnce() -> T) -> T {
    if !is_main_thread() {
        return call();
    }
    let here = 0_u8;
    let outer = INNERMOST.swap((&raw const here).addr(), Ordering::Relaxed);
    // Its cleanup is what the handler recognises this frame by.
    let _restore = Restore { outer };
    call()
}

struct Restore {
    outer: usize,
}

impl Drop for Restore {
    fn drop(&mut self) {
        INNERMOST.store(self.outer, Ordering::Relaxed);
    }
}

/// Why [`open`] failed, for the message.
pub(crate) fn refusal(error: &std::io::Error) -> String {
    format!("calls cannot be made interruptible: {error}")
}

/// Makes calls interruptible until [`close`].
pub(crate) fn open() -> std::io::Result<()> {
    let _switch = SWITCH.lock().unwrap_or_else(PoisonError::into_inner);
    if OPEN.load(Ordering::Relaxed) == 0 {
        if SURROUNDINGS.get().is_none() {
            let _ = SURROUNDINGS.set(Surroundings { text: find_own_text(), timer: make_timer()? });
        }
        install()?;
    }
    OPEN.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// Ends what [`open`] began.
pub(crate) fn close() {
    let _switch = SWITCH.lock().unwrap_or_else(PoisonError::into_inner);
    let open = OPEN.load(Ordering::Relaxed);
    if open == 1 {
        uninstall();
    }
    // `__exit__` may be called without `__enter__`.
    OPEN.store(open.saturating_sub(1), Ordering::Relaxed);
}

/// The handler that is installed now.
fn installed() -> std::io::Result<libc::sigaction> {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: asks, and writes the answer.
    succeeded(unsafe { libc::sigaction(libc::SIGINT, ptr::null(), action.as_mut_ptr()) })?;
    // SAFETY: written above.
    Ok(unsafe { action.assume_init() })
}

fn replace(action: &libc::sigaction) -> std::io::Result<()> {
    // SAFETY: a complete action.
    succeeded(unsafe { libc::sigaction(libc::SIGINT, action, ptr::null_mut()) })
}

fn succeeded(status: c_int) -> std::io::Result<()> {
    if status == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

type Handler = extern "C-unwind" fn(c_int, *mut libc::siginfo_t, *mut c_void);

fn own_handler() -> usize {
    (on_signal as Handler) as usize
}

fn install() -> std::io::Result<()> {
    let mut action = installed()?;
    if action.sa_sigaction == own_handler() {
        return Ok(());
    }
    BEFORE_TAKES_THREE.store(action.sa_flags & libc::SA_SIGINFO != 0, Ordering::Relaxed);
    BEFORE.store(action.sa_sigaction, Ordering::Release);
    action.sa_sigaction = own_handler();
    action.sa_flags = (action.sa_flags | libc::SA_SIGINFO) & !libc::SA_ONSTACK;
    replace(&action)
}

/// Puts the earlier handler back, unless somebody has put another in the meantime.
fn uninstall() {
    let Ok(mut action) = installed() else { return };
    if action.sa_sigaction == own_handler() {
        action.sa_sigaction = BEFORE.load(Ordering::Acquire);
        if !BEFORE_TAKES_THREE.load(Ordering::Relaxed) {
            action.sa_flags &= !libc::SA_SIGINFO;
        }
        // Ours goes on to the earlier one, so nothing is lost if this fails.
        let _ = replace(&action);
    }
}

/// The number of this process and of its main thread.
fn process() -> libc::pid_t {
    // SAFETY: only asks.
    unsafe { libc::getpid() }
}

fn is_main_thread() -> bool {
    // SAFETY: only asks.
    process() == unsafe { libc::gettid() }
}

/// What SIGINT runs. It allocates only where it raises, and then nothing but Fortran is interrupted.
extern "C-unwind" fn on_signal(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: gives the address of this thread's `errno`.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: a number that only this thread uses.
    let kept = unsafe { errno.read() };
    // SAFETY: the kernel passes the description of the signal.
    let is_first = unsafe { (*info).si_code } != libc::SI_TIMER;
    let is_ignored = is_first && !tell_earlier_handler(signal, info, context);
    let innermost = INNERMOST.load(Ordering::Relaxed);
    if innermost != 0 && !is_ignored {
        if is_main_thread() {
            end_call_or_look_again(innermost, context);
        } else if is_first {
            let process = process();
            // SAFETY: a signal for the main thread of this process, whose number is the process's.
            unsafe { libc::syscall(libc::SYS_tgkill, process, process, signal) };
        }
    }
    // SAFETY: as above.
    unsafe { errno.write(kept) };
}

/// Lets the handler before ours do its work (the interpreter's makes a note); `false`: the signal is ignored.
fn tell_earlier_handler(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) -> bool {
    match BEFORE.load(Ordering::Acquire) {
        libc::SIG_IGN => return false,
        libc::SIG_DFL => {
            // SAFETY: the default action ends the process, as whoever chose it wants.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
            // SAFETY: as above.
            unsafe { libc::raise(signal) };
        }
        handler if BEFORE_TAKES_THREE.load(Ordering::Relaxed) => {
            // SAFETY: a handler of three arguments, as its flags said.
            let handler = unsafe { std::mem::transmute::<usize, Handler>(handler) };
            handler(signal, info, context);
        }
        handler => {
            // SAFETY: a handler of one argument, as its flags said.
            let handler = unsafe { std::mem::transmute::<usize, extern "C-unwind" fn(c_int)>(handler) };
            handler(signal);
        }
    }
    true
}

/// What lies between the interrupted instruction and the call.
#[derive(Debug, PartialEq, Eq)]
enum Between {
    /// Frames of this extension without handlers.
    Fortran,
    /// Another library.
    Library,
    /// Frames with handlers: a callback, which sees the signal itself.
    Callback,
}

fn end_call_or_look_again(innermost: usize, context: *mut c_void) {
    let Some(surroundings) = SURROUNDINGS.get() else { return };
    let between = find_between(innermost, interrupted_address(context), &surroundings.text);
    match between {
        Between::Callback => {}
        Between::Fortran if !in_parallel_region() => {
            unblock();
            finish_pending_statements(innermost);
            raise(Error::Interrupted);
        }
        Between::Fortran | Between::Library => look_again(surroundings.timer),
    }
}

fn find_between(innermost: usize, interrupted: usize, text: &Range<usize>) -> Between {
    let (mut is_below, mut has_handlers, mut found) = (false, false, Between::Library);
    walk(|frame: Frame| {
        if has_handlers {
            // The frame before this one was the first with handlers: is it the one that `innermost` is in?
            found = if frame.base > innermost { Between::Fortran } else { Between::Callback };
            return ControlFlow::Break(());
        }
        is_below |= frame.address == interrupted;
        has_handlers = is_below && frame.has_handlers;
        let goes_on = !is_below || has_handlers || text.contains(&frame.address);
        if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    found
}

#[cfg(target_arch = "x86_64")]
fn interrupted_address(context: *mut c_void) -> usize {
    // SAFETY: the kernel passes the context of the thread.
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    context.uc_mcontext.gregs[libc::REG_RIP as usize] as usize
}

#[cfg(target_arch = "aarch64")]
fn interrupted_address(context: *mut c_void) -> usize {
    // SAFETY: the kernel passes the context of the thread.
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    context.uc_mcontext.pc as usize
}

/// Elsewhere no frame is recognised, so that the call is never left before it returns.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn interrupted_address(_: *mut c_void) -> usize {
    0
}

/// The handler is left without returning, which would have let the signal through again.
fn unblock() {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: makes an empty set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: a set and a signal.
    unsafe { libc::sigaddset(set.as_mut_ptr(), libc::SIGINT) };
    // SAFETY: a set.
    unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut()) };
}

/// A timer whose signal is SIGINT to the main thread.
fn make_timer() -> std::io::Result<libc::timer_t> {
    // SAFETY: all zeros is an event of the first kind.
    let mut event = unsafe { MaybeUninit::<libc::sigevent>::zeroed().assume_init() };
    event.sigev_notify = libc::SIGEV_THREAD_ID;
    event.sigev_signo = libc::SIGINT;
    event.sigev_notify_thread_id = process();
    let mut timer = MaybeUninit::uninit();
    // SAFETY: an event, and a place for the timer.
    succeeded(unsafe { libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, timer.as_mut_ptr()) })?;
    // SAFETY: made above.
    Ok(unsafe { timer.assume_init() })
}

fn look_again(timer: libc::timer_t) {
    // SAFETY: all zeros is a timer that does not run.
    let mut time = unsafe { MaybeUninit::<libc::itimerspec>::zeroed().assume_init() };
    time.it_value.tv_nsec = PAUSE_NANOSECONDS;
    // SAFETY: a timer of ours, and a time.
    unsafe { libc::timer_settime(timer, 0, &raw const time, ptr::null_mut()) };
}

/// The executable segment of the object that this function is in.
fn find_own_text() -> Range<usize> {
    extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, argument: *mut c_void) -> c_int {
        // SAFETY: the loader passes the description of one object.
        let info = unsafe { &*info };
        // SAFETY: its program headers, which stay as long as it is loaded.
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
        for header in headers.iter().filter(|header| header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_X != 0)
        {
            let start = info.dlpi_addr as usize + header.p_vaddr as usize;
            let segment = start..start + header.p_memsz as usize;
            if segment.contains(&own_handler()) {
                // SAFETY: the place that `find_own_text` passes.
                unsafe { argument.cast::<Range<usize>>().write(segment) };
                return 1;
            }
        }
        0
    }
    let mut text = 0..0;
    // SAFETY: the visitor takes the argument for what it is.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut text).cast()) };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_code_is_found() {
        let text = find_own_text();
        assert!(text.contains(&own_handler()) && text.contains(&(find_own_text as fn() -> Range<usize> as usize)));
        assert!(!text.contains(&(libc::getpid as unsafe extern "C" fn() -> libc::pid_t as usize)));
    }

    #[test]
    fn the_first_frame_with_handlers_decides() {
        // Frames of the test's harness, which are the same in every walk from here.
        let mut frames = Vec::new();
        walk(|frame| {
            frames.push(frame);
            ControlFlow::Continue(())
        });
        let last = frames[..frames.len() - 1].iter().rposition(|frame| frame.has_handlers).unwrap();
        let common = frames[..last].iter().rposition(|frame| !frame.has_handlers).unwrap();
        let (interrupted, everything) = (frames[common].address, 0..usize::MAX);
        assert_eq!(find_between(usize::MAX, interrupted, &everything), Between::Callback);
        assert_eq!(find_between(0, interrupted, &everything), Between::Fortran);
        assert_eq!(find_between(0, interrupted, &(0..0)), Between::Library, "code of somebody else");
        assert_eq!(find_between(0, 1, &everything), Between::Library, "an address that is nowhere");
    }
}
