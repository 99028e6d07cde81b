//! Circles of files: which files of a crate use which, read off their `use` lines.
//!
//! Only lines at the left margin count, so that those of tests inside of a file do not. A `pub use` of a name is no
//! use of it; who imports the name from there uses the file that it comes from.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{Source, sources};

/// The circles among the files of a crate: each is the files that lead to each other.
pub(crate) fn circles(room: &str) -> Vec<Vec<String>> {
    let modules = Modules::read(room);
    let uses: BTreeMap<&str, BTreeSet<String>> =
        modules.files.iter().map(|(module, file)| (&**module, modules.used_by(module, file))).collect();
    let behind: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|module| (*module, reached(&uses, module))).collect();
    let mut circles = BTreeSet::new();
    for (module, reached) in &behind {
        let circle: BTreeSet<&str> =
            reached.iter().copied().filter(|other| behind[other].contains(module)).collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    let place = |module: &str| modules.files[module].place.clone();
    circles.into_iter().map(|circle| circle.into_iter().map(place).collect()).collect()
}

/// The paths of two modules for each use of one file of a crate by another.
pub(crate) fn uses(room: &str) -> Vec<(String, String)> {
    let modules = Modules::read(room);
    let of_file = |(module, file): (&String, &File)| {
        let used = modules.used_by(module, file);
        used.into_iter().map(|used| (module.clone(), used)).collect::<Vec<_>>()
    };
    modules.files.iter().flat_map(of_file).collect()
}

fn reached<'u>(uses: &'u BTreeMap<&str, BTreeSet<String>>, from: &str) -> BTreeSet<&'u str> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&'u str> = uses[from].iter().map(String::as_str).collect();
    while let Some(next) = left.pop() {
        if reached.insert(next) {
            left.extend(uses[next].iter().map(String::as_str));
        }
    }
    reached
}

/// The files of a crate by the paths of their modules: `` for the root, `facts::leaf`.
struct Modules {
    files: BTreeMap<String, File>,
}

struct File {
    place: String,
    /// The paths that it imports for itself.
    imports: Vec<String>,
    /// The paths that it hands on.
    exports: Vec<String>,
}

impl Modules {
    fn read(room: &str) -> Self {
        let files = sources().into_iter().filter(|source| source.room == room);
        let files = files.map(|source| (module_of(&source.place()), File::of(&source)));
        Self { files: files.collect() }
    }

    /// The modules that a file uses.
    fn used_by(&self, module: &str, file: &File) -> BTreeSet<String> {
        let imports = file.imports.iter();
        imports.filter_map(|path| self.resolve(module, path)).filter(|used| used != module).collect()
    }

    /// The module in which a path of a `use` ends; nothing for other crates.
    fn resolve(&self, from: &str, path: &str) -> Option<String> {
        let mut parts: Vec<&str> = path.split("::").collect();
        let mut module: Vec<&str> = match parts.first() {
            Some(&"crate") => Vec::new(),
            Some(&("self" | "super")) => split(from),
            Some(first) if self.files.contains_key(&join(&split(from), first)) => {
                parts.insert(0, "self");
                split(from)
            }
            _ => return None,
        };
        for (place, part) in parts.iter().enumerate() {
            match *part {
                "crate" | "self" if place == 0 => {}
                "super" => drop(module.pop()),
                name if self.files.contains_key(&join(&module, name)) => module.push(name),
                // An item: that of this module, or one that it hands on.
                name => return Some(self.origin(&module.join("::"), name)),
            }
        }
        Some(module.join("::"))
    }

    /// The module that an item comes from, given one that has it.
    fn origin(&self, module: &str, item: &str) -> String {
        let exports = self.files.get(module).map_or(&[][..], |file| &file.exports);
        let exported = exports.iter().find(|path| path.rsplit("::").next() == Some(item));
        exported.and_then(|path| self.resolve(module, path)).unwrap_or_else(|| module.to_owned())
    }
}

impl File {
    fn of(source: &Source) -> Self {
        let mut file = Self { place: source.place(), imports: Vec::new(), exports: Vec::new() };
        for statement in statements(source.code()) {
            let (visibility, path) = statement.split_once("use ").expect("a statement with a use");
            let paths = if visibility.is_empty() { &mut file.imports } else { &mut file.exports };
            expand("", path, paths);
        }
        file
    }
}

/// The `use` statements at the left margin, without their semicolons.
fn statements(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let is_use = line.starts_with("use ") || line.starts_with("pub") && line.contains(" use ");
        if !is_use {
            continue;
        }
        let mut statement = line.to_owned();
        while !statement.contains(';') {
            let Some(more) = lines.next() else { break };
            statement.push_str(more.trim());
        }
        found.push(statement.split(';').next().unwrap_or_default().to_owned());
    }
    found
}

/// Adds the paths of a tree such as `crate::{a, b::{c, d as e}}`.
fn expand(before: &str, tree: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((parent, list)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree);
        let path = format!("{before}{path}");
        out.push(path.strip_suffix("::self").or(path.strip_suffix("::*")).unwrap_or(&path).to_owned());
        return;
    };
    let before = format!("{before}{parent}");
    let list = list.strip_suffix('}').unwrap_or(list);
    let (mut depth, mut start) = (0, 0);
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                expand(&before, &list[start..at], out);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !list[start..].trim().is_empty() {
        expand(&before, &list[start..], out);
    }
}

/// The path of the module of a file, given its place: `check/src/facts/leaf.rs`.
fn module_of(place: &str) -> String {
    let (_, path) = place.split_once("/src/").expect("a source lies in src");
    let path = path.strip_suffix(".rs").expect("a source ends in .rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if matches!(path, "lib" | "main" | "mod") { String::new() } else { path.replace('/', "::") }
}

fn split(module: &str) -> Vec<&str> {
    module.split("::").filter(|part| !part.is_empty()).collect()
}

fn join(module: &[&str], name: &str) -> String {
    module.iter().copied().chain([name]).collect::<Vec<_>>().join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_expanded() {
        let mut paths = Vec::new();
        expand("", "crate::{a, b::{c, self, d as e}, f::*}", &mut paths);
        assert_eq!(paths, ["crate::a", "crate::b::c", "crate::b", "crate::b::d", "crate::f"]);
    }

    #[test]
    fn statements_over_lines_are_one() {
        let code = "use a::{\n    b,\n    c,\n};\nfn f() {\n    use d;\n}\npub(crate) use e::f;";
        assert_eq!(statements(code), ["use a::{b,c,}", "pub(crate) use e::f"]);
    }

    #[test]
    fn names_lead_to_where_they_come_from() {
        let file = |exports: &[&str]| File {
            place: String::new(),
            imports: Vec::new(),
            exports: exports.iter().map(|path| (*path).to_owned()).collect(),
        };
        let files = [("", file(&["a::b::Item"])), ("a", file(&[])), ("a::b", file(&[])), ("c", file(&[]))];
        let modules = Modules { files: files.map(|(module, file)| (module.to_owned(), file)).into() };
        let resolved = |from: &str, path: &str| modules.resolve(from, path);
        assert_eq!(resolved("c", "crate::Item").as_deref(), Some("a::b"));
        assert_eq!(resolved("a::b", "super::Thing").as_deref(), Some("a"));
        assert_eq!(resolved("a", "b::Item").as_deref(), Some("a::b"));
        assert_eq!(resolved("c", "std::fs"), None);
    }
}
