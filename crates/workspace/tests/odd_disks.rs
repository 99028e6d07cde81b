//! What a search makes of an odd disk, and what projects are called.

#![allow(clippy::unwrap_used)]

mod common;

use clientc_workspace::{ProjectKind, Workspace};

use self::common::{OddDisk, Tree, outline};

/// Opens each of the cases `(working folder, paths, expected lines)`.
fn check(tree: &Tree, cases: &[(&str, &str, &[&str])]) {
    for (folder, paths, expected) in cases {
        assert_eq!(outline(&tree.open(folder, paths)), *expected, "in `{folder}`: {paths}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_a_file_that_cannot_be_read() {
    let workspace = Tree::new(&["baml_src/a.baml", "baml_src/b.baml -> nowhere"]).open("", "baml_src");
    let lines = outline(&workspace);
    assert_eq!(lines[0], "baml_src: a.baml b.baml");
    assert!(lines[1].starts_with("cannot read baml_src/b.baml: "), "{lines:?}");
}

#[test]
fn paths_that_lead_nowhere_do_not_stop_the_others() {
    let tree = Tree::new(&["baml_src/a.baml", "empty/", "empty2/baml_src/", "text.txt", "empty/x.BAML"]);
    check(
        &tree,
        &[
            (
                "",
                "nope baml_src baml_src/gone.baml text.txt/x empty empty2 empty2/baml_src text.txt -",
                &[
                    "baml_src: a.baml",
                    "-: there is no such file or folder",
                    "baml_src/gone.baml: there is no such file or folder",
                    "nope: there is no such file or folder",
                    "text.txt/x: there is no such file or folder",
                    "empty: there is no .baml file here",
                    "empty2: there is no .baml file here",
                    "empty2/baml_src: there is no .baml file here",
                    "text.txt: there is no .baml file here",
                ],
            ),
            ("empty", "", &["../baml_src: a.baml"]),
        ],
    );
}

// A test that runs as root can read everything, so the disk itself refuses here.
#[test]
fn folders_and_files_that_cannot_be_read_do_not_stop_the_others() {
    let tree = Tree::new(&["a/x.baml", "b/baml_src/closed/y.baml", "b/baml_src/z.baml", "c/baml_src/w.baml"]);
    let disk = || OddDisk {
        order: 0,
        refused: vec![
            tree.root.join("a"),
            tree.root.join("b/baml_src/closed"),
            tree.root.join("c/baml_src/w.baml"),
        ],
    };
    let workspace = Workspace::open_on(Box::new(disk()), &tree.request("", "."));
    assert_eq!(
        outline(&workspace),
        [
            "b/baml_src: z.baml",
            "c/baml_src: w.baml",
            "cannot read a: permission denied",
            "cannot read b/baml_src/closed: permission denied",
            "cannot read c/baml_src/w.baml: permission denied",
        ]
    );
    let workspace = Workspace::open_on(Box::new(disk()), &tree.request("", "a"));
    assert_eq!(outline(&workspace), ["cannot read a: permission denied"]);
}

#[test]
fn the_order_of_listing_does_not_matter() {
    let names =
        ["a/b.baml", "a.baml", "a-b.baml", "B.baml", "ä.baml", "a/a/a.baml", "z/y.baml", "10.baml", "9.baml"];
    let open = |order: u64| {
        let mut files: Vec<String> = Vec::new();
        for root in ["p/baml_src", "q/baml_src", "q/r/baml_src", "loose"] {
            files.extend(names.iter().map(|name| format!("{root}/{name}")));
        }
        let count = files.len();
        files.rotate_left(order as usize % count);
        let tree = Tree::new(&files.iter().map(String::as_str).collect::<Vec<_>>());
        let workspace =
            Workspace::open_on(Box::new(OddDisk { order, refused: Vec::new() }), &tree.request("", "."));
        let ids: Vec<_> = workspace
            .projects()
            .iter()
            .flat_map(|project| project.files.iter().map(|file| file.id.0))
            .collect();
        (outline(&workspace), ids)
    };
    let (first, ids) = open(0);
    assert_eq!(
        first[1],
        "p/baml_src: 10.baml 9.baml B.baml a-b.baml a.baml a/a/a.baml a/b.baml z/y.baml ä.baml"
    );
    for order in 1..20 {
        assert_eq!(open(order), (first.clone(), ids.clone()), "order {order}");
    }
}

#[test]
fn labels_are_the_same_from_everywhere_and_unique_in_a_repository() {
    let tree = Tree::new(&[
        "baml_src/a.baml",
        "clientc.toml",
        "x/clientc.toml",
        "x/baml_src/a.baml",
        "y/clientc.toml",
        "y/baml_src/a.baml",
        "y/b.baml",
        "c.baml",
        "z/baml_src/clientc.toml",
        "z/baml_src/a.baml",
    ]);
    let expected = [".", "baml_src", "x/baml_src", "y", "y/baml_src", "z/baml_src"];
    for (folder, paths) in [("", "."), ("x", ".."), ("z/baml_src", "../..")] {
        let workspace = tree.open(folder, paths);
        let labels: Vec<_> = workspace.projects().iter().map(|project| project.label.as_str()).collect();
        assert_eq!(labels, expected, "in `{folder}`: {paths}");
    }
    let kinds: Vec<_> = tree.open("", "y").projects().iter().map(|project| project.kind).collect();
    assert_eq!(kinds, [ProjectKind::Loose, ProjectKind::BamlSrc]);
}

#[test]
fn labels_outside_a_repository_start_at_the_settings_above() {
    let tree = Tree::without_git(&[
        "mono/clientc.toml",
        "mono/a/baml_src/a.baml",
        "mono/b/clientc.toml",
        "mono/b/b.baml",
        "free/baml_src/a.baml",
        "own/clientc.toml",
        "own/c.baml",
    ]);
    let workspace = tree.open("", "mono free own");
    let labels: Vec<_> = workspace.projects().iter().map(|project| project.label.as_str()).collect();
    assert_eq!(labels, ["baml_src", "a/baml_src", "b", "own"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_unicode_are_shown_with_replacements() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::new(&["baml_src/a.baml"]);
    let name = std::ffi::OsStr::from_bytes(b"b\xff.baml");
    std::fs::write(tree.root.join("baml_src").join(name), "").unwrap();
    check(&tree, &[("", ".", &["baml_src: a.baml b\u{fffd}.baml"])]);
}
