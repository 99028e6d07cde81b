use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use clientc_semantic::Span;
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::layout::offset;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "plain-http-url",
    summary: "a public server that is called without encryption",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("plain_http_url.md"),
};

/// Options that hold the URL of a server.
const OPTIONS: [&str; 3] = ["base_url", "endpoint_url", "proxy_url"];

/// The ends of names that only a private network knows.
const PRIVATE: [&str; 9] =
    [".local", ".localhost", ".internal", ".lan", ".home", ".corp", ".home.arpa", ".test", ".svc"];

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            for option in client.options.iter().filter(|option| OPTIONS.contains(&&*option.key)) {
                let Some(url) = option.value.text() else { continue };
                let Some(authority) = plain_authority(url) else { continue };
                let (host, port) = split(authority);
                if !is_public(host) {
                    continue;
                }
                let subject = format!("{}/{}", client.name.text, option.key);
                let span = Span::new(file.file, option.value.range);
                let message = format!(
                    "`{}` is called over plain http: keys and prompts can be read on the way",
                    short(host)
                );
                let finding = Finding::new(span, subject, message);
                out.push(match scheme(context, span).filter(|_| port.is_none()) {
                    Some(scheme) => finding.help("write `https://`").replace(
                        Safety::Unsafe,
                        "write `https`",
                        scheme,
                        "https",
                    ),
                    None => finding.help("write `https://`, with the port that the server uses for TLS"),
                });
            }
        }
    }
}

/// What is between `http://` and the path.
fn plain_authority(url: &str) -> Option<&str> {
    let url = url.trim_start();
    let rest =
        url.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("http://")).and_then(|_| url.get(7..))?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    Some(rest[..end].rsplit_once('@').map_or(&rest[..end], |(_, host)| host))
}

fn split(authority: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
}

/// Whether a host can be reached from everywhere, as far as its name tells.
fn is_public(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => is_public_v4(address),
        Ok(IpAddr::V6(address)) => is_public_v6(address),
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            let is_name =
                name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
            is_name && name.contains('.') && !PRIVATE.iter().any(|end| name.ends_with(end))
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // Addresses that providers and overlay networks hand out behind their own gates.
    let is_shared = first == 100 && (64..128).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || is_shared)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    let is_local = first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
    match address.to_ipv4_mapped() {
        Some(address) => is_public_v4(address),
        None => !(address.is_loopback() || address.is_unspecified() || is_local),
    }
}

/// The place of the letters `http`.
fn scheme(context: &Context<'_>, span: Span) -> Option<Span> {
    let at = context.text(span).to_ascii_lowercase().find("http://")?;
    let start = span.range.start + offset(at);
    Some(Span::new(span.file, TextRange::new(start, start + 4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_public_or_not() {
        let public = |url: &str| plain_authority(url).is_some_and(|authority| is_public(split(authority).0));
        for url in [
            "http://api.example.com/v1",
            "HTTP://api.example.com",
            "http://name:word@api.example.com:8080/v1",
            "http://34.1.2.3:8000/v1",
            "http://[2606:4700::1]/v1",
            "http://172.32.0.1",
        ] {
            assert!(public(url), "{url}");
        }
        for url in [
            "https://api.example.com/v1",
            "http://localhost:11434/v1",
            "http://ollama:11434",
            "http://127.0.0.1",
            "http://10.1.2.3",
            "http://172.16.0.1",
            "http://192.168.1.5:1234/v1",
            "http://169.254.169.254",
            "http://100.100.1.2",
            "http://0.0.0.0:4000",
            "http://[::1]:8000",
            "http://[fd12::1]",
            "http://models.default.svc.cluster.local/v1",
            "http://model.svc",
            "http://host.docker.internal:1234",
            "http://",
            "http://${HOST}/v1",
        ] {
            assert!(!public(url), "{url}");
        }
    }
}
