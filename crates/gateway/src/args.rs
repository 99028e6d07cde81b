//! The command line.

use clap::{Parser, ValueEnum};
use clientc_gateway::JournalLevel;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serves the clients of a project, or of a resolved plan, as models of an OpenAI-compatible server.
///
/// The limits, retries and fallbacks of the plan hold for every caller. `timeout` in a request, in seconds, bounds the
/// whole call.
#[derive(Debug, Clone, Parser)]
#[command(name = "clientc-gateway", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Files and folders of the project, as for `clientc check`.
    #[arg(value_name = "PATH", conflicts_with = "resolved")]
    pub(crate) paths: Vec<PathBuf>,
    /// Serves a plan that `clientc resolve --format json` wrote, in place of a project.
    #[arg(long, value_name = "FILE")]
    pub(crate) resolved: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Obeys this `clientc.toml`.
    #[arg(long, value_name = "FILE", conflicts_with = "resolved")]
    pub(crate) config: Option<PathBuf>,
    /// Chooses a profile of `clientc.toml`.
    #[arg(long, value_name = "NAME", conflicts_with = "resolved")]
    pub(crate) profile: Option<String>,
    /// Reads the keys of callers from this file, one a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) api_keys: Option<PathBuf>,
    /// Allows an address that others can reach, though callers need no key.
    #[arg(long)]
    pub(crate) insecure: bool,
    /// Which calls are logged, a line of JSON each, on standard output.
    #[arg(long, value_name = "WHICH", default_value = "calls")]
    pub(crate) log: LogLevel,
    /// The most calls at the same time; further ones get a 503.
    #[arg(long, value_name = "N")]
    pub(crate) max_concurrent_calls: Option<usize>,
    /// The most connections of callers at the same time; further ones wait to be taken.
    #[arg(long, value_name = "N")]
    pub(crate) max_connections: Option<usize>,
    /// The largest body of a request, in bytes.
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_body_bytes: Option<usize>,
    /// How long the body of a request may take to arrive, in milliseconds.
    #[arg(long, value_name = "MS")]
    pub(crate) body_timeout_ms: Option<u64>,
    /// How long the head of a request may take to arrive, in milliseconds.
    #[arg(long, value_name = "MS")]
    pub(crate) header_timeout_ms: Option<u64>,
    /// How long a caller may take nothing of an answer that waits for it, in milliseconds.
    #[arg(long, value_name = "MS")]
    pub(crate) write_timeout_ms: Option<u64>,
    /// How long calls under way may go on after SIGTERM, in milliseconds.
    #[arg(long, value_name = "MS")]
    pub(crate) drain_timeout_ms: Option<u64>,
    /// How long calls are still taken after SIGTERM, so that load balancers notice, in milliseconds.
    #[arg(long, value_name = "MS")]
    pub(crate) drain_delay_ms: Option<u64>,
    /// Lets the headers in which SDKs and proxies say how long they wait lower the limits.
    #[arg(long)]
    pub(crate) deadline_headers: bool,
    /// Sends metrics and spans to an OpenTelemetry collector, as the variables `OTEL_…` say.
    #[arg(long)]
    pub(crate) otlp: bool,
    /// How many threads serve; the number of cores where it is not said.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Keeps the plan that is there when files change. SIGHUP reads it anew all the same.
    #[arg(long)]
    pub(crate) no_watch: bool,
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
    fn from(level: LogLevel) -> JournalLevel {
        match level {
            LogLevel::Calls => JournalLevel::Calls,
            LogLevel::Failures => JournalLevel::Failures,
            LogLevel::Off => JournalLevel::Off,
        }
    }
}
