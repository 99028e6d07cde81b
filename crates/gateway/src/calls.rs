//! `POST /v1/chat/completions`: a call from its request to its answer.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use clientc_runtime::{ChatResponse, Error};
use http::header::{HeaderName, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use tracing::{Instrument as _, Span};

use crate::answer;
use crate::ask::Ask;
use crate::body;
use crate::call::Call;
use crate::drain;
use crate::failure::Failed;
use crate::gateway::Gateway;
use crate::join::join;
use crate::refusal::{Reason, Refusal, SHOULD_RETRY, as_json};
use crate::request_id::{self, request_id};
use crate::stream;
use crate::trace;

const CLIENT: HeaderName = HeaderName::from_static("x-clientc-client");
const ROUTE: HeaderName = HeaderName::from_static("x-clientc-route");
const ATTEMPTS: HeaderName = HeaderName::from_static("x-clientc-attempts");

/// Answers a chat completion.
pub(crate) async fn completions(State(gateway): State<Gateway>, request: Request) -> Response {
    let (parts, mut body) = request.into_parts();
    let request_id = request_id(&parts.headers);
    let span = trace::request(&parts.headers, &request_id);
    let answering = answer(&gateway, &parts.headers, &mut body, &request_id, &span);
    let answered = answering.instrument(span.clone()).await;
    if answered.is_err() {
        body::discard(&parts.headers, body);
    }
    let response = request_id::answer(&gateway, request_id, answered);
    trace::answered(&span, response.status());
    response
}

async fn answer(
    gateway: &Gateway,
    headers: &HeaderMap,
    body: &mut Body,
    request_id: &HeaderValue,
    span: &Span,
) -> Result<Response, Refusal> {
    let snapshot = gateway.snapshot();
    snapshot.keys.admit(headers)?;
    if gateway.is_closed() {
        return Err(stopping());
    }
    let most = snapshot.settings.max_concurrent_calls;
    let permit = gateway.permit(most).ok_or_else(|| {
        let message = format!(
            "{most} calls are in progress, the most that this gateway accepts: try again, or another gateway"
        );
        Refusal::new(Reason::Busy, message)
    })?;
    let reading = gateway.unless_cut_off(body::read(headers, body, &snapshot.settings)).await;
    let body = reading.unwrap_or_else(|| Err(stopping()))?;
    let ask = Ask::read(&snapshot, headers, &body)?;
    drop(body);
    let call = Call {
        gateway: gateway.clone(),
        snapshot,
        request_id: request_id.clone(),
        _permit: permit,
        _span: span.clone(),
    };
    Ok(match ask.is_streaming {
        true => streamed(call, ask).await,
        false => whole(call, ask).await,
    })
}

fn stopping() -> Refusal {
    Refusal::new(Reason::Stopping, "this gateway is stopping: try again, or another gateway")
}

async fn whole(call: Call, ask: Ask) -> Response {
    let calling = call.current(&ask).during(ask.client.chat(&ask.chat));
    match call.gateway.unless_cut_off(calling).await {
        Some(Ok(answer)) => {
            let usage = answer.response.usage;
            let body = whole_body(answer.response, answer.raw_body, ask.client.name());
            let mut response = as_json(StatusCode::OK, body);
            let by = &answer.answered_by;
            name_answerer(response.headers_mut(), &by.route, by.attempt);
            call.ended(answer.record, StatusCode::OK, usage, None);
            response
        }
        Some(Err(error)) => failed(call, error),
        None => drain::answer(),
    }
}

async fn streamed(call: Call, ask: Ask) -> Response {
    let calling = call.current(&ask).during(ask.client.stream(&ask.chat));
    match call.gateway.unless_cut_off(calling).await {
        Some(Ok(chunks)) => {
            let by = chunks.answered_by();
            let (route, attempt) = (by.route.clone(), by.attempt);
            let mut response = stream::response(call, chunks, ask.client.name(), ask.wants_usage);
            name_answerer(response.headers_mut(), &route, attempt);
            response
        }
        Some(Err(error)) => failed(call, error),
        None => drain::answer(),
    }
}

fn failed(call: Call, error: Error) -> Response {
    let failed = Failed::new(&error);
    let mut response = as_json(failed.status, failed.body);
    let headers = response.headers_mut();
    // The SDKs would otherwise carry out the whole plan again.
    headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    headers.extend(failed.retry_after.map(|seconds| (RETRY_AFTER, seconds.into())));
    if let Some((record, last)) = error.record().and_then(|record| Some((record, record.attempts.last()?))) {
        name_answerer(headers, &last.path, record.attempts_made());
    }
    call.ended_in(error, failed.status);
    response
}

/// The body of an answer: as the server sent it where it has OpenAI's form.
fn whole_body(response: ChatResponse, raw: Option<Bytes>, asked: &str) -> Body {
    match (response.wire.is_empty(), raw) {
        (true, _) => answer::whole(response, asked).to_string().into(),
        (false, Some(raw)) => raw.into(),
        (false, None) => join(&response.wire).to_string().into(),
    }
}

/// Adds headers that name the client that answered, the route to it, and the number of attempts.
fn name_answerer(headers: &mut HeaderMap, route: &[Box<str>], attempts: u64) {
    let mut insert = |name, value: &str| {
        // A name may have characters that no header can contain.
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.insert(name, value);
        }
    };
    if let Some(leaf) = route.last() {
        insert(CLIENT, leaf);
        insert(ROUTE, &route.join(" > "));
    }
    headers.insert(ATTEMPTS, attempts.into());
}
