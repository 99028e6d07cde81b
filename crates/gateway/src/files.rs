//! How many files the process may have open. A call takes two, one to its caller and one to a provider. Without a free
//! one, no connection is accepted and no call is made.

/// Files that are open besides connections: the log, the plan, what is watched.
const OTHERS: u64 = 64;

/// How many connections from callers can be accepted so that every call can open one to its provider.
///
/// The process first raises its own limit on open files as far as the system allows: it is often only 1024 at the
/// start.
pub(crate) fn connections(wanted: usize, calls: usize) -> usize {
    let Some(files) = allowed() else { return wanted };
    let left = files.saturating_sub(OTHERS);
    let calls = (calls as u64).min(left / 2);
    wanted.min(usize::try_from(left - calls).unwrap_or(usize::MAX)).max(1)
}

#[cfg(unix)]
fn allowed() -> Option<u64> {
    rlimit::increase_nofile_limit(u64::MAX).ok()
}

#[cfg(not(unix))]
fn allowed() -> Option<u64> {
    None
}
