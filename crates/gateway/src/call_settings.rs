//! What the gateway allows its callers.

use std::collections::BTreeMap;
use std::time::Duration;

/// What the gateway allows its callers, and how it calls upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSettings {
    /// The largest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// The most concurrent calls. Further ones get a 503.
    pub max_concurrent_calls: usize,
    /// Which calls are made as streams upstream although their caller wants a whole answer.
    pub stream_upstream: StreamUpstream,
    /// Whether the headers in which SDKs and proxies say how long they wait lower the limits.
    pub deadline_headers: bool,
}

/// Which calls are made as streams upstream although their caller wants a whole answer. The setting of a client wins
/// over the one of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamUpstream {
    /// The setting for all clients. `None` leaves it to their limits: a client is called as a stream where a route from
    /// it has a first-token limit or an idle limit.
    pub all: Option<bool>,
    /// The settings of single clients, by their names.
    pub clients: BTreeMap<Box<str>, bool>,
}

impl Default for CallSettings {
    fn default() -> Self {
        Self {
            max_body_bytes: 64 << 20,
            body_timeout: Duration::from_secs(30),
            max_concurrent_calls: 1000,
            stream_upstream: StreamUpstream::default(),
            deadline_headers: false,
        }
    }
}

impl StreamUpstream {
    /// The setting for calls to a client.
    #[must_use]
    pub fn of(&self, client: &str) -> clientc_runtime::StreamUpstream {
        match self.clients.get(client).copied().or(self.all) {
            None => clientc_runtime::StreamUpstream::WhereLimited,
            Some(true) => clientc_runtime::StreamUpstream::Always,
            Some(false) => clientc_runtime::StreamUpstream::Never,
        }
    }
}
