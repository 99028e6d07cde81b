//! Client blocks to facts.

use clientc_plan::providers::{self, Provider, ProviderKind};
use clientc_syntax::{Block, TextRange};

use crate::facts::{ClientFacts, Member, Name};
use crate::fault::{FaultKind, Owner};
use crate::http;
use crate::number;
use crate::value::{Property, Value, ValueKind};
use crate::value_reader::ValueReader;

/// The keys of a client block.
const CLIENT_KEYS: [&str; 3] = ["provider", "retry_policy", "options"];

/// The options that do not stay among the options.
const HELD_APART: [&str; 3] = ["http", "strategy", "start"];

pub(crate) fn read(reader: &mut ValueReader<'_>, block: Block<'_>, name: Name) -> ClientFacts {
    let is_whole = block.body().is_some_and(|body| !body.is_broken());
    let mut client = unread(name, block.node().range());
    (client.is_whole, client.options_are_whole) = (is_whole, is_whole);
    let path = client.name.text.clone();
    let mut options = None;
    let mut has_unknown = false;
    for property in reader.properties(block.entries()) {
        let range = property.value.range;
        has_unknown |= !CLIENT_KEYS.contains(&&*property.key);
        match &*property.key {
            _ if property.value.kind == ValueKind::Broken => client.is_whole = false,
            "provider" => {
                client.provider_range = Some(range);
                client.provider = read_provider(reader, &property.value, &path);
            }
            "retry_policy" => client.retry_policy = read_policy_name(reader, property.value, &path),
            "options" => {
                options = read_options(reader, property.value, &path);
                client.options_are_whole &= options.is_some();
            }
            _ => {}
        }
    }
    // A strategy beside the options is reported there and is not also missing in them.
    let strategy_beside = has_unknown && unknown_properties(reader, block, &path, client.provider);
    client.options_are_whole &= !strategy_beside;
    if let Some((range, properties)) = options {
        client.options_range = Some(range);
        read_known_options(reader, &mut client, properties);
    }
    finish(reader, &mut client);
    client
}

/// A client of which nothing but the name is known.
pub(crate) fn unread(name: Name, range: TextRange) -> ClientFacts {
    ClientFacts {
        name,
        range,
        is_whole: false,
        provider: None,
        provider_range: None,
        retry_policy: None,
        options_range: None,
        options_are_whole: false,
        options: Vec::new(),
        http: None,
        members: Vec::new(),
        start: 0,
    }
}

