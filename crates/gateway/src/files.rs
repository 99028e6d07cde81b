//! How many files the process may have open. A call takes two, one to its caller and one to a provider, and where there is
//! none left, neither connections are taken nor calls made.

/// Files that are open besides connections: the log, the plan, what is watched.
const OTHERS: u64 = 64;

/// How many connections of callers can be taken so that every call finds one to its provider.
///
/// The process first allows itself as many files as the system lets it: what a shell gives is often 1024.
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
