//! Reading `[gateway]`: what a gateway allows its callers.

use std::collections::BTreeMap;

use clientc_check::Expected;

use crate::config::values::{ConfigReader, Value};

const KEYS: &[&str] = &[
    "listen",
    "max_concurrent_calls",
    "max_connections",
    "max_body_bytes",
    "body_timeout_ms",
    "header_timeout_ms",
    "write_timeout_ms",
    "drain_delay_ms",
    "drain_timeout_ms",
    "deadline_headers",
    "otlp",
    "stream_upstream",
];

/// `[gateway]`. The command line of the gateway wins over it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewaySettings {
    /// The address to listen on, as written.
    pub listen: Option<String>,
    /// The most concurrent calls.
    pub max_concurrent_calls: Option<u64>,
    /// The most concurrent connections from callers.
    pub max_connections: Option<u64>,
    /// The largest body of a request, in bytes.
    pub max_body_bytes: Option<u64>,
    /// How long a body may take to arrive, in milliseconds.
    pub body_timeout_ms: Option<u64>,
    /// How long a head may take to arrive, in milliseconds.
    pub header_timeout_ms: Option<u64>,
    /// How long a caller may leave a pending answer unread, in milliseconds.
    pub write_timeout_ms: Option<u64>,
    /// How long new calls are still accepted after the signal to stop, in milliseconds.
    pub drain_delay_ms: Option<u64>,
    /// How long calls in progress may continue after that, in milliseconds.
    pub drain_timeout_ms: Option<u64>,
    /// Whether headers in which callers state how long they wait lower the limits.
    pub deadline_headers: Option<bool>,
    /// Whether metrics and spans are sent to an OpenTelemetry collector.
    pub otlp: Option<bool>,
    /// Whether whole answers are read as streams upstream, for all clients.
    pub stream_upstream: Option<bool>,
    /// The same for single clients.
    pub stream_upstream_of: BTreeMap<String, bool>,
}

impl GatewaySettings {
    /// Merges other settings into these. Where both set something, the others win.
    #[must_use]
    pub(crate) fn overlaid_with(mut self, nearer: &Self) -> Self {
        self.stream_upstream_of.extend(nearer.stream_upstream_of.clone());
        Self {
            listen: nearer.listen.clone().or(self.listen),
            max_concurrent_calls: nearer.max_concurrent_calls.or(self.max_concurrent_calls),
            max_connections: nearer.max_connections.or(self.max_connections),
            max_body_bytes: nearer.max_body_bytes.or(self.max_body_bytes),
            body_timeout_ms: nearer.body_timeout_ms.or(self.body_timeout_ms),
            header_timeout_ms: nearer.header_timeout_ms.or(self.header_timeout_ms),
            write_timeout_ms: nearer.write_timeout_ms.or(self.write_timeout_ms),
            drain_delay_ms: nearer.drain_delay_ms.or(self.drain_delay_ms),
            drain_timeout_ms: nearer.drain_timeout_ms.or(self.drain_timeout_ms),
            deadline_headers: nearer.deadline_headers.or(self.deadline_headers),
            otlp: nearer.otlp.or(self.otlp),
            stream_upstream: nearer.stream_upstream.or(self.stream_upstream),
            stream_upstream_of: self.stream_upstream_of,
        }
    }
}

/// Reads `[gateway]`.
pub(crate) fn gateway<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>) -> GatewaySettings {
    let mut settings = GatewaySettings::default();
    let Some(table) = reader.table(value, "gateway") else { return settings };
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let full = format!("gateway.{name}");
        let mut integer = || reader.integer(value, &full).map(|number| number.value);
        match name {
            "listen" => settings.listen = reader.string(value, &full).map(|text| text.value),
            "max_concurrent_calls" => settings.max_concurrent_calls = integer(),
            "max_connections" => settings.max_connections = integer(),
            "max_body_bytes" => settings.max_body_bytes = integer(),
            "body_timeout_ms" => settings.body_timeout_ms = integer(),
            "header_timeout_ms" => settings.header_timeout_ms = integer(),
            "write_timeout_ms" => settings.write_timeout_ms = integer(),
            "drain_delay_ms" => settings.drain_delay_ms = integer(),
            "drain_timeout_ms" => settings.drain_timeout_ms = integer(),
            "deadline_headers" => settings.deadline_headers = reader.boolean(value, &full, Expected::Boolean),
            "otlp" => settings.otlp = reader.boolean(value, &full, Expected::Boolean),
            "stream_upstream" if value.get_ref().as_table().is_some() => {
                settings.stream_upstream_of = clients(reader, value, &full);
            }
            "stream_upstream" => {
                settings.stream_upstream = reader.boolean(value, &full, Expected::BooleanOrTable);
            }
            _ => reader.unknown_key(key, table, "gateway", KEYS),
        }
    }
    settings
}

fn clients<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, full: &str) -> BTreeMap<String, bool> {
    let Some(table) = reader.table(value, full) else { return BTreeMap::new() };
    let mut all = BTreeMap::new();
    for (key, value) in table {
        let name = key.get_ref().to_string();
        if let Some(flag) = reader.boolean(value, &format!("{full}.{name}"), Expected::Boolean) {
            all.insert(name, flag);
        }
    }
    all
}
