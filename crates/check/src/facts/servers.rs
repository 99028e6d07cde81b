//! The limits that servers have of their own.

use clientc_plan::ClientId;
use clientc_semantic::{Span, Value, ValueKind};

use crate::core::input::Input;
use crate::facts::leaf::Leaf;
use crate::text::urls;

/// How long a server works on a request, in milliseconds, and the place that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerLimit {
    pub(crate) ms: u64,
    pub(crate) span: Span,
    /// Whether the request itself carries it, else `clientc.toml` says it.
    pub(crate) is_in_body: bool,
}

/// What the body says comes before what is configured, since the server obeys it.
pub(crate) fn server_limit(input: &Input<'_>, id: ClientId) -> Option<ServerLimit> {
    let leaf = input.leaf(id)?;
    // A provider that refuses unknown options never sends it.
    let option = leaf.option("timeout").filter(|_| leaf.provider.is_open);
    let in_body = option.and_then(|option| {
        let span = leaf.span(&option.value);
        Some(ServerLimit { ms: milliseconds(&option.value)?, span, is_in_body: true })
    });
    in_body.or_else(|| configured(input, &leaf))
}

fn configured(input: &Input<'_>, leaf: &Leaf<'_>) -> Option<ServerLimit> {
    let servers = &input.settings.servers;
    if servers.is_empty() {
        return None;
    }
    let url = match leaf.option("base_url") {
        Some(option) => option.value.text()?,
        None => leaf.provider.default_base_url?,
    };
    let server = servers.iter().find(|server| urls::are_same(&server.base_url, url))?;
    Some(ServerLimit { ms: server.timeout.value, span: server.timeout.span, is_in_body: false })
}

/// A number of seconds above 0 in milliseconds; less than one counts as one.
fn milliseconds(value: &Value) -> Option<u64> {
    let ValueKind::Number(seconds) = &value.kind else { return None };
    let seconds = seconds.parse::<f64>().ok().filter(|seconds| *seconds > 0.0)?;
    // Limits are below 2^53, so that the conversion is exact for all that matters.
    Some((seconds * 1000.0).round().max(1.0) as u64)
}
