//! What files hold: bytes, buffers and standard input.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};

use clientc_check::Sources;
use clientc_workspace::{Content, Stdin, Workspace};

use self::common::{Tree, outline};

fn with_stdin(tree: &Tree, folder: &str, paths: &str, text: &str, filename: Option<&str>) -> Workspace {
    let mut request = tree.request(folder, paths);
    let filename = filename.map(PathBuf::from);
    request.stdin = Some(Stdin { bytes: text.as_bytes().to_vec(), filename });
    Workspace::open(&request)
}

fn text<'w>(workspace: &'w Workspace, path: &Path) -> &'w str {
    workspace.files().text(workspace.files().find(path).unwrap())
}

#[test]
fn every_kind_of_content_is_kept() {
    let tree = Tree::new(&[]);
    tree.write("baml_src/bad.baml", b"ab\n\xffcd");
    tree.write("baml_src/bom.baml", "\u{feff}ä\nb");
    tree.write("baml_src/empty.baml", "");
    tree.write("baml_src/wide.baml", b"\xff\xfea\0");
    let workspace = tree.open("", ".");
    assert_eq!(outline(&workspace), ["baml_src: bad.baml bom.baml empty.baml wide.baml"]);
    let contents: Vec<_> =
        workspace.inputs().flat_map(|input| input.files()).map(|file| file.content.clone()).collect();
    let not_utf8 = |text: &str, first_bad_byte| Content::NotUtf8 { text: text.to_owned(), first_bad_byte };
    assert_eq!(
        contents,
        [
            not_utf8("ab\n\u{fffd}cd", 3),
            Content::Text("\u{feff}ä\nb".to_owned()),
            Content::Text(String::new()),
            not_utf8("\u{fffd}\u{fffd}a\0", 0),
        ]
    );
    let files = workspace.files();
    let bom = files.find(&tree.root.join("baml_src/bom.baml")).unwrap();
    let place = files.line_index(bom).line_column(files.text(bom), 6);
    assert_eq!((place.line, place.column, files.display_path(bom)), (2, 1, "baml_src/bom.baml"));
}

#[test]
fn a_number_that_no_file_has_is_harmless() {
    let workspace = Tree::new(&["a.baml"]).open("", ".");
    let nobody = clientc_semantic::FileId(99);
    let files = workspace.files();
    assert_eq!((files.text(nobody), files.display_path(nobody), files.content(nobody)), ("", "", None));
    assert_eq!(files.line_index(nobody).lines(), 0);
}

#[test]
fn standard_input_alone_is_a_project_of_one_text() {
    let tree = Tree::new(&["baml_src/a.baml", "clientc.toml"]);
    let workspace = with_stdin(&tree, "", "-", "client", None);
    assert_eq!(outline(&workspace), [".: <stdin>"]);
    assert_eq!(workspace.focus(), None);
    assert_eq!(text(&workspace, &tree.root.join("<stdin>")), "client");
    assert_eq!(workspace.configs().len(), 1);

    let workspace = with_stdin(&tree, "", "- baml_src", "client", None);
    assert_eq!(outline(&workspace), [".: <stdin>", "baml_src: a.baml"]);
}

#[test]
fn standard_input_takes_the_place_of_a_file() {
    let tree = Tree::new(&[
        "baml_src/a.baml",
        "baml_src/b.baml",
        "set/clientc.toml",
        "set/c.baml",
        "set/sub/d.baml",
        "free/e.baml",
        "free/f.baml",
    ]);
    for (folder, filename, expected) in [
        ("", "baml_src/b.baml", "baml_src: a.baml b.baml"),
        ("", "baml_src/new/x.baml", "baml_src: a.baml b.baml new/x.baml"),
        ("baml_src", "aa.baml", ".: a.baml aa.baml b.baml"),
        ("", "new/baml_src/x.baml", "new/baml_src: x.baml"),
        ("", "set/sub/d.baml", "set: c.baml sub/d.baml"),
        ("", "set/sub/new.baml", "set: c.baml sub/d.baml sub/new.baml"),
        ("", "free/e.baml", "free: e.baml"),
        ("", "free/new.baml", "free: new.baml"),
        ("", "gone/../free/new.baml", "free: new.baml"),
    ] {
        let workspace = with_stdin(&tree, folder, "", "typed", Some(filename));
        assert_eq!(outline(&workspace), [expected], "{filename}");
        let focus = workspace.focus().unwrap();
        assert_eq!(workspace.files().text(focus), "typed", "{filename}");
        let others = workspace.inputs().flat_map(|input| input.files()).filter(|file| file.id != focus);
        assert!(others.map(|file| file.content.text()).all(|text| text.starts_with("//")), "{filename}");
    }
}

#[test]
fn standard_input_that_is_not_utf8_is_kept() {
    let tree = Tree::new(&["baml_src/a.baml"]);
    let mut request = tree.request("", "");
    request.stdin =
        Some(Stdin { bytes: b"a\xff".to_vec(), filename: Some(PathBuf::from("baml_src/a.baml")) });
    let workspace = Workspace::open(&request);
    let content = workspace.files().content(workspace.focus().unwrap()).unwrap();
    assert_eq!(*content, Content::NotUtf8 { text: "a\u{fffd}".to_owned(), first_bad_byte: 1 });
}

