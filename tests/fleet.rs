//! What stands in front of gateways: its numbers follow from the plan, and the example in the repository is current.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use clientc_tests::program::run_in;
use clientc_tests::shared::{repository, updates};
use clientc_tests::tools::{run, tool};
use serde_json::Value;

const PORTS: [&str; 3] = ["127.0.0.1:44497", "127.0.0.1:44498", "127.0.0.1:44499"];

fn exported(folder: &std::path::Path) -> String {
    let mut arguments = vec!["export", "envoy-front", "."];
    PORTS.iter().for_each(|port| arguments.extend(["--gateway", port]));
    let run = run_in(folder, &arguments);
    assert_eq!((run.code, &*run.stderr), (0, ""), "{run:#?}");
    run.stdout
}

fn of(http: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "client<llm> A {{\n provider openai\n options {{\n model \"m\"\n {http}\n }}\n}}\nretry_policy P {{\n max_retries 1\n}}\n\
         client<llm> B {{\n provider fallback\n retry_policy P\n options {{\n strategy [A, A]\n }}\n}}\n"
    );
    std::fs::write(folder.path().join("a.baml"), text).unwrap();
    exported(folder.path())
}

#[test]
fn the_example_is_current() {
    let file = repository().join("examples/fleet/envoy.yaml");
    let text = exported(&repository().join("examples/fallback"));
    if updates() {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), text, "scripts/update.sh writes it again");
}

/// The numbers in the other files, which are written by hand, are those of the same plan.
#[test]
fn the_files_beside_it_have_the_same_numbers() {
    let read = |file: &str| std::fs::read_to_string(repository().join("examples").join(file)).unwrap();
    let document: Value = serde_json::from_str(&read("fallback/resolved.json")).unwrap();
    let clients = document["clients"].as_object().unwrap().values();
    let worst_ms = clients.map(|client| client["worst_case"]["duration_ms"].as_u64().unwrap()).max().unwrap();
    // The front waits 5 s longer than the worst case, and so does the gateway that stops.
    let front = worst_ms / 1000 + 5;
    assert_eq!((worst_ms % 1000, front), (0, 85));
    assert!(read("fleet/envoy.yaml").contains(&format!("timeout: {front}.000s")));
    let route = read("fleet/kubernetes/route.yaml");
    for key in ["request", "backendRequest", "requestTimeout", "streamIdleTimeout"] {
        assert!(route.contains(&format!("{key}: {front}s")), "{key}: {route}");
    }
    // The delay, the drain, and 10 s to close connections and write the log.
    let unit = read("fleet/clientc-gateway.service");
    assert!(
        !unit.contains("--drain") && unit.contains(&format!("TimeoutStopSec={}\n", 3 + front + 10)),
        "{unit}"
    );
    let pod = read("fleet/kubernetes/gateway.yaml");
    assert!(pod.contains("\"--drain-delay-ms\", \"5000\"") && !pod.contains("--drain-timeout-ms"));
    assert!(pod.contains(&format!("terminationGracePeriodSeconds: {}\n", 5 + front + 10)), "{pod}");
    // A front that names no other path keeps the metrics, which need no key, to itself.
    for paths in [read("fleet/envoy.yaml"), route] {
        assert_eq!((paths.matches("/v1/").count(), paths.contains("prefix: / ")), (1, false), "{paths}");
    }
}

#[test]
fn kubernetes_takes_the_deployment() {
    let Some(judge) = tool("bin/kubernetes-validate") else { return };
    let judged = |file: &str| run(&judge, &repository(), &["--strict", file]);
    let file = repository().join("examples/fleet/kubernetes/gateway.yaml");
    let good = judged(file.to_str().unwrap());
    assert_eq!(good.code, 0, "{}{}", good.stdout, good.stderr);
    // The judge is one: a slip is found.
    let folder = tempfile::tempdir().unwrap();
    let slip = folder.path().join("gateway.yaml");
    let text = std::fs::read_to_string(&file).unwrap().replace("replicas:", "replica:");
    std::fs::write(&slip, text).unwrap();
    assert_eq!(judged(slip.to_str().unwrap()).code, 1);
}

#[test]
fn the_front_waits_longer_than_the_worst_case() {
    // Twice two attempts of 10 s, and a delay of 200 ms between the rounds.
    let text = of("http {\n request_timeout_ms 10000\n }");
    assert!(text.contains("The longest worst case is that of B: 40.2s"), "{text}");
    let yaml: Value = serde_saphyr::from_str(&text).unwrap();
    let manager = &yaml["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"];
    let route = &manager["route_config"]["virtual_hosts"][0]["routes"][0]["route"];
    for time in [&manager["stream_idle_timeout"], &route["timeout"], &route["idle_timeout"]] {
        assert_eq!(*time, "45.200s");
    }
    assert_eq!(route["retry_policy"]["retry_on"], "connect-failure");
    assert_eq!(route["retry_policy"]["num_retries"], 2);
    let endpoints =
        &yaml["static_resources"]["clusters"][0]["load_assignment"]["endpoints"][0]["lb_endpoints"];
    assert_eq!(endpoints.as_array().unwrap().len(), PORTS.len());
}

#[test]
fn where_nothing_bounds_a_call_the_front_does_not_either() {
    let text = of("");
    assert!(text.contains("No limit bounds A, so the front has none either"), "{text}");
    assert!(text.contains("timeout: 0s"), "{text}");
}

#[test]
fn a_project_with_errors_is_not_exported() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.baml"), "client<llm> A {\n provider nothing\n}\n").unwrap();
    let run = run_in(folder.path(), &["export", "envoy-front", "."]);
    assert_eq!((run.code, &*run.stdout), (1, ""));
    assert!(run.stderr.contains("unknown-provider"), "{}", run.stderr);
}
