//! Addresses of documents and paths.
//!
//! The library for URLs would do this as well, but brings the tables of international host names along. They are a
//! large part of a small program, and the address of a file has no such name.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf, Prefix};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};

/// What is escaped in one name of a path, by the rules of the web.
const NAME: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The path of a `file:` address.
pub(super) fn file_path(uri: &str) -> Option<PathBuf> {
    let (scheme, rest) = uri.split_once(':')?;
    let rest = rest.split(['?', '#']).next()?;
    if !scheme.eq_ignore_ascii_case("file") || !rest.starts_with('/') {
        return None;
    }
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let host = if host.eq_ignore_ascii_case("localhost") { "" } else { host };
    native(host, percent_decode_str(path).collect()).map(|path| without_dots(Path::new(&path)))
}

#[cfg(not(windows))]
fn native(host: &str, path: Vec<u8>) -> Option<OsString> {
    // An address has the bytes of a name, which need not be text.
    #[cfg(unix)]
    let path = std::os::unix::ffi::OsStringExt::from_vec(path);
    #[cfg(not(unix))]
    let path = String::from_utf8(path).ok()?.into();
    host.is_empty().then_some(path)
}

#[cfg(windows)]
fn native(host: &str, path: Vec<u8>) -> Option<OsString> {
    windows_path(host, &String::from_utf8(path).ok()?).map(OsString::from)
}

/// The Windows path for a host and a path of an address: on a drive, or on a share of another machine.
#[cfg(any(windows, test))]
fn windows_path(host: &str, path: &str) -> Option<String> {
    let path = path.replace('/', r"\");
    if !host.is_empty() {
        return Some(format!(r"\\{host}{path}"));
    }
    let path = path.strip_prefix('\\')?;
    let is_drive = path.starts_with(|c: char| c.is_ascii_alphabetic()) && path[1..].starts_with(':');
    match path.len() {
        2 if is_drive => Some(format!(r"{path}\")),
        _ => (is_drive && path[2..].starts_with('\\')).then(|| path.to_owned()),
    }
}

/// A path without the steps `.` and `..`, which an address may have as well.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = plain.pop(),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// The path under which a document is known: that of its file. A document that has none, such as one that was never
/// saved, gets a path that no file has, in a folder of its own, so that it is a project of its own.
pub(super) fn document_path(uri: &str) -> PathBuf {
    if let Some(path) = file_path(uri) {
        return path;
    }
    let name: String = uri.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '_' }).collect();
    let file = if name.ends_with(".baml") { name.clone() } else { format!("{name}.baml") };
    let root = if cfg!(windows) { r"C:\clientc-unsaved" } else { "/clientc-unsaved" };
    Path::new(root).join(name).join(file)
}

/// The address of a path. A path that is not absolute has none.
pub(super) fn of_path(path: &Path) -> Option<String> {
    if !path.is_absolute() {
        return None;
    }
    let mut uri = String::from("file://");
    let mut names = String::new();
    for part in path.components() {
        match part {
            Component::Prefix(prefix) => uri.push_str(&of_prefix(prefix.kind())?),
            Component::RootDir => {}
            part => {
                names.push('/');
                names.extend(percent_encode(part.as_os_str().as_encoded_bytes(), NAME));
            }
        }
    }
    Some(uri + if names.is_empty() { "/" } else { &names })
}

/// The beginning of a Windows path in an address: a drive, or a share on another machine.
fn of_prefix(prefix: Prefix) -> Option<String> {
    match prefix {
        Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => Some(format!("/{}:", char::from(letter))),
        Prefix::UNC(host, share) | Prefix::VerbatimUNC(host, share) => {
            let share = percent_encode(share.as_encoded_bytes(), NAME);
            Some(format!("{}/{share}", host.to_str()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_belong_together() {
        for (uri, path) in [
            ("file:///a%20b/c.baml", "/a b/c.baml"),
            ("file:///a%20b/%C3%A9.baml", "/a b/é.baml"),
            ("file:///%23%3F%25%5C%7B%7D", r"/#?%\{}"),
            ("file:///a:b@c!d$e&f'g(h)i*j+k,l;m=n~o-p_q[r]s|t", "/a:b@c!d$e&f'g(h)i*j+k,l;m=n~o-p_q[r]s|t"),
            ("file:///", "/"),
        ] {
            assert_eq!(file_path(uri).as_deref(), Some(Path::new(path)));
            // The library for URLs, which follows the rules of the web, agrees.
            assert_eq!(url::Url::parse(uri).unwrap().to_file_path().unwrap(), Path::new(path));
            assert_eq!(of_path(Path::new(path)).as_deref(), Some(uri));
            assert_eq!(url::Url::from_file_path(path).unwrap().as_str(), uri);
        }
    }

    #[test]
    fn addresses_are_read_as_a_browser_reads_them() {
        for uri in [
            "file:/a",
            "FILE://localhost/a/./b/../c",
            "file:///../a%2e/%2E%2E/b",
            "file:///a?query#fragment",
            "file:///%FF",
            "file://server/a",
            "untitled:Untitled-1",
            "https://example.com/a",
            "no address",
            "",
        ] {
            let url = url::Url::parse(uri).ok().filter(|url| url.scheme() == "file");
            let path = url.and_then(|url| url.to_file_path().ok());
            assert_eq!(file_path(uri), path, "{uri}");
        }
        // A browser takes these for the root.
        assert_eq!([file_path("file:"), file_path("file://"), file_path("file:a")], [None, None, None]);
    }

    #[test]
    fn addresses_have_paths_of_windows() {
        for (host, path, expected) in [
            ("", "/C:/a b/c.baml", Some(r"C:\a b\c.baml")),
            ("", "/c:/", Some(r"c:\")),
            ("", "/c:", Some(r"c:\")),
            ("server", "/share/a.baml", Some(r"\\server\share\a.baml")),
            ("", "/a/b", None),
            ("", "/é:/b", None),
            ("", "/c:b", None),
            ("", "", None),
        ] {
            assert_eq!(windows_path(host, path).as_deref(), expected, "{host} {path}");
        }
    }

    #[test]
    fn a_document_without_a_file_is_a_project_of_its_own() {
        let (first, second) = (document_path("untitled:Untitled-1"), document_path("untitled:Untitled-2"));
        assert_ne!(first.parent(), second.parent());
        assert!(first.to_string_lossy().ends_with(".baml"));
    }
}
