//! When a connection was dialled and when it was there.

use std::sync::{Arc, OnceLock};

use tokio::time::Instant;

/// The two moments of a dial. Copies share them; only the first dial of an attempt is noted.
#[derive(Debug, Clone, Default)]
pub struct Dial(Arc<Moments>);

#[derive(Debug, Default)]
struct Moments {
    start: OnceLock<Instant>,
    end: OnceLock<Instant>,
}

impl Dial {
    /// Notes that the dial starts now.
    pub fn begin(&self) {
        let _ = self.0.start.set(Instant::now());
    }

    /// Notes that the connection is there, or that there will be none.
    pub fn finish(&self) {
        let _ = self.0.end.set(Instant::now());
    }

    /// When the dial started, or `None` where none did.
    pub fn start(&self) -> Option<Instant> {
        self.0.start.get().copied()
    }

    /// When the dial ended, or `None` where it is under way or none started.
    pub fn end(&self) -> Option<Instant> {
        self.0.end.get().copied()
    }
}