fn read_provider(reader: &mut ValueReader<'_>, value: &Value, path: &str) -> Option<&'static Provider> {
    let subject = || format!("{path}/provider");
    let Some(text) = value.text() else {
        reader.fault(FaultKind::ProviderNotText { found: value.noun() }, value.range, subject());
        return None;
    };
    let provider = providers::provider(text);
    if provider.is_none() {
        let kind = FaultKind::UnknownProvider { provider: text.into(), shorthand: false };
        reader.fault(kind, value.range, subject());
    }
    provider
}

fn read_policy_name(reader: &mut ValueReader<'_>, value: Value, path: &str) -> Option<Name> {
    if let ValueKind::Text { text, .. } = value.kind {
        return Some(Name { text, range: value.range });
    }
    let kind = FaultKind::PolicyNotName { found: value.noun() };
    reader.fault(kind, value.range, format!("{path}/retry_policy"));
    None
}

fn read_options(
    reader: &mut ValueReader<'_>,
    value: Value,
    path: &str,
) -> Option<(TextRange, Vec<Property>)> {
    let found = value.noun();
    if let ValueKind::Map(properties) = value.kind {
        return Some((value.range, properties));
    }
    reader.fault(FaultKind::OptionsNotBlock { found }, value.range, format!("{path}/options"));
    None
}

/// Reports every key of the block that a client does not have, a second one of the same name included. Gives
/// whether `strategy` is one of them.
fn unknown_properties(
    reader: &mut ValueReader<'_>,
    block: Block<'_>,
    path: &str,
    provider: Option<&'static Provider>,
) -> bool {
    let mut strategy_beside = false;
    for entry in block.entries().filter(|entry| !entry.node().is_broken()) {
        let (Some(key), text) = (entry.key(), entry.key_text(reader.text)) else { continue };
        if !CLIENT_KEYS.contains(&&*text) {
            strategy_beside |= text == "strategy";
            let key_text = text.as_ref().into();
            let kind = FaultKind::UnknownProperty { key: key_text, owner: Owner::Client, provider };
            reader.fault(kind, key.range(), format!("{path}/{text}"));
        }
    }
    strategy_beside
}

fn read_known_options(reader: &mut ValueReader<'_>, client: &mut ClientFacts, properties: Vec<Property>) {
    let path = client.name.text.clone();
    let is_composite = client.provider.is_some_and(|provider| provider.kind.is_composite());
    let is_round_robin = client.provider.is_some_and(|provider| provider.kind == ProviderKind::RoundRobin);
    client.options.reserve_exact(properties.iter().filter(|p| !HELD_APART.contains(&&*p.key)).count());
    for property in properties {
        match &*property.key {
            _ if property.value.kind == ValueKind::Broken => client.options_are_whole = false,
            "http" => client.http = http::read(reader, property.value, client.provider, &path),
            "strategy" if is_composite => client.members = read_members(reader, client, property.value),
            "start" if is_round_robin => {
                client.start = number::start(reader, &property.value, &path).unwrap_or(0);
            }
            _ => {
                if matches!(property.value.kind, ValueKind::Map(_) | ValueKind::Array(_)) {
                    env_maps(reader, &property.value, &format!("{path}/{}", property.key));
                }
                client.options.push(property);
            }
        }
    }
}

fn read_members(reader: &mut ValueReader<'_>, client: &mut ClientFacts, value: Value) -> Vec<Member> {
    let subject = format!("{}/strategy", client.name.text);
    let found = value.noun();
    let is_unreadable = value.is_unreadable();
    let ValueKind::Array(values) = value.kind else {
        client.options_are_whole = false;
        if is_unreadable {
            return Vec::new();
        }
        reader.fault(FaultKind::StrategyNotArray { found }, value.range, subject);
        return Vec::new();
    };
    if values.is_empty() {
        client.options_are_whole = false;
        reader.fault(FaultKind::EmptyStrategy, value.range, subject);
        return Vec::new();
    }
    let mut members = Vec::with_capacity(values.len());
    for value in values {
        let found = value.noun();
        match value.kind {
            ValueKind::Text { text, .. } => {
                members.push(Member { text, range: value.range });
                continue;
            }
            ValueKind::Broken => {}
            _ => reader.fault(FaultKind::MemberNotName { found }, value.range, subject.clone()),
        }
        client.options_are_whole = false;
    }
    members
}

/// Reports maps that the resolved JSON could not tell from an environment variable.
fn env_maps(reader: &mut ValueReader<'_>, value: &Value, subject: &str) {
    match &value.kind {
        ValueKind::Map(properties) => {
            if let [only] = &properties[..]
                && &*only.key == "$env"
            {
                reader.fault(FaultKind::EnvMap, only.key_range, subject.to_owned());
            }
            properties.iter().for_each(|property| env_maps(reader, &property.value, subject));
        }
        ValueKind::Array(members) => members.iter().for_each(|member| env_maps(reader, member, subject)),
        _ => {}
    }
}

/// Reports what a block that could be read whole lacks.
fn finish(reader: &mut ValueReader<'_>, client: &mut ClientFacts) {
    let name = &client.name;
    // What `extends` was to bring is not missing: that it brings nothing is a fault of the header.
    let behind = reader.text.get(name.range.end as usize..).unwrap_or_default();
    let extends = behind.trim_start_matches([' ', '\t']).starts_with("extends ");
    if client.is_whole && client.provider_range.is_none() && !extends {
        let kind = FaultKind::MissingProvider { client: name.text.as_str().into() };
        reader.fault(kind, name.range, name.text.to_string());
    }
    let is_composite = client.provider.is_some_and(|provider| provider.kind.is_composite());
    let options_are_whole = client.is_whole && client.options_are_whole;
    if is_composite && options_are_whole && client.members.is_empty() {
        let kind = FaultKind::MissingStrategy { client: name.text.as_str().into() };
        let range = client.provider_range.unwrap_or(name.range);
        reader.fault(kind, range, format!("{}/strategy", name.text));
    }
}
