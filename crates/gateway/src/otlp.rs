//! Sends metrics and spans to a collector, in OpenTelemetry's protocol over HTTP. OpenTelemetry's own environment
//! variables say where to, how often and with which headers.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use bytes::Bytes;
use clientc_runtime::transport::{Connection, Dial, Network, Transport as _};
use futures_util::TryStreamExt as _;
use http::{Request, Response, StatusCode};
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{InstrumentationScope, Key};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    MetricExporter, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::terminal::note;

/// How long a collector may take to accept a request, unless `OTEL_EXPORTER_OTLP_TIMEOUT` is set.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long sending the rest may take when the gateway stops.
const LAST: Duration = Duration::from_secs(5);
/// The largest answer of a collector that is read, in bytes.
const ANSWER: usize = 1 << 20;

/// What is sent to a collector.
#[derive(Debug)]
pub(crate) struct Otlp {
    metrics: Option<SdkMeterProvider>,
    spans: Option<SdkTracerProvider>,
}

impl Otlp {
    /// Begins to send. Requests are made on the runtime that this is called in.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let resource = resource();
        let metrics = Signal::METRICS.is_wanted()?.then(|| metrics(&resource)).transpose()?;
        let spans = Signal::TRACES.is_wanted()?.then(|| spans(resource)).transpose()?;
        Ok(Self { metrics, spans })
    }

    /// The meter that metrics are recorded with, if they are sent.
    pub(crate) fn meter(&self) -> Option<Meter> {
        self.metrics.as_ref().map(|provider| provider.meter_with_scope(scope()))
    }

    /// Sends what is left. This blocks, and the runtime must keep running meanwhile.
    pub(crate) fn stop(&self) {
        // A collector that does not answer has been reported already.
        let _ = self.spans.as_ref().map(|provider| provider.shutdown_with_timeout(LAST));
        let _ = self.metrics.as_ref().map(|provider| provider.shutdown_with_timeout(LAST));
    }
}

fn metrics(resource: &Resource) -> anyhow::Result<SdkMeterProvider> {
    let http = MetricExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
    let exporter = http.with_http_client(Sender::new(Signal::METRICS)?).build();
    let exporter = exporter.context("cannot send metrics")?;
    Ok(SdkMeterProvider::builder().with_resource(resource.clone()).with_periodic_exporter(exporter).build())
}

fn spans(resource: Resource) -> anyhow::Result<SdkTracerProvider> {
    let http = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
    let exporter = http.with_http_client(Sender::new(Signal::TRACES)?).build();
    let exporter = exporter.context("cannot send spans")?;
    let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    // Libraries have spans too, and those may contain addresses with keys in them.
    let ours = ["clientc_gateway", "clientc_runtime"].map(|target| (target, Level::INFO));
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer_with_scope(scope()));
    let layer = layer.with_location(false).with_threads(false).with_target(false);
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(Targets::from_iter(ours)));
    subscriber.try_init().context("cannot collect spans")?;
    Ok(provider)
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("clientc-gateway").with_version(env!("CARGO_PKG_VERSION")).build()
}

/// Who sends: as the environment says, else the name of the program.
fn resource() -> Resource {
    let detected = Resource::builder().build();
    let name = detected.get(&Key::from_static_str("service.name")).map(|name| name.to_string());
    let is_named = name.is_some_and(|name| !name.is_empty() && !name.starts_with("unknown_service"));
    let named = Resource::builder();
    if is_named { named.build() } else { named.with_service_name("clientc-gateway").build() }
}

/// What is sent: metrics or spans.
#[derive(Debug, Clone, Copy)]
struct Signal {
    word: &'static str,
    /// Its name in environment variables.
    variable: &'static str,
}

impl Signal {
    const METRICS: Self = Self { word: "metrics", variable: "METRICS" };
    const TRACES: Self = Self { word: "spans", variable: "TRACES" };

