//! Baselines: their place in the settings, what is known, and what is stale.

use clientc_tests::Folder;

use crate::CONFLICT;

fn read(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("known.json")).unwrap()
}

#[test]
fn the_settings_name_a_baseline() {
    let folder =
        Folder::with(&[("app/baml_src/a.baml", CONFLICT), ("clientc.toml", "baseline = \"known.json\"\n")]);
    let run = folder.run("check");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--write-baseline"), "{}", run.stderr);
    let run = folder.run_below("app", "check --write-baseline");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = folder.run("check");
    assert_eq!(run.code, 0);
    assert_eq!(run.stdout, "Checked 1 client in 1 file: no new problems found (1 known).\n");
    folder.write("app/baml_src/b.baml", CONFLICT.replace("Fast", "Second"));
    let run = folder.run("check");
    assert!(run.stdout.contains("Checked 2 clients in 2 files: 1 error (1 known)."), "{}", run.stdout);
    assert_eq!(folder.run("check --isolated --format concise").stdout.lines().count(), 2);
}

#[test]
fn what_is_stale_is_pruned_and_nothing_new_is_accepted() {
    let folder = Folder::with(&[("baml_src/a.baml", CONFLICT)]);
    folder.run("check --baseline known.json --write-baseline");
    let before = read(&folder);
    folder.write("baml_src/a.baml", CONFLICT.replace("Fast", "Renamed"));
    let run = folder.run("check --baseline known.json --prune-baseline");
    assert_eq!(run.code, 1);
    assert_eq!(run.stderr, "1 stale finding removed from known.json\n");
    assert_ne!(read(&folder), before);
    assert!(!read(&folder).contains("Renamed") && !read(&folder).contains("Fast"));
    assert_eq!(folder.run("check --prune-baseline").code, 2);
    assert_eq!(folder.run("check --write-baseline").code, 2);
}
