//! Reading a whole `clientc.toml`: which keys there are and what each of them means.

use crate::config::{AttemptLimits, Entries, LimitEntry, Located, Peer, RuleSetting, Settings};
use crate::config_gateway::gateway;
use crate::config_tables::{models, overrides, servers};
use crate::config_values::{Reader, Value, nearest};
use clientc_check::Level;
use clientc_check::{ConfigFault, ConfigFaultKind, Expected, LEVEL_WORDS};
use clientc_plan::Field;
use clientc_semantic::FileId;
use toml::de::DeTable;

const SECTIONS: &[&str] =
    &["rules", "overrides", "entries", "defaults", "limits", "models", "servers", "platform", "peer", "gateway"];
const ENTRIES: &[&str] = &["clients"];
const DEFAULTS: &[&str] = &["http", "fix"];
const ATTEMPT: &[&str] =
    &[Field::ATTEMPT[0].key(), Field::ATTEMPT[1].key(), Field::ATTEMPT[2].key(), Field::ATTEMPT[3].key()];
const LIMITS: &[&str] = &["max-requests", "max-duration-ms"];
const PLATFORM: &[&str] = &["ceiling-ms"];
const PEER: &[&str] = &["baml"];

/// Reads the text of a `clientc.toml`.
pub(crate) fn parse(file: FileId, text: &str, rule_names: &[&'static str]) -> (Settings, Vec<ConfigFault>) {
    let mut reader = Reader::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut settings = Settings::default();
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "rules" => {
                if let Some(table) = reader.table(value, "rules") {
                    settings.rules = rules(&mut reader, table, "rules", rule_names);
                }
            }
            "overrides" => settings.overrides = overrides(&mut reader, value, rule_names),
            "entries" => entries(&mut reader, value, &mut settings),
            "defaults" => defaults(&mut reader, value, &mut settings),
            "limits" => limits(&mut reader, value, &mut settings),
            "models" => settings.models = models(&mut reader, value),
            "servers" => settings.servers = servers(&mut reader, value),
            "platform" => platform(&mut reader, value, &mut settings),
            "gateway" => settings.gateway = gateway(&mut reader, value),
            "peer" => peer(&mut reader, value, &mut settings),
            _ => reader.unknown_key(key, "", SECTIONS),
        }
    }
    let faults = std::mem::take(&mut reader.faults);
    let mut all: Vec<_> = errors.iter().map(|error| syntax_fault(&reader, error)).collect();
    all.dedup();
    let guesses = |fault: &ConfigFault| all.iter().any(|syntax| share_a_line(text, fault, syntax));
    let sound: Vec<_> = faults.into_iter().filter(|fault| !guesses(fault)).collect();
    all.extend(sound);
    all.sort_by_key(|fault| fault.span);
    (settings, all)
}

fn syntax_fault(reader: &Reader<'_>, error: &toml::de::Error) -> ConfigFault {
    let kind = ConfigFaultKind::Syntax { message: error.message().to_owned() };
    ConfigFault { span: reader.span(error.span().unwrap_or(0..0)), kind }
}

/// Whether two faults stand on one line. What is read on the line of a syntax error is a guess.
fn share_a_line(text: &str, fault: &ConfigFault, syntax: &ConfigFault) -> bool {
    let (first, second) = (fault.span.range, syntax.span.range);
    let between = first.start.min(second.start) as usize..first.start.max(second.start) as usize;
    text.get(between).is_some_and(|between| !between.contains('\n'))
}

/// Reads a table of rules and their levels.
pub(crate) fn rules<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    section: &str,
    rule_names: &[&'static str],
) -> Vec<RuleSetting> {
    let mut settings = Vec::new();
    for (key, value) in table {
        let written = key.get_ref().as_ref();
        let level = reader.word(value, &format!("{section}.{written}"), &LEVEL_WORDS);
        let Some(name) = rule_names.iter().find(|name| **name == written) else {
            let nearest = nearest(written, rule_names);
            reader.fault(key.span(), ConfigFaultKind::UnknownRule { rule: written.to_owned(), nearest });
            continue;
        };
        if let Some(Located { value: word, span }) = level {
            let levels = [Some(Level::Error), Some(Level::Warning), Some(Level::Info), None];
            let level = levels.get(word).copied().flatten();
            let rule = Located { value: *name, span: reader.span(key.span()) };
            settings.push(RuleSetting { rule, level: Located { value: level, span } });
        }
    }
    settings
}

