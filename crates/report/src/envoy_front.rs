//! The configuration of an Envoy in front of gateways, with the numbers that follow from a plan.

use std::io::{self, Write};
use std::net::SocketAddr;

use clientc_plan::MAX_MS;
use clientc_plan::document::Resolved;

use crate::units::duration;

/// How much longer than the worst case the front waits, in milliseconds.
const MARGIN_MS: u64 = 5000;

/// Where the front listens, and the gateways behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvoyFront {
    /// Where the front listens.
    pub listen: SocketAddr,
    /// The gateways.
    pub gateways: Vec<SocketAddr>,
}

/// Writes the configuration of an Envoy that neither cuts nor repeats a call of this plan.
pub fn write_envoy_front(mut writer: impl Write, document: &Resolved, front: &EnvoyFront) -> io::Result<()> {
    let (why, timeout) = timeout(document);
    let listen = front.listen;
    let (address, port) = (listen.ip(), listen.port());
    write!(
        writer,
        "# Envoy in front of gateways, for the plan of {project}. Written by `clientc export envoy-front`.
# {why}
static_resources:
  listeners:
  - name: clientc
    address:
      socket_address: {{ address: {address}, port_value: {port} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: clientc
          # The head of an answer is held back until there is content: a call may be silent for its whole worst case.
          stream_idle_timeout: {timeout}
          request_headers_timeout: 30s
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              \"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
          route_config:
            virtual_hosts:
            - name: clientc
              domains: [\"*\"]
              routes:
              # No other path of a gateway is for callers: its metrics need no key.
              - match: {{ prefix: /v1/ }}
                route:
                  cluster: gateways
                  timeout: {timeout}
                  idle_timeout: {timeout}
                  # A gateway that takes no connection has been sent nothing, so no plan is carried out twice.
                  retry_policy:
                    retry_on: connect-failure
                    num_retries: {retries}
                    retry_host_predicate:
                    - name: envoy.retry_host_predicates.previous_hosts
                      typed_config:
                        \"@type\": type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate
                    host_selection_retry_max_attempts: 5
  clusters:
  - name: gateways
    type: STATIC
    connect_timeout: 1s
    lb_policy: LEAST_REQUEST
    # Gateways bound their calls themselves.
    circuit_breakers:
      thresholds:
      - {{ max_connections: 100000, max_pending_requests: 100000, max_requests: 100000, max_retries: 1000 }}
    # A gateway that drains reports it on /ready, and gets no more calls.
    health_checks:
    - timeout: 1s
      interval: 1s
      no_traffic_interval: 1s
      unhealthy_threshold: 1
      healthy_threshold: 1
      http_health_check: {{ path: /ready }}
    common_lb_config:
      healthy_panic_threshold: {{ value: 0 }}
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        # Below the gateway's own, so that no call is sent into a connection that closes.
        common_http_protocol_options: {{ idle_timeout: 10s }}
        explicit_http_config: {{ http_protocol_options: {{}} }}
    load_assignment:
      cluster_name: gateways
      endpoints:
      - lb_endpoints:
",
        project = document.project,
        retries = front.gateways.len().saturating_sub(1).max(1),
    )?;
    for gateway in &front.gateways {
        writeln!(
            writer,
            "        - endpoint: {{ address: {{ socket_address: {{ address: {}, port_value: {} }} }} }}",
            gateway.ip(),
            gateway.port()
        )?;
    }
    Ok(())
}

/// The timeout of the front, as Envoy writes it, and why it is so long.
fn timeout(document: &Resolved) -> (String, String) {
    let mut longest = ("", 0);
    for (name, client) in &document.clients {
        match client.worst_case.duration_ms {
            Some(ms) if ms < MAX_MS => longest = if ms >= longest.1 { (name, ms) } else { longest },
            _ => {
                let why = format!("No limit bounds {name}, so the front has none either (0s).");
                return (why, "0s".into());
            }
        }
    }
    let (name, ms) = longest;
    let all = ms.saturating_add(MARGIN_MS);
    let why =
        format!("The longest worst case is that of {name}: {}. The front waits 5s longer.", duration(ms));
    (why, format!("{}.{:03}s", all / 1000, all % 1000))
}
