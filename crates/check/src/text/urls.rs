//! Base URLs, compared as servers see them.

/// Whether two base URLs lead to the same place: scheme and host in any case, the port of the scheme or none, with
/// or without slashes at the end.
pub(crate) fn are_same(first: &str, second: &str) -> bool {
    first == second || parts(first) == parts(second)
}

/// Scheme and authority in lower case, the port where it is not that of the scheme, and the path.
fn parts(url: &str) -> (String, String, String) {
    let (scheme, rest) = url.trim().split_once("://").unwrap_or(("", url.trim()));
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let own_port = match &*scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let authority = authority.strip_suffix(own_port).unwrap_or(&authority).to_owned();
    (scheme, authority, path.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::are_same;

    #[test]
    fn what_does_not_matter() {
        assert!(are_same("http://localhost:44497/v1", "HTTP://LocalHost:44497/v1/"));
        assert!(are_same("https://api.openai.com:443/v1", "https://api.openai.com/v1"));
        assert!(are_same("http://a:80", "http://a/"));
    }

    #[test]
    fn what_matters() {
        assert!(!are_same("http://a/v1", "https://a/v1"));
        assert!(!are_same("http://a/v1", "http://a/V1"));
        assert!(!are_same("http://a:8080", "http://a"));
        assert!(!are_same("http://a:443", "http://a"));
        assert!(!are_same("http://a", "http://b"));
    }
}
