//! A client of the plan as callers see it: as a model.

use clientc_plan::document::{Resolved, ResolvedClient, ResolvedKind};
use clientc_runtime::{Client, StreamUpstream};
use serde_json::{Value, json};

use crate::call_settings::CallSettings;

/// A client of the plan.
#[derive(Debug)]
pub(crate) struct Model {
    /// Whether every leaf of it takes messages as they are.
    pub(crate) takes_verbatim: bool,
    /// Whether whole answers are read as streams upstream.
    pub(crate) stream_upstream: StreamUpstream,
    /// What `/v1/models` says of it.
    pub(crate) shown: Value,
}

impl Model {
    pub(crate) fn new(
        name: &str,
        client: &ResolvedClient,
        document: &Resolved,
        called: &Client,
        settings: &CallSettings,
    ) -> Self {
        Self {
            takes_verbatim: called.takes_verbatim(),
            stream_upstream: settings.stream_upstream.of(name),
            shown: shown(name, client, document),
        }
    }
}

fn shown(name: &str, client: &ResolvedClient, document: &Resolved) -> Value {
    let kind = match &client.kind {
        ResolvedKind::Leaf { .. } => "leaf",
        ResolvedKind::Fallback { .. } => "fallback",
        ResolvedKind::RoundRobin { .. } => "round-robin",
    };
    let routes: Vec<_> =
        client.routes.iter().map(|route| json!({"path": route.path, "effective": route.effective})).collect();
    json!({
        "id": name,
        "object": "model",
        "created": 0,
        "owned_by": "clientc",
        "clientc": {
            "project": document.project,
            "kind": kind,
            "routes": routes,
            "worst_case": client.worst_case,
        },
    })
}
