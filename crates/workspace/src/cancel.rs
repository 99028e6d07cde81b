//! Giving up an analysis whose result is no longer wanted.

/// Asked now and then, while an analysis runs, whether to give it up.
#[derive(Clone, Copy)]
pub struct Cancel<'c>(&'c (dyn Fn() -> bool + Sync));

/// An analysis was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the analysis was cancelled")]
pub struct Cancelled;

impl<'c> Cancel<'c> {
    /// Never gives up.
    pub const NEVER: Cancel<'static> = Cancel(&|| false);

    /// Gives up once this returns true.
    #[must_use]
    pub fn when(is_useless: &'c (dyn Fn() -> bool + Sync)) -> Self {
        Self(is_useless)
    }

    /// Whether to give up now.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        (self.0)()
    }

    /// Fails where the analysis is to be given up.
    ///
    /// # Errors
    /// [`Cancelled`], where the result is no longer wanted.
    pub fn check(self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

impl std::fmt::Debug for Cancel<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cancel").finish_non_exhaustive()
    }
}
