//! Signatures of requests to AWS, version 4.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sign_request};
use aws_sigv4::sign::v4;
use http::{HeaderName, HeaderValue};

use super::http::HttpRequest;
use crate::credentials::AwsKeys;

/// Signs a request for a service of a region.
///
/// # Errors
///
/// Keys that no header can carry are refused.
pub(crate) fn sign(
    request: &mut HttpRequest,
    keys: &AwsKeys,
    region: &str,
    service: &str,
    now: SystemTime,
) -> Result<(), String> {
    let refused = |_| "the AWS keys cannot sign a request".to_owned();
    let AwsKeys { access_key_id, secret_access_key, session_token, .. } = keys.clone();
    let identity = Credentials::new(access_key_id, secret_access_key, session_token, None, "clientc").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .map_err(|_| "the AWS keys cannot sign a request".to_owned())?
        .into();
    let headers = request.headers.iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let body = SignableBody::Bytes(&request.body);
    let signable = SignableRequest::new(request.method.as_str(), request.url.as_str(), headers, body)
        .map_err(refused)?;
    let (signed, _) = sign_request(signable, &params).map_err(refused)?.into_parts();
    for (name, value) in signed.headers() {
        let name: HeaderName = name.parse().map_err(|_| "a signature has a strange name".to_owned())?;
        let mut value =
            HeaderValue::from_str(value).map_err(|_| "the AWS keys cannot sign a request".to_owned())?;
        value.set_sensitive(true);
        request.headers.insert(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, Method};

    use super::*;
    use crate::provider::http::Auth;

    /// 30 August 2015, 12:36:00 in UTC: the moment of the published examples.
    const MOMENT: u64 = 1_440_938_160;

    fn signature(method: Method, headers: &[(&'static str, &'static str)], body: &'static str) -> String {
        let pairs = headers.iter();
        let pairs =
            pairs.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut request = HttpRequest {
            method,
            url: url::Url::parse("https://example.amazonaws.com/").unwrap(),
            headers: HeaderMap::from_iter(pairs),
            body: body.into(),
            keeps_wire: false,
            auth: Auth::None,
        };
        let keys = AwsKeys::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(MOMENT);
        sign(&mut request, &keys, "us-east-1", "service", moment).unwrap();
        assert_eq!(request.headers["x-amz-date"], "20150830T123600Z");
        let header = request.headers["authorization"].to_str().unwrap();
        header.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    /// The cases get-vanilla, post-vanilla and post-x-www-form-urlencoded of AWS's test suite for signatures.
    #[test]
    fn signatures_are_those_of_the_published_examples() {
        assert_eq!(
            signature(Method::GET, &[], ""),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
        assert_eq!(
            signature(Method::POST, &[], ""),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        assert_eq!(
            signature(
                Method::POST,
                &[("content-type", "application/x-www-form-urlencoded")],
                "Param1=value1"
            ),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        );
    }
}
