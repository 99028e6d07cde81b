//! Reading the tables that a file, a profile and an override have in common into [`Settings`].

use clientc_check::{
    Calls, ConfigFault, ConfigFaultKind, Configured, Entries, Expected, LEVEL_WORDS, Levels, Peer, RULES,
    Setting, Settings,
};
use clientc_plan::{Field, Limit, Limits};
use clientc_semantic::{Span, nearest_word};

use crate::config::tables::{models, servers};
use crate::config::values::{ConfigReader, Value};

const ENTRIES: &[&str] = &["clients"];
const DEFAULTS: &[&str] = &["http", "fix"];
const ATTEMPT: &[&str] =
    &[Field::ATTEMPT[0].key(), Field::ATTEMPT[1].key(), Field::ATTEMPT[2].key(), Field::ATTEMPT[3].key()];
const LIMITS: &[&str] = &["max-requests", "max-duration-ms"];
const PLATFORM: &[&str] = &["ceiling-ms"];
const PEER: &[&str] = &["baml"];
const RUNTIME: &[&str] = &["calls", "baml-version"];

/// Reads one table of a layer, if its key is one of a layer's. `path` is the whole path of the table.
pub(crate) fn table<'t>(
    reader: &mut ConfigReader<'t>,
    key: &str,
    path: &str,
    value: &Value<'t>,
    settings: &mut Settings,
) -> bool {
    match key {
        "rules" => settings.rules = rules(reader, value, path),
        "entries" => settings.entries = entries(reader, value, path),
        "defaults" => defaults(reader, value, path, settings),
        "limits" => limits(reader, value, path, settings),
        "models" => settings.models = models(reader, value, path),
        "servers" => settings.servers = servers(reader, value, path),
        "platform" => platform(reader, value, path, settings),
        "peer" => settings.peer = peer(reader, value, path),
        "runtime" => runtime(reader, value, path, settings),
        _ => return false,
    }
    true
}

/// Reads a table of rules and their levels.
fn rules<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Levels {
    let mut levels = Levels::new();
    let Some(table) = reader.table(value, path) else { return levels };
    for (key, value) in table {
        let written = key.get_ref().as_ref();
        let level = reader.word(value, &format!("{path}.{written}"), &LEVEL_WORDS);
        let Some(rule) = clientc_check::rule(written) else {
            let names: Vec<&'static str> = RULES.iter().map(|rule| rule.name).collect();
            let nearest = nearest_word(written, &names).filter(|near| !table.contains_key(*near));
            reader.fault(key.span(), ConfigFaultKind::UnknownRule { rule: written.to_owned(), nearest });
            continue;
        };
        let setting =
            level.and_then(|word| LEVEL_WORDS.get(word.value)).and_then(|word| Setting::from_word(word));
        let Some(setting) = setting else { continue };
        if rule.is_fixed && setting != Setting::Error {
            reader.fault(key.span(), ConfigFaultKind::FixedRule { rule: written.to_owned() });
        } else {
            levels.insert(written.to_owned(), setting);
        }
    }
    levels
}

fn entries<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Entries {
    let mut entries = Entries::Found;
    let Some(table) = reader.table(value, path) else { return entries };
    for (key, value) in table {
        let inner = format!("{path}.clients");
        match key.get_ref().as_ref() {
            "clients" if value.get_ref().is_str() => {
                if reader.word(value, &inner, &["all"]).is_some() {
                    entries = Entries::All;
                }
            }
            "clients" => {
                if value.get_ref().as_array().is_some_and(|names| names.is_empty()) {
                    reader.fault(value.span(), ConfigFaultKind::NoEntries);
                }
                let names = reader.strings(value, &inner, Expected::NamesOrAll);
                if let Some(names) = names.filter(|names| !names.is_empty()) {
                    entries = Entries::Named(names);
                }
            }
            _ => reader.unknown_key(key, table, path, ENTRIES),
        }
    }
    entries
}

