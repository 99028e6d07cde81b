//! The events of a body, in whatever frames its server sends them.

use std::task::{Context, Poll};

use bytes::Bytes;

#[cfg(feature = "bedrock")]
use super::aws_events::AwsEvents;
use super::event::Event;
use super::sse::SseEvents;
use crate::leaf::Leaf;
#[cfg(feature = "bedrock")]
use crate::provider::is_framed_as_text;
use crate::transport::{Body, TransportError};

/// The events of a body.
pub(super) enum Frames {
    Sse(SseEvents),
    #[cfg(feature = "bedrock")]
    Aws(AwsEvents),
}

impl Frames {
    /// Reads the events of a body whose first piece is already here, up to `most` bytes.
    pub(super) fn new(leaf: &Leaf, first: Bytes, body: Body, most: usize) -> Self {
        #[cfg(feature = "bedrock")]
        if !is_framed_as_text(leaf) {
            return Self::Aws(AwsEvents::new(first, body, most));
        }
        let _ = leaf;
        Self::Sse(SseEvents::new(first, body, most))
    }

    /// The next event, or nothing at the end of the body.
    pub(super) fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Event, TransportError>>> {
        match self {
            Self::Sse(events) => events.poll_event(context),
            #[cfg(feature = "bedrock")]
            Self::Aws(events) => events.poll_event(context),
        }
    }
}
