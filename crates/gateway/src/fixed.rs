//! Settings that are read only when the gateway starts.

use clientc_workspace::GatewaySettings;

/// The keys of those that differ, as `clientc.toml` has them.
pub(crate) fn changed(before: &GatewaySettings, now: &GatewaySettings) -> Vec<&'static str> {
    let all = [
        ("listen", before.listen != now.listen),
        ("max_connections", before.max_connections != now.max_connections),
        ("header_timeout_ms", before.header_timeout_ms != now.header_timeout_ms),
        ("write_timeout_ms", before.write_timeout_ms != now.write_timeout_ms),
        ("drain_delay_ms", before.drain_delay_ms != now.drain_delay_ms),
        ("drain_timeout_ms", before.drain_timeout_ms != now.drain_timeout_ms),
        ("otlp", before.otlp != now.otlp),
    ];
    all.into_iter().filter(|(_, is_changed)| *is_changed).map(|(key, _)| key).collect()
}
