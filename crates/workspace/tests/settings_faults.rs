//! What can be wrong in a `clientc.toml`.

#![allow(clippy::unwrap_used, clippy::panic)]

use clientc_check::{ConfigFaultKind, Expected, Peer};
use clientc_plan::{Field, MAX_MS};
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;
use clientc_workspace::ConfigText;

/// What the text says and, for each fault, the text at its place and what it is.
fn parse(text: &str) -> (ConfigText, Vec<(&str, ConfigFaultKind)>) {
    let (config, faults) = ConfigText::parse(FileId(0), text);
    (config, faults.into_iter().map(|fault| (fault.span.range.slice(text), fault.kind)).collect())
}

fn wrong(key: &str, expected: Expected, found: &'static str) -> ConfigFaultKind {
    ConfigFaultKind::WrongType { key: key.to_owned(), expected, found }
}

fn range(key: &str, found: &str) -> ConfigFaultKind {
    ConfigFaultKind::OutOfRange { key: key.to_owned(), found: found.to_owned(), minimum: 1, maximum: MAX_MS }
}

#[test]
fn every_wrong_value_is_a_fault_at_its_place() {
    for (text, place, expected) in [
        ("rules = 1", "1", wrong("rules", Expected::Table, "integer")),
        ("rules.no-timeout = 1", "1", wrong("rules.no-timeout", Expected::String, "integer")),
        ("overrides = {}", "{}", wrong("overrides", Expected::ArrayOfTables, "table")),
        ("overrides = [1]", "1", wrong("overrides", Expected::Table, "integer")),
        (
            "[[overrides]]\npaths = \"x\"\nrules = {}",
            "\"x\"",
            wrong("overrides.paths", Expected::ArrayOfStrings, "string"),
        ),
        (
            "[[overrides]]\npaths = [true]\nrules = {}",
            "true",
            wrong("overrides.paths", Expected::String, "boolean"),
        ),
        ("[[overrides]]\npaths = []\nrules = []", "[]", wrong("overrides.rules", Expected::Table, "array")),
        ("entries = []", "[]", wrong("entries", Expected::Table, "array")),
        ("entries.clients = 1", "1", wrong("entries.clients", Expected::NamesOrAll, "integer")),
        ("entries.clients = []", "[]", ConfigFaultKind::NoEntries),
        ("entries.clients = [1]", "1", wrong("entries.clients", Expected::String, "integer")),
        ("defaults = 1", "1", wrong("defaults", Expected::Table, "integer")),
        ("defaults.http = 1", "1", wrong("defaults.http", Expected::Table, "integer")),
        (
            "defaults.http.idle_timeout_ms = \"5\"",
            "\"5\"",
            wrong("defaults.http.idle_timeout_ms", Expected::Integer, "string"),
        ),
        (
            "defaults.fix.idle_timeout_ms = 5.0",
            "5.0",
            wrong("defaults.fix.idle_timeout_ms", Expected::Integer, "float"),
        ),
        ("defaults.http.idle_timeout_ms = 0", "0", range("defaults.http.idle_timeout_ms", "0")),
        ("defaults.http.idle_timeout_ms = -5", "-5", range("defaults.http.idle_timeout_ms", "-5")),
        (
            "defaults.fix.request_timeout_ms = 9007199254740992",
            "9007199254740992",
            range("defaults.fix.request_timeout_ms", "9007199254740992"),
        ),
        ("limits = 1", "1", wrong("limits", Expected::Table, "integer")),
        ("limits.max-requests = 0", "0", range("limits.max-requests", "0")),
        (
            "limits.max-duration-ms = 99999999999999999999999",
            "99999999999999999999999",
            range("limits.max-duration-ms", "99999999999999999999999"),
        ),
        ("models = 1", "1", wrong("models", Expected::ArrayOfTables, "integer")),
        ("[[models]]\nmatch = \"x\"", "\"x\"", wrong("models.match", Expected::ArrayOfStrings, "string")),
        (
            "[[models]]\nmatch = []\nmin-request-timeout-ms = 0",
            "0",
            range("models.min-request-timeout-ms", "0"),
        ),
        ("[[models]]\nmatch = []\nmin-ttft-timeout-ms = 0", "0", range("models.min-ttft-timeout-ms", "0")),
        ("servers = 1979-05-27", "1979-05-27", wrong("servers", Expected::ArrayOfTables, "datetime")),
        (
            "[[servers]]\nbase-url = 1\ntimeout-ms = 1",
            "1",
            wrong("servers.base-url", Expected::String, "integer"),
        ),
        (
            "[[servers]]\nbase-url = \"localhost:1\"\ntimeout-ms = 1",
            "\"localhost:1\"",
            ConfigFaultKind::InvalidBaseUrl { found: "localhost:1".to_owned() },
        ),
        (
            "[[servers]]\nbase-url = \"https:///v1\"\ntimeout-ms = 1",
            "\"https:///v1\"",
            ConfigFaultKind::InvalidBaseUrl { found: "https:///v1".to_owned() },
        ),
        ("[[servers]]\nbase-url = \"http://x\"\ntimeout-ms = 0", "0", range("servers.timeout-ms", "0")),
        ("extend = 1", "1", wrong("extend", Expected::String, "integer")),
        ("extend = ''", "''", ConfigFaultKind::EmptyPath { key: "extend".to_owned() }),
        ("baseline = []", "[]", wrong("baseline", Expected::String, "array")),
        ("exclude = 'x'", "'x'", wrong("exclude", Expected::ArrayOfStrings, "string")),
        ("profiles = []", "[]", wrong("profiles", Expected::Table, "array")),
        ("profiles.prod = 1", "1", wrong("profiles.prod", Expected::Table, "integer")),
        ("profiles.prod.limits.max-requests = 0", "0", range("profiles.prod.limits.max-requests", "0")),
        (
            "[[overrides]]\npaths = []\nlimits = { max-requests = 0 }",
            "0",
            range("overrides.limits.max-requests", "0"),
        ),
        (
            "[[overrides]]\npaths = []",
            "[[overrides]]",
            ConfigFaultKind::EmptyOverride { allowed: &["rules", "entries", "defaults", "limits"] },
        ),
        ("platform = 1", "1", wrong("platform", Expected::Table, "integer")),
        ("platform.ceiling-ms = 0", "0", range("platform.ceiling-ms", "0")),
        ("peer = 1", "1", wrong("peer", Expected::Table, "integer")),
        ("peer.baml = false", "false", wrong("peer.baml", Expected::String, "boolean")),
        (
            "[defaults.http]\nrequest_timeout_ms = 5\ntime_to_first_token_timeout_ms = 6",
            "6",
            ConfigFaultKind::TtftAboveRequest {
                section: "defaults.http".to_owned(),
                ttft_ms: 6,
                request_ms: 5,
                request: Span::new(FileId(0), TextRange::new(37, 38)),
            },
        ),
        (
            "defaults.http.total_timeout_ms = 6",
            "total_timeout_ms",
            ConfigFaultKind::TotalNotAllowed { section: "defaults.http".to_owned() },
        ),
        (
            "defaults.fix.total_timeout_ms = 6",
            "total_timeout_ms",
            ConfigFaultKind::TotalNotAllowed { section: "defaults.fix".to_owned() },
        ),
    ] {
        assert_eq!(parse(text).1, [(place, expected)], "{text}");
    }
}

