//! What a `clientc.toml` can say, and what can be wrong in it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use clientc_check::Level;
use clientc_plan::{Field, MAX_MS};
use clientc_semantic::FileId;
use clientc_workspace::{ConfigChoice, ConfigFaultKind, Entries, Peer, Settings, Workspace};
use common::{OddDisk, Tree, outline};
use std::path::PathBuf;

const RULES: &[&str] = &["no-timeout", "dead-timeout", "ttft-exceeds-request"];

const EVERYTHING: &str = r#"
[rules]
no-timeout = "error"
dead-timeout = "ignore"
ttft-exceeds-request = "warn"
[[overrides]]
paths = ["legacy/**", "./old/"]
rules = { no-timeout = "ignore", dead-timeout = "info" }
[entries]
clients = ["Chat", "Extract"]
[defaults.http]
request_timeout_ms = 120000
time_to_first_token_timeout_ms = 120_000
idle_timeout_ms = 0x10
connect_timeout_ms = 9007199254740991
[defaults.fix]
connect_timeout_ms = 5000
[limits]
max-requests = 12
max-duration-ms = 300000
[[models]]
match = ["my-reasoner-*", "a/b*"]
min-request-timeout-ms = 60000
min-ttft-timeout-ms = 30000
[[models]]
match = ["x"]
[[servers]]
base-url = "http://localhost:44497/v1"
timeout-ms = 120000
[platform]
ceiling-ms = 29000
[peer]
baml = "off"
"#;

/// The settings and, for each fault, the text at its place and what it is.
fn parse(text: &str) -> (Settings, Vec<(&str, ConfigFaultKind)>) {
    let (settings, faults) = Settings::parse(FileId(0), text, RULES);
    (settings, faults.into_iter().map(|fault| (fault.span.range.slice(text), fault.kind)).collect())
}

#[test]
fn every_key_is_read() {
    let (settings, faults) = parse(EVERYTHING);
    assert_eq!(faults, []);
    let levels = |rules: &[clientc_workspace::RuleSetting]| -> Vec<_> {
        rules.iter().map(|rule| (rule.rule.value, rule.level.value)).collect()
    };
    assert_eq!(
        levels(&settings.rules),
        [
            ("no-timeout", Some(Level::Error)),
            ("dead-timeout", None),
            ("ttft-exceeds-request", Some(Level::Warning)),
        ]
    );
    let overrides = &settings.overrides[0];
    assert_eq!(levels(&overrides.rules), [("no-timeout", None), ("dead-timeout", Some(Level::Info))]);
    for (path, expected) in [
        ("legacy/a.baml", true),
        ("legacy/b/a.baml", true),
        ("old/b/a.baml", true),
        ("old.baml", false),
        ("x/legacy/a.baml", false),
        ("../legacy/a.baml", false),
    ] {
        assert_eq!(overrides.paths.matches(path), expected, "{path}");
    }
    let Some(Entries::Named(names)) = &settings.entries else { panic!("{:?}", settings.entries) };
    let spans: Vec<_> =
        names.iter().map(|name| (name.value.as_str(), name.span.range.slice(EVERYTHING))).collect();
    assert_eq!(spans, [("Chat", "\"Chat\""), ("Extract", "\"Extract\"")]);
    let times: Vec<_> =
        settings.default_http.entries.iter().map(|(field, entry)| (field, entry.ms)).collect();
    assert_eq!(
        times,
        [
            (Field::Connect, MAX_MS),
            (Field::TimeToFirstToken, 120_000),
            (Field::Idle, 16),
            (Field::Request, 120_000)
        ]
    );
    let request = settings.default_http.at_keys().request_timeout_ms.unwrap();
    assert_eq!((request.ms, request.origin.range.slice(EVERYTHING)), (120_000, "request_timeout_ms"));
    let request = settings.default_http.at_values().request_timeout_ms.unwrap();
    assert_eq!((request.ms, request.origin.range.slice(EVERYTHING)), (120_000, "120000"));
    assert_eq!(settings.default_fix.ms(Field::Connect), Some(5000));
    assert_eq!(settings.max_requests.map(|limit| limit.value), Some(12));
    assert_eq!(settings.max_duration_ms.map(|limit| limit.value), Some(300_000));
    let model = &settings.models[0];
    assert_eq!(model.min_request_timeout_ms.map(|limit| limit.value), Some(60_000));
    assert_eq!(model.min_ttft_timeout_ms.map(|limit| limit.value), Some(30_000));
    assert!(
        model.names.matches("my-reasoner-2/mini")
            && model.names.matches("a/bc")
            && !model.names.matches("my-")
    );
    assert_eq!((settings.models.len(), settings.models[1].min_ttft_timeout_ms), (2, None));
    let server = &settings.servers[0];
    assert_eq!(
        (server.base_url.value.as_str(), server.timeout_ms.value),
        ("http://localhost:44497/v1", 120_000)
    );
    assert_eq!(settings.ceiling_ms.map(|limit| limit.value), Some(29_000));
    assert_eq!(settings.peer.map(|peer| peer.value), Some(Peer::Off));
}

