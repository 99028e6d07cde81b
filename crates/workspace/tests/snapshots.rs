//! Snapshots: what a change costs, and what stays the same for whoever holds an older one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clientc_check::{Levels, Sources as _};
use clientc_workspace::{Cancel, Cancelled, Disk, Entry, Mentions, PathKind, RealDisk, Workspace};

use self::common::Tree;

/// The real disk, with a counter of everything that is asked of it.
#[derive(Debug, Clone, Default)]
struct CountingDisk(Arc<AtomicUsize>);

impl CountingDisk {
    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn asked(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Disk for CountingDisk {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        self.asked();
        RealDisk.real_path(path)
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        self.asked();
        RealDisk.kind(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        self.asked();
        RealDisk.list(folder)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.asked();
        RealDisk.read(path)
    }
}

fn leaf(name: &str) -> String {
    format!("client<llm> {name} {{\n  provider openai\n  options {{ model \"m\" }}\n}}\n")
}

/// A tree of two projects under one settings file that names entries of both.
fn two_projects() -> Tree {
    let tree = Tree::new(&[]);
    tree.write("clientc.toml", "[entries]\nclients = [\"A\", \"B\"]\n");
    tree.write("one/baml_src/a.baml", leaf("A"));
    tree.write("one/baml_src/more.baml", leaf("More"));
    tree.write("two/baml_src/b.baml", leaf("B"));
    tree
}

fn open(tree: &Tree, folder: &str) -> (CountingDisk, Workspace) {
    let disk = CountingDisk::default();
    let workspace = Workspace::open_on(Box::new(disk.clone()), &tree.request(folder, ""));
    (disk, workspace)
}

fn rules(workspace: &Workspace) -> Vec<String> {
    let found = workspace.analyse().projects.into_iter().flat_map(|project| project.diagnostics);
    found
        .map(|found| format!("{} {}", workspace.files().display_path(found.primary.span.file), found.rule))
        .collect()
}

#[test]
fn a_keystroke_asks_nothing_of_the_disk_and_reads_one_file() {
    for folder in ["", "one"] {
        let tree = two_projects();
        let (disk, mut workspace) = open(&tree, folder);
        let path = tree.root.join("one/baml_src/a.baml");
        let settings = tree.root.join("clientc.toml");
        workspace.set_text(&path, Some(leaf("A"))).unwrap();
        workspace.set_text(&settings, Some("[entries]\nclients = [\"A\", \"B\"]\n".to_owned())).unwrap();
        let before = workspace.snapshot();
        assert_eq!(workspace.analyse().projects.len(), before.projects().len());
        let asked = disk.count();
        for name in ["A", "Ab", "Abc", "A"] {
            let id = workspace.set_text(&path, Some(leaf(name))).unwrap();
            let found = rules(&workspace).iter().any(|found| found.ends_with("invalid-config"));
            assert_eq!(found, name != "A", "{name}: an entry of the settings is gone");
            for file in workspace.files().ids().filter(|file| *file != id) {
                let (then, now) =
                    (before.files().facts(file).unwrap(), workspace.files().facts(file).unwrap());
                assert!(Arc::ptr_eq(then, now), "{} was read again", workspace.files().display_path(file));
            }
        }
        for clients in ["\"A\"", "\"Abc\"", "\"A\", \"B\""] {
            workspace.set_text(&settings, Some(format!("[entries]\nclients = [{clients}]\n"))).unwrap();
            let found = rules(&workspace).iter().any(|found| found.ends_with("invalid-config"));
            assert_eq!(found, clients == "\"Abc\"");
        }
        assert_eq!(disk.count(), asked, "the disk was asked after a keystroke");
    }
}

#[test]
fn a_change_is_linked_only_where_it_happened() {
    let tree = two_projects();
    let (_, mut workspace) = open(&tree, "");
    let before = workspace.snapshot();
    let linked: Vec<_> = (0..2).map(|number| before.linked(number).unwrap()).collect();
    workspace.set_text(&tree.root.join("one/baml_src/a.baml"), Some(leaf("New"))).unwrap();
    assert!(!Arc::ptr_eq(&linked[0], &workspace.linked(0).unwrap()));
    assert!(Arc::ptr_eq(&linked[1], &workspace.linked(1).unwrap()));
    // The settings name entries, and the other project could have lost one.
    assert!(!before.has_same(0, &workspace, 0) && !before.has_same(1, &workspace, 1));
    tree.write("clientc.toml", "");
    workspace.refresh();
    let before = workspace.snapshot();
    workspace.set_text(&tree.root.join("one/baml_src/a.baml"), Some(leaf("Newer"))).unwrap();
    assert!(!before.has_same(0, &workspace, 0) && before.has_same(1, &workspace, 1));
}

#[test]
fn an_older_snapshot_keeps_its_texts_and_its_findings() {
    let tree = two_projects();
    let (_, mut workspace) = open(&tree, "one");
    let before = workspace.snapshot();
    let found = rules(&workspace);
    let path = tree.root.join("one/baml_src/a.baml");
    let id = workspace.set_text(&path, Some("client<llm> A {".to_owned())).unwrap();
    assert_eq!((before.files().text(id), before.files().revision(id)), (&*leaf("A"), 0));
    assert_eq!((workspace.files().text(id), workspace.files().revision(id)), ("client<llm> A {", 1));
    assert_ne!(rules(&workspace), found);
    let again = before.analyse().projects.into_iter().flat_map(|project| project.diagnostics);
    assert_eq!(again.count(), found.len());
}

#[test]
fn the_same_text_is_no_new_revision() {
    let tree = two_projects();
    let (_, mut workspace) = open(&tree, "one");
    let path = tree.root.join("one/baml_src/a.baml");
    let linked = workspace.linked(0).unwrap();
    let id = workspace.set_text(&path, Some(leaf("A"))).unwrap();
    assert_eq!(workspace.files().revision(id), 0);
    assert!(Arc::ptr_eq(&linked, &workspace.linked(0).unwrap()));
}

#[test]
fn an_analysis_can_be_given_up() {
    let tree = two_projects();
    let (_, workspace) = open(&tree, "one");
    let asked = AtomicUsize::new(0);
    // It is asked before every rule, and gives up wherever the answer changes.
    let count = || asked.fetch_add(1, Ordering::Relaxed) > usize::MAX / 2;
    assert!(workspace.analyse_project(0, &Levels::new(), Cancel::when(&count)).is_ok());
    let times = asked.load(Ordering::Relaxed);
    assert!(times > clientc_check::RULES.len() / 2, "it was asked {times} times");
    for most in [0, 1, 5, times / 2, times - 1] {
        asked.store(0, Ordering::Relaxed);
        let is_useless = || asked.fetch_add(1, Ordering::Relaxed) >= most;
        let analysis = workspace.analyse_project(0, &Levels::new(), Cancel::when(&is_useless));
        assert_eq!(analysis.unwrap_err(), Cancelled, "after {most} of {times}");
        assert_eq!(asked.load(Ordering::Relaxed), most + 1, "nothing runs after it was given up");
    }
    assert!(workspace.analyse_project(0, &Levels::new(), Cancel::NEVER).is_ok());
    assert!(workspace.analyse_project(7, &Levels::new(), Cancel::NEVER).is_err());
}

#[test]
fn a_refreshed_workspace_is_like_one_that_was_opened_now() {
    let tree = two_projects();
    let (_, mut workspace) = open(&tree, "");
    let kept = workspace.files().find(&tree.root.join("one/baml_src/more.baml")).unwrap();
    let facts = workspace.files().facts(kept).unwrap().clone();
    let typed = tree.root.join("two/baml_src/b.baml");
    workspace.set_text(&typed, Some(leaf("Typed"))).unwrap();
    tree.write("one/baml_src/a.baml", leaf("Changed"));
    tree.write("three/baml_src/c.baml", leaf("C"));
    tree.write("clientc.toml", "[entries]\nclients = [\"C\"]\n");
    tree.write("two/baml_src/b.baml", leaf("OnDisk"));
    workspace.refresh();
    let (_, mut other) = open(&tree, "");
    other.set_text(&typed, Some(leaf("Typed"))).unwrap();
    assert_eq!(rules(&workspace), rules(&other));
    assert_eq!(common::outline(&workspace), common::outline(&other));
    assert!(Arc::ptr_eq(&facts, workspace.files().facts(kept).unwrap()), "an unchanged file was read again");
    workspace.set_text(&typed, None).unwrap();
    assert!(workspace.files().text(workspace.files().find(&typed).unwrap()).contains("OnDisk"));
}

#[test]
fn a_project_that_only_a_text_in_memory_opened_closes_with_it() {
    let tree = two_projects();
    tree.write("loose/x.baml", leaf("X"));
    let (_, mut workspace) = open(&tree, "one");
    assert_eq!(common::outline(&workspace).len(), 1);
    for path in ["two/baml_src/b.baml", "loose/x.baml"] {
        let path = tree.root.join(path);
        workspace.set_text(&path, Some(leaf("Guest"))).unwrap();
        assert_eq!(common::outline(&workspace).len(), 2);
        workspace.refresh();
        assert_eq!(common::outline(&workspace).len(), 2);
        workspace.set_text(&path, None);
        assert_eq!(common::outline(&workspace).len(), 1);
    }
}

#[test]
fn programs_are_read_once_whatever_is_typed() {
    let tree = Tree::new(&[]);
    let user = "function F() -> string {\n  client A\n  prompt #\"x\"#\n}\n";
    let text = |name: &str| leaf("A") + &leaf(name) + user;
    tree.write("baml_src/a.baml", text("Spare"));
    tree.write("app/main.py", "use('Spare', \"B\")\n");
    let (disk, mut workspace) = open(&tree, "");
    let mut mentions = Mentions::default();
    let mut asked = None;
    for name in ["A", "Spare", "Spar", "B"] {
        workspace.set_text(&tree.root.join("baml_src/a.baml"), Some(text(name))).unwrap();
        let mut found = workspace.analyse();
        let told = &mut found.projects[0].diagnostics;
        let before = disk.count();
        mentions.tell(&workspace, 0, told, Cancel::NEVER).unwrap();
        // While every client is used no program is looked at.
        assert_eq!(disk.count() > before, asked.is_none() && name != "A", "{name}");
        asked = asked.or((name != "A").then_some(disk.count()));
        let told = std::mem::take(told);
        let mut found = workspace.analyse();
        workspace.tell_mentions(&mut found);
        assert_eq!(told, found.projects[0].diagnostics, "{name}");
    }
    let mut found = workspace.analyse();
    let told = &mut found.projects[0].diagnostics;
    let cancel = Cancel::when(&|| true);
    assert_eq!(Mentions::default().tell(&workspace, 0, told, cancel), Err(Cancelled));
}

#[test]
fn an_entry_may_be_a_client_of_a_project_that_extends_the_settings() {
    let tree = two_projects();
    tree.write("one/clientc.toml", "extend = \"../clientc.toml\"\n");
    let (_, mut workspace) = open(&tree, "");
    let unknown =
        |workspace: &Workspace| rules(workspace).iter().any(|found| found.ends_with("invalid-config"));
    assert!(!unknown(&workspace));
    let before = workspace.snapshot();
    workspace.set_text(&tree.root.join("two/baml_src/b.baml"), Some(leaf("Other"))).unwrap();
    assert!(unknown(&workspace));
    assert!(
        !before.has_same(0, &workspace, 0),
        "the findings of the project that extends them may have changed"
    );
}
