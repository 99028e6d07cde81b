//! How a request gets to a server and its answer back: over the network, or in memory.

mod dial;
mod exchange;
pub mod memory;
mod network;

pub use self::dial::Dial;
pub use self::exchange::{Answer, Answering, Body, Connection, Transport, TransportError};
pub use self::network::{Network, NetworkError};