#[test]
fn unknown_keys_and_words_come_with_a_suggestion() {
    for (text, place, section, nearest) in [
        ("rule = {}", "rule", "", Some("rules")),
        ("colour = 1", "colour", "", None),
        ("[[override]]", "override", "", Some("overrides")),
        ("[[overrides]]\npaths = []\nrules = {}\npath = 1", "path", "overrides", None),
        ("entries.client = 1", "client", "entries", Some("clients")),
        ("defaults.https = 1", "https", "defaults", Some("http")),
        (
            "defaults.http.request-timeout-ms = 1",
            "request-timeout-ms",
            "defaults.http",
            Some("request_timeout_ms"),
        ),
        (
            "defaults.fix.conect_timeout_ms = 1",
            "conect_timeout_ms",
            "defaults.fix",
            Some("connect_timeout_ms"),
        ),
        ("limits.max_requests = 1", "max_requests", "limits", Some("max-requests")),
        ("[[models]]\nmatch = []\nname = 1", "name", "models", None),
        ("[[servers]]\nbase-url = \"http://x\"\ntimeout-ms = 1\nurl = 1", "url", "servers", None),
        ("platform.ceiling = 1", "ceiling", "platform", Some("ceiling-ms")),
        ("platform.ceiling-ms = 1\nplatform.ceiling = 1", "ceiling", "platform", None),
        ("[limits]\nmax-request = 1\nmax-requests = 1", "max-request", "limits", None),
        ("profiles.prod.extend = 'x'", "extend", "profiles.prod", None),
        ("profiles.prod.limit = {}", "limit", "profiles.prod", Some("limits")),
        ("[[overrides]]\npaths = []\nrules = {}\nplatform = {}", "platform", "overrides", None),
        ("peer.\"bam l\" = 1", "\"bam l\"", "peer", Some("baml")),
    ] {
        let faults = parse(text).1;
        let [(at, ConfigFaultKind::UnknownKey { section: found, nearest: near, allowed, .. })] = &faults[..]
        else {
            panic!("{text}: {faults:?}");
        };
        assert_eq!((*at, found.as_str(), *near), (place, section, nearest), "{text}");
        assert!(!allowed.is_empty());
    }
    for (text, place, word, nearest) in [
        ("rules.no-timeout = \"warning\"", "\"warning\"", "warning", Some("warn")),
        ("rules.no-timeout = \"off\"", "\"off\"", "off", None),
        ("entries.clients = \"Chat\"", "\"Chat\"", "Chat", None),
        ("entries.clients = \"All\"", "\"All\"", "All", Some("all")),
        ("peer.baml = \"of\"", "\"of\"", "of", Some("off")),
    ] {
        let faults = parse(text).1;
        let [(at, ConfigFaultKind::UnknownWord { found, nearest: near, .. })] = &faults[..] else {
            panic!("{text}: {faults:?}");
        };
        assert_eq!((*at, found.as_str(), *near), (place, word, nearest), "{text}");
    }
    for (text, rule, nearest) in [
        ("rules.no-timeouts = \"warn\"", "no-timeouts", Some("no-timeout")),
        ("[[overrides]]\npaths = []\nrules = { x = \"warn\" }", "x", None),
    ] {
        let expected = ConfigFaultKind::UnknownRule { rule: rule.to_owned(), nearest };
        assert_eq!(parse(text).1, [(rule, expected)], "{text}");
    }
}