#[test]
fn a_buffer_stands_before_the_file_and_goes_back() {
    let tree = Tree::new(&["baml_src/a.baml"]);
    let path = tree.root.join("baml_src/a.baml");
    let mut workspace = tree.open("", ".");
    let id = workspace.files().find(&path).unwrap();
    assert_eq!(workspace.files().line_index(id).lines(), 2);
    assert_eq!(workspace.set_text(&path, Some("1\n2\n3\n".to_owned())), Some(id));
    assert_eq!((text(&workspace, &path), workspace.files().line_index(id).lines()), ("1\n2\n3\n", 4));
    tree.write("baml_src/a.baml", "changed");
    assert_eq!(workspace.set_text(Path::new("baml_src/a.baml"), None), Some(id));
    assert_eq!(text(&workspace, &path), "changed");
    tree.remove("baml_src/a.baml");
    assert_eq!(workspace.set_text(&path, None), Some(id));
    assert_eq!(outline(&workspace), [""; 0]);
    assert_eq!(workspace.set_text(&path, Some("back".to_owned())), Some(id));
    assert_eq!(outline(&workspace), ["baml_src: a.baml"]);
}

#[test]
fn new_paths_join_their_project() {
    let tree = Tree::new(&[
        "p/baml_src/m.baml",
        "set/clientc.toml",
        "set/m.baml",
        "q/baml_src/m.baml",
        "set/inner/clientc.toml",
    ]);
    let typed = || Some("typed".to_owned());
    for (path, expected) in [
        ("p/baml_src/a.baml", &["p/baml_src: a.baml m.baml", "set: m.baml"][..]),
        ("p/baml_src/x/y.baml", &["p/baml_src: m.baml x/y.baml", "set: m.baml"]),
        ("p/baml_src/baml_src/n.baml", &["p/baml_src: m.baml", "p/baml_src/baml_src: n.baml", "set: m.baml"]),
        ("q/baml_src/z.baml", &["p/baml_src: m.baml", "q/baml_src: m.baml z.baml", "set: m.baml"]),
        ("set/a/b.baml", &["p/baml_src: m.baml", "set: a/b.baml m.baml"]),
        ("set/inner/b.baml", &["p/baml_src: m.baml", "set: m.baml", "set/inner: b.baml"]),
        ("other/z.baml", &["other: z.baml", "p/baml_src: m.baml", "set: m.baml"]),
    ] {
        let mut workspace = tree.open("", "p set");
        assert!(workspace.set_text(Path::new(path), typed()).is_some());
        assert_eq!(outline(&workspace), expected, "{path}");
    }
    let mut workspace = tree.open("", "p set");
    assert_eq!(workspace.set_text(Path::new("p/baml_src/a.txt"), typed()), None);
    assert_eq!(workspace.set_text(Path::new("p/baml_src/nowhere.baml"), None), None);
    assert_eq!(outline(&workspace).len(), 2);
}

#[test]
fn a_file_that_appears_on_the_disk_joins_where_it_would_be_found() {
    let tree = Tree::new(&["baml_src/m.baml", "set/clientc.toml", "set/m.baml", "node_modules/x/", "far/"]);
    let mut workspace = tree.open("", "baml_src set");
    for path in ["baml_src/a.baml", "set/a.baml", "set/node_modules/a.baml", "far/a.baml"] {
        tree.write(path, "new");
        workspace.set_text(Path::new(path), None);
    }
    assert_eq!(outline(&workspace), ["baml_src: a.baml m.baml", "set: a.baml m.baml"]);
}

#[test]
fn settings_in_memory_take_effect_at_once() {
    let tree = Tree::new(&["p/baml_src/a.baml"]);
    let mut workspace = tree.open("", ".");
    let ceiling = |workspace: &Workspace| {
        workspace
            .inputs()
            .next()
            .and_then(|input| input.settings().budget.ceiling_ms)
            .map(|ceiling| ceiling.value)
    };
    assert_eq!((workspace.configs().len(), ceiling(&workspace)), (0, None));
    let typed = |ms: u32| Some(format!("[platform]\nceiling-ms = {ms}\n"));
    workspace.set_text(Path::new("clientc.toml"), typed(5));
    assert_eq!(ceiling(&workspace), Some(5));
    workspace.set_text(Path::new("p/clientc.toml"), typed(7));
    assert_eq!(ceiling(&workspace), Some(7));
    workspace.set_text(Path::new("p/clientc.toml"), None);
    assert_eq!(ceiling(&workspace), Some(5));
    tree.write("p/baml_src/clientc.toml", typed(9).unwrap());
    workspace.set_text(Path::new("p/baml_src/clientc.toml"), None);
    assert_eq!(ceiling(&workspace), Some(9));
}
