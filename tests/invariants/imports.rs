//! The order of imports: the standard library, other crates, our own modules, with a blank line between them.

use crate::sources::{Source, sources};

/// The lines with imports that are not where they belong, each with its file.
pub(crate) fn out_of_order() -> Vec<String> {
    sources().iter().flat_map(lines_out_of_order).collect()
}

fn lines_out_of_order(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    // The group of the import before; `None` after anything else.
    let mut before: Option<u8> = None;
    let (mut is_open, mut has_gap) = (false, false);
    for line in source.code().lines() {
        if is_open {
            is_open = !line.contains(';');
        } else if line.is_empty() {
            has_gap = true;
        } else if !line.starts_with("#[") {
            let group = group(line);
            if let (Some(before), Some(group)) = (before, group)
                && (group < before || has_gap != (group > before))
            {
                wrong.push(format!("{}: {line}", source.place()));
            }
            is_open = group.is_some() && !line.contains(';');
            (before, has_gap) = (group, false);
        }
    }
    wrong
}

/// The group of an import at the left margin; `None` for any other line.
fn group(line: &str) -> Option<u8> {
    let (visibility, path) = line.split_once("use ")?;
    if !visibility.is_empty() && !visibility.starts_with("pub") {
        return None;
    }
    Some(match path.split("::").next()? {
        "std" | "core" | "alloc" => 0,
        "crate" | "self" | "super" => 2,
        _ => 1,
    })
}
