//! The events of a body, in whatever frames its server sends them.

use super::event::Event;
use super::sse::SseEvents;
use crate::leaf::Leaf;
use crate::transport::{Body, TransportError};
use bytes::Bytes;
use std::task::{Context, Poll};

/// The events of a body.
pub(super) enum Frames {
    Sse(SseEvents),
}

impl Frames {
    /// Reads the events of a body whose first piece is already here.
    pub(super) fn new(_leaf: &Leaf, first: Bytes, body: Body) -> Frames {
        Frames::Sse(SseEvents::new(first, body))
    }

    /// Returns the next event, or nothing at the end of the body.
    pub(super) fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Event, TransportError>>> {
        match self {
            Frames::Sse(events) => events.poll_event(context),
        }
    }
}
