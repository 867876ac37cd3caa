//! A panic is a defect of ours; what it says may hold data, so only its place is told.

/// Replaces what the standard library prints when a thread panics.
pub(crate) fn tell_only_the_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(%place, "a computation panicked: this is a defect, please report the place");
    }));
}
