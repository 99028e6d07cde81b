//! Where a request goes and what it carries beside its body.

use clientc_plan::json::{Map, Value};
use clientc_plan::providers;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::error::BuildError;
use super::http::{Auth, HttpRequest};
use super::options::{Options, wrong};

/// Where a request goes and what it carries beside its body.
pub(super) struct Endpoint {
    url: Url,
    headers: HeaderMap,
}

impl Endpoint {
    /// Takes the base URL, or that of the provider, and the headers of a client, and adds a path.
    pub(super) fn take(options: &mut Options<'_>, path: &str) -> Result<Self, BuildError> {
        let default = providers::provider(options.provider()).and_then(|provider| provider.default_base_url);
        let base = match (options.take_text("base_url")?, default) {
            (Some(base), _) => base,
            (None, Some(default)) => default.to_owned(),
            (None, None) => options.take_required("base_url")?,
        };
        Self::new(options, &base, path)
    }

    /// The same with a base URL that is known.
    pub(super) fn new(options: &mut Options<'_>, base: &str, path: &str) -> Result<Self, BuildError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in options.take_map("headers")? {
            let option = format!("headers.{name}");
            let name: HeaderName = name.parse().map_err(|_| wrong(&option, "under a valid header name"))?;
            headers.insert(name, secret(&value, &option)?);
        }
        Ok(Self { url: join(base, path)?, headers })
    }

    /// Whether the client writes a header of its own.
    pub(super) fn has(&self, name: &HeaderName) -> bool {
        self.headers.contains_key(name)
    }

    /// Whether the client itself says who calls.
    pub(super) fn is_authorized(&self) -> bool {
        self.has(&AUTHORIZATION)
    }

    /// Adds the key of a client as its bearer token.
    pub(super) fn authorize(&mut self, options: &mut Options<'_>) -> Result<(), BuildError> {
        let key = options.take_key(self.has(&AUTHORIZATION))?;
        match key {
            Some(key) => self.key(AUTHORIZATION, &format!("Bearer {key}")),
            None => Ok(()),
        }
    }

    /// Adds the key of a client under a header of the provider's own.
    pub(super) fn authorize_with(
        &mut self,
        options: &mut Options<'_>,
        name: HeaderName,
    ) -> Result<(), BuildError> {
        let key = options.take_key(self.has(&name) || self.has(&AUTHORIZATION))?;
        match key {
            Some(key) => self.key(name, &key),
            None => Ok(()),
        }
    }

    fn key(&mut self, name: HeaderName, value: &str) -> Result<(), BuildError> {
        self.headers.insert(name, secret(value, "api_key")?);
        Ok(())
    }

    /// Adds a header where the client writes none of this name.
    pub(super) fn default_header(&mut self, name: HeaderName, value: &'static str) {
        self.headers.entry(name).or_insert(HeaderValue::from_static(value));
    }

    /// Adds the pairs that the client writes to the query.
    pub(super) fn take_query(&mut self, options: &mut Options<'_>) -> Result<(), BuildError> {
        let pairs = options.take_map("query_params")?;
        pairs.iter().for_each(|(name, value)| self.query(name, value));
        Ok(())
    }

    /// Adds a pair to the query.
    pub(super) fn query(&mut self, name: &str, value: &str) {
        self.url.query_pairs_mut().append_pair(name, value);
    }

    /// Makes the request with its body.
    pub(super) fn post(self, body: &Map<String, Value>) -> HttpRequest {
        // A map of JSON values is always written.
        self.post_bytes(serde_json::to_vec(body).unwrap_or_default())
    }

    /// Makes the request with a body that is already written.
    pub(super) fn post_bytes(self, body: Vec<u8>) -> HttpRequest {
        HttpRequest {
            method: http::Method::POST,
            url: self.url,
            headers: self.headers,
            body: body.into(),
            keeps_wire: false,
            auth: Auth::None,
        }
    }
}

/// Adds a path to a base URL, one slash between them, and leaves a query of the base URL where it is.
fn join(base: &str, path: &str) -> Result<Url, BuildError> {
    let expected = "a URL that begins with http:// or https:// and names a host";
    let mut url = Url::parse(base).map_err(|_| wrong("base_url", expected))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("base_url", expected));
    }
    let before = url.path().strip_suffix('/').unwrap_or(url.path()).to_owned();
    url.set_path(&format!("{before}/{path}"));
    url.set_fragment(None);
    Ok(url)
}

/// Makes a header that no log shows: whatever a client writes into its headers may be a key.
fn secret(value: &str, option: &str) -> Result<HeaderValue, BuildError> {
    let expected = "a string on one line that is valid in a header";
    let mut value = HeaderValue::from_str(value).map_err(|_| wrong(option, expected))?;
    value.set_sensitive(true);
    Ok(value)
}
