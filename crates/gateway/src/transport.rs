//! The network as the threads of the gateway use it: each has its own connections, so that no request wakes another
//! thread.

use std::cell::RefCell;

use bytes::Bytes;
use clientc_runtime::transport::{Answering, Connection, Network, Transport, TransportError};
use http::Request;
use tokio::time::Instant;

use crate::{current, deadline};

thread_local! {
    static NETWORK: RefCell<Option<Network>> = const { RefCell::new(None) };
}

/// Tells servers how long their answer is waited for, where the caller of the gateway has said how long it waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct PassingOn<T>(pub T);

impl<T: Transport> Transport for PassingOn<T> {
    fn send(&self, mut request: Request<Bytes>, connection: Connection) -> Answering {
        if let Some(deadline) = current::deadline() {
            deadline::write(deadline.saturating_duration_since(Instant::now()), request.headers_mut());
        }
        self.0.send(request, connection)
    }
}

/// Sends each request over the connections of the thread that asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct PerThread;

impl Transport for PerThread {
    fn send(&self, request: Request<Bytes>, connection: Connection) -> Answering {
        let network = NETWORK.with_borrow_mut(|network| match network {
            Some(network) => Ok(network.clone()),
            None => Network::new().map(|new| network.insert(new).clone()),
        });
        match network {
            Ok(network) => network.send(request, connection),
            Err(error) => Box::pin(std::future::ready(Err(TransportError::Connect(error.to_string())))),
        }
    }
}
