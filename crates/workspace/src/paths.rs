//! Paths: made absolute, compared, and shown.

use std::cmp::Ordering;
use std::path::{Component, Path, PathBuf};

use crate::disk::{Disk, PathKind};

/// The name of the folder that makes a project.
pub(crate) const BAML_SRC: &str = "baml_src";
/// The name of the file that makes a project of BAML v1.
pub(crate) const BAML_TOML: &str = "baml.toml";
/// The name of the settings file.
pub(crate) const CONFIG: &str = "clientc.toml";

/// Makes a path absolute and free of links, `.` and `..`.
///
/// Links to folders are resolved, so that one folder has one path. A link to a file keeps its own name, because
/// that is the name under which its folder lists it. What does not exist keeps its name too.
pub(crate) fn resolve(disk: &dyn Disk, base: &Path, path: &Path) -> PathBuf {
    let absolute = base.join(path);
    let absolute = if absolute.as_os_str().is_empty() { PathBuf::from(".") } else { absolute };
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) if !matches!(disk.kind(&absolute), Ok(PathKind::Folder)) => {
            existing_part_resolved(disk, parent).join(name)
        }
        _ => existing_part_resolved(disk, &absolute),
    }
}

fn existing_part_resolved(disk: &dyn Disk, path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(real) = disk.real_path(ancestor) {
            let rest = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
            return without_dots(&real.join(rest));
        }
    }
    without_dots(path)
}

/// A path without the steps `.` and `..`.
pub(crate) fn without_dots(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

/// The relative path from a folder to a path, with `/` and perhaps `../` in front; `.` where they are equal.
///
/// Both must be absolute. Names that are not Unicode are shown with replacement characters. Where there is no relative
/// path, as between two drives, it is the path itself.
pub(crate) fn relative(folder: &Path, path: &Path) -> String {
    let mut folders = folder.components().peekable();
    let mut names = path.components().peekable();
    let mut common = 0_usize;
    while folders.peek().is_some() && folders.peek() == names.peek() {
        folders.next();
        names.next();
        common += 1;
    }
    if common == 0 {
        return with_slashes(path);
    }
    let mut parts: Vec<_> = folders.map(|_| "..".into()).collect();
    parts.extend(names.map(|name| name.as_os_str().to_string_lossy()));
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A path as text, with `/`.
pub(crate) fn with_slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// Compares the bytes of two paths, with `/` between the names.
///
/// For two paths below one folder this is the order of their relative paths.
pub(crate) fn byte_order(first: &Path, second: &Path) -> Ordering {
    let (first, second) = (first.as_os_str().as_encoded_bytes(), second.as_os_str().as_encoded_bytes());
    if cfg!(windows) {
        let slashed = |byte: &u8| if *byte == b'\\' { b'/' } else { *byte };
        first.iter().map(slashed).cmp(second.iter().map(slashed))
    } else {
        first.cmp(second)
    }
}

/// Whether the name of a file ends with `.baml`, in small letters.
pub(crate) fn is_source(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().ends_with(b".baml"))
}

/// Whether the last name of a path is this one.
pub(crate) fn is_named(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|last| last == name)
}

/// The nearest folder named `baml_src` at or above a folder.
pub(crate) fn enclosing_baml_src(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|ancestor| is_named(ancestor, BAML_SRC))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_between_paths() {
        for (folder, path, expected) in [
            ("/a/b", "/a/b", "."),
            ("/a/b", "/a/b/c/d.baml", "c/d.baml"),
            ("/a/b", "/a/x.baml", "../x.baml"),
            ("/a/b", "/q/x.baml", "../../q/x.baml"),
            ("/", "/q", "q"),
            ("relative", "/q", "/q"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(path)), expected, "{folder} to {path}");
        }
    }

    #[test]
    fn the_slash_counts_as_a_byte() {
        let mut paths = ["/r/a/b.baml", "/r/a.baml", "/r/a-b.baml", "/r/B.baml"].map(PathBuf::from);
        paths.sort_by(|first, second| byte_order(first, second));
        assert_eq!(paths, ["/r/B.baml", "/r/a-b.baml", "/r/a.baml", "/r/a/b.baml"].map(PathBuf::from));
    }

    #[test]
    fn dots_are_removed() {
        assert_eq!(without_dots(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(without_dots(Path::new("/../a")), Path::new("/a"));
    }
}
