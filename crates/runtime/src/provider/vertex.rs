//! Models on Google's Vertex AI: Google's own, and Anthropic's.

use clientc_plan::json::Value;

use super::endpoint::Endpoint;
use super::error::BuildError;
use super::http::{Auth, Delivery, HttpRequest, PROJECT};
use super::options::{Options, wrong};
use super::{anthropic, google};
use crate::chat::ChatRequest;
use crate::credentials::GoogleWanted;

/// The version of the messages API of Vertex AI.
const ANTHROPIC_VERSION: &str = "vertex-2023-10-16";

/// Builds a request to one of Google's models.
pub(super) fn build(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<HttpRequest, BuildError> {
    let method = if delivery.is_streamed() { "streamGenerateContent" } else { "generateContent" };
    let (mut endpoint, auth) = endpoint(&mut options, "google", method)?;
    if delivery.is_streamed() {
        endpoint.query("alt", "sse");
    }
    endpoint.take_query(&mut options)?;
    let body = google::request::body(options, chat)?;
    Ok(endpoint.post(&body).with_auth(auth))
}

/// Builds a request to one of Anthropic's models. The model is in the URL, and the version in the body.
pub(super) fn build_anthropic(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<HttpRequest, BuildError> {
    let method = if delivery.is_streamed() { "streamRawPredict" } else { "rawPredict" };
    let (mut endpoint, auth) = endpoint(&mut options, "anthropic", method)?;
    endpoint.take_query(&mut options)?;
    let version = options.take_text("anthropic_version")?;
    options.put("anthropic_version", version.unwrap_or_else(|| ANTHROPIC_VERSION.into()));
    let body = anthropic::request::body(options, chat, delivery)?;
    Ok(endpoint.post(&body).with_auth(auth))
}

/// Takes what says where the model is and who calls it.
fn endpoint(
    options: &mut Options<'_>,
    publisher: &str,
    method: &str,
) -> Result<(Endpoint, Auth), BuildError> {
    let model = options.take_required("model")?;
    let project = options.take_text("project_id")?.or_else(|| options.variable("GOOGLE_CLOUD_PROJECT"));
    let credentials = credentials(options)?;
    let project = project.or_else(|| project_of(credentials.as_deref()?));
    let base = match options.take_text("base_url")? {
        Some(base) => base,
        None => base_of(&options.take_required("location")?, project.as_deref(), publisher)?,
    };
    let endpoint = Endpoint::new(options, &base, &format!("{model}:{method}"))?;
    let wanted = GoogleWanted { client: options.leaf.name.clone(), credentials: credentials.map(Into::into) };
    let auth = match endpoint.is_authorized() {
        // Nothing is fetched then that would name the project.
        true if base.contains(PROJECT) => {
            let provider = options.provider().into();
            return Err(BuildError::MissingOption { option: "project_id".into(), provider });
        }
        true => Auth::None,
        false => Auth::Google { wanted },
    };
    Ok((endpoint, auth))
}

fn base_of(location: &str, project: Option<&str>, publisher: &str) -> Result<String, BuildError> {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if location.is_empty() || !location.bytes().all(is_label) {
        return Err(wrong("location", "a name of letters, digits and hyphens"));
    }
    let host = match location {
        "global" => "aiplatform.googleapis.com".to_owned(),
        _ => format!("{location}-aiplatform.googleapis.com"),
    };
    let project = project.unwrap_or(PROJECT);
    Ok(format!("https://{host}/v1/projects/{project}/locations/{location}/publishers/{publisher}/models"))
}

/// The project that the JSON of a service account names.
fn project_of(credentials: &str) -> Option<String> {
    Value::parse(credentials).ok()?.get("project_id")?.as_str().map(String::from)
}

/// Takes the credentials: the JSON of a service account, or the path of its file. Nothing leaves it to the application
/// default credentials.
fn credentials(options: &mut Options<'_>) -> Result<Option<String>, BuildError> {
    let written = match options.take("credentials") {
        None | Some(Value::Null) => options.take_text("credentials_content")?,
        Some(Value::String(text)) => Some(text),
        Some(map @ Value::Object(_)) => Some(map.to_string()),
        Some(_) => return Err(wrong("credentials", "a string or a map")),
    };
    let names = ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS_CONTENT"];
    Ok(written.or_else(|| names.iter().find_map(|name| options.variable(name))))
}
