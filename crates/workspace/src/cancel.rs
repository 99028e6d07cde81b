//! The way to give up an analysis whose result nobody wants any more.

/// Asked now and then while an analysis runs: whether it has become useless.
#[derive(Clone, Copy)]
pub struct Cancel<'c>(&'c (dyn Fn() -> bool + Sync));

/// An analysis was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the analysis was cancelled")]
pub struct Cancelled;

impl<'c> Cancel<'c> {
    /// An analysis that runs to its end.
    pub const NEVER: Cancel<'static> = Cancel(&|| false);

    /// An analysis that is given up once this says so.
    #[must_use]
    pub fn when(is_useless: &'c (dyn Fn() -> bool + Sync)) -> Self {
        Self(is_useless)
    }

    /// Whether the analysis is to be given up now.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        (self.0)()
    }

    /// Goes on, or gives up.
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
