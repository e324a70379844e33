//! What signals do to the command: it takes away what it left in between, and ends as the signal would have ended it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Listens from now on.
pub fn listen() {
    // A file that may not grow any more is an error of the write, not the end of the command.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    fwrap_build::prepare_interrupt();
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            fwrap_build::interrupt();
            let _ = emulate_default_handler(signal);
        }
    });
}

/// Waits for the end by the signal that interrupted the command.
pub fn wait_for_end() {
    std::thread::sleep(Duration::from_secs(20));
}
