//! Which projects a path selects, and which files they have.

mod common;

use self::common::{Tree, outline};

const MONOREPO: &[&str] = &[
    "README.md",
    "top.baml",
    "services/chat/baml_src/clients.baml",
    "services/chat/baml_src/deep/er/more.baml",
    "services/chat/baml_src/deep/notes.txt",
    "services/search/clientc.toml",
    "services/search/baml_src/a.baml",
    "services/search/loose.baml",
    "services/search/sub/other.baml",
    "node_modules/x/baml_src/a.baml",
    ".hidden/baml_src/a.baml",
];

/// Opens each of the cases `(working folder, paths, expected lines)`.
fn check(tree: &Tree, cases: &[(&str, &str, &[&str])]) {
    for (folder, paths, expected) in cases {
        assert_eq!(outline(&tree.open(folder, paths)), *expected, "in `{folder}`: {paths}");
    }
}

#[test]
fn a_monorepo_is_many_projects() {
    let everything: &[&str] = &[
        ".: top.baml",
        ".hidden/baml_src: a.baml",
        "services/chat/baml_src: clients.baml deep/er/more.baml",
        "services/search: loose.baml sub/other.baml",
        "services/search/baml_src: a.baml",
    ];
    let search: &[&str] = &["services/search: loose.baml sub/other.baml", "services/search/baml_src: a.baml"];
    check(
        &Tree::new(MONOREPO),
        &[
            ("", ".", everything),
            ("", ". services services/search/baml_src/a.baml ./services/../top.baml", everything),
            ("", "services/search", search),
            ("services", "search", &["search: loose.baml sub/other.baml", "search/baml_src: a.baml"]),
            (
                "services/chat",
                "../search",
                &["../search: loose.baml sub/other.baml", "../search/baml_src: a.baml"],
            ),
            ("", "node_modules/x", &["node_modules/x/baml_src: a.baml"]),
            ("", "node_modules", &["node_modules/x/baml_src: a.baml"]),
        ],
    );
}

#[test]
fn a_path_inside_a_baml_src_selects_the_whole_project() {
    let whole: &[&str] = &["services/chat/baml_src: clients.baml deep/er/more.baml"];
    check(
        &Tree::new(MONOREPO),
        &[
            ("", "services/chat/baml_src", whole),
            ("", "services/chat/baml_src/", whole),
            ("", "services/chat/baml_src/clients.baml", whole),
            ("", "services/chat/baml_src/deep/er", whole),
            ("", "services/chat/baml_src/deep/notes.txt", whole),
            ("", "services/chat/baml_src/deep services/chat/baml_src/clients.baml", whole),
            ("services/chat/baml_src/deep", ".", &["..: clients.baml deep/er/more.baml"]),
        ],
    );
}

#[test]
fn a_file_belongs_to_the_nearest_baml_src() {
    let tree = Tree::new(&[
        "baml_src/a.baml",
        "baml_src/sub/b.baml",
        "baml_src/sub/baml_src/c.baml",
        "baml_src/sub/baml_src/x/baml_src/d.baml",
        "baml_src/clientc.toml",
        "baml_src/sub/clientc.toml",
    ]);
    let all: &[&str] = &[
        "baml_src: a.baml sub/b.baml",
        "baml_src/sub/baml_src: c.baml",
        "baml_src/sub/baml_src/x/baml_src: d.baml",
    ];
    check(
        &tree,
        &[
            ("", ".", all),
            ("", "baml_src", all),
            ("", "baml_src/sub", all),
            ("", "baml_src/a.baml", &all[..1]),
            ("", "baml_src/sub/baml_src/c.baml", &all[1..2]),
            ("", "baml_src/sub/baml_src", &all[1..]),
        ],
    );
}

#[test]
fn nothing_inside_a_baml_src_is_skipped() {
    let tree = Tree::new(&[
        "baml_src/.hidden.baml",
        "baml_src/.hidden/x.baml",
        "baml_src/generated/x.baml",
        "baml_src/node_modules/x.baml",
        "baml_src/.git/x.baml",
        "baml_src/UPPER.BAML",
        "baml_src/x.baml.bak",
        "baml_src/.baml",
    ]);
    tree.write(".gitignore", "generated\n*.baml\n");
    tree.write("baml_src/.gitignore", "*\n");
    check(
        &tree,
        &[(
            "",
            ".",
            &["baml_src: .baml .git/x.baml .hidden.baml .hidden/x.baml generated/x.baml node_modules/x.baml"],
        )],
    );
}

#[test]
fn ignored_paths_are_skipped_on_the_way_but_not_when_named() {
    let tree = Tree::new(&[
        "kept/baml_src/a.baml",
        "build/baml_src/a.baml",
        "build/deep/baml_src/a.baml",
        "scratch.local.baml",
        "shared.local.baml",
        "plain.baml",
        "vendor/.git/HEAD",
        "vendor/build/baml_src/a.baml",
        "only/baml_src/a.baml",
        ".git/baml_src/a.baml",
    ]);
    tree.write(".gitignore", "build/\n*.local.baml\n!shared.local.baml\n/only/baml_src\n");
    check(
        &tree,
        &[
            (
                "",
                ".",
                &[
                    ".: plain.baml shared.local.baml",
                    "kept/baml_src: a.baml",
                    "vendor/build/baml_src: a.baml",
                ],
            ),
            ("", "build", &["build/baml_src: a.baml", "build/deep/baml_src: a.baml"]),
            ("", "build/baml_src", &["build/baml_src: a.baml"]),
            ("", "build/baml_src/a.baml", &["build/baml_src: a.baml"]),
            ("", "scratch.local.baml", &[".: scratch.local.baml"]),
            ("", "only", &["only: there is no .baml file here"]),
            ("", "only/baml_src", &["only/baml_src: a.baml"]),
        ],
    );
}

