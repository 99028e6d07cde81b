//! Addresses of documents and paths.

use std::path::{Path, PathBuf};

use url::Url;

/// The path of a `file:` address.
pub(super) fn file_path(uri: &str) -> Option<PathBuf> {
    let url = Url::parse(uri).ok()?;
    if url.scheme() == "file" { url.to_file_path().ok() } else { None }
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

/// The address of a path.
pub(super) fn of_path(path: &Path) -> Option<String> {
    Url::from_file_path(path).ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_belong_together() {
        assert_eq!(file_path("file:///a%20b/c.baml"), Some(PathBuf::from("/a b/c.baml")));
        assert_eq!(of_path(Path::new("/a b/é.baml")).as_deref(), Some("file:///a%20b/%C3%A9.baml"));
        assert_eq!(file_path("untitled:Untitled-1"), None);
        assert_eq!(file_path("no address"), None);
        let (first, second) = (document_path("untitled:Untitled-1"), document_path("untitled:Untitled-2"));
        assert_ne!(first.parent(), second.parent());
        assert!(first.to_string_lossy().ends_with(".baml"));
    }
}
