//! Counts steps, so that tests can see that work grows with the text and not with its square, whatever else the
//! machine does. Only builds with debug assertions count.

#[cfg(debug_assertions)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Notes steps of work: bytes, letters or items that were looked at.
#[inline]
pub fn add(steps: usize) {
    #[cfg(debug_assertions)]
    STEPS.with(|counted| counted.set(counted.get().saturating_add(steps as u64)));
    #[cfg(not(debug_assertions))]
    let _ = steps;
}

/// The steps that were noted by this thread; always 0 in builds without debug assertions.
#[must_use]
pub fn steps() -> u64 {
    #[cfg(debug_assertions)]
    return STEPS.with(std::cell::Cell::get);
    #[cfg(not(debug_assertions))]
    0
}
