//! Where the values of environment variables come from.

use std::collections::HashMap;
use std::fmt;

/// Provides the values of the variables that options name as `{"$env": "NAME"}`.
///
/// A variable is read when a request that needs it is built, and never kept.
pub trait Environment: Send + Sync {
    /// The value of a variable, or `None` where it is not set.
    fn get(&self, name: &str) -> Option<String>;
}

/// The environment of the process. A variable that is not UTF-8 counts as not set.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

/// Variables in memory.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

impl Environment for Variables {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Only the names: values may be secret.
impl fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
