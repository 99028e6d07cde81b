//! The clients of a plan as callers see them: as models.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::gateway::{Gateway, Snapshot};
use crate::refusal::{Reason, Refusal, as_json};
use crate::request_id::{self, request_id};

/// `GET /v1/models`.
pub(crate) async fn list(State(gateway): State<Gateway>, headers: HeaderMap) -> Response {
    request_id::answer(&gateway, request_id(&headers), all(&gateway, &headers))
}

fn all(gateway: &Gateway, headers: &HeaderMap) -> Result<Response, Refusal> {
    let snapshot = gateway.snapshot();
    snapshot.keys.admit(headers)?;
    let data: Vec<_> = snapshot.models.values().map(|model| &model.shown).collect();
    Ok(as_json(StatusCode::OK, json!({"object": "list", "data": data}).to_string()))
}

/// `GET /v1/models/{model}`.
pub(crate) async fn one(
    State(gateway): State<Gateway>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    request_id::answer(&gateway, request_id(&headers), named(&gateway, &headers, name))
}

fn named(
    gateway: &Gateway,
    headers: &HeaderMap,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let snapshot = gateway.snapshot();
    snapshot.keys.admit(headers)?;
    let Path(name) = name.map_err(|_| Refusal::field("model", "the name of the model must be UTF-8"))?;
    match snapshot.models.get(&*name) {
        Some(model) => Ok(as_json(StatusCode::OK, model.shown.to_string())),
        None => Err(unknown(&snapshot, &name)),
    }
}

/// The refusal of a name that no client has.
pub(crate) fn unknown(snapshot: &Snapshot, name: &str) -> Refusal {
    /// The most names that a message lists.
    const MOST: usize = 20;
    let mut message = match snapshot.runtime.client(name) {
        Err(error) if error.suggestion.is_some() => error.to_string(),
        _ => format!("there is no client \"{}\".", beginning(name)),
    };
    if snapshot.models.len() <= MOST {
        let names: Vec<_> = snapshot.models.keys().map(|name| &**name).collect();
        message = format!("{message} There are: {}", names.join(", "));
    } else {
        message += " GET /v1/models lists them.";
    }
    Refusal { param: Some("model".into()), ..Refusal::new(Reason::UnknownModel, message) }
}

/// As much of a name as is worth showing.
fn beginning(name: &str) -> String {
    const MOST: usize = 100;
    match name.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}
