//! What a `clientc.toml` can say, and what can be wrong in it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::path::PathBuf;

use clientc_check::{ConfigFaultKind, Entries, Levels, Peer, Setting};
use clientc_plan::{Field, MAX_MS};
use clientc_semantic::FileId;
use clientc_workspace::{ConfigChoice, ConfigText, Workspace};

use self::common::{OddDisk, Tree, outline};

const EVERYTHING: &str = r#"
extend = "../clientc.toml"
exclude = ["vendor"]
baseline = "accepted.json"
[rules]
no-timeout = "error"
dead-timeout = "ignore"
ttft-exceeds-request = "warn"
[[overrides]]
paths = ["legacy/**", "./old/"]
rules = { no-timeout = "ignore", dead-timeout = "info" }
limits = { max-requests = 40 }
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
[profiles.prod]
rules = { no-timeout = "info" }
platform = { ceiling-ms = 15000 }
[[profiles.prod.overrides]]
paths = ["batch"]
limits = { max-duration-ms = 600000 }
"#;

/// What the text says and, for each fault, the text at its place and what it is.
fn parse(text: &str) -> (ConfigText, Vec<(&str, ConfigFaultKind)>) {
    let (config, faults) = ConfigText::parse(FileId(0), text);
    (config, faults.into_iter().map(|fault| (fault.span.range.slice(text), fault.kind)).collect())
}

fn levels(levels: &Levels) -> Vec<(&str, Setting)> {
    levels.iter().map(|(rule, setting)| (rule.as_str(), *setting)).collect()
}

#[test]
fn every_key_is_read() {
    let (config, faults) = parse(EVERYTHING);
    assert_eq!(faults, []);
    let settings = &config.base.settings;
    assert_eq!(
        levels(&settings.rules),
        [
            ("dead-timeout", Setting::Ignore),
            ("no-timeout", Setting::Error),
            ("ttft-exceeds-request", Setting::Warn),
        ]
    );
    let overrides = &config.base.overrides[0];
    assert_eq!(
        levels(&overrides.settings.rules),
        [("dead-timeout", Setting::Info), ("no-timeout", Setting::Ignore)]
    );
    assert_eq!(overrides.settings.budget.max_requests.map(|limit| limit.value), Some(40));
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
    let Entries::Named(names) = &settings.entries else { panic!("{:?}", settings.entries) };
    let spans: Vec<_> =
        names.iter().map(|name| (name.value.as_str(), name.span.range.slice(EVERYTHING))).collect();
    assert_eq!(spans, [("Chat", "\"Chat\""), ("Extract", "\"Extract\"")]);
    let times: Vec<_> = settings.defaults.iter().map(|(field, limit)| (field, limit.ms)).collect();
    assert_eq!(
        times,
        [
            (Field::Connect, MAX_MS),
            (Field::TimeToFirstToken, 120_000),
            (Field::Idle, 16),
            (Field::Request, 120_000)
        ]
    );
    let request = settings.defaults.request_timeout_ms.unwrap();
    assert_eq!((request.ms, request.origin.range.slice(EVERYTHING)), (120_000, "request_timeout_ms"));
    assert_eq!(settings.fix.ms(Field::Connect), Some(5000));
    assert_eq!(settings.budget.max_requests.map(|limit| limit.value), Some(12));
    assert_eq!(settings.budget.max_duration_ms.map(|limit| limit.value), Some(300_000));
    let model = &settings.models[0];
    assert_eq!((model.min_request_ms, model.min_ttft_ms), (Some(60_000), Some(30_000)));
    let matches = |name: &str| model.names.is_match(name);
    assert!(matches("my-reasoner-2/mini") && matches("a/bc") && !matches("my-"));
    assert_eq!((settings.models.len(), settings.models[1].min_ttft_ms), (2, None));
    let server = &settings.servers[0];
    assert_eq!(
        (server.base_url.as_str(), server.timeout.map(|limit| limit.value)),
        ("http://localhost:44497/v1", Some(120_000))
    );
    assert_eq!(settings.budget.ceiling_ms.map(|limit| limit.value), Some(29_000));
    assert_eq!(settings.peer, Some(Peer::Off));
    assert_eq!(config.extend.map(|path| path.value).as_deref(), Some("../clientc.toml"));
    assert_eq!(config.baseline.map(|path| path.value).as_deref(), Some("accepted.json"));
    assert!(config.exclude.matches("vendor/x/baml_src") && !config.exclude.matches("src"));
    let prod = config.profiles[0].layer.clone();
    assert_eq!(config.profiles[0].name.value, "prod");
    assert_eq!(levels(&prod.settings.rules), [("no-timeout", Setting::Info)]);
    assert_eq!(prod.settings.budget.ceiling_ms.map(|limit| limit.value), Some(15_000));
    assert_eq!(prod.overrides.len(), 1);
}