#[test]
fn keys_that_must_be_there_are_missed() {
    for (text, expected) in [
        ("[[overrides]]\nrules = {}", &["paths"][..]),
        // A key that is only misspelt is not missing as well.
        ("[[overrides]]\nrules = {}\npath = []", &[]),
        ("[[models]]\nmin-ttft-timeout-ms = 1", &["match"]),
        ("[[servers]]", &["base-url", "timeout-ms"]),
        ("[[servers]]\nbase-url = \"x\"", &["timeout-ms"]),
    ] {
        let missing: Vec<_> = parse(text)
            .1
            .into_iter()
            .filter_map(|(place, kind)| match kind {
                ConfigFaultKind::MissingKey { key, section } => {
                    assert_eq!(place, format!("[[{section}]]"), "{text}");
                    Some(key)
                }
                _ => None,
            })
            .collect();
        assert_eq!(missing, expected, "{text}");
    }
}

#[test]
fn patterns_that_are_none_leave_the_others() {
    let (config, faults) =
        parse("[[overrides]]\npaths = [\"a[\", \"b\"]\nrules = {}\n[[models]]\nmatch = [\"{x\"]");
    let keys: Vec<_> = faults
        .iter()
        .map(|(place, kind)| match kind {
            ConfigFaultKind::InvalidGlob { key, .. } => (*place, key.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(keys, [("\"a[\"", "overrides.paths"), ("\"{x\"", "models.match")]);
    let paths = &config.base.overrides[0].paths;
    assert!(paths.matches("b/c.baml") && !paths.matches("a["));
    assert_eq!(config.base.settings.models[0].patterns.len(), 0);
}

#[test]
fn one_fault_never_hides_another() {
    let text = r#"
typo = 1
[rules]
no-timout = "error"
dead-timeout = "eror"
no-timeout = "warn"
[limits]
max-requests = 0
max-duration-ms = 5
[defaults.http]
idle_timeout_ms = 7
connect_timeout_ms = "7"
total_timeout_ms = 9
[platform]
ceiling-ms = ?
[peer]
baml = "off"
"#;
    let (config, faults) = parse(text);
    let settings = config.base.settings;
    let places: Vec<_> = faults.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, ["typo", "no-timout", "\"eror\"", "0", "\"7\"", "total_timeout_ms", "?"]);
    assert!(matches!(faults[6].1, ConfigFaultKind::Syntax { .. }));
    assert_eq!(settings.rules.len(), 1);
    assert_eq!(settings.budget.max_duration_ms.map(|limit| limit.value), Some(5));
    assert_eq!(settings.defaults.ms(Field::Idle), Some(7));
    assert_eq!(settings.peer, Some(Peer::Off));
}