fn entries<'t>(reader: &mut Reader<'t>, value: &Value<'t>, settings: &mut Settings) {
    let Some(table) = reader.table(value, "entries") else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "clients" if value.get_ref().is_str() => {
                let all = reader.word(value, "entries.clients", &["all"]);
                settings.entries = all.map(|word| Entries::All(word.span));
            }
            "clients" => {
                let names = reader.strings(value, "entries.clients", Expected::NamesOrAll);
                let is_empty = value.get_ref().as_array().is_some_and(|names| names.is_empty());
                if is_empty {
                    reader.fault(value.span(), ConfigFaultKind::NoEntries);
                }
                settings.entries = names.filter(|names| !names.is_empty()).map(Entries::Named);
            }
            _ => reader.unknown_key(key, "entries", ENTRIES),
        }
    }
}

fn defaults<'t>(reader: &mut Reader<'t>, value: &Value<'t>, settings: &mut Settings) {
    let Some(table) = reader.table(value, "defaults") else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "http" => settings.default_http = attempt_limits(reader, value, "defaults.http"),
            "fix" => settings.default_fix = attempt_limits(reader, value, "defaults.fix"),
            _ => reader.unknown_key(key, "defaults", DEFAULTS),
        }
    }
}

fn attempt_limits<'t>(reader: &mut Reader<'t>, value: &Value<'t>, section: &'static str) -> AttemptLimits {
    let mut limits = AttemptLimits::default();
    let Some(table) = reader.table(value, section) else { return limits };
    for (key, value) in table {
        match Field::from_key(key.get_ref()) {
            Some(Field::Total) => reader.fault(key.span(), ConfigFaultKind::TotalNotAllowed { section }),
            Some(field) => {
                let number = reader.integer(value, &format!("{section}.{}", field.key()));
                let key = reader.span(key.span());
                let entry = |number: Located<u64>| LimitEntry { ms: number.value, key, value: number.span };
                *limits.entries.slot(field) = number.map(entry);
            }
            None => reader.unknown_key(key, section, ATTEMPT),
        }
    }
    let ttft = limits.entries.get(Field::TimeToFirstToken).copied();
    let request = limits.entries.get(Field::Request).copied();
    if let Some((ttft, request)) = ttft.zip(request).filter(|(ttft, request)| ttft.ms > request.ms) {
        let kind = ConfigFaultKind::TtftAboveRequest {
            section,
            ttft_ms: ttft.ms,
            request_ms: request.ms,
            request: request.value,
        };
        reader.faults.push(ConfigFault { span: ttft.value, kind });
        *limits.entries.slot(Field::TimeToFirstToken) = None;
    }
    limits
}

fn limits<'t>(reader: &mut Reader<'t>, value: &Value<'t>, settings: &mut Settings) {
    let Some(table) = reader.table(value, "limits") else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "max-requests" => settings.max_requests = reader.integer(value, "limits.max-requests"),
            "max-duration-ms" => settings.max_duration_ms = reader.integer(value, "limits.max-duration-ms"),
            _ => reader.unknown_key(key, "limits", LIMITS),
        }
    }
}

fn platform<'t>(reader: &mut Reader<'t>, value: &Value<'t>, settings: &mut Settings) {
    let Some(table) = reader.table(value, "platform") else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "ceiling-ms" => settings.ceiling_ms = reader.integer(value, "platform.ceiling-ms"),
            _ => reader.unknown_key(key, "platform", PLATFORM),
        }
    }
}

fn peer<'t>(reader: &mut Reader<'t>, value: &Value<'t>, settings: &mut Settings) {
    let Some(table) = reader.table(value, "peer") else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "baml" => {
                let word = reader.word(value, "peer.baml", &["auto", "off"]);
                settings.peer = word.map(|Located { value, span }| Located {
                    value: if value == 0 { Peer::Auto } else { Peer::Off },
                    span,
                });
            }
            _ => reader.unknown_key(key, "peer", PEER),
        }
    }
}
