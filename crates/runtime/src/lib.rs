//! Makes LLM calls as a resolved plan describes them: its routes, retries and limits, to the millisecond.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use clientc_runtime::{ChatRequest, Runtime};
//!
//! let runtime = Runtime::from_json(&std::fs::read_to_string("resolved.json")?)?;
//! let answer = runtime.client("MyFallback")?.chat(&ChatRequest::from_text("Hello")).await?;
//! println!("{}", answer.response.text.unwrap_or_default());
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

mod answer;
mod builder;
mod chat;
mod client;
mod credentials;
mod engine;
mod environment;
mod error;
mod inner;
mod leaf;
mod overrides;
mod provider;
mod registry;
mod runtime;
pub mod semconv;
mod stream;
mod telemetry;
mod tickets;
pub mod transport;

pub use clientc_plan::{Field, json, record};

pub use self::answer::{Answer, AnsweredBy};
pub use self::builder::{Builder, StartError};
pub use self::chat::*;
pub use self::client::Client;
pub use self::credentials::{
    AwsKeys, AwsWanted, CredentialError, CredentialSource, Fetching, GoogleToken, GoogleWanted,
};
pub use self::environment::{Environment, ProcessEnvironment, Variables};
pub use self::error::{
    ClientError, ConnectionError, Error, Failure, HeaderError, HttpError, RejectedError, ReportedIn,
    TimeoutError, UnbuildableError, UnknownClient,
};
pub use self::inner::StreamUpstream;
pub use self::overrides::{Ignored, OverrideError, Timeouts};
pub use self::registry::{ClientRegistry, RegistryError};
pub use self::runtime::{Runtime, Unserved};
pub use self::stream::ChatStream;
