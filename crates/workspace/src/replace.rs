//! Files that are written completely or not at all: a new file is written beside the old one and then takes its place.

use std::fs::{OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Writes a file completely or not at all, whether or not it exists. What is no plain file, such as a pipe or a device, is
/// written as it is.
///
/// # Errors
/// The error of the system, where the file cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // `/dev/stdout` may lead to a plain file, but whoever has it open would not see what takes its place.
    if ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder)) {
        return std::fs::write(path, bytes);
    }
    match std::fs::canonicalize(path) {
        Ok(real) if real.is_file() => replace(&real, bytes),
        Err(_) if is_nothing(path) => persist(new_file(path)?, path, bytes),
        // A link that leads nowhere is followed as well.
        _ => std::fs::write(path, bytes),
    }
}

/// Replaces what a plain file contains, completely or not at all. `path` is the file itself and not a link to it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let permissions = std::fs::metadata(path)?.permissions();
    // A file that cannot be written must not be replaced either.
    OpenOptions::new().write(true).open(path)?;
    let file = new_file(path)?;
    file.as_file().set_permissions(permissions)?;
    persist(file, path, bytes)
}

fn is_nothing(path: &Path) -> bool {
    matches!(std::fs::symlink_metadata(path), Err(error) if error.kind() == ErrorKind::NotFound)
}

/// A file in the folder of another one, which may be read and written by whom the system's mask allows.
fn new_file(beside: &Path) -> io::Result<NamedTempFile> {
    let folder = beside.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    if let Some(permissions) = usual_permissions() {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder).map_err(without_name)
}

fn persist(mut file: NamedTempFile, path: &Path, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes).map_err(without_name)?;
    file.persist(path).map(drop).map_err(|error| without_name(error.error))
}

#[cfg(unix)]
fn usual_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn usual_permissions() -> Option<Permissions> {
    None
}

/// The error of the system, without the random name of the new file.
fn without_name(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.source()).and_then(|inner| inner.downcast_ref());
    inner.and_then(io::Error::raw_os_error).map_or(error, io::Error::from_raw_os_error)
}
