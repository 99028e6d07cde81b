//! Pictures, explanations and differences of a plan whose calls BAML makes lead with BAML's figures.

use clientc_tests::Folder;

use crate::{CLIENTS, DEFAULTS, folder};

/// The same clients with a total, which BAML does not obey, and a limit of a leaf, which it does.
fn with_limits() -> String {
    let total = "    strategy [A, B]\n    http {\n      total_timeout_ms 90000\n    }\n";
    let own = "    model \"claude-3-5-haiku-latest\"\n    http {\n      request_timeout_ms 60000\n    }\n";
    CLIENTS.replace("    strategy [A, B]\n", total).replace("    model \"claude-3-5-haiku-latest\"\n", own)
}

#[test]
fn every_picture_leads_with_the_run_time_that_makes_the_calls() {
    let folder = Folder::with(&[("baml_src/a.baml", &*with_limits())]);
    // 3 attempts of 300 s with delays of 300 and 450 ms, and one of 60 s.
    let tree = folder.run("resolve --format tree").stdout;
    assert!(tree.contains("worst case in BAML 4 requests, 16m 0.75s"), "{tree}");
    assert!(tree.contains("total 1m 30s not in BAML"), "{tree}");
    assert!(tree.contains("request 1m ") && !tree.contains("request 1m not"), "{tree}");
    for format in ["dot", "mermaid"] {
        let graph = folder.run(&format!("resolve --format {format}")).stdout;
        assert!(graph.contains("worst case in BAML 4 requests, 16m 0.75s"), "{graph}");
        assert!(graph.contains("total 1m 30s not in BAML"), "{graph}");
        assert!(!graph.contains(", total"), "an edge has a total that does not hold: {graph}");
    }
    let ours = folder.run("resolve --format tree --runtime clientc").stdout;
    assert!(ours.contains("worst case 4 requests, 1m 30s") && !ours.contains("BAML"), "{ours}");
}

#[test]
fn the_deciding_sentence_is_about_the_run_time_that_makes_the_calls() {
    let folder = Folder::with(&[("baml_src/a.baml", &*with_limits())]);
    let why = folder.run("resolve --why").stdout;
    assert!(
        why.contains("The largest part, 15m of 16m 0.75s, is 3 times the request limit of BAML."),
        "{why}"
    );
    assert!(why.contains("Decided by the request limit of B: baml_src/a.baml:"), "{why}");
    assert!(why.contains("1m 30s  F        baml_src/a.baml:40, not in BAML"), "{why}");
    assert!(why.contains("▸   5m  BAML\n"), "{why}");
    assert!(why.contains("request of BAML"), "{why}");
    let ours = folder.run("resolve --why --runtime clientc").stdout;
    assert!(ours.contains("Decided by the total limit of F") && !ours.contains("BAML"), "{ours}");
}

#[test]
fn a_page_tells_what_decides_through_baml() {
    let page = folder(DEFAULTS).run("resolve --format html").stdout;
    assert!(
        page.contains("The largest part, 20m of 20m 0.75s, is 4 times the request limit of BAML."),
        "{page}"
    );
}

#[test]
fn a_difference_is_one_of_the_run_time_that_makes_the_calls() {
    let compare = |before: &str, after: &str, arguments: &str| {
        let files = [("before/baml_src/a.baml", before), ("after/baml_src/a.baml", after)];
        Folder::with(&files).run(&format!("diff after --against before {arguments}"))
    };
    let before = with_limits();
    // A total that is raised changes nothing in BAML, and is still a change of the file.
    let run = compare(&before, &before.replace("90000", "95000"), "");
    assert!(run.stdout.contains("info[raised]: `total_timeout_ms` of `F` is raised"), "{}", run.stdout);
    assert!(run.stdout.contains("BAML makes the calls and does not enforce it"), "{}", run.stdout);
    assert!(run.stdout.contains("no worst case changed"), "{}", run.stdout);
    // A limit of a leaf that the total hid in clientc counts in full.
    let run = compare(&before, &before.replace("60000", "80000"), "");
    assert!(run.stdout.contains("error[raised]: `request_timeout_ms` of `B` is raised"), "{}", run.stdout);
    let cost = "worst case of F: 4 requests, 16m 0.75s in BAML → 4 requests, 16m 20.75s in BAML";
    assert!(run.stdout.contains(cost), "{}", run.stdout);
    assert!(run.stdout.contains("F > B: request 1m (B, a.baml:"), "{}", run.stdout);
    // A limit that is lost leaves what BAML sets itself.
    let without = before.replace("    http {\n      request_timeout_ms 60000\n    }\n", "");
    let run = compare(&before, &without, "");
    assert!(run.stdout.contains("→ 5m (BAML)"), "{}", run.stdout);
    // Another run time is a change of its own.
    let files = [
        ("before/baml_src/a.baml", &*before),
        ("after/baml_src/a.baml", &*before),
        ("after/clientc.toml", "[runtime]\ncalls = \"gateway\"\n"),
    ];
    let run = Folder::with(&files).run("diff after --against before");
    assert!(run.stdout.contains("clientc makes the calls instead of BAML"), "{}", run.stdout);
    assert!(run.stdout.contains("16m 0.75s in BAML → 4 requests, 1m 30s\n"), "{}", run.stdout);
}

#[test]
fn another_minor_version_is_told_with_the_numbers() {
    let note = "measured with 0.226.3, and this project names 0.89.0";
    let old = CLIENTS.replace("0.226.3", "0.89.0");
    let old = Folder::with(&[("baml_src/a.baml", &*old)]);
    for arguments in ["", "--why", "--format tree", "--format dot", "--format mermaid", "--format html"] {
        let run = old.run(&format!("resolve {arguments}"));
        assert!(run.stdout.contains(note), "{arguments}: {}", run.stdout);
    }
    let checked = old.run("check --format concise").stdout;
    assert!(checked.contains("300,000 ms (measured with 0.226.3)"), "{checked}");
    let json = old.run("resolve --format json").json();
    let baml = &json["clients"]["F"]["runtimes"]["baml"];
    assert_eq!((&baml["measured_with"], &baml["version"]), (&"0.226.3".into(), &"0.89.0".into()));
    // The settings win over the generator block, and a patch of the measured version is the same one.
    old.write("clientc.toml", "[runtime]\nbaml-version = \"0.226.9\"\n");
    assert!(!old.run("resolve").stdout.contains("measured"));
    assert!(!old.run("check").stdout.contains("measured"));
    let current = Folder::with(&[("baml_src/a.baml", CLIENTS)]);
    assert!(!current.run("resolve").stdout.contains("measured"));
    current.write("clientc.toml", "[runtime]\nbaml-version = \"0.300.0\"\n");
    assert!(current.run("resolve").stdout.contains("this project names 0.300.0"));
}
