//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{RangedU64ValueParser, TypedValueParser};
use clap::{Parser, ValueEnum};
use clientc_gateway::JournalLevel;

/// Serves the clients of a project, or of a resolved plan, as models of an OpenAI-compatible server.
///
/// The limits, retries and fallbacks of the plan apply to every caller. `timeout` in a request, in seconds, bounds the
/// whole call.
#[derive(Debug, Clone, Parser)]
#[command(name = "clientc-gateway", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Files and folders of the project, as for `clientc check`.
    #[arg(value_name = "PATH", conflicts_with = "resolved")]
    pub(crate) paths: Vec<PathBuf>,
    /// Serves a plan that `clientc resolve --format json` wrote, instead of a project.
    #[arg(long, value_name = "FILE")]
    pub(crate) resolved: Option<PathBuf>,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) listen: Option<SocketAddr>,
    /// Uses this `clientc.toml`.
    #[arg(long, value_name = "FILE", conflicts_with = "resolved")]
    pub(crate) config: Option<PathBuf>,
    /// Applies a profile of `clientc.toml`.
    #[arg(long, value_name = "NAME", conflicts_with = "resolved")]
    pub(crate) profile: Option<String>,
    /// Reads the keys of callers from this file, one per line.
    #[arg(long, value_name = "FILE")]
    pub(crate) api_keys: Option<PathBuf>,
    /// Allows an address that others can reach even though callers need no key.
    #[arg(long)]
    pub(crate) insecure: bool,
    /// Which calls to log, as one line of JSON each, on standard output.
    #[arg(long, value_name = "WHICH", default_value = "calls")]
    pub(crate) log: LogLevel,
    /// The most concurrent calls; further ones get a 503.
    #[arg(long, value_name = "N", value_parser = positive::<usize>())]
    pub(crate) max_concurrent_calls: Option<usize>,
    /// The most concurrent connections from callers; further ones wait to be accepted.
    #[arg(long, value_name = "N", value_parser = positive::<usize>())]
    pub(crate) max_connections: Option<usize>,
    /// The largest body of a request, in bytes.
    #[arg(long, value_name = "BYTES", value_parser = positive::<usize>())]
    pub(crate) max_body_bytes: Option<usize>,
    /// How long the body of a request may take to arrive, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = positive::<u64>())]
    pub(crate) body_timeout_ms: Option<u64>,
    /// How long the head of a request may take to arrive, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = positive::<u64>())]
    pub(crate) header_timeout_ms: Option<u64>,
    /// How long a caller may leave a pending answer unread, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = positive::<u64>())]
    pub(crate) write_timeout_ms: Option<u64>,
    /// How long calls in progress may continue after SIGTERM, in milliseconds. Default: as long as the plan allows, at least
    /// 30000.
    #[arg(long, value_name = "MS")]
    pub(crate) drain_timeout_ms: Option<u64>,
    /// How long new calls are still accepted after SIGTERM, so that load balancers notice, in milliseconds.
    #[arg(long, value_name = "MS")]
    pub(crate) drain_delay_ms: Option<u64>,
    /// Lets the headers in which SDKs and proxies state how long they wait lower the limits.
    #[arg(long)]
    pub(crate) deadline_headers: bool,
    /// Sends metrics and spans to an OpenTelemetry collector, as the variables `OTEL_…` configure.
    #[arg(long)]
    pub(crate) otlp: bool,
    /// How many threads serve calls. Default: the number of cores.
    #[arg(long, value_name = "N", value_parser = positive::<usize>())]
    pub(crate) threads: Option<usize>,
    /// Keeps the current plan when files change. SIGHUP still reloads it.
    #[arg(long)]
    pub(crate) no_watch: bool,
}

/// Reads an address, and says what one is.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "it must be an IP address and a port, such as 127.0.0.1:44497 or [::1]:44497")
}

/// Reads a number from 1 on, as `clientc.toml` does.
fn positive<T>() -> impl TypedValueParser<Value = T>
where
    T: TryFrom<u64, Error: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static,
{
    RangedU64ValueParser::<T>::new().range(1..)
}

/// Which calls are logged.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogLevel {
    /// Every call.
    Calls,
    /// Calls that failed.
    Failures,
    /// None.
    Off,
}

impl From<LogLevel> for JournalLevel {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Calls => Self::Calls,
            LogLevel::Failures => Self::Failures,
            LogLevel::Off => Self::Off,
        }
    }
}