#[test]
fn rules_of_folders_above_the_argument_hold() {
    let tree = Tree::new(&["a/b/gen/baml_src/x.baml", "a/b/keep/baml_src/x.baml"]);
    tree.write("a/.gitignore", "gen\n");
    tree.write("a/b/.gitignore", "\u{feff}!nothing\n[broken\n");
    check(&tree, &[("", "a/b", &["a/b/keep/baml_src: x.baml"]), ("a/b", ".", &["keep/baml_src: x.baml"])]);
}

#[test]
fn outside_a_repository_rules_hold_from_the_argument_down() {
    let tree = Tree::without_git(&["a/gen/baml_src/x.baml"]);
    tree.write(".gitignore", "gen\n");
    check(&tree, &[("", "a", &["a/gen/baml_src: x.baml"]), ("", ".", &[".: there is no .baml file here"])]);
}

#[cfg(unix)]
#[test]
fn links_to_folders_are_skipped_and_links_to_files_are_read() {
    let tree = Tree::new(&[
        "real/baml_src/a.baml",
        "elsewhere/target.txt",
        "elsewhere/more/b.baml",
        "real/baml_src/linked.baml -> ../../elsewhere/target.txt",
        "real/baml_src/folder.baml -> ../../elsewhere/more",
        "real/baml_src/more -> ../../elsewhere/more",
        "real/baml_src/self -> ..",
        "real/baml_src/.#a.baml -> someone@somewhere.1234",
        "linked -> real",
        "cycle -> .",
        "loop -> loop",
    ]);
    let real: &[&str] = &["real/baml_src: a.baml linked.baml"];
    check(
        &tree,
        &[
            ("", ".", &[".: elsewhere/more/b.baml", "real/baml_src: a.baml linked.baml"]),
            ("", "real", real),
            ("", "linked", real),
            ("", "linked real cycle/real linked/baml_src/a.baml", real),
            ("", "real/baml_src/linked.baml", real),
        ],
    );
}

#[test]
fn loose_files_belong_to_the_nearest_settings_below_the_argument() {
    let tree = Tree::new(&[
        "a.baml",
        "one/clientc.toml",
        "one/b.baml",
        "one/sub/c.baml",
        "one/inner/clientc.toml",
        "one/inner/d.baml",
        "two/e.baml",
    ]);
    check(
        &tree,
        &[
            ("", ".", &[".: a.baml two/e.baml", "one: b.baml sub/c.baml", "one/inner: d.baml"]),
            ("", "one/sub", &["one/sub: c.baml"]),
            ("", "one/sub one", &["one: b.baml sub/c.baml", "one/inner: d.baml"]),
            ("", "two .", &[".: a.baml two/e.baml", "one: b.baml sub/c.baml", "one/inner: d.baml"]),
        ],
    );
}

#[test]
fn a_loose_file_is_a_project_of_its_own() {
    let tree = Tree::new(&["a.baml", "one/clientc.toml", "one/sub/b.baml", "one/sub/c.baml", "two/d.baml"]);
    check(
        &tree,
        &[
            ("", "one/sub/b.baml", &["one: sub/b.baml"]),
            ("one/sub", "c.baml b.baml", &["..: sub/b.baml sub/c.baml"]),
            ("", "two/d.baml a.baml", &[".: a.baml", "two: d.baml"]),
            ("two", "../a.baml", &["..: a.baml"]),
        ],
    );
}

#[test]
fn without_a_path_the_search_goes_upwards() {
    let tree = Tree::new(&[
        "repo/.git/HEAD",
        "repo/top/clientc.toml",
        "repo/top/a.baml",
        "repo/top/sub/deep/",
        "repo/top/other/baml_src/b.baml",
        "repo/top/other/baml_src/x/y/",
        "repo/top/other/lib/",
        "repo/free/c.baml",
        "clientc.toml",
        "above.baml",
    ]);
    let top: &[&str] = &["../..: a.baml", "../../other/baml_src: b.baml"];
    check(
        &tree,
        &[
            ("repo/top", "", &[".: a.baml", "other/baml_src: b.baml"]),
            ("repo/top/sub/deep", "", top),
            ("repo/top/other", "", &["baml_src: b.baml"]),
            ("repo/top/other/lib", "", &["../baml_src: b.baml"]),
            ("repo/top/other/baml_src/x/y", "", &["../..: b.baml"]),
            ("repo/free", "", &[".: c.baml"]),
            ("repo", "", &[".: free/c.baml", "top: a.baml", "top/other/baml_src: b.baml"]),
        ],
    );
}
