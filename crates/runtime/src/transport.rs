//! How a request gets to a server and its answer back: over the network, or in memory.

mod dial;
mod exchange;
pub mod memory;
mod network;

pub use dial::Dial;
pub use exchange::{Answer, Answering, Body, Connection, Transport, TransportError};
pub use network::{Network, NetworkError};
