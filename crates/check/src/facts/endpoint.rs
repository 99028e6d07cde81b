//! Where the requests of a client go: its base URL, taken apart.

use std::net::IpAddr;
use std::sync::LazyLock;

use clientc_plan::providers::{self, Provider};
use clientc_semantic::{Property, Value};

use crate::facts::leaf::Leaf;

/// A base URL in its parts. The text is not checked: if it is not a URL, its host is one that no table knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// Scheme, host and port, without a user.
    pub(crate) scheme: &'a str,
    /// The host, without brackets around an address.
    pub(crate) host: &'a str,
    /// The port, where one is written.
    pub(crate) port: Option<&'a str>,
    /// The path without slashes at its end.
    pub(crate) path: &'a str,
}

/// A base URL and the value that sets it; without a value it is the provider's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'a> {
    pub(crate) text: &'a str,
    pub(crate) url: Url<'a>,
    pub(crate) value: Option<&'a Value>,
}

impl<'a> Url<'a> {
    /// Splits a URL into its parts; `None` where it has no scheme, or where it has a query or a fragment, after which
    /// nothing can be added.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        if rest.contains(['?', '#', ' ', '\\', '{']) {
            return None;
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        Some(Self { scheme, host, port, path: path.trim_end_matches('/') }).filter(|url| !url.host.is_empty())
    }

    /// Whether the host is this one, in any case.
    pub(crate) fn is_host(&self, host: &str) -> bool {
        self.host.eq_ignore_ascii_case(host)
    }

    /// Whether the host is this one or a name below it.
    pub(crate) fn is_within(&self, domain: &str) -> bool {
        let (host, domain) = (self.host.as_bytes(), domain.as_bytes());
        let Some((before, end)) = host.len().checked_sub(domain.len()).map(|at| host.split_at(at)) else {
            return false;
        };
        end.eq_ignore_ascii_case(domain) && matches!(before.last(), None | Some(b'.'))
    }

    /// Whether the host is the machine itself, as a program or a container on it sees it.
    pub(crate) fn is_this_machine(&self) -> bool {
        let names = ["localhost", "host.docker.internal", "host.containers.internal"];
        match self.host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || address.is_unspecified(),
            Err(_) => names.iter().any(|name| self.is_host(name)) || self.is_within("localhost"),
        }
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.to_owned() };
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        format!("{}://{host}{port}", self.scheme)
    }
}

impl<'a> Leaf<'a> {
    /// The base URL: the written one, else the provider's; `None` where it comes from the environment, follows from
    /// other options, or is not a URL.
    pub(crate) fn base(&self) -> Option<Base<'a>> {
        match self.option("base_url") {
            Some(option) => base(option),
            None => default_of(self.provider),
        }
    }

    /// The base URL that is written; never the provider's own.
    pub(crate) fn written_base(&self) -> Option<Base<'a>> {
        self.option("base_url").and_then(base)
    }
}

fn base(option: &Property) -> Option<Base<'_>> {
    let text = option.value.text()?;
    Some(Base { text, url: Url::parse(text)?, value: Some(&option.value) })
}

/// The base URL of a provider. Almost every client has it, so each is parsed once.
fn default_of(provider: &'static Provider) -> Option<Base<'static>> {
    static DEFAULTS: LazyLock<Vec<(&Provider, Option<Base<'_>>)>> = LazyLock::new(|| {
        let base = |text| Some(Base { text, url: Url::parse(text)?, value: None });
        providers::all().iter().map(|known| (known, known.default_base_url.and_then(base))).collect()
    });
    DEFAULTS.iter().find(|(known, _)| std::ptr::eq(*known, provider))?.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let url = Url::parse("https://me:secret@Api.OpenAI.com:8443/v1/").unwrap();
        assert_eq!((url.host, url.port, url.path), ("Api.OpenAI.com", Some("8443"), "/v1"));
        assert_eq!(url.origin(), "https://Api.OpenAI.com:8443");
        assert!(url.is_host("api.openai.com") && url.is_within("openai.com") && !url.is_within("ai.com"));
        let url = Url::parse("http://[::1]:11434").unwrap();
        assert_eq!((url.host, url.port, url.path), ("::1", Some("11434"), ""));
        assert_eq!(url.origin(), "http://[::1]:11434");
        assert!(url.is_this_machine());
    }

    #[test]
    fn what_nothing_can_be_added_to_is_none() {
        for text in ["", "localhost:8080/v1", "https://", "https://a/v1?key=1", "https://{{ host }}/v1"] {
            assert_eq!(Url::parse(text), None, "{text}");
        }
    }

    #[test]
    fn this_machine_has_several_names() {
        for (text, is) in [
            ("http://localhost:1234/v1", true),
            ("http://127.0.0.2/v1", true),
            ("http://0.0.0.0:8000", true),
            ("http://host.docker.internal:11434/v1", true),
            ("http://10.0.0.5/v1", false),
            ("http://notlocalhost/v1", false),
            ("https://localhost.example.com/v1", false),
        ] {
            assert_eq!(Url::parse(text).unwrap().is_this_machine(), is, "{text}");
        }
    }
}
