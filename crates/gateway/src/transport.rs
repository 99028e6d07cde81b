//! The network as the threads of the gateway use it: each has its own connections, so that no request wakes another
//! thread.

use clientc_runtime::transport::{Answering, Connection, Network, Transport, TransportError};
use bytes::Bytes;
use http::Request;
use std::cell::RefCell;

thread_local! {
    static NETWORK: RefCell<Option<Network>> = const { RefCell::new(None) };
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
