//! The names of OpenTelemetry's conventions are those that it publishes for Python.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;

use clientc_runtime::semconv;
use clientc_tests::shared::{is_required, repository, say_skipped};
use clientc_tests::tools::{run, tool};
use serde::Deserialize;

/// Prints the published names: of attributes, of metrics with their units, and of providers.
const READ: &str = "
import json, sys
try:
    from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
    from opentelemetry.semconv._incubating.metrics import gen_ai_metrics
    from opentelemetry.semconv.attributes import error_attributes, server_attributes
except ModuleNotFoundError:
    sys.exit(3)

metrics = []

class Meter:
    def create_histogram(self, name, description, unit):
        metrics.append((name, unit))

for name, create in vars(gen_ai_metrics).items():
    if name.startswith('create_'):
        create(Meter())
modules = [gen_ai_attributes, error_attributes, server_attributes]
attributes = [value for module in modules for value in vars(module).values() if isinstance(value, str)]
providers = [provider.value for provider in gen_ai_attributes.GenAiProviderNameValues]
print(json.dumps({'attributes': attributes, 'metrics': metrics, 'providers': providers}))
";

/// The code with which it ends where they are not installed.
const MISSING: i32 = 3;

#[derive(Deserialize)]
struct Published {
    attributes: BTreeSet<String>,
    metrics: BTreeSet<(String, String)>,
    providers: BTreeSet<String>,
}

#[test]
fn every_name_is_a_published_one() {
    let Some(python) = tool("bin/python") else { return };
    let read = run(&python, &repository(), &["-W", "ignore", "-c", READ]);
    if read.code == MISSING {
        assert!(!is_required(), "the names are missing: run scripts/test_tools.sh");
        return say_skipped("the names are missing; scripts/test_tools.sh installs them");
    }
    assert_eq!(read.code, 0, "{}", read.stderr);
    let published: Published = serde_json::from_str(&read.stdout).unwrap();
    for name in semconv::ATTRIBUTES {
        assert!(published.attributes.contains(name), "{name}");
    }
    for (name, unit) in semconv::METRICS {
        assert!(published.metrics.contains(&(name.to_owned(), unit.to_owned())), "{name} in {unit}");
    }
    for (ours, theirs) in semconv::PROVIDERS {
        assert!(published.providers.contains(theirs), "{theirs}");
        assert!(!published.providers.contains(ours), "{ours} has a name of its own there");
    }
}