    /// Whether the environment leaves it on.
    fn is_wanted(self) -> anyhow::Result<bool> {
        let exporter = format!("OTEL_{}_EXPORTER", self.variable);
        match (variable("OTEL_SDK_DISABLED"), variable(&exporter)) {
            (Some(disabled), _) if disabled.eq_ignore_ascii_case("true") => Ok(false),
            (_, Some(none)) if none == "none" => Ok(false),
            (_, None) => self.check_protocol(),
            (_, Some(otlp)) if otlp == "otlp" => self.check_protocol(),
            (_, Some(other)) => {
                anyhow::bail!(
                    "`{exporter}` is `{other}`; the gateway supports `otlp`, and `none` to send nothing"
                )
            }
        }
    }

    /// A collector that waits for another protocol would understand nothing.
    fn check_protocol(self) -> anyhow::Result<bool> {
        let own = format!("OTEL_EXPORTER_OTLP_{}_PROTOCOL", self.variable);
        let names = [own, "OTEL_EXPORTER_OTLP_PROTOCOL".to_owned()];
        let protocol = names.into_iter().find_map(|name| Some((variable(&name)?, name)));
        match protocol {
            Some((protocol, name)) if protocol != "http/protobuf" => anyhow::bail!(
                "`{name}` is `{protocol}`, but the gateway supports only `http/protobuf`: set \
                 `OTEL_EXPORTER_OTLP_{}_PROTOCOL` to that and its endpoint to the collector's port for it, usually \
                 4318",
                self.variable
            ),
            _ => Ok(true),
        }
    }

    fn timeout(self) -> Duration {
        let own = variable(&format!("OTEL_EXPORTER_OTLP_{}_TIMEOUT", self.variable));
        let ms = own.or_else(|| variable("OTEL_EXPORTER_OTLP_TIMEOUT")).and_then(|text| text.parse().ok());
        ms.map_or(TIMEOUT, Duration::from_millis)
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Sends requests on the runtime of the gateway: the threads that export have none.
struct Sender {
    signal: Signal,
    network: Network,
    handle: Handle,
    timeout: Duration,
    is_failing: AtomicBool,
}

impl Sender {
    fn new(signal: Signal) -> anyhow::Result<Self> {
        let (network, handle) = (Network::new()?, Handle::current());
        Ok(Self { signal, network, handle, timeout: signal.timeout(), is_failing: AtomicBool::new(false) })
    }

    /// Reports once that the collector does not accept anything, and once that it does again.
    fn tell(&self, to: &str, failure: Option<String>) {
        let word = self.signal.word;
        match (self.is_failing.swap(failure.is_some(), Ordering::Relaxed), failure) {
            (false, Some(failure)) => {
                note(&format!("warning: {word} do not reach the collector at {to}: {failure}"));
            }
            (true, None) => note(&format!("The collector at {to} accepts {word} again.")),
            _ => {}
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sender").field("signal", &self.signal).finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // The rest of an address may contain a key.
        let host = request.uri().host().unwrap_or_default();
        let to = request.uri().port_u16().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        let sending = self.network.send(request, Connection::new(Dial::default()).with_pooling(true));
        let limit = self.timeout;
        let sent = self.handle.spawn(async move {
            match tokio::time::timeout(limit, answered(sending)).await {
                Ok(answer) => answer,
                Err(_) => Err(format!("no answer within {} ms", limit.as_millis())),
            }
        });
        let answer = sent.await.unwrap_or_else(|_| Err("the gateway is stopping".into()));
        let status = answer.as_ref().map(Response::status);
        self.tell(
            &to,
            match status {
                Ok(status) if status.is_success() => None,
                Ok(status) => Some(format!("it answered {status}")),
                Err(failure) => Some(failure.clone()),
            },
        );
        answer.map_err(HttpError::from)
    }
}

async fn answered(sending: clientc_runtime::transport::Answering) -> Result<Response<Bytes>, String> {
    let mut answer = sending.await.map_err(|error| error.to_string())?;
    let mut body = Vec::new();
    while let Some(piece) = answer.body.try_next().await.map_err(|error| error.to_string())? {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER {
            return Err("its answer did not end".into());
        }
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(answer.status.as_u16()).unwrap_or_default();
    *response.headers_mut() = std::mem::take(&mut answer.headers);
    Ok(response)
}