#[test]
fn words_stand_for_entries_and_the_peer() {
    let (settings, faults) = parse("entries.clients = \"all\"\npeer = { baml = \"auto\" }");
    assert_eq!(faults, []);
    assert!(matches!(settings.entries, Some(Entries::All(_))));
    assert_eq!(settings.peer.map(|peer| peer.value), Some(Peer::Auto));
    let (settings, faults) = parse("\u{feff}platform.ceiling-ms = 5\r\n# äöü\r\n");
    assert_eq!((settings.ceiling_ms.map(|limit| limit.value), faults), (Some(5), vec![]));
}

#[test]
fn no_text_makes_the_reader_fall() {
    let mut texts =
        vec!["[".repeat(9000), format!("a{}", ".a".repeat(9000)), format!("a = {}", "[".repeat(9000))];
    texts.extend(
        ["\0", "\u{feff}", "=", "[[", "[a]\n[a]", "a = 1\na = 2", "a = \"", "a = '''"].map(str::to_owned),
    );
    let everything: Vec<char> = EVERYTHING.chars().collect();
    for cut in 0..everything.len() {
        texts.push(everything[..cut].iter().collect());
        texts.push(everything[cut..].iter().collect());
        texts.push(
            everything.iter().enumerate().filter(|(at, _)| *at != cut).map(|(_, letter)| letter).collect(),
        );
    }
    for text in texts {
        let (_, faults) = Settings::parse(FileId(0), &text, RULES);
        assert!(faults.is_sorted_by_key(|fault| fault.span), "{text}");
        assert!(faults.iter().all(|fault| fault.span.range.end as usize <= text.len()), "{text}");
    }
}

fn configs(workspace: &Workspace) -> Vec<String> {
    let path = |input: clientc_workspace::ProjectInput<'_>| {
        input.config().map_or("-".to_owned(), |config| input.relative(config.file))
    };
    workspace.inputs().map(|input| format!("{}: {}", input.project().display_root, path(input))).collect()
}

#[test]
fn each_project_obeys_the_nearest_settings() {
    let tree = Tree::new(&[
        "clientc.toml",
        "a/baml_src/x.baml",
        "b/clientc.toml",
        "b/baml_src/x.baml",
        "b/baml_src/sub/clientc.toml",
        "c/baml_src/clientc.toml",
        "c/baml_src/x.baml",
        "d/.git/HEAD",
        "d/baml_src/x.baml",
        "other/my.toml",
    ]);
    let nearest = [
        "a/baml_src: ../../clientc.toml",
        "b/baml_src: ../clientc.toml",
        "c/baml_src: clientc.toml",
        "d/baml_src: -",
    ];
    assert_eq!(configs(&tree.open("", ".")), nearest);
    assert_eq!(configs(&tree.open("", "b/baml_src/x.baml")), nearest[1..2]);

    let mut request = tree.request("other", "../a ../b");
    request.config = ConfigChoice::File(PathBuf::from("my.toml"));
    let workspace = Workspace::open(&request);
    assert_eq!(
        configs(&workspace),
        ["../a/baml_src: ../../other/my.toml", "../b/baml_src: ../../other/my.toml"]
    );
    assert_eq!(workspace.configs().len(), 1);
    request.config = ConfigChoice::None;
    assert_eq!(configs(&Workspace::open(&request)), ["../a/baml_src: -", "../b/baml_src: -"]);
}

#[test]
fn overrides_read_paths_from_the_settings_folder() {
    let tree = Tree::new(&["s/clientc.toml", "s/legacy/baml_src/a.baml"]);
    let workspace = tree.open("s/legacy", ".");
    let input = workspace.inputs().next().unwrap();
    let file = input.files().next().unwrap();
    assert_eq!(
        (file.relative, input.override_path(file.id).as_deref()),
        ("a.baml", Some("legacy/baml_src/a.baml"))
    );
}

#[test]
fn settings_that_cannot_be_read_are_a_fault_of_the_settings() {
    let tree = Tree::new(&["baml_src/a.baml"]);
    tree.write("clientc.toml", b"[limits]\n\xff");
    let workspace = tree.open("", ".");
    let fault = &workspace.configs()[0].faults[0];
    assert_eq!((&fault.kind, fault.span.range.start), (&ConfigFaultKind::NotUtf8, 9));

    let disk = OddDisk { order: 0, refused: vec![tree.root.join("clientc.toml")] };
    let workspace = Workspace::open_on(Box::new(disk), &tree.request("", "."));
    let expected = ConfigFaultKind::Unreadable { error: "permission denied".to_owned() };
    assert_eq!(workspace.configs()[0].faults[0].kind, expected);

    let mut request = tree.request("", ".");
    request.config = ConfigChoice::File(PathBuf::from("nowhere.toml"));
    let workspace = Workspace::open(&request);
    assert!(matches!(workspace.configs()[0].faults[0].kind, ConfigFaultKind::Unreadable { .. }));
    assert_eq!(outline(&workspace), ["baml_src: a.baml"]);
}
