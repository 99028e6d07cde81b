//! Our requests beside those of BAML 0.226.3, as `scripts/request_oracle.py` recorded them.

use std::sync::Arc;

use ::http::header::AUTHORIZATION;
use clientc_plan::json::Map;
use futures_util::FutureExt;

use super::difference::{Difference, Table, differences};
use super::*;
use crate::chat::{Content, Media, MediaKind, MediaSource, Message, Part, Role};
use crate::credentials::{Chains, CredentialSource, Fetching, GoogleToken, GoogleWanted};
use crate::engine::authorize;

const RECORDED: [&str; 11] = [
    include_str!("../../../../../tests/requests/anthropic.json"),
    include_str!("../../../../../tests/requests/aws-bedrock.json"),
    include_str!("../../../../../tests/requests/azure-openai.json"),
    include_str!("../../../../../tests/requests/google-ai.json"),
    include_str!("../../../../../tests/requests/ollama.json"),
    include_str!("../../../../../tests/requests/openai-generic.json"),
    include_str!("../../../../../tests/requests/openai-responses.json"),
    include_str!("../../../../../tests/requests/openai.json"),
    include_str!("../../../../../tests/requests/openrouter.json"),
    include_str!("../../../../../tests/requests/vertex-ai.json"),
    include_str!("../../../../../tests/requests/vertex-ai-claude.json"),
];
const ENVIRONMENT: &str = include_str!("../../../../../tests/requests/environment.json");

#[test]
#[allow(clippy::print_stdout, reason = "the numbers are for the reader of the test")]
fn requests_are_those_of_baml_except_where_the_table_says_why() {
    let environment: Map<String, Value> = serde_json::from_str(ENVIRONMENT).unwrap();
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| (name, value.as_str().unwrap())).collect();
    let (mut table, mut compared, mut different, mut unexplained) = (Table::read(), 0, 0, Vec::new());
    let is_real = |difference: &Difference| difference.place != "headers.baml-original-url";
    for case in RECORDED.iter().flat_map(|text| serde_json::from_str::<Vec<Value>>(text).unwrap()) {
        let is_set = case["environment"] == true;
        let variables: Variables =
            environment.iter().filter(|_| is_set).map(|(name, value)| (name.as_str(), *value)).collect();
        for (way, is_streaming) in [("call", false), ("stream", true)] {
            let name = format!("{}/{way}", case["name"].as_str().unwrap());
            let found = compare(&case, is_streaming, &variables, &case["expected"][way]);
            compared += 1;
            different += usize::from(found.iter().any(is_real));
            for difference in found.iter().filter(|difference| !table.explains(&name, difference)) {
                let Difference { place, ours, theirs } = difference;
                unexplained.push(format!("{name}: {place}\n    ours   {ours}\n    theirs {theirs}"));
            }
        }
    }
    println!("{compared} requests, {different} with more than the header, {} rows", table.len());
    assert!(compared > 2_400, "only {compared} requests were compared");
    assert!(unexplained.is_empty(), "{} have no row:\n{}", unexplained.len(), unexplained.join("\n"));
    assert!(table.unused().is_empty(), "rows that no longer occur:\n{}", table.unused().join("\n"));
}

fn compare(case: &Value, is_streaming: bool, variables: &Variables, theirs: &Value) -> Vec<Difference> {
    let family = case["name"].as_str().unwrap().split('/').next().unwrap();
    // Anthropic's models on Vertex AI are a family of their own.
    let leaf = leaf(family.strip_suffix("-claude").unwrap_or(family), case["options"].clone());
    let chat = ChatRequest::new(case["messages"].as_array().unwrap().iter().map(message));
    let ours = request(&leaf, &chat, is_streaming && leaf.supports_streaming(), variables);
    match (ours, theirs.get("error")) {
        (Err(_), Some(_)) => Vec::new(),
        (Ok(_), Some(error)) => {
            vec![Difference { place: "error".into(), ours: "a request".into(), theirs: error.to_string() }]
        }
        (Err(error), None) => vec![Difference {
            place: "request".into(),
            ours: error.to_string(),
            theirs: theirs["body"].to_string(),
        }],
        (Ok(ours), None) => {
            let (ours, mut found) = (written(&authorized(ours)), Vec::new());
            for part in ["method", "url", "headers", "body"] {
                found.extend(differences(part, &ours[part], &theirs[part]));
            }
            let is_other = found.iter().any(|difference| difference.place.starts_with("body"));
            let (ours, theirs) = (&ours["body"], &theirs["body"]);
            assert!(is_other || in_one_order(ours, theirs), "{}: {ours} and {theirs}", case["name"]);
            found
        }
    }
}

/// Whether two objects have their keys in one order.
fn in_one_order(ours: &Value, theirs: &Value) -> bool {
    ours.as_object().unwrap().keys().eq(theirs.as_object().unwrap().keys())
}

/// Adds what says who sends a request, as the engine does. Of a signature it leaves who signed, and for which region.
fn authorized(mut request: HttpRequest) -> HttpRequest {
    let chains = Chains::default().with_source(Arc::new(Robot));
    authorize(&chains, &mut request).now_or_never().expect("nothing is waited for").unwrap();
    if let Some(date) = request.headers.remove("x-amz-date") {
        let signature = request.headers.remove(AUTHORIZATION).unwrap();
        let scope =
            signature.to_str().unwrap().split("Credential=").nth(1).unwrap().split(',').next().unwrap();
        let day = format!("/{}/", &date.to_str().unwrap()[..8]);
        request.headers.insert("signed-by", scope.replace(&day, "/DATE/").parse().unwrap());
    }
    request
}

/// Gives what the servers of the script give.
struct Robot;

impl CredentialSource for Robot {
    fn google<'a>(&'a self, _: &'a GoogleWanted) -> Fetching<'a, Option<GoogleToken>> {
        let token = GoogleToken::new("token-of-google", None).with_project("project-of-the-key");
        Box::pin(std::future::ready(Ok(Some(token))))
    }
}

/// Writes a request as the script writes the peer's.
fn written(request: &HttpRequest) -> Value {
    let headers: Map<String, Value> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()))
        .collect();
    json!({
        "method": request.method.as_str(),
        "url": request.url.as_str(),
        "headers": headers,
        "body": Value::from_slice(&request.body).unwrap(),
    })
}

fn message(value: &Value) -> Message {
    let parts = value["parts"].as_array().unwrap().iter().map(part);
    let metadata = value["metadata"].as_object().unwrap().clone();
    Message { metadata, ..Message::new(Role::from(value["role"].as_str().unwrap()), parts) }
}

fn part(value: &Value) -> Part {
    if let Some(text) = value.as_str() {
        return Part::text(text);
    }
    let kind = match value["kind"].as_str().unwrap() {
        "image" => MediaKind::Image,
        "audio" => MediaKind::Audio,
        "pdf" => MediaKind::Pdf,
        "video" => MediaKind::Video,
        other => panic!("{other} is no kind of media"),
    };
    let media_type = value["media_type"].as_str().map(String::from);
    let source = match (value["data"].as_str(), value["url"].as_str()) {
        (Some(data), _) => MediaSource::Data { media_type: media_type.unwrap(), data: data.into() },
        (None, Some(url)) => match MediaSource::from_url(url.into()) {
            MediaSource::Url { url, .. } => MediaSource::Url { url, media_type },
            data => data,
        },
        (None, None) => panic!("media without bytes and URL"),
    };
    Content::Media(Media { kind, source, detail: None, name: None }).into()
}
