//! Metrics and spans that are sent to a collector.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use axum::Router;
use axum::routing::post;
use clientc_runtime::semconv;
use http::StatusCode;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, number_data_point};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::json;

use crate::program::{Collector, Program, command, serve};
use crate::stage::{asking, completion, event, streaming};

const TRACE: &str = "traceparent: 00-0123456789abcdef0123456789abcdef-00000000000000aa-01\r\n";
const CALL: &str = "POST /v1/chat/completions";

async fn upstream() -> String {
    let ok = || async {
        let stream = event(&json!({"content": "Hello!"}), Some("stop")) + "data: [DONE]\n\n";
        ([("content-type", "text/event-stream")], stream)
    };
    let busy = || async { (StatusCode::SERVICE_UNAVAILABLE, r#"{"error": {"message": "busy"}}"#) };
    let routes = Router::new()
        .route("/ok/chat/completions", post(|| async { completion().to_string() }))
        .route("/stream/chat/completions", post(ok))
        .route("/hang/chat/completions", post(std::future::pending::<StatusCode>))
        .route("/busy/chat/completions", post(busy));
    format!("http://{}", serve(routes).await)
}

fn sources(upstream: &str) -> String {
    let leaf = |name: &str, path: &str| {
        format!(
            "client<llm> {name} {{\n  provider openai\n  options {{\n    model \"m\"\n    api_key env.KEY\n    \
             base_url \"{upstream}/{path}\"\n    http {{\n      request_timeout_ms 5000\n    }}\n  }}\n}}\n"
        )
    };
    let fallback =
        "client<llm> Saved {\n  provider fallback\n  options {\n    strategy [Busy, Chat]\n  }\n}\n";
    let hang = leaf("Hang", "hang").replace("5000", "50");
    leaf("Chat", "ok") + &leaf("Stream", "stream") + &leaf("Busy", "busy") + &hang + fallback
}

#[tokio::test]
async fn are_those_of_the_calls() {
    let (collector, endpoint) = Collector::start().await;
    let variables = [
        ("KEY", "a-secret-key"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=me"),
    ];
    let program = Program::start(&sources(&upstream().await), &["--otlp"], &variables).await;
    let answer = program.send(CALL, TRACE, &asking("Saved")).await;
    assert!(answer.contains("Hello!"), "{answer}");
    assert!(program.send(CALL, "", &streaming("Stream")).await.contains("Hello!"));
    assert!(program.send(CALL, "", &asking("Busy")).await.contains("upstream_status"));
    assert!(program.send(CALL, "", &asking("Hang")).await.contains("request_timeout_ms"));
    assert!(program.send(CALL, "", &asking("Nobody")).await.contains("model_not_found"));
    let fetched = program.send("GET /metrics", "", "").await;
    assert_eq!(program.stop().await, "");

    metrics_are_those_that_can_be_fetched(&collector, &fetched);
    spans_are_those_of_the_calls(&collector);
    for body in
        collector.taken.lock().unwrap().iter().map(|(_, body)| body).chain(&*collector.spans.lock().unwrap())
    {
        let text = String::from_utf8_lossy(body);
        assert!(!text.contains("a-secret-key") && !text.contains("Hello!"), "{text}");
    }
}

fn metrics_are_those_that_can_be_fetched(collector: &Collector, fetched: &str) {
    let taken = collector.taken.lock().unwrap();
    let (headers, body) = taken.last().unwrap();
    assert_eq!(headers["x-tenant"], "me");
    let request = ExportMetricsServiceRequest::decode(body.clone()).unwrap();
    let [resource] = &request.resource_metrics[..] else { panic!("{request:?}") };
    let named = attributes(&resource.resource.as_ref().unwrap().attributes);
    assert_eq!(named["service.name"], "clientc-gateway");
    let metrics: BTreeMap<_, _> = resource
        .scope_metrics
        .iter()
        .flat_map(|scope| &scope.metrics)
        .map(|metric| (&*metric.name, metric))
        .collect();

    let kinds = fetched.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let fetched_names: BTreeSet<_> = kinds
        .map(|(name, kind)| if kind == "counter" { format!("{name}_total") } else { name.to_owned() })
        .collect();
    let documented = documented();
    let sent: BTreeSet<_> = metrics.keys().map(|name| documented[*name].clone()).collect();
    assert_eq!(sent, fetched_names);
    // What is never counted is not there: nobody asked for a new plan.
    let all = documented.into_values().filter(|name| name != "clientc_gateway_reloads_total");
    assert_eq!(all.collect::<BTreeSet<_>>(), fetched_names);

    for (name, unit) in semconv::METRICS {
        assert_eq!(metrics[name].unit, unit, "{name}");
    }
    let calls = counts(metrics["clientc.gateway.calls"]);
    let call = |client, mode, outcome| format!("client={client} mode={mode} outcome={outcome}");
    assert_eq!(calls[&call("Saved", "whole", "succeeded")], 1);
    assert_eq!(calls[&call("Stream", "stream", "succeeded")], 1);
    assert_eq!(calls[&call("Busy", "whole", "failed")], 1);
    assert_eq!(counts(metrics["clientc.gateway.attempts"])["client=Busy outcome=http"], 2);
    assert_eq!(counts(metrics["clientc.gateway.refused"])["reason=model_not_found"], 1);
    assert_eq!(counts(metrics["clientc.gateway.limits_passed"])["client=Hang limit=request_timeout_ms"], 1);
    let with = "gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model";
    let durations = counts(metrics[semconv::OPERATION_DURATION]);
    assert_eq!(durations[&format!("error.type=503 {with}=Busy")], 1);
    assert_eq!(durations[&format!("{with}=Saved")], 1);
    assert_eq!(counts(metrics[semconv::OPERATION_TIME_TO_FIRST_CHUNK])[&format!("{with}=Stream")], 1);
    assert_eq!(counts(metrics[semconv::TOKEN_USAGE])[&format!("{with}=Saved gen_ai.token.type=output")], 1);
}

/// The names of the page "Metrics": as they are sent, with what they are called where they are fetched.
fn documented() -> BTreeMap<String, String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/reference/metrics.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (table, _) = page.split_once("## Sending them").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let name = |cell: &str| cell.trim().trim_matches('`').to_owned();
    rows.map(|row| {
        let mut cells = row.split('|').skip(1);
        let (fetched, sent) = (cells.next().map(name).unwrap(), cells.next().map(name).unwrap());
        (sent, fetched)
    })
    .collect()
}

/// How much each set of attributes has of a metric: its sum, or the number of its values.
fn counts(metric: &Metric) -> BTreeMap<String, u64> {
    let written = |all: &[KeyValue]| {
        let pairs: Vec<_> = attributes(all).iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join(" ")
    };
    match metric.data.as_ref().unwrap() {
        Data::Sum(sum) => {
            assert!(sum.is_monotonic);
            let points = sum.data_points.iter();
            let value = |value| match value {
                Some(number_data_point::Value::AsInt(value)) => value as u64,
                other => panic!("{other:?}"),
            };
            points.map(|point| (written(&point.attributes), value(point.value))).collect()
        }
        Data::Histogram(histogram) => {
            let points = histogram.data_points.iter();
            points.map(|point| (written(&point.attributes), point.count)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn spans_are_those_of_the_calls(collector: &Collector) {
    let taken = collector.spans.lock().unwrap();
    let requests = taken.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).unwrap());
    let all: Vec<Span> = requests
        .flat_map(|request| request.resource_spans)
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans)
        .collect();
    let of_trace: Vec<_> = all.iter().filter(|span| span.trace_id.starts_with(&[0x01, 0x23, 0x45])).collect();
    let named =
        |name: &str| -> Vec<&Span> { of_trace.iter().copied().filter(|span| span.name == name).collect() };
    let [request] = named("POST /v1/chat/completions")[..] else { panic!("{of_trace:?}") };
    let [call] = named("chat Saved")[..] else { panic!("{of_trace:?}") };
    let [first, second] = named("chat m")[..] else { panic!("{of_trace:?}") };
    assert_eq!(of_trace.len(), 4, "{of_trace:?}");
    assert_eq!(request.parent_span_id, [0, 0, 0, 0, 0, 0, 0, 0xaa]);
    assert_eq!((&call.parent_span_id, &first.parent_span_id), (&request.span_id, &call.span_id));
    assert_eq!(attributes(&request.attributes)["http.response.status_code"], "200");
    let failed = attributes(&first.attributes);
    assert_eq!((&*failed["error.type"], &*failed["clientc.client"]), ("503", "Busy"));
    assert_eq!(first.status.as_ref().unwrap().code, 2);
    let answered = attributes(&call.attributes);
    assert_eq!((&*answered["clientc.outcome"], &*answered["clientc.requests"]), ("succeeded", "2"));
    assert_eq!(attributes(&second.attributes)["gen_ai.provider.name"], "openai");
    // Everything under a name of the conventions is one that they have.
    let names = all.iter().flat_map(|span| &span.attributes).map(|pair| &*pair.key);
    let unknown: BTreeSet<_> =
        names.filter(|name| name.starts_with("gen_ai.") && !semconv::ATTRIBUTES.contains(name)).collect();
    assert_eq!(unknown, BTreeSet::new());
}

fn attributes(all: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        Some(Value::BoolValue(flag)) => flag.to_string(),
        other => panic!("{other:?}"),
    };
    all.iter().map(|pair| (pair.key.clone(), text(&pair.value))).collect()
}

#[tokio::test]
async fn go_nowhere_where_nobody_asked_for_it() {
    let (collector, endpoint) = Collector::start().await;
    let variables = [("KEY", "k"), ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint)];
    let program = Program::start(&sources(&upstream().await), &[], &variables).await;
    assert!(program.send(CALL, "", &asking("Chat")).await.contains("Hello!"));
    program.stop().await;
    assert!(collector.taken.lock().unwrap().is_empty() && collector.spans.lock().unwrap().is_empty());
}

#[tokio::test]
async fn of_one_kind_can_be_left_out() {
    let (collector, endpoint) = Collector::start().await;
    let variables =
        [("KEY", "k"), ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("OTEL_TRACES_EXPORTER", "none")];
    let program = Program::start(&sources(&upstream().await), &["--otlp"], &variables).await;
    assert!(program.send(CALL, "", &asking("Chat")).await.contains("Hello!"));
    program.stop().await;
    assert!(!collector.taken.lock().unwrap().is_empty() && collector.spans.lock().unwrap().is_empty());
}

#[tokio::test]
async fn that_do_not_arrive_are_spoken_of_once_and_hold_no_call() {
    let (collector, endpoint) = Collector::start().await;
    *collector.is_broken.lock().unwrap() = true;
    let variables = [
        ("KEY", "k"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
        ("OTEL_METRIC_EXPORT_INTERVAL", "50"),
        ("OTEL_TRACES_EXPORTER", "none"),
    ];
    let mut program = Program::start(&sources(&upstream().await), &["--otlp"], &variables).await;
    let address = endpoint.trim_start_matches("http://");
    let warned = program.says().await;
    assert_eq!(
        warned,
        format!("warning: metrics do not reach the collector at {address}: it answered 404 Not Found")
    );
    assert!(program.send(CALL, "", &asking("Chat")).await.contains("Hello!"));
    *collector.is_broken.lock().unwrap() = false;
    assert_eq!(program.says().await, format!("The collector at {address} accepts metrics again."));
    assert_eq!(program.stop().await, "");
}

#[tokio::test]
async fn in_another_protocol_are_refused() {
    for (name, value, said) in [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "the gateway supports only `http/protobuf`"),
        ("OTEL_METRICS_EXPORTER", "prometheus", "the gateway supports `otlp`"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("clients.baml"), sources("http://127.0.0.1:1")).unwrap();
        std::fs::write(folder.path().join("clientc.toml"), "[gateway]\notlp = true\n").unwrap();
        let mut command = command(&[], &[("KEY", "k"), (name, value)]);
        let output = command.arg(folder.path()).output().await.unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(said) && text.contains(name), "{text}");
    }
}
