//! Ctrl-C: commands end at once with code 130, roles ask for a signal and drain.

use crate::exit::Exit;

/// Ends the program with code 130 when Ctrl-C is pressed. What was accepted stays
/// accepted, and unfinished files have temporary names, so nothing is to be cleaned up.
pub(crate) fn end_on_ctrl_c() {
    let waiting = std::thread::Builder::new().name("ctrl-c".into()).spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            end();
        }
    });
    // Without the thread the system's own way of ending remains.
    drop(waiting);
}

#[expect(clippy::print_stderr, reason = "the last words of the program")]
#[expect(clippy::exit, reason = "commands in other threads cannot be asked to stop")]
fn end() {
    eprintln!("interrupted");
    std::process::exit(i32::from(Exit::Interrupted.code()));
}

/// Waits for Ctrl-C or a request of the system to end.
pub(crate) async fn asked_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        drop(interrupt.await);
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
