//! An answer with what is known about how it was obtained.

use bytes::Bytes;
use clientc_plan::record::CallRecord;
use http::HeaderMap;

use crate::chat::ChatResponse;

/// An answer with the record of its call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// What the model answered.
    pub response: ChatResponse,
    /// The attempts, the limits and the times of the call.
    pub record: CallRecord,
    /// Who answered.
    pub answered_by: AnsweredBy,
    /// The body as the provider sent it, where [`Client::with_raw_body`](crate::Client::with_raw_body) asks for it and
    /// it arrived complete. An answer that was joined from a stream has none.
    pub raw_body: Option<Bytes>,
}

/// Who answered, and how the call got there.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AnsweredBy {
    /// The leaf.
    pub client: Box<str>,
    /// The names from the client of the call to the leaf.
    pub route: Vec<Box<str>>,
    /// The number of the request in the call, from 1. All before it failed.
    pub attempt: u64,
    /// The headers of the provider's answer.
    pub headers: HeaderMap,
    /// The provider's name for the request, which its support asks for.
    pub request_id: Option<Box<str>>,
}

impl AnsweredBy {
    pub(crate) fn new(route: Vec<Box<str>>, attempt: u64, headers: HeaderMap) -> Self {
        let client = route.last().cloned().unwrap_or_default();
        Self { client, route, attempt, request_id: request_id(&headers), headers }
    }
}

/// Headers may contain cookies, so only their number is shown.
impl std::fmt::Debug for AnsweredBy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AnsweredBy")
            .field("route", &self.route)
            .field("attempt", &self.attempt)
            .field("headers", &self.headers.len())
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// The provider's name for a request, at most 200 bytes of it.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<Box<str>> {
    const NAMES: [&str; 5] =
        ["x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "x-goog-request-id"];
    let value = NAMES.iter().find_map(|name| headers.get(*name))?.to_str().ok()?;
    Some(value.chars().take(200).collect::<String>().into())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn who_answered_is_shown_without_the_values_of_headers() {
        let headers = headers(&[("set-cookie", "secret"), ("x-request-id", "req-1")]);
        let answered_by = AnsweredBy::new(vec!["Chat".into(), "Fast".into()], 2, headers);
        assert_eq!(&*answered_by.client, "Fast");
        let shown = r#"AnsweredBy { route: ["Chat", "Fast"], attempt: 2, headers: 2, request_id: Some("req-1"), .. }"#;
        assert_eq!(format!("{answered_by:?}"), shown);
    }

    #[test]
    fn a_request_is_named_by_the_first_header_that_providers_use() {
        let named = |list: &[(&'static str, &str)]| request_id(&headers(list));
        assert_eq!(named(&[("request-id", "b"), ("x-request-id", "a")]).as_deref(), Some("a"));
        for name in ["request-id", "x-amzn-requestid", "apim-request-id", "x-goog-request-id"] {
            assert_eq!(named(&[(name, "a")]).as_deref(), Some("a"), "{name}");
        }
        assert_eq!(named(&[("x-other", "a")]), None);
        for length in [199, 200, 201] {
            let name = named(&[("x-request-id", &"a".repeat(length))]);
            assert_eq!(name.map(|name| name.len()), Some(length.min(200)));
        }
        let unreadable = [("x-request-id".parse().unwrap(), HeaderValue::from_bytes(&[0xFF]).unwrap())];
        assert_eq!(request_id(&unreadable.into_iter().collect()), None);
    }
}