fn defaults<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str, settings: &mut Settings) {
    let Some(table) = reader.table(value, path) else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "http" => settings.defaults = attempt_limits(reader, value, &format!("{path}.http")),
            "fix" => settings.fix = attempt_limits(reader, value, &format!("{path}.fix")),
            _ => reader.unknown_key(key, table, path, DEFAULTS),
        }
    }
}

/// Reads limits for one attempt, each with the place of its key. A first-token limit above the request limit beside it
/// is left out.
fn attempt_limits<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, section: &str) -> Limits<Span> {
    let mut limits = Limits::NONE;
    let (mut ttft, mut request) = (None, None);
    let Some(table) = reader.table(value, section) else { return limits };
    for (key, value) in table {
        match Field::from_key(key.get_ref()) {
            Some(Field::Total) => {
                reader.fault(key.span(), ConfigFaultKind::TotalNotAllowed { section: section.to_owned() });
            }
            Some(field) => {
                let number = reader.integer(value, &format!("{section}.{}", field.key()));
                match field {
                    Field::TimeToFirstToken => ttft = number,
                    Field::Request => request = number,
                    _ => {}
                }
                let origin = reader.span(key.span());
                *limits.slot(field) = number.map(|number| Limit { ms: number.value, origin });
            }
            None => reader.unknown_key(key, table, section, ATTEMPT),
        }
    }
    if let Some((ttft, request)) = ttft.zip(request).filter(|(ttft, request)| ttft.value > request.value) {
        reader.faults.push(ttft_above_request(section, ttft, request));
        limits.time_to_first_token_timeout_ms = None;
    }
    limits
}

/// The fault of a first-token limit that is above a request limit.
pub(crate) fn ttft_above_request(section: &str, ttft: Configured, request: Configured) -> ConfigFault {
    let kind = ConfigFaultKind::TtftAboveRequest {
        section: section.to_owned(),
        ttft_ms: ttft.value,
        request_ms: request.value,
        request: request.span,
    };
    ConfigFault { span: ttft.span, kind }
}

fn limits<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str, settings: &mut Settings) {
    let Some(table) = reader.table(value, path) else { return };
    for (key, value) in table {
        let key_path = format!("{path}.{}", key.get_ref());
        match key.get_ref().as_ref() {
            "max-requests" => settings.budget.max_requests = reader.integer(value, &key_path),
            "max-duration-ms" => settings.budget.max_duration_ms = reader.integer(value, &key_path),
            _ => reader.unknown_key(key, table, path, LIMITS),
        }
    }
}

fn platform<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str, settings: &mut Settings) {
    let Some(table) = reader.table(value, path) else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "ceiling-ms" => {
                settings.budget.ceiling_ms = reader.integer(value, &format!("{path}.ceiling-ms"));
            }
            _ => reader.unknown_key(key, table, path, PLATFORM),
        }
    }
}

fn peer<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Option<Peer> {
    let mut peer = None;
    let table = reader.table(value, path)?;
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "baml" => {
                let word = reader.word(value, &format!("{path}.baml"), &["auto", "off"]);
                peer = word.map(|word| if word.value == 0 { Peer::Auto } else { Peer::Off });
            }
            _ => reader.unknown_key(key, table, path, PEER),
        }
    }
    peer
}

fn runtime<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str, settings: &mut Settings) {
    let Some(table) = reader.table(value, path) else { return };
    for (key, value) in table {
        let key_path = format!("{path}.{}", key.get_ref());
        match key.get_ref().as_ref() {
            "calls" => {
                let word = reader.word(value, &key_path, &Calls::WORDS);
                settings.calls = word
                    .and_then(|word| Calls::WORDS.get(word.value))
                    .and_then(|word| Calls::from_word(word));
            }
            "baml-version" => settings.baml_version = reader.string(value, &key_path).map(|text| text.value),
            _ => reader.unknown_key(key, table, path, RUNTIME),
        }
    }
}