#[test]
fn words_stand_for_entries_and_the_peer() {
    let (config, faults) = parse("entries.clients = \"all\"\npeer = { baml = \"auto\" }");
    assert_eq!(faults, []);
    assert_eq!(config.base.settings.entries, Entries::All);
    assert_eq!(config.base.settings.peer, Some(Peer::Auto));
    let (config, faults) = parse("\u{feff}platform.ceiling-ms = 5\r\n# äöü\r\n");
    let ceiling = config.base.settings.budget.ceiling_ms.map(|limit| limit.value);
    assert_eq!((ceiling, faults), (Some(5), vec![]));
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
        let (_, faults) = ConfigText::parse(FileId(0), &text);
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
    let tree = Tree::new(&["s/legacy/baml_src/a.baml", "s/baml_src/b.baml"]);
    let text =
        "[[overrides]]\npaths = ['legacy']\nrules = { no-timeout = 'error' }\nlimits.max-requests = 3\n";
    tree.write("s/clientc.toml", text);
    let workspace = tree.open("s", ".");
    let held: Vec<_> = workspace
        .inputs()
        .map(|input| {
            let settings = input.settings();
            let files: Vec<_> = settings.overrides.iter().map(|set| set.files.len()).collect();
            (input.project().display_root.clone(), files, settings.budget.most_requests())
        })
        .collect();
    assert_eq!(held, [("baml_src".to_owned(), vec![], 12), ("legacy/baml_src".to_owned(), vec![1], 3)]);
}

#[test]
fn what_is_nearer_wins() {
    let tree = Tree::new(&["s/baml_src/a.baml"]);
    tree.write(
        "clientc.toml",
        "[limits]\nmax-requests = 1\nmax-duration-ms = 1\n[platform]\nceiling-ms = 1\n\
         [defaults.http]\nidle_timeout_ms = 1\nrequest_timeout_ms = 9\n[profiles.prod.limits]\nmax-requests = 3\n",
    );
    let text = "extend = '../clientc.toml'\n[limits]\nmax-requests = 2\nmax-duration-ms = 2\n\
        [[overrides]]\npaths = ['baml_src']\nlimits.max-duration-ms = 5\n\
        [profiles.prod]\nlimits.max-duration-ms = 4\ndefaults.http.request_timeout_ms = 7\n";
    tree.write("s/clientc.toml", text);
    let mut workspace = tree.open("s", ".");
    let held = |workspace: &Workspace| {
        let settings = workspace.inputs().next().unwrap().settings();
        let budget = settings.budget;
        let number = |number: Option<clientc_check::Configured>| number.map(|number| number.value);
        let defaults = settings.defaults;
        let numbers = [budget.max_requests, budget.max_duration_ms, budget.ceiling_ms].map(number);
        (numbers, defaults.ms(Field::Idle), defaults.ms(Field::Request))
    };
    assert_eq!(held(&workspace), ([Some(2), Some(5), Some(1)], Some(1), Some(9)));
    assert_eq!(workspace.profiles().into_iter().collect::<Vec<_>>(), ["prod"]);
    workspace.set_profile(Some("prod".to_owned()));
    assert_eq!(held(&workspace), ([Some(3), Some(5), Some(1)], Some(1), Some(7)));
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
